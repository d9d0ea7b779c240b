// Package kernel runs the association of an IPC zone over the host's own SCTP,
// for a router whose association addresses are addresses of the host. It is
// chosen explicitly: a kernel has one set of addresses, so the routers of one
// lab cannot share it, and many kernels have no SCTP at all.
//
// This package has goroutines: sockets block. They meet the router only in
// queues, and call notify when something is there to be taken.
package kernel

import (
	"errors"
	"slices"
	"sync"

	"tandem/clock"
	"tandem/ipc"
	"tandem/ipc/sctp"
	"tandem/wire"
)

// ErrUnsupported is wrapped by the errors of Available and Open where the
// system has no SCTP.
var ErrUnsupported = errors.New("ipc: this system's kernel has no SCTP")

// part is what one read of a conn gave: n bytes of a message, which ends here
// or goes on, or an event of the association.
type part struct {
	n     int
	end   bool
	event *sctp.Event
}

// conn is one established association of the kernel. Close and abort may be
// called while another goroutine reads; both end the read.
type conn interface {
	read(b []byte) (part, error)
	write(stream uint16, order sctp.Order, msg []byte) error
	close() // after what was written is acknowledged
	abort()
}

// dialer blocks until an association is established, fails, or stop closes.
type dialer func(cfg sctp.Config, stop <-chan struct{}) (conn, error)

// received is one message of the peer.
type received []byte

// outgoing is one message that waits for the kernel to take it.
type outgoing struct {
	stream uint16
	order  sctp.Order
	msg    []byte
}

// Association implements ipc.Association over the kernel.
type Association struct {
	cfg    sctp.Config
	dial   dialer
	notify func()

	mu       sync.Mutex
	room     *sync.Cond // the receive queue shrank, or life ended
	work     *sync.Cond // the send queue grew, or life ended
	life     *life      // nil while closed
	in       []received
	inBytes  int
	out      []outgoing
	outBytes int
	events   []sctp.Event
	since    clock.Time
	fresh    bool  // up, but since is not set yet
	failed   error // of the last attempt to connect
	stats    sctp.Statistics
}

// life is one attempt to connect and, if that works, one association.
type life struct {
	stop   chan struct{} // closed by Abort, and by Shutdown before it is up
	conn   conn          // nil until established
	failed []wire.Addr   // addresses of the peer that do not answer
	ending bool          // Shutdown was called
	over   bool
}

// Open returns how a zone makes associations in the kernel. notify is called
// from other goroutines whenever the owner should call Wake and drain the
// zone; it must not block and must not call the zone.
func Open(notify func()) ipc.Open {
	return func(cfg sctp.Config) (ipc.Association, error) {
		if err := Available(); err != nil {
			return nil, err
		}
		return newAssociation(cfg, dial, notify), nil
	}
}

func newAssociation(cfg sctp.Config, dial dialer, notify func()) *Association {
	a := &Association{cfg: cfg.WithDefaults(), dial: dial, notify: notify}
	a.room, a.work = sync.NewCond(&a.mu), sync.NewCond(&a.mu)
	return a
}

// Connect starts connecting unless that is under way.
func (a *Association) Connect(clock.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.life != nil {
		return
	}
	a.life = &life{stop: make(chan struct{})}
	go a.live(a.life)
}

// live runs one life from the first INIT to the end.
func (a *Association) live(l *life) {
	c, err := a.dial(a.cfg, l.stop)
	a.mu.Lock()
	if l.over {
		a.mu.Unlock()
		if err == nil {
			c.abort()
		}
		return
	}
	a.failed = err
	if err != nil {
		a.end(l, sctp.Event{Kind: sctp.Down, Why: sctp.InitFailed})
		a.mu.Unlock()
		a.notify()
		return
	}
	l.conn, a.fresh = c, true
	a.events = append(a.events, sctp.Event{Kind: sctp.Up})
	a.mu.Unlock()
	a.notify()
	go a.write(l)
	why := a.read(l)
	c.close()
	a.mu.Lock()
	if l.ending {
		why = sctp.ShutdownDone
	}
	a.end(l, sctp.Event{Kind: sctp.Down, Why: why})
	a.mu.Unlock()
	a.notify()
}

