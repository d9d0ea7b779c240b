package firewall_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/firewall"
	"tandem/syslog"
	"tandem/wire"
)

// The router of the tests: inside is interface 0, outside interface 1. The
// outside is closed by a list; a rule applied outward opens it for answers.
const (
	inside  int16 = 0
	outside int16 = 1
)

var (
	pc     = wire.MustAddr("10.0.0.100")
	server = wire.MustAddr("211.0.0.8")
	world  = wire.MustAddr("198.51.100.7")
)

// bed is an engine with a clock.
type bed struct {
	t      testing.TB
	e      *firewall.Engine
	now    clock.Time
	config firewall.Config
}

// newBed makes the router; change may edit its configuration.
func newBed(t testing.TB, change func(*firewall.Config)) *bed {
	b := &bed{t: t, e: firewall.New(1), now: clock.Time(1000 * time.Second)}
	b.config = firewall.Config{
		Globals: firewall.Defaults(firewall.Release12411T),
		Lists:   []firewall.List{list(t, "fw-ha-acl", firewall.Extended, "deny ip any any")},
		Rules: []firewall.Rule{{Name: "fw", Lines: []firewall.Line{
			{Protocol: "tcp"}, {Protocol: "udp"}, {Protocol: "icmp"}, {Protocol: "ftp"}, {Protocol: "tftp"},
		}}},
		Interfaces: []firewall.Interface{
			{Name: "GigabitEthernet0/0"},
			{Name: "GigabitEthernet0/1", AccessIn: "fw-ha-acl", InspectOut: firewall.Applied{Rule: "fw", Redundancy: "HAin"}},
		},
	}
	if change != nil {
		change(&b.config)
	}
	require.NoError(t, b.e.Configure(b.now, b.config))
	return b
}

func list(t testing.TB, name string, kind firewall.Kind, lines ...string) firewall.List {
	l := firewall.List{Name: name, Kind: kind}
	for _, text := range lines {
		e, at, err := firewall.ParseEntry(strings.Fields(text), kind)
		require.NoError(t, err, "%q word %d", text, at)
		require.NoError(t, l.Add(e))
	}
	return l
}

func (b *bed) after(d time.Duration) {
	for end := b.now.Add(d); ; {
		at, ok := b.e.NextWake()
		if !ok || at > end {
			b.now = end
			return
		}
		b.now = max(at, b.now)
		b.e.Wake(b.now)
	}
}

func (b *bed) messages() (out []string) {
	b.e.Messages(func(m syslog.Message) { out = append(out, m.String()) })
	return out
}

func (b *bed) resets() (out []string) {
	b.e.Resets(func(ip []byte) {
		var p wire.Packet
		require.Equal(b.t, wire.NotDropped, p.DecodeIP(ip, 0, 0))
		require.True(b.t, p.IP().ChecksumOK())
		out = append(out, fmt.Sprintf("%s:%d>%s:%d %d", p.Src, p.SrcPort, p.Dst, p.DstPort, wire.TCP(p.Transport()).Seq()))
	})
	return out
}

// send passes a packet through the stages as the packet path does, and says
// what became of it: "fast", "pass", or the reason of the drop.
func (b *bed) send(p wire.Packet) string {
	ps := []wire.Packet{p}
	b.e.Match(b.now, ps)
	q := &ps[0]
	switch q.Verdict {
	case wire.Fast:
		return "fast"
	case wire.Drop:
		return q.Why.String()
	}
	if b.e.Input(b.now, q) == wire.Drop {
		return q.Why.String()
	}
	q.Out = inside
	if q.In == inside {
		q.Out = outside
	}
	if b.e.Output(b.now, q) == wire.Drop {
		return q.Why.String()
	}
	q.Adj = uint32(q.Out) + 1
	b.e.Resolved(q)
	return "pass"
}

func decode(t testing.TB, ip []byte, in int16) wire.Packet {
	var p wire.Packet
	frame := append(make([]byte, wire.EthernetLen), ip...)
	require.Equal(t, wire.NotDropped, p.Decode(frame, in))
	return p
}

func packet(t testing.TB, in int16, proto uint8, src, dst wire.Addr, transport []byte) wire.Packet {
	ip := wire.AppendIPv4(nil, wire.IPv4Header{TTL: 64, ID: 7, Proto: proto, Src: src, Dst: dst}, len(transport))
	return decode(t, append(ip, transport...), in)
}

func udp(t testing.TB, in int16, src wire.Addr, sport uint16, dst wire.Addr, dport uint16, payload string) wire.Packet {
	return packet(t, in, wire.ProtoUDP, src, dst, wire.AppendUDP(nil, src, dst, sport, dport, []byte(payload)))
}

func icmp(t testing.TB, in int16, src, dst wire.Addr, kind, code uint8, payload []byte) wire.Packet {
	return packet(t, in, wire.ProtoICMP, src, dst, wire.AppendICMP(nil, kind, code, 1, payload))
}

// flow builds the segments of one TCP connection.
type flow struct {
	t            testing.TB
	cport, sport uint16
	cseq, sseq   uint32
	scale        []byte
}

func newFlow(t testing.TB, cport, sport uint16) *flow {
	return &flow{t: t, cport: cport, sport: sport, cseq: 1000, sseq: 5000}
}

var flagBits = map[byte]uint8{'S': wire.SYN, 'A': wire.ACK, 'F': wire.FIN, 'R': wire.RST, 'P': wire.PSH, 'U': wire.URG}

func bits(flags string) (f uint8) {
	for i := range flags {
		f |= flagBits[flags[i]]
	}
	return f
}

// out is a segment from the client, back one from the server; both move on the
// sequence numbers.
func (f *flow) out(flags, payload string) wire.Packet {
	p := f.raw(inside, flags, f.cseq, f.sseq, 8192, payload)
	f.cseq += length(flags, payload)
	return p
}

func (f *flow) back(flags, payload string) wire.Packet {
	p := f.raw(outside, flags, f.sseq, f.cseq, 8192, payload)
	f.sseq += length(flags, payload)
	return p
}

func length(flags, payload string) uint32 {
	n := uint32(len(payload))
	if strings.ContainsAny(flags, "SF") {
		n++
	}
	return n
}

func (f *flow) raw(in int16, flags string, seq, ack uint32, window uint16, payload string) wire.Packet {
	src, dst, sport, dport := pc, server, f.cport, f.sport
	if in == outside {
		src, dst, sport, dport = server, pc, f.sport, f.cport
	}
	h := wire.TCPHeader{SrcPort: sport, DstPort: dport, Seq: seq, Flags: bits(flags), Window: window}
	if h.Flags&wire.ACK != 0 {
		h.Ack = ack
	}
	if h.Flags&wire.SYN != 0 {
		h.Options = f.scale
	}
	return packet(f.t, in, wire.ProtoTCP, src, dst, wire.AppendTCP(nil, src, dst, h, []byte(payload)))
}

// open runs the handshake.
func (b *bed) open(f *flow) {
	require.Equal(b.t, "pass", b.send(f.out("S", "")))
	require.Contains(b.t, "pass fast", b.send(f.back("SA", "")))
	require.Contains(b.t, "pass fast", b.send(f.out("A", "")))
}
