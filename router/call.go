package router

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"

	"tandem/clock"
	"tandem/forward/local"
	"tandem/modes"
	"tandem/wire"
)

// dialTime is how long a connection may take to be answered (ip tcp
// synwait-time, of which only the default is known).
const dialTime = 30 * time.Second

// callPorts begin the range of the ports that the router's own connections
// leave from.
const callPorts = 11000

// typedLimit bounds what was typed for a host that does not read, in bytes.
// More of it is dropped.
const typedLimit = 1 << 20

// Call is a connection of the router to another host, as the goroutine sees it
// that serves it. It implements modes.Call for the session it belongs to.
type Call struct {
	modes.Outgoing
	// Context ends when nobody wants the connection any more.
	Context context.Context

	router *Router
	tcp    *local.TCP
	from   netip.AddrPort
	cancel context.CancelCauseFunc
	tell   func(now clock.Time, e modes.CallEvent, taken func())
	opened bool // of the router's goroutine

	mu      sync.Mutex
	typed   []byte
	window  [2]int
	changed chan struct{} // there are keys
	resized chan struct{} // the window has another size
}

// Call implements modes.Device.
func (r *Router) Call(_ clock.Time, o modes.Outgoing, tell func(clock.Time, modes.CallEvent, func())) (modes.Call, error) {
	source, ok := r.plane.SourceFor(o.Host)
	switch {
	case !ok:
		return nil, modes.ErrUnreachable
	case r.Settings.Inband == nil || r.Settings.Inband.Call == nil || r.Settings.Post == nil:
		return nil, modes.ErrNoTCP
	case o.Source != 0:
		source = o.Source
	}
	if err := r.startTCP(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	c := &Call{
		Outgoing: o, Context: ctx, router: r, tcp: r.tcp, cancel: cancel, tell: tell, window: [2]int{o.Length, o.Width},
		from: addrPort(source, r.callPort()), changed: make(chan struct{}, 1), resized: make(chan struct{}, 1),
	}
	r.calls[c] = struct{}{}
	go func() {
		defer cancel(nil)
		r.Settings.Inband.Call(c)
	}()
	return c, nil
}

// callPort draws a port; those of earlier connections may still rest.
func (r *Router) callPort() uint16 {
	if r.lastPort == 0 {
		var b [2]byte
		r.Draw(b[:])
		r.lastPort = binary.BigEndian.Uint16(b[:])
	}
	r.lastPort = max(r.lastPort+1, callPorts)
	return r.lastPort
}

func addrPort(a wire.Addr, port uint16) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4(a.Bytes()), port)
}

// Dial opens the TCP connection. The error is one of modes.
func (c *Call) Dial() (net.Conn, error) {
	ctx, cancel := context.WithTimeoutCause(c.Context, dialTime, modes.ErrNoAnswer)
	defer cancel()
	conn, err := c.tcp.Dial(ctx, c.from, addrPort(c.Host, c.Port))
	switch {
	case errors.Is(err, local.ErrRefused):
		return nil, modes.ErrRefused
	case errors.Is(err, local.ErrUnreachable):
		return nil, modes.ErrUnreachable
	case errors.Is(err, local.ErrTimeout):
		return nil, modes.ErrNoAnswer
	case err != nil:
		return nil, err
	}
	context.AfterFunc(c.Context, func() { conn.Close() })
	return conn, nil
}

// Tell passes an event on and waits until it was taken. False: nobody wants
// the connection any more.
func (c *Call) Tell(e modes.CallEvent) bool {
	done := make(chan struct{})
	c.router.Settings.Post(func(now clock.Time) {
		r := c.router
		if r.over || c.Context.Err() != nil {
			return
		}
		r.begin(now)
		defer r.settle()
		c.opened = true
		if e.Kind == modes.CallOver {
			delete(r.calls, c)
		}
		c.tell(r.now, e, sync.OnceFunc(func() { close(done) }))
	})
	select {
	case <-done:
		return true
	case <-c.Context.Done():
		return false
	}
}

// Read implements io.Reader: what was typed. It returns the error of the
// Context when that ends.
func (c *Call) Read(b []byte) (int, error) {
	for {
		c.mu.Lock()
		n := copy(b, c.typed)
		c.typed = c.typed[n:]
		more := len(c.typed) > 0
		c.mu.Unlock()
		if more {
			ring(c.changed)
		}
		if n > 0 || len(b) == 0 {
			return n, nil
		}
		select {
		case <-c.changed:
		case <-c.Context.Done():
			return 0, context.Cause(c.Context)
		}
	}
}

// Window is the size of the terminal in lines and columns, 0 where it has no
// bounds.
func (c *Call) Window() (length, width int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.window[0], c.window[1]
}

// Resized waits for another size of the terminal; false: the call is over.
func (c *Call) Resized() bool {
	select {
	case <-c.resized:
		return true
	case <-c.Context.Done():
		return false
	}
}

func ring(bell chan<- struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}

// Type implements modes.Call.
func (c *Call) Type(keys []byte) {
	c.mu.Lock()
	if len(c.typed) < typedLimit {
		c.typed = append(c.typed, keys...)
	}
	c.mu.Unlock()
	ring(c.changed)
}

// Resize implements modes.Call.
func (c *Call) Resize(length, width int) {
	c.mu.Lock()
	c.window = [2]int{length, width}
	c.mu.Unlock()
	ring(c.resized)
}

// Close implements modes.Call.
func (c *Call) Close() {
	delete(c.router.calls, c)
	c.cancel(modes.ErrAborted)
}

// callRefused gives an ICMP unreachable to the connection under way that it
// quotes: the network has refused it.
func (r *Router) callRefused(p *wire.Packet) bool {
	m := wire.ICMP(p.Transport())
	ip := wire.IPv4(m.Payload())
	if m.Type() != wire.ICMPUnreachable || len(ip) < wire.IPv4Len || ip[0]>>4 != 4 || ip.Proto() != wire.ProtoTCP || len(ip) < ip.HeaderLen()+4 {
		return false
	}
	ports := ip[ip.HeaderLen():]
	from := addrPort(ip.Src(), binary.BigEndian.Uint16(ports))
	to := addrPort(ip.Dst(), binary.BigEndian.Uint16(ports[2:]))
	for c := range r.calls {
		if !c.opened && c.from == from && addrPort(c.Host, c.Port) == to {
			delete(r.calls, c)
			c.tell(r.now, modes.CallEvent{Kind: modes.CallOver, Err: modes.ErrUnreachable}, func() {})
			c.cancel(modes.ErrUnreachable)
			return true
		}
	}
	return false
}
