package firewall_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/firewall"
	"tandem/wire"
)

// Lines that must print back unchanged, most of them seen on routers.
var extendedLines = []string{
	"permit ip host 211.0.0.2 host 211.0.0.1",
	"permit udp any host 224.0.0.2 eq 1985",
	"deny ip any any",
	"permit tcp any eq www whois uucp domain ident host 10.10.10.10 tos normal",
	"deny tcp any eq www any log",
	"deny tcp any range domain www 10.10.10.0 0.0.0.255",
	"permit udp any range 16384 32767 10.1.1.0 0.0.0.255 range 16384 32767",
	"permit udp any eq snmp bootpc 10.1.0.0 0.0.0.255",
	"permit tcp any any match-all +ack -fin log",
	"permit tcp any any match-any +ack -rst +syn",
	"permit tcp host 10.1.1.1 any established",
	"permit tcp any 10.1.0.0 0.0.255.255 established psh",
	"deny esp any any precedence internet",
	"permit ahp any any log-input",
	"permit icmp any any echo-reply",
	"permit icmp any any packet-too-big",
	"permit icmp 10.1.1.1 255.0.0.0 any 10 66",
	"permit icmp any any 8 255",
	"permit tcp host 10.16.2.2 eq www telnet 443 any precedence network ttl eq 255",
	"permit tcp any range ftp-data bgp any",
	"permit tcp any host 192.168.1.100 gt 1024",
	"permit tcp 10.0.0.0 0.255.255.255 eq telnet 22 www 8080 host 10.1.0.0 neq telnet 22",
	"permit ip any any dscp ef fragments log",
	"permit 200 any any",
	"permit pim any any dscp default",
	"permit udp any any eq syslog",
	"permit tcp any any eq cmd",
	"remark only the peer may pass",
}

func TestEntryRoundTrip(t *testing.T) {
	for _, text := range extendedLines {
		e, _, err := firewall.ParseEntry(strings.Fields(text), firewall.Extended)
		require.NoError(t, err, text)
		if text == "permit icmp 10.1.1.1 255.0.0.0 any 10 66" {
			text = "permit icmp 0.1.1.1 255.0.0.0 any 10 66"
		}
		require.Equal(t, text, e.Line(firewall.Extended, firewall.Single))
	}
	for _, text := range []string{"permit 172.16.0.1", "deny 192.168.20.0 0.0.0.255", "deny any log", "remark x"} {
		e, _, err := firewall.ParseEntry(strings.Fields(text), firewall.Standard)
		require.NoError(t, err, text)
		require.Equal(t, text, e.Line(firewall.Standard, firewall.Single))
	}
}

func TestEntrySpelling(t *testing.T) {
	for text, want := range map[string]string{
		"perm ip h 1.2.3.4 an":                            "permit ip host 1.2.3.4 any",
		"deny 6 any any eq 80 est":                        "deny   tcp any any eq www established",
		"deny ip 0.0.0.0 255.255.255.255 9.9.9.9 0.0.0.0": "deny   ip any host 9.9.9.9",
		"permit tcp any any range 90 80":                  "permit tcp any any range www 90",
		"permit icmp any any 8":                           "permit icmp any any echo",
		"permit icmp any any 3 13 log":                    "permit icmp any any administratively-prohibited log",
		"permit tcp any any ack syn":                      "permit tcp any any ack syn",
	} {
		e, _, err := firewall.ParseEntry(strings.Fields(text), firewall.Extended)
		require.NoError(t, err, text)
		require.Equal(t, want, e.Line(firewall.Extended, firewall.Padded))
	}
}

