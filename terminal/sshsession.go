package terminal

import (
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// stallTime is how long an exec request or a copy may neither take output nor
// give input: the exec-timeout that a line has by itself (reference cli 2.4).
const stallTime = 10 * time.Minute

// sshChannel is a session's channel as a stream of keys and text. Closing it
// tells the client that all went well. A write to a client that opens no window
// waits for ever, whatever the deadline of the connection: the watch ends it.
type sshChannel struct {
	ssh.Channel
	watch  *time.Timer   // closes the connection
	within time.Duration // for each read and write, 0 for any time
}

// Read implements io.Reader.
func (c *sshChannel) Read(p []byte) (int, error) {
	n, err := c.Channel.Read(p)
	c.progress()
	return n, err
}

// Write implements io.Writer.
func (c *sshChannel) Write(p []byte) (int, error) {
	n, err := c.Channel.Write(p)
	c.progress()
	return n, err
}

func (c *sshChannel) progress() {
	if c.within > 0 {
		c.watch.Reset(c.within)
	}
}

// Close implements io.Closer.
func (c *sshChannel) Close() error { return c.exit(0) }

// exit ends the channel with a status for the client's shell.
func (c *sshChannel) exit(status uint32) error {
	_, _ = c.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{status})) // the client may be gone
	return c.Channel.Close()
}

// SetWriteDeadline bounds the last output: a client that takes none would hold
// the connection.
func (c *sshChannel) SetWriteDeadline(at time.Time) error {
	c.watch.Reset(time.Until(at))
	return nil
}

// windowChange is the payload of window-change, ptyRequest that of pty-req
// (RFC 4254 sections 6.2 and 6.7); execRequest that of exec (6.5).
type (
	windowChange struct{ Columns, Rows, Width, Height uint32 }
	ptyRequest   struct {
		Term                         string
		Columns, Rows, Width, Height uint32
		Modes                        string
	}
	execRequest struct{ Command string }
)

// session does what a channel asks for: one shell or one command.
func (s *sshServer) session(channel ssh.Channel, requests <-chan *ssh.Request) {
	stream := &sshChannel{Channel: channel, watch: s.watch}
	defer stream.Close()
	var pty ptyRequest
	for r := range requests {
		var command execRequest
		ok := false
		switch r.Type {
		case "pty-req":
			ok = ssh.Unmarshal(r.Payload, &pty) == nil
		case "shell":
			ok = true
		case "exec":
			ok = ssh.Unmarshal(r.Payload, &command) == nil
		}
		_ = r.Reply(ok, nil) // fails only with the connection
		switch {
		case !ok || r.Type == "pty-req":
			continue
		case r.Type == "shell":
			s.watch.Stop() // the session has timeouts of its own
			s.shell(stream, requests, pty)
		default:
			stream.within = stallTime
			stream.progress()
			s.exec(stream, requests, strings.TrimSpace(command.Command))
		}
		return
	}
}

// shell is a console on the line, like telnet's.
func (s *sshServer) shell(stream *sshChannel, requests <-chan *ssh.Request, pty ptyRequest) {
	console := NewConsole(s.seat)
	defer console.Close()
	resize := func(columns, rows uint32) {
		if rows > 0 && columns > 0 {
			console.Resize(int(rows), int(columns))
		}
	}
	console.Open(stream, func() {
		s.seat.open(console.Show)
		resize(pty.Columns, pty.Rows)
		go func() {
			for r := range requests {
				var w windowChange
				ok := r.Type == "window-change" && ssh.Unmarshal(r.Payload, &w) == nil
				if ok {
					resize(w.Columns, w.Rows)
				}
				_ = r.Reply(ok, nil)
			}
		}()
	})
}
