package firewall

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/wire"
)

// What parses prints in a form that parses to the same entry, and prints the
// same again.
func FuzzParseEntry(f *testing.F) {
	for _, s := range []string{
		"permit tcp any any eq www", "deny ip any any", "remark words here", "permit icmp any any 8 255", "permit 10.0.0.0 0.0.0.255 log",
		"permit tcp any range 1 2 host 1.2.3.4 match-all +ack -fin log-input", "permit udp any eq 1 2 3 any ttl range 4 5 dscp ef fragments",
	} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, text string, extended bool) {
		kind := Standard
		if extended {
			kind = Extended
		}
		tokens := strings.Fields(text)
		e, at, err := ParseEntry(tokens, kind)
		require.LessOrEqual(t, at, len(tokens))
		if err != nil {
			if err == ErrIncomplete {
				require.Equal(t, len(tokens), at)
			}
			return
		}
		for _, spacing := range []Spacing{Padded, Single} {
			line := e.Line(kind, spacing)
			again, _, err := ParseEntry(strings.Fields(line), kind)
			require.NoError(t, err, line)
			require.Equal(t, e, again, line)
		}
	})
}

// applyBed is a standby engine with one replicated rule.
func applyBed(t testing.TB) *Engine {
	e := New(1)
	require.NoError(t, e.Configure(0, Config{
		Globals:    Defaults(Release1249T),
		Rules:      []Rule{{Name: "fw", Lines: []Line{{Protocol: "tcp"}, {Protocol: "udp"}, {Protocol: "icmp"}, {Protocol: "ftp"}, {Protocol: "tftp"}, {Protocol: "fragment"}}}},
		Lists:      []List{{Name: "101", Kind: Extended, Entries: []Numbered{{10, Entry{Action: Deny, Src: Any, Dst: Any}}}}},
		Interfaces: []Interface{{Name: "Gi0/0"}, {Name: "Gi0/1", AccessIn: "101", InspectOut: Applied{"fw", "HAin"}}},
	}))
	e.SetScheme("HAin")
	return e
}

// audit compares every count with the contents of the table.
func audit(t *testing.T, e *Engine) {
	var have [2]Counts
	half, live, dirty, standby, unconfirmed := 0, 0, 0, 0, 0
	refs := map[uint16]int{}
	for i := range e.table.shards {
		for j := range e.table.shards[i].slots {
			s := &e.table.shards[i].slots[j]
			if s.marks&markDirty != 0 {
				dirty++
			}
			if !s.inUse() {
				continue
			}
			live++
			refs[s.policy]++
			c := &have[0]
			if e.kept(s) {
				c = &have[1]
				standby++
				if e.ha.confirming && !e.confirmed(s) {
					unconfirmed++
				}
			}
			switch s.conn.state() {
			case SynSent, SynRcvd:
				c.HalfOpen++
				if s.proto != wire.ProtoICMP {
					half++
				}
			case Open:
				c.Established++
			default:
				c.Terminating++
			}
			k := s.key()
			slot, _, ok := e.table.find(&k, e.table.hash(&k))
			require.True(t, ok)
			require.Equal(t, slotAt(i, j), slot)
		}
	}
	require.Equal(t, have, e.counts)
	require.Equal(t, live, e.table.live)
	require.Equal(t, half, e.limits.half)
	require.Equal(t, dirty, e.ha.pending)
	require.Equal(t, standby, e.Standby())
	require.Equal(t, unconfirmed, e.ha.unconfirmed)
	for n, r := range refs {
		require.Equal(t, r, e.policies.list[n].refs)
	}
	tcp := 0
	for _, h := range e.limits.hosts {
		require.GreaterOrEqual(t, h.half, 0)
		tcp += h.half
	}
	require.LessOrEqual(t, tcp, half)
}

func FuzzApply(f *testing.F) {
	e := applyBed(f)
	u := record{
		kind: recordUpdate, key: key{1, 2, 3, 4, 6}, phase: uint8(Open), serial: 9, rule: nameHash("Gi0/1", "out", "fw"),
		line: nameHash("ftp"), port: [2]uint32{nameHash("Gi0/0"), nameHash("Gi0/1")}, age: 5, idle: 1 << 31,
	}
	good := u.append(nil)
	n, err := e.Apply(0, good)
	require.NoError(f, err)
	require.Equal(f, 1, n)
	d := u
	d.kind = recordDelete
	f.Add(good)
	f.Add(d.append(good))
	f.Add(good[:30])
	f.Fuzz(func(t *testing.T, b []byte) {
		e := applyBed(t)
		_, err := e.Apply(1e9, b)
		if err != nil {
			require.ErrorIs(t, err, ErrRecord)
		}
		e.BeginConfirm()
		_, _ = e.Apply(2e9, b)
		audit(t, e)
		e.EndConfirm()
		audit(t, e)
		e.Wake(500e9)
		e.Promote(501e9)
		audit(t, e)
		e.Wake(100_000e9)
		audit(t, e)
		require.Zero(t, e.table.live)

		// A record that decodes encodes to the same bytes.
		for len(b) > 0 && 1+int(b[0]) <= len(b) {
			var r record
			if r.decode(b[1:1+int(b[0])]) == nil {
				require.Equal(t, b[:1+int(b[0])], r.append(nil))
			}
			b = b[1+int(b[0]):]
		}
	})
}

