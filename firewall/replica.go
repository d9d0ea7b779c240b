package firewall

import (
	"time"

	"tandem/clock"
	"tandem/wire"
)

// replica is the stateful-failover side of the engine: what the peer must be
// told, and what it told us (reference firewall 4).
type replica struct {
	scheme     string // name of the redundancy scheme in force
	promoted   bool   // sessions of the peer are in use
	promotedAt uint32 // second
	pending    int    // sessions with markDirty
	cursor     int    // shard to collect from next
	walk       uint32 // next slot of the bulk
	walking    bool

	confirming  bool
	parity      marks // markConfirm or 0: what confirmed sessions carry
	unconfirmed int   // standby sessions the bulk has not named yet

	bindings map[uint32]*binding // by hash
	ports    map[uint32]int16    // interface by hash of its name
	warned   map[uint32]bool     // rule hashes already complained about
	last     meaning             // of the record before
	early    bool                // the records being applied overtook others
	graves   graves
	ends     hosts
	stats    HAStatistics
}

// HAStatistics are the counters of show ip inspect ha statistics. Current
// counts are sessions, the others events since boot or ClearHAStatistics.
type HAStatistics struct {
	Active, Standby            int // replicated sessions in use, and kept for the peer
	BulkStarted, BulkCompleted uint64
	UpdatesSent, DeletesSent   uint64
	UpdatesHeard, DeletesHeard uint64
	Stale                      uint64               // records older than what was known
	Refused                    uint64               // unknown rule or interface, or not for us
	Faulty                     [RecordFaults]uint64 // malformed records, by reason
	Failovers                  uint64               // takeovers of sessions kept for the peer
	Resumed                    uint64               // sessions whose first packet came after a takeover
	SinceFailover              time.Duration        // meaningless without failovers
	Unconfirmed                int                  // standby sessions the running bulk has not named
}

// Malformed returns how many records were malformed.
func (h *HAStatistics) Malformed() (n uint64) {
	for _, of := range h.Faulty {
		n += of
	}
	return n
}

// HAStatistics returns the failover counters.
func (e *Engine) HAStatistics(now clock.Time) HAStatistics {
	e.tick(now)
	h := e.ha.stats
	h.Standby, h.Unconfirmed = e.counts[1].Total(), e.ha.unconfirmed
	e.table.each(func(_ uint32, s *session) bool {
		if s.marks&markReplicated != 0 && !s.conn.state().HalfOpen() && !e.kept(s) {
			h.Active++
		}
		return true
	})
	h.SinceFailover = since(e.sec, e.ha.promotedAt)
	return h
}

// HAEvents is HAStatistics without the current counts, which take a walk over
// the table.
func (e *Engine) HAEvents() *HAStatistics { return &e.ha.stats }

// ClearHAStatistics starts the event counters anew.
func (e *Engine) ClearHAStatistics() { e.ha.stats = HAStatistics{} }

// SetScheme names the redundancy scheme in force; empty is none. Sessions made
// by an interface rule with redundancy stateful of that name are replicated.
func (e *Engine) SetScheme(name string) {
	e.ha.scheme = name
	e.requalify()
}

// replicates reports whether sessions with these terms have a copy at the peer.
func (e *Engine) replicates(t *terms) bool {
	return e.ha.scheme != "" && t.binding.redundancy == e.ha.scheme && t.port[Forward] >= 0
}

// qualifies reports whether a session is replicated once it is established:
// TCP and UDP, but not DNS, which ends with its answer.
func (e *Engine) qualifies(s *session) bool {
	udp := s.proto == wire.ProtoUDP && s.respPort != dnsPort
	return (s.proto == wire.ProtoTCP || udp) && e.replicates(&e.policies.list[s.policy].terms)
}

