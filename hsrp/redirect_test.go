package hsrp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/hsrp"
	"tandem/wire"
)

// Redirects name virtual addresses, never a router that is heard to be passive;
// who is not heard to run HSRP may be named.
func TestRedirect(t *testing.T) {
	d := in(t, hsrp.Standby) // 10.0.0.9 is Active
	ask := func(nextHop string) string {
		gateway, send := d.r.Redirect(d.now, gi00, wire.MustAddr(nextHop))
		if !send {
			return "none"
		}
		return gateway.String()
	}
	passive := wire.HSRPAdvertise{Version: 1, State: wire.HSRPPassive, Passive: 1}
	start := d.now
	d.step(hsrp.Heard{At: d.now, Interface: gi00, Source: wire.MustAddr("10.0.0.7"), MAC: wire.MAC{2}, Payload: passive.Append(nil)})
	require.Equal(t, "10.0.0.3", ask("10.0.0.9"))
	require.Equal(t, "none", ask("10.0.0.7"))
	require.Equal(t, "10.0.0.8", ask("10.0.0.8"))
	s := d.r.Interfaces(d.now)[0]
	require.Equal(t, []hsrp.Passive{{Address: wire.MustAddr("10.0.0.7"), Redirects: 1, Expires: 180 * time.Second}}, s.Passives)
	require.EqualValues(t, 1, d.status().Redirects)

	d.until(start + 180*second)
	require.Equal(t, "none", ask("10.0.0.7"))
	require.Equal(t, "none", ask("10.0.0.9"), "silent, but heard within the hold-down")
	d.until(start + 180*second + clock.Time(time.Millisecond))
	require.Equal(t, "10.0.0.7", ask("10.0.0.7"), "forgotten")

	c := hsrp.DefaultInterface()
	c.Redirects.Enabled = false
	d.step(hsrp.ConfigureInterface{At: d.now, Interface: gi00, Config: c})
	d.step(hsrp.Heard{At: d.now, Interface: gi00, Source: wire.MustAddr("10.0.0.7"), MAC: wire.MAC{2}, Payload: passive.Append(nil)})
	require.Equal(t, "10.0.0.7", ask("10.0.0.7"), "not filtered")
	gateway, send := d.r.Redirect(d.now, "Vlan7", wire.MustAddr("10.0.0.7"))
	require.True(t, send, "no HSRP there")
	require.Equal(t, "10.0.0.7", gateway.String())
}

// A passive interface advertises itself at its period; an Active one, or one
// without running groups, does not.
func TestPassiveInterfaceAdvertises(t *testing.T) {
	d := in(t, hsrp.Listen)
	c := hsrp.DefaultInterface()
	c.Redirects.Advertise = 10 * time.Second
	d.step(hsrp.ConfigureInterface{At: d.now, Interface: gi00, Config: c})
	count := func(wait clock.Time, keepListening bool) (n int) {
		d.actions = nil
		for end := d.now + wait; d.now < end; d.until(d.now + second) {
			if keepListening {
				d.hear("10.0.0.9", from(wire.HSRPHello, hsrp.Active, 200))
				d.hear("10.0.0.8", from(wire.HSRPHello, hsrp.Standby, 150))
			}
		}
		for _, s := range of[hsrp.Send](d.actions) {
			if wire.IsHSRPAdvertise(1, s.Payload) {
				n++
			}
		}
		return n
	}
	require.Equal(t, 3, count(30*second, true))
	count(20*second, false)
	require.Equal(t, hsrp.Active, d.state())
	require.Zero(t, count(60*second, false))
}
