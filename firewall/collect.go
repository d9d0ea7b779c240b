package firewall

import "tandem/clock"

// Collect appends records of replicated sessions that changed to dst, as long
// as they fit into limit bytes, and returns their number. Only the newest state
// of a session is sent, however often it changed; now dates the ages in it.
func (e *Engine) Collect(now clock.Time, dst []byte, limit int) (out []byte, records int) {
	e.tick(now)
	start := len(dst)
	for e.ha.pending > 0 && len(dst)-start+updateLen <= limit {
		slot, ok := e.nextChanged()
		if !ok {
			break
		}
		before := len(dst)
		if dst = e.record(dst, slot); len(dst) > before {
			records++
		}
	}
	return dst, records
}

// Pending returns the number of sessions whose change was not collected yet.
func (e *Engine) Pending() int { return e.ha.pending }

// nextChanged takes a session with markDirty, from one shard after the other.
func (e *Engine) nextChanged() (slot uint32, ok bool) {
	for range e.table.shards {
		if e.ha.cursor >= len(e.table.shards) {
			e.ha.cursor = 0
		}
		sh := &e.table.shards[e.ha.cursor]
		if i, ok := sh.dirty.next(sh.slots, markDirty); ok {
			return slotAt(e.ha.cursor, int(i)), true
		}
		e.ha.cursor++
	}
	return 0, false
}

// record appends the newest state of the session in a slot. The slot of a
// session that is over becomes free.
func (e *Engine) record(dst []byte, slot uint32) []byte {
	s := e.table.at(slot)
	e.settle(s)
	r := record{kind: recordUpdate, key: s.key(), phase: s.conn.phase &^ inherited, serial: s.serial, scale: s.conn.scale}
	if s.marks&markGone != 0 {
		r.kind, r.version = recordDelete, s.version+1
		e.ha.stats.DeletesSent++
		e.table.release(slot)
		return r.append(dst)
	}
	if s.conn.state().HalfOpen() {
		return dst
	}
	s.version++
	s.marks |= markAnnounced
	p := &e.policies.list[s.policy]
	r.version = s.version
	r.rule, r.line = p.binding.hash, p.line.hash
	r.port = [2]uint32{e.guard(p.port[Forward]).hash, e.guard(p.port[Return]).hash}
	r.age, r.idle, r.end = e.sec-s.created, e.sec-s.heard, s.conn.end
	if p.label != p.line.keyword {
		r.channel = 1
	}
	e.ha.stats.UpdatesSent++
	return r.append(dst)
}

// Refresh marks the sessions that had traffic since the last call as changed,
// so that the peer learns of their sequence numbers and idle times. It is due
// every ip inspect redundancy update seconds.
func (e *Engine) Refresh(now clock.Time) {
	e.tick(now)
	for i := range e.table.shards {
		sh := &e.table.shards[i]
		for {
			j, ok := sh.touched.next(sh.slots, markTouched)
			if !ok {
				break
			}
			s := &sh.slots[j]
			s.marks &^= markTouched
			if s.marks&(markAnnounced|markGone) == markAnnounced {
				e.change(slotAt(i, int(j)), s)
			}
		}
	}
}

// StartBulk begins a walk over all replicated sessions for a peer that knows
// none or may have missed something. A walk that runs begins anew. It returns
// how many sessions there are, which is about how many it will find.
func (e *Engine) StartBulk() (expected int) {
	e.ha.walk, e.ha.walking = 0, true
	e.ha.stats.BulkStarted++
	return e.table.live
}

// Uncopied returns the number of replicated sessions in use that the walk has
// yet to reach, all of them while none runs. Those whose change waits for
// Collect are not counted: Pending does.
func (e *Engine) Uncopied() (sessions int) {
	from := uint32(0)
	if e.ha.walking {
		from = e.ha.walk
	}
	e.table.each(func(slot uint32, s *session) bool {
		if slot >= from && s.marks&(markReplicated|markDirty) == markReplicated && !e.kept(s) && !s.conn.state().HalfOpen() {
			sessions++
		}
		return true
	})
	return sessions
}

// Bulk appends records of the next sessions of the walk to dst, as long as
// they fit into limit bytes. done is true when the walk is at its end. Live
// changes go out beside it by Collect.
func (e *Engine) Bulk(now clock.Time, dst []byte, limit int) (out []byte, records int, done bool) {
	e.tick(now)
	start := len(dst)
	for e.ha.walking {
		i, j := shardOf(e.ha.walk), int(placeIn(e.ha.walk))
		if i >= len(e.table.shards) {
			e.ha.walking = false
			e.ha.stats.BulkCompleted++
			break
		}
		if slots := e.table.shards[i].slots; j >= len(slots) || e.table.shards[i].used == 0 {
			e.ha.walk = slotAt(i+1, 0)
			continue
		}
		s := &e.table.shards[i].slots[j]
		if s.inUse() && s.marks&markReplicated != 0 && !e.kept(s) && !s.conn.state().HalfOpen() {
			if len(dst)-start+updateLen > limit {
				return dst, records, false
			}
			dst = e.record(dst, e.ha.walk)
			records++
		}
		e.ha.walk++
	}
	return dst, records, true
}
