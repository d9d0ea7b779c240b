package appliance_test

import (
	"flag"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

var (
	sweepRuns  = flag.Int("sweep", defaultRuns, "runs of TestSweep")
	sweepFirst = flag.Uint64("sweep-seed", 1, "seed of the first of them")
)

// Each run is one lab, one seed, a LAN with its own faults and one or two
// blows at times of their own; the invariants are those of trial.watch and
// trial.judge. A failing seed prints the scenario that replays it.
func TestSweep(t *testing.T) {
	var next, protected, spontaneous atomic.Uint64
	runs := uint64(*sweepRuns)
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), 4) {
		group.Go(func() {
			for {
				n := next.Add(1) - 1
				if n >= runs {
					return
				}
				x, err := runTrial(*sweepFirst + n)
				if err != nil {
					t.Errorf("seed %d: %v\nreplay:\n%s", *sweepFirst+n, err, x.replay())
					continue
				}
				if x.protected {
					protected.Add(1)
				}
				if x.spontaneous {
					spontaneous.Add(1)
				}
			}
		})
	}
	group.Wait()
	t.Logf("%d runs: in %d every flow was covered by the standby at each takeover, in %d the LAN alone caused one",
		runs, protected.Load(), spontaneous.Load())
}
