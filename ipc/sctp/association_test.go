package sctp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/ipc/sctp"
	"tandem/wire"
)

func TestBothEndsStartingMakeOneAssociation(t *testing.T) {
	for seed := range uint64(100) {
		a, b := configs(seed, 1+int(seed%2))
		a.MaxInitRetrans, b.MaxInitRetrans = 20, 20
		a.AssocMaxRetrans, b.AssocMaxRetrans = 20, 20
		w := newWires(t, seed, a, b)
		w.loss = float64(seed%4) * 0.1
		w.jitter = time.Duration(seed%5) * time.Millisecond
		w.ends[0].Connect(0)
		w.run(time.Duration(seed%7) * 700 * time.Microsecond)
		w.ends[1].Connect(w.now)
		require.True(t, w.until(time.Minute, w.established), "seed %d", seed)
		w.run(time.Second)
		require.True(t, w.established(), "seed %d", seed)
		x, y := w.ends[0].Status(w.now), w.ends[1].Status(w.now)
		require.Equal(t, x.LocalTag, y.RemoteTag, "seed %d", seed)
		require.Equal(t, y.LocalTag, x.RemoteTag, "seed %d", seed)
		for _, e := range w.ends {
			require.Equal(t, "up", e.events[0], "seed %d: %v", seed, e.events)
			require.NotContains(t, e.events[1:], "up")
			require.NotContains(t, e.events, "restarted")
		}
		require.NoError(t, w.ends[0].Send(1, sctp.Ordered, []byte("hello")))
		require.True(t, w.until(time.Minute, func() bool { return len(w.ends[1].got) == 1 }), "seed %d %v %v", seed, w.ends[0].events, w.ends[1].events)
	}
}

func TestAReloadedPeerIsARestart(t *testing.T) {
	a, b := configs(1, 2)
	w := newWires(t, 1, a, b)
	w.up()
	w.run(2 * time.Second)
	require.NoError(t, w.ends[1].Send(0, sctp.Ordered, []byte("before")))
	w.run(50 * time.Millisecond)

	a.Random = seeded(99)
	w.power(0, a)
	w.ends[0].Connect(w.now)
	require.True(t, w.until(time.Second, func() bool { return w.ends[0].State() == sctp.Established }))
	w.run(50 * time.Millisecond)
	require.Contains(t, w.ends[1].events, "restarted")
	require.Equal(t, sctp.Established, w.ends[1].State())
	require.NoError(t, w.ends[1].Send(0, sctp.Ordered, []byte("after")))
	require.True(t, w.until(time.Second, func() bool { return len(w.ends[0].got) == 1 }))
	require.Equal(t, "after", w.ends[0].got[0].text)
}

// A cookie restarts only the association that its INIT met: the tie-tags say
// which (RFC 9260 section 5.2.4).
func TestAnEarlierRestartIsNotReplayed(t *testing.T) {
	a, b := configs(1, 1)
	w := newWires(t, 1, a, b)
	var cookies [][]byte
	w.record = func(_, dst wire.Addr, packet []byte) {
		if dst == b1 && sctp.ChunkType(packet[12]) == sctp.CookieEcho {
			cookies = append(cookies, append([]byte(nil), packet...))
		}
	}
	w.up()
	for seed := range uint64(2) {
		a.Random = seeded(90 + seed)
		w.power(0, a)
		w.ends[0].Connect(w.now)
		w.run(50 * time.Millisecond)
	}
	require.Len(t, cookies, 3)
	require.Equal(t, []string{"up", "restarted", "restarted"}, w.ends[1].events)
	tag := w.ends[1].Status(w.now).LocalTag
	for _, replayed := range cookies {
		w.ends[1].Input(w.now, a1, b1, replayed)
	}
	w.run(50 * time.Millisecond)
	require.Len(t, w.ends[1].events, 3)
	require.Equal(t, tag, w.ends[1].Status(w.now).LocalTag)
	require.True(t, w.established())
}

