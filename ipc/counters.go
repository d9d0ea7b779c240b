package ipc

import (
	"tandem/clock"
	"tandem/ipc/sctp"
)

// Counters is what show ipc status prints, since the router started.
type Counters struct {
	Sent          uint64 // messages taken from Send
	Refused       uint64 // messages that Send did not take
	Received      uint64
	Acknowledged  uint64
	Retransmitted uint64 // DATA chunks
	Dropped       uint64 // sent, and lost with an association that ended before they were acknowledged
	Established   uint64 // times the association came up, restarts included
	Lost          uint64 // times it was lost
}

// tally is what an endpoint counts.
type tally struct {
	statistics sctp.Statistics
	faults     sctp.Faults
}

func (t tally) since(earlier tally) tally {
	return tally{t.statistics.Since(earlier.statistics), t.faults.Since(earlier.faults)}
}

func (t tally) plus(s sctp.Status) tally {
	return tally{t.statistics.Plus(s.Statistics), t.faults.Plus(s.Faults)}
}

// Status returns the state of the association for show ip sctp, and false when
// there is none.
func (z *Zone) Status(now clock.Time) (sctp.Status, bool) {
	if z.assoc == nil {
		return sctp.Status{}, false
	}
	s := z.assoc.Status(now)
	own := tally{s.Statistics, s.Faults}.since(z.mark)
	s.Statistics, s.Faults = own.statistics, own.faults
	return s, true
}

// all counts every endpoint since the router started.
func (z *Zone) all(now clock.Time) tally {
	t := z.gone
	if z.assoc != nil {
		t = t.plus(z.assoc.Status(now))
	}
	t.faults = t.faults.Plus(z.stray)
	return t
}

// Totals returns what was counted since the router started or the user cleared
// it, over all associations and while there was none: show ip sctp statistics
// and errors.
func (z *Zone) Totals(now clock.Time) (sctp.Statistics, sctp.Faults) {
	t := z.all(now).since(z.cleared)
	return t.statistics, t.faults
}

// ClearStatistics makes the counters of Status and Totals count from now on:
// clear ip sctp statistics.
func (z *Zone) ClearStatistics(now clock.Time) {
	z.cleared, z.mark = z.all(now), tally{}
	if z.assoc != nil {
		z.mark = tally{}.plus(z.assoc.Status(now))
	}
}

// Counters returns the counts for show ipc status.
func (z *Zone) Counters(now clock.Time) Counters {
	c := z.counters
	all := z.all(now).statistics
	c.Acknowledged, c.Retransmitted = all.MessagesAcked, all.DataRetransmitted
	queued := uint64(0)
	if z.assoc != nil {
		queued = uint64(z.assoc.Status(now).MessagesQueued)
	}
	c.Dropped = c.Sent - min(c.Sent, c.Acknowledged+queued)
	return c
}
