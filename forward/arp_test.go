package forward_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/forward"
	"tandem/wire"
)

func whoHas(a wire.Addr) []byte {
	return arp(wire.BroadcastMAC, wire.ARP{Op: wire.ARPRequest, SenderMAC: pcMAC, Sender: pc, Target: a})
}

func TestARPAnswers(t *testing.T) {
	r := newRig(t)
	require.Equal(t, []string{"0: 00aa.0000.0005 arp 10.0.0.1 is-at 0011.2233.0000 tell 10.0.0.5"}, r.send(inside, whoHas(routerIn)))
	require.Empty(t, r.send(inside, whoHas(wire.MustAddr("10.0.0.77"))), "a neighbour answers for itself")
	require.Equal(t, []string{"0: 00aa.0000.0005 arp 211.0.0.9 is-at 0011.2233.0000 tell 10.0.0.5"}, r.send(inside, whoHas(srv)), "proxy")
	require.Empty(t, r.send(inside, whoHas(wire.MustAddr("9.9.9.9"))), "no route, no proxy")

	r.Own(r.now, inside, vip, virtualMAC)
	frames := func() [][]byte { r.Input(r.now, inside, [][]byte{whoHas(vip)}); f, _ := r.frames(); return f }
	f := frames()
	require.Len(t, f, 1)
	require.Equal(t, "00aa.0000.0005 arp 10.0.0.3 is-at 0000.0c07.ac01 tell 10.0.0.5", describe(f[0]))
	require.Equal(t, virtualMAC, wire.Ethernet(f[0]).Src())
	toVIP := eth(virtualMAC, pcMAC, wire.EtherIPv4, echo(pc, vip))
	require.Equal(t, []string{"0: 00aa.0000.0005 10.0.0.3>10.0.0.5 ttl 255 icmp 0/0"}, r.send(inside, toVIP))

	r.Announce(r.now, inside, vip, virtualMAC, mac("0100.0ccd.cdcd"))
	require.Equal(t, []string{"0: 0100.0ccd.cdcd arp 10.0.0.3 is-at 0000.0c07.ac01 tell 10.0.0.3"}, r.out())

	r.Yield(inside, vip)
	require.Empty(t, frames(), "another router answers")
	gratuitous := arp(wire.BroadcastMAC, wire.ARP{Op: wire.ARPReply, SenderMAC: virtualMAC, Sender: vip, TargetMAC: wire.BroadcastMAC, Target: vip})
	require.Empty(t, r.send(inside, gratuitous), "which is nothing to dispute")
	require.Equal(t, []string{"0: 00aa.0000.0005 10.0.0.3>10.0.0.5 ttl 255 icmp 0/0"}, r.send(inside, toVIP))

	r.Disown(r.now, inside, vip)
	require.Empty(t, frames())
	require.Empty(t, r.send(inside, toVIP), "the MAC is no longer ours")
}

func TestNeighbourIsAskedThenForgotten(t *testing.T) {
	r := coldRig(t)
	ask := "1: ffff.ffff.ffff arp who-has 211.0.0.9 tell 211.0.0.1"
	require.Equal(t, []string{ask}, r.send(inside, fromPC(udp(pc, srv, 1))))
	require.Empty(t, r.send(inside, fromPC(udp(pc, srv, 1))), "asked once, and both are lost")
	require.Equal(t, "2 encapsulation failed", r.drops(inside))
	require.Contains(t, r.ARPTable(r.now), forward.ARPEntry{Addr: srv, Interface: outside, Incomplete: true})
	require.Equal(t, []string{ask, ask, ask}, r.wake(10*time.Second))
	require.Len(t, r.ARPTable(r.now), 2, "own addresses only")
	_, pending := r.NextWake()
	require.False(t, pending)
}

func TestOldNeighbourIsAskedBeforeItGoes(t *testing.T) {
	r := newRig(t)
	require.Empty(t, r.wake(4*time.Hour-time.Second))
	require.Equal(t, 4*time.Hour-time.Second, entry(t, r, srv).Age)
	require.Equal(t, []string{"0: 00aa.0000.0005 arp who-has 10.0.0.5 tell 10.0.0.1", "1: 00bb.0000.0009 arp who-has 211.0.0.9 tell 211.0.0.1"},
		r.wake(time.Second))
	r.send(outside, arp(outsideMAC, wire.ARP{Op: wire.ARPReply, SenderMAC: srvMAC, Sender: srv, TargetMAC: outsideMAC, Target: routerOut}))
	require.Len(t, r.wake(time.Minute), 3, "the silent one is asked again")
	require.Equal(t, time.Minute, entry(t, r, srv).Age)
	require.Len(t, r.ARPTable(r.now), 3)
}

