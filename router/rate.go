package router

import (
	"math"
	"time"

	"tandem/clock"
)

// meter is the load of an interface in one direction: exponential averages that
// decay with the load interval. They are brought up to date when traffic comes
// or somebody looks, so an idle interface needs no timer.
type meter struct {
	bits, packets float64 // a second, at the moment at
	at            clock.Time
}

// add counts a batch.
func (m *meter) add(now clock.Time, interval time.Duration, frames [][]byte) {
	m.decay(now, interval)
	n := 0
	for _, f := range frames {
		n += len(f)
	}
	m.bits += 8 * float64(n) / interval.Seconds()
	m.packets += float64(len(frames)) / interval.Seconds()
}

func (m *meter) decay(now clock.Time, interval time.Duration) {
	if now > m.at {
		keep := math.Exp(-now.Sub(m.at).Seconds() / interval.Seconds())
		m.bits, m.packets, m.at = m.bits*keep, m.packets*keep, now
	}
}

// shownBits is the step in which bit rates are shown (sample
// show_interfaces_gigabitethernet_3800).
const shownBits = 1000

// rates returns what is shown: whole packets and thousands of bits a second.
func (m *meter) rates(now clock.Time, interval time.Duration) (bits, packets uint64) {
	m.decay(now, interval)
	return uint64(m.bits/shownBits+0.5) * shownBits, uint64(m.packets + 0.5)
}
