package rip

import (
	"slices"

	"tandem/wire"
)

// ownKind says why this device announces a network as its own.
type ownKind uint8

const (
	notOwn      ownKind = iota
	enabled             // connected, on an interface that takes part
	viaConnect          // redistribute connected
	viaStatic           // redistribute static
	viaOriginal         // default-information originate
)

// own is a network of ours.
type own struct {
	kind     ownKind
	link     *link  // of a connected one
	metric   uint32 // announced
	tag      uint16
	distance uint8 // of a static route
}

// claim is a network that should be ours.
type claim struct {
	prefix wire.Prefix
	own    own
}

// blocks reports whether news of the network is not even listened to. A static
// route that RIP would displace does not block: once RIP's is in use the
// static one is not, and stops being redistributed.
func (r *Router) blocks(o own) bool {
	return o.kind != notOwn && (o.kind != viaStatic || o.distance <= r.config.Distance)
}

// claims lists what should be ours, by prefix, each once.
func (r *Router) claims() []claim {
	var out []claim
	for _, l := range r.links {
		if !l.up {
			continue
		}
		for _, p := range l.addresses {
			switch {
			case l.running && r.config.Covers(p.Addr):
				out = append(out, claim{p.Network(), own{kind: enabled, link: l, metric: ownMetric}})
			case r.config.Connected.On:
				out = append(out, claim{p.Network(), own{kind: viaConnect, link: l, metric: r.config.metric(r.config.Connected)}})
			}
		}
	}
	if r.config.Static.On {
		for _, s := range r.static {
			out = append(out, claim{s.Prefix, own{
				kind: viaStatic, metric: r.config.metric(r.config.Static), tag: s.Tag, distance: s.Distance,
			}})
		}
	}
	if r.config.Originate {
		out = append(out, claim{own: own{kind: viaOriginal, metric: ownMetric}})
	}
	slices.SortStableFunc(out, func(a, b claim) int { return byPrefix(a.prefix, b.prefix) })
	return slices.CompactFunc(out, func(a, b claim) bool { return a.prefix == b.prefix })
}

// reviewOwn makes the networks of ours those that should be.
func (r *Router) reviewOwn() {
	claims := r.claims()
	for _, n := range slices.Clone(r.networks) {
		_, kept := slices.BinarySearchFunc(claims, n.prefix, func(c claim, p wire.Prefix) int { return byPrefix(c.prefix, p) })
		if n.own.kind != notOwn && !kept {
			n.own, n.changed = own{}, true
			r.bury(n, 0)
		}
	}
	for _, c := range claims {
		n := r.open(c.prefix)
		if n.own == c.own {
			continue
		}
		n.own = c.own
		if r.blocks(n.own) {
			r.dropPaths(n, func(*path) bool { return true })
		}
		n.raise()
	}
}

// shadowed reports whether another source of routes keeps a learned network
// from being used: then it is not ours to announce.
func (r *Router) shadowed(p wire.Prefix) bool {
	i, ok := slices.BinarySearchFunc(r.static, p, func(s StaticRoute, p wire.Prefix) int { return byPrefix(s.Prefix, p) })
	if ok && r.static[i].Distance <= r.config.Distance {
		return true
	}
	return slices.ContainsFunc(r.links, func(l *link) bool {
		return l.up && slices.ContainsFunc(l.addresses, func(a wire.Prefix) bool { return a.Network() == p })
	})
}
