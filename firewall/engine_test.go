package firewall_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/firewall"
	"tandem/wire"
)

const (
	denied  = "acl denied"
	refused = "inspection denied"
)

// check sends each packet and compares what became of it.
type step struct {
	want string
	p    wire.Packet
}

func (b *bed) run(steps []step) {
	b.t.Helper()
	for i, s := range steps {
		require.Equal(b.t, s.want, b.send(s.p), "step %d", i)
	}
}

func TestTCPConnection(t *testing.T) {
	b := newBed(t, nil)
	f := newFlow(t, 1045, 23)
	b.run([]step{
		{denied, f.raw(outside, "S", 1, 0, 100, "")},
		{"pass", f.out("S", "")},
		{"fast", f.raw(inside, "S", 1000, 0, 8192, "")}, // retransmission
		{"pass", f.back("SA", "")},
		{"fast", f.out("A", "")},
		{"fast", f.out("PA", "hello")},
		{"fast", f.back("PA", "hello yourself")},
		{refused, f.raw(outside, "A", f.sseq+1<<20, f.cseq, 8192, "x")}, // outside the window
		{refused, f.raw(outside, "A", f.sseq, f.cseq+500, 8192, "x")},   // acknowledges what was not sent
		{refused, f.raw(outside, "", f.sseq, 0, 8192, "x")},             // no ACK
		{refused, f.raw(outside, "S", f.sseq, 0, 8192, "")},             // SYN inside
	})
	s := b.e.Sessions(b.now)
	require.Len(t, s, 1)
	require.Equal(t, "65000280 (10.0.0.100:1045)=>(211.0.0.8:23) tcp SIS_OPEN", s[0].String())
	require.Equal(t, []firewall.Opening{{Access: "fw-ha-acl", Way: "In", Interface: "GigabitEthernet0/1"}}, s[0].Opened)
	require.EqualValues(t, []uint32{5, 14}, []uint32{s[0].InitBytes, s[0].RespBytes})
	b.run([]step{
		{"fast", f.out("FA", "")},
		{"fast", f.back("A", "")},
		{"fast", f.back("FA", "")},
	})
	require.Equal(t, firewall.Closing, b.e.Sessions(b.now)[0].State)
	b.run([]step{{"fast", f.out("A", "")}})
	require.Equal(t, firewall.Closed, b.e.Sessions(b.now)[0].State)
	require.Equal(t, firewall.Counts{Terminating: 1}, b.e.Statistics(b.now).Current)
	b.after(7 * time.Second)
	require.Empty(t, b.e.Sessions(b.now))
	require.Empty(t, b.resets())
	require.Equal(t, denied, b.send(f.back("A", "")))
}

func TestFirstSegments(t *testing.T) {
	for _, c := range []struct {
		flags, payload, want string
		count                int
	}{
		{"S", "", "pass", 1},
		{"S", "x", refused, 0},
		{"SP", "", refused, 0},
		{"SU", "", refused, 0},
		{"SF", "", refused, 0},
		{"SR", "", refused, 0},
		{"SA", "", "pass", 0},
		{"A", "x", "pass", 0},
		{"R", "", "pass", 0},
	} {
		b := newBed(t, nil)
		require.Equal(t, c.want, b.send(newFlow(t, 1, 2).raw(inside, c.flags, 1, 1, 1, c.payload)), "%s %q", c.flags, c.payload)
		require.Len(t, b.e.Sessions(b.now), c.count)
	}
	b := newBed(t, func(c *firewall.Config) { c.Globals.BlockNonSession = true })
	require.Equal(t, refused, b.send(newFlow(t, 1, 2).raw(inside, "A", 1, 1, 1, "")))
}

func TestReset(t *testing.T) {
	b := newBed(t, nil)
	f := newFlow(t, 1045, 23)
	b.open(f)
	b.run([]step{
		{refused, f.raw(outside, "R", f.sseq+1<<20, 0, 0, "")},
		{"fast", f.back("R", "")},
		{denied, f.back("A", "")},
	})
	require.Empty(t, b.e.Sessions(b.now))
	g := newFlow(t, 1046, 23)
	b.run([]step{
		{"pass", g.out("S", "")},
		{refused, g.raw(outside, "RA", 0, 77, 0, "")},
		{"pass", g.raw(outside, "RA", 0, 1001, 0, "")},
	})
	require.Empty(t, b.e.Sessions(b.now))
}