func TestARestartMayNotBringNewAddresses(t *testing.T) {
	a, b := configs(1, 2)
	one := a
	one.Local, one.Random = a.Local[:1], seeded(5)
	w := newWires(t, 1, one, b)
	w.up()
	w.power(0, a)
	w.ends[0].Connect(w.now)
	w.run(100 * time.Millisecond)
	require.Equal(t, []string{"down: aborted by peer (restart with new addresses)"}, w.ends[0].events)
	require.Equal(t, sctp.Established, w.ends[1].State())
}

// The times are those of reference ha 4.4: data outstanding, one path, RTO at
// its minimum when the first packet is lost.
func TestAnAssociationFailsAtTheComputedTime(t *testing.T) {
	for name, tc := range map[string]struct {
		min, max time.Duration
		retries  int
		want     time.Duration
	}{
		"300 10000, 10 retries": {300 * time.Millisecond, 10 * time.Second, 10, 68900 * time.Millisecond},
		"300 600, 4 retries":    {300 * time.Millisecond, 600 * time.Millisecond, 4, 2700 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := configs(1, 1)
			a.RTOMin, a.RTOMax, a.PathMaxRetrans, a.AssocMaxRetrans = tc.min, tc.max, tc.retries, tc.retries
			w := newWires(t, 1, a, b)
			w.up()
			for range 10 {
				require.NoError(t, w.ends[0].Send(0, sctp.Ordered, []byte("keepalive")))
				w.run(4 * time.Second)
			}
			require.Equal(t, 300*time.Millisecond, w.ends[0].Status(w.now).Paths[0].RTO)
			w.cut[0] = true
			from := w.now
			require.NoError(t, w.ends[0].Send(0, sctp.Ordered, []byte("lost")))
			require.True(t, w.until(2*time.Minute, func() bool { return w.ends[0].State() == sctp.Closed }))
			w.flush()
			require.Equal(t, tc.want, w.now.Sub(from))
			require.Equal(t, []string{"up", "path down 10.0.0.2", "down: peer unreachable"}, w.ends[0].events)
		})
	}
}

func TestACutPathIsLeftAndComesBack(t *testing.T) {
	a, b := configs(2, 2)
	for _, c := range []*sctp.Config{&a, &b} {
		c.HeartbeatInterval, c.PathMaxRetrans, c.AssocMaxRetrans = 500*time.Millisecond, 2, 4
	}
	w := newWires(t, 2, a, b)
	w.up()
	w.run(2 * time.Second)
	require.Equal(t, []string{"up", "path up 20.0.0.2"}, w.ends[0].events, "the second address is confirmed by a probe")

	tr := traffic{count: 400}
	w.cut[0] = true
	require.True(t, w.until(30*time.Second, func() bool { tr.pump(t, w.ends[0]); return len(w.ends[1].got) == tr.count }))
	tr.check(t, w.ends[1].got)
	w.run(5 * time.Second)
	require.Contains(t, w.ends[0].events, "path down 10.0.0.2")
	require.Equal(t, b2, w.ends[0].Status(w.now).Effective)
	require.Equal(t, b1, w.ends[0].Status(w.now).Primary)

	w.cut[0] = false
	w.run(5 * time.Second)
	require.Contains(t, w.ends[0].events, "path up 10.0.0.2")
	require.Equal(t, b1, w.ends[0].Status(w.now).Effective, "new data goes back to the primary")
	require.True(t, w.established())
}

func TestAnIdleAssociationWithOnePathDeadLives(t *testing.T) {
	a, b := configs(3, 2)
	for _, c := range []*sctp.Config{&a, &b} {
		c.HeartbeatInterval = time.Second
	}
	w := newWires(t, 3, a, b)
	w.up()
	w.run(5 * time.Second)
	w.cut[1] = true
	w.run(10 * time.Minute)
	require.True(t, w.established(), "%v", w.ends[0].events)
	w.cut[0] = true
	w.run(time.Minute)
	require.Equal(t, sctp.Closed, w.ends[0].State())
	require.Equal(t, sctp.Closed, w.ends[1].State())
}

