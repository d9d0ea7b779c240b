package appliance_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/hsrp"
	"tandem/lab"
)

// A router that loses the cable of one interface gives up both groups: it says
// so on the other interface at once, and where it can say nothing more its next
// hello is all that is waited for. Without power it says nothing anywhere.
func TestBothGroupsConvergeWithinAHello(t *testing.T) {
	const late = 5 * time.Millisecond // what a hello may be late by
	for _, c := range []struct {
		blow   blow
		within time.Duration
	}{
		{blows[0], hello + late},
		{blows[1], hello + late},
		{blows[2], hold},
	} {
		for _, moment := range []time.Duration{0, 137, 500, 863, 999} {
			p := newPair(t, lab.Options{Seed: 7})
			active, standby := p.settle(30 * time.Second)
			require.NoError(t, p.Advance(5*time.Second+moment*time.Millisecond))
			struck := p.Now()
			require.NoError(t, c.blow.strike(p, active))
			ok, err := p.RunUntil(func() bool {
				return p.group(standby, 0) == hsrp.Active && p.group(standby, 1) == hsrp.Active
			}, time.Minute)
			require.NoError(t, err)
			require.True(t, ok)
			require.LessOrEqual(t, p.Now().Sub(struck), c.within, "%s at %d ms", c.blow.name, moment)
			require.NoError(t, c.blow.mend(p, active))
			p.settle(time.Minute)
		}
	}
}