func TestPortReuse(t *testing.T) {
	b := newBed(t, nil)
	f := newFlow(t, 1045, 23)
	b.open(f)
	for _, p := range []wire.Packet{f.out("FA", ""), f.back("FA", ""), f.out("A", "")} {
		b.send(p)
	}
	require.Equal(t, firewall.Closed, b.e.Sessions(b.now)[0].State)
	again := newFlow(t, 1045, 23)
	again.cseq = 900000
	b.open(again)
	require.Equal(t, firewall.Counts{Established: 1}, b.e.Statistics(b.now).Current)
}

func TestTimersAndResets(t *testing.T) {
	b := newBed(t, nil)
	f := newFlow(t, 1045, 23)
	b.run([]step{{"pass", f.out("S", "")}})
	b.after(29 * time.Second)
	require.Len(t, b.e.Sessions(b.now), 1)
	b.after(2 * time.Second)
	require.Empty(t, b.e.Sessions(b.now))
	require.Equal(t, []string{"211.0.0.8:23>10.0.0.100:1045 0", "10.0.0.100:1045>211.0.0.8:23 1001"}, b.resets())

	f = newFlow(t, 1046, 23)
	b.open(f)
	b.after(3000 * time.Second)
	b.run([]step{{"fast", f.out("A", "x")}})
	b.after(3599 * time.Second)
	require.Len(t, b.e.Sessions(b.now), 1)
	b.after(2 * time.Second)
	require.Empty(t, b.e.Sessions(b.now))
	require.Equal(t, []string{"211.0.0.8:23>10.0.0.100:1046 5001", "10.0.0.100:1046>211.0.0.8:23 1002"}, b.resets())
	_, ok := b.e.NextWake()
	require.False(t, ok, "an engine without sessions sleeps")
}

func TestUDP(t *testing.T) {
	b := newBed(t, nil)
	b.run([]step{
		{denied, udp(t, outside, server, 7, pc, 28914, "")},
		{"pass", udp(t, inside, pc, 28914, server, 7, "ab")},
		{denied, udp(t, outside, server, 8, pc, 28914, "")},
		{denied, udp(t, outside, world, 7, pc, 28914, "")},
	})
	require.Equal(t, firewall.SynSent, b.e.Sessions(b.now)[0].State)
	require.Equal(t, 1, b.e.Statistics(b.now).HalfOpen)
	b.run([]step{
		{"pass", udp(t, outside, server, 7, pc, 28914, "abc")},
		{"fast", udp(t, outside, server, 7, pc, 28914, "abc")},
		{"fast", udp(t, inside, pc, 28914, server, 7, "ab")},
	})
	s := b.e.Sessions(b.now)[0]
	require.Equal(t, firewall.Open, s.State)
	require.EqualValues(t, []uint32{4, 6}, []uint32{s.InitBytes, s.RespBytes})
	require.Zero(t, b.e.Statistics(b.now).HalfOpen)
	b.after(29 * time.Second)
	require.Len(t, b.e.Sessions(b.now), 1)
	b.after(2 * time.Second)
	require.Empty(t, b.e.Sessions(b.now))
}

func TestDNS(t *testing.T) {
	b := newBed(t, nil)
	b.run([]step{
		{"pass", udp(t, inside, pc, 4000, server, 53, "A?")},
		{"fast", udp(t, inside, pc, 4000, server, 53, "AAAA?")},
		{"pass", udp(t, outside, server, 53, pc, 4000, "A")},
		{"fast", udp(t, outside, server, 53, pc, 4000, "AAAA")},
		{denied, udp(t, outside, server, 53, pc, 4000, "more")},
		{"pass", udp(t, inside, pc, 4001, server, 53, "A?")},
	})
	b.after(4 * time.Second)
	require.Len(t, b.e.Sessions(b.now), 1)
	b.after(2 * time.Second)
	require.Empty(t, b.e.Sessions(b.now))
}

