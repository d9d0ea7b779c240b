package hsrp_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/hsrp"
	"tandem/syslog"
	"tandem/wire"
)

const ms = clock.Time(time.Millisecond)

// lines splits a trace and drops its indent.
func lines(text string) []string {
	var all []string
	for _, l := range strings.Split(text, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			all = append(all, l)
		}
	}
	return all
}

// without drops lines with one of the given parts.
func without(trace []string, parts ...string) (kept []string) {
line:
	for _, l := range trace {
		for _, p := range parts {
			if strings.Contains(l, p) {
				continue line
			}
		}
		kept = append(kept, l)
	}
	return kept
}

// A router alone with timers 1/5 is Listen, Speak, Standby, Active at 0, 5, 10
// and 10 s. The lines and their order are those of a captured 12.4-era switch;
// the interface name is another.
func TestAloneOnTheWire(t *testing.T) {
	d := newDevice(t, "10.0.0.1")
	d.noDelay()
	d.group(config())
	d.trace = nil
	d.up()
	require.Equal(t, hsrp.Listen, d.state())
	d.until(5*second - 1)
	require.Equal(t, hsrp.Listen, d.state())
	d.until(5 * second)
	require.Equal(t, hsrp.Speak, d.state())
	d.until(10*second - 1)
	require.Equal(t, hsrp.Speak, d.state())
	d.until(10 * second)
	require.Equal(t, hsrp.Active, d.state())
	d.until(13 * second)

	require.Equal(t, lines(`
		HSRP: Gi0/0 Interface up
		HSRP: Gi0/0 Grp 1 Init: a/HSRP enabled
		HSRP: Gi0/0 Grp 1 Init -> Listen
		HSRP: Gi0/0 Grp 1 Redundancy "hsrp-Gi0/0-1" state Init -> Backup
		HSRP: Gi0/0 IP Redundancy "hsrp-Gi0/0-1" update, Init -> Backup
		HSRP: Gi0/0 Grp 1 Listen: d/Standby timer expired (unknown)
		HSRP: Gi0/0 Grp 1 Listen -> Speak
		HSRP: Gi0/0 Grp 1 Redundancy "hsrp-Gi0/0-1" state Backup -> Speak
		HSRP: Gi0/0 IP Redundancy "hsrp-Gi0/0-1" update, Backup -> Speak
		HSRP: Gi0/0 Grp 1 Speak: d/Standby timer expired (unknown)
		HSRP: Gi0/0 Grp 1 Standby router is local
		HSRP: Gi0/0 Grp 1 Speak -> Standby
		%HSRP-5-STATECHANGE: GigabitEthernet0/0 Grp 1 state Speak -> Standby
		HSRP: Gi0/0 Grp 1 Redundancy "hsrp-Gi0/0-1" state Speak -> Standby
		HSRP: Gi0/0 IP Redundancy "hsrp-Gi0/0-1" standby, unknown -> local
		HSRP: Gi0/0 IP Redundancy "hsrp-Gi0/0-1" update, Speak -> Standby
		HSRP: Gi0/0 Grp 1 Standby: c/Active timer expired (unknown)
		HSRP: Gi0/0 Grp 1 Active router is local
		HSRP: Gi0/0 Grp 1 Standby router is unknown, was local
		HSRP: Gi0/0 Grp 1 Standby -> Active
		%HSRP-5-STATECHANGE: GigabitEthernet0/0 Grp 1 state Standby -> Active
		HSRP: Gi0/0 Grp 1 Redundancy "hsrp-Gi0/0-1" state Standby -> Active
		HSRP: Gi0/0 Grp 1 Added 10.0.0.3 to ARP (0000.0c07.ac01)
		HSRP: Gi0/0 Grp 1 Activating MAC 0000.0c07.ac01
		HSRP: Gi0/0 Grp 1 Adding 0000.0c07.ac01 to MAC address filter
		HSRP: Gi0/0 IP Redundancy "hsrp-Gi0/0-1" standby, local -> unknown
		HSRP: Gi0/0 IP Redundancy "hsrp-Gi0/0-1" update, Standby -> Active
		HSRP: Gi0/0 IP Redundancy "hsrp-Gi0/0-1" update, Active -> Active
	`), without(d.trace, "Hello  ", "Redirect"))
}

