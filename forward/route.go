package forward

import (
	"cmp"
	"errors"
	"slices"

	"tandem/clock"
	"tandem/wire"
)

// Source says where a route comes from.
type Source uint8

// The sources of routes.
const (
	Connected Source = iota // made by the Plane from interface addresses
	Static
	RIP
)

// Route is one route as configured or learned, before it is known whether it
// can be used.
type Route struct {
	Prefix    wire.Prefix // host bits clear
	Source    Source
	NextHop   wire.Addr // 0: every address of the prefix is a neighbour on Interface
	Interface int       // NoInterface: found by looking NextHop up
	Distance  uint8     // administrative distance, 0 to 255; 255 is never used
	Metric    uint32
	Name      string
	Tag       uint32
	Permanent bool // stays when its interface goes down
}

// Installed is one path of a route in use.
type Installed struct {
	Route
	Out     int       // interface packets leave by
	Gateway wire.Addr // neighbour they go to; 0: the destination itself
}

// Errors of AddRoute and SetRoutes.
var (
	ErrHostBits    = errors.New("forward: prefix has host bits set")
	ErrDestination = errors.New("forward: prefix is not unicast")
	ErrOwnNextHop  = errors.New("forward: next hop is this router")
	ErrNoWay       = errors.New("forward: route has neither next hop nor interface")
)

// check refuses what cannot be a route (reference firewall 6.1).
func (pl *Plane) check(r Route) error {
	switch p := r.Prefix; {
	case p.Bits > 32 || p != p.Network():
		return ErrHostBits
	case p.Addr >= 0xe0000000 || p.Addr.IsLoopback():
		return ErrDestination
	case r.NextHop == 0 && r.Interface == NoInterface:
		return ErrNoWay
	}
	if slices.ContainsFunc(pl.ifs, func(f *iface) bool { return f != nil && f.has(r.NextHop) }) {
		return ErrOwnNextHop
	}
	return nil
}

// same reports whether a and b are one line of the configuration.
func (r Route) same(o Route) bool {
	return r.Prefix == o.Prefix && r.Source == o.Source && r.NextHop == o.NextHop && r.Interface == o.Interface
}

// SetRoutes replaces all routes of one source. It returns the first error and
// then changes nothing.
func (pl *Plane) SetRoutes(now clock.Time, source Source, routes []Route) error {
	for _, r := range routes {
		if err := pl.check(r); err != nil {
			return err
		}
	}
	kept := slices.DeleteFunc(pl.rib.routes, func(r Route) bool { return r.Source == source })
	for _, r := range routes {
		r.Source = source
		kept = append(kept, r)
	}
	slices.SortStableFunc(kept, order)
	pl.rib.routes = kept
	pl.change()
	return nil
}

// AddRoute adds a route, or replaces the one with the same prefix, source, next
// hop and interface. A route that cannot be used now waits until it can.
func (pl *Plane) AddRoute(now clock.Time, r Route) error {
	if err := pl.check(r); err != nil {
		return err
	}
	pl.RemoveRoute(now, r)
	i, _ := slices.BinarySearchFunc(pl.rib.routes, r, order)
	pl.rib.routes = slices.Insert(pl.rib.routes, i, r)
	pl.change()
	return nil
}

// RemoveRoute removes the route with the prefix, source, next hop and interface
// of r, and reports whether there was one.
func (pl *Plane) RemoveRoute(now clock.Time, r Route) bool {
	from, _ := slices.BinarySearchFunc(pl.rib.routes, r.Prefix, func(a Route, p wire.Prefix) int { return byPrefix(a.Prefix, p) })
	for i := from; i < len(pl.rib.routes) && pl.rib.routes[i].Prefix == r.Prefix; i++ {
		if pl.rib.routes[i].same(r) {
			pl.rib.routes = slices.Delete(pl.rib.routes, i, i+1)
			pl.change()
			return true
		}
	}
	return false
}

// Routes returns the routes in use, connected ones included, by prefix; the
// paths of one prefix follow each other.
func (pl *Plane) Routes() []Installed {
	pl.refresh()
	return slices.Clone(pl.fib.installed)
}

// Lookup returns the paths of the longest matching route for a; empty is "no
// route".
func (pl *Plane) Lookup(a wire.Addr) []Installed {
	pl.refresh()
	v := pl.fib.trie.lookup(a)
	if v == 0 {
		return nil
	}
	e := pl.fib.entries[v]
	return slices.Clone(pl.fib.installed[e.first : e.first+e.n])
}

// SourceFor returns the address this router sends from towards a, and false
// when it has no route or no address there.
func (pl *Plane) SourceFor(a wire.Addr) (wire.Addr, bool) {
	pl.refresh()
	if o, ok := pl.own[a]; ok && o.kind != ownBroadcast {
		return a, true
	}
	h, ok := pl.fib.next(0, a)
	if !ok {
		return 0, false
	}
	f := pl.iface(int(h.out))
	if f == nil || f.Primary.Addr == 0 {
		return 0, false
	}
	if h.gateway != 0 {
		a = h.gateway
	}
	return f.source(a), true
}

func byPrefix(a, b wire.Prefix) int {
	return cmp.Or(cmp.Compare(a.Addr, b.Addr), cmp.Compare(a.Bits, b.Bits))
}

// order sorts routes by prefix, the better of one prefix first.
func order(a, b Route) int {
	return cmp.Or(byPrefix(a.Prefix, b.Prefix), cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Source, b.Source),
		cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.NextHop, b.NextHop), cmp.Compare(a.Interface, b.Interface))
}
