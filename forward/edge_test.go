package forward_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/forward"
	"tandem/wire"
)

// withOptions returns a UDP packet whose header carries the given options.
func withOptions(options []byte, size int) []byte {
	plain := udp(pc, srv, size)
	b := slices.Concat(plain[:20], options, plain[20:])
	b[0] = 0x40 | byte(5+len(options)/4)
	b[2], b[3] = byte(len(b)>>8), byte(len(b))
	f := fromPC(b)
	repair(f)
	return f[wire.EthernetLen:]
}

func TestOptionsTakeTheSlowPathAndOnlySomeAreCopied(t *testing.T) {
	r := newRig(t)
	small := outsideCfg()
	small.MTU = 300
	r.SetInterface(r.now, outside, small)
	alert, record := []byte{0x94, 4, 0, 0}, []byte{7, 3, 4, 1}
	r.Input(r.now, inside, [][]byte{fromPC(withOptions(append(alert, record...), 600))})
	frames, _ := r.frames()
	require.Len(t, frames, 3)
	first, later := wire.IPv4(frames[0][14:]), wire.IPv4(frames[1][14:])
	require.Equal(t, append(alert, record...), []byte(first[20:first.HeaderLen()]))
	require.Equal(t, alert, []byte(later[20:later.HeaderLen()]), "router alert has the copied flag, record route has not")
	require.True(t, later.ChecksumOK())
	require.EqualValues(t, 1, r.Traffic().WithOptions)
	require.Equal(t, []string{"0: 00aa.0000.0005 10.0.0.1>10.0.0.5 ttl 255 icmp 12/0"}, r.send(inside, fromPC(withOptions([]byte{0x83, 0, 0, 0}, 600))))
	require.Equal(t, "1 bad ip header", r.drops(inside))
}

func TestTimestampRequest(t *testing.T) {
	r := newRig(t)
	b := ip4(wire.IPv4Header{Proto: wire.ProtoICMP, Src: pc, Dst: routerIn}, wire.AppendICMP(nil, wire.ICMPTimestamp, 0, 9, make([]byte, 12)))
	require.Equal(t, []string{"0: 00aa.0000.0005 10.0.0.1>10.0.0.5 ttl 255 icmp 14/0"}, r.send(inside, fromPC(b)))
}

func TestErrorsAboutOwnTrafficReachLocal(t *testing.T) {
	r := newRig(t)
	r.wanted = func(*wire.Packet) bool { return true }
	b := ip4(wire.IPv4Header{Proto: wire.ProtoICMP, Src: pc, Dst: routerIn},
		wire.AppendICMP(nil, wire.ICMPUnreachable, wire.FragmentationNeeded, 1400, udp(routerIn, pc, 0)))
	r.send(inside, fromPC(b))
	require.Equal(t, []string{"10.0.0.5>10.0.0.1 proto 1 len 56"}, r.local)
}

func TestAdjacenciesAndClear(t *testing.T) {
	r := newRig(t)
	list := r.Adjacencies()
	require.Len(t, list, 2)
	require.Equal(t, srv, list[1].Addr)
	require.Equal(t, outsideMAC, wire.Ethernet(list[1].Header[:]).Src())
	r.ClearARP(r.now)
	require.Empty(t, r.Adjacencies())
	r.ClearCounters(inside)
	require.Zero(t, r.Counters(inside))
	require.Zero(t, r.Counters(77))
}

func TestNewMACReachesAdjacencies(t *testing.T) {
	r := newRig(t)
	cfg := outsideCfg()
	cfg.MAC = mac("0044.0000.0001")
	r.SetInterface(r.now, outside, cfg)
	r.out()
	r.Input(r.now, inside, [][]byte{fromPC(udp(pc, srv, 1))})
	frames, _ := r.frames()
	require.Equal(t, cfg.MAC, wire.Ethernet(frames[0]).Src())
}

