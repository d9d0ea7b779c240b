package hsrp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/hsrp"
	"tandem/wire"
)

const behind = 2

// follow configures group 2, which follows a group by name.
func (d *device) follow(name string, changes ...func(*hsrp.GroupConfig)) []hsrp.Action {
	c := hsrp.DefaultGroup()
	c.Enabled, c.VIP, c.Follow = true, wire.MustAddr("10.0.0.30"), name
	for _, f := range changes {
		f(&c)
	}
	return d.step(hsrp.ConfigureGroup{At: d.now, Interface: gi00, Group: behind, Config: c})
}

func named(name string) func(*hsrp.GroupConfig) {
	return func(c *hsrp.GroupConfig) { c.Name = name }
}

// of2 is group 2 now.
func (d *device) of2() hsrp.GroupStatus {
	for _, g := range d.r.Status(d.now) {
		if g.Group == behind {
			return g
		}
	}
	d.t.Fatal("no group 2")
	return hsrp.GroupStatus{}
}

// led is a device alone on its LAN with group 1, HAin, and group 2 behind it.
func led(t *testing.T) *device {
	t.Helper()
	d := newDevice(t, "10.0.0.2")
	d.noDelay()
	d.group(config(named("HAin")))
	d.follow("HAin")
	d.up()
	return d
}

// said returns the HSRP messages of a group among actions.
func said(actions []hsrp.Action, group uint16) (out []hsrp.Send) {
	for _, s := range of[hsrp.Send](actions) {
		if s.Group == group && !wire.IsHSRPAdvertise(1, s.Payload) {
			out = append(out, s)
		}
	}
	return out
}

// The follower has each state of its leader at the same moment, whichever of
// the two was configured first, and is silent until it is Active.
func TestFollowerHasTheStateOfItsLeader(t *testing.T) {
	d := newDevice(t, "10.0.0.2")
	d.noDelay()
	d.follow("HAin")
	d.up()
	require.Equal(t, hsrp.Init, d.of2().State)
	require.Equal(t, hsrp.Leaderless, d.of2().Obstacle)
	d.group(config(named("HAin")))
	for _, c := range []struct {
		at    clock.Time
		state hsrp.State
	}{{0, hsrp.Listen}, {6 * second, hsrp.Speak}, {11 * second, hsrp.Active}} {
		d.until(c.at)
		require.Equal(t, c.state, d.state())
		require.Equal(t, c.state, d.of2().State)
		require.Equal(t, d.status().Active, d.of2().Active)
		require.Equal(t, d.status().Standby, d.of2().Standby)
	}
	require.Equal(t, map[wire.Addr]wire.MAC{
		wire.MustAddr("10.0.0.3"): wire.HSRPVirtualMAC(1, 1), wire.MustAddr("10.0.0.30"): wire.HSRPVirtualMAC(1, behind),
	}, d.owned)
	for _, s := range said(d.actions, behind) {
		require.Equal(t, wire.HSRPVirtualMAC(1, behind), s.From, "nothing before it is Active")
	}
}

// Active, it refreshes its MAC at the interval of the interface, and announces
// its address as any group does.
func TestFollowerRefreshesItsMAC(t *testing.T) {
	d := led(t)
	d.until(10 * second)
	require.Equal(t, hsrp.Active, d.of2().State)
	var announced []hsrp.Announce
	for _, a := range of[hsrp.Announce](d.actions) {
		if a.VIP == wire.MustAddr("10.0.0.30") {
			announced = append(announced, a)
		}
	}
	require.Len(t, announced, 2) // broadcast, switches; again after 3 s
	d.actions = nil
	d.until(51 * second)
	require.Len(t, said(d.actions, behind), 4)
	require.Len(t, said(d.actions, 1), 41)
	var m wire.HSRP
	_, err := m.Decode1(said(d.actions, behind)[0].Payload)
	require.NoError(t, err)
	require.Equal(t, hsrp.Active, m.State)
	require.Equal(t, wire.HSRPHello, m.Op)
	require.Equal(t, 10*time.Second, m.Hello)
	require.Equal(t, 30*time.Second, m.Hold)

	c := hsrp.DefaultInterface()
	c.DelayMinimum, c.DelayReload, c.MACRefresh = 0, 0, 255*time.Second
	d.actions = nil
	d.step(hsrp.ConfigureInterface{At: d.now, Interface: gi00, Config: c})
	d.until(d.now + 300*second)
	require.Len(t, said(d.actions, behind), 2)
	c.MACRefresh = 0
	d.actions = nil
	d.step(hsrp.ConfigureInterface{At: d.now, Interface: gi00, Config: c})
	d.until(d.now + 600*second)
	require.Empty(t, said(d.actions, behind))
	require.Equal(t, hsrp.Active, d.of2().State)
}

