package hsrp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/hsrp"
	"tandem/wire"
)

// in returns a device of address 10.0.0.2 and priority 100 in the given state.
// Another router, 10.0.0.9 of priority 200, is Active unless the device is.
func in(t *testing.T, state hsrp.State, changes ...func(*hsrp.GroupConfig)) *device {
	d := newDevice(t, "10.0.0.2")
	d.noDelay()
	if state == hsrp.Learn {
		changes = append(changes, func(c *hsrp.GroupConfig) { c.VIP = 0 })
	}
	d.group(config(changes...))
	if state == hsrp.Init {
		return d
	}
	d.up()
	for {
		if state != hsrp.Active && state != hsrp.Learn {
			d.hear("10.0.0.9", message(func(m *wire.HSRP) { m.Priority = 200 }))
		}
		if d.state() == state {
			break
		}
		require.Less(t, d.now, 60*second, "%s not reached", state)
		d.until(d.now + second/2)
	}
	d.actions = nil
	return d
}

// effect prints what a step did to the outside, short: messages sent, timers
// running, addresses owned.
func effect(t *testing.T, out []hsrp.Action) string {
	text := ""
	for _, a := range out {
		switch a := a.(type) {
		case hsrp.Arm:
			switch a.Timer.Name {
			case "active":
				text += "A"
			case "standby":
				text += "B"
			}
		case hsrp.Stop:
			switch a.Timer.Name {
			case "active":
				text += "C"
			case "standby":
				text += "D"
			}
		case hsrp.Send:
			if wire.IsHSRPAdvertise(1, a.Payload) {
				continue
			}
			text += map[wire.HSRPOp]string{wire.HSRPHello: "F", wire.HSRPCoup: "G", wire.HSRPResign: "H"}[sent(t, []hsrp.Action{a})[0].Op]
		case hsrp.Announce:
			if a.To == wire.BroadcastMAC {
				text += "I"
			}
		}
	}
	return text
}

func from(op wire.HSRPOp, state hsrp.State, priority uint8) wire.HSRP {
	return message(func(m *wire.HSRP) { m.Op, m.State, m.Priority = op, state, priority })
}

