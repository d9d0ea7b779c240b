package sctp_test

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/ipc/sctp"
	"tandem/wire"
)

// A peer may have more addresses than it is configured with here. Aborting
// what comes from them, with the tag of the association, would abort it.
func TestAnotherAddressOfThePeerIsNotAnswered(t *testing.T) {
	a, b := configs(1, 1)
	w := newWires(t, 1, a, b)
	w.up()
	e := w.ends[1]
	before := e.Status(w.now)
	probe := forge(before.LocalTag, sctp.Chunk{Type: sctp.Heartbeat, Body: []byte{0, 1, 0, 8, 1, 2, 3, 4}})
	require.Equal(t, wire.NoListener, e.Input(w.now, a2, b1, probe), "from another address")
	require.Equal(t, wire.NoListener, e.Input(w.now, a1, b2, probe), "to another address")
	out, _ := answers(w, e)
	require.Empty(t, out)
	after := e.Status(w.now)
	require.Equal(t, before.Faults.StrayAddresses+2, after.Faults.StrayAddresses)
	require.Equal(t, sctp.Established, after.State)

	require.Equal(t, wire.NoListener, e.Input(w.now, a2, b1, forge(before.LocalTag+1, sctp.Chunk{Type: sctp.CookieEcho, Body: []byte("x")})))
	out, _ = answers(w, e)
	require.Equal(t, []sctp.ChunkType{sctp.Abort}, kinds(out), "a stranger is told that there is nothing for it")
}

// The peer waits for SHUTDOWN COMPLETE of an association that a reload made us
// forget: it must get it while we connect anew (RFC 9260 section 8.5.1 E), or
// it refuses us until its retransmissions end.
func TestAReloadDuringShutdownConnectsAtOnce(t *testing.T) {
	a, b := configs(2, 1)
	w := newWires(t, 2, a, b)
	w.up()
	w.tap = func(from int, packet []byte) bool { return sctp.ChunkType(packet[12]) != sctp.ShutdownComplete }
	w.ends[0].Shutdown(w.now)
	require.True(t, w.until(time.Second, func() bool { return w.ends[1].State() == sctp.ShutdownAckSent }))
	a.Random = seeded(77)
	w.power(0, a)
	w.air = nil
	w.tap = nil
	w.ends[0].Connect(w.now)
	from := w.now
	require.True(t, w.until(5*time.Second, w.established), "%v %v", w.ends[0].State(), w.ends[1].State())
	require.Less(t, w.now.Sub(from), 700*time.Millisecond, "one repetition of INIT")
	require.Equal(t, []string{"up", "down: shut down", "up"}, w.ends[1].events)
}

// RFC 9260 section 3.3.3.
func TestAnInitAckIsJudged(t *testing.T) {
	good := sctp.InitMessage{Tag: 9, Window: 9000, OutStreams: 2, InStreams: 3, TSN: 8, Cookie: []byte("cookie")}
	for name, tc := range map[string]struct {
		change func(*sctp.InitMessage)
		want   sctp.ChunkType
		tag    uint32 // of the answer; 0 for our own one reflected
	}{
		"good":        {func(*sctp.InitMessage) {}, sctp.CookieEcho, 9},
		"tag 0":       {func(m *sctp.InitMessage) { m.Tag = 0 }, sctp.Abort, 0},
		"tiny window": {func(m *sctp.InitMessage) { m.Window = 1499 }, sctp.Abort, 9},
		"no out":      {func(m *sctp.InitMessage) { m.OutStreams = 0 }, sctp.Abort, 9},
		"no in":       {func(m *sctp.InitMessage) { m.InStreams = 0 }, sctp.Abort, 9},
		"no cookie":   {func(m *sctp.InitMessage) { m.Cookie = nil }, sctp.Abort, 9},
	} {
		t.Run(name, func(t *testing.T) {
			_, b := configs(3, 1)
			w := newWires(t, 3, b, b)
			e := w.ends[1]
			e.Connect(0)
			var own uint32
			e.Packets(0, func(_, _ wire.Addr, packet []byte) { own = binary.BigEndian.Uint32(packet[16:]) })
			m := good
			tc.change(&m)
			packet := sctp.AppendInit(sctp.AppendHeader(nil, sctp.Header{SrcPort: 5000, DstPort: 5001, Tag: own}), sctp.InitAck, m)
			sctp.Seal(packet)
			require.Equal(t, wire.NotDropped, e.Input(0, a1, b1, packet))
			out, tags := answers(w, e)
			require.Equal(t, []sctp.ChunkType{tc.want}, kinds(out))
			if tc.tag == 0 {
				tc.tag = own
				require.Equal(t, uint8(1), out[0].Flags, "the tag is reflected")
			}
			require.Equal(t, []uint32{tc.tag}, tags)
			require.Equal(t, tc.want == sctp.CookieEcho, e.State() == sctp.CookieEchoed)
			require.Equal(t, tc.want == sctp.Abort, e.State() == sctp.Closed)
		})
	}
}