func TestOutputQueueIsBounded(t *testing.T) {
	r := newRig(t)
	batch := slices.Repeat([][]byte{fromPC(udp(pc, srv, 1000))}, 32768+904)
	r.Input(r.now, inside, batch)
	require.EqualValues(t, 32768, r.Counters(inside).Forwarded)
	require.EqualValues(t, 904, r.Counters(inside).Drops[wire.QueueFull])
	require.EqualValues(t, 904, r.Counters(outside).OutDrops)
	frames, _ := r.frames()
	require.Len(t, frames, 32768)
	require.Len(t, r.send(inside, batch[0]), 1, "and it recovers")
}

func TestScanDoesNotFillTheTable(t *testing.T) {
	r := newRig(t)
	wide := outsideCfg()
	wide.Primary = prefix("211.0.0.1/16")
	r.SetInterface(r.now, outside, wide)
	for i := range 3000 {
		r.Input(r.now, inside, [][]byte{fromPC(udp(pc, srv+wire.Addr(i)+100, 1))})
	}
	require.LessOrEqual(t, len(r.Adjacencies()), 1024+2)
	r.out()
	r.wake(time.Minute)
	require.LessOrEqual(t, len(r.Adjacencies()), 2)
}

func TestEqualPathsCarryDifferentPairs(t *testing.T) {
	r := newRig(t)
	a := wire.MustAddr
	r.meet(outside, mac("00bb.0000.0002"), a("211.0.0.2"), routerOut)
	r.meet(outside, mac("00bb.0000.0003"), a("211.0.0.3"), routerOut)
	require.NoError(t, r.SetRoutes(r.now, forward.Static, []forward.Route{static("9.0.0.0/8", "211.0.0.2"), static("9.0.0.0/8", "211.0.0.3")}))
	seen := map[wire.MAC]int{}
	for i := range 64 {
		r.Input(r.now, inside, [][]byte{fromPC(udp(pc, a("9.0.0.1")+wire.Addr(i), 1)), fromPC(udp(pc, a("9.0.0.1")+wire.Addr(i), 1))})
		frames, _ := r.frames()
		require.Equal(t, wire.Ethernet(frames[0]).Dst(), wire.Ethernet(frames[1]).Dst())
		seen[wire.Ethernet(frames[0]).Dst()]++
	}
	require.Len(t, seen, 2)
}

// A failover in one call: the address is taken and the session's next packet
// goes out, without waiting for anything.
func TestTakingAVirtualAddressForwardsAtOnce(t *testing.T) {
	r := newRig(t)
	packet := eth(virtualMAC, pcMAC, wire.EtherIPv4, udp(pc, srv, 1))
	require.Empty(t, r.send(inside, packet))
	r.Own(r.now, inside, vip, virtualMAC)
	require.Equal(t, []string{"1: 00bb.0000.0009 10.0.0.5>211.0.0.9 ttl 63 udp 9"}, r.send(inside, packet))
	require.Contains(t, r.ARPTable(r.now), forward.ARPEntry{Addr: vip, MAC: virtualMAC, Interface: inside, Own: true})
}

// A hello may make this router the owner of an address. What came behind it in
// the same batch is forwarded, what came before it is not.
func TestWhatFollowsAHelloFindsItsEffect(t *testing.T) {
	r := newRig(t)
	r.Join(inside, wire.AllRouters)
	r.wanted = func(p *wire.Packet) bool {
		if p.Dst == wire.AllRouters {
			r.Own(r.now, inside, vip, virtualMAC)
		}
		return true
	}
	early := eth(virtualMAC, pcMAC, wire.EtherIPv4, udp(pc, srv, 1))
	resign := eth(wire.AllRouters.MulticastMAC(), pcMAC, wire.EtherIPv4, udp(pc, wire.AllRouters, 20))
	late := eth(virtualMAC, pcMAC, wire.EtherIPv4, udp(pc, srv, 2))
	require.Equal(t, []string{"1: 00bb.0000.0009 10.0.0.5>211.0.0.9 ttl 63 udp 10"}, r.send(inside, early, resign, late))
}
