package redundancy

import "tandem/syslog"

// supply is the active side: it sends a bulk copy when asked, and live changes
// beside and after it. Data messages are numbered within the bulk.
type supply struct {
	bulk     uint32 // the copy asked for; 0 while nobody asked
	phase    phase
	expected int    // records of the walk, about
	end      uint64 // number of BulkEnd; 0 before it is made
	complete bool   // the peer has all of it
	liveTurn bool   // live records went last
	sequence uint64
	unsent   []byte // a message the transport has not taken yet
	inFlight []flight
	sent     uint64 // records, live and copied
	walked   uint64 // records of the walk
	acked    uint64 // records in acknowledged messages
	receipt  Receipt
}

// phase says how far a bulk copy is.
type phase uint8

const (
	asked   phase = iota // BulkBegin is to be sent
	walking              // sessions are to be sent
	walked               // BulkEnd is to be sent
	copied               // live records only
)

// flight is one unacknowledged data message.
type flight struct {
	sequence uint64
	records  uint64
}

// serve starts the bulk copy that the peer asked for. Asked again for the same
// one, it goes on.
func (f *Facility) serve(bulk uint32) {
	if !f.my.IsActive() || !f.peer.talking || !f.peer.matches || bulk == 0 || bulk == f.supply.bulk {
		return
	}
	f.breakOff()
	f.supply.bulk = bulk
	f.stats.BulkStarted++
	f.supply.expected = f.sessions.StartBulk()
	f.pumpOut()
}

// refresh has the sessions whose counters moved copied too.
func (f *Facility) refresh() {
	f.arm(&f.update, f.now.Add(f.updateInterval()))
	if f.supply.bulk != 0 {
		f.sessions.Refresh(f.now)
		f.pumpOut()
	}
}

// pumpOut sends data while there is some, the association takes it and the
// peer keeps up. It stops after a while so that the device can do other work.
func (f *Facility) pumpOut() {
	s := &f.supply
	if s.bulk == 0 {
		return
	}
	for range messagesAStep {
		if len(s.unsent) == 0 && !f.compose() {
			break
		}
		if !f.transmitData(s.unsent) {
			break
		}
		s.unsent = s.unsent[:0]
	}
	switch {
	case !f.waits(): // a change or an Ack goes on
		f.stop(&f.pump)
	case !f.pump.running:
		f.arm(&f.pump, f.now.Add(pumpInterval))
	}
}

// waits reports whether there is something to send that the peer would take.
func (f *Facility) waits() bool {
	s := &f.supply
	return s.bulk != 0 && len(s.inFlight) < unackedLimit &&
		(len(s.unsent) > 0 || s.phase != copied || f.sessions.Pending() > 0)
}

// Ready reports whether a Tick has something to send, and room for a whole
// message of it. Less room waits for more, so that a copy does not go out in
// crumbs.
func (f *Facility) Ready() bool { return f.waits() && f.transport.Ready() >= maxMessage }

// compose makes the next data message, and returns false when there is none or
// no room for it. Live records and the copy take turns.
func (f *Facility) compose() bool {
	s := &f.supply
	room := min(f.transport.Ready(), f.transport.Whole(), maxMessage) - HeaderLen
	if room < minRecords || len(s.inFlight) >= unackedLimit {
		return false
	}
	if s.phase == asked {
		s.phase = walking
		return f.composeMark(&Message{Kind: BulkBegin, Copied: uint64(s.expected)})
	}
	s.liveTurn = !s.liveTurn
	if s.liveTurn {
		return f.composeLive(room) || f.composeCopy(room)
	}
	return f.composeCopy(room) || f.composeLive(room)
}

func (f *Facility) composeLive(room int) bool {
	if f.sessions.Pending() == 0 {
		return false
	}
	b, records := f.sessions.Collect(f.now, f.blank(), room)
	if records == 0 {
		return false
	}
	f.stats.LiveSent += uint64(records)
	f.seal(b, LiveRecords, records)
	return true
}

// composeCopy makes the next message of the bulk copy: records, or the end.
func (f *Facility) composeCopy(room int) bool {
	s := &f.supply
	if s.phase == walking {
		b, records, done := f.sessions.Bulk(f.now, f.blank(), room)
		if done {
			s.phase = walked
		}
		if records > 0 {
			s.walked += uint64(records)
			f.stats.BulkSent += uint64(records)
			f.seal(b, BulkRecords, records)
			return true
		}
	}
	if s.phase != walked {
		return false
	}
	s.phase, s.end = copied, s.sequence+1
	return f.composeMark(&Message{Kind: BulkEnd, Copied: s.walked})
}

// blank returns the buffer of the next message, with room for the header.
func (f *Facility) blank() []byte {
	return append(f.supply.unsent[:0], make([]byte, HeaderLen)...)
}

// seal numbers a message whose records stand in b behind the blank header.
func (f *Facility) seal(b []byte, kind Kind, records int) {
	m := f.number(&Message{Kind: kind, Count: uint16(records)}, records)
	f.supply.unsent = b
	m.appendHeader(b[:0])
	putLength(b)
}

func (f *Facility) composeMark(m *Message) bool {
	f.supply.unsent = f.number(m, 0).Append(f.supply.unsent[:0])
	return true
}

// number gives m the next number and remembers it until it is acknowledged.
func (f *Facility) number(m *Message, records int) *Message {
	s := &f.supply
	s.sequence++
	s.sent += uint64(records)
	s.inFlight = append(s.inFlight, flight{s.sequence, uint64(records)})
	m.Stream, m.Bulk, m.State, m.Sequence = f.peer.stream, s.bulk, f.my, s.sequence
	return m
}

// breakOff ends the copy and what follows it. Of what was on its way nobody
// knows whether it arrives; a peer without a whole copy needs one anyway.
func (f *Facility) breakOff() {
	if f.whole != 0 {
		f.unsure += f.supply.sent - f.supply.acked
	}
	f.supply = supply{}
	f.stop(&f.pump)
}

// last returns the number of the last data message that is on its way.
func (s *supply) last() uint64 {
	if len(s.unsent) > 0 {
		return s.sequence - 1
	}
	return s.sequence
}

// acked takes a receipt of the standby router.
func (f *Facility) acked(m *Message) {
	s := &f.supply
	if s.bulk == 0 || m.Bulk != s.bulk || m.Ack.UpTo > s.sequence {
		f.counters.Stale++
		return
	}
	s.receipt = m.Ack
	n := 0
	for n < len(s.inFlight) && s.inFlight[n].sequence <= m.Ack.UpTo {
		s.acked += s.inFlight[n].records
		n++
	}
	s.inFlight = append(s.inFlight[:0], s.inFlight[n:]...)
	if s.end != 0 && m.Ack.UpTo >= s.end && !s.complete {
		s.complete = true
		f.whole, f.unsure = f.peer.intro.Boot, 0
		f.stats.BulkCompleted++
		f.logPeer("RF", syslog.Notifications, "RF_TERMINAL_STATE", "Terminal state reached for (SSO)")
	}
	f.pumpOut()
}
