package sctp_test

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/ipc/sctp"
	"tandem/wire"
)

// forge builds a packet with a right checksum towards the second end.
func forge(tag uint32, chunks ...sctp.Chunk) []byte {
	b := sctp.AppendHeader(nil, sctp.Header{SrcPort: 5000, DstPort: 5001, Tag: tag})
	for _, c := range chunks {
		b = sctp.AppendChunk(b, c)
	}
	sctp.Seal(b)
	return b
}

// answers returns the chunks that an end sends now, by type and flags.
func answers(w *wires, e *end) (out []sctp.Chunk, tags []uint32) {
	e.Packets(w.now, func(_, _ wire.Addr, packet []byte) {
		judge(w.t, packet)
		h, rest, err := sctp.ParsePacket(packet)
		require.NoError(w.t, err)
		tags = append(tags, h.Tag)
		for len(rest) > 0 {
			c, next, err := sctp.NextChunk(rest)
			require.NoError(w.t, err)
			c.Body = append([]byte(nil), c.Body...)
			out, rest = append(out, c), next
		}
	})
	return out, tags
}

func TestPacketsWithAWrongTagChangeNothing(t *testing.T) {
	data := sctp.AppendData(nil, 3, sctp.DataHeader{TSN: 1}, []byte("x"))[4:]
	for kind := range 256 {
		a, b := configs(1, 1)
		w := newWires(t, 1, a, b)
		w.up()
		w.run(time.Second)
		e := w.ends[1]
		before := e.Status(w.now)
		c := sctp.Chunk{Type: sctp.ChunkType(kind), Body: data}
		tag := before.LocalTag + 1
		require.Equal(t, wire.BadSCTP, e.Input(w.now, a1, b1, forge(tag, c)), "type %d", kind)
		after := e.Status(w.now)
		before.Faults, after.Faults = sctp.Faults{}, sctp.Faults{}
		require.Equal(t, unchanged(before), unchanged(after))
		out, _ := answers(w, e)
		require.Empty(t, out, "no answer to type %d", kind)
	}
}

func TestAReflectedAbortNeedsThePeersTag(t *testing.T) {
	a, b := configs(2, 1)
	w := newWires(t, 2, a, b)
	w.up()
	e := w.ends[1]
	s := e.Status(w.now)
	abort := sctp.Chunk{Type: sctp.Abort, Flags: 1}
	require.Equal(t, wire.BadSCTP, e.Input(w.now, a1, b1, forge(s.LocalTag, abort)))
	require.Equal(t, sctp.Established, e.State())
	require.Equal(t, wire.NotDropped, e.Input(w.now, a1, b1, forge(s.RemoteTag, abort)))
	require.Equal(t, sctp.Closed, e.State())
}

func TestUnknownChunksFollowTheirHighBits(t *testing.T) {
	for _, tc := range []struct {
		kind           sctp.ChunkType
		report, goesOn bool
	}{{0x3f, false, false}, {0x7f, true, false}, {0xbf, false, true}, {0xff, true, true}} {
		a, b := configs(3, 1)
		w := newWires(t, 3, a, b)
		w.up()
		e := w.ends[1]
		tag := e.Status(w.now).LocalTag
		unknown := sctp.Chunk{Type: tc.kind, Body: []byte("odd")}
		probe := sctp.Chunk{Type: sctp.Heartbeat, Body: []byte{0, 1, 0, 8, 1, 2, 3, 4}}
		require.Equal(t, wire.NotDropped, e.Input(w.now, a1, b1, forge(tag, unknown, probe)))
		out, _ := answers(w, e)
		var want []sctp.ChunkType
		if tc.report {
			want = append(want, sctp.Error)
			require.Equal(t, sctp.UnrecognizedChunk, sctp.FirstCause(out[0].Body))
			require.Equal(t, append([]byte{byte(tc.kind), 0, 0, 7}, "odd"...), out[0].Body[4:])
		}
		if tc.goesOn {
			want = append(want, sctp.HeartbeatAck)
			require.Equal(t, probe.Body, out[len(out)-1].Body)
		}
		require.Equal(t, want, kinds(out), "%#x", tc.kind)
	}
}

func kinds(chunks []sctp.Chunk) (out []sctp.ChunkType) {
	for _, c := range chunks {
		out = append(out, c.Type)
	}
	return out
}

