package redundancy

import (
	"fmt"
	"slices"
	"time"

	"tandem/syslog"
)

// intake is the standby side: it asks for a bulk copy, applies what arrives
// and tells how far it is.
type intake struct {
	bulk     uint32   // the copy asked for last; messages of others are stale
	upTo     uint64   // every message up to this one has arrived
	ahead    []uint64 // ascending: arrived beyond a hole
	end      uint64   // number of BulkEnd; 0 until it arrives
	behind   uint64   // the highest number a Keepalive knew of; what is missing up to it is waited for
	late     int      // Keepalives since
	strange  bool     // the last Keepalive was of another copy
	expected uint64   // records of the copy, about, as its beginning said
	complete bool     // the copy has been taken over whole
	received uint64   // data messages
	applied  uint64   // records
	refused  uint64
}

// advance takes a standby on to the copy, as soon as the peer is ACTIVE, alike
// and talking. The steps for configuration and file system are empty: this
// feature copies sessions only.
func (f *Facility) advance() {
	if f.my != StandbyCold || !f.peer.talking || !f.peer.matches || f.peer.state != Active {
		return
	}
	f.move(StandbyConfig)
	f.move(StandbyFilesys)
	f.move(StandbyBulk)
	f.ask()
}

// ask requests a bulk copy. From now on only what it confirms is true; a copy
// under way, if any, is forgotten.
func (f *Facility) ask() {
	f.intake = intake{bulk: f.intake.bulk + 1}
	f.stats.BulkAsked++
	f.sessions.BeginConfirm()
	f.tell(&Message{Kind: BulkRequest, Bulk: f.intake.bulk})
	f.arm(&f.progress, f.now.Add(notificationTimer))
}

// resync starts the copy over, because something of it is missing.
func (f *Facility) resync(why string) {
	if f.my != StandbyBulk && f.my != StandbyHot {
		return
	}
	f.stats.Resyncs++
	f.stats.LastResync = why
	f.move(StandbyBulk)
	f.ask()
}

// takeData applies one data message. One that came already is only counted.
func (f *Facility) takeData(m *Message) {
	in := &f.intake
	if f.my != StandbyBulk && f.my != StandbyHot || m.Bulk != in.bulk || m.Sequence == 0 {
		f.counters.Stale++
		return
	}
	if !in.mark(m.Sequence) {
		f.counters.Duplicates++
		return
	}
	in.received++
	if len(in.ahead) > aheadLimit {
		f.resync("too many messages missing")
		return
	}
	switch m.Kind {
	case BulkBegin:
		in.expected = m.Copied
		f.sessions.Expect(int(min(m.Copied, expectLimit)))
	case BulkRecords, LiveRecords:
		f.apply(m)
	case BulkEnd:
		in.end = m.Sequence
	}
	f.progressing()
}

func (f *Facility) apply(m *Message) {
	apply := f.sessions.Apply
	if len(f.intake.ahead) > 0 {
		apply = f.sessions.ApplyEarly
	}
	applied, err := apply(f.now, m.Body)
	applied = max(0, applied)
	refused := max(0, int(m.Count)-applied)
	f.intake.applied += uint64(applied)
	f.intake.refused += uint64(refused)
	f.stats.Applied += uint64(applied)
	f.stats.Refused += uint64(refused)
	if err != nil {
		f.malformed(err)
	}
}

// progressing acknowledges, and ends the copy when all of it is here.
func (f *Facility) progressing() {
	in := &f.intake
	if f.my == StandbyBulk && in.end != 0 && in.upTo >= in.end {
		f.stop(&f.progress)
		f.stats.BulkTaken++
		in.complete = true
		f.stats.Removed += uint64(f.sessions.EndConfirm())
		f.move(StandbyHot)
		f.logPeer("RF", syslog.Notifications, "RF_TERMINAL_STATE", "Terminal state reached for (SSO)")
		f.emit(Synced{})
		f.acknowledge()
		f.sayState()
		return
	}
	if f.my == StandbyBulk {
		f.arm(&f.progress, f.now.Add(notificationTimer))
	}
	if in.received%ackMessages == 0 {
		f.acknowledge()
	} else if !f.ack.running {
		f.arm(&f.ack, f.now.Add(ackDelay))
	}
}

// acknowledge sends a receipt; one that the association does not take is tried
// again.
func (f *Facility) acknowledge() {
	in := &f.intake
	f.stop(&f.ack)
	if f.my != StandbyBulk && f.my != StandbyHot || !f.peer.talking {
		return
	}
	if !f.tell(&Message{Kind: Ack, Bulk: in.bulk, Ack: Receipt{in.upTo, in.applied, in.refused}}) {
		f.arm(&f.ack, f.now.Add(ackDelay))
	}
}

// checkHole looks for data that was sent before an earlier Keepalive and is
// still missing at this one. The association may have to repeat it more than
// once, while others pass it.
func (f *Facility) checkHole(m *Message) {
	in := &f.intake
	if m.Bulk == 0 && in.upTo == 0 {
		return // it knows of none yet: asked again with each of our own Keepalives
	}
	if m.Bulk != in.bulk {
		if in.strange { // it does not make the one that was asked for
			f.resync("the peer makes another copy")
		}
		in.strange = true
		return
	}
	in.strange = false
	in.late++
	switch {
	case in.upTo >= in.behind:
		in.behind, in.late = m.Sequence, 0
	case in.late >= holeThreshold:
		f.resync("records missing")
		return
	}
	f.acknowledge() // the last receipt may be lost
}

// lacks says what a router that takes over from the given state does not have
// of what its peer had a hold time ago, "" for nothing. The association may
// notice a dead peer before HSRP does, so a short while in STANDBY COLD takes
// nothing away.
func (f *Facility) lacks(was State) string {
	in := &f.intake
	switch stale := f.now.Sub(f.staleSince); {
	case was.IsStandby() && !in.complete && f.peer.mismatch != "":
		return "no copy was taken from a peer with another " + f.peer.mismatch
	case !was.IsStandby() || in.bulk == 0:
		return "no copy was taken"
	case !in.complete:
		return fmt.Sprintf("the copy was not finished, %d of about %d records applied", in.applied, in.expected)
	case in.missing() > 0:
		return fmt.Sprintf("%d messages missing", in.missing())
	case was != StandbyHot && stale > f.groups[f.scheme].hold:
		return fmt.Sprintf("no change heard for %s", stale.Round(time.Second))
	}
	return ""
}

// missing returns how many messages are known to be on their way still.
func (in *intake) missing() uint64 {
	last := in.behind
	if n := len(in.ahead); n > 0 {
		last = max(last, in.ahead[n-1])
	}
	return last - min(last, in.upTo+uint64(len(in.ahead)))
}

// mark notes that message n arrived, and returns false if it had before.
func (in *intake) mark(n uint64) bool {
	if n <= in.upTo {
		return false
	}
	i, had := slices.BinarySearch(in.ahead, n)
	if had {
		return false
	}
	in.ahead = slices.Insert(in.ahead, i, n)
	k := 0
	for k < len(in.ahead) && in.ahead[k] == in.upTo+1 {
		in.upTo++
		k++
	}
	in.ahead = slices.Delete(in.ahead, 0, k)
	return true
}