// The capture of a 120-priority router whose 150-priority peer is lost and
// returns with preempt; line by line, with the times of its own hellos.
func TestReplayOfLossAndCoup(t *testing.T) {
	d := newDevice(t, "10.10.10.2")
	d.noDelay()
	c := hsrp.DefaultGroup()
	c.Enabled, c.VIP, c.Priority = true, wire.MustAddr("10.10.10.1"), 120
	d.group(c)
	peer := func(op wire.HSRPOp, state hsrp.State) {
		d.hear("10.10.10.3", message(func(m *wire.HSRP) {
			m.Op, m.State, m.Priority, m.VIP = op, state, 150, c.VIP
			m.Hello, m.Hold = 3*time.Second, 10*time.Second
		}))
	}
	advertise := func(m wire.HSRPAdvertise) {
		m.Version = 1
		d.step(hsrp.Heard{At: d.now, Interface: gi00, Source: wire.MustAddr("10.10.10.3"), MAC: wire.MAC{2}, Payload: m.Append(nil)})
	}
	// Zero is 22:12:30.000. Standby is reached so that hellos fall on .186.
	d.until(5186 * ms)
	d.up()
	for at := 6990 * ms; at < 27990*ms; at += 3000 * ms {
		d.until(at)
		peer(wire.HSRPHello, hsrp.Active)
	}
	d.until(25186 * ms)
	require.Equal(t, hsrp.Standby, d.state())
	d.trace = nil
	for _, at := range []clock.Time{27990 * ms, 30990 * ms, 33994 * ms, 36994 * ms} {
		d.until(at)
		peer(wire.HSRPHello, hsrp.Active)
	}
	d.until(46994 * ms)
	require.Equal(t, hsrp.Active, d.state(), "the hold time is exact")
	d.until(81798 * ms)
	advertise(wire.HSRPAdvertise{State: wire.HSRPPassive, Passive: 1})
	d.until(83002 * ms)
	advertise(wire.HSRPAdvertise{State: wire.HSRPPresent, Active: 1, Passive: 2})
	peer(wire.HSRPCoup, hsrp.Listen)
	d.until(83010 * ms)
	advertise(wire.HSRPAdvertise{State: wire.HSRPPresent, Active: 1, Passive: 1})
	peer(wire.HSRPHello, hsrp.Active)
	// The capture's router was 4 ms late with its own hellos, so the last one
	// of the peer is heard before ours.
	for _, at := range []clock.Time{85998 * ms, 88998 * ms, 92001 * ms} {
		d.until(at)
		peer(wire.HSRPHello, hsrp.Active)
	}
	d.until(93002 * ms)
	require.Equal(t, hsrp.Standby, d.state())

	in := "HSRP: Gi0/0 Grp 1 Hello  in  10.10.10.3 Active  pri 150 vIP 10.10.10.1\n"
	out := func(state string, n int) string {
		return strings.Repeat("HSRP: Gi0/0 Grp 1 Hello  out 10.10.10.2 "+state+" pri 120 vIP 10.10.10.1\n", n)
	}
	// Client updates, ARP lines and the Resign are ours or of another image.
	require.Equal(t, lines(strings.Repeat(in+out("Standby", 1), 4)+out("Standby", 3)+`
		HSRP: Gi0/0 Grp 1 Standby: c/Active timer expired (10.10.10.3)
		HSRP: Gi0/0 Grp 1 Active router is local, was 10.10.10.3
		HSRP: Gi0/0 Grp 1 Standby router is unknown, was local
		HSRP: Gi0/0 Grp 1 Standby -> Active
		%HSRP-5-STATECHANGE: GigabitEthernet0/0 Grp 1 state Standby -> Active
		HSRP: Gi0/0 Grp 1 Redundancy "hsrp-Gi0/0-1" state Standby -> Active
		HSRP: Gi0/0 Redirect adv out, Active, active 1 passive 1
		`+out("Active ", 12)+`HSRP: Gi0/0 REDIRECT adv in, Passive, active 0, passive 1, from 10.10.10.3
		`+out("Active ", 1)+`HSRP: Gi0/0 REDIRECT adv in, Active, active 1, passive 2, from 10.10.10.3
		HSRP: Gi0/0 Grp 1 Coup   in  10.10.10.3 Listen  pri 150 vIP 10.10.10.1
		HSRP: Gi0/0 Grp 1 Active: j/Coup rcvd from higher pri router (150/10.10.10.3)
		HSRP: Gi0/0 Grp 1 Active router is 10.10.10.3, was local
		HSRP: Gi0/0 Grp 1 Active -> Speak
		%HSRP-5-STATECHANGE: GigabitEthernet0/0 Grp 1 state Active -> Speak
		HSRP: Gi0/0 Grp 1 Redundancy "hsrp-Gi0/0-1" state Active -> Speak
		HSRP: Gi0/0 Redirect adv out, Passive, active 0 passive 1
		`+out("Speak  ", 1)+`HSRP: Gi0/0 REDIRECT adv in, Active, active 1, passive 1, from 10.10.10.3
		`+in+strings.Repeat(in+out("Speak  ", 1), 3)+`HSRP: Gi0/0 Grp 1 Speak: d/Standby timer expired (unknown)
		HSRP: Gi0/0 Grp 1 Standby router is local
		HSRP: Gi0/0 Grp 1 Speak -> Standby
		%HSRP-5-STATECHANGE: GigabitEthernet0/0 Grp 1 state Speak -> Standby
		HSRP: Gi0/0 Grp 1 Redundancy "hsrp-Gi0/0-1" state Speak -> Standby
		`+out("Standby", 1)),
		without(d.trace, "IP Redundancy", "Resign", "ARP", "MAC"))
}

