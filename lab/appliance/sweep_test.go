package appliance_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
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

// What a failing seed prints is a scenario file that replays it: it brings the
// flows to the same records, gaps and states, whatever the blows were. Seeds
// are tried until each kind of blow has fallen.
func TestSweepReplays(t *testing.T) {
	folder := t.TempDir()
	missing := []string{"cut", "power off", "loss 100%", "reload", "force-switchover"}
	if replays < 16 {
		missing = nil
	}
	for seed := *sweepFirst; seed < *sweepFirst+replays || len(missing) > 0; seed++ {
		require.Less(t, seed, *sweepFirst+100, "no %v", missing)
		x, err := runTrial(seed)
		require.NoError(t, err, "seed %d", seed)
		file := filepath.Join(folder, "replay.txtar")
		require.NoError(t, os.WriteFile(file, []byte(x.replay()), 0o600))
		var out bytes.Buffer
		require.NoError(t, harness(t).Run(&out, file), "seed %d\n%s", seed, &out)
		missing = slices.DeleteFunc(missing, func(blow string) bool { return strings.Contains(x.script.String(), blow) })
	}
}
