package appliance_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/lab"
	"tandem/lab/host"
)

// Every one of ten thousand connections survives the silent loss of the active
// router: not one is reset, and every record comes back exactly once.
func TestSilentLossOfTenThousand(t *testing.T) {
	p := newPair(t, lab.Options{Seed: 1})
	active, standby := p.settle(30 * time.Second)
	for n := range silentFlows {
		p.host("pc", "connect tcp 211.0.0.100 7 rate 1")
		if n%100 == 0 {
			require.NoError(t, p.Advance(50*time.Millisecond))
		}
	}
	settled := func() bool {
		for _, f := range p.flows("pc") {
			if f.State != host.Established {
				return false
			}
		}
		return p.router(standby).Redundancy().Statistics().StandbySessions >= silentFlows
	}
	for end := p.Now().Add(30 * time.Second); !settled(); {
		require.Less(t, p.Now(), end, "not established and copied")
		require.NoError(t, p.Advance(time.Second))
	}
	require.NoError(t, p.Power(active, lab.Off))
	require.NoError(t, p.Advance(hold+hello+15*time.Second)) // the hosts' timers have doubled to eight seconds
	flows := p.flows("pc")
	require.Len(t, flows, silentFlows)
	p.checkStreams(10)
	require.Equal(t, silentFlows, p.router(standby).Firewall().HAStatistics(p.Now()).Active)
}
