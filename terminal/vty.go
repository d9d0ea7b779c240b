package terminal

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"

	"tandem/clock"
	"tandem/modes"
	"tandem/router"
	"tandem/wire"
)

// Host is a router as connections to its vty lines reach it.
type Host interface {
	// Post runs f in the goroutine that drives the router, later but in the
	// order of the calls; r is nil while it has no power. The error says that
	// f will never run.
	Post(f func(now clock.Time, r *router.Router)) error
}

// Lines leads connections to the vty lines of one router, over its reboots.
type Lines struct {
	host   Host
	closed chan struct{}

	mu    sync.Mutex
	conns map[io.Closer]struct{}
	over  bool
}

// ErrClosed is returned when the Lines are closed while something waits.
var ErrClosed = errors.New("terminal: closed")

// errNoPower refuses connections to a router that is switched off.
var errNoPower = errors.New("terminal: the router has no power")

// NewLines returns the way to a router's vty lines.
func NewLines(h Host) *Lines {
	return &Lines{host: h, closed: make(chan struct{}), conns: map[io.Closer]struct{}{}}
}

// Port returns what serves connections to a TCP port of the router: 22 is SSH,
// 23 telnet. The callers are the machine's own, so that no access class is
// asked. For Listen.
func (l *Lines) Port(port uint16) (func(net.Conn), error) {
	switch port {
	case router.SSHPort:
		return func(c net.Conn) { l.SSH(c, callerOf(c, modes.SSH, true)) }, nil
	case router.TelnetPort:
		return func(c net.Conn) { l.Telnet(c, callerOf(c, modes.Telnet, true)) }, nil
	}
	return nil, fmt.Errorf("terminal: only TCP port %d and %d of a router can be reached so, not %d", router.SSHPort, router.TelnetPort, port)
}

// Accept serves a connection that came in through the router's interfaces.
func (l *Lines) Accept(port uint16, c net.Conn) {
	if port == router.SSHPort {
		l.SSH(c, callerOf(c, modes.SSH, false))
		return
	}
	caller := callerOf(c, modes.Telnet, false)
	caller.TTY = router.ReverseLine(port)
	l.Telnet(c, caller)
}

// callerOf reads who is at the far end of a connection.
func callerOf(c net.Conn, protocol string, console bool) router.Caller {
	out := router.Caller{Protocol: protocol, Console: console}
	if far, err := netip.ParseAddrPort(c.RemoteAddr().String()); err == nil {
		out.Address, out.Port = address(far), far.Port()
		out.Name = far.Addr().String()
	}
	if near, err := netip.ParseAddrPort(c.LocalAddr().String()); err == nil {
		out.Local = address(near)
	}
	return out
}

func address(a netip.AddrPort) wire.Addr {
	v4, err := wire.ParseAddr(a.Addr().Unmap().String())
	if err != nil {
		return 0 // IPv6: only its name is shown
	}
	return v4
}

// Prepare gives the router a key for SSH when it has none. It takes up to a
// second.
func (l *Lines) Prepare() error {
	missing := false
	if err := l.do(func(_ clock.Time, r *router.Router) { missing = r != nil && r.PrivateKey() == nil }); err != nil || !missing {
		return err
	}
	key, err := router.NewHostKey()
	if err != nil {
		return err
	}
	if gone := l.do(func(now clock.Time, r *router.Router) {
		if r != nil {
			err = r.AdoptHostKey(now, key)
		}
	}); gone != nil {
		return gone
	}
	return err
}

// Drop ends every connection: the router lost its power.
func (l *Lines) Drop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		c.Close()
	}
}

// Close ends every connection and takes no more.
func (l *Lines) Close() {
	l.mu.Lock()
	if !l.over {
		l.over = true
		close(l.closed)
	}
	l.mu.Unlock()
	l.Drop()
}

// track keeps a connection for Drop until the returned function is called.
func (l *Lines) track(c io.Closer) (forget func(), ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return nil, false
	}
	l.conns[c] = struct{}{}
	return func() {
		l.mu.Lock()
		delete(l.conns, c)
		l.mu.Unlock()
	}, true
}

// do runs f with the router and waits for it.
func (l *Lines) do(f func(now clock.Time, r *router.Router)) error {
	done := make(chan struct{})
	if err := l.host.Post(func(now clock.Time, r *router.Router) {
		defer close(done)
		f(now, r)
	}); err != nil {
		return err
	}
	select {
	case <-done:
		return nil
	case <-l.closed:
		return ErrClosed
	}
}

// rest waits, but not longer than there are lines.
func (l *Lines) rest(d time.Duration) {
	select {
	case <-time.After(d):
	case <-l.closed:
	}
}

// seat is a vty line taken for one connection: the Line of its console.
type seat struct {
	lines   *Lines
	router  *router.Router // that the line belongs to: not the next boot's
	vty     *router.VTY
	session router.Session // of the router's goroutine
	show    func(router.Screen)
}

// take asks the router for a line.
func (l *Lines) take(c router.Caller) (*seat, error) {
	s := &seat{lines: l}
	err := errNoPower
	if gone := l.do(func(now clock.Time, r *router.Router) {
		if r != nil {
			s.router = r
			s.vty, err = r.Answer(now, c)
		}
	}); gone != nil {
		return nil, gone
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// with runs f in the router's goroutine; a router that restarted meanwhile
// hangs up.
func (s *seat) with(f func(now clock.Time)) {
	_ = s.lines.host.Post(func(now clock.Time, r *router.Router) { // an error means that all is being closed
		if r == s.router {
			f(now)
			return
		}
		if s.show != nil {
			s.show(router.Screen{Want: router.WantHangup})
		}
	})
}

// Do implements Line.
func (s *seat) Do(f func(now clock.Time, session router.Session)) {
	s.with(func(now clock.Time) { f(now, s.session) })
}

// open starts the session on a console.
func (s *seat) open(show func(router.Screen)) {
	s.show = show
	s.with(func(now clock.Time) { s.session = s.vty.Open(now, show) })
}

// leave gives the line back.
func (s *seat) leave() {
	s.with(func(now clock.Time) { s.vty.Hangup(now) })
}

// Telnet serves one telnet connection on a vty line until it ends. A refused
// one is reset.
func (l *Lines) Telnet(conn net.Conn, c router.Caller) {
	defer conn.Close()
	forget, ok := l.track(conn)
	if !ok {
		return
	}
	defer forget()
	s, err := l.take(c)
	if err != nil {
		reset(conn)
		return
	}
	defer s.leave()
	console := NewConsole(s)
	defer console.Close()
	stream := NewTelnet(conn, console.Resize)
	if stream.greet() != nil {
		return
	}
	console.Open(stream, func() { s.open(console.Show) })
}

// reset makes the close of a TCP connection a refusal.
func reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // fails only when it is closed already
	}
}
