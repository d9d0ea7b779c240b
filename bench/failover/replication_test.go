//go:build linux

package failover

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestReplication opens many sessions through a pair as fast as it and the
// client can, has its standby router lost and started again, and prints what
// the copying took: how fast and how late it was, and processor time and memory
// of the process that does it. That of tandem is the whole router, its
// forwarding included; that of the Linux pair is conntrackd alone, for the
// kernel forwards.
func TestReplication(t *testing.T) {
	t.Run("tandem", func(t *testing.T) {
		f := newField(t)
		replicate(t, f, startTandem(t, f, timers[0].command))
	})
	t.Run("linux", func(t *testing.T) {
		f := newField(t)
		makeRoom(t, *held)
		p := startLinux(t, f, timers[0].advert)
		standby := replicate(t, f, p)
		start := time.Now()
		_, err := p.routers[standby].ask("-c")
		require.NoError(t, err)
		t.Logf("and %.2f s until the kernel has them (conntrackd -c)", time.Since(start).Seconds())
	})
}

func replicate(t *testing.T, f *field, p pair) (standby string) {
	active, standby := p.settle(t)
	f.reach(t)
	c := newCrowd(t, f, *held)
	names := []string{active, standby}
	before := uses(t, p, names)
	w := watch(p, standby, *held, func() int { return int(c.count.Load()) })
	start := time.Now()
	c.open(t)
	took := time.Since(start)
	samples, all := w.wait(t, *held)
	if !all { // the Linux pair may not get that far
		_, ours := p.(*tandemPair)
		require.False(t, ours, "the standby router does not get the sessions")
		t.Logf("%d of them are copied", samples[len(samples)-1].copied)
	}
	t.Logf("%d sessions opened, %.1f thousand a second; the copy is late by %.0f ms at most", *held, float64(*held)/1000/took.Seconds(), ms(lateness(samples)))
	for i, after := range uses(t, p, names) {
		cpu, memory := after.cpu-before[i].cpu, after.memory-before[i].memory
		t.Logf("%s: %.1f us of processor time and %d bytes a session", names[i], float64(cpu.Microseconds())/float64(*held), memory/int64(*held))
	}

	p.strike(t, silent, standby, 0)
	p.mend(t, silent, standby, 0)
	samples, _ = watch(p, standby, *held, func() int { return *held }).wait(t, *held)
	t.Logf("a new standby router has %d of them %.2f s after the first", samples[len(samples)-1].copied, during(samples).Seconds())
	return standby
}

// use is what a process has taken.
type use struct {
	cpu    time.Duration
	memory int64 // resident, bytes
}

// tick is the unit of processor time in /proc.
const tick = 10 * time.Millisecond

func uses(t *testing.T, p pair, routers []string) (all []use) {
	t.Helper()
	for _, r := range routers {
		dir := filepath.Join("/proc", strconv.Itoa(p.worker(t, r)))
		stat, err := os.ReadFile(dir + "/stat")
		require.NoError(t, err)
		_, rest, _ := strings.Cut(string(stat), ") ") // behind the name
		field := strings.Fields(rest)
		numbers := make([]int64, 0, 3)
		for _, i := range []int{11, 12, 21} { // utime, stime and rss of proc(5)
			n, err := strconv.ParseInt(field[i], 10, 64)
			require.NoError(t, err)
			numbers = append(numbers, n)
		}
		all = append(all, use{time.Duration(numbers[0]+numbers[1]) * tick, numbers[2] * int64(os.Getpagesize())})
	}
	return all
}

// sample is how many sessions were open and how many the standby had, a little
// later.
type sample struct {
	at           time.Time
	open, copied int
}

// watcher asks a standby router again and again how much it has, until that is
// enough.
type watcher struct {
	enough  chan struct{}
	samples []sample // valid once it is enough
}

func watch(p pair, standby string, enough int, open func() int) *watcher {
	w := &watcher{enough: make(chan struct{})}
	go func() {
		defer close(w.enough)
		ask := time.NewTicker(10 * time.Millisecond)
		defer ask.Stop()
		for end := time.Now().Add(patience); time.Now().Before(end); <-ask.C {
			s := sample{open: open()}
			var err error
			if s.copied, err = p.copied(standby); err != nil {
				continue // it may be starting
			}
			s.at = time.Now()
			w.samples = append(w.samples, s)
			if s.copied >= enough {
				return
			}
		}
	}()
	return w
}

// wait returns what was seen, and whether it was enough in the end.
func (w *watcher) wait(t *testing.T, enough int) ([]sample, bool) {
	t.Helper()
	<-w.enough
	require.NotEmpty(t, w.samples, "the router tells nothing")
	return w.samples, w.samples[len(w.samples)-1].copied >= enough
}

// lateness returns for how long, at most, a session was open and not copied: as
// exactly as the samples are close to each other.
func lateness(samples []sample) (worst time.Duration) {
	for i, s := range samples {
		for _, was := range slices.Backward(samples[:i]) {
			if was.open <= s.copied {
				worst = max(worst, s.at.Sub(was.at))
				break
			}
		}
	}
	return worst
}

// during returns the time from the first copied session to the last.
func during(samples []sample) time.Duration {
	first := slices.IndexFunc(samples, func(s sample) bool { return s.copied > 0 })
	if first < 0 {
		return 0
	}
	last := slices.IndexFunc(samples, func(s sample) bool { return s.copied == samples[len(samples)-1].copied })
	from := max(first-1, 0)
	return samples[last].at.Sub(samples[from].at)
}