func TestOutOfTheBluePackets(t *testing.T) {
	init := sctp.AppendInit(nil, sctp.Init, sctp.InitMessage{Tag: 77, Window: 9000, OutStreams: 1, InStreams: 1})
	initBody := init[4:binary.BigEndian.Uint16(init[2:])]
	stale := sctp.AppendCause(nil, sctp.StaleCookie, make([]byte, 4))
	for name, tc := range map[string]struct {
		in    sctp.Chunk
		tag   uint32
		want  sctp.ChunkType
		flags uint8
		reply uint32 // tag of the answer; 0 for none
	}{
		"abort":             {sctp.Chunk{Type: sctp.Abort}, 5, 0, 0, 0},
		"shutdown ack":      {sctp.Chunk{Type: sctp.ShutdownAck}, 5, sctp.ShutdownComplete, 1, 5},
		"shutdown complete": {sctp.Chunk{Type: sctp.ShutdownComplete}, 5, 0, 0, 0},
		"cookie ack":        {sctp.Chunk{Type: sctp.CookieAck}, 5, 0, 0, 0},
		"stale cookie":      {sctp.Chunk{Type: sctp.Error, Body: stale}, 5, 0, 0, 0},
		"other error":       {sctp.Chunk{Type: sctp.Error}, 5, sctp.Abort, 1, 5},
		"heartbeat":         {sctp.Chunk{Type: sctp.Heartbeat, Body: make([]byte, 8)}, 5, sctp.Abort, 1, 5},
		"init":              {sctp.Chunk{Type: sctp.Init, Body: initBody}, 0, sctp.Abort, 0, 77},
		"init with a tag":   {sctp.Chunk{Type: sctp.Init, Body: initBody}, 5, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			reply := sctp.OutOfTheBlue(forge(tc.tag, tc.in))
			if tc.reply == 0 {
				require.Nil(t, reply)
				return
			}
			h, rest, err := sctp.ParsePacket(reply)
			require.NoError(t, err)
			require.Equal(t, sctp.Header{SrcPort: 5001, DstPort: 5000, Tag: tc.reply}, h)
			c, _, err := sctp.NextChunk(rest)
			require.NoError(t, err)
			require.Equal(t, tc.want, c.Type)
			require.Equal(t, tc.flags, c.Flags)
		})
	}
	a, b := configs(4, 1)
	w := newWires(t, 4, a, b)
	stranger := wire.MustAddr("10.0.0.99")
	require.Equal(t, wire.NoListener, w.ends[1].Input(0, stranger, b1, forge(0, sctp.Chunk{Type: sctp.Init, Body: initBody})))
	out, tags := answers(w, w.ends[1])
	require.Equal(t, []sctp.ChunkType{sctp.Abort}, kinds(out))
	require.Equal(t, []uint32{77}, tags)
}

func TestAnInitIsJudged(t *testing.T) {
	good := sctp.InitMessage{Tag: 9, Window: 9000, OutStreams: 2, InStreams: 3, TSN: 8}
	for name, tc := range map[string]struct {
		change func(*sctp.InitMessage)
		why    wire.Reason
		want   []sctp.ChunkType
	}{
		"good":         {func(*sctp.InitMessage) {}, wire.NotDropped, []sctp.ChunkType{sctp.InitAck}},
		"tag 0":        {func(m *sctp.InitMessage) { m.Tag = 0 }, wire.BadSCTP, nil},
		"tiny window":  {func(m *sctp.InitMessage) { m.Window = 1499 }, wire.BadSCTP, nil},
		"no out":       {func(m *sctp.InitMessage) { m.OutStreams = 0 }, wire.NotDropped, []sctp.ChunkType{sctp.Abort}},
		"no in":        {func(m *sctp.InitMessage) { m.InStreams = 0 }, wire.NotDropped, []sctp.ChunkType{sctp.Abort}},
		"many streams": {func(m *sctp.InitMessage) { m.OutStreams = 65535 }, wire.NotDropped, []sctp.ChunkType{sctp.InitAck}},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := configs(5, 1)
			w := newWires(t, 5, a, b)
			m := good
			tc.change(&m)
			packet := sctp.AppendHeader(nil, sctp.Header{SrcPort: 5000, DstPort: 5001})
			packet = sctp.AppendInit(packet, sctp.Init, m)
			sctp.Seal(packet)
			require.Equal(t, tc.why, w.ends[1].Input(0, a1, b1, packet))
			require.Equal(t, sctp.Closed, w.ends[1].State(), "an INIT leaves no state behind")
			out, _ := answers(w, w.ends[1])
			require.Equal(t, tc.want, kinds(out))
		})
	}
}

