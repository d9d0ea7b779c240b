package forward_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/forward"
	"tandem/wire"
)

func TestOnePacketEach(t *testing.T) {
	a := wire.MustAddr
	hdr := func(h wire.IPv4Header) []byte {
		return fromPC(ip4(h, wire.AppendUDP(nil, h.Src, h.Dst, 1000, 4000, make([]byte, 10))))
	}
	badSum := fromPC(udp(pc, srv, 10))
	badSum[24] ^= 1
	badICMP := fromPC(echo(pc, routerIn))
	badICMP[len(badICMP)-1] ^= 1
	bigDF := ip4(wire.IPv4Header{Fragment: wire.DontFragment, Proto: wire.ProtoUDP, Src: pc, Dst: srv}, wire.AppendUDP(nil, pc, srv, 1, 2, make([]byte, 1600)))
	syn := fromPC(ip4(wire.IPv4Header{Proto: wire.ProtoTCP, Src: pc, Dst: routerIn}, wire.AppendTCP(nil, pc, routerIn, wire.TCPHeader{SrcPort: 9, DstPort: 23, Seq: 41, Flags: wire.SYN}, nil)))
	errorToNowhere := fromPC(ip4(wire.IPv4Header{Proto: wire.ProtoICMP, Src: pc, Dst: a("9.9.9.9")}, wire.AppendICMP(nil, wire.ICMPUnreachable, 1, 0, udp(pc, srv, 0))))
	icmpTo := func(what string) []string {
		return []string{"0: 00aa.0000.0005 10.0.0.1>10.0.0.5 ttl 255 icmp " + what}
	}

	for _, c := range []struct {
		name  string
		frame []byte
		want  []string
		drops string
	}{
		{"forwarded", fromPC(udp(pc, srv, 10)), []string{"1: 00bb.0000.0009 10.0.0.5>211.0.0.9 ttl 63 udp 18"}, ""},
		{"padding is cut", append(fromPC(udp(pc, srv, 0)), make([]byte, 18)...), []string{"1: 00bb.0000.0009 10.0.0.5>211.0.0.9 ttl 63 udp 8"}, ""},
		{"ttl", hdr(wire.IPv4Header{TTL: 1, Proto: wire.ProtoUDP, Src: pc, Dst: srv}), icmpTo("11/0"), "1 bad hop count"},
		{"no route", fromPC(udp(pc, a("9.9.9.9"), 10)), icmpTo("3/1"), "1 no route"},
		{"no route, about an error", errorToNowhere, nil, "1 no route"},
		{"no route, later fragment", hdr(wire.IPv4Header{Fragment: 5, Proto: wire.ProtoUDP, Src: pc, Dst: a("9.9.9.9")}), nil, "1 no route"},
		{"too big", fromPC(bigDF), icmpTo("3/4"), "1 too big"},
		{"neighbour unknown", fromPC(udp(pc, a("211.0.0.77"), 10)), []string{"1: ffff.ffff.ffff arp who-has 211.0.0.77 tell 211.0.0.1"}, "1 encapsulation failed"},
		{"echo", fromPC(echo(pc, routerIn)), icmpTo("0/0"), ""},
		{"echo to the far address", fromPC(echo(pc, routerOut)), []string{"0: 00aa.0000.0005 211.0.0.1>10.0.0.5 ttl 255 icmp 0/0"}, ""},
		{"echo to the subnet", fromPC(echo(pc, a("10.0.0.255"))), icmpTo("0/0"), ""},
		{"echo with a bad sum", badICMP, nil, "1 bad transport header"},
		{"closed port", fromPC(udp(pc, routerIn, 10)), icmpTo("3/3"), "1 no listener"},
		{"closed tcp port", syn, []string{"0: 00aa.0000.0005 10.0.0.1>10.0.0.5 ttl 255 tcp flags 0x14 ack 42"}, "1 no listener"},
		{"unknown protocol", fromPC(ip4(wire.IPv4Header{Proto: 200, Src: pc, Dst: routerIn}, nil)), icmpTo("3/2"), "1 unknown protocol"},
		{"broadcast to nobody", eth(wire.BroadcastMAC, pcMAC, wire.EtherIPv4, udp(pc, wire.Broadcast, 10)), nil, "1 no listener"},
		{"link broadcast to elsewhere", eth(wire.BroadcastMAC, pcMAC, wire.EtherIPv4, udp(pc, srv, 10)), nil, "1 not for us"},
		{"other station", eth(srvMAC, pcMAC, wire.EtherIPv4, udp(pc, srv, 10)), nil, "1 not for us"},
		{"group nobody joined", eth(a("224.0.0.2").MulticastMAC(), pcMAC, wire.EtherIPv4, udp(pc, a("224.0.0.2"), 10)), nil, "1 not for us"},
		{"group in a unicast frame", fromPC(udp(pc, a("224.0.0.2"), 10)), nil, "1 multicast unwanted"},
		{"short frame", []byte{1, 2, 3}, nil, "1 bad ethernet"},
		{"ipv6", eth(insideMAC, pcMAC, 0x86dd, make([]byte, 40)), nil, "1 unknown ethertype"},
		{"bad header", eth(insideMAC, pcMAC, wire.EtherIPv4, make([]byte, 40)), nil, "1 bad ip header"},
		{"bad sum", badSum, nil, "1 bad ip checksum"},
		{"bad arp", eth(wire.BroadcastMAC, pcMAC, wire.EtherARP, make([]byte, 28)), nil, "1 bad arp"},
		{"own source", fromPC(udp(routerIn, routerOut, 10)), nil, "1 bad source"},
		{"group source", fromPC(udp(a("224.0.0.5"), srv, 10)), nil, "1 bad source"},
		{"no source", fromPC(udp(0, srv, 10)), nil, "1 bad source"},
		{"loopback source", fromPC(udp(a("127.0.0.1"), srv, 10)), nil, "1 bad source"},
		{"loopback destination", fromPC(udp(pc, a("127.0.0.1"), 10)), icmpTo("3/1"), "1 no route"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			before := r.Counters(inside)
			require.Equal(t, c.want, r.send(inside, c.frame))
			require.Equal(t, c.drops, r.drops(inside))
			after := r.Counters(inside)
			require.Equal(t, after.InPackets-before.InPackets, after.Forwarded+after.Delivered+after.Dropped()-before.Delivered)
		})
	}
}

