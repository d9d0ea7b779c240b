package rip

import (
	"slices"

	"tandem/wire"
)

// Reason says why a message or an entry of one was ignored.
type Reason uint8

// The reasons.
const (
	NotRunning     Reason = iota // RIP does not run on the interface
	Malformed                    // not a RIP message
	WrongVersion                 // a version this interface does not take
	WrongPort                    // a response that is not from port 520 (RFC 2453 section 3.9.2)
	BadSource                    // sender is not on the subnet, or this device
	Authenticated                // credentials, which nothing here can check (RFC 2453 section 4.1)
	BadDestination               // entry: no network that can be routed to
	BadMetric                    // entry: metric not 1 to 16
	TableFull                    // entry: no room for another network
	Reasons                      // number of reasons, keep last
)

var reasonText = [Reasons]string{
	"interface without rip", "malformed", "illegal version", "illegal source port", "bad source", "authentication",
	"bad destination", "bad metric", "table full",
}

// String names r for counters and debug lines.
func (r Reason) String() string { return reasonText[min(r, Reasons-1)] }

// hear takes one message from the wire.
func (r *Router) hear(e Heard) {
	l := r.link(e.Interface)
	if !r.config.Running || l == nil || !l.running {
		r.ignored[NotRunning]++
		return
	}
	var m wire.RIP
	err := m.Decode(e.Payload)
	why, ok := r.credible(l, e, &m)
	switch {
	case err != nil:
		r.ignore(e, Malformed)
	case !ok:
		r.ignore(e, why)
	case m.Command == wire.RIPRequest:
		r.answer(l, e, &m)
	default:
		r.learnAll(l, e, &m)
	}
}

func (r *Router) ignore(e Heard, why Reason) {
	r.ignored[why]++
	r.debugf("RIP: ignored packet from %s on %s (%s)", e.Source, e.Interface, why)
}

// credible judges the sender (RFC 2453 sections 3.9.1 and 3.9.2).
func (r *Router) credible(l *link, e Heard, m *wire.RIP) (Reason, bool) {
	_, local := l.subnet(e.Source)
	version := Version2
	if m.Version == 1 {
		version = Version1
	}
	switch {
	case m.Version == 0:
		return Malformed, false
	case r.ours(e.Source):
		return BadSource, false
	case m.Authenticated:
		return Authenticated, false
	case !local && (m.Command == wire.RIPRequest || !r.config.AnySource):
		return BadSource, false
	case m.Command == wire.RIPResponse && e.SourcePort != wire.RIPPort:
		return WrongPort, false
	case m.Command == wire.RIPResponse && l.config.receive(r.config.Version)&version == 0:
		return WrongVersion, false
	}
	return 0, true
}

// answer serves a request: everything, as the interface may see it, or the
// metrics of what was asked for, unfiltered (RFC 2453 section 3.9.1).
func (r *Router) answer(l *link, e Heard, m *wire.RIP) {
	if len(m.Entries) == 0 || r.config.IsPassive(l.name) {
		return
	}
	v := Version2
	if m.Version == 1 {
		v = Version1
	}
	if m.IsWholeTable() {
		r.respond(l, v, full, e.Source, e.SourcePort)
		return
	}
	reply := wire.RIP{Command: wire.RIPResponse, Version: m.Version, Entries: slices.Clone(m.Entries)}
	for i := range reply.Entries {
		reply.Entries[i].Metric = wire.RIPInfinity
		p, ok := l.destination(m.Version, m.Entries[i])
		if n, _ := r.find(p); ok && n != nil {
			reply.Entries[i].Metric = n.known()
		}
	}
	r.act(Send{l.name, e.Source, e.SourcePort, reply.Append(nil)})
}

// known is the metric of a network for those who ask for it by name.
func (n *network) known() uint32 {
	switch {
	case n.own.kind != notOwn:
		return n.own.metric
	case n.dead:
		return wire.RIPInfinity
	}
	return min(n.metric+1, wire.RIPInfinity)
}

// learnAll takes the entries of a response.
func (r *Router) learnAll(l *link, e Heard, m *wire.RIP) {
	r.met(e.Source)
	r.debugf("RIP: received v%d update from %s on %s", m.Version, e.Source, l.name)
	for _, entry := range m.Entries {
		r.debugHeard(m.Version, entry)
		p, ok := l.destination(m.Version, entry)
		switch {
		case !ok:
			r.ignored[BadDestination]++
		case entry.Metric < 1 || entry.Metric > wire.RIPInfinity:
			r.ignored[BadMetric]++
		default:
			metric := min(entry.Metric+r.config.offset(In, l.name), wire.RIPInfinity)
			r.learn(p, metric, &path{link: l, from: e.Source, nextHop: r.nextHop(l, e.Source, entry), tag: entry.Tag, heard: r.now})
		}
	}
}

// nextHop is the router that an entry names, if it is a neighbour on the same
// subnet, else its sender (RFC 2453 section 4.4).
func (r *Router) nextHop(l *link, from wire.Addr, e wire.RIPEntry) wire.Addr {
	if p, ok := l.subnet(e.NextHop); ok && e.NextHop != 0 && !r.ours(e.NextHop) &&
		(p.Bits >= 31 || e.NextHop != p.Network().Addr && e.NextHop != p.DirectedBroadcast()) {
		return e.NextHop
	}
	return from
}

// destination reads the network of an entry, and reports whether it is one.
func (l *link) destination(version uint8, e wire.RIPEntry) (wire.Prefix, bool) {
	if !e.IsRoute() || e.Addr>>28 >= 0xe || e.Addr.IsLoopback() || e.Addr != 0 && e.Addr>>24 == 0 {
		return wire.Prefix{}, false
	}
	bits, ok := wire.BitsOf(e.Mask)
	if version == 1 {
		bits = l.guess(e.Addr)
	}
	p := wire.Prefix{Addr: e.Addr, Bits: bits}
	return p, ok && p == p.Network() && (e.Addr != 0 || bits == 0)
}

// guess is the mask of a version 1 network: that of the interface inside its
// classful network, else the classful one; an address with host bits is a host
// (RFC 1058 section 3.2).
func (l *link) guess(a wire.Addr) uint8 {
	p := Classful(a)
	for _, own := range l.addresses {
		if Classful(own.Addr) == p {
			p.Bits = own.Bits
			break
		}
	}
	if a&^wire.MaskOf(p.Bits) != 0 {
		return 32
	}
	return p.Bits
}
