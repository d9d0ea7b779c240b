//go:build linux

package failover

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var runs = flag.Int("runs", 2, "how often each blow falls")

// The timers under study: the usual ones of the paper, and the fastest.
var timers = []struct {
	name, command string
	advert        string // of keepalived, seconds: three of them and a little are its hold time
	idle          bool   // it mostly waits
}{
	{"15 and 50 ms", "timers msec 15 msec 50", "0.01", false},
	{"1 and 5 s", "timers 1 5", "1", true},
}

func TestTandem(t *testing.T) {
	for _, timer := range timers {
		for _, b := range []blow{planned, cable, killed, silent} {
			t.Run(timer.name+" "+string(b), func(t *testing.T) {
				if timer.idle && testing.Short() {
					t.Skip("a minute of real time")
				}
				if timer.idle {
					t.Parallel()
				}
				f := newField(t)
				study(t, f, startTandem(t, f, timer.command), b, 0)
			})
		}
	}
}

// TestLinux is the same with the Linux pair.
func TestLinux(t *testing.T) {
	for _, timer := range timers {
		for _, b := range []blow{planned, cable, killed, silent} {
			t.Run(timer.advert+" s "+string(b), func(t *testing.T) {
				if timer.idle && testing.Short() {
					t.Skip("a minute of real time")
				}
				if timer.idle {
					t.Parallel()
				}
				f := newField(t)
				study(t, f, startLinux(t, f, timer.advert), b, 0)
			})
		}
	}
}

var held = flag.Int("held", 20_000, "sessions that the pair holds beside the two flows in TestSilentLossWithSessions")

// TestSilentLossWithSessions is a silent loss with the fastest timers while the
// pair holds many sessions.
func TestSilentLossWithSessions(t *testing.T) {
	t.Run("tandem", func(t *testing.T) {
		f := newField(t)
		study(t, f, startTandem(t, f, timers[0].command), silent, *held)
	})
	t.Run("linux", func(t *testing.T) {
		f := newField(t)
		makeRoom(t, *held)
		study(t, f, startLinux(t, f, timers[0].advert), silent, *held)
	})
}

// study strikes the active router of a pair again and again while a UDP and a
// TCP flow run through it, and reports for how long nothing passed. The TCP
// connection was opened before the first blow: it is neither reset nor loses a
// byte. No time is asserted, for machines differ. So many sessions more are
// held.
func study(t *testing.T, f *field, p pair, b blow, held int) {
	var gaps results
	p.settle(t)
	f.reach(t)
	var c *crowd
	if held > 0 {
		c = newCrowd(t, f, held)
		start := time.Now()
		c.open(t)
		t.Logf("%d sessions opened in %.1f s", held, time.Since(start).Seconds())
	}
	s, u := startStream(t, f), startPulse(t, f)
	for run := range *runs {
		flowing(t, u, s)
		active, standby := ready(t, p, c)
		struck := time.Now()
		p.strike(t, b, active, run)
		took := time.Since(struck)
		flowing(t, u, s)
		s.more(t, 200) // what comes after the first sign of life counts too
		l := u.lost(struck)
		gaps.add(l, s.gap(struck))
		if c != nil {
			t.Logf("of a sample of 1000 of the other sessions %d are alive", c.alive(t, 1000))
		}
		t.Logf("run %d: %s takes over from %s: %s; the blow itself took %.1f ms", run, standby, active, gaps.last(), ms(took))
		p.mend(t, b, active, run)
	}
	p.settle(t)
	broken := s.finish()
	if _, ours := p.(*tandemPair); ours {
		require.NoError(t, broken)
	} else if broken != nil {
		t.Log("the TCP connection of the Linux pair broke: ", broken)
	}
	t.Logf("| %s | %s | %.1f |", b, gaps, ms(u.pause()))
}

// ready waits until the standby router has every session: those of the crowd
// and the two flows. Sessions that a takeover lost which nobody asked for, while
// they were on their way to it, are opened again.
func ready(t *testing.T, p pair, c *crowd) (active, standby string) {
	t.Helper()
	sessions := 2
	if c != nil {
		sessions += len(c.answered)
	}
	for range 5 {
		active, standby = p.settle(t)
		if replicated(t, p, standby, sessions) {
			return active, standby
		}
		if c != nil {
			t.Log("sessions are missing: opened again")
			c.forget()
			c.open(t)
		}
	}
	if _, peer := p.(*linuxPair); peer { // it is not what is under test here
		t.Skip("the Linux pair does not copy the sessions")
	}
	require.FailNow(t, "the standby router does not get the sessions")
	return active, standby
}

// flowing waits until both flows have something to show from now on.
func flowing(t *testing.T, u *pulse, s *stream) {
	t.Helper()
	now := time.Now()
	require.Eventually(t, func() bool { return u.flows(now) && s.flows(now) && s.grown() }, patience, time.Millisecond)
}

// results are those of all runs of one blow.
type results struct {
	udp, tcp  []time.Duration // longest gap of each run
	out, back []int           // datagrams lost there and back in each run
}

func (r *results) add(l loss, tcp time.Duration) {
	r.udp, r.tcp = append(r.udp, l.gap), append(r.tcp, tcp)
	r.out, r.back = append(r.out, l.out), append(r.back, l.back)
}

func (r *results) last() string {
	n := len(r.udp) - 1
	return fmt.Sprintf("UDP gap %.1f ms, %d and %d packets lost there and back, TCP gap %.1f ms",
		ms(r.udp[n]), r.out[n], r.back[n], ms(r.tcp[n]))
}

// String prints the columns of the table in README.md of bench: runs, UDP gap,
// packets lost, TCP gap.
func (r results) String() string {
	return fmt.Sprintf("%d | %s | %s | %s", len(r.udp), spread(r.udp), r.losses(), spread(r.tcp))
}

// losses prints the least and the most packets lost there and back.
func (r results) losses() string {
	return fmt.Sprintf("%d-%d + %d-%d", slices.Min(r.out), slices.Max(r.out), slices.Min(r.back), slices.Max(r.back))
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// spread prints least, median and most, in ms.
func spread(d []time.Duration) string {
	sorted := slices.Sorted(slices.Values(d))
	return fmt.Sprintf("%.1f / %.1f / %.1f", ms(sorted[0]), ms(sorted[len(sorted)/2]), ms(sorted[len(sorted)-1]))
}