func TestFilterDecides(t *testing.T) {
	r := newRig(t)
	r.send(inside, fromPC(udp(pc, srv, 1)))
	require.Equal(t, []string{"input", "output"}, r.filter.calls)

	r.filter.calls = nil
	r.send(inside, fromPC(echo(pc, routerIn)))
	require.Equal(t, []string{"input", "output"}, r.filter.calls, "input for the request, output for the reply")

	deny := func(p *wire.Packet) wire.Verdict { return p.Discard(wire.ACLDenied) }
	inspected := func(p *wire.Packet) wire.Verdict { return p.Discard(wire.InspectDenied) }
	prohibited := []string{"0: 00aa.0000.0005 10.0.0.1>10.0.0.5 ttl 255 icmp 3/13"}
	r.filter.input = deny
	require.Equal(t, prohibited, r.send(inside, fromPC(udp(pc, srv, 1))))
	r.now += second
	r.filter.input, r.filter.output = nil, func(p *wire.Packet) wire.Verdict {
		if p.Local {
			return wire.Pass
		}
		return deny(p)
	}
	require.Equal(t, prohibited, r.send(inside, fromPC(udp(pc, srv, 1))))
	r.filter.output = inspected
	require.Empty(t, r.send(inside, fromPC(udp(pc, srv, 1))), "inspection drops in silence")
	r.filter.output = func(*wire.Packet) wire.Verdict { return wire.Taken }
	require.Empty(t, r.send(inside, fromPC(udp(pc, srv, 1))))
	require.Equal(t, "2 acl denied, 1 inspection denied", r.drops(inside))
}

func TestSessionsTakeTheFastPath(t *testing.T) {
	r := newRig(t)
	var adj uint32
	r.filter.match = func(p *wire.Packet) { p.Verdict, p.Session, p.Adj = wire.Fast, 1, adj }
	want := []string{"1: 00bb.0000.0009 10.0.0.5>211.0.0.9 ttl 63 udp 9"}
	require.Equal(t, want, r.send(inside, fromPC(udp(pc, srv, 1))))
	require.Empty(t, r.filter.calls, "a session skips the lists")
	require.Len(t, r.filter.told, 1)

	adj = r.filter.told[0].Adj
	require.Equal(t, want, r.send(inside, fromPC(udp(pc, srv, 1))))
	require.Len(t, r.filter.told, 1, "nothing was looked up")
	require.Equal(t, []string{"fast fast: GigabitEthernet0/1"}, texts(r.Trace(r.now, inside, fromPC(udp(pc, srv, 1)))))
	r.out()

	ttl := ip4(wire.IPv4Header{TTL: 1, Proto: wire.ProtoUDP, Src: pc, Dst: srv}, wire.AppendUDP(nil, pc, srv, 1, 2, nil))
	require.Equal(t, []string{"0: 00aa.0000.0005 10.0.0.1>10.0.0.5 ttl 255 icmp 11/0"}, r.send(inside, fromPC(ttl)))

	invalid := r.filter.invalid
	down := outsideCfg()
	down.LineUp = false
	r.SetInterface(r.now, outside, down)
	require.Greater(t, r.filter.invalid, invalid)
	require.Equal(t, []string{"0: 00aa.0000.0005 10.0.0.1>10.0.0.5 ttl 255 icmp 3/1"}, r.send(inside, fromPC(udp(pc, srv, 1))),
		"an adjacency that is gone is not used, whatever the session says")
	adj = 99999
	r.now += second
	r.send(inside, fromPC(udp(pc, srv, 1)))
}

