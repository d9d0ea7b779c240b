package rip

import (
	"slices"

	"tandem/wire"
)

// learn takes what a neighbour says of one network (RFC 2453 section 3.9.2,
// with the hold-down of IOS).
func (r *Router) learn(prefix wire.Prefix, metric uint32, p *path) {
	n, _ := r.find(prefix)
	switch {
	case n != nil && r.blocks(n.own):
		// somebody lost what we still have: say so at once
		n.changed = n.changed || metric == wire.RIPInfinity
	case metric == wire.RIPInfinity:
		r.poisoned(n, p)
	case n == nil:
		if len(r.networks) >= networkLimit {
			r.ignored[TableFull]++
			return
		}
		n = r.open(prefix)
		n.changed = true
		r.adopt(n, metric, p)
	case n.dead && r.now < n.heldTo && p.from != n.heldBy && metric >= n.metric:
		// held down
	case n.dead:
		n.raise()
		r.adopt(n, metric, p)
	default:
		r.compare(n, metric, p)
	}
}

// poisoned ends the path of a neighbour that lost the network.
func (r *Router) poisoned(n *network, p *path) {
	if n == nil || len(n.paths) == 0 {
		return
	}
	r.dropPaths(n, func(old *path) bool { return old.same(p) })
	r.bury(n, r.now.Add(r.config.Timers.HoldDown))
}

// same reports whether two paths are of one neighbour.
func (p *path) same(o *path) bool { return p.link == o.link && p.from == o.from }

// adopt makes p the only path.
func (r *Router) adopt(n *network, metric uint32, p *path) {
	r.dropPaths(n, func(*path) bool { return true })
	n.metric = metric
	r.add(n, p)
}

func (r *Router) add(n *network, p *path) {
	n.paths = append(n.paths, p)
	r.install(n, p)
	r.due(p.heard.Add(r.config.Timers.Invalid))
}

// compare weighs news of a network that has paths, or is ours only until it
// has one.
func (r *Router) compare(n *network, metric uint32, p *path) {
	i := slices.IndexFunc(n.paths, p.same)
	switch {
	case len(n.paths) == 0 || metric < n.metric:
		n.changed = true
		r.adopt(n, metric, p)
	case i >= 0 && metric == n.metric:
		r.refresh(n, i, p)
	case i >= 0 && len(n.paths) == 1:
		n.changed = true
		r.adopt(n, metric, p)
	case i >= 0:
		r.dropPaths(n, p.same)
	case metric == n.metric && len(n.paths) < r.config.MaximumPaths:
		r.add(n, p)
	}
}

// refresh confirms a path; only what changed about it reaches the routing
// table.
func (r *Router) refresh(n *network, i int, p *path) {
	old := n.paths[i]
	n.paths[i] = p
	if old.nextHop != p.nextHop {
		r.withdraw(n, old)
	}
	if old.nextHop != p.nextHop || old.tag != p.tag {
		r.install(n, p)
	}
	n.changed = n.changed || old.tag != p.tag
}
