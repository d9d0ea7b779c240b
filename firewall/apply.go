package firewall

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"tandem/clock"
	"tandem/syslog"
)

// Apply stores the records of the active peer. Records of rules and interfaces
// that do not exist here are refused and counted, and so are malformed ones;
// the error, which wraps ErrRecord, is that of the first malformed record.
// Records after one whose length is wrong are lost. applied counts the others.
func (e *Engine) Apply(now clock.Time, records []byte) (applied int, err error) {
	e.tick(now)
	if e.ha.promoted {
		e.ha.stats.Refused++
		return 0, fmt.Errorf("%w: sessions are in use on this side", ErrRecord)
	}
	for len(records) > 0 {
		n := 1 + int(records[0])
		if n > len(records) {
			e.ha.stats.Malformed++
			return applied, first(err, fmt.Errorf("%w: cut short", ErrRecord))
		}
		var r record
		if fault := r.decode(records[1:n]); fault != nil {
			e.ha.stats.Malformed++
			err = first(err, fault)
		} else if e.apply(&r) {
			applied++
		}
		records = records[n:]
	}
	return applied, err
}

func first(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// apply stores one record and reports whether it was accepted.
func (e *Engine) apply(r *record) bool {
	hash := e.table.hash(&r.key)
	slot, d, known := e.table.find(&r.key, hash)
	if r.kind == recordDelete {
		e.ha.stats.DeletesHeard++
		e.ha.graves.dig(hash, r.serial)
		if known && e.kept(e.table.at(slot)) && int32(r.serial-e.table.at(slot).serial) >= 0 {
			e.remove(slot)
		}
		return true
	}
	e.ha.stats.UpdatesHeard++
	t, ok := e.termsOf(r)
	if !ok {
		e.ha.stats.Refused++
		return false
	}
	if e.ha.graves.buried(hash, r.serial) {
		e.ha.stats.Stale++
		return true
	}
	if known {
		s := e.table.at(slot)
		switch former := e.former(s); {
		case e.kept(s) && d == Forward && s.serial == r.serial:
			if former {
				s.version = r.version
			}
			e.confirm(s)
			return e.update(slot, s, r)
		case e.kept(s) && !former && int32(r.serial-s.serial) < 0:
			e.ha.stats.Stale++
			return true
		}
		e.remove(slot) // the peer's word counts more than a session of our own
	}
	return e.adopt(hash, r, t)
}

// termsOf finds what a record names here, and complains once a rule.
func (e *Engine) termsOf(r *record) (terms, bool) {
	b := e.ha.bindings[r.rule]
	near, okNear := e.ha.ports[r.port[Forward]]
	far, okFar := e.ha.ports[r.port[Return]]
	if b != nil && okNear && okFar {
		for _, l := range b.rule.lines {
			t := terms{binding: b, line: l, label: l.keyword, port: [2]int16{near, far}}
			if nameHash(l.keyword) == r.line && e.replicates(&t) {
				if r.channel == 1 {
					t.label += "-data"
				}
				return t, true
			}
		}
	}
	if !e.ha.warned[r.rule] && len(e.ha.warned) < 64 {
		e.ha.warned[r.rule] = true
		e.log.add(syslog.Message{
			Facility: "FW_HA", Severity: syslog.Warnings, Mnemonic: "UPDATE_REFUSED",
			Text: "Session of the peer refused: no such inspection rule, interface or redundancy group here",
		})
	}
	return terms{}, false
}

// adopt makes a standby session of a record.
func (e *Engine) adopt(hash uint64, r *record, t terms) bool {
	n, ok := e.policies.hold(t)
	if !ok {
		e.ha.stats.Refused++
		return false
	}
	newest := e.table.serial
	slot, s := e.table.insert(&r.key, hash)
	s.serial = r.serial
	e.table.serial = newest
	if int32(r.serial-newest) > 0 {
		e.table.serial = r.serial
	}
	s.policy = n
	s.marks = markStandby | markReplicated | e.ha.parity
	if r.channel == 1 {
		s.marks |= markBothWays
	} else if t.line.reads == readFTP {
		s.marks |= markControl
	}
	e.fill(s, r)
	e.tally(s, s.conn.state(), 1)
	s.armed = e.wheel.arm(slot, e.deadline(s))
	e.ha.ends.add(s.initiator)
	e.ha.ends.add(s.responder)
	if t.line.audit {
		e.log.standbyStarted(s, t.label)
	}
	return true
}

// update brings a standby session to the state of a newer record.
func (e *Engine) update(slot uint32, s *session, r *record) bool {
	if int8(r.version-s.version) < 0 {
		e.ha.stats.Stale++
		return true
	}
	e.tally(s, s.conn.state(), -1)
	e.fill(s, r)
	e.tally(s, s.conn.state(), 1)
	if due := e.deadline(s); due < e.wheel.tick+uint32(s.armed-uint8(e.wheel.tick)) {
		s.armed = e.wheel.arm(slot, due)
	}
	return true
}

// fill copies the state of a record. The windows stay unknown, so that the
// first packet of each direction after a takeover sets them.
func (e *Engine) fill(s *session, r *record) {
	s.version = r.version
	s.conn = conn{end: r.end, scale: r.scale, phase: r.phase}
	s.conn.inherit()
	s.created = e.sec - r.age
	s.heard = e.sec - min(r.idle, e.sec)
}

// confirmed reports whether the running bulk named the session.
func (e *Engine) confirmed(s *session) bool { return s.marks&markConfirm == e.ha.parity }

// former reports whether a standby session is of the time before the running
// bulk. The peer may have started anew since, and numbers sessions and records
// from the beginning: nothing it says now is older.
func (e *Engine) former(s *session) bool { return e.ha.confirming && !e.confirmed(s) }

func (e *Engine) confirm(s *session) {
	if e.former(s) {
		e.ha.unconfirmed--
		s.marks ^= markConfirm
	}
}

// BeginConfirm is called before the records of a bulk are applied: every
// standby session must be named again until EndConfirm.
func (e *Engine) BeginConfirm() {
	if e.ha.confirming { // a bulk that was broken off: what it named counts as unnamed again
		e.table.each(func(_ uint32, s *session) bool {
			s.marks = s.marks&^markConfirm | e.ha.parity
			return true
		})
	}
	e.ha.confirming = true
	e.ha.graves = graves{}
	e.ha.parity ^= markConfirm
	e.ha.unconfirmed = e.counts[1].Total()
}

// EndConfirm is called after the last record of a bulk. It deletes the standby
// sessions that the bulk did not name and returns their number.
func (e *Engine) EndConfirm() (removed int) {
	if !e.ha.confirming {
		return 0
	}
	e.table.each(func(slot uint32, s *session) bool {
		if e.ha.unconfirmed == 0 {
			return false
		}
		if e.kept(s) && !e.confirmed(s) {
			e.remove(slot)
			removed++
		}
		return true
	})
	e.ha.confirming = false
	return removed
}

// graveLimit bounds the remembered ends of sessions.
const graveLimit = 4096

// graves remembers which sessions ended lately: records travel unordered, and
// an update that was overtaken by the deletion must not raise the dead.
type graves struct {
	serial map[uint64]uint32 // by key hash
	ring   []uint64          // in the order of their ends
	at     int               // oldest, once the ring is full
}

func (g *graves) dig(hash uint64, serial uint32) {
	if g.serial == nil {
		g.serial = map[uint64]uint32{}
	}
	if _, ok := g.serial[hash]; !ok {
		if len(g.ring) < graveLimit {
			g.ring = append(g.ring, hash)
		} else {
			delete(g.serial, g.ring[g.at])
			g.ring[g.at] = hash
			g.at = (g.at + 1) % graveLimit
		}
	}
	g.serial[hash] = serial
}

func (g *graves) buried(hash uint64, serial uint32) bool {
	last, ok := g.serial[hash]
	return ok && int32(serial-last) <= 0
}

// Digest returns a number that is equal on two routers with the same inspection
// rules, access list names and redundant interfaces, whatever their order.
func (e *Engine) Digest() uint64 {
	var lines []string
	for _, r := range e.config.Rules {
		for _, l := range r.Lines { // show running-config may list them in another order than they were entered
			lines = append(lines, fmt.Sprintf("rule %s %+v", r.Name, l))
		}
	}
	for _, l := range e.config.Lists {
		lines = append(lines, fmt.Sprintf("list %s %d", l.Name, l.Kind))
	}
	for _, i := range e.config.Interfaces {
		if i.InspectIn.Redundancy != "" || i.InspectOut.Redundancy != "" {
			lines = append(lines, fmt.Sprintf("interface %s %s %s %+v %+v", i.Name, i.AccessIn, i.AccessOut, i.InspectIn, i.InspectOut))
		}
	}
	slices.Sort(lines)
	h := fnv.New64a()
	h.Write([]byte(strings.Join(lines, "\n")))
	return h.Sum64()
}
