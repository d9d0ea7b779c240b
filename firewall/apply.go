package firewall

import (
	"fmt"

	"tandem/clock"
)

// Apply stores the records of the active peer. Records of rules and interfaces
// that do not exist here are refused and counted, and so are malformed ones;
// the error, which wraps ErrRecord, is that of the first malformed record.
// Records after one whose length is wrong are lost. applied counts the others.
// All that the peer sent before the records, and before those that ApplyEarly
// took, has been applied.
func (e *Engine) Apply(now clock.Time, records []byte) (applied int, err error) {
	applied, err = e.take(now, records)
	e.ha.graves.clear()
	return applied, err
}

// ApplyEarly is Apply for records that overtook others: those will come, and
// must not bring back what has ended since.
func (e *Engine) ApplyEarly(now clock.Time, records []byte) (applied int, err error) {
	e.ha.early = true
	applied, err = e.take(now, records)
	e.ha.early = false
	return applied, err
}

func (e *Engine) take(now clock.Time, records []byte) (applied int, err error) {
	e.tick(now)
	if e.ha.promoted {
		e.ha.stats.Refused++
		return 0, fmt.Errorf("%w: sessions are in use on this side", ErrRecord)
	}
	var b incoming
	for len(records) > 0 {
		var fault error
		records, fault = b.decode(records)
		for _, f := range b.bad[:b.bads] {
			e.ha.stats.Faulty[f]++
		}
		err = first(err, fault)
		applied += e.applyAll(&b)
	}
	return applied, err
}

// incoming is the scratch of some records that are taken over together, so that
// the cache misses of their look-ups overlap.
type incoming struct {
	record [applyVector]record
	hash   [applyVector]uint64
	n      int // records
	bad    [applyVector]RecordFault
	bads   int // malformed records
}

const applyVector = 32

// decode reads the next records and returns what is left, with the first fault.
// Behind one whose length is wrong nothing is left.
func (b *incoming) decode(records []byte) (rest []byte, fault error) {
	b.n, b.bads = 0, 0
	for len(records) > 0 && b.n < applyVector && b.bads < applyVector {
		n := 1 + int(records[0])
		var err error = RecordCutShort
		if n <= len(records) {
			err = b.record[b.n].decode(records[1:n])
		}
		if err == nil {
			b.n++
		} else {
			fault = first(fault, err)
			b.bad[b.bads] = err.(RecordFault)
			b.bads++
		}
		records = records[min(n, len(records)):]
	}
	return records, fault
}

// applyAll stores what was decoded and returns how many records were accepted.
func (e *Engine) applyAll(b *incoming) (accepted int) {
	for i := range b.n {
		b.hash[i] = e.table.hash(&b.record[i].key)
	}
	e.table.touch(b.hash[:b.n])
	for i := range b.n {
		if e.apply(&b.record[i], b.hash[i]) {
			accepted++
		}
	}
	return accepted
}

func first(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// apply stores one record and reports whether it was accepted.
func (e *Engine) apply(r *record, hash uint64) bool {
	slot, d, known := e.table.find(&r.key, hash)
	if r.kind == recordDelete {
		e.ha.stats.DeletesHeard++
		if e.ha.early {
			e.ha.graves.dig(hash, r.serial)
		}
		if known && e.kept(e.table.at(slot)) && int32(r.serial-e.table.at(slot).serial) >= 0 {
			e.remove(slot)
		}
		return true
	}
	e.ha.stats.UpdatesHeard++
	m := e.meaningOf(r)
	if m == nil {
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
	return e.adopt(hash, r, m)
}

// adopt makes a standby session of a record.
func (e *Engine) adopt(hash uint64, r *record, m *meaning) bool {
	n, ok := m.hold(&e.policies)
	if !ok {
		e.ha.stats.Refused++
		return false
	}
	t := &m.terms
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
