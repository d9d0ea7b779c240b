package sctp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/ipc/sctp"
	"tandem/wire"
)

// bulk keeps the first end busy: messages of 1,400 bytes as there is room.
func (w *wires) bulk(d time.Duration) { w.bulkUntil(d, func() bool { return false }) }

// bulkUntil is bulk that ends early when done.
func (w *wires) bulkUntil(d time.Duration, done func() bool) {
	w.t.Helper()
	end, msg := w.now.Add(d), make([]byte, 1400)
	for w.now < end && !done() {
		for w.ends[0].Writable() >= len(msg) {
			require.NoError(w.t, w.ends[0].Send(0, sctp.Unordered, msg))
		}
		w.ends[1].got = nil
		w.step(end)
	}
}

func (w *wires) window() sctp.PathStatus { return w.ends[0].Status(w.now).Paths[0] }

// The window of RFC 9260 section 7.2: four packets, doubled each round trip in
// slow start, halved by a loss, then a packet a round trip, one packet after a
// timeout, and back towards four packets while nothing is sent.
func TestTheCongestionWindowFollowsTheRules(t *testing.T) {
	a, b := configs(1, 1)
	b.ReceiveWindow, a.SendBuffer = 1<<20, 1<<20
	w := newWires(t, 1, a, b)
	w.delay = 50 * time.Millisecond
	w.up()
	w.run(time.Second)
	require.Equal(t, 4404, w.window().Cwnd)

	w.bulk(120 * time.Millisecond) // the first acknowledgements are there
	first := w.window().Cwnd
	require.Greater(t, first, 4404)
	require.LessOrEqual(t, first, 2*4404)
	w.bulk(700 * time.Millisecond)
	grown := w.window().Cwnd
	require.Greater(t, grown, 8*first/2, "slow start")
	require.Less(t, grown, w.window().Ssthresh)

	lost := false
	w.tap = func(from int, packet []byte) bool {
		if from == 0 && !lost && sctp.ChunkType(packet[12]) == sctp.Data {
			lost = true
			return false
		}
		return true
	}
	w.bulkUntil(time.Second, func() bool {
		if w.ends[0].Status(w.now).Statistics.FastRetransmits > 0 {
			return true
		}
		grown = w.window().Cwnd
		return false
	})
	require.Equal(t, grown/2, w.window().Ssthresh, "fast recovery")
	require.Equal(t, grown/2, w.window().Cwnd)
	require.Zero(t, w.ends[0].Status(w.now).Statistics.T3Expired)
	require.NotZero(t, w.ends[0].Status(w.now).Statistics.FastRetransmits)

	w.bulk(200 * time.Millisecond) // recovery is over
	slow := w.window().Cwnd
	w.bulk(time.Second) // ten round trips
	gained := w.window().Cwnd - slow
	require.Positive(t, gained)
	require.LessOrEqual(t, gained, 11*1500, "a packet a round trip")

	w.cut[0] = true
	before := 0
	require.True(t, w.until(5*time.Second, func() bool {
		if w.ends[0].Status(w.now).Statistics.T3Expired == 1 {
			return true
		}
		before = w.window().Cwnd
		return false
	}))
	require.Equal(t, 1500, w.window().Cwnd)
	require.Equal(t, max(before/2, 4*1500), w.window().Ssthresh)
	w.cut[0] = false
	w.bulk(2 * time.Second)
	busy := w.window().Cwnd
	require.Greater(t, busy, 6000)
	w.run(30 * time.Second)
	require.NoError(t, w.ends[0].Send(0, sctp.Unordered, []byte("x")))
	w.run(10 * time.Millisecond)
	require.Equal(t, 6000, w.window().Cwnd, "idle")
}

// An event sets four packets of new data free at most (Max.Burst).
func TestABurstIsFourPackets(t *testing.T) {
	a, b := configs(2, 1)
	b.ReceiveWindow, a.SendBuffer = 1<<20, 1<<20
	w := newWires(t, 2, a, b)
	w.delay = 50 * time.Millisecond
	w.up()
	w.bulk(time.Second)
	w.run(5 * time.Second)
	require.Greater(t, w.window().Cwnd, 20*1500)
	before := w.sent
	for range 20 {
		require.NoError(t, w.ends[0].Send(0, sctp.Unordered, make([]byte, 1400)))
	}
	w.flush()
	require.Equal(t, 4, w.sent-before)
}

// A peer that reads packets in batches sends one SACK for all of them. It frees
// twice as many packets as it acknowledges, as a SACK for every second would,
// and the window grows by half of it.
func TestASackOfManyPacketsCountsAsMany(t *testing.T) {
	a, b := configs(5, 1)
	b.ReceiveWindow, a.SendBuffer = 1<<20, 1<<20
	w := newWires(t, 5, a, b)
	w.up()
	x, y, now := w.ends[0], w.ends[1], w.now
	before := 4
	for round := range 10 {
		for x.Writable() >= 1400 {
			require.NoError(t, x.Send(0, sctp.Ordered, make([]byte, 1400)))
		}
		sent, sacks, window := 0, 0, w.window().Cwnd
		x.Packets(now, func(src, dst wire.Addr, p []byte) {
			sent++
			y.Input(now, src, dst, p)
		})
		y.Receive(func(uint16, []byte) {})
		y.Packets(now, func(src, dst wire.Addr, p []byte) {
			sacks++
			x.Input(now, src, dst, p)
		})
		require.Equal(t, 1, sacks)
		require.LessOrEqual(t, sent, 2*before)
		require.Less(t, 1400*sent, window+1400)
		if round > 0 {
			require.Greater(t, 10*sent, 13*before, "round %d", round)
		}
		before = sent
	}
}

// The third report that a packet is missing has it sent again, two wait for
// the timeout (RFC 9260 section 7.2.4).
func TestTheThirdReportIsEnough(t *testing.T) {
	for after, want := range map[int]time.Duration{2: 300 * time.Millisecond, 3: 3 * time.Millisecond} {
		a, b := configs(uint64(after), 1)
		w := newWires(t, uint64(after), a, b)
		w.up()
		w.run(time.Second)
		first := true
		w.tap = func(from int, packet []byte) bool {
			if from == 0 && first && sctp.ChunkType(packet[12]) == sctp.Data {
				first = false
				return false
			}
			return true
		}
		from := w.now
		for range 1 + after {
			require.NoError(t, w.ends[0].Send(0, sctp.Ordered, make([]byte, 1400)))
		}
		require.True(t, w.until(time.Second, func() bool { w.flush(); return len(w.ends[1].got) == 1+after }))
		require.InDelta(t, want.Milliseconds(), w.now.Sub(from).Milliseconds(), 3, "%d reports", after)
		require.Equal(t, after == 3, w.ends[0].Status(w.now).Statistics.FastRetransmits == 1)
	}
}