// Tracking: the priority waits for the next periodic hello, and the Standby
// router takes over on it.
func TestTrackingIsAnnouncedByTheNextHello(t *testing.T) {
	l := pair(t, 1)
	a, b := l.devices[0], l.devices[1]
	track := func(c *hsrp.GroupConfig) { c.Track = []hsrp.Track{{Interface: "GigabitEthernet0/1", Decrement: 10}} }
	for _, d := range l.devices {
		d.step(hsrp.TrackedInterface{Name: "GigabitEthernet0/1", Up: true})
		d.group(config(preempt, track))
	}
	l.until(30*second+300*ms, nil)
	require.Equal(t, hsrp.Active, b.state(), "the higher address won the election")

	out := b.step(hsrp.TrackedInterface{At: l.now, Name: "GigabitEthernet0/1"})
	require.Empty(t, sent(t, out))
	require.EqualValues(t, 90, b.status().Priority)
	start := l.now
	l.until(start+1100*ms, nil)
	require.Equal(t, hsrp.Active, a.state())
	require.Equal(t, hsrp.Speak, b.state())
	l.until(start+7*second, nil)
	require.Equal(t, hsrp.Standby, b.state())

	b.step(hsrp.TrackedInterface{At: l.now, Name: "GigabitEthernet0/1", Up: true})
	l.until(l.now+30*second, nil)
	require.Equal(t, hsrp.Active, a.state(), "equal again, and the higher address does not preempt")
}

func TestAdministrativeShutdownHandsOverAtOnce(t *testing.T) {
	l := pair(t, 1)
	l.until(30*second, nil)
	a, b := l.devices[0], l.devices[1]
	require.Equal(t, hsrp.Active, b.state())
	b.trace = nil
	out := b.down()
	require.Equal(t, []wire.HSRP{message(func(m *wire.HSRP) { m.Op = wire.HSRPResign })}, sent(t, out))
	l.until(l.now+2*ms, nil)
	require.Equal(t, hsrp.Active, a.state())
	require.Contains(t, b.trace, "HSRP: Gi0/0 Grp 1 Active: b/HSRP disabled (interface down)")
	require.Contains(t, b.trace, "%HSRP-5-STATECHANGE: GigabitEthernet0/0 Grp 1 state Active -> Init")
	require.Equal(t, hsrp.LineDown, b.status().Obstacle)
}

