package firewall

import "math"

// policy is what many sessions share: the rule line that made them, their two
// interfaces and the list entries that let them in. A session holds its number.
type policy struct {
	terms
	refs       int
	dead       bool // its rule or interface is gone
	replicates bool // its sessions were judged to have a copy at the peer
}

// terms tell policies apart.
type terms struct {
	binding  *binding
	line     *line
	label    string   // protocol as displayed: the line's keyword, or that of a data channel
	port     [2]int16 // interface on which packets of a Direction arrive; -1 is the router itself
	matchIn  *uint64  // counts of the entries that permit Forward packets, or nil
	matchOut *uint64
	steady   bool // every Forward packet meets these entries: no need to ask
}

// policySet numbers the policies in use.
type policySet struct {
	list   []policy
	byTerm map[terms]uint16
	free   []uint16
	last   uint16 // held last: most sessions share the policy of the one before
}

// hold returns the number of the policy with these terms and counts one more
// session. It returns false when all numbers are taken.
func (s *policySet) hold(t terms) (uint16, bool) {
	if s.again(s.last, &t) {
		return s.last, true
	}
	n, ok := s.byTerm[t]
	if !ok {
		if n, ok = s.number(); !ok {
			return s.holdPlain(t)
		}
		s.list[n] = policy{terms: t}
		if s.byTerm == nil {
			s.byTerm = map[terms]uint16{}
		}
		s.byTerm[t] = n
	}
	s.list[n].refs++
	s.last = n
	return n, true
}

// again counts one more session of policy n if it is in use with these terms.
func (s *policySet) again(n uint16, t *terms) bool {
	if int(n) >= len(s.list) {
		return false
	}
	p := &s.list[n]
	if p.refs == 0 || p.dead || p.terms != *t {
		return false
	}
	p.refs++
	return true
}

// holdPlain shares a policy that differs in its list entries only: the session
// then asks the lists for every packet.
func (s *policySet) holdPlain(t terms) (uint16, bool) {
	t.matchIn, t.matchOut, t.steady = nil, nil, false
	n, ok := s.byTerm[t]
	if ok {
		s.list[n].refs++
	}
	return n, ok
}

func (s *policySet) number() (uint16, bool) {
	if n := len(s.free); n > 0 {
		at := s.free[n-1]
		s.free = s.free[:n-1]
		return at, true
	}
	if len(s.list) > math.MaxUint16 {
		return 0, false
	}
	s.list = append(s.list, policy{})
	return uint16(len(s.list) - 1), true
}

// release counts one session less.
func (s *policySet) release(n uint16) {
	p := &s.list[n]
	p.refs--
	if p.refs > 0 {
		return
	}
	if s.byTerm[p.terms] == n {
		delete(s.byTerm, p.terms)
	}
	*p = policy{}
	s.free = append(s.free, n)
}

// rebind gives every policy the rule and line of a new configuration that
// stand in the place of its old ones, and reports whether one found none.
func (s *policySet) rebind(guards []guard) (lost bool) {
	clear(s.byTerm)
	for n := range s.list {
		p := &s.list[n]
		if p.refs == 0 {
			continue
		}
		p.matchIn, p.matchOut, p.steady = nil, nil, false
		b := find(guards, p.binding)
		var l *line
		if b != nil {
			l = b.rule.line(p.line.keyword)
		}
		if l == nil {
			p.dead, lost = true, true
			continue
		}
		p.binding, p.line = b, l
		s.byTerm[p.terms] = uint16(n)
	}
	return lost
}

// find returns the binding of the same rule at the same place.
func find(guards []guard, old *binding) *binding {
	if int(old.port) >= len(guards) {
		return nil
	}
	g := &guards[old.port]
	b := g.inspectIn
	if old.way == outbound {
		b = g.inspectOut
	}
	if b == nil || g.name != old.portName || b.rule.name != old.rule.name {
		return nil
	}
	return b
}
