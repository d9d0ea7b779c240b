package rip

import (
	"cmp"
	"slices"
	"time"

	"tandem/clock"
	"tandem/wire"
)

// Origin says where a network comes from.
type Origin uint8

// The origins.
const (
	Learned       Origin = iota
	Connected            // directly connected, on an interface that takes part
	Redistributed        // from another source of routes, or made up
	Down                 // possibly down: lost, not yet flushed
)

// PathStatus is one neighbour that leads to a network.
type PathStatus struct {
	NextHop   wire.Addr
	From      wire.Addr // the neighbour that said so
	Interface string
	Age       time.Duration // since it was last confirmed
}

// NetworkStatus is one network of show ip rip database.
type NetworkStatus struct {
	Prefix    wire.Prefix
	Origin    Origin
	Metric    uint32 // hops of Learned, as announced of Redistributed
	Interface string // of Connected
	Paths     []PathStatus
}

// Networks lists what RIP knows, by prefix.
func (r *Router) Networks(now clock.Time) []NetworkStatus {
	out := make([]NetworkStatus, 0, len(r.networks))
	for _, n := range r.networks {
		s := NetworkStatus{Prefix: n.prefix, Metric: n.metric}
		switch {
		case n.own.kind == enabled:
			s.Origin, s.Interface, s.Metric = Connected, n.own.link.name, n.own.metric
		case n.own.kind != notOwn:
			s.Origin, s.Metric = Redistributed, n.own.metric
		case n.dead:
			s.Origin = Down
		}
		for _, p := range n.paths {
			s.Paths = append(s.Paths, PathStatus{p.nextHop, p.from, p.link.name, now.Sub(p.heard)})
		}
		out = append(out, s)
	}
	return out
}

// Age returns how long ago the path of a network over a next hop was
// confirmed, and false when there is none.
func (r *Router) Age(now clock.Time, prefix wire.Prefix, nextHop wire.Addr) (time.Duration, bool) {
	n, _ := r.find(prefix)
	if n == nil {
		return 0, false
	}
	i := slices.IndexFunc(n.paths, func(p *path) bool { return p.nextHop == nextHop })
	if i < 0 {
		return 0, false
	}
	return now.Sub(n.paths[i].heard), true
}

// LinkStatus is one interface that RIP runs on.
type LinkStatus struct {
	Interface     string
	Send, Receive Versions
	Passive       bool
}

// Links lists the interfaces that RIP runs on, in the order they were told.
func (r *Router) Links() []LinkStatus {
	var out []LinkStatus
	for _, l := range r.links {
		if l.running {
			out = append(out, LinkStatus{l.name, l.config.send(r.config.Version), l.config.receive(r.config.Version), r.config.IsPassive(l.name)})
		}
	}
	return out
}

// source is a neighbour that was heard.
type source struct {
	addr  wire.Addr
	heard clock.Time
}

// met notes that a neighbour was heard; the longest silent one makes room.
func (r *Router) met(a wire.Addr) {
	i, ok := slices.BinarySearchFunc(r.sources, a, func(s source, a wire.Addr) int { return cmp.Compare(s.addr, a) })
	if ok {
		r.sources[i].heard = r.now
		return
	}
	r.sources = slices.Insert(r.sources, i, source{a, r.now})
	if len(r.sources) > sourceLimit {
		oldest := slices.MinFunc(r.sources, func(a, b source) int { return cmp.Compare(a.heard, b.heard) })
		r.sources = slices.DeleteFunc(r.sources, func(s source) bool { return s.addr == oldest.addr })
	}
}

// SourceStatus is one neighbour of show ip protocols.
type SourceStatus struct {
	Gateway wire.Addr
	Age     time.Duration // since its last update
}

// Sources lists the neighbours that were heard, by address.
func (r *Router) Sources(now clock.Time) []SourceStatus {
	out := make([]SourceStatus, 0, len(r.sources))
	for _, s := range r.sources {
		out = append(out, SourceStatus{s.addr, now.Sub(s.heard)})
	}
	return out
}

// NextUpdate is the time until the next periodic update.
func (r *Router) NextUpdate(now clock.Time) time.Duration { return max(0, r.nextUpdate.Sub(now)) }

// Ignored counts messages and entries that were ignored, by Reason.
func (r *Router) Ignored() [Reasons]uint64 { return r.ignored }
