package rip

import (
	"cmp"
	"slices"

	"tandem/clock"
	"tandem/wire"
)

// network is one destination: ours, learned, or lost and still announced as
// unreachable.
type network struct {
	prefix  wire.Prefix
	own     own
	paths   []*path    // learned, all with the same metric
	metric  uint32     // of paths; of the last one when there is none
	changed bool       // belongs in the next triggered update
	dead    bool       // no way left: announced with metric 16 until flushed
	flushAt clock.Time // dead only
	heldTo  clock.Time // dead only: end of the hold-down
	heldBy  wire.Addr  // dead only: the neighbour that may end it
}

// path is one neighbour that leads to a network.
type path struct {
	link    *link
	from    wire.Addr // neighbour that announces it
	nextHop wire.Addr
	tag     uint16
	heard   clock.Time
}

func byPrefix(a, b wire.Prefix) int {
	return cmp.Or(cmp.Compare(a.Addr, b.Addr), cmp.Compare(a.Bits, b.Bits))
}

// find returns the network of a prefix and where it is or belongs.
func (r *Router) find(p wire.Prefix) (n *network, at int) {
	at, ok := slices.BinarySearchFunc(r.networks, p, func(n *network, p wire.Prefix) int { return byPrefix(n.prefix, p) })
	if !ok {
		return nil, at
	}
	return r.networks[at], at
}

// open returns the network of a prefix, making it if need be.
func (r *Router) open(p wire.Prefix) *network {
	n, at := r.find(p)
	if n == nil {
		n = &network{prefix: p}
		r.networks = slices.Insert(r.networks, at, n)
	}
	return n
}

// remove forgets a network.
func (r *Router) remove(n *network) {
	if found, at := r.find(n.prefix); found == n {
		r.networks = slices.Delete(r.networks, at, at+1)
	}
}

func (r *Router) route(n *network, p *path) Route {
	return Route{
		Prefix: n.prefix, Interface: p.link.name, NextHop: p.nextHop,
		Distance: r.config.Distance, Metric: n.metric, Tag: p.tag,
	}
}

func (r *Router) install(n *network, p *path)  { r.act(Install{r.route(n, p)}) }
func (r *Router) withdraw(n *network, p *path) { r.act(Withdraw{r.route(n, p)}) }

// dropPaths withdraws the paths that are gone.
func (r *Router) dropPaths(n *network, gone func(*path) bool) {
	n.paths = slices.DeleteFunc(n.paths, func(p *path) bool {
		if !gone(p) {
			return false
		}
		r.withdraw(n, p)
		n.heldBy = p.from
		return true
	})
}

// bury makes a network without any way left unreachable; until held, news of
// it is refused.
func (r *Router) bury(n *network, held clock.Time) {
	if n.dead || len(n.paths) > 0 || n.own.kind != notOwn {
		return
	}
	n.dead, n.changed = true, true
	n.heldTo, n.flushAt = held, r.now.Add(r.config.Timers.garbage())
	r.due(n.flushAt)
}

// raise ends the death of a network that has a way again.
func (n *network) raise() { n.dead, n.changed, n.heldTo, n.flushAt = false, true, 0, 0 }

// age looks for paths that nobody confirmed and networks dead long enough.
func (r *Router) age() {
	t := r.config.Timers
	for _, n := range slices.Clone(r.networks) {
		if n.dead && n.flushAt <= r.now {
			r.remove(n)
			continue
		}
		late := func(p *path) bool { return p.heard.Add(t.Invalid) <= r.now }
		if slices.ContainsFunc(n.paths, late) {
			r.dropPaths(n, late)
			r.bury(n, r.now.Add(t.HoldDown))
		}
		for _, p := range n.paths {
			r.due(p.heard.Add(t.Invalid))
		}
		if n.dead {
			r.due(n.flushAt)
		}
	}
}

// due makes sure that age runs at the given time or earlier.
func (r *Router) due(at clock.Time) {
	if r.ageAt == 0 || at < r.ageAt {
		r.ageAt = at
	}
}

// armAge hands over when age must run. A path that was confirmed since makes
// it run early, which finds nothing and looks further ahead.
func (r *Router) armAge() {
	if r.ageAt != 0 && r.ageAt != r.ageArmed {
		r.ageArmed = r.ageAt
		r.act(Arm{timerAge, max(r.ageAt, r.now)})
	}
}
