package hsrp_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/hsrp"
	"tandem/wire"
)

func (d *device) helloKey() clock.Key { return clock.Key{Owner: "hsrp Gi0/0 1", Name: "hello"} }

// The reload delay holds back the first start after boot, the minimum delay
// every later one; going down cancels a running delay.
func TestInterfaceDelay(t *testing.T) {
	d := newDevice(t, "10.0.0.1")
	c := hsrp.DefaultInterface()
	c.DelayMinimum, c.DelayReload = 2*time.Second, 120*time.Second
	d.step(hsrp.Booted{})
	d.step(hsrp.ConfigureInterface{Interface: gi00, Config: c})
	d.group(config())
	d.up()
	require.Equal(t, hsrp.LineDown.String(), "interface down")
	require.Equal(t, hsrp.InterfaceDelay, d.status().Obstacle)
	d.until(100 * second)
	d.hear("10.0.0.9", message())
	require.Equal(t, hsrp.Init, d.state(), "hearing an Active router does not end the delay")
	require.Equal(t, hsrp.Remote, d.status().Active.Role, "but it is known")
	d.until(120*second - 1)
	require.Equal(t, hsrp.Init, d.state())
	d.until(120 * second)
	require.Equal(t, hsrp.Listen, d.state())
	d.until(130 * second)
	require.Equal(t, hsrp.Active, d.state(), "reload delay and two hold times after boot")

	d.down()
	d.up()
	d.until(d.now + second)
	d.down()
	d.until(d.now + 5*second)
	require.Equal(t, hsrp.LineDown, d.status().Obstacle)
	d.up()
	d.until(d.now + 2*second - 1)
	require.Equal(t, hsrp.Init, d.state())
	d.until(d.now + 1)
	require.Equal(t, hsrp.Listen, d.state())

	d.step(hsrp.Shutdown{At: d.now})
	require.Equal(t, hsrp.Reloading, d.status().Obstacle)
	d.down()
	d.step(hsrp.Booted{At: d.now})
	d.up()
	d.until(d.now + 119*second)
	require.Equal(t, hsrp.Init, d.state(), "the reload delay again")
}

func TestPreemptDelays(t *testing.T) {
	for _, c := range []struct {
		why    string
		delays hsrp.Preempt
		ready  clock.Time // when Ready comes; 0 never
		at     clock.Time // of the takeover, after the first hello
	}{
		{"none", hsrp.Preempt{}, 0, 0},
		{"minimum", hsrp.Preempt{Minimum: 20 * time.Second}, 0, 20 * second},
		{"reload wins over minimum after boot", hsrp.Preempt{Minimum: 20 * time.Second, Reload: 40 * time.Second}, 0, 40 * second},
		{"sync runs out", hsrp.Preempt{Sync: 15 * time.Second}, 0, 15 * second},
		{"sync ends with Ready", hsrp.Preempt{Sync: 15 * time.Second}, 7 * second, 7 * second},
		{"Ready does not shorten minimum", hsrp.Preempt{Minimum: 10 * time.Second, Sync: 15 * time.Second}, 7 * second, 10 * second},
	} {
		d := in(t, hsrp.Standby, priority(210), func(g *hsrp.GroupConfig) { g.Preempt = c.delays })
		d.group(config(priority(210), func(g *hsrp.GroupConfig) { g.Preempt = c.delays; g.Preempt.Enabled = true }))
		start := d.now
		ready := false
		for at := start; d.state() != hsrp.Active; at += second / 2 {
			require.Less(t, at, start+100*second, c.why)
			d.until(at)
			if !ready && c.ready != 0 && at >= start+c.ready {
				ready = true
				d.step(hsrp.Ready{At: at})
			}
			if d.state() != hsrp.Active {
				d.hear("10.0.0.9", from(wire.HSRPHello, hsrp.Active, 200))
			}
		}
		require.Equal(t, start+c.at, d.now, c.why)
	}
}

func TestPreemptDelayDoesNotDelayATakeoverFromNobody(t *testing.T) {
	d := in(t, hsrp.Standby, priority(210), func(g *hsrp.GroupConfig) { g.Preempt = hsrp.Preempt{Enabled: true, Minimum: time.Hour} })
	require.NotZero(t, d.status().PreemptIn)
	d.until(d.now + 5*second)
	require.Equal(t, hsrp.Active, d.state())
	require.Zero(t, d.status().PreemptIn)
}

