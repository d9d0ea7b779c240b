package sctp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/ipc/sctp"
	"tandem/wire"
)

// sack is one SACK as a test reads it.
type sack struct {
	cum  int // TSNs from the first one
	gaps []sctp.GapBlock
	dups []int
}

// receiver is the second end of an association, fed by hand.
type receiver struct {
	*wires
	first uint32 // TSN
}

func newReceiver(t *testing.T) *receiver {
	a, b := configs(1, 1)
	r := &receiver{wires: newWires(t, 1, a, b)}
	r.tap = func(from int, packet []byte) bool {
		if from == 0 && sctp.ChunkType(packet[12]) == sctp.Init {
			m, err := sctp.ParseInit(packet[16:])
			require.NoError(t, err)
			r.first = m.TSN
		}
		return true
	}
	r.up()
	r.run(time.Second)
	return r
}

// data hands over one packet a TSN, counted from 0, and returns the SACKs.
func (r *receiver) data(tsns ...int) (out []sack) {
	r.t.Helper()
	e := r.ends[1]
	for _, n := range tsns {
		packet := sctp.AppendHeader(nil, sctp.Header{SrcPort: 5000, DstPort: 5001, Tag: e.Status(r.now).LocalTag})
		packet = sctp.AppendData(packet, 7, sctp.DataHeader{TSN: r.first + uint32(n)}, []byte("data"))
		sctp.Seal(packet)
		require.Equal(r.t, wire.NotDropped, e.Input(r.now, a1, b1, packet))
		out = append(out, r.sacks()...)
	}
	return out
}

func (r *receiver) sacks() (out []sack) {
	chunks, _ := answers(r.wires, r.ends[1])
	for _, c := range chunks {
		v, err := sctp.ParseSack(c.Body)
		require.NoError(r.t, err)
		s := sack{cum: int(v.CumTSN-r.first) + 1}
		for i := range v.Gaps() {
			s.gaps = append(s.gaps, v.Gap(i))
		}
		for i := range v.Duplicates() {
			s.dups = append(s.dups, int(v.Duplicate(i)-r.first))
		}
		out = append(out, s)
	}
	return out
}

// RFC 9260 sections 6.2 and 6.7: every second packet is acknowledged at once,
// one alone after 200 ms, and a hole or a duplicate at once with its report.
func TestWhatIsAcknowledgedWhen(t *testing.T) {
	r := newReceiver(t)
	require.Empty(t, r.data(0))
	require.Equal(t, []sack{{cum: 2}}, r.data(1))
	require.Empty(t, r.data(2))
	at, ok := r.ends[1].NextWake()
	require.True(t, ok)
	require.Equal(t, 200*time.Millisecond, at.Sub(r.now))
	r.now = at
	r.ends[1].Wake(at)
	require.Equal(t, []sack{{cum: 3}}, r.sacks())

	require.Equal(t, []sack{{cum: 3, gaps: []sctp.GapBlock{{Start: 2, End: 2}}}}, r.data(4))
	require.Equal(t, []sack{{cum: 3, gaps: []sctp.GapBlock{{Start: 2, End: 2}, {Start: 4, End: 4}}}}, r.data(6))
	require.Equal(t, []sack{{cum: 3, gaps: []sctp.GapBlock{{Start: 2, End: 4}}}}, r.data(5))
	require.Equal(t, []sack{{cum: 3, gaps: []sctp.GapBlock{{Start: 2, End: 4}}, dups: []int{5}}}, r.data(5))
	require.Equal(t, []sack{{cum: 3, gaps: []sctp.GapBlock{{Start: 2, End: 4}}, dups: []int{1}}}, r.data(1))
	require.Empty(t, r.data(3), "the hole is filled: as any other packet")
	require.Equal(t, []sack{{cum: 7, dups: []int{0}}}, r.data(0))
	require.Equal(t, []sack{{cum: 7, dups: []int{6}}}, r.data(6), "one duplicate alone")
}

