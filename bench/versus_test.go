// Package bench measures parts of Tandem side by side with what else does the
// same work, in one run, so that the ratio holds on a machine whose speed is
// not known.
package bench_test

import (
	"testing"
	"time"
)

// round is how many calls of one side go by before the other has its turn:
// few enough that both see the same weather, many enough to time.
const round = 256

// versus times ours and peer in turns and reports the nanoseconds of a call of
// each and how many times faster ours is. Both must do the same work.
func versus(b *testing.B, ours, peer func()) {
	b.Helper()
	var mine, theirs time.Duration
	for b.Loop() {
		mine += clocked(ours)
		theirs += clocked(peer)
	}
	calls := float64(b.N) * round
	b.ReportMetric(0, "ns/op") // of both sides and the clock: says nothing
	b.ReportMetric(float64(mine.Nanoseconds())/calls, "ours-ns")
	b.ReportMetric(float64(theirs.Nanoseconds())/calls, "peer-ns")
	b.ReportMetric(float64(theirs)/float64(mine), "times-faster")
}

func clocked(work func()) time.Duration {
	start := time.Now()
	for range round {
		work()
	}
	return time.Since(start)
}
