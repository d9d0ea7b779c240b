package sctp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/ipc/sctp"
	"tandem/wire"
)

// A path that was only named gets no data before it answered, not even when the
// other one fails; an answer without the nonce of the probe is none.
func TestAnUnconfirmedAddressGetsNoData(t *testing.T) {
	a, b := configs(1, 2)
	a.PathMaxRetrans, a.AssocMaxRetrans = 2, 20
	w := newWires(t, 1, a, b)
	w.up()
	w.cut[1] = true // its probes get no answer
	data := map[wire.Addr]int{}
	w.road = func(from int, _, dst wire.Addr, packet []byte) bool {
		if from == 0 && sctp.ChunkType(packet[12]) == sctp.Data {
			data[dst]++
		}
		return true
	}
	w.cut[0] = true
	require.NoError(t, w.ends[0].Send(0, sctp.Ordered, []byte("x")))
	w.run(5 * time.Second)
	require.Contains(t, w.ends[0].events, "path down 10.0.0.2")
	require.NotZero(t, data[b1])
	require.Zero(t, data[b2])
	require.Equal(t, sctp.Unconfirmed, w.ends[0].Status(w.now).Paths[1].State)

	info := make([]byte, 24)
	info[1], info[3] = 1, 24
	copy(info[4:], []byte{20, 0, 0, 2})
	for _, nonce := range []byte{0, 7} {
		info[15] = nonce
		packet := forge(w.ends[0].Status(w.now).LocalTag, sctp.Chunk{Type: sctp.HeartbeatAck, Body: info})
		packet[0], packet[1], packet[2], packet[3] = 5001>>8, 5001&0xff, 5000>>8, 5000&0xff
		sctp.Seal(packet)
		require.Equal(t, wire.NotDropped, w.ends[0].Input(w.now, b2, a2, packet))
		require.Equal(t, sctp.Unconfirmed, w.ends[0].Status(w.now).Paths[1].State)
	}
	w.cut = [2]bool{}
	w.run(40 * time.Second)
	require.Contains(t, w.ends[0].events, "path up 20.0.0.2")
}

// What a path loses goes by the other one, at its timeout, and each path has
// its own.
func TestWhatAPathLosesGoesByTheOther(t *testing.T) {
	a, b := configs(2, 2)
	w := newWires(t, 2, a, b)
	w.up()
	w.run(2 * time.Second)
	w.cut[0] = true
	from := w.now
	require.NoError(t, w.ends[0].Send(0, sctp.Ordered, []byte("x")))
	require.True(t, w.until(time.Second, func() bool { return len(w.ends[1].got) == 1 }))
	require.InDelta(t, 300, w.now.Sub(from).Milliseconds(), 3, "RTO.Min, and one way")
	w.run(100 * time.Millisecond)
	s := w.ends[0].Status(w.now)
	require.Equal(t, 1, s.Paths[0].Errors)
	require.Equal(t, 600*time.Millisecond, s.Paths[0].RTO)
	require.Zero(t, s.Paths[1].Errors)
	require.Equal(t, 300*time.Millisecond, s.Paths[1].RTO)
	require.Zero(t, s.Errors, "an acknowledgement on any path clears the association's count")
	require.Equal(t, sctp.Active, s.Paths[0].State)
}

// An idle path is probed every heartbeat interval plus its RTO, with jitter of
// half of that RTO either way (RFC 9260 section 8.3).
func TestHeartbeatsKeepTheirInterval(t *testing.T) {
	a, b := configs(3, 1)
	a.HeartbeatInterval, b.HeartbeatInterval = 5*time.Second, time.Hour
	w := newWires(t, 3, a, b)
	w.up()
	var at []time.Duration
	w.record = func(_, dst wire.Addr, packet []byte) {
		if dst == b1 && sctp.ChunkType(packet[12]) == sctp.Heartbeat {
			at = append(at, time.Duration(w.now))
		}
	}
	w.run(5 * time.Minute)
	require.Greater(t, len(at), 50)
	different := map[time.Duration]bool{}
	for i, t1 := range at[2:] {
		gap := t1 - at[i+1]
		different[gap] = true
		require.GreaterOrEqual(t, gap, 5*time.Second+150*time.Millisecond)
		require.LessOrEqual(t, gap, 5*time.Second+450*time.Millisecond+2*w.delay)
	}
	require.Greater(t, len(different), 40, "jittered")
}

// Round trips are not measured by what was sent twice (Karn), and RTO follows
// the measured ones.
func TestTheTimeoutFollowsTheRoundTrip(t *testing.T) {
	a, b := configs(4, 1)
	a.RTOMax = 10 * time.Second
	w := newWires(t, 4, a, b)
	w.delay = 400 * time.Millisecond
	w.up()
	for range 40 {
		require.NoError(t, w.ends[0].Send(0, sctp.Ordered, []byte("x")))
		w.run(2 * time.Second)
	}
	p := w.window()
	require.Equal(t, 800*time.Millisecond, p.RTT)
	require.InDelta(t, 800, p.SRTT.Milliseconds(), 2)
	require.InDelta(t, 800, p.RTO.Milliseconds(), 20)

	held := false
	w.tap = func(from int, packet []byte) bool {
		if from == 0 && !held && sctp.ChunkType(packet[12]) == sctp.Data {
			held = true
			return false
		}
		return true
	}
	require.NoError(t, w.ends[0].Send(0, sctp.Ordered, []byte("lost once")))
	w.run(5 * time.Second)
	require.True(t, held)
	require.Equal(t, 800*time.Millisecond, w.window().RTT)
	require.Equal(t, p.SRTT, w.window().SRTT)
}
