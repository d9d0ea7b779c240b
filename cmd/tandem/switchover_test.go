package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/hsrp"
	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/redundancy"
)

// blow is what makes a router lose its role, and what mends it.
type blow struct {
	name   string
	strike func(l *lab.Live, active string, run int) error
	mend   func(l *lab.Live, active string, run int) error
}

var blows = []blow{
	{"planned", func(l *lab.Live, active string, _ int) (err error) {
		doErr := l.Do(active, func(now clock.Time, d lab.Device) {
			err = d.(*appliance.Device).ForceSwitchover(now)
		})
		if doErr != nil {
			return doErr
		}
		return err
	}, func(*lab.Live, string, int) error { return nil }},
	{"cable", func(l *lab.Live, active string, run int) error {
		return l.Cut(cable(active, run))
	}, func(l *lab.Live, active string, run int) error { return l.Join(cable(active, run)) }},
	{"power", func(l *lab.Live, active string, _ int) error {
		return l.Power(active, lab.Off)
	}, func(l *lab.Live, active string, _ int) error { return l.Power(active, lab.On) }},
}

// cable is pulled on either side of the router in turn.
func cable(router string, run int) string {
	return fmt.Sprintf("%s:GigabitEthernet0/%d", router, run%2)
}

// timers are the hello and hold times of both groups.
var timers = []struct{ name, command string }{
	{"msec", "timers msec 15 msec 50"},
	{"sec", "timers 1 5"},
}

// TestSwitchover fails a pair over while the kernel's own TCP and UDP run
// through it from one namespace to another, and reports for how long nothing
// passed. No time is asserted, for machines differ: the other router takes
// over, and the TCP connection, opened before the first run, is neither reset
// nor loses a byte.
func TestSwitchover(t *testing.T) {
	if testing.Short() {
		t.Skip("minutes of real time")
	}
	for _, timer := range timers {
		for _, b := range blows {
			t.Run(timer.name+"/"+b.name, func(t *testing.T) {
				if timer.name == "sec" {
					t.Parallel() // it mostly waits
				}
				switchover(t, timer.command, b)
			})
		}
	}
}

// liveRuns is how often each blow falls; a longer study sets TANDEM_LIVE_RUNS.
func liveRuns(t *testing.T) int {
	text := os.Getenv("TANDEM_LIVE_RUNS")
	if text == "" {
		return 3
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, "TANDEM_LIVE_RUNS")
	return n
}

func switchover(t *testing.T, timers string, b blow) {
	home := newNamespace(t)
	inside := join(home, "tin", "10.0.0.100/24", "10.0.0.3")
	outside := join(home, "tout", "211.0.0.100/24", "211.0.0.3")
	dir := pairFolder(t, tappedPair, "timers 1 5", timers, "reload 7", "reload 1")
	p := pairOf{t, startIn(home, dir).live}
	p.ready()
	inside.reaches("211.0.0.100")
	s := startStream(t, inside, outside.serve("tcp", "211.0.0.100:7"))
	u := startPulse(t, inside, outside.reflect("211.0.0.100:7"))

	var udp, tcp []time.Duration
	var lost []int
	for run := range liveRuns(t) {
		flowing(t, u, s)
		active, standby := p.ready() // asked each time: a stalled machine may have swapped them
		p.replicated(standby)
		struck := time.Now()
		require.NoError(t, b.strike(p.live, active, run))
		p.tookOver(standby)
		flowing(t, u, s)
		packets, gap := u.lost(struck)
		udp, tcp, lost = append(udp, gap), append(tcp, s.gap(struck)), append(lost, packets)
		t.Logf("run %d: %s takes over from %s: UDP gap %.1f ms, %d packets lost; TCP gap %.1f ms",
			run, standby, active, ms(gap), packets, ms(tcp[run]))
		require.NoError(t, b.mend(p.live, active, run))
	}
	p.ready()
	require.NoError(t, s.finish())
	t.Logf("%s, %s: UDP gap %s, lost %d to %d packets, TCP gap %s", timers, b.name,
		spread(udp), slices.Min(lost), slices.Max(lost), spread(tcp))
}

// flowing waits until both flows have something to show from now on.
func flowing(t *testing.T, u *pulse, s *stream) {
	t.Helper()
	now := time.Now()
	require.Eventually(t, func() bool { return u.flows(now) && s.flows(now) && s.grown() }, patience, time.Millisecond)
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// spread prints least, median and most.
func spread(d []time.Duration) string {
	sorted := slices.Sorted(slices.Values(d))
	return fmt.Sprintf("%.1f / %.1f / %.1f ms", ms(sorted[0]), ms(sorted[len(sorted)/2]), ms(sorted[len(sorted)-1]))
}

// pairOf are the two routers of a running lab.
type pairOf struct {
	t    *testing.T
	live *lab.Live
}

// role is what a router thinks of itself.
type role struct {
	rf       redundancy.State
	groups   []hsrp.State
	sessions int // of the peer, held in stock
}

func (p pairOf) role(name string) (r role) {
	p.t.Helper()
	require.NoError(p.t, p.live.Do(name, func(now clock.Time, d lab.Device) {
		if d == nil {
			return
		}
		device := d.(*appliance.Device)
		r.rf = device.Redundancy().States().My
		for _, g := range device.Standby().Status(now) {
			r.groups = append(r.groups, g.State)
		}
		r.sessions = device.Firewall().Standby()
	}))
	return r
}

// ready waits until one router is Active in both groups, the other one Standby
// in both and hot, and names them.
func (p pairOf) ready() (active, standby string) {
	p.t.Helper()
	names := [][2]string{{"RouterA", "RouterB"}, {"RouterB", "RouterA"}}
	require.Eventually(p.t, func() bool {
		for _, n := range names {
			a, s := p.role(n[0]), p.role(n[1])
			if a.in(redundancy.Active, hsrp.Active) && s.in(redundancy.StandbyHot, hsrp.Standby) {
				active, standby = n[0], n[1]
				return true
			}
		}
		return false
	}, 2*patience, 10*time.Millisecond, "no pair of an active and a hot standby router")
	return active, standby
}

// in reports whether the router is in a state, with all its groups.
func (r role) in(rf redundancy.State, group hsrp.State) bool {
	return r.rf == rf && len(r.groups) == 2 && r.groups[0] == group && r.groups[1] == group
}

// replicated waits until the standby router holds the two flows.
func (p pairOf) replicated(standby string) {
	p.t.Helper()
	require.Eventually(p.t, func() bool { return p.role(standby).sessions >= 2 }, patience, time.Millisecond)
}

func (p pairOf) tookOver(name string) {
	p.t.Helper()
	require.Eventually(p.t, func() bool { return p.role(name).in(redundancy.Active, hsrp.Active) }, patience, time.Millisecond)
}
