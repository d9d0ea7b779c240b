package sctp_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/ipc/sctp"
	"tandem/wire"
)

// heap returns the bytes in use after a collection.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// A peer that takes packets and never acknowledges one costs the send buffer,
// whatever the user offers, until the association fails.
func TestAPeerThatNeverAcknowledgesCostsTheSendBuffer(t *testing.T) {
	a, b := configs(1, 2)
	a.AssocMaxRetrans, a.PathMaxRetrans = 10, 10
	w := newWires(t, 1, a, b)
	w.up()
	w.run(time.Second)
	w.tap = func(from int, packet []byte) bool { return from == 0 || sctp.ChunkType(packet[12]) != sctp.Sack }
	e, before := w.ends[0], heap()
	message, taken, most := make([]byte, 100), 0, int64(0)
	for range 200 {
		for e.Send(0, sctp.Unordered, message) == nil {
			taken += len(message)
		}
		w.run(20 * time.Millisecond)
		most = max(most, heap()-before)
	}
	require.LessOrEqual(t, taken, sctp.Defaults.SendBuffer)
	require.Less(t, most, int64(4*sctp.Defaults.SendBuffer), "with the peer's receive side and what is on its way")
	require.Equal(t, []string{"up", "path up 20.0.0.2"}, e.events[:2])
	require.True(t, w.until(time.Minute, func() bool { return e.State() == sctp.Closed }))
}

// A peer that leaves a hole and fills everything beyond it costs the receive
// window, and one that starts a message without end is cut off.
func TestWhatIsReceivedIsBounded(t *testing.T) {
	for name, tc := range map[string]struct {
		first   uint32 // offset of the first TSN sent
		flags   uint8
		payload int
		closed  bool
	}{
		"beyond a hole, short":     {1, 7, 1, false},
		"beyond a hole, long":      {1, 7, 1400, false},
		"ordered beyond a hole":    {1, 3, 1, false},
		"a message without end":    {0, 2, 1400, true},
		"user does not read":       {0, 7, 1400, false},
		"user does not read, tiny": {0, 7, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := configs(2, 1)
			w := newWires(t, 2, a, b)
			var tsn uint32
			w.record = func(src, _ wire.Addr, packet []byte) {
				if src == a1 && sctp.ChunkType(packet[12]) == sctp.Init {
					m, err := sctp.ParseInit(packet[16:])
					require.NoError(t, err)
					tsn = m.TSN
				}
			}
			w.up()
			e, before := w.ends[1], heap()
			tag := e.Status(w.now).LocalTag
			payload := make([]byte, tc.payload)
			for i := range uint32(20_000) {
				flags, sequence := tc.flags, uint16(i)
				if i > 0 && tc.closed {
					flags, sequence = 0, 0
				}
				if flags&4 != 0 {
					sequence = 0
				}
				packet := sctp.AppendHeader(nil, sctp.Header{SrcPort: 5000, DstPort: 5001, Tag: tag})
				packet = sctp.AppendData(packet, flags, sctp.DataHeader{TSN: tsn + tc.first + i, Sequence: sequence}, payload)
				sctp.Seal(packet)
				e.Input(w.now, a1, b1, packet)
				if i%16 == 0 { // an answer walks the whole of what is held
					e.Packets(w.now, func(_, _ wire.Addr, _ []byte) {})
				}
				if tc.first > 0 {
					e.Receive(func(uint16, []byte) {})
				}
			}
			require.Equal(t, tc.closed, e.State() == sctp.Closed)
			require.Less(t, heap()-before, int64(8*sctp.Defaults.ReceiveWindow))
			if !tc.closed {
				require.NotZero(t, e.Status(w.now).Faults.NoRoom+e.Status(w.now).Statistics.DataDiscarded)
			}
			runtime.KeepAlive(w)
		})
	}
}

// Bulk transfer allocates nothing: 0 of the two that a message may cost.
func TestBulkDoesNotAllocate(t *testing.T) {
	for _, size := range []int{100, 1400, 16_000} {
		a, b := configs(3, 1)
		w := newWires(t, 3, a, b)
		w.up()
		x, y, now := w.ends[0], w.ends[1], w.now
		message, got := make([]byte, size), 0
		toX := func(src, dst wire.Addr, p []byte) { x.Input(now, src, dst, p) }
		toY := func(src, dst wire.Addr, p []byte) { y.Input(now, src, dst, p) }
		take := func(uint16, []byte) { got++ }
		burst := func() {
			for range 64 {
				for x.Writable() >= size && x.Send(0, sctp.Ordered, message) == nil {
				}
				now += clock.Time(time.Microsecond)
				x.Packets(now, toY)
				y.Receive(take)
				y.Packets(now, toX)
			}
		}
		burst()
		got = 0
		perRun := testing.AllocsPerRun(10, burst)
		require.NotZero(t, got)
		require.Less(t, perRun*11/float64(got), 0.01, "%d bytes: %d messages", size, got)
	}
}

// The path MTU bounds every packet, control packets included, and everything
// arrives whatever it is.
func TestPacketsKeepToThePathMTU(t *testing.T) {
	for _, mtu := range []int{576, 1280, 1400, 1500, 9000} {
		a, b := configs(4, 2)
		a.MTU, b.MTU = mtu, mtu
		w := newWires(t, 4, a, b)
		w.tall = true
		longest := 0
		w.record = func(_, _ wire.Addr, packet []byte) { longest = max(longest, len(packet)+wire.IPv4Len) }
		w.loss = 0.05
		w.up()
		tr := traffic{count: 60}
		require.True(t, w.until(time.Minute, func() bool { tr.pump(t, w.ends[0]); return len(w.ends[1].got) == tr.count }))
		tr.check(t, w.ends[1].got)
		require.LessOrEqual(t, longest, mtu)
		require.Greater(t, longest, min(mtu, 4000)-4, "and uses it")
		require.Equal(t, mtu, w.ends[0].Status(w.now).Paths[0].MTU)
	}
}
