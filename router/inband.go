package router

import (
	"errors"
	"net"
	"net/netip"

	"tandem/forward/local"
	"tandem/modes"
	"tandem/wire"
)

// Inband is how a live router lets connections to its own addresses in and makes
// its own. A router of a virtual lab has none: it refuses them.
type Inband struct {
	// Wake asks, from any goroutine, for a call of Wake and Drain.
	Wake func()
	// Accept serves a connection to a port of the router, in a goroutine of
	// its own.
	Accept func(port uint16, conn net.Conn)
	// Call serves a connection that the router makes, in a goroutine of its
	// own. Nil: it makes none.
	Call func(c *Call)
}

// inbandInput takes a TCP packet of a connection that there is, or one that a
// free line would answer: all others are refused before they are open. The stack starts with the first of them.
func (r *Router) inbandInput(p *wire.Packet) bool {
	if r.Settings.Inband == nil {
		return false
	}
	known := r.tcp != nil && r.tcp.Expects(addrPort(p.Src, p.SrcPort), addrPort(p.Dst, p.DstPort))
	if !known && !r.welcomes(p) || r.startTCP() != nil {
		return false
	}
	r.tcp.Input(p.Data[p.L3:p.End])
	return true
}

// startTCP starts the router's own TCP, once.
func (r *Router) startTCP() error {
	if r.tcp != nil {
		return nil
	}
	t, err := local.New(r.Settings.Inband.Wake)
	if err != nil {
		return err
	}
	for _, port := range append(r.reversePorts(), SSHPort, TelnetPort) {
		if err := t.Listen(port, func(c net.Conn) { r.Settings.Inband.Accept(port, c) }); err != nil {
			return errors.Join(err, t.Close())
		}
	}
	r.tcp = t
	return nil
}

// welcomes reports whether a line is free for whoever sent a packet: SSH needs
// a key besides.
func (r *Router) welcomes(p *wire.Packet) bool {
	if line := ReverseLine(p.DstPort); line != 0 {
		_, err := r.freeTTY(Caller{Protocol: modes.Telnet, TTY: line, Address: p.Src, Port: p.SrcPort, Local: p.Dst})
		return err == nil
	}
	protocol := map[uint16]string{TelnetPort: modes.Telnet, SSHPort: modes.SSH}[p.DstPort]
	if protocol == "" || protocol == modes.SSH && r.key == nil {
		return false
	}
	_, err := r.freeLine(Caller{Protocol: protocol, Address: p.Src, Port: p.SrcPort, Local: p.Dst})
	return err == nil
}

// pumpTCP routes what the router's own TCP has to send.
func (r *Router) pumpTCP() (busy bool) {
	if r.tcp == nil {
		return false
	}
	r.tcp.Drain(func(packet []byte) {
		busy = true
		r.plane.Send(r.now, packet)
	})
	return busy
}

// Close ends what runs beside the router: it lost its power. Nothing is saved.
func (r *Router) Close() {
	r.over = true
	for c := range r.calls {
		c.Close()
	}
	r.zone.Close()
	if r.tcp != nil {
		_ = r.tcp.Close() // its listeners are closed once
		r.tcp = nil
	}
}

// TCPConnections implements modes.Device. The ports that lines answer are
// listed from the start, though the stack begins with the first connection.
func (r *Router) TCPConnections() []modes.TCPConnection {
	var out []modes.TCPConnection
	if r.Settings.Inband == nil {
		return nil
	}
	for _, port := range append(r.reversePorts(), SSHPort, TelnetPort) {
		if port != SSHPort || r.key != nil {
			out = append(out, modes.TCPConnection{Local: netip.AddrPortFrom(netip.Addr{}, port), State: modes.Listening})
		}
	}
	if r.tcp == nil {
		return out
	}
	for _, c := range r.tcp.Connections() {
		if c.State == modes.Listening {
			continue
		}
		shown := modes.TCPConnection{Local: c.Local, Remote: c.Remote, State: c.State}
		for _, t := range r.ttys {
			if addrPort(t.caller.Address, t.caller.Port) == c.Remote && portOf(t.caller) == c.Local.Port() {
				shown.Line = t.absolute()
			}
		}
		for call := range r.calls {
			if call.from == c.Local && addrPort(call.Host, call.Port) == c.Remote {
				shown.Outgoing = true
			}
		}
		out = append(out, shown)
	}
	return out
}
