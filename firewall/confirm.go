package firewall

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
	e.ha.graves.clear()
	e.ha.parity ^= markConfirm
	e.ha.unconfirmed = e.counts[1].Total()
}

// Expect makes room for a bulk of about that many sessions: growing step by
// step would take a quarter of the time of a long one.
func (e *Engine) Expect(sessions int) { e.table.reserve(sessions) }

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