func TestShutdownDeliversWhatWasSent(t *testing.T) {
	for name, both := range map[string]bool{"one side": false, "both sides at once": true} {
		t.Run(name, func(t *testing.T) {
			a, b := configs(5, 1)
			w := newWires(t, 5, a, b)
			w.up()
			require.NoError(t, w.ends[0].Send(0, sctp.Ordered, make([]byte, 20_000)))
			require.NoError(t, w.ends[1].Send(0, sctp.Ordered, make([]byte, 20_000)))
			w.ends[0].Shutdown(w.now)
			if both {
				w.ends[1].Shutdown(w.now)
			}
			require.ErrorIs(t, w.ends[0].Send(0, sctp.Ordered, []byte("x")), sctp.ErrNotEstablished)
			w.run(5 * time.Second)
			for _, e := range w.ends {
				require.Len(t, e.got, 1)
				require.Equal(t, []string{"up", "down: shut down"}, e.events)
			}
		})
	}
}

func TestAbortEndsBothSides(t *testing.T) {
	a, b := configs(6, 1)
	w := newWires(t, 6, a, b)
	w.up()
	w.ends[0].Abort(w.now)
	w.run(time.Second)
	require.Equal(t, []string{"up", "down: aborted"}, w.ends[0].events)
	require.Equal(t, []string{"up", "down: aborted by peer (user-initiated abort)"}, w.ends[1].events)
}

func TestAnInitWithoutAnswerGivesUp(t *testing.T) {
	a, b := configs(7, 2)
	w := newWires(t, 7, a, b)
	w.cut = [2]bool{true, true}
	w.ends[0].Connect(0)
	w.run(time.Minute)
	require.Equal(t, []string{"down: no answer to INIT"}, w.ends[0].events)
	require.Equal(t, 9, w.sent, "INIT and eight repetitions")
}

func TestAnOldCookieIsStaleAndTheHandshakeStartsAgain(t *testing.T) {
	a, b := configs(8, 1)
	b.CookieLife = 50 * time.Millisecond
	w := newWires(t, 8, a, b)
	held := 0
	w.tap = func(from int, packet []byte) bool {
		kind := sctp.ChunkType(packet[12])
		if from == 0 && kind == sctp.CookieEcho {
			held++
			return held > 1 // the first is lost; its repetition comes late
		}
		return true
	}
	w.up()
	require.GreaterOrEqual(t, held, 3)
}

func TestARefusedAddressListIsNotUsed(t *testing.T) {
	a, b := configs(9, 1)
	b.Local = []wire.Addr{b1, b2} // lists an address that A was not told of
	w := newWires(t, 9, a, b)
	w.up()
	w.run(time.Second)
	require.Len(t, w.ends[0].Status(w.now).Paths, 1)
}

func TestKeepalivesFindADeadPeerEvenIfIdle(t *testing.T) {
	a, b := configs(10, 1)
	a.HeartbeatInterval = time.Second
	w := newWires(t, 10, a, b)
	w.up()
	w.cut[0] = true
	require.True(t, w.until(30*time.Second, func() bool { return w.ends[0].State() == sctp.Closed }))
	require.Equal(t, sctp.Established, w.ends[1].State(), "its heartbeat interval is thirty seconds")
}

func TestStatusTellsWhatShowPrints(t *testing.T) {
	a, b := configs(11, 2)
	w := newWires(t, 11, a, b)
	w.up()
	w.run(3 * time.Second)
	s := w.ends[0].Status(w.now)
	require.Equal(t, sctp.Established, s.State)
	require.InDelta(t, 3, s.Uptime.Seconds(), 0.1)
	require.Equal(t, []wire.Addr{a1, a2}, s.Local)
	require.Equal(t, 16, s.InStreams)
	require.Equal(t, 16, s.OutStreams)
	require.Equal(t, a1, s.Paths[0].Source)
	require.Equal(t, a2, s.Paths[1].Source)
	require.Equal(t, sctp.Active, s.Paths[1].State)
	require.Equal(t, 256<<10, s.LocalWindow)
	require.NotZero(t, s.LocalTag)
	_, ok := w.ends[0].NextWake()
	require.True(t, ok)
	require.Greater(t, w.now, clock.Time(0))
}