// end closes l with an event, once. The caller holds mu.
func (a *Association) end(l *life, ev sctp.Event) {
	if l.over {
		return
	}
	l.over = true
	a.life = nil
	a.out, a.outBytes = nil, 0
	a.events = append(a.events, ev)
	a.room.Broadcast()
	a.work.Broadcast()
}

// read moves messages from the kernel to the queue until the association ends,
// and returns why it did. It waits while the queue is full, so that the
// kernel's window closes.
func (a *Association) read(l *life) sctp.Why {
	buf := make([]byte, 64<<10)
	var msg []byte
	for {
		p, err := l.conn.read(buf)
		if err != nil {
			return why(err)
		}
		if p.event != nil {
			a.mu.Lock()
			if !l.over {
				l.heard(*p.event)
				a.events = append(a.events, *p.event)
			}
			a.mu.Unlock()
			a.notify()
			continue
		}
		if len(msg)+p.n > a.cfg.ReceiveWindow {
			l.conn.abort()
			return sctp.Violation
		}
		msg = append(msg, buf[:p.n]...)
		if !p.end {
			continue
		}
		a.mu.Lock()
		for a.inBytes >= a.cfg.ReceiveWindow && !l.over {
			a.room.Wait()
		}
		a.in = append(a.in, slices.Clone(msg))
		a.inBytes += len(msg)
		a.stats.MessagesRcvd++
		a.stats.BytesRcvd += uint64(len(msg))
		a.mu.Unlock()
		a.notify()
		msg = msg[:0]
	}
}

// heard keeps track of the paths.
func (l *life) heard(ev sctp.Event) {
	l.failed = slices.DeleteFunc(l.failed, func(a wire.Addr) bool { return a == ev.Path })
	if ev.Kind == sctp.PathDown {
		l.failed = append(l.failed, ev.Path)
	}
}

// path is what is known of the way to an address of the peer.
func (l *life) path(a wire.Addr) sctp.PathState {
	switch {
	case l == nil || l.conn == nil:
		return sctp.Unconfirmed
	case slices.Contains(l.failed, a):
		return sctp.Inactive
	}
	return sctp.Active
}

// write moves messages from the queue to the kernel until the association
// ends, and closes it when Shutdown was called and all is written.
func (a *Association) write(l *life) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for !l.over {
		if len(a.out) == 0 {
			if l.ending {
				l.conn.close()
				return
			}
			a.work.Wait()
			continue
		}
		m := a.out[0]
		a.mu.Unlock()
		err := l.conn.write(m.stream, m.order, m.msg)
		a.mu.Lock()
		if err != nil || l.over {
			return // the reader learns why
		}
		a.out = a.out[1:]
		a.outBytes -= len(m.msg)
		a.stats.MessagesAcked++ // by the kernel, which keeps its own count of the peer's
		if half := a.cfg.SendBuffer / 2; a.outBytes < half && a.outBytes+len(m.msg) >= half {
			a.notify() // there is room again
		}
	}
}

// Shutdown ends the association after what was sent is acknowledged.
func (a *Association) Shutdown(now clock.Time) {
	a.mu.Lock()
	l := a.life
	if l == nil || l.conn == nil {
		a.mu.Unlock()
		a.Abort(now)
		return
	}
	l.ending = true
	a.work.Broadcast()
	a.mu.Unlock()
}

// Abort ends the association or the attempt at once.
func (a *Association) Abort(clock.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	l := a.life
	if l == nil {
		return
	}
	close(l.stop)
	if l.conn != nil {
		l.conn.abort()
	}
	a.end(l, sctp.Event{Kind: sctp.Down, Why: sctp.LocalAborted})
}

// Input refuses: the kernel takes its packets itself.
func (a *Association) Input(clock.Time, wire.Addr, wire.Addr, []byte) wire.Reason {
	return wire.NoListener
}

// Unreachable refuses: the kernel hears ICMP itself.
func (a *Association) Unreachable(clock.Time, uint8, int, []byte) wire.Reason {
	return wire.NoListener
}

