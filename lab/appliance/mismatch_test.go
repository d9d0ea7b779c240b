package appliance_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/redundancy"
	"tandem/router"
)

// Routers of another release, hardware or inspection never get beyond STANDBY
// COLD (reference ha 3.4). Both say why; the roles stay as they are, and a
// takeover says what it lacks.
func TestUnlikeRoutersStayCold(t *testing.T) {
	for _, c := range []struct {
		name            string
		change          func(b *lab.RouterSpec)
		atA, atB, lacks string
	}{
		{
			"release", func(b *lab.RouterSpec) { b.Release = "15.1(4)M" },
			"software release (15.1(4)M)", "software release (12.4(6)T)", "software release (12.4(6)T)",
		},
		{"platform", func(b *lab.RouterSpec) { b.Chassis = "c3825" }, "platform (c3825)", "platform (c3845)", "platform (c3845)"},
		{
			"both", func(b *lab.RouterSpec) { b.Chassis, b.Release = "c3825", "15.1(4)M" },
			"software release (15.1(4)M), platform (c3825)", "software release (12.4(6)T), platform (c3845)",
			"software release (12.4(6)T), platform (c3845)",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			logs := map[string]string{}
			p := newPair(t, lab.Options{Seed: 1, Changed: func(now clock.Time, name string, d lab.Device) {
				if d != nil {
					d.(*appliance.Device).OpenConsole(now, func(s router.Screen) { logs[name] += s.Text })
				}
			}}, func(l *lab.Topology) {
				for i := range l.Routers {
					if l.Routers[i].Name == "RouterB" {
						c.change(&l.Routers[i])
					}
				}
			})
			require.NoError(t, p.Advance(time.Minute))
			p.host("pc", "connect tcp 211.0.0.100 7 rate 10")
			require.NoError(t, p.Advance(time.Minute))
			require.Equal(t, redundancy.Active, p.rf("RouterA"))
			require.Equal(t, redundancy.StandbyCold, p.rf("RouterB"))
			require.Contains(t, p.show("RouterB", "show redundancy states"), "     peer state = 13 -ACTIVE \n           Mode = Duplex\n")
			require.Contains(t, p.show("RouterA", "show redundancy states"), "    Manual Swact = disabled (the peer unit is still initializing)\n")
			for name, other := range map[string]string{"RouterA": c.atA, "RouterB": c.atB} {
				require.Contains(t, logs[name], fmt.Sprintf("%%TANDEM-4-PEER_MISMATCH: the redundancy peer has another %s; ", other))
			}
			require.Contains(t, p.show("RouterA", "show ip inspect ha statistics"), "Lost by a failover now          : 1\n")
			require.NoError(t, p.Power("RouterA", lab.Off))
			require.NoError(t, p.Advance(20*time.Second))
			require.Equal(t, redundancy.Active, p.rf("RouterB"))
			require.Contains(t, logs["RouterB"], "%TANDEM-4-SYNC_INCOMPLETE: takeover in state STANDBY COLD, 0 sessions, 0 of them not confirmed: "+
				"no copy was taken from a peer with another "+c.lacks)
			require.Contains(t, p.show("RouterB", "show redundancy counters"), "    incomplete takeovers = 1\n")
		})
	}
}