// It loses its address with its leader: by an Active router, an interface down,
// another name, and when the leader is taken away. It never resigns.
func TestFollowerGivesUpWithItsLeader(t *testing.T) {
	for name, lose := range map[string]func(d *device){
		"a higher Active router": func(d *device) { d.hear("10.0.0.9", message(func(m *wire.HSRP) { m.Priority = 200 })) },
		"interface down":         func(d *device) { d.down() },
		"no standby 1 ip":        func(d *device) { d.group(config(named("HAin"), func(c *hsrp.GroupConfig) { c.Enabled = false })) },
		"no standby 1":           func(d *device) { d.step(hsrp.RemoveGroup{At: d.now, Interface: gi00, Group: 1}) },
		"another name":           func(d *device) { d.group(config(named("other"))) },
		"the leader follows":     func(d *device) { d.group(config(named("HAin"), func(c *hsrp.GroupConfig) { c.Follow = "x" })) },
		"itself":                 func(d *device) { d.follow("HAin", named("self"), func(c *hsrp.GroupConfig) { c.Follow = "self" }) },
		"reload":                 func(d *device) { d.step(hsrp.Shutdown{At: d.now}) },
		"no standby 2":           func(d *device) { d.step(hsrp.RemoveGroup{At: d.now, Interface: gi00, Group: behind}) },
	} {
		t.Run(name, func(t *testing.T) {
			d := led(t)
			d.until(12 * second)
			require.Contains(t, d.owned, wire.MustAddr("10.0.0.30"))
			d.actions = nil
			lose(d)
			d.until(d.now + second)
			require.NotContains(t, d.owned, wire.MustAddr("10.0.0.30"))
			require.Empty(t, said(d.actions, behind))
		})
	}
}

// A leader that comes back, or gets its name again, leads again.
func TestFollowerFindsItsLeaderAgain(t *testing.T) {
	d := led(t)
	d.until(12 * second)
	d.group(config(named("other")))
	require.Equal(t, hsrp.Leaderless, d.of2().Obstacle)
	d.group(config(named("HAin")))
	require.Equal(t, hsrp.Active, d.of2().State)
	d.step(hsrp.RemoveGroup{At: d.now, Interface: gi00, Group: 1})
	d.group(config(named("HAin")))
	d.until(d.now + 11*second)
	require.Equal(t, hsrp.Active, d.of2().State)
	require.Equal(t, d.status().Priority, d.of2().Priority)
	require.Len(t, d.status().Followers, 1)
	require.Equal(t, "HAin", d.of2().Following)
}

// What stops a group of itself stops a behind, and a group that stops
// following is on its own at once.
func TestFollowerOnItsOwn(t *testing.T) {
	d := led(t)
	d.until(12 * second)
	d.follow("HAin", func(c *hsrp.GroupConfig) { c.VIP = wire.MustAddr("10.9.0.3") })
	require.Equal(t, hsrp.WrongSubnet, d.of2().Obstacle)
	d.follow("HAin", func(c *hsrp.GroupConfig) { c.VIP = 0 })
	require.Equal(t, hsrp.Learn, d.of2().State, "there is nothing it could own, and nobody to learn from")
	d.follow("HAin", func(c *hsrp.GroupConfig) { c.VIP = wire.MustAddr("10.0.0.31") })
	require.Equal(t, hsrp.Active, d.of2().State)
	require.Contains(t, d.owned, wire.MustAddr("10.0.0.31"))
	d.actions = nil
	d.follow("HAin", func(c *hsrp.GroupConfig) { c.VIP = wire.MustAddr("10.0.0.32") })
	require.Len(t, of[hsrp.Announce](d.actions), 2)

	d.follow("")
	require.Equal(t, hsrp.Listen, d.of2().State)
	require.NotContains(t, d.owned, wire.MustAddr("10.0.0.32"))
	d.until(d.now + 21*second)
	require.Equal(t, hsrp.Active, d.of2().State)
	d.actions = nil
	d.follow("HAin") // an ordinary Active group resigns first
	require.Len(t, said(d.actions, behind), 2)
	require.Equal(t, hsrp.Active, d.of2().State)
}

// It hears nobody: a message of its number is counted and dropped.
func TestFollowerHearsNobody(t *testing.T) {
	d := led(t)
	d.until(12 * second)
	d.actions = nil
	d.hear("10.0.0.9", message(func(m *wire.HSRP) { m.Group, m.Priority = behind, 255 }))
	require.Equal(t, hsrp.Active, d.of2().State)
	require.Equal(t, wire.MulticastUnwanted, of[hsrp.Dropped](d.actions)[0].Reason)
	require.Len(t, d.r.LastWords(), 1, "its leader's Resign is enough")
}
