package firewall

import "tandem/wire"

// create puts a new session into the table. It returns false when no policy
// number is left.
func (e *Engine) create(k *key, hash uint64, t terms, c conn) (slot uint32, ok bool) {
	n, ok := e.policies.hold(t)
	if !ok {
		return 0, false
	}
	if e.Standby() > 0 {
		// The flow met this router although the peer is in charge of it: a copy
		// of it must not stand in the way.
		if old, _, found := e.table.find(k, hash); found {
			e.remove(old)
		}
	}
	slot, s := e.table.insert(k, hash)
	s.policy, s.conn, s.generation = n, c, e.generation
	s.created, s.heard = e.sec, e.sec
	if t.label != t.line.keyword {
		s.marks |= markBothWays
	}
	if e.policies.list[n].replicates = e.replicates(&t); e.qualifies(s) {
		s.marks |= markReplicated
	}
	e.tally(s, c.state(), 1)
	e.limits.began(e, slot, s)
	e.stats.created(e)
	s.armed = e.wheel.arm(slot, e.deadline(s))
	if t.line.audit {
		e.log.started(s, t.label)
	}
	return slot, true
}

// remove ends a session. Its slot stays taken until the peer was told, when
// the peer knows it.
func (e *Engine) remove(slot uint32) {
	s := e.table.at(slot)
	p := &e.policies.list[s.policy]
	kept := e.kept(s)
	if p.line.audit {
		if kept {
			e.log.standbyStopped(s, p.label)
		} else {
			e.log.stopped(s, p.label)
		}
	}
	e.tally(s, s.conn.state(), -1)
	if s.conn.state().HalfOpen() && !kept {
		e.limits.ended(e, s)
	}
	if s.marks&markControl != 0 {
		delete(e.control, slot)
	}
	if kept && e.ha.confirming && !e.confirmed(s) {
		e.ha.unconfirmed--
	}
	e.policies.release(s.policy)
	e.table.unlink(slot)
	if s.marks&markAnnounced == 0 || kept {
		if s.marks&markDirty != 0 {
			e.ha.pending--
		}
		e.table.release(slot)
		return
	}
	s.marks |= markGone
	e.change(slot, s)
}

// moved follows a change of state, or of the FIN marks, of a session.
func (e *Engine) moved(slot uint32, s *session, old State) {
	state := s.conn.state()
	if state == Unused { // reset
		s.conn.move(old)
		e.remove(slot)
		return
	}
	if state != old {
		e.tally(s, old, -1)
		e.tally(s, state, 1)
		if old.HalfOpen() && !state.HalfOpen() {
			e.limits.ended(e, s)
		}
	}
	if !state.HalfOpen() {
		e.change(slot, s)
	}
	armedAt := e.wheel.tick + uint32(s.armed-uint8(e.wheel.tick))
	if due := e.deadline(s); due < armedAt {
		s.armed = e.wheel.arm(slot, due)
	}
}

// kept reports whether the session is held for the peer and not in use here.
func (e *Engine) kept(s *session) bool { return s.marks&markStandby != 0 && !e.ha.promoted }

// tally counts a session in or out of a state.
func (e *Engine) tally(s *session, state State, n int) {
	c := &e.counts[0]
	if e.kept(s) {
		c = &e.counts[1]
	}
	switch state {
	case SynSent, SynRcvd:
		c.HalfOpen += n
	case Open:
		c.Established += n
	case Closing, Closed:
		c.Terminating += n
	}
}

// standbySlack is how much longer than its idle time, in seconds, a session is
// kept for the peer: the peer deletes it, and word of its traffic comes late.
const standbySlack = 120

// deadline returns the second in which the session ends without another packet.
func (e *Engine) deadline(s *session) uint32 {
	heard := s.heard
	var slack uint32
	if s.marks&markStandby != 0 {
		if e.ha.promoted {
			heard = max(heard, e.ha.promotedAt)
		} else {
			slack = standbySlack
		}
	}
	g := &e.config.Globals
	if s.proto == wire.ProtoTCP {
		switch {
		case s.conn.state().HalfOpen():
			return s.created + seconds(g.SynwaitTime) + 1
		case s.conn.finished():
			return heard + seconds(g.FinwaitTime) + slack + 1
		}
	}
	return heard + e.idleTime(&e.policies.list[s.policy], s.proto, s.respPort) + slack + 1
}

// idleTime returns the idle time of sessions of a policy in seconds.
func (e *Engine) idleTime(p *policy, proto uint8, port uint16) uint32 {
	g := &e.config.Globals
	switch {
	case proto == wire.ProtoUDP && port == dnsPort:
		return seconds(g.DNSTimeout)
	case p.line.timeout != 0:
		return p.line.timeout
	case proto == wire.ProtoTCP:
		return seconds(g.TCPIdleTime)
	case proto == wire.ProtoUDP:
		return seconds(g.UDPIdleTime)
	}
	return icmpIdle
}

// expire looks at a session whose bucket of the wheel came up.
func (e *Engine) expire(slot uint32, armed uint8) {
	s := e.table.at(slot)
	if !s.inUse() || s.armed != armed {
		return
	}
	if due := e.deadline(s); due > e.sec {
		s.armed = e.wheel.arm(slot, due)
		return
	}
	e.abort(slot)
}

// abort deletes a session and tells both ends of a TCP connection with resets,
// unless the connection is over anyway.
func (e *Engine) abort(slot uint32) {
	s := e.table.at(slot)
	if s.proto == wire.ProtoTCP && !s.conn.finished() && !e.kept(s) {
		e.resets.both(s)
	}
	e.remove(slot)
}