// Virtual address and timers are learned where nothing is configured, and
// configured ones stay.
func TestLearning(t *testing.T) {
	d := in(t, hsrp.Learn, func(c *hsrp.GroupConfig) { c.Hello, c.Hold = 0, 0 })
	require.Equal(t, hsrp.DefaultHello, d.status().Hello)
	d.hear("10.0.0.1", message())
	s := d.status()
	require.Equal(t, hsrp.Listen, s.State)
	require.Equal(t, "10.0.0.3", s.VIP.String())
	require.True(t, s.VIPLearned)
	require.Equal(t, []time.Duration{time.Second, 5 * time.Second}, []time.Duration{s.Hello, s.Hold})

	d.hear("10.0.0.9", message(func(m *wire.HSRP) { m.Priority, m.Hello, m.Hold = 200, 0, 0 }))
	require.Equal(t, time.Second, d.status().Hello, "timers below a second teach nothing")

	d = in(t, hsrp.Listen)
	d.hear("10.0.0.9", message(func(m *wire.HSRP) { m.Priority, m.Hello, m.Hold = 200, 3*time.Second, 10*time.Second }))
	require.Equal(t, time.Second, d.status().Hello, "configured timers stay")
	require.Equal(t, 10*time.Second, d.status().Active.Expires, "but the sender's hold time counts")
}

func TestTrackedObjectsAndFloor(t *testing.T) {
	d := newDevice(t, "10.0.0.1")
	d.noDelay()
	d.group(config(priority(30), func(c *hsrp.GroupConfig) {
		c.Track = []hsrp.Track{{Object: 1, Decrement: 20}, {Interface: "Serial0/0/0", Decrement: 20}, {Object: 2, Shutdown: true}}
	}))
	d.up()
	require.EqualValues(t, 10, d.status().Priority, "an interface counts as down until reported, an object does not")
	require.Equal(t, "(unknown)", d.status().Tracks[0].State.String())

	d.step(hsrp.TrackedObject{Object: 1, State: hsrp.TrackDown})
	require.EqualValues(t, 0, d.status().Priority)
	d.step(hsrp.TrackedInterface{Name: "Serial0/0/0", Up: true})
	require.EqualValues(t, 10, d.status().Priority)
	require.Equal(t, hsrp.Listen, d.state())
	d.step(hsrp.TrackedObject{Object: 2, State: hsrp.TrackDown})
	require.Equal(t, hsrp.Init, d.state())
	require.Equal(t, hsrp.TrackedDown, d.status().Obstacle)
	d.step(hsrp.TrackedObject{Object: 2, State: hsrp.TrackUp})
	require.Equal(t, hsrp.Listen, d.state())
	require.Contains(t, d.trace, "HSRP: Gi0/0 Grp 1 Priority 10 -> 0")
}

func TestMD5AndChangeOfKey(t *testing.T) {
	d := in(t, hsrp.Listen)
	key := func(k string) hsrp.GroupConfig {
		return config(func(c *hsrp.GroupConfig) {
			c.Authentication = hsrp.Authentication{Kind: wire.HSRPAuthMD5, Key: k, Timeout: 10 * time.Second}
		})
	}
	signed := func(k string) []hsrp.Action {
		m := message(func(m *wire.HSRP) { m.Priority, m.MD5.Sender = 200, wire.MustAddr("10.0.0.9") })
		return of[hsrp.Action](d.step(hsrp.Heard{At: d.now, Interface: gi00, Source: wire.MustAddr("10.0.0.9"), Payload: m.AppendSigned(nil, k)}))
	}
	d.group(key("one"))
	require.Empty(t, of[hsrp.Dropped](signed("one")))
	require.NotEmpty(t, of[hsrp.Dropped](signed("two")))
	require.NotEmpty(t, of[hsrp.Dropped](d.hear("10.0.0.9", message())), "text where MD5 is asked for")
	copied := message(func(m *wire.HSRP) { m.Priority, m.MD5.Sender = 200, wire.MustAddr("10.0.0.9") })
	require.NotEmpty(t, of[hsrp.Dropped](d.step(hsrp.Heard{
		At: d.now, Interface: gi00, Source: wire.MustAddr("10.0.0.8"), Payload: copied.AppendSigned(nil, "one"),
	})), "a copy under another address")
	d.group(key("two"))
	require.Empty(t, of[hsrp.Dropped](signed("one")), "the former key still counts")
	d.until(d.now + 10*second)
	require.NotEmpty(t, of[hsrp.Dropped](signed("one")))
	d.group(config())
	require.NotEmpty(t, of[hsrp.Dropped](signed("two")), "MD5 where text is asked for")
}