// A window that closed is opened by the probe of its sender when the news that
// it is open is lost.
func TestALostWindowUpdateIsNoDeadlock(t *testing.T) {
	a, b := configs(2, 1)
	b.ReceiveWindow = 8 << 10
	w := newWires(t, 2, a, b)
	w.up()
	w.ends[1].deaf = true
	tr := traffic{count: 40}
	pump := func() bool { tr.pump(t, w.ends[0]); return false }
	w.until(20*time.Second, pump)
	require.Zero(t, w.ends[0].Status(w.now).RemoteWindow)

	w.tap = func(from int, packet []byte) bool { return from == 0 || sctp.ChunkType(packet[12]) != sctp.Sack }
	w.ends[1].deaf = false
	w.flush()
	w.tap = nil
	require.True(t, w.until(20*time.Second, func() bool { pump(); return len(w.ends[1].got) == 40 }))
	tr.check(t, w.ends[1].got)
}

// What a receiver reported and then took back (RFC 9260 section 6.2.1) is sent
// again, as anything else that gets lost.
func TestWhatIsTakenBackIsSentAgain(t *testing.T) {
	a, b := configs(3, 1)
	w := newWires(t, 3, a, b)
	w.up()
	w.run(time.Second)
	var sent []uint32
	w.cut[0] = true // the test answers for the peer
	w.record = func(_, dst wire.Addr, packet []byte) {
		if dst == b1 && sctp.ChunkType(packet[12]) == sctp.Data {
			h, _, err := sctp.ParseData(packet[16:])
			require.NoError(t, err)
			sent = append(sent, h.TSN)
		}
	}
	e := w.ends[0]
	for range 3 {
		require.NoError(t, e.Send(0, sctp.Ordered, make([]byte, 1400)))
	}
	w.flush()
	require.Len(t, sent, 3)
	first := sent[0]
	answer := func(cum uint32, gaps ...sctp.GapBlock) {
		packet := sctp.AppendHeader(nil, sctp.Header{SrcPort: 5001, DstPort: 5000, Tag: e.Status(w.now).LocalTag})
		packet = sctp.AppendSack(packet, cum, 100_000, gaps, nil)
		sctp.Seal(packet)
		require.Equal(t, wire.NotDropped, e.Input(w.now, b1, a1, packet))
		w.flush()
	}
	answer(first-1, sctp.GapBlock{Start: 2, End: 3})
	answer(first)
	require.Len(t, sent, 3, "not before its timeout")
	require.Equal(t, 2800, w.window().Outstanding)
	w.run(400 * time.Millisecond)
	require.Contains(t, sent[3:], first+1)
}

// A peer that lives but never lets a shutdown end is left after five times the
// largest RTO (RFC 9260 section 9.2).
func TestAShutdownThatDoesNotEndIsGivenUp(t *testing.T) {
	a, b := configs(4, 1)
	b.ReceiveWindow = 8 << 10
	w := newWires(t, 4, a, b)
	w.up()
	w.ends[1].deaf = true
	tr := traffic{count: 40}
	w.until(5*time.Second, func() bool { tr.pump(t, w.ends[0]); return false })
	w.ends[0].Shutdown(w.now)
	w.run(2900 * time.Millisecond)
	require.Equal(t, sctp.ShutdownPending, w.ends[0].State())
	w.run(200 * time.Millisecond)
	require.Equal(t, []string{"up", "down: shutdown not answered"}, w.ends[0].events)
	require.Equal(t, "down: aborted by peer (user-initiated abort)", w.ends[1].events[1])
}

// INIT goes to either address in turn.
func TestTheSecondAddressIsTriedToo(t *testing.T) {
	a, b := configs(5, 2)
	w := newWires(t, 5, a, b)
	w.cut[0] = true
	w.ends[0].Connect(0)
	require.True(t, w.until(5*time.Second, w.established))
	require.Equal(t, b2, w.ends[0].Status(w.now).Effective)
	w.cut[0] = false
	w.run(5 * time.Second)
	s := w.ends[0].Status(w.now)
	require.Equal(t, b1, s.Primary)
	require.Equal(t, b1, s.Effective, "the first address is the primary once it answers")
}