func FuzzWindowScale(f *testing.F) {
	f.Add([]byte{2, 4, 5, 180, 1, 3, 3, 7})
	f.Add([]byte{3, 3})
	f.Fuzz(func(t *testing.T, options []byte) {
		s := windowScale(options)
		require.True(t, s <= MaxScale || s == NoScale)
	})
}

func FuzzFTP(f *testing.F) {
	f.Add([]byte("PORT 10,0,0,1,8,1\r\nEPRT |1|10.0.0.1|2049|\r\n"), 3)
	f.Add([]byte("230-hi\r\n227 (10,0,0,1,8,1)\r\n229 (|||2049|)\r\n"), 20)
	f.Fuzz(func(t *testing.T, text []byte, split int) {
		e := applyBed(t)
		s := &session{initiator: 1, responder: 2}
		n, ok := e.policies.hold(terms{binding: e.guards[1].inspectOut, line: e.guards[1].inspectOut.rule.lines[3]})
		require.True(t, ok)
		s.policy = n
		c := &ftpControl{login: true}
		split = max(0, min(split, len(text)))
		for d := Forward; d <= Return; d++ {
			e.readLines(c, s, d, text[:split])
			e.readLines(c, s, d, text[split:])
			require.LessOrEqual(t, len(c.line[d]), ftpLine)
			parseFTP(d, text)
		}
		for k := range e.expect.byKey {
			require.GreaterOrEqual(t, k.dstPort, uint16(1024))
		}
	})
}

// Random packets between a few ends, with time passing and roles changing: the
// counts must equal the contents of the table.
func FuzzEngine(f *testing.F) {
	f.Add([]byte("\x00\x02\x00\x01\x00\x00\x12\x00\x01\x00\x00\x10\x00\x01\x00"))
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255, 254, 253, 252, 251, 250})
	f.Fuzz(playScript)
}

func TestEngineRandomScripts(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	for range 300 {
		script := make([]byte, 4*400)
		for i := range script {
			script[i] = byte(r.Uint32())
		}
		playScript(t, script)
	}
}

// playScript runs an engine by a script of four bytes a step.
func playScript(t *testing.T, script []byte) {
	e := applyBed(t)
	peer := applyBed(t)
	e.config.Globals.MaxIncompleteHigh, e.config.Globals.MaxIncompleteHost = 6, 4
	now := clock.Time(1e9)
	for len(script) >= 4 {
		op := script[:4]
		script = script[4:]
		if op[0] < 240 {
			e.fuzzPacket(now, op)
			continue
		}
		now += clock.Time(op[1]) * 1e9
		switch op[0] {
		case 240, 241, 242:
			e.Wake(now)
		case 243:
			out, _ := e.Collect(now, nil, int(op[2])*8)
			_, _ = peer.Apply(now, out)
		case 244:
			e.Invalidate()
		case 245:
			e.Refresh(now)
		case 246:
			e.Demote(now)
		case 247:
			e.Promote(now)
		case 248:
			e.Clear(now, wire.Addr(op[2]&3+1))
		case 249:
			e.StartBulk()
			out, _, _ := e.Bulk(now, nil, 4096)
			peer.BeginConfirm()
			_, _ = peer.Apply(now, out)
			audit(t, peer)
			peer.EndConfirm()
		case 250:
			e.SetScheme([...]string{"", "HAin"}[op[2]&1])
		case 251:
			c := e.config
			c.Rules = []Rule{{Name: "fw", Lines: c.Rules[0].Lines[:max(1, int(op[2])%len(c.Rules[0].Lines))]}}
			require.NoError(t, e.Configure(now, c))
		}
	}
	audit(t, e)
	audit(t, peer)
}

// fuzzPacket passes one packet made of four bytes through every stage.
func (e *Engine) fuzzPacket(now clock.Time, op []byte) {
	src, dst := wire.Addr(op[1]&3+1), wire.Addr(op[1]>>2&3+5)
	sport, dport := 1000+uint16(op[1]>>4&3), [...]uint16{21, 53, 69, 80}[op[1]>>6]
	in := int16(op[0] & 1)
	if in == 1 {
		src, dst, sport, dport = dst, src, dport, sport
	}
	seq, ack := 100+uint32(op[3]&15), 100+uint32(op[3]>>4)
	payload := []byte("PORT 0,0,0,1,8,1\r\n")[:op[0]>>4%19]
	var body []byte
	proto := wire.ProtoTCP
	switch op[0] >> 1 & 3 {
	case 0, 1:
		body = wire.AppendTCP(nil, src, dst, wire.TCPHeader{SrcPort: sport, DstPort: dport, Seq: seq, Ack: ack, Flags: op[2] & 63, Window: 50}, payload)
	case 2:
		proto = wire.ProtoUDP
		body = wire.AppendUDP(nil, src, dst, sport, dport, payload)
	case 3:
		proto = wire.ProtoICMP
		body = wire.AppendICMP(nil, op[2]%15, 0, 0, payload)
	}
	ip := wire.AppendIPv4(nil, wire.IPv4Header{TTL: 9, Proto: proto, Src: src, Dst: dst, Fragment: uint16(op[2]>>6) << 13 & wire.MoreFragments}, len(body))
	ps := make([]wire.Packet, 1)
	if ps[0].DecodeIP(append(ip, body...), 0, in) != wire.NotDropped {
		return
	}
	e.Match(now, ps)
	p := &ps[0]
	if p.Verdict != wire.Pass || e.Input(now, p) == wire.Drop {
		return
	}
	p.Out = 1 - in
	e.Output(now, p)
	p.Adj = 3
	e.Resolved(p)
}
