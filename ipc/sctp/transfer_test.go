package sctp_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/ipc/sctp"
)

// traffic sends count messages from one end over its streams as room allows,
// alternating order, and remembers them.
type traffic struct {
	from, count int
	next        int
	sent        []message
}

func (tr *traffic) text(i int) string {
	n := 20
	if i%7 == 0 {
		n = 4000 // fragmented
	}
	return fmt.Sprintf("%d:%05d:%s", tr.from, i, strings.Repeat("x", n+i%13))
}

func (tr *traffic) pump(t *testing.T, e *end) {
	for tr.next < tr.count && e.Writable() >= 4100 {
		order := sctp.Ordered
		if tr.next%3 == 2 {
			order = sctp.Unordered
		}
		m := message{uint16(tr.next % 4), tr.text(tr.next)}
		require.NoError(t, e.Send(m.stream, order, []byte(m.text)))
		tr.sent = append(tr.sent, m)
		tr.next++
	}
}

// check compares what arrived: everything once, ordered ones in order.
func (tr *traffic) check(t *testing.T, got []message) {
	t.Helper()
	require.ElementsMatch(t, tr.sent, got)
	last := map[uint16]int{}
	for _, m := range got {
		var from, i int
		_, err := fmt.Sscanf(m.text, "%d:%d:", &from, &i)
		require.NoError(t, err)
		if i%3 == 2 {
			continue
		}
		require.GreaterOrEqual(t, i, last[m.stream], "stream %d out of order", m.stream)
		last[m.stream] = i
	}
}

func TestEveryMessageArrivesOnceOverBadLinks(t *testing.T) {
	seeds := uint64(300)
	if testing.Short() {
		seeds = 30
	}
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			lans := 1 + int(seed%2)
			a, b := configs(seed, lans)
			for _, c := range []*sctp.Config{&a, &b} {
				c.AssocMaxRetrans, c.MaxInitRetrans, c.PathMaxRetrans = 40, 40, 10
				c.HeartbeatInterval = time.Second
				c.ReceiveWindow = []int{256 << 10, 16 << 10, 64 << 10}[seed%3]
			}
			w := newWires(t, seed, a, b)
			w.loss, w.dup = float64(seed%5)*0.04, float64(seed%3)*0.05
			w.jitter = time.Duration(seed%4) * 3 * time.Millisecond
			w.ends[0].Connect(0)
			if seed%4 == 3 {
				w.ends[1].Connect(0)
			}
			tr := [2]*traffic{{from: 0, count: 120}, {from: 1, count: 60}}
			done := func() bool {
				for i, e := range w.ends {
					tr[i].pump(t, e)
				}
				return len(w.ends[1].got) >= tr[0].count && len(w.ends[0].got) >= tr[1].count
			}
			require.True(t, w.until(10*time.Minute, done), "stuck: %d of %d, %d of %d; %v %v", len(w.ends[1].got), tr[0].count,
				len(w.ends[0].got), tr[1].count, w.ends[0].events, w.ends[1].events)
			w.run(5 * time.Second)
			tr[0].check(t, w.ends[1].got)
			tr[1].check(t, w.ends[0].got)

			w.ends[int(seed%2)].Shutdown(w.now)
			require.True(t, w.until(time.Minute, func() bool {
				return w.ends[0].State() == sctp.Closed && w.ends[1].State() == sctp.Closed
			}), "%v %v", w.ends[0].State(), w.ends[1].State())
		})
	}
}

func TestTheSameSeedGivesTheSameRun(t *testing.T) {
	run := func() (int, []message) {
		a, b := configs(42, 2)
		w := newWires(t, 42, a, b)
		w.loss, w.jitter = 0.1, 5*time.Millisecond
		w.up()
		tr := traffic{count: 50}
		w.until(time.Minute, func() bool { tr.pump(t, w.ends[0]); return len(w.ends[1].got) == 50 })
		return w.sent, w.ends[1].got
	}
	n1, got1 := run()
	n2, got2 := run()
	require.Equal(t, n1, n2)
	require.Equal(t, got1, got2)
}

func TestAFullReceiverStopsTheSenderAndGoesOn(t *testing.T) {
	a, b := configs(1, 1)
	b.ReceiveWindow = 8 << 10
	w := newWires(t, 1, a, b)
	w.up()
	w.ends[1].deaf = true
	tr := traffic{count: 40}
	pump := func() bool { tr.pump(t, w.ends[0]); return false }
	w.until(20*time.Second, pump)
	require.Equal(t, sctp.Established, w.ends[0].State(), "a closed window is no failure: %v", w.ends[0].events)
	require.Equal(t, sctp.Established, w.ends[1].State())
	require.LessOrEqual(t, w.ends[1].Status(w.now).LocalWindow, 8<<10)
	w.ends[1].deaf = false
	require.True(t, w.until(20*time.Second, func() bool { tr.pump(t, w.ends[0]); return len(w.ends[1].got) == 40 }))
	tr.check(t, w.ends[1].got)
}

func TestALostPacketIsRepairedWithoutATimeout(t *testing.T) {
	a, b := configs(3, 1)
	w := newWires(t, 3, a, b)
	w.up()
	dropped := 0
	w.tap = func(from int, packet []byte) bool {
		if from == 0 && len(packet) > 1000 {
			dropped++
			return dropped != 12
		}
		return true
	}
	big := make([]byte, 60_000)
	require.NoError(t, w.ends[0].Send(0, sctp.Ordered, big))
	require.True(t, w.until(time.Second, func() bool { return len(w.ends[1].got) == 1 }))
	s := w.ends[0].Status(w.now).Statistics
	require.Equal(t, uint64(1), s.FastRetransmits)
	require.Zero(t, s.T3Expired)
}

func TestSendRefuses(t *testing.T) {
	a, b := configs(4, 1)
	w := newWires(t, 4, a, b)
	require.ErrorIs(t, w.ends[0].Send(0, sctp.Ordered, []byte("x")), sctp.ErrNotEstablished)
	w.up()
	e := w.ends[0]
	require.ErrorIs(t, e.Send(0, sctp.Ordered, nil), sctp.ErrEmpty)
	require.ErrorIs(t, e.Send(16, sctp.Ordered, []byte("x")), sctp.ErrStream)
	require.ErrorIs(t, e.Send(0, sctp.Ordered, make([]byte, e.MaxMessage()+1)), sctp.ErrTooLong)
	for e.Writable() >= 10_000 {
		require.NoError(t, e.Send(0, sctp.Ordered, make([]byte, 10_000)))
	}
	require.ErrorIs(t, e.Send(0, sctp.Ordered, make([]byte, 10_000)), sctp.ErrFull)
}