// Each line is one cell of the state table: the state, what was heard from
// 10.0.0.1 (a lower address; with the priority of the device it is lower), the
// state after it, and the actions in the order they are done.
func TestMessagesInEveryState(t *testing.T) {
	const hello, coup, resign = wire.HSRPHello, wire.HSRPCoup, wire.HSRPResign
	type cell struct {
		state    hsrp.State
		op       wire.HSRPOp
		said     hsrp.State
		priority uint8
	}
	listed := map[cell]bool{}
	for _, c := range []struct {
		why   string
		state hsrp.State
		heard wire.HSRP
		after hsrp.State
		does  string
	}{
		{"f", hsrp.Speak, from(hello, hsrp.Speak, 101), hsrp.Listen, "B"},
		{"f", hsrp.Standby, from(hello, hsrp.Speak, 101), hsrp.Listen, "B"},
		{"f does not shake an Active", hsrp.Active, from(hello, hsrp.Speak, 101), hsrp.Active, ""},
		{"f from a lower router", hsrp.Speak, from(hello, hsrp.Speak, 100), hsrp.Speak, ""},
		{"g", hsrp.Learn, from(hello, hsrp.Active, 101), hsrp.Listen, "BA"},
		{"g", hsrp.Listen, from(hello, hsrp.Active, 101), hsrp.Listen, "A"},
		{"g", hsrp.Speak, from(hello, hsrp.Active, 101), hsrp.Speak, "A"},
		{"g", hsrp.Standby, from(hello, hsrp.Active, 101), hsrp.Standby, "A"},
		{"g", hsrp.Active, from(hello, hsrp.Active, 101), hsrp.Speak, "BAF"},
		{"h", hsrp.Learn, from(hello, hsrp.Active, 99), hsrp.Listen, "BA"},
		{"h without preempt", hsrp.Listen, from(hello, hsrp.Active, 99), hsrp.Listen, "A"},
		{"h without preempt", hsrp.Speak, from(hello, hsrp.Active, 99), hsrp.Speak, "A"},
		{"h without preempt", hsrp.Standby, from(hello, hsrp.Active, 99), hsrp.Standby, "A"},
		{"h", hsrp.Active, from(hello, hsrp.Active, 99), hsrp.Active, "G"},
		{"h by address", hsrp.Active, from(hello, hsrp.Active, 100), hsrp.Active, "G"},
		{"i from a stranger", hsrp.Standby, from(resign, hsrp.Active, 101), hsrp.Standby, ""},
		{"i", hsrp.Active, from(resign, hsrp.Active, 101), hsrp.Active, ""},
		{"j", hsrp.Active, from(coup, hsrp.Listen, 101), hsrp.Speak, "BAF"},
		{"j lower", hsrp.Active, from(coup, hsrp.Listen, 100), hsrp.Active, ""},
		{"j", hsrp.Standby, from(coup, hsrp.Listen, 101), hsrp.Standby, ""},
		{"k", hsrp.Listen, from(hello, hsrp.Standby, 101), hsrp.Listen, "B"},
		{"k", hsrp.Speak, from(hello, hsrp.Standby, 101), hsrp.Listen, "B"},
		{"k", hsrp.Standby, from(hello, hsrp.Standby, 101), hsrp.Listen, "B"},
		{"k", hsrp.Active, from(hello, hsrp.Standby, 101), hsrp.Active, "B"},
		{"l", hsrp.Listen, from(hello, hsrp.Standby, 99), hsrp.Speak, "BF"},
		{"l", hsrp.Speak, from(hello, hsrp.Standby, 99), hsrp.Standby, "DF"},
		{"l", hsrp.Standby, from(hello, hsrp.Standby, 99), hsrp.Standby, ""},
		{"l", hsrp.Active, from(hello, hsrp.Standby, 99), hsrp.Active, "B"},
	} {
		d := in(t, c.state)
		out := d.hear("10.0.0.1", c.heard)
		require.Equal(t, c.does, effect(t, out), "%s in %s", c.why, c.state)
		require.Equal(t, c.after, d.state(), "%s in %s", c.why, c.state)
		listed[cell{c.state, c.heard.Op, c.heard.State, c.heard.Priority}] = true
	}
	// every cell that is not listed is empty
	for state := hsrp.Init; state <= hsrp.Active; state++ {
		for op := hello; op <= resign; op++ {
			for said := hsrp.Init; said <= hsrp.Active; said++ {
				for _, p := range []uint8{99, 101} {
					if listed[cell{state, op, said, p}] || op == coup && state == hsrp.Active && p == 101 {
						continue // a Coup counts whatever state it tells
					}
					d := in(t, state)
					require.Empty(t, effect(t, d.hear("10.0.0.1", from(op, said, p))), "%s %s %d in %s", op, said, p, state)
					require.Equal(t, state, d.state(), "%s %s %d in %s", op, said, p, state)
				}
			}
		}
	}
}

// The same for the Active router, 10.0.0.9, resigning, and for a lower Active
// one met with preempt.
func TestResignAndPreemptInEveryState(t *testing.T) {
	for _, c := range []struct {
		state hsrp.State
		after hsrp.State
		does  string
	}{
		{hsrp.Listen, hsrp.Speak, "BAF"}, {hsrp.Speak, hsrp.Speak, "A"}, {hsrp.Standby, hsrp.Active, "CFI"},
	} {
		d := in(t, c.state)
		out := d.hear("10.0.0.9", from(wire.HSRPResign, hsrp.Active, 200))
		require.Equal(t, c.does, effect(t, out), c.state.String())
		require.Equal(t, c.after, d.state())
	}
	for _, state := range []hsrp.State{hsrp.Listen, hsrp.Speak, hsrp.Standby} {
		d := in(t, state, preempt)
		out := d.hear("10.0.0.1", from(wire.HSRPHello, hsrp.Active, 100))
		require.Equal(t, "A", effect(t, out), "equal priority, higher address: no takeover")

		out = d.hear("10.0.0.1", from(wire.HSRPHello, hsrp.Active, 99))
		require.Equal(t, "BGCFI", effect(t, out), state.String())
		require.Equal(t, hsrp.Active, d.state())
	}
}