func TestTraceNamesTheStages(t *testing.T) {
	r := newRig(t)
	require.Equal(t, []string{
		"options pass", "for-us pass", "input-filter pass", "deliver pass", "ttl pass", "lookup pass: GigabitEthernet0/1 211.0.0.9",
		"route pass", "output-filter pass", "encapsulate taken",
	}, texts(r.Trace(r.now, inside, fromPC(udp(pc, srv, 1)))))
	require.Equal(t, []string{
		"options pass", "for-us pass", "input-filter pass", "deliver pass", "ttl pass", "route drop: no route",
		"lookup pass: GigabitEthernet0/0 10.0.0.5", "route pass", "output-filter pass", "encapsulate taken",
	},
		texts(r.Trace(r.now, inside, fromPC(udp(pc, wire.MustAddr("9.9.9.9"), 1)))))
	require.Equal(t, []string{"receive drop: not for us"}, texts(r.Trace(r.now, inside, eth(srvMAC, pcMAC, wire.EtherIPv4, nil))))
}

func texts(steps []forward.Step) (out []string) {
	for _, s := range steps {
		out = append(out, s.String())
	}
	return out
}

func TestUnreachablesAreLimitedAndCanBeOff(t *testing.T) {
	r := newRig(t)
	nowhere := fromPC(udp(pc, wire.MustAddr("9.9.9.9"), 1))
	require.Len(t, r.send(inside, nowhere, nowhere, nowhere), 1)
	r.now = r.now.Add(500 * time.Millisecond)
	require.Len(t, r.send(inside, nowhere), 1)
	require.EqualValues(t, 2, r.Traffic().ICMPWithheld)
	r.LimitUnreachables(0, 0)
	require.Len(t, r.send(inside, nowhere, nowhere), 2)
	quiet := insideCfg()
	quiet.Unreachables = false
	r.SetInterface(r.now, inside, quiet)
	require.Empty(t, r.send(inside, nowhere))
}

func TestRedirect(t *testing.T) {
	r := newRig(t)
	gw := wire.MustAddr("10.0.0.2")
	r.meet(inside, mac("00cc.0000.0002"), gw, routerIn)
	require.NoError(t, r.AddRoute(r.now, static("9.0.0.0/8", "10.0.0.2")))
	packet := fromPC(udp(pc, wire.MustAddr("9.9.9.9"), 1))
	forwarded := "0: 00cc.0000.0002 10.0.0.5>9.9.9.9 ttl 63 udp 9"
	require.Equal(t, []string{"0: 00aa.0000.0005 10.0.0.1>10.0.0.5 ttl 255 icmp 5/1", forwarded}, r.send(inside, packet))

	r.now += second
	r.FilterRedirects(func(int, wire.Addr) (wire.Addr, bool) { return 0, false })
	require.Equal(t, []string{forwarded}, r.send(inside, packet))

	r.FilterRedirects(func(index int, a wire.Addr) (wire.Addr, bool) { return wire.MustAddr("10.0.0.4"), a == gw })
	r.Own(r.now, inside, vip, virtualMAC)
	toVirtual := eth(virtualMAC, pcMAC, wire.EtherIPv4, udp(pc, wire.MustAddr("9.9.9.9"), 1))
	require.Equal(t, []string{"0: 00aa.0000.0005 10.0.0.3>10.0.0.5 ttl 255 icmp 5/1", forwarded}, r.send(inside, toVirtual),
		"the host knows this router as 10.0.0.3")

	r.now += second
	r.Own(r.now, inside, wire.MustAddr("10.0.0.33"), virtualMAC)
	require.Equal(t, []string{forwarded}, r.send(inside, toVirtual), "which of two addresses the host uses is not to be seen")
	r.Disown(r.now, inside, wire.MustAddr("10.0.0.33"))
	r.Own(r.now, inside, vip, insideMAC) // use-bia
	require.Equal(t, []string{forwarded}, r.send(inside, packet))
}

func TestFragmentsOfForwardedPackets(t *testing.T) {
	r := newRig(t)
	small := outsideCfg()
	small.MTU = 576
	r.SetInterface(r.now, outside, small)
	require.Equal(t, []string{
		"1: 00bb.0000.0009 10.0.0.5>211.0.0.9 ttl 63 fragment 0+552 more true",
		"1: 00bb.0000.0009 10.0.0.5>211.0.0.9 ttl 63 fragment 552+456 more false",
	}, r.send(inside, fromPC(udp(pc, srv, 1000))))
	require.EqualValues(t, 1, r.Traffic().Fragmented)
}