// requalify follows a change of the scheme or of the rules' redundancy.
func (e *Engine) requalify() {
	e.ha.learn(e.guards)
	changed := false
	for i := range e.policies.list {
		if p := &e.policies.list[i]; p.refs > 0 {
			now := e.replicates(&p.terms)
			changed = changed || now != p.replicates
			p.replicates = now
		}
	}
	if !changed {
		return
	}
	e.table.each(func(slot uint32, s *session) bool {
		switch was := s.marks&markReplicated != 0; {
		case e.qualifies(s) && !was:
			s.marks |= markReplicated
			if !s.conn.state().HalfOpen() && !e.kept(s) {
				e.change(slot, s)
			}
		case was && !e.qualifies(s) && e.kept(s):
			e.remove(slot)
		case was && !e.qualifies(s):
			e.settle(s)
			s.marks &^= markReplicated | markAnnounced | markTouched
		}
		return true
	})
}

// learn indexes rules and interfaces by the hashes that records carry.
func (h *replica) learn(guards []guard) {
	h.bindings, h.ports, h.warned, h.last = map[uint32]*binding{}, map[uint32]int16{}, map[uint32]bool{}, meaning{}
	for i := range guards {
		g := &guards[i]
		h.ports[g.hash] = int16(i)
		for _, b := range [...]*binding{g.inspectIn, g.inspectOut} {
			if b != nil {
				h.bindings[b.hash] = b
			}
		}
	}
}

// change puts a session on the list of what the peer must hear.
func (e *Engine) change(slot uint32, s *session) {
	if s.marks&markReplicated == 0 || s.marks&markDirty != 0 {
		return
	}
	s.marks |= markDirty
	e.ha.pending++
	e.table.shards[shardOf(slot)].dirty.add(placeIn(slot))
}

// settle takes a session off that list; the list skips it.
func (e *Engine) settle(s *session) {
	if s.marks&markDirty != 0 {
		s.marks &^= markDirty
		e.ha.pending--
	}
}

// Promote puts the sessions kept for the peer into use, at once and however
// many there are: their idle timers start again, and the first packet of each
// direction sets the TCP windows anew. It returns the number of sessions taken
// over, and how many of them a running bulk had not confirmed.
func (e *Engine) Promote(now clock.Time) (sessions, unconfirmed int) {
	e.tick(now)
	if e.ha.promoted {
		return 0, 0
	}
	sessions, unconfirmed = e.counts[1].Total(), e.ha.unconfirmed
	e.ha.promoted, e.ha.promotedAt = true, e.sec
	e.ha.confirming, e.ha.unconfirmed = false, 0
	a, b := &e.counts[0], &e.counts[1]
	a.Established, a.Terminating = a.Established+b.Established, a.Terminating+b.Terminating
	*b = Counts{}
	e.stats.most = e.stats.most.most(*a)
	if sessions > 0 {
		e.ha.stats.Failovers++
		e.log.tookOver(e.ha.scheme)
	}
	return sessions, unconfirmed
}

// Demote makes the engine the standby: replicated sessions in use are kept for
// the peer from now on, which its bulk will confirm or not. After a reload there
// are none. Half-open sessions and those without redundancy stay in use.
func (e *Engine) Demote(now clock.Time) {
	e.tick(now)
	var gone []uint32
	for i := range e.table.shards {
		for j := range e.table.shards[i].slots {
			s := &e.table.shards[i].slots[j]
			e.settle(s)
			switch {
			case s.marks&markGone != 0:
				gone = append(gone, slotAt(i, j))
			case s.inUse() && s.marks&markReplicated != 0 && !s.conn.state().HalfOpen() && !e.kept(s):
				e.tally(s, s.conn.state(), -1)
				c := &e.counts[1]
				if s.conn.state() == Open {
					c.Established++
				} else {
					c.Terminating++
				}
				s.marks = s.marks&^(markAnnounced|markTouched|markConfirm) | markStandby | e.ha.parity
				s.conn.inherit()
			}
		}
	}
	for _, slot := range gone {
		e.table.release(slot)
	}
	e.ha.promoted, e.ha.walking = false, false
}

// Standby returns the number of sessions kept for the peer.
func (e *Engine) Standby() (sessions int) { return e.counts[1].Total() }