func TestTimersInEveryState(t *testing.T) {
	for _, c := range []struct {
		name  string
		state hsrp.State
		after hsrp.State
		does  string
	}{
		{"active", hsrp.Listen, hsrp.Speak, "BAF"},
		{"active", hsrp.Speak, hsrp.Speak, ""},
		{"active", hsrp.Standby, hsrp.Active, "FI"},
		{"standby", hsrp.Listen, hsrp.Speak, "BF"},
		{"standby", hsrp.Speak, hsrp.Standby, "F"},
		{"hello", hsrp.Speak, hsrp.Speak, "F"},
		{"hello", hsrp.Standby, hsrp.Standby, "F"},
		{"hello", hsrp.Active, hsrp.Active, "F"},
	} {
		d := in(t, c.state)
		var out []hsrp.Action
		for out == nil {
			k, ok := d.timers.Pop(d.now + 100*second)
			require.True(t, ok, "%s runs in %s", c.name, c.state)
			if k.Name == c.name {
				d.now += 10 * second // no timer was set to more than the hold time
				out = d.step(hsrp.Fired{At: d.now, Timer: k})
			}
		}
		require.Equal(t, c.does, effect(t, out), "%s in %s", c.name, c.state)
		require.Equal(t, c.after, d.state(), "%s in %s", c.name, c.state)
	}
}

func TestInterfaceDownInEveryState(t *testing.T) {
	for state, does := range map[hsrp.State]string{hsrp.Learn: "CD", hsrp.Listen: "CD", hsrp.Speak: "CD", hsrp.Standby: "C", hsrp.Active: "H"} {
		d := in(t, state)
		out := d.down()
		require.Equal(t, does, effect(t, out), state.String())
		require.Equal(t, hsrp.Init, d.state())
		require.Empty(t, d.owned)
		moved := of[hsrp.Moved](out)
		require.Len(t, moved, 1)
		require.Equal(t, hsrp.LineDown, moved[0].Obstacle)
		require.Equal(t, hsrp.Stopped, moved[0].Why)
	}
}

func TestStaleTimersAreIgnored(t *testing.T) {
	d := in(t, hsrp.Active)
	for _, name := range []string{"active", "standby", "preempt", "no such timer"} {
		k := hsrp.Fired{At: d.now, Timer: d.helloKey()}
		k.Timer.Name = name
		require.Empty(t, d.step(k))
	}
	require.Empty(t, d.step(hsrp.Fired{At: d.now, Timer: d.helloKey()}), "not due yet")
}

// A changed virtual address or MAC of an Active group is withdrawn and
// announced anew.
func TestChangesOfAnActiveGroup(t *testing.T) {
	d := in(t, hsrp.Active)
	other := wire.MustAddr("10.0.0.33")
	out := d.group(config(func(c *hsrp.GroupConfig) { c.VIP = other }))
	require.Equal(t, "FI", effect(t, out))
	require.Equal(t, map[wire.Addr]wire.MAC{other: wire.HSRPVirtualMAC(1, 1)}, d.owned)

	mac := wire.MAC{0x40, 0, 0, 0, 0, 1}
	out = d.group(config(func(c *hsrp.GroupConfig) {
		c.VIP, c.MAC, c.Secondary = other, mac, []wire.Addr{other + 1}
	}))
	require.Equal(t, "FII", effect(t, out), "two addresses")
	require.Equal(t, map[wire.Addr]wire.MAC{other: mac, other + 1: mac}, d.owned)
	require.Equal(t, "configured", d.status().MACNote)

	d.group(config())
	require.Equal(t, hsrp.Active, d.state())
	require.Len(t, d.owned, 1)
	out = d.step(hsrp.RemoveGroup{At: d.now, Interface: gi00, Group: 1})
	require.Equal(t, "H", effect(t, out))
	require.Empty(t, d.r.Status(d.now))
	_, running := d.timers.Next()
	require.False(t, running, "nothing of it is left")
	moved := of[hsrp.Moved](out)
	require.Equal(t, hsrp.Disabled, moved[len(moved)-1].To)
}