func entry(t *testing.T, r *rig, a wire.Addr) forward.ARPEntry {
	for _, e := range r.ARPTable(r.now) {
		if e.Addr == a {
			return e
		}
	}
	t.Fatalf("%s is not in the table", a)
	return forward.ARPEntry{}
}

func TestGratuitousARPMovesAKnownNeighbour(t *testing.T) {
	r := newRig(t)
	moved := mac("00dd.0000.0009")
	r.send(outside, arp(wire.BroadcastMAC, wire.ARP{Op: wire.ARPReply, SenderMAC: moved, Sender: srv, TargetMAC: wire.BroadcastMAC, Target: srv}))
	require.Equal(t, []string{"1: 00dd.0000.0009 10.0.0.5>211.0.0.9 ttl 63 udp 9"}, r.send(inside, fromPC(udp(pc, srv, 1))))
	stranger := wire.MustAddr("211.0.0.50")
	r.send(outside, arp(wire.BroadcastMAC, wire.ARP{Op: wire.ARPReply, SenderMAC: moved, Sender: stranger, TargetMAC: wire.BroadcastMAC, Target: stranger}))
	require.Len(t, r.ARPTable(r.now), 4, "it makes no entry for a stranger")
	r.send(outside, arp(wire.BroadcastMAC, wire.ARP{Op: wire.ARPRequest, SenderMAC: moved, Sender: wire.MustAddr("77.0.0.1"), Target: routerOut}))
	require.Equal(t, "1 bad arp", r.drops(outside), "nor for another subnet")
}

// Two routers with the same address, joined by a wire: each learns of the
// other, and the defence ends.
func TestDuplicateAddress(t *testing.T) {
	a, b := coldRig(t), coldRig(t)
	twin := outsideCfg()
	twin.MAC = mac("0099.0000.0001")
	b.SetInterface(b.now, outside, twin)
	carry := func() (n int) {
		for from, to := a, b; ; from, to = to, from {
			frames, _ := from.frames()
			if len(frames) == 0 {
				return n
			}
			n += len(frames)
			to.Input(to.now, outside, frames)
		}
	}
	frames, _ := b.frames()
	a.Input(a.now, outside, frames)
	require.LessOrEqual(t, carry(), 2)
	require.Equal(t, []string{"%IP-4-DUPADDR: Duplicate address 211.0.0.1 on GigabitEthernet0/1, sourced by 0099.0000.0001"}, a.logs())
	require.Equal(t, []string{"%IP-4-DUPADDR: Duplicate address 211.0.0.1 on GigabitEthernet0/1, sourced by 0011.2233.0001"}, b.logs())

	probe := arp(wire.BroadcastMAC, wire.ARP{Op: wire.ARPRequest, SenderMAC: twin.MAC, Sender: routerOut, Target: srv})
	a.send(outside, probe)
	require.Empty(t, a.logs(), "once a minute")
	a.now = a.now.Add(time.Minute)
	a.send(outside, probe)
	require.Len(t, a.logs(), 1)
}

func TestInterfaceComesUp(t *testing.T) {
	r := newRig(t)
	cfg := insideCfg()
	cfg.LineUp = false
	r.SetInterface(r.now, inside, cfg)
	require.Empty(t, r.out())
	require.Empty(t, r.Lookup(pc))
	r.send(inside, fromPC(echo(pc, routerIn)))
	require.Equal(t, "1 interface down", r.drops(inside))
	cfg.LineUp, cfg.Secondary = true, []wire.Prefix{prefix("10.9.0.1/16")}
	r.SetInterface(r.now, inside, cfg)
	require.Equal(t, []string{"0: ffff.ffff.ffff arp 10.0.0.1 is-at 0011.2233.0000 tell 10.0.0.1", "0: ffff.ffff.ffff arp 10.9.0.1 is-at 0011.2233.0000 tell 10.9.0.1"}, r.out())
	source, ok := r.SourceFor(wire.MustAddr("10.9.3.3"))
	require.True(t, ok)
	require.Equal(t, wire.MustAddr("10.9.0.1"), source)
	r.RemoveInterface(r.now, inside)
	require.Empty(t, r.Lookup(pc))
	require.Empty(t, r.send(inside, whoHas(routerIn)))
}

func TestNoAddressNoIP(t *testing.T) {
	r := forward.New(forward.PassAll{}, func(clock.Time, *wire.Packet) bool { return false })
	r.SetInterface(0, 0, forward.Interface{MAC: insideMAC, AdminUp: true, LineUp: true})
	r.Input(0, 0, [][]byte{fromPC(echo(pc, routerIn)), whoHas(routerIn)})
	require.EqualValues(t, 2, r.Counters(0).Drops[wire.NoIP])
}