func TestEntryErrors(t *testing.T) {
	for _, c := range []struct {
		text string
		kind firewall.Kind
		at   int
		err  error
	}{
		{"", firewall.Extended, 0, firewall.ErrIncomplete},
		{"permit", firewall.Extended, 1, firewall.ErrIncomplete},
		{"permot ip any any", firewall.Extended, 0, firewall.ErrInput},
		{"permit i any any", firewall.Extended, 1, firewall.ErrAmbiguous},
		{"permit 256 any any", firewall.Extended, 1, firewall.ErrInput},
		{"permit ip any", firewall.Extended, 3, firewall.ErrIncomplete},
		{"permit ip 10.0.0.0 any", firewall.Extended, 3, firewall.ErrInput},
		{"permit ip 10.0.0.0", firewall.Extended, 3, firewall.ErrIncomplete},
		{"permit ip host any", firewall.Extended, 3, firewall.ErrInput},
		{"permit ip any eq 80 any", firewall.Extended, 3, firewall.ErrInput},
		{"permit tcp any eq", firewall.Extended, 4, firewall.ErrIncomplete},
		{"permit tcp any eq 70000 any", firewall.Extended, 4, firewall.ErrInput},
		{"permit tcp any range 1", firewall.Extended, 5, firewall.ErrIncomplete},
		{"permit udp any any established", firewall.Extended, 4, firewall.ErrInput},
		{"permit tcp any any eq 80 fragments", firewall.Extended, 6, firewall.ErrInput},
		{"permit tcp any any match-all", firewall.Extended, 5, firewall.ErrIncomplete},
		{"permit tcp any any match-all log", firewall.Extended, 5, firewall.ErrInput},
		{"permit ip any any log nonsense", firewall.Extended, 5, firewall.ErrInput},
		{"remark", firewall.Extended, 1, firewall.ErrIncomplete},
		{"permit host", firewall.Standard, 2, firewall.ErrIncomplete},
		{"permit 1.2.3.4 log log", firewall.Standard, 3, firewall.ErrInput},
	} {
		_, at, err := firewall.ParseEntry(strings.Fields(c.text), c.kind)
		require.ErrorIs(t, err, c.err, c.text)
		require.Equal(t, c.at, at, c.text)
	}
}

func TestListEditing(t *testing.T) {
	entry := func(text string) firewall.Entry {
		e, _, err := firewall.ParseEntry(strings.Fields(text), firewall.Standard)
		require.NoError(t, err)
		return e
	}
	l := firewall.List{Name: "ACCES-VTY", Kind: firewall.Standard}
	require.NoError(t, l.Add(entry("deny 192.168.0.0 0.0.0.255")))
	require.NoError(t, l.Insert(15, entry("deny 23.23.23.23")))
	require.NoError(t, l.Add(entry("permit any")))
	require.NoError(t, l.Add(entry("permit any")), "an equal entry changes nothing")
	require.NoError(t, l.Insert(15, entry("deny 23.23.23.23")))
	require.ErrorIs(t, l.Insert(15, entry("permit 1.1.1.1")), firewall.ErrDuplicate)
	require.ErrorIs(t, l.Insert(firewall.MaxSequence+1, entry("permit 1.1.1.1")), firewall.ErrMaxSequence)
	require.Equal(t, []string{
		"Standard IP access list ACCES-VTY",
		"    15 deny   23.23.23.23",
		"    10 deny   192.168.0.0, wildcard bits 0.0.0.255",
		"    25 permit any",
	}, firewall.NewFilter(l, nil).Show())
	require.NoError(t, l.Resequence(20, 20))
	require.Equal(t, "    40 deny   192.168.0.0, wildcard bits 0.0.0.255", firewall.NewFilter(l, nil).Show()[2])
	require.ErrorIs(t, l.Resequence(firewall.MaxSequence, 1), firewall.ErrMaxSequence)
	require.NoError(t, l.Remove(20))
	require.ErrorIs(t, l.Remove(20), firewall.ErrNoEntry)
	require.NoError(t, l.RemoveEntry(entry("permit any")))
	require.Len(t, l.Entries, 1)
	require.NoError(t, l.Insert(firewall.MaxSequence, entry("permit 9.9.9.9")))
	require.ErrorIs(t, l.Add(entry("permit 9.9.9.8")), firewall.ErrMaxSequence)
}