func TestUnknownParametersAreReported(t *testing.T) {
	packet := sctp.AppendHeader(nil, sctp.Header{SrcPort: 5000, DstPort: 5001})
	start := len(packet)
	packet = sctp.AppendInit(packet, sctp.Init, sctp.InitMessage{Tag: 9, Window: 9000, OutStreams: 2, InStreams: 3, TSN: 8, Addresses: []wire.Addr{a1}})
	for _, kind := range []uint16{0x8000, 0xc000, 0x4001, 0xc001} { // skipped; reported; reported and the end; not reached
		packet = binary.BigEndian.AppendUint32(packet, uint32(kind)<<16|4)
	}
	binary.BigEndian.PutUint16(packet[start+2:], uint16(len(packet)-start))
	sctp.Seal(packet)
	a, b := configs(6, 1)
	w := newWires(t, 6, a, b)
	require.Equal(t, wire.NotDropped, w.ends[1].Input(0, a1, b1, packet))
	out, _ := answers(w, w.ends[1])
	require.Equal(t, []sctp.ChunkType{sctp.InitAck}, kinds(out))
	tail := out[0].Body[len(out[0].Body)-16:]
	require.Equal(t, []byte{0, 8, 0, 8, 0xc0, 0, 0, 4, 0, 8, 0, 8, 0x40, 1, 0, 4}, tail)
}

func TestAForgedCookieIsRefused(t *testing.T) {
	a, b := configs(7, 1)
	w := newWires(t, 7, a, b)
	w.tap = func(from int, packet []byte) bool {
		if sctp.ChunkType(packet[12]) == sctp.CookieEcho {
			packet[20]++ // inside the cookie
			sctp.Seal(packet)
		}
		return true
	}
	w.ends[0].Connect(0)
	w.run(time.Minute)
	require.Equal(t, sctp.Closed, w.ends[1].State())
	require.NotZero(t, w.ends[1].Status(w.now).Faults.ForgedCookies)
}

func TestBrokenDataEndsTheAssociation(t *testing.T) {
	for name, tc := range map[string]struct {
		flags   uint8
		payload string
		ssn     uint16
		cause   sctp.CauseCode
	}{
		"no user data":          {3, "", 0, sctp.NoUserData},
		"a fragment of nothing": {0, "x", 0, sctp.ProtocolViolation},
		"a sequence that skips": {3, "x", 5, sctp.ProtocolViolation},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := configs(8, 1)
			w := newWires(t, 8, a, b)
			var tsn uint32
			w.tap = func(from int, packet []byte) bool {
				if from == 0 && sctp.ChunkType(packet[12]) == sctp.Init {
					tsn = binary.BigEndian.Uint32(packet[28:])
				}
				return true
			}
			w.up()
			e := w.ends[1]
			tag := e.Status(w.now).LocalTag
			b1st := sctp.AppendData(sctp.AppendHeader(nil, sctp.Header{SrcPort: 5000, DstPort: 5001, Tag: tag}), tc.flags,
				sctp.DataHeader{TSN: tsn, Sequence: tc.ssn}, []byte(tc.payload))
			sctp.Seal(b1st)
			e.Input(w.now, a1, b1, b1st)
			require.Equal(t, sctp.Closed, e.State())
			out, _ := answers(w, e)
			require.Equal(t, sctp.Abort, out[len(out)-1].Type)
			require.Equal(t, tc.cause, sctp.FirstCause(out[len(out)-1].Body))
		})
	}
}

func TestConfigurationsThatCannotWorkAreRefused(t *testing.T) {
	for name, change := range map[string]func(*sctp.Config){
		"no port":         func(c *sctp.Config) { c.LocalPort = 0 },
		"no remote":       func(c *sctp.Config) { c.Remote = nil },
		"three local":     func(c *sctp.Config) { c.Local = []wire.Addr{a1, a2, b1} },
		"the same twice":  func(c *sctp.Config) { c.Local = []wire.Addr{a1, a1} },
		"a group":         func(c *sctp.Config) { c.Remote = []wire.Addr{wire.AllRouters} },
		"RTO upside down": func(c *sctp.Config) { c.RTOMin, c.RTOMax = 2, 1 },
		"no randomness":   func(c *sctp.Config) { c.Random = nil },
		"tiny MTU":        func(c *sctp.Config) { c.MTU = 100 },
		"tiny window":     func(c *sctp.Config) { c.ReceiveWindow = 10 },
		"many streams":    func(c *sctp.Config) { c.Streams = 70000 },
		"negative":        func(c *sctp.Config) { c.PathMaxRetrans = -1 },
	} {
		a, _ := configs(1, 1)
		change(&a)
		_, err := sctp.New(a)
		require.ErrorIs(t, err, sctp.ErrConfig, name)
	}
}
