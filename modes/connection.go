package modes

import (
	"slices"
	"strings"
	"time"

	"tandem/clock"
)

// What sessions to other hosts say. What ends them is in the samples
// telnet-vty-no-password and telnet-client-errors; the rest is remembered.
const (
	opened         = "Open\n"
	closedByPeer   = "\n[Connection to %s closed by foreign host]\n"
	closedIdle     = "\n[Connection to %s idle too long; timed out]\n"
	resuming       = "[Resuming connection %d to %s ... ]\n"
	closing        = "Closing connection to %s [confirm]"
	openConnection = "You have open connections [confirm]"
	noConnections  = "% No connections open\n"
	noSuchSession  = "% Not an open connection\n"
)

// switchboard is the connections that one session has to other hosts.
type switchboard struct {
	open    []*connection // by number
	current *connection   // the last one used
	said    []string      // about those that ended behind the user's back
}

// connection is one session on another host.
type connection struct {
	board  *switchboard
	number int
	name   string // as it was typed
	out    Outgoing
	call   Call
	x      *Exec // that shows it; nil while it is suspended
	typed  clock.Time
	up     bool
	held   string // that came while it was suspended
	taken  func() // lets more come
}

// add gives a connection the lowest free number.
func (b *switchboard) add(c *connection) {
	c.board, c.number = b, 1
	at := 0
	for at < len(b.open) && b.open[at].number == c.number {
		c.number, at = c.number+1, at+1
	}
	b.open = slices.Insert(b.open, at, c)
	b.current = c
}

func (b *switchboard) remove(c *connection) {
	b.open = slices.DeleteFunc(b.open, func(o *connection) bool { return o == c })
	if b.current == c {
		b.current = nil
		if n := len(b.open); n > 0 {
			b.current = b.open[n-1]
		}
	}
}

// named finds a connection by its number or by the name of its host.
func (b *switchboard) named(word string) *connection {
	for _, c := range b.open {
		if word == itoa(c.number) || strings.EqualFold(word, c.name) {
			return c
		}
	}
	return nil
}

// shown is the connection on the screen, nil at the prompt.
func (b *switchboard) shown() *connection {
	for _, c := range b.open {
		if c.x != nil {
			return c
		}
	}
	return nil
}

// hangUp closes everything: the session ends.
func (b *switchboard) hangUp() {
	for _, c := range b.open {
		c.call.Close()
	}
	b.open, b.current = nil, nil
}

// news is what is to be said before the next prompt.
func (b *switchboard) news() string {
	text := strings.Join(b.said, "")
	b.said = nil
	return text
}

// show puts a connection on the screen of a command that runs until the
// connection ends or is suspended.
func (c *connection) show(x *Exec) {
	c.x, c.board.current, c.typed = x, c, x.Now
	x.Wait(c.suspend)
	if c.up {
		c.listen(x.Now)
	}
}

// listen has what is typed go to the other end.
func (c *connection) listen(now clock.Time) {
	c.x.Now = now
	c.x.Raw(func(keys []byte) {
		c.typed = c.x.Now
		c.call.Type(keys)
	})
}

// hold keeps what the other end says until somebody looks; it says no more
// before that.
func (c *connection) hold(text string, taken func()) {
	before := c.taken
	c.held += text
	c.taken = func() {
		if before != nil {
			before()
		}
		taken()
	}
}

// suspend leaves a connection for the prompt, or gives up one that nobody has
// answered yet.
func (c *connection) suspend(now clock.Time) {
	x := c.x
	c.x, x.Now = nil, now
	if !c.up {
		c.end()
	}
	x.Print("\n")
	x.Finish()
}

// resume brings a suspended connection back.
func (c *connection) resume(x *Exec) {
	x.Printf(resuming, c.number, c.name)
	x.Print(strings.ReplaceAll(c.held, "\r\n", "\n"))
	c.show(x)
	if taken := c.taken; taken != nil {
		c.held, c.taken = "", nil
		taken()
	}
}

// end forgets a connection and closes it.
func (c *connection) end() {
	c.board.remove(c)
	c.call.Close()
}

// hear takes an event of the connection.
func (c *connection) hear(now clock.Time, e CallEvent, taken func()) {
	switch e.Kind {
	case CallSays, CallAsks:
		c.up = true // a question comes before the session is open
		if c.x == nil {
			c.hold(e.Text, taken)
			return
		}
		c.listen(now)
		c.x.Shell.verbatim(c.x, e.Text)
	case CallOpened:
		c.up = true
		if c.x != nil {
			c.listen(now)
			if c.out.Protocol == Telnet {
				c.x.Print(opened)
			}
			c.x.Flush()
		}
	case CallOver:
		c.over(now, e.Err)
	}
	taken()
}

// over says how the connection ended: at once where it is on the screen, else
// before the next prompt.
func (c *connection) over(now clock.Time, err error) {
	c.end()
	text := strings.ReplaceAll(closedByPeer, "%s", c.name)
	if !c.up && err != nil {
		text = refusal(err) + "\n\n"
		if c.out.Protocol == Telnet {
			text = "\n" + text
		}
	}
	x := c.x
	if c.x = nil; x == nil {
		c.board.said = append(c.board.said, text)
		return
	}
	x.Now = now
	x.Print(text)
	x.Finish()
}

// Type passes keys to the connection on the screen.
func (s *Shell) Type(now clock.Time, keys []byte) {
	if x := s.pending; x != nil && x.raw != nil {
		x.Now = now
		x.raw(keys)
	}
}

// Resize tells the connection on the screen the size of the terminal.
func (s *Shell) Resize() {
	if c := s.calls.shown(); c != nil {
		c.call.Resize(s.Terminal.Length, s.Terminal.Width)
	}
}

// ExpireConnection ends the connection on the screen: nobody has typed for as
// long as session-timeout says.
func (s *Shell) ExpireConnection(now clock.Time) {
	c := s.calls.shown()
	if c == nil {
		return
	}
	x := c.x
	c.x, x.Now = nil, now
	c.end()
	x.Printf(closedIdle, c.name)
	x.Finish()
}

// Hosts are those that the session has connected to, by the numbers of the
// connections.
func (s *Shell) Hosts() []string {
	var out []string
	for _, c := range s.calls.open {
		out = append(out, c.out.Host.String())
	}
	return out
}

// Connected reports whether the session has a connection to go back to.
func (s *Shell) Connected() bool { return s.calls.current != nil }

// Resume goes back to the last connection, from wherever the session is.
func (s *Shell) Resume(now clock.Time) Result {
	s.leaveConfig(now)
	x := s.newExec(now)
	s.resumeLast(x)
	return s.settle(x)
}

// verbatim shows what another host sent.
func (s *Shell) verbatim(x *Exec, text string) {
	if s.pending == x && s.Output != nil {
		s.Output(Result{Text: text, Running: true, Raw: x.raw != nil, Verbatim: true})
	}
}

// resumeLast is Enter at an empty prompt: back to the last connection.
func (s *Shell) resumeLast(x *Exec) {
	if c := s.calls.current; c != nil && !s.InConfig() {
		c.resume(x)
	}
}

// idleMinutes is how long nobody has typed to a connection.
func (c *connection) idleMinutes(now clock.Time) int { return int(now.Sub(c.typed) / time.Minute) }