func TestICMP(t *testing.T) {
	b := newBed(t, func(c *firewall.Config) {
		c.Rules[0].Lines[2].Audit = firewall.On
	})
	ping := icmp(t, inside, pc, server, 8, 0, make([]byte, 72))
	error := func(quoted wire.Packet, kind uint8) wire.Packet {
		return icmp(t, outside, world, pc, kind, 0, quoted.IP()[:28])
	}
	b.run([]step{
		{denied, icmp(t, outside, server, pc, 0, 0, nil)},
		{denied, error(ping, 11)},
		{"pass", ping},
		{denied, icmp(t, outside, world, pc, 0, 0, nil)},
		{denied, icmp(t, outside, server, pc, 14, 0, nil)},
		{"pass", error(ping, 11)},
		{"pass", error(ping, 3)},
		{denied, error(ping, 12)},
		{"pass", icmp(t, outside, server, pc, 0, 0, make([]byte, 72))},
		{"fast", icmp(t, outside, server, pc, 0, 0, make([]byte, 72))},
		{"pass", icmp(t, inside, pc, server, 13, 0, make([]byte, 12))},
		{"pass", icmp(t, outside, server, pc, 14, 0, make([]byte, 12))},
		{"pass", udp(t, inside, pc, 4000, server, 7, "")},
		{denied, error(udp(t, inside, pc, 4000, server, 7, ""), 3)}, // about udp: the list decides
	})
	require.Equal(t, "65000280 (10.0.0.100:8)=>(211.0.0.8:0) icmp SIS_OPEN", b.e.Sessions(b.now)[0].String())
	b.after(11 * time.Second)
	require.Equal(t, []string{
		"%FW-6-SESS_AUDIT_TRAIL_START: Start icmp session: initiator (10.0.0.100:8) -- responder (211.0.0.8:0)",
		"%FW-6-SESS_AUDIT_TRAIL_START: Start icmp session: initiator (10.0.0.100:13) -- responder (211.0.0.8:14)",
		"%FW-6-SESS_AUDIT_TRAIL: Stop icmp session: initiator (10.0.0.100:8) sent 72 bytes -- responder (211.0.0.8:0) sent 144 bytes",
		"%FW-6-SESS_AUDIT_TRAIL: Stop icmp session: initiator (10.0.0.100:13) sent 12 bytes -- responder (211.0.0.8:14) sent 12 bytes",
	}, b.messages())
}

// A rule applied inward on the inside opens the same lists.
func TestInboundRule(t *testing.T) {
	b := newBed(t, func(c *firewall.Config) {
		c.Interfaces[0].InspectIn, c.Interfaces[1].InspectOut = c.Interfaces[1].InspectOut, firewall.Applied{}
		c.Interfaces[0].AccessOut = "fw-ha-acl"
	})
	b.open(newFlow(t, 1045, 23))
	require.Len(t, b.e.Sessions(b.now)[0].Opened, 2)
}

// A packet that a list refuses makes no session.
func TestListBeforeInspection(t *testing.T) {
	b := newBed(t, func(c *firewall.Config) {
		c.Lists = append(c.Lists, firewall.List{Name: "101", Kind: firewall.Extended, Entries: list(t, "101", firewall.Extended, "permit tcp any any eq telnet").Entries})
		c.Interfaces[0].AccessIn = "101"
	})
	b.run([]step{
		{denied, newFlow(t, 1, 80).out("S", "")},
		{"pass", newFlow(t, 1, 23).out("S", "")},
		{"fast", newFlow(t, 1, 23).out("S", "")},
	})
	require.Len(t, b.e.Sessions(b.now), 1)
	require.Equal(t, "    10 permit tcp any any eq telnet (2 matches)", b.e.Filter("101").Show()[1])

	// The list changes: the next packet of the session meets the new one.
	b.config.Lists[1] = list(t, "101", firewall.Extended, "deny tcp any any eq telnet")
	require.NoError(t, b.e.Configure(b.now, b.config))
	b.run([]step{{denied, newFlow(t, 1, 23).out("S", "")}})
}

// An entry that looks at what differs from packet to packet is asked each time.
func TestUnsteadyList(t *testing.T) {
	b := newBed(t, func(c *firewall.Config) {
		c.Lists = append(c.Lists, list(t, "101", firewall.Extended, "deny tcp any any psh", "permit ip any any"))
		c.Interfaces[0].AccessIn = "101"
	})
	f := newFlow(t, 1045, 23)
	b.run([]step{
		{"pass", f.out("S", "")},
		{"pass", f.back("SA", "")},
		{"pass", f.out("A", "")},
		{"fast", f.back("PA", "x")},
		{denied, f.raw(inside, "PA", f.cseq, f.sseq, 1, "x")},
	})
}

func TestFragments(t *testing.T) {
	fragment := func(in int16, src, dst wire.Addr, offset uint16, more bool) wire.Packet {
		word := offset / 8
		if more {
			word |= wire.MoreFragments
		}
		body := wire.AppendUDP(nil, src, dst, 4000, 4000, make([]byte, 8))
		ip := wire.AppendIPv4(nil, wire.IPv4Header{TTL: 9, ID: 42, Fragment: word, Proto: wire.ProtoUDP, Src: src, Dst: dst}, len(body))
		return decode(t, append(ip, body...), in)
	}
	b := newBed(t, nil)
	b.run([]step{
		{"pass", fragment(inside, pc, server, 0, true)},
		{"pass", fragment(inside, pc, server, 16, false)},
		{"pass", fragment(outside, server, pc, 0, true)},
		{denied, fragment(outside, server, pc, 16, false)}, // follows the list
	})
	b = newBed(t, func(c *firewall.Config) {
		c.Rules[0].Lines = append(c.Rules[0].Lines, firewall.Line{Protocol: "fragment", Maximum: 256, Timeout: 5 * time.Second})
	})
	b.run([]step{
		{refused, fragment(inside, pc, server, 16, false)},
		{"pass", fragment(inside, pc, server, 0, true)},
		{"pass", fragment(inside, pc, server, 16, false)},
		{denied, fragment(outside, server, pc, 16, false)},
		{"pass", fragment(outside, server, pc, 0, true)},
		{"pass", fragment(outside, server, pc, 16, false)},
	})
	b.after(7 * time.Second)
	b.run([]step{{denied, fragment(outside, server, pc, 16, false)}})
}

