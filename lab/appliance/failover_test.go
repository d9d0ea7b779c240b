package appliance_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/hsrp"
	"tandem/lab"
	"tandem/lab/host"
	"tandem/redundancy"
)

// blow is one way to lose the active router, and what brings it back.
type blow struct {
	name         string
	strike, mend func(p *pair, active string) error
}

var blows = []blow{
	{
		"inside cable",
		func(p *pair, active string) error { return p.Cut(active + ":GigabitEthernet0/0") },
		func(p *pair, active string) error { return p.Join(active + ":GigabitEthernet0/0") },
	},
	{
		"outside cable, found by tracking",
		func(p *pair, active string) error { return p.Cut(active + ":GigabitEthernet0/1") },
		func(p *pair, active string) error { return p.Join(active + ":GigabitEthernet0/1") },
	},
	{
		"power",
		func(p *pair, active string) error { return p.Power(active, lab.Off) },
		func(p *pair, active string) error { return p.Power(active, lab.On) },
	},
}

// failovers is how often the active router is lost, one way after the other;
// with two routers that take turns, and three ways, both lose it each way.
const failovers = 20

// Over twenty failovers the same connections go on: no reset, every record
// back exactly once. Each time the router that lost the role reloads, returns
// as standby and is hot before the next one.
func TestTwentyFailovers(t *testing.T) {
	for seed := uint64(1); seed <= pairSeeds; seed++ {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			p := newPair(t, lab.Options{Seed: seed})
			active, standby := p.settle(30 * time.Second)
			for range 3 {
				p.host("pc", "connect tcp 211.0.0.100 7 rate 20")
			}
			p.host("pc", "connect udp 211.0.0.100 7 rate 100")
			require.NoError(t, p.Advance(5*time.Second))

			rng := rand.New(rand.NewPCG(seed, 0))
			for i := range failovers {
				require.NoError(t, p.Advance(time.Duration(rng.Int64N(int64(3*time.Second)))))
				b := blows[i%len(blows)]
				p.failOver(b, active, standby)
				now, _ := p.settle(time.Minute)
				require.Equal(t, standby, now, "the router that returns takes nothing back")
				active, standby = standby, active
			}
			p.checkStreams(1 << 40)
			t.Logf("UDP: longest gap %s; TCP: longest gap %s; %d failovers", p.flows("pc")[3].Tally.Gap(p.Now()),
				p.flows("pc")[0].Tally.Gap(p.Now()), failovers)
		})
	}
}

// failOver strikes the active router, watches the other take over, and mends.
func (p *pair) failOver(b blow, active, standby string) {
	t := p.t
	t.Helper()
	boots := p.boots[active]
	failedOver := p.router(standby).Firewall().HAStatistics(p.Now()).Failovers
	sent := p.flows("pc")[0].Tally.Sent
	struck := p.Now()
	require.NoError(t, b.strike(p, active))
	owns := func() bool {
		return p.group(standby, 0) == hsrp.Active && p.group(standby, 1) == hsrp.Active && p.rf(standby) == redundancy.Active
	}
	ok, err := p.RunUntil(owns, hold+hello)
	require.NoError(t, err)
	require.True(t, ok, "%s, %s lost: no takeover within the hold time and a hello\n%s", b.name, active, p.portrait())
	took := p.Now().Sub(struck)

	// The connections wait at most until TCP's next try.
	require.NoError(t, p.Advance(20*time.Second))
	p.checkStreams(sent)
	shown := p.show(standby, "show ip inspect sessions")
	for _, f := range p.flows("pc") {
		require.Contains(t, shown, fmt.Sprintf("(10.0.0.100:%d)=>(211.0.0.100:7) %s SIS_OPEN", f.Local, f.Proto), "%s", b.name)
	}
	stats := p.router(standby).Firewall().HAStatistics(p.Now())
	require.Equal(t, failedOver+1, stats.Failovers)
	require.Equal(t, 4, stats.Active)
	require.Contains(t, p.show(standby, "show ip inspect ha statistics"), fmt.Sprintf("Failovers                       : %d\n", failedOver+1))
	require.LessOrEqual(t, p.flows("pc")[3].Tally.Gap(p.Now()), hold+hello, "UDP flow after %s", b.name)

	require.NoError(t, b.mend(p, active))
	require.Equal(t, boots+1, p.boots[active], "%s: the router that loses the role starts again, once", b.name)
	t.Logf("%s of %s: taken over after %s", b.name, active, took)
}

// checkStreams requires that the TCP flows of the inside host stand, that they
// brought back more records than before, and each exactly once.
func (p *pair) checkStreams(before uint64) {
	p.t.Helper()
	for _, f := range p.flows("pc") {
		if f.Proto != "tcp" {
			continue
		}
		y := &f.Tally
		if f.State != host.Established {
			p.t.Fatalf("flow %d is %s\n%s", f.Number, f.State, p.portrait())
		}
		require.Zero(p.t, y.Lost(p.Now())+y.Duplicated+y.OutOfOrder+y.Damaged, "flow %d", f.Number)
		require.GreaterOrEqual(p.t, y.Received+20, min(y.Sent, before+1), "flow %d does not go on", f.Number)
	}
}