// DontFragment is never asked: no packet comes from here.
func (a *Association) DontFragment(wire.Addr, int) bool { return true }

// Packets emits nothing.
func (a *Association) Packets(clock.Time, func(src, dst wire.Addr, packet []byte)) {}

// Wake learns the time.
func (a *Association) Wake(now clock.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.fresh {
		a.since, a.fresh = now, false
	}
}

// NextWake has no timer: notify wakes the owner.
func (a *Association) NextWake() (clock.Time, bool) { return 0, false }

// up reports whether messages are taken. The caller holds mu.
func (a *Association) up() bool { return a.life != nil && a.life.conn != nil && !a.life.ending }

// Writable returns the bytes that Send takes now.
func (a *Association) Writable() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.up() {
		return 0
	}
	return max(0, a.cfg.SendBuffer-a.outBytes)
}

// MaxMessage returns the longest message that Send takes, bytes.
func (a *Association) MaxMessage() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.up() {
		return 0
	}
	return a.cfg.SendBuffer / 2
}

// MaxWhole returns the length in bytes of the longest message that the kernel
// sends as one DATA chunk on a path with the MTU configured.
func (a *Association) MaxWhole() int {
	return a.cfg.MTU - wire.IPv4Len - sctp.HeaderLen - sctp.DataHeaderLen
}

// Send queues a copy of msg, with the errors of sctp.Endpoint.Send.
func (a *Association) Send(stream uint16, order sctp.Order, msg []byte) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case !a.up():
		return sctp.ErrNotEstablished
	case len(msg) == 0:
		return sctp.ErrEmpty
	case len(msg) > a.cfg.SendBuffer/2:
		return sctp.ErrTooLong
	case len(msg) > a.cfg.SendBuffer-a.outBytes:
		return sctp.ErrFull
	}
	a.out = append(a.out, outgoing{stream, order, slices.Clone(msg)})
	a.outBytes += len(msg)
	a.stats.MessagesSent++
	a.stats.BytesSent += uint64(len(msg))
	a.work.Signal()
	return nil
}

// Receive emits the messages that arrived. The kernel back end does not tell
// their streams: all have 0.
func (a *Association) Receive(emit func(stream uint16, msg []byte)) {
	a.mu.Lock()
	in := a.in
	a.in, a.inBytes = nil, 0
	a.room.Signal()
	a.mu.Unlock()
	for _, msg := range in {
		emit(0, msg)
	}
}

// Events emits what happened since the last call.
func (a *Association) Events(emit func(sctp.Event)) {
	a.mu.Lock()
	events := a.events
	a.events = nil
	a.mu.Unlock()
	for _, ev := range events {
		emit(ev)
	}
}

// Status returns what is known outside the kernel: addresses, state, limits
// and the counts of messages.
func (a *Association) Status(now clock.Time) sctp.Status {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := sctp.Status{
		LocalPort: a.cfg.LocalPort, RemotePort: a.cfg.RemotePort, Local: a.cfg.Local,
		Primary: a.cfg.Remote[0], Effective: a.cfg.Remote[0],
		AssocMaxRetrans: a.cfg.AssocMaxRetrans, RTOMin: a.cfg.RTOMin, RTOMax: a.cfg.RTOMax,
		Queued: len(a.out), SendQueued: a.outBytes, MessagesQueued: len(a.out), Statistics: a.stats, Err: a.failed,
	}
	switch l := a.life; {
	case l == nil:
	case l.conn == nil:
		s.State = sctp.CookieWait
	case l.ending:
		s.State = sctp.ShutdownPending
	default:
		s.State = sctp.Established
		if !a.fresh {
			s.Uptime = now.Sub(a.since)
		}
	}
	for _, r := range a.cfg.Remote {
		if a.life.path(r) == sctp.Active && a.life.path(s.Effective) == sctp.Inactive {
			s.Effective = r
		}
		s.Paths = append(s.Paths, sctp.PathStatus{Address: r, State: a.life.path(r), MaxRetrans: a.cfg.PathMaxRetrans, Heartbeat: a.cfg.HeartbeatInterval})
	}
	return s
}