func TestFilter(t *testing.T) {
	segment := func(flags string) wire.Packet { return newFlow(t, 1045, 80).raw(inside, flags, 1, 1, 1, "") }
	later := segment("A")
	later.FragWord = 3
	for _, c := range []struct {
		list string // entries separated by /
		p    wire.Packet
		want firewall.Action
	}{
		{"", segment("S"), firewall.Permit},
		{"remark nothing", segment("S"), firewall.Permit},
		{"permit udp any any", segment("S"), firewall.Deny},
		{"permit tcp any any established", segment("S"), firewall.Deny},
		{"permit tcp any any established", segment("A"), firewall.Permit},
		{"permit tcp any any established", segment("R"), firewall.Permit},
		{"deny tcp any any eq www/permit ip any any", segment("S"), firewall.Deny},
		{"deny tcp any any neq www/permit ip any any", segment("S"), firewall.Permit},
		{"deny tcp any any gt 79/permit ip any any", segment("S"), firewall.Deny},
		{"deny tcp any any lt 80/permit ip any any", segment("S"), firewall.Permit},
		{"permit tcp host 10.0.0.100 range 1000 1045 any", segment("S"), firewall.Permit},
		{"permit tcp 10.0.0.0 0.0.0.255 211.0.0.0 0.0.0.255", segment("S"), firewall.Permit},
		{"permit tcp any any match-all +syn -ack", segment("S"), firewall.Permit},
		{"permit tcp any any match-all +syn -ack", segment("SA"), firewall.Deny},
		{"permit tcp any any match-any +rst -syn", segment("S"), firewall.Deny},
		{"permit icmp any any unreachable", icmp(t, inside, pc, world, 3, 9, nil), firewall.Permit},
		{"permit icmp any any port-unreachable", icmp(t, inside, pc, world, 3, 9, nil), firewall.Deny},
		{"permit ip any any ttl eq 64", segment("S"), firewall.Permit},
		{"permit ip any any precedence critical", segment("S"), firewall.Deny},
		// Fragments without the transport header.
		{"permit tcp any any eq telnet", later, firewall.Permit},
		{"deny tcp any any eq www/permit tcp any any", later, firewall.Permit},
		{"deny tcp any any fragments/permit ip any any", later, firewall.Deny},
		{"deny tcp any any fragments/permit ip any any", segment("S"), firewall.Permit},
	} {
		var lines []string
		if c.list != "" {
			lines = strings.Split(c.list, "/")
		}
		l := list(t, "x", firewall.Extended, lines...)
		require.Equal(t, c.want, firewall.NewFilter(l, nil).Check(&c.p), c.list)
	}
	var missing *firewall.Filter
	p := segment("S")
	require.Equal(t, firewall.Permit, missing.Check(&p))
}

// randomEntries makes a list with all sorts of matches.
func randomEntries(r *rand.Rand, n int) (out []firewall.Numbered) {
	addr := func() firewall.AddrMatch {
		a := wire.Addr(0x0a000000 | r.Uint32()&0xffff)
		switch r.IntN(4) {
		case 0:
			return firewall.Any
		case 1:
			return firewall.Host(a)
		case 2:
			return firewall.AddrMatch{Addr: a &^ 0xff, Wildcard: 0xff}
		}
		return firewall.AddrMatch{Addr: a &^ 0xff00, Wildcard: 0xff00}
	}
	port := func() firewall.PortMatch {
		a := uint16(r.IntN(64))
		m := firewall.PortMatch{Op: firewall.PortOp(r.IntN(6)), Count: 1}
		m.Ports[0] = a
		if m.Op == firewall.Span {
			m.Count, m.Ports[1] = 2, a+uint16(r.IntN(500))
		}
		if m.Op == firewall.AnyPort {
			return firewall.PortMatch{}
		}
		return m
	}
	for i := range n {
		e := firewall.Entry{Action: firewall.Action(r.IntN(2)), Src: addr(), Dst: addr()}
		switch r.IntN(4) {
		case 0:
			e.Proto, e.SrcPort, e.DstPort = wire.ProtoTCP, port(), port()
			e.Established = r.IntN(8) == 0
		case 1:
			e.Proto, e.DstPort = wire.ProtoUDP, port()
		case 2:
			e.Proto = wire.ProtoICMP
			e.ICMP = firewall.ICMPMatch{Terms: uint8(r.IntN(3)), Type: uint8(r.IntN(9))}
		default:
			e.Fragments = r.IntN(4) == 0
		}
		out = append(out, firewall.Numbered{Sequence: uint32(10 * (i + 1)), Entry: e})
	}
	return out
}

