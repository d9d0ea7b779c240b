package forward

import (
	"slices"

	"tandem/wire"
)

// rib holds the routes of all protocols, in the order of order.
type rib struct{ routes []Route }

// hop is where packets of a path go.
type hop struct {
	out     int16
	gateway wire.Addr // 0: the destination is the neighbour
}

// fib is the table packets are looked up in, made whole from a rib.
type fib struct {
	trie      trie
	entries   []fibEntry  // by value of the trie; 0 is unused
	hops      []hop       // of all entries
	installed []Installed // the same, for people
}

// fibEntry is the run of hops of one prefix.
type fibEntry struct{ first, n uint32 }

// next chooses the path for a packet from src to dst; one pair of addresses
// always takes the same of several.
func (t *fib) next(src, dst wire.Addr) (hop, bool) {
	v := t.trie.lookup(dst)
	if v == 0 {
		return hop{}, false
	}
	e := t.entries[v]
	if e.n == 1 {
		return t.hops[e.first], true
	}
	h := uint32(src^dst) * 0x9e3779b1
	return t.hops[e.first+h>>16%e.n], true
}

// choice are the usable paths of one prefix.
type choice struct {
	routes []Route
	hops   []hop
}

func (c *choice) equal(o *choice) bool {
	return slices.Equal(c.routes, o.routes) && slices.Equal(c.hops, o.hops)
}

// resolver finds which routes are usable. A route that names only a next hop
// needs another route to it, so all routes are looked at again until nothing
// changes. Each round uses the result of the round before, which makes the
// outcome independent of the order of configuration.
type resolver struct {
	ifs     []*iface
	chosen  map[wire.Prefix]*choice
	lengths uint64 // bit n: some chosen prefix has n bits
}

// rounds bounds the chain of recursive next hops; what has not settled by then
// stays as the last round found it.
const rounds = 8

// install computes the fib.
func (r *rib) install(ifs []*iface) fib {
	all := slices.Clone(r.routes)
	for _, c := range connectedRoutes(ifs) {
		i, _ := slices.BinarySearchFunc(all, c, order)
		all = slices.Insert(all, i, c)
	}
	s := resolver{ifs: ifs, chosen: make(map[wire.Prefix]*choice)}
	for range rounds {
		if !s.round(all) {
			break
		}
	}
	return s.fib(all)
}

// connectedRoutes are those of interfaces that are up and have addresses.
func connectedRoutes(ifs []*iface) []Route {
	var out []Route
	for _, f := range ifs {
		if f == nil || !f.up() {
			continue
		}
		for _, p := range f.prefixes() {
			out = append(out, Route{Prefix: p.Network(), Source: Connected, Interface: int(f.index)})
		}
	}
	return out
}

// round chooses for every prefix and reports whether anything changed.
func (s *resolver) round(all []Route) bool {
	type change struct {
		prefix wire.Prefix
		to     *choice
	}
	var changes []change
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && all[to].Prefix == all[from].Prefix {
			to++
		}
		p := all[from].Prefix
		now, had := s.choose(all[from:to]), s.chosen[p]
		if (had == nil) != (now == nil) || had != nil && !had.equal(now) {
			changes = append(changes, change{p, now})
		}
		from = to
	}
	for _, c := range changes {
		if c.to == nil {
			delete(s.chosen, c.prefix)
			continue
		}
		s.chosen[c.prefix] = c.to
		s.lengths |= 1 << c.prefix.Bits
	}
	return len(changes) > 0
}

// choose returns the usable ones among the best routes of one prefix, or nil.
// A floating static route is chosen when no better one is usable.
func (s *resolver) choose(candidates []Route) *choice {
	var c choice
	for _, r := range candidates {
		if len(c.routes) > 0 {
			best := c.routes[0]
			if r.Distance != best.Distance || r.Metric != best.Metric || r.Source != best.Source || len(c.routes) == maximumPaths {
				break
			}
		}
		if h, ok := s.resolve(r); ok && r.Distance != 255 && !slices.Contains(c.hops, h) {
			c.routes, c.hops = append(c.routes, r), append(c.hops, h)
		}
	}
	if len(c.routes) == 0 {
		return nil
	}
	return &c
}

// resolve finds the way of one route.
func (s *resolver) resolve(r Route) (hop, bool) {
	if r.Interface != NoInterface {
		if r.Interface < 0 || r.Interface >= len(s.ifs) || s.ifs[r.Interface] == nil {
			return hop{}, false
		}
		f := s.ifs[r.Interface]
		usable := f.up() || r.Permanent || f.Kind == Null
		return hop{f.index, r.NextHop}, usable && !f.has(r.NextHop)
	}
	p, c := s.match(r.NextHop)
	if c == nil {
		return s.remembered(r)
	}
	if p == r.Prefix {
		return hop{}, false // a route is no way to its own next hop
	}
	h := c.hops[0]
	if h.gateway == 0 {
		h.gateway = r.NextHop
	}
	f := s.ifs[h.out]
	return h, !f.has(r.NextHop)
}

// remembered keeps a permanent route whose next hop's interface is down: its
// packets are dropped there instead of taking another way.
func (s *resolver) remembered(r Route) (hop, bool) {
	if !r.Permanent {
		return hop{}, false
	}
	for _, f := range s.ifs {
		if f != nil && f.connected(r.NextHop) {
			return hop{f.index, r.NextHop}, true
		}
	}
	return hop{}, false
}

// match is a longest-prefix match among the chosen.
func (s *resolver) match(a wire.Addr) (wire.Prefix, *choice) {
	for bits := 32; bits >= 0; bits-- {
		if s.lengths>>bits&1 == 0 {
			continue
		}
		p := wire.Prefix{Addr: a, Bits: uint8(bits)}.Network()
		if c := s.chosen[p]; c != nil {
			return p, c
		}
	}
	return wire.Prefix{}, nil
}

// fib lays the chosen paths out for packets.
func (s *resolver) fib(all []Route) fib {
	t := fib{entries: make([]fibEntry, 1)}
	var ms []mapping
	for i, r := range all {
		c := s.chosen[r.Prefix]
		if c == nil || i > 0 && all[i-1].Prefix == r.Prefix {
			continue
		}
		ms = append(ms, mapping{r.Prefix, uint32(len(t.entries))})
		t.entries = append(t.entries, fibEntry{uint32(len(t.hops)), uint32(len(c.hops))})
		t.hops = append(t.hops, c.hops...)
		for j, h := range c.hops {
			t.installed = append(t.installed, Installed{Route: c.routes[j], Out: int(h.out), Gateway: h.gateway})
		}
	}
	t.trie = newTrie(ms)
	return t
}