func TestObstaclesOfConfiguration(t *testing.T) {
	d := newDevice(t, "10.0.0.1")
	d.noDelay()
	d.up()
	d.group(config(func(c *hsrp.GroupConfig) { c.VIP = wire.MustAddr("10.9.0.3") }))
	require.Equal(t, hsrp.WrongSubnet, d.status().Obstacle)
	require.Contains(t, d.trace, "%HSRP-4-BADVIP: GigabitEthernet0/0 Grp 1 address 10.9.0.3 is in the wrong subnet for this interface")
	d.group(config())
	require.Equal(t, hsrp.Listen, d.state())

	d.step(hsrp.ConfigureGroup{At: d.now, Interface: gi00, Group: 2, Config: config()})
	require.Equal(t, hsrp.Duplicate, d.r.Status(d.now)[1].Obstacle)
	require.Contains(t, d.trace, "%HSRP-4-DUPVIP2: GigabitEthernet0/0 Grp 2 address 10.0.0.3 is already assigned on this interface")
	d.step(hsrp.RemoveGroup{At: d.now, Interface: gi00, Group: 1})
	require.Equal(t, hsrp.Listen, d.state(), "the second group starts when the first is gone")

	d.step(hsrp.AddressChanged{At: d.now, Interface: gi00, Addresses: []wire.Prefix{{Addr: wire.MustAddr("10.0.0.5"), Bits: 24}}})
	require.Equal(t, hsrp.Listen, d.state())
	require.Contains(t, d.trace, "HSRP: Gi0/0 Grp 2 Listen: b/HSRP disabled (configuration change)")
	d.step(hsrp.AddressChanged{At: d.now, Interface: gi00})
	require.Equal(t, hsrp.LineDown, d.status().Obstacle)

	off := config()
	off.Enabled = false
	d.step(hsrp.ConfigureGroup{At: d.now, Interface: gi00, Group: 2, Config: off})
	require.Equal(t, hsrp.Disabled, d.state())
}

func TestRefusedMessages(t *testing.T) {
	d := in(t, hsrp.Listen)
	good := message()
	hear := func(intf, source string, mac wire.MAC, payload []byte) wire.Reason {
		dropped := of[hsrp.Dropped](d.step(hsrp.Heard{At: d.now, Interface: intf, Source: wire.MustAddr(source), MAC: mac, Payload: payload}))
		require.Len(t, dropped, 1)
		return dropped[0].Reason
	}
	require.Equal(t, wire.MulticastUnwanted, hear("Vlan7", "10.0.0.9", wire.MAC{2}, good.Append(nil)))
	require.Equal(t, wire.BadSource, hear(gi00, "192.0.2.1", wire.MAC{2}, good.Append(nil)))
	require.Equal(t, wire.BadSource, hear(gi00, "10.0.0.9", wire.BroadcastMAC, good.Append(nil)))
	require.Equal(t, wire.BadSource, hear(gi00, "10.0.0.2", wire.MAC{2}, good.Append(nil)), "our own address")
	require.Equal(t, wire.BadHSRP, hear(gi00, "10.0.0.9", wire.MAC{2}, good.Append(nil)[:19]))
	require.Equal(t, wire.BadHSRP, hear(gi00, "10.0.0.9", wire.MAC{2}, []byte{0, 3, 0, 9}))
	two := message(func(m *wire.HSRP) { m.Version = 2 })
	require.Equal(t, wire.BadHSRP, hear(gi00, "10.0.0.9", wire.MAC{2}, two.Append(nil)), "the other version")
	other := message(func(m *wire.HSRP) { m.Group = 7 })
	require.Equal(t, wire.MulticastUnwanted, hear(gi00, "10.0.0.9", wire.MAC{2}, other.Append(nil)))
	d.down()
	require.Equal(t, wire.InterfaceDown, hear(gi00, "10.0.0.9", wire.MAC{2}, good.Append(nil)))
}