func randomPacket(r *rand.Rand) wire.Packet {
	p := wire.Packet{
		Src: wire.Addr(0x0a000000 | r.Uint32()&0xffff), Dst: wire.Addr(0x0a000000 | r.Uint32()&0xffff),
		SrcPort: uint16(r.IntN(600)), DstPort: uint16(r.IntN(600)), Proto: [...]uint8{1, 6, 17, 89}[r.IntN(4)],
		TCPFlags: uint8(r.IntN(64)),
	}
	if p.Proto == 1 {
		p.SrcPort, p.DstPort = uint16(r.IntN(9)), uint16(r.IntN(3))
	}
	if r.IntN(8) == 0 {
		p.FragWord, p.SrcPort, p.DstPort, p.TCPFlags = 5, 0, 0, 0
	}
	return p
}

// The compiled form must decide as the list read from the top does.
func TestClassifierAgreesWithList(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		entries := randomEntries(r, 17+r.IntN(200))
		whole := firewall.NewFilter(firewall.List{Name: "x", Kind: firewall.Extended, Entries: entries}, nil)
		var single []*firewall.Filter // a list an entry: the linear form
		for _, n := range entries {
			n.Entry.Action = firewall.Permit
			single = append(single, firewall.NewFilter(firewall.List{Kind: firewall.Extended, Entries: []firewall.Numbered{n}}, nil))
		}
		for range 500 {
			p := randomPacket(r)
			want := firewall.Deny
			for i, f := range single {
				deniesLater := p.LaterFragment() && entries[i].Entry.Action == firewall.Deny && usesTransport(entries[i].Entry)
				if !deniesLater && f.Check(&p) == firewall.Permit {
					want = entries[i].Entry.Action
					break
				}
			}
			require.Equal(t, want, whole.Check(&p), "%+v", p)
		}
	}
}

func usesTransport(e firewall.Entry) bool {
	return e.SrcPort.Op != firewall.AnyPort || e.DstPort.Op != firewall.AnyPort || e.ICMP.Terms > 0 || e.Established
}

func TestCountsSurviveEditing(t *testing.T) {
	l := list(t, "101", firewall.Extended, "permit tcp any any eq www", "permit ip any any")
	f := firewall.NewFilter(l, nil)
	p := newFlow(t, 1045, 80).raw(inside, "S", 1, 1, 1, "")
	f.Check(&p)
	require.NoError(t, l.Remove(20))
	f = firewall.NewFilter(l, f)
	require.Equal(t, []string{"Extended IP access list 101", "    10 permit tcp any any eq www (1 match)"}, f.Show())
	f.ClearCounters()
	require.Equal(t, "    10 permit tcp any any eq www", f.Show()[1])
}

