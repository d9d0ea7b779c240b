package appliance_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/lab"
	"tandem/redundancy"
)

// The copy for a standby that comes up runs beside new connections over cables
// that lose, double and reorder. At every moment the active router counts no
// fewer sessions at risk than the standby lacks; in the end it lacks none.
func TestCopyAndChangesOverBadCables(t *testing.T) {
	const before, during = min(2000, 2*silentFlows), 300
	p := newTwoPath(t, 3)
	for n := range before {
		p.host("pc", "connect tcp 211.0.0.100 7 rate 1")
		if n%100 == 0 {
			require.NoError(t, p.Advance(20*time.Millisecond))
		}
	}
	require.NoError(t, p.Power("RouterB", lab.Off))
	require.NoError(t, p.Advance(10*time.Second))
	for _, segment := range []string{"first", "second"} {
		require.NoError(t, p.Impair(segment, "loss", "15%", "reorder", "15%", "duplicate", "10%"))
	}
	require.NoError(t, p.Power("RouterB", lab.On))

	sessions := func(name string) map[uint32]bool {
		all := map[uint32]bool{}
		for _, s := range p.router(name).Firewall().HASessions(p.Now()) {
			all[s.ID] = true
		}
		return all
	}
	lacking := func() (n uint64) {
		has := sessions("RouterB")
		for id := range sessions("RouterA") {
			if !has[id] {
				n++
			}
		}
		return n
	}
	require.Equal(t, uint64(before), lacking())
	require.Equal(t, uint64(before), p.router("RouterA").Redundancy().Lag().AtRisk())
	begun, err := p.RunUntil(func() bool { return p.rf("RouterB") == redundancy.StandbyBulk }, 30*time.Second)
	require.NoError(t, err)
	require.True(t, begun)
	beside := 0 // connections that began while the copy ran
	for n := 0; n < during; n++ {
		p.host("pc", "connect tcp 211.0.0.100 7 rate 1")
		require.NoError(t, p.Advance(20*time.Millisecond))
		lag := p.router("RouterA").Redundancy().Lag()
		copying := p.rf("RouterB") == redundancy.StandbyBulk
		if copying {
			beside++
		}
		if n%20 == 0 || copying {
			require.GreaterOrEqual(t, lag.AtRisk(), lacking(), "%+v", lag)
		}
	}
	require.Greater(t, beside, 10)
	for _, segment := range []string{"first", "second"} {
		require.NoError(t, p.Impair(segment, "none"))
	}
	require.NoError(t, p.Advance(30*time.Second))
	require.Equal(t, redundancy.StandbyHot, p.rf("RouterB"))
	require.Equal(t, sessions("RouterA"), sessions("RouterB"))
	require.Len(t, sessions("RouterB"), before+during)
	require.Zero(t, p.router("RouterA").Redundancy().Lag().AtRisk())
	require.Positive(t, p.association("RouterA").Statistics.DataRetransmitted)
	require.Equal(t, uint64(1), p.router("RouterA").Redundancy().Statistics().BulkCompleted-1, "no copy had to begin anew")
}
