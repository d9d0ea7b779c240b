package rip

import (
	"slices"

	"tandem/wire"
)

// outgoing is a line of an update before it is split into messages.
type outgoing struct {
	prefix  wire.Prefix
	metric  uint32
	tag     uint16
	changed bool
}

// scope says how much of the table an update holds.
type scope uint8

const (
	full scope = iota
	news       // what changed: a triggered update
)

// periodic sends everything everywhere.
func (r *Router) periodic() {
	r.armUpdate(r.early(r.config.Timers.Update))
	for _, l := range r.links {
		r.update(l, full)
	}
	r.said()
}

// trigger sends what changed, unless the last triggered update was a moment
// ago: then it waits for the end of that gap.
func (r *Router) trigger() {
	if !r.config.Running || !slices.ContainsFunc(r.networks, func(n *network) bool { return n.changed }) {
		return
	}
	if r.now < r.quietUntil {
		if !r.waiting {
			r.waiting = true
			r.act(Arm{timerTrigger, r.quietUntil})
		}
		return
	}
	for _, l := range r.links {
		r.update(l, news)
	}
	r.quietUntil = r.now.Add(gapMin + r.spread(gapMax-gapMin))
	r.said()
}

// said notes that everybody heard the news.
func (r *Router) said() {
	for _, n := range r.networks {
		n.changed = false
	}
}

// update sends to all stations of an interface and to its neighbours.
func (r *Router) update(l *link, s scope) {
	for _, v := range []Versions{Version1, Version2} {
		if r.speaks(l) && l.config.send(r.config.Version)&v != 0 {
			dst := wire.RIPv2Routers
			if v == Version1 {
				dst = wire.Broadcast
			}
			r.respond(l, v, s, dst, wire.RIPPort)
		}
	}
	for _, a := range r.config.Neighbors {
		if _, ok := l.subnet(a); ok && l.running && !l.silent {
			r.respond(l, highest(l.config.send(r.config.Version)), s, a, wire.RIPPort)
		}
	}
}

// highest returns the best of some versions.
func highest(v Versions) Versions {
	if v&Version2 != 0 {
		return Version2
	}
	return Version1
}

func number(v Versions) uint8 {
	if v == Version1 {
		return 1
	}
	return 2
}

// respond sends the table, as an interface may see it, to one destination.
func (r *Router) respond(l *link, v Versions, s scope, dst wire.Addr, port uint16) {
	lines := r.lines(l, v)
	if s == news {
		lines = slices.DeleteFunc(lines, func(o outgoing) bool { return !o.changed })
	}
	if len(lines) == 0 {
		return
	}
	r.debugUpdate(l, v, s, dst, lines)
	for chunk := range slices.Chunk(lines, wire.RIPMaxEntries) {
		m := wire.RIP{Command: wire.RIPResponse, Version: number(v)}
		for _, o := range chunk {
			e := wire.RIPRoute(o.prefix, o.metric)
			e.Tag = o.tag
			m.Entries = append(m.Entries, e)
		}
		r.act(Send{l.name, dst, port, m.Append(make([]byte, 0, wire.RIPHeaderLen+len(chunk)*wire.RIPEntryLen))})
	}
}

// request asks everybody on an interface for everything.
func (r *Router) request(l *link) {
	if !r.speaks(l) {
		return
	}
	for _, v := range []Versions{Version1, Version2} {
		if l.config.send(r.config.Version)&v == 0 {
			continue
		}
		dst := wire.RIPv2Routers
		if v == Version1 {
			dst = wire.Broadcast
		}
		r.debugf("RIP: sending request on %s to %s", l.name, dst)
		m := wire.RIPWholeTable(number(v))
		r.act(Send{l.name, dst, wire.RIPPort, m.Append(nil)})
	}
}

// lines is the table as an interface may see it in one version.
func (r *Router) lines(l *link, v Versions) []outgoing {
	var out []outgoing
	more := r.config.offset(Out, l.name)
	for _, n := range r.networks {
		metric, ok := r.announced(l, n)
		if !ok {
			continue
		}
		o := outgoing{n.prefix, min(metric+more, wire.RIPInfinity), n.tag(), n.changed}
		if !r.expressible(l, v, &o) {
			continue
		}
		if last := len(out) - 1; last >= 0 && out[last].prefix == o.prefix { // parts of one summary
			out[last].metric = min(out[last].metric, o.metric)
			out[last].changed = out[last].changed || o.changed
			continue
		}
		out = append(out, o)
	}
	return out
}

// tag is the route tag of a network.
func (n *network) tag() uint16 {
	if len(n.paths) > 0 {
		return n.paths[0].tag
	}
	return n.own.tag
}

// announced returns the metric an interface hears of a network, false for
// nothing at all.
func (r *Router) announced(l *link, n *network) (uint32, bool) {
	switch {
	case n.own.kind == enabled && n.own.link == l && l.config.Horizon != NoHorizon:
		return 0, false // the neighbours there are on it themselves
	case n.own.kind != notOwn:
		return n.own.metric, true
	case n.dead:
		return wire.RIPInfinity, true
	case r.shadowed(n.prefix):
		return 0, false
	case l.config.Horizon != NoHorizon && slices.ContainsFunc(n.paths, func(p *path) bool { return p.link == l }):
		return wire.RIPInfinity, l.config.Horizon == PoisonReverse
	}
	return n.metric + 1, true
}

// expressible makes a line fit for an interface and a version, and reports
// whether it can be.
func (r *Router) expressible(l *link, v Versions, o *outgoing) bool {
	major := Classful(o.prefix.Addr)
	abroad := o.prefix.Bits > major.Bits && !l.within(major)
	if abroad && (r.config.AutoSummary || v == Version1) {
		o.prefix, o.tag = major, 0
	}
	if v != Version1 || o.prefix == major {
		return true
	}
	// Version 1 has no masks: the neighbour takes the one of this interface
	// (RFC 2453 section 3.7).
	i := slices.IndexFunc(l.addresses, func(p wire.Prefix) bool { return Classful(p.Addr) == major })
	return i >= 0 && (o.prefix.Bits == l.addresses[i].Bits || o.prefix.Bits == 32)
}
