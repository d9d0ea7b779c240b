package terminal_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/router"
	"tandem/terminal"
)

// fakeLine is a line of a router with its own goroutine.
type fakeLine struct {
	jobs    chan func()
	session router.Session
}

func newFakeLine(t testing.TB, session router.Session) *fakeLine {
	l := &fakeLine{jobs: make(chan func(), 64), session: session}
	var done sync.WaitGroup
	done.Go(func() {
		for job := range l.jobs {
			job()
		}
	})
	t.Cleanup(func() {
		close(l.jobs)
		done.Wait()
	})
	return l
}

func (l *fakeLine) Do(f func(clock.Time, router.Session)) {
	l.jobs <- func() { f(0, l.session) }
}

// fakeSession answers a few lines and writes down every call. All of it runs
// in the line's goroutine.
type fakeSession struct {
	show   func(router.Screen)
	calls  []string
	prompt string
	base   router.Screen // settings of every screen
}

func newFakeSession(show func(router.Screen)) *fakeSession {
	return &fakeSession{show: show, prompt: "R1#", base: router.Screen{Editing: true, History: 10, Length: 24, Width: 80, Escape: 0x1e}}
}

func (s *fakeSession) answer(text string, want router.Want, line string) {
	screen := s.base
	screen.Text, screen.Prompt, screen.Want, screen.Line, screen.Paged = text, s.prompt, want, line, true
	s.show(screen)
}

func (s *fakeSession) note(format string, args ...any) {
	s.calls = append(s.calls, fmt.Sprintf(format, args...))
}

func (s *fakeSession) Enter(_ clock.Time, line string) {
	s.note("enter %q", line)
	switch name, rest, _ := strings.Cut(line, " "); name {
	case "conf":
		s.prompt = "R1(config)#"
	case "lines":
		s.answer(strings.Repeat("a line of text\n", len(rest)), router.WantLine, "")
		return
	case "count":
		var b strings.Builder
		for i := range len(rest) {
			fmt.Fprintf(&b, "line %d\n", i+1)
		}
		s.answer(b.String(), router.WantLine, "")
		return
	case "big":
		s.answer(strings.Repeat("x", 64<<10)+"\n", router.WantLine, "")
		return
	case "secret":
		s.prompt = "Password: "
		s.answer("", router.WantSecret, "")
		return
	case "confirm":
		s.prompt = "[confirm]"
		s.answer("", router.WantKey, "")
		return
	case "ping":
		s.prompt = ""
		s.answer("Type escape sequence to abort.\n", router.WantNothing, "")
		return
	case "logout":
		s.prompt = ""
		s.answer("", router.WantHangup, "")
		return
	default:
		if s.prompt == "Password: " || s.prompt == "[confirm]" {
			s.prompt = "R1#"
		}
	}
	s.answer("", router.WantLine, "")
}

func (s *fakeSession) Key(_ clock.Time, key byte) {
	s.note("key %q", key)
	s.prompt = "R1#"
	s.answer("\n", router.WantLine, "")
}

func (s *fakeSession) Type(_ clock.Time, keys []byte) { s.note("type %q", keys) }

func (s *fakeSession) EndConfig(_ clock.Time, line string) {
	s.note("end %q", line)
	s.prompt = "R1#"
	s.answer("", router.WantLine, "")
}

func (s *fakeSession) Abandon(clock.Time) { s.note("abandon"); s.answer("", router.WantLine, "") }

func (s *fakeSession) Escape(clock.Time) {
	s.note("escape")
	s.prompt = "R1#"
	s.answer("aborted\n", router.WantLine, "")
}

func (s *fakeSession) Help(_ clock.Time, line string) {
	s.note("help %q", line)
	s.answer("  <cr>\n", router.WantLine, line)
}

func (s *fakeSession) Complete(_ clock.Time, line string) {
	s.note("complete %q", line)
	s.answer("", router.WantLine, line+"nfigure ")
}

func (s *fakeSession) Resize(length, width int) { s.note("resize %d %d", length, width) }
func (s *fakeSession) Hangup(clock.Time)        { s.note("hangup") }

// station is a console with one fake session and the far end of a connection.
type station struct {
	t       testing.TB
	console *terminal.Console
	session *fakeSession
	line    *fakeLine
}

func newStation(t testing.TB) *station {
	s := &station{t: t}
	s.session = newFakeSession(func(screen router.Screen) { s.console.Show(screen) })
	s.line = newFakeLine(t, s.session)
	s.console = terminal.NewConsole(s.line)
	t.Cleanup(s.console.Close)
	s.do(func() { s.session.answer("", router.WantLine, "") })
	return s
}

// do runs f in the line's goroutine and waits for it.
func (s *station) do(f func()) {
	done := make(chan struct{})
	s.line.Do(func(clock.Time, router.Session) {
		f()
		close(done)
	})
	<-done
}

func (s *station) calls() []string {
	var calls []string
	s.do(func() { calls = append(calls, s.session.calls...) })
	return calls
}

// user is somebody at the far end of a connection.
type user struct {
	net.Conn
	mu   sync.Mutex
	seen bytes.Buffer
	left chan struct{} // the console has let go of the connection
}

// attach connects a user whose connection carries keys and text as they are.
func (s *station) attach() *user {
	near, far := net.Pipe()
	u := &user{Conn: far, left: make(chan struct{})}
	go func() {
		s.console.Attach(near)
		close(u.left)
	}()
	go io.Copy(u, far)
	s.t.Cleanup(func() { far.Close() })
	return u
}

func (u *user) Write(p []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.seen.Write(p)
}

// typed sends keys.
func (u *user) typed(t testing.TB, keys string) {
	_, err := io.WriteString(u.Conn, keys)
	require.NoError(t, err)
}

// screen returns and forgets what was shown.
func (u *user) screen() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	defer u.seen.Reset()
	return u.seen.String()
}