func TestAccessLog(t *testing.T) {
	b := newBed(t, func(c *firewall.Config) {
		c.Lists = []firewall.List{
			list(t, "fw-ha-acl", firewall.Extended, "deny icmp any any log-input", "deny tcp any any log", "deny 2 any any log", "deny ip any any log"),
			list(t, "1", firewall.Standard, "permit any log"),
		}
		c.Interfaces[0].AccessIn = "1"
	})
	f := newFlow(t, 1045, 23)
	for range 4 {
		b.send(f.raw(outside, "S", 1, 1, 1, ""))
	}
	b.send(icmp(t, outside, server, pc, 8, 0, nil))
	b.send(packet(t, outside, 2, server, pc, make([]byte, 8)))
	b.send(packet(t, outside, 200, server, pc, make([]byte, 8)))
	b.send(packet(t, inside, 200, pc, server, make([]byte, 8)))
	require.Equal(t, []string{
		"%SEC-6-IPACCESSLOGP: list fw-ha-acl denied tcp 211.0.0.8(23) -> 10.0.0.100(1045), 1 packet",
		"%SEC-6-IPACCESSLOGDP: list fw-ha-acl denied icmp 211.0.0.8 (GigabitEthernet0/1 0000.0000.0000) -> 10.0.0.100 (8/0), 1 packet",
		"%SEC-6-IPACCESSLOGRP: list fw-ha-acl denied igmp 211.0.0.8 -> 10.0.0.100, 1 packet",
		"%SEC-6-IPACCESSLOGNP: list fw-ha-acl denied 200 211.0.0.8 -> 10.0.0.100, 1 packet",
		"%SEC-6-IPACCESSLOGNP: list 1 permitted 0 10.0.0.100 -> 211.0.0.8, 1 packet",
	}, b.messages())
	b.after(5 * 60 * 1e9)
	require.Equal(t, []string{"%SEC-6-IPACCESSLOGP: list fw-ha-acl denied tcp 211.0.0.8(23) -> 10.0.0.100(1045), 3 packets"}, b.messages())
}

// A list that is edited in every way finds what a list read through would.
func TestListFindsItsEntriesAfterAnyEdit(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	any := func() firewall.Entry {
		return firewall.Entry{Action: firewall.Action(r.IntN(2)), Src: firewall.Host(wire.Addr(r.Uint32N(30)))}
	}
	l := firewall.List{Name: "x", Kind: firewall.Extended}
	for range 20000 {
		e, before := any(), len(l.Entries)
		known := slices.ContainsFunc(l.Entries, func(n firewall.Numbered) bool { return n.Entry == e })
		sequence, taken := 1+r.Uint32N(400), false
		if before > 0 && r.IntN(2) == 0 {
			sequence = l.Entries[before-1].Sequence + r.Uint32N(2)
		}
		for _, n := range l.Entries {
			taken = taken || n.Sequence == sequence
		}
		switch r.IntN(6) {
		case 0, 1:
			require.NoError(t, l.Add(e))
			require.Equal(t, !known, len(l.Entries) > before)
		case 2:
			remark := r.IntN(2) == 0 // may stand in a list twice
			if remark {
				e.Action = firewall.Remark
			}
			if err := l.Insert(sequence, e); !taken {
				require.NoError(t, err)
				require.Equal(t, remark || !known, len(l.Entries) > before)
			}
		case 3:
			require.Equal(t, taken, l.Remove(sequence) == nil)
		case 4:
			require.Equal(t, known, l.RemoveEntry(e) == nil)
		case 5:
			if r.IntN(20) == 0 {
				require.NoError(t, l.Resequence(5, 7))
			}
			other := l
			other.Entries = slices.Clone(l.Entries)
			require.NoError(t, other.Add(e))
			require.Equal(t, !known, len(other.Entries) > before)
		}
	}
}

// BenchmarkPasteList adds entries to a list one by one: the time for one does
// not grow with the list.
func BenchmarkPasteList(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				l := firewall.List{Name: "101", Kind: firewall.Extended}
				for i := range n {
					if err := l.Add(firewall.Entry{Src: firewall.Host(wire.Addr(i)), Dst: firewall.Any}); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/entry")
		})
	}
}
