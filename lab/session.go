package lab

import (
	"tandem/clock"
	"tandem/lab/host"
	"tandem/router"
)

// hostSession shows a host's shell as the session of a router's line, so that
// one terminal serves both.
type hostSession struct {
	shell   *host.Shell
	show    func(router.Screen)
	running bool // a command was entered and its prompt is still to come
}

// NewSession opens a session on a host, in the goroutine that drives it. The
// sink gets the first prompt at once.
func NewSession(h *host.Host, show func(router.Screen)) router.Session {
	s := &hostSession{show: show}
	s.shell = h.NewShell(s.text)
	s.shell.OnIdle(s.idle)
	s.prompt("")
	return s
}

func (s *hostSession) screen(text string) router.Screen {
	return router.Screen{Text: text, Prompt: s.shell.Prompt(), Want: router.WantLine, Editing: true, History: 50}
}

func (s *hostSession) prompt(text string) { s.show(s.screen(text)) }

// text passes output on. A command that runs has no prompt yet; what comes
// while none runs is a message.
func (s *hostSession) text(text string) {
	c := s.screen(text)
	if s.running {
		c.Want, c.Prompt = router.WantNothing, ""
	} else {
		c.Log = true
	}
	s.show(c)
}

// idle gives the prompt back.
func (s *hostSession) idle() {
	s.running = false
	s.prompt("")
}

// Enter implements router.Session.
func (s *hostSession) Enter(now clock.Time, line string) {
	s.running = true
	s.shell.Exec(now, line)
}

// Key implements router.Session; a host asks for none.
func (s *hostSession) Key(clock.Time, byte) { s.prompt("") }

// Type implements router.Session; a host never wants keys raw.
func (s *hostSession) Type(clock.Time, []byte) {}

// EndConfig implements router.Session; a host has no configuration.
func (s *hostSession) EndConfig(clock.Time, string) { s.prompt("") }

// Abandon implements router.Session: Ctrl-C.
func (s *hostSession) Abandon(now clock.Time) { s.interrupt(now) }

// Escape implements router.Session.
func (s *hostSession) Escape(now clock.Time) { s.interrupt(now) }

func (s *hostSession) interrupt(now clock.Time) {
	if s.running {
		s.shell.Interrupt(now)
		return
	}
	s.prompt("")
}

// Help implements router.Session: the whole language is short.
func (s *hostSession) Help(now clock.Time, line string) {
	s.running = true
	s.shell.Help()
	s.running = false
	c := s.screen("")
	c.Line, c.Redraw = line, true
	s.show(c)
}

// Complete implements router.Session; the line stays as it is.
func (s *hostSession) Complete(_ clock.Time, line string) {
	c := s.screen("")
	c.Line, c.Redraw = line, true
	s.show(c)
}

// Resize implements router.Session.
func (s *hostSession) Resize(int, int) {}

// Hangup implements router.Session. Flows started here go on.
func (s *hostSession) Hangup(now clock.Time) {
	s.show = func(router.Screen) {}
	s.shell.Close(now)
}