func TestWindowScale(t *testing.T) {
	f := newFlow(t, 1045, 23)
	f.scale = []byte{1, 3, 3, 7}
	b := newBed(t, nil)
	b.open(f)
	b.run([]step{
		{"fast", f.raw(inside, "A", f.cseq, f.sseq, 8192, "")},
		{"fast", f.raw(outside, "A", f.sseq+900_000, f.cseq, 8192, "x")}, // within 8192<<7
	})
	f = newFlow(t, 1046, 23)
	b.open(f)
	b.run([]step{{refused, f.raw(outside, "A", f.sseq+900_000, f.cseq, 8192, "x")}})

	// The option in the answer alone: refused, or taken in loose mode.
	for check, want := range map[firewall.ScaleCheck]string{firewall.ScaleStrict: refused, firewall.ScaleLoose: "pass"} {
		b := newBed(t, func(c *firewall.Config) { c.Globals.WindowScale = check })
		f := newFlow(t, 1047, 23)
		b.send(f.out("S", ""))
		f.scale = []byte{1, 3, 3, 7}
		require.Equal(t, want, b.send(f.back("SA", "")))
	}
}

func TestRemovedRuleDeletesSessions(t *testing.T) {
	b := newBed(t, nil)
	b.open(newFlow(t, 1045, 23))
	require.Equal(t, "pass", b.send(udp(t, inside, pc, 4000, server, 7, "")))
	b.config.Rules = []firewall.Rule{{Name: "fw", Lines: []firewall.Line{{Protocol: "udp"}}}}
	require.NoError(t, b.e.Configure(b.now, b.config))
	require.Len(t, b.e.Sessions(b.now), 1)
	b.config.Interfaces = []firewall.Interface{b.config.Interfaces[0], {Name: "GigabitEthernet0/1"}}
	require.NoError(t, b.e.Configure(b.now, b.config))
	require.Empty(t, b.e.Sessions(b.now))
	require.Equal(t, firewall.Counts{}, b.e.Statistics(b.now).Current)
}

func TestRouterTraffic(t *testing.T) {
	router := wire.MustAddr("211.0.0.1")
	own := func() wire.Packet {
		p := icmp(t, -1, router, server, 8, 0, nil)
		p.Local, p.Out = true, outside
		return p
	}
	reply := icmp(t, outside, server, router, 0, 0, nil)
	for _, traffic := range []bool{false, true} {
		b := newBed(t, func(c *firewall.Config) { c.Rules[0].Lines[2].RouterTraffic = traffic })
		p := own()
		require.Equal(t, wire.Pass, b.e.Output(b.now, &p))
		ps := []wire.Packet{reply}
		b.e.Match(b.now, ps)
		require.Equal(t, wire.Pass, ps[0].Verdict)
		want := wire.Drop
		if traffic {
			want = wire.Pass
		}
		require.Equal(t, want, b.e.Input(b.now, &ps[0]))
	}
}

func TestDropMessages(t *testing.T) {
	b := newBed(t, func(c *firewall.Config) { c.Globals.LogDrop = true })
	b.send(newFlow(t, 45771, 80).raw(inside, "SP", 2232798685, 0, 1, ""))
	require.Equal(t, []string{"%FW-6-DROP_TCP_PKT: Dropping tcp pkt 10.0.0.100:45771 => 211.0.0.8:80 due to " +
		"SYN with data or with PSH/URG flags -- ip ident 7 tcpflags 20490 seq.no 2232798685 ack 0"}, b.messages())
}

func TestClear(t *testing.T) {
	b := newBed(t, nil)
	b.open(newFlow(t, 1045, 23))
	require.Zero(t, b.e.Clear(b.now, world))
	require.Equal(t, 1, b.e.Clear(b.now, server))
	require.Len(t, b.resets(), 2)
	b.e.ClearStatistics(b.now)
	require.Zero(t, b.e.Statistics(b.now).Creations)
}