// A router that displaces a Standby router has just heard it. That one knew no
// Active router either and may be Active by now: its word is waited for, and a
// copy of its last hello changes nothing.
func TestDisplacingAStandbyDoesNotMakeActive(t *testing.T) {
	d := newDevice(t, "10.0.0.9")
	d.noDelay()
	d.group(config())
	d.up()
	standby := from(wire.HSRPHello, hsrp.Standby, 100)
	d.hear("10.0.0.1", standby)
	require.Equal(t, hsrp.Speak, d.state())
	d.hear("10.0.0.1", standby)
	require.Equal(t, hsrp.Standby, d.state())
	d.hear("10.0.0.1", from(wire.HSRPHello, hsrp.Active, 100))
	d.until(d.now + 4*second)
	require.Equal(t, hsrp.Standby, d.state())
	d.until(d.now + 2*second)
	require.Equal(t, hsrp.Active, d.state(), "silent for a hold time")
}

// A Standby router that takes over is Standby no more.
func TestTheStandbyRouterTakesOver(t *testing.T) {
	d := in(t, hsrp.Listen)
	d.hear("10.0.0.8", from(wire.HSRPHello, hsrp.Standby, 150))
	require.Equal(t, "10.0.0.8", d.status().Standby.Address.String())
	d.trace = nil
	d.hear("10.0.0.8", from(wire.HSRPHello, hsrp.Active, 150))
	require.Equal(t, "10.0.0.8", d.status().Active.Address.String())
	require.Equal(t, hsrp.Unknown, d.status().Standby.Role)
	require.Contains(t, d.trace, "HSRP: Gi0/0 Grp 1 Active router is 10.0.0.8, was 10.0.0.9")
	require.Contains(t, d.trace, "HSRP: Gi0/0 Grp 1 Standby router is unknown, was 10.0.0.8")
}

func TestUseBIA(t *testing.T) {
	d := in(t, hsrp.Active)
	c := hsrp.DefaultInterface()
	c.UseBIA = true
	d.step(hsrp.ConfigureInterface{At: d.now, Interface: gi00, Config: c})
	require.Equal(t, map[wire.Addr]wire.MAC{wire.MustAddr("10.0.0.3"): d.mac}, d.owned)
	require.Equal(t, "bia", d.status().MACNote)
}

func TestVersion2(t *testing.T) {
	a, b := newDevice(t, "10.0.0.1"), newDevice(t, "10.0.0.2")
	l := newLAN(t, 1, a, b)
	c := hsrp.DefaultInterface()
	c.Version, c.DelayMinimum, c.DelayReload = 2, 0, 0
	for _, d := range l.devices {
		d.step(hsrp.ConfigureInterface{Interface: gi00, Config: c})
		g := config(func(c *hsrp.GroupConfig) {
			c.Authentication = hsrp.Authentication{Kind: wire.HSRPAuthMD5, Key: "secret"}
			c.Hello, c.Hold = 100*time.Millisecond, 400*time.Millisecond
		})
		d.step(hsrp.ConfigureGroup{Interface: gi00, Group: 4000, Config: g})
		d.up()
	}
	l.until(2*second, nil)
	require.Equal(t, hsrp.Active, b.state())
	require.Equal(t, hsrp.Standby, a.state())
	require.Equal(t, "0000.0c9f.ffa0", a.status().ActiveMAC.String())

	c.Version = 1
	a.step(hsrp.ConfigureInterface{At: a.now, Interface: gi00, Config: c})
	require.Equal(t, hsrp.Init, a.state())
	require.Equal(t, hsrp.WrongVersion, a.status().Obstacle)
}
