package terminal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"tandem/clock"
	"tandem/modes"
	"tandem/nvram"
	"tandem/router"
)

// The old protocol of scp (scp -O): a line "C0644 SIZE NAME", the content and
// a zero byte; each side answers a zero, or 1 and a line that says what is
// wrong.

// copyLimit bounds a copied file in bytes.
const copyLimit = 1 << 20

// copyRequest is an scp of the far end.
type copyRequest struct {
	to   bool // -t: the file comes to the router
	path string
}

// copyCommand reads "scp -t PATH" or "scp -f PATH".
func copyCommand(command string) (r copyRequest, ok bool) {
	words := strings.Fields(command)
	if len(words) < 3 || words[0] != "scp" {
		return r, false
	}
	for _, w := range words[1 : len(words)-1] {
		switch {
		case w == "--":
		case !strings.HasPrefix(w, "-"):
			return r, false
		case strings.Contains(w, "t"):
			r.to, ok = true, true
		case strings.Contains(w, "f"):
			r.to, ok = false, true
		}
	}
	r.path = strings.TrimPrefix(words[len(words)-1], "./")
	return r, ok
}

// refusal is what the device says to a copy it does not serve, word for word.
type refusal string

func (r refusal) Error() string { return string(r) }

const (
	errNoSCP     refusal = "Administratively disabled."
	errPrivilege refusal = "Privilege denied."
)

var errSCP = errors.New("protocol error")

// copy serves one scp.
func (s *sshServer) copy(stream *sshChannel, r copyRequest) {
	err := s.mayCopy()
	if err == nil {
		if in := bufio.NewReader(stream); r.to {
			err = s.receive(stream, in, r.path)
		} else {
			err = s.send(stream, in, r.path)
		}
	}
	if err != nil {
		_, _ = io.WriteString(stream, "\x01"+err.Error()+"\n") // the client may be gone
		_ = stream.exit(1)
	}
}

func (s *sshServer) mayCopy() error {
	err := error(errNoSCP)
	if gone := s.lines.do(func(_ clock.Time, r *router.Router) {
		switch {
		case r != s.seat.router || !modes.SSHOf(r.Config()).SCP:
		case s.seat.vty.Privilege() < 15:
			err = errPrivilege
		default:
			err = nil
		}
	}); gone != nil {
		return gone
	}
	return err
}

// acknowledged reads the answer of the far end.
func acknowledged(in *bufio.Reader) error {
	b, err := in.ReadByte()
	if err != nil {
		return err
	}
	if b != 0 {
		return errSCP
	}
	return nil
}

// send copies a file of the router to the client.
func (s *sshServer) send(out io.Writer, in *bufio.Reader, name string) error {
	var content []byte
	err := error(errSCP)
	if gone := s.lines.do(func(_ clock.Time, r *router.Router) { content, err = r.ReadFile(name) }); gone != nil {
		return gone
	}
	if err != nil {
		return fmt.Errorf("%s: No such file or directory", name)
	}
	if err := acknowledged(in); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "C0644 %d %s\n", len(content), path.Base(name)); err != nil {
		return err
	}
	if err := acknowledged(in); err != nil {
		return err
	}
	if _, err := out.Write(append(content, 0)); err != nil {
		return err
	}
	return acknowledged(in)
}

// receive copies files of the client to the router.
func (s *sshServer) receive(out io.Writer, in *bufio.Reader, name string) error {
	for {
		if _, err := out.Write([]byte{0}); err != nil {
			return err
		}
		line, err := in.ReadSlice('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch line[0] {
		case 'T': // times: not kept
			continue
		case 'C':
		default:
			return errSCP
		}
		content, err := readCopy(out, in, string(line))
		if err != nil {
			return err
		}
		if gone := s.lines.do(func(now clock.Time, r *router.Router) {
			if r == s.seat.router {
				err = r.CopyIn(now, name, content)
			}
		}); gone != nil {
			return gone
		}
		if err != nil {
			return err
		}
	}
}

// readCopy reads the content that a "C" line announces.
func readCopy(out io.Writer, in *bufio.Reader, line string) ([]byte, error) {
	fields := strings.SplitN(strings.TrimSuffix(line, "\n"), " ", 3)
	if len(fields) != 3 {
		return nil, errSCP
	}
	size, err := strconv.Atoi(fields[1])
	switch {
	case err != nil || size < 0:
		return nil, errSCP
	case size > copyLimit:
		return nil, nvram.ErrFull
	}
	if _, err := out.Write([]byte{0}); err != nil {
		return nil, err
	}
	content := make([]byte, size)
	if _, err := io.ReadFull(in, content); err != nil {
		return nil, err
	}
	return content, acknowledged(in)
}