func TestChecks(t *testing.T) {
	addresses := []wire.Prefix{{Addr: wire.MustAddr("10.0.0.1"), Bits: 24}}
	warning, err := hsrp.CheckVIP(wire.MustAddr("10.0.0.3"), addresses)
	require.NoError(t, err)
	require.Empty(t, warning)
	warning, err = hsrp.CheckVIP(wire.MustAddr("10.0.1.3"), addresses)
	require.NoError(t, err)
	require.Equal(t, "% Warning: address is not within a subnet on this interface", warning)
	_, err = hsrp.CheckVIP(wire.MustAddr("10.0.0.1"), addresses)
	require.EqualError(t, err, "% Address cannot equal interface IP address")

	for _, c := range []struct {
		hello, hold time.Duration
		ok          bool
	}{
		{time.Second, 5 * time.Second, true},
		{3 * time.Second, 3 * time.Second, false},
		{15 * time.Millisecond, 50 * time.Millisecond, true},
		{15 * time.Millisecond, 49 * time.Millisecond, false},
		{100 * time.Millisecond, 299 * time.Millisecond, false},
		{100 * time.Millisecond, 300 * time.Millisecond, true},
		{999 * time.Millisecond, time.Second, false},
		{999 * time.Millisecond, 2 * time.Second, true},
		{950 * time.Millisecond, time.Second, true},
	} {
		err := hsrp.CheckTimers(c.hello, c.hold)
		require.Equal(t, c.ok, err == nil, "%s/%s", c.hello, c.hold)
		require.True(t, err == nil || errors.Is(err, hsrp.ErrHold))
	}
	require.ErrorIs(t, hsrp.CheckVersion(1, []uint16{3, 256}), hsrp.ErrVersion)
	require.NoError(t, hsrp.CheckVersion(2, []uint16{256}))
	require.ErrorIs(t, hsrp.CheckText("nine char"), hsrp.ErrText)
	require.ErrorIs(t, hsrp.CheckSecondary(hsrp.DefaultGroup()), hsrp.ErrNoPrimary)
}

func TestShortNames(t *testing.T) {
	for long, short := range map[string]string{
		"GigabitEthernet0/1.2951": "Gi0/1.2951", "Vlan1": "Vl1", "BDI10": "BD10", "FastEthernet0/0": "Fa0/0", "x": "x",
	} {
		require.Equal(t, short, hsrp.Short(long))
	}
	require.Equal(t, "hsrp-Fa0/0-1", hsrp.DefaultName("FastEthernet0/0", 1))
}

func TestStatusOfAPair(t *testing.T) {
	l := pair(t, 1)
	l.until(30*second+400*ms, nil)
	a, b := l.devices[0].status(), l.devices[1].status()
	require.Equal(t, hsrp.Local, b.Active.Role)
	require.Equal(t, hsrp.PeerStatus{Role: hsrp.Remote, Address: l.devices[0].address, Priority: 100, MAC: l.devices[0].mac, Expires: b.Standby.Expires}, b.Standby)
	require.Equal(t, hsrp.Local, a.Standby.Role)
	require.Equal(t, l.devices[1].address, a.Active.Address)
	require.Equal(t, wire.HSRPVirtualMAC(1, 1), a.ActiveMAC)
	require.Equal(t, 1, a.Changes, "only changes into or out of Standby or Active count")
	require.Equal(t, 2, b.Changes)
	require.Equal(t, "00:00:20", b.Age)
	require.LessOrEqual(t, b.HelloIn, time.Second)

	i := l.devices[0].r.Interfaces(l.now)
	require.Equal(t, []hsrp.Neighbor{{Address: l.devices[1].address, Active: []uint16{1}}}, i[0].Neighbors)
	s, ok := l.devices[0].r.Named("hsrp-Gi0/0-1", l.now)
	require.True(t, ok)
	require.Equal(t, a, s)
	_, ok = l.devices[0].r.Named("HSRP-Gi0/0-1", l.now)
	require.False(t, ok, "names are exact")
}

func TestUpTwiceDoesNotDisturb(t *testing.T) {
	d := newDevice(t, "10.0.0.1")
	d.group(config())
	d.up()
	d.until(20 * second)
	require.Equal(t, hsrp.Active, d.state())
	require.Empty(t, d.up())
	require.Equal(t, hsrp.Active, d.state())
}

func TestJitter(t *testing.T) {
	d := newDevice(t, "10.0.0.1")
	d.r = hsrp.New(hsrp.Settings{Jitter: func(hello time.Duration) time.Duration { return hello - 100*time.Millisecond }})
	d.group(config())
	d.up()
	d.until(20 * second)
	d.actions = nil
	d.until(29 * second)
	require.Len(t, sent(t, d.actions), 10, "one each 900 ms")
}