func TestReassembly(t *testing.T) {
	r := newRig(t)
	r.wanted = func(p *wire.Packet) bool { return p.Proto == wire.ProtoUDP }
	whole := wire.AppendUDP(nil, pc, routerIn, 1, 2, make([]byte, 2000))
	piece := func(from, to int, more uint16) []byte {
		return fromPC(ip4(wire.IPv4Header{ID: 7, Fragment: uint16(from/8) | more, Proto: wire.ProtoUDP, Src: pc, Dst: routerIn}, whole[from:to]))
	}
	r.send(inside, piece(1600, 2008, 0), piece(0, 800, wire.MoreFragments), piece(0, 800, wire.MoreFragments))
	require.Empty(t, r.local)
	r.send(inside, piece(800, 1600, wire.MoreFragments))
	require.Equal(t, []string{"10.0.0.5>10.0.0.1 proto 17 len 2028"}, r.local)
	require.EqualValues(t, 1, r.Traffic().Reassembled)

	r.send(inside, piece(0, 800, wire.MoreFragments))
	require.Equal(t, []string{"0: 00aa.0000.0005 10.0.0.1>10.0.0.5 ttl 255 icmp 11/1"}, r.wake(31*time.Second))
	require.EqualValues(t, 1, r.Traffic().ReassemblyTimeouts)

	r.send(inside, piece(0, 800, wire.MoreFragments), piece(792, 1600, wire.MoreFragments))
	require.Equal(t, "1 fragment lost", r.drops(inside), "overlapping fragments")
}

func TestLocalTakesGroupsAndPorts(t *testing.T) {
	r := newRig(t)
	r.wanted = func(*wire.Packet) bool { return true }
	r.Join(inside, wire.AllRouters)
	hello := eth(wire.AllRouters.MulticastMAC(), pcMAC, wire.EtherIPv4, udp(pc, wire.AllRouters, 20))
	r.send(inside, hello)
	require.Equal(t, []string{"10.0.0.5>224.0.0.2 proto 17 len 48"}, r.local)
	require.Equal(t, []string{"input"}, r.filter.calls, "input lists see hellos")
	ours := eth(wire.AllRouters.MulticastMAC(), pcMAC, wire.EtherIPv4, udp(routerIn, wire.AllRouters, 20))
	r.send(inside, ours)
	require.Len(t, r.local, 2, "HSRP itself judges a hello from an own address")
	r.Leave(inside, wire.AllRouters)
	r.send(inside, hello)
	require.Len(t, r.local, 2)
	require.Empty(t, r.Groups(inside))
}

func TestOwnPackets(t *testing.T) {
	r := newRig(t)
	require.Equal(t, wire.NotDropped, r.Send(r.now, udp(routerOut, srv, 1)))
	require.Equal(t, []string{"1: 00bb.0000.0009 211.0.0.1>211.0.0.9 ttl 64 udp 9"}, r.out())
	require.Equal(t, wire.NoRoute, r.Send(r.now, udp(routerOut, wire.MustAddr("9.9.9.9"), 1)))
	require.Equal(t, wire.NoARP, r.Send(r.now, udp(routerOut, wire.MustAddr("211.0.0.8"), 1)))
	require.Equal(t, wire.BadIPHeader, r.Send(r.now, []byte{1}))
	r.out()

	require.Equal(t, wire.NotDropped, r.SendOn(r.now, inside, virtualMAC, udp(routerIn, wire.AllRouters, 1)))
	frames, _ := r.frames()
	require.Equal(t, virtualMAC, wire.Ethernet(frames[0]).Src())
	require.Equal(t, "0100.5e00.0002 10.0.0.1>224.0.0.2 ttl 64 udp 9", describe(frames[0]))
	require.Equal(t, wire.InterfaceDown, r.SendOn(r.now, null, wire.MAC{}, udp(routerIn, wire.AllRouters, 1)))
	require.Equal(t, wire.NotDropped, r.Send(r.now, udp(routerIn, wire.MustAddr("10.0.0.255"), 1)))
	require.Equal(t, []string{"0: ffff.ffff.ffff 10.0.0.1>10.0.0.255 ttl 64 udp 9"}, r.out())

	r.wanted = func(*wire.Packet) bool { return true }
	require.Equal(t, wire.NotDropped, r.Send(r.now, udp(routerIn, routerOut, 1)))
	require.Equal(t, []string{"10.0.0.1>211.0.0.1 proto 17 len 29"}, r.local, "to itself")
}