func TestReloadResigns(t *testing.T) {
	l := pair(t, 1)
	l.until(30*second, nil)
	out := l.devices[1].step(hsrp.Shutdown{At: l.now})
	require.Equal(t, wire.HSRPResign, sent(t, out)[0].Op)
	l.until(l.now+2*ms, nil)
	require.Equal(t, hsrp.Active, l.devices[0].state())
	require.Empty(t, l.devices[1].owned)
}

// What a takeover by preemption puts on the wire, and in which order.
func TestOrderOfAPreemption(t *testing.T) {
	d := newDevice(t, "10.0.0.1")
	d.noDelay()
	d.group(config(preempt, priority(110)))
	d.up()
	d.until(second)
	out := d.hear("10.0.0.2", message())

	var order []string
	for _, a := range out {
		switch a := a.(type) {
		case hsrp.Send:
			require.Equal(t, wire.AllRouters, a.Dst)
			if wire.IsHSRPAdvertise(1, a.Payload) {
				order = append(order, "advertise")
				require.Equal(t, d.mac, a.From)
				continue
			}
			m := sent(t, []hsrp.Action{a})[0]
			order = append(order, m.Op.String()+" "+m.State.String()+" "+a.From.String())
		case hsrp.Moved:
			require.Equal(t, hsrp.Preempting, a.Why)
			order = append(order, "moved")
		case hsrp.Own:
			order = append(order, "own")
		case hsrp.Announce:
			require.Equal(t, wire.HSRPVirtualMAC(1, 1), a.MAC)
			order = append(order, "announce "+a.To.String())
		}
	}
	require.Equal(t, []string{
		"advertise", // a new Active router is known
		"advertise", "Coup Listen " + d.mac.String(), "moved", "own", "advertise",
		"Hello Active 0000.0c07.ac01", "announce ffff.ffff.ffff", "announce 0100.0ccd.cdcd",
	}, order)

	d.actions = nil
	d.until(4 * second)
	again := of[hsrp.Announce](d.actions)
	require.Equal(t, []hsrp.Announce{{gi00, wire.MustAddr("10.0.0.3"), wire.HSRPVirtualMAC(1, 1), wire.BroadcastMAC}}, again)
	require.Equal(t, []hsrp.Update{{gi00, 1, "hsrp-Gi0/0-1", hsrp.Active, hsrp.Active, d.address, 0}}, of[hsrp.Update](d.actions))
}

func TestLogsAreRateLimited(t *testing.T) {
	d := newDevice(t, "10.0.0.1")
	d.noDelay()
	d.group(config())
	d.up()
	logs := func() (all []string) {
		for _, l := range of[hsrp.Log](d.actions) {
			if l.Message.Severity == syslog.Warnings {
				all = append(all, l.Message.String())
			}
		}
		return all
	}
	bad := message(func(m *wire.HSRP) { m.Text = [8]byte{'x'} })
	other := message(func(m *wire.HSRP) { m.VIP = wire.MustAddr("10.0.0.9") })
	for range 40 {
		d.until(d.now + second/2)
		require.Equal(t, wire.BadHSRPAuth, of[hsrp.Dropped](d.hear("10.0.0.2", bad))[0].Reason)
		d.hear("10.0.0.2", other)
		d.step(hsrp.Heard{At: d.now, Interface: gi00, Source: d.address, MAC: wire.MAC{2, 9}, Payload: []byte{1}})
	}
	want := []string{
		"%HSRP-4-BADAUTH: Bad authentication from 10.0.0.2, group 1, remote state Active",
		"%HSRP-4-DIFFVIP1: GigabitEthernet0/0 Grp 1 active routers virtual IP address 10.0.0.9 is different to the locally configured address 10.0.0.3",
		"%HSRP-4-DUPADDR: Duplicate address 10.0.0.1 on GigabitEthernet0/0, sourced by 0209.0000.0000",
	}
	require.Equal(t, want, logs())
	d.until(d.now + 30*second)
	d.hear("10.0.0.2", bad)
	require.Equal(t, append(want, want[0]), logs())
	require.EqualValues(t, 41, d.status().Counters.BadAuth)
}
