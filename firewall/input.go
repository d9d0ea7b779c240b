package firewall

import (
	"tandem/clock"
	"tandem/wire"
)

// Input judges a packet that Match left, before it is routed: the input list
// of its interface applies unless a session, an expected data channel or a
// passed first fragment opened the way (reference firewall 2.1). The inbound
// rule acts in Output, because a packet that a list refuses makes no session.
func (e *Engine) Input(now clock.Time, p *wire.Packet) wire.Verdict {
	g := e.guard(p.In)
	if g.plain && !e.watch {
		return wire.Pass
	}
	e.tick(now)
	slot, d, ok := e.session(p)
	p.Session, p.Reverse, p.Sought = 0, d == Return, true
	if ok {
		p.Session = slot + 1
	}
	if !g.in.Empty() && !(ok && e.opens(slot, d, p.In)) && !e.related(p) {
		if !e.permitted(g.in, p) {
			return p.Discard(wire.ACLDenied)
		}
	}
	if ok && e.policies.list[e.table.at(slot).policy].port[Forward] < 0 && d == Return {
		return e.follow(p, slot, d) // to the router itself: there is no Output
	}
	return wire.Pass
}

// Output judges a packet after routing: the output list of its interface,
// then the session it belongs to, then the rules that may create one. Packets
// of the router itself skip the list, and are inspected only by lines with
// router-traffic.
func (e *Engine) Output(now clock.Time, p *wire.Packet) wire.Verdict {
	out, in := e.guard(p.Out), e.guard(p.In)
	if out.plain && !e.watch {
		return wire.Pass
	}
	e.tick(now)
	slot, d, ok := e.found(p)
	if !p.Local && !out.out.Empty() && !(ok && e.opens(slot, d, p.Out)) && !e.related(p) {
		if !e.permitted(out.out, p) {
			return p.Discard(wire.ACLDenied)
		}
	}
	if !ok {
		return e.inspect(p, in, out)
	}
	p.Session, p.Reverse = slot+1, d == Return
	return e.follow(p, slot, d)
}

// found is session for a packet that Input may have asked about already.
func (e *Engine) found(p *wire.Packet) (slot uint32, d Direction, ok bool) {
	switch {
	case !p.Sought:
		return e.session(p)
	case p.Session == 0:
		return 0, Forward, false
	case p.Reverse:
		d = Return
	}
	return p.Session - 1, d, true
}

// opens reports whether the session lets its packets of direction d pass the
// list of an interface: return packets on the two interfaces of the session,
// and every packet of an expected data channel.
func (e *Engine) opens(slot uint32, d Direction, port int16) bool {
	s := e.table.at(slot)
	if s.marks&markBothWays != 0 {
		return true
	}
	ports := &e.policies.list[s.policy].port
	return d == Return && (port == ports[Forward] || port == ports[Return])
}

// related reports whether a packet without a session passes the lists because
// of one: an expected data channel, the rest of a passed datagram, or an ICMP
// error that quotes an ICMP session.
func (e *Engine) related(p *wire.Packet) bool {
	switch {
	case p.LaterFragment():
		return e.pieces.passed(p, e.sec)
	case p.Proto == wire.ProtoICMP:
		return e.quotes(p)
	}
	return e.expect.awaits(p, e.sec)
}

// permitted asks a list about a packet, and logs the match if its entry says so.
func (e *Engine) permitted(f *Filter, p *wire.Packet) bool {
	action, n := f.check(p)
	if mode := f.logged(n); mode != NoLog {
		e.acl.matched(e, f, n, p)
	}
	return action == Permit
}

// refuse drops a packet for a fault found by inspection.
func (e *Engine) refuse(p *wire.Packet, f Fault) wire.Verdict {
	e.stats.faults[f]++
	if e.config.Globals.LogDrop {
		e.log.dropped(p, f)
	}
	return p.Discard(wire.InspectDenied)
}

// follow handles a packet of a known session that the lists let through, and
// remembers its path for Match.
func (e *Engine) follow(p *wire.Packet, slot uint32, d Direction) wire.Verdict {
	s := e.table.at(slot)
	serial := s.serial
	if s.marks&markControl != 0 {
		if fault := e.readControl(p, slot, d); fault != NoFault {
			return e.refuse(p, fault)
		}
	}
	if fault := e.track(p, slot, s, d); fault != NoFault {
		return e.refuse(p, fault)
	}
	e.stats.packets[protocolIndex(p.Proto)].slow++
	e.notePiece(p, slot)
	if s = e.table.at(slot); s.serial == serial && s.inUse() && !p.IsFragment() {
		e.verify(p, s, d)
	}
	return wire.Pass
}

// verify lets Match handle the packets that follow in this direction, when this
// one came by the session's interface and the lists would say the same again.
func (e *Engine) verify(p *wire.Packet, s *session, d Direction) {
	if s.generation != e.generation {
		s.generation = e.generation
		s.marks &^= markForward | markReturn
		s.adj = [2]uint16{}
	}
	t := e.policies.list[s.policy].terms
	if p.In != t.port[d] || t.port[Forward] < 0 {
		return
	}
	if d == Forward && s.marks&markBothWays == 0 {
		e.listTerms(&t, p)
		if !t.steady {
			return
		}
		if n, ok := e.policies.hold(t); ok {
			e.policies.list[n].replicates = e.policies.list[s.policy].replicates
			e.policies.release(s.policy)
			s.policy = n
		}
	}
	s.marks |= markForward << d
}

// listTerms fills in the entries of the two lists that permit a Forward packet.
func (e *Engine) listTerms(t *terms, p *wire.Packet) {
	in, out := e.guard(p.In).in, e.guard(p.Out).out
	t.steady = true
	t.matchIn, t.matchOut = nil, nil
	if !in.Empty() {
		n := in.whole.find(p)
		t.matchIn, t.steady = in.counter(n), in.steady(n)
	}
	if !out.Empty() {
		n := out.whole.find(p)
		t.matchOut, t.steady = out.counter(n), t.steady && out.steady(n)
	}
}
