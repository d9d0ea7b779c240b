package firewall

import "tandem/wire"

// Counts are numbers of sessions by state.
type Counts struct {
	Established, HalfOpen, Terminating int
}

// Total returns the number of sessions.
func (c Counts) Total() int { return c.Established + c.HalfOpen + c.Terminating }

func (c Counts) most(d Counts) Counts {
	return Counts{max(c.Established, d.Established), max(c.HalfOpen, d.HalfOpen), max(c.Terminating, d.Terminating)}
}

// statistics are the counters of show ip inspect statistics.
type statistics struct {
	packets  [3]struct{ slow, fast uint64 } // tcp, udp, icmp
	creation uint64
	most     Counts
	mostRate uint32
	last     uint32 // second of the last creation
	cleared  uint32 // second of the last reset; 0 never
	faults   [Faults]uint64
}

func protocolIndex(proto uint8) int {
	switch proto {
	case wire.ProtoTCP:
		return 0
	case wire.ProtoUDP:
		return 1
	}
	return 2
}

// created counts a new session; the counts of sessions include it already.
func (s *statistics) created(e *Engine) {
	s.creation++
	s.last = e.sec
	s.most = s.most.most(e.counts[0])
	s.mostRate = max(s.mostRate, e.limits.minute)
}
