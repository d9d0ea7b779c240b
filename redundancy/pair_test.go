package redundancy_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/redundancy"
	"tandem/wire"
)

func TestBulkThenLive(t *testing.T) {
	w := hot(t, 5000)
	require.Zero(t, w.a.f.Lag().AtRisk())
	require.False(t, w.a.f.Lag().Copying)
	require.EqualValues(t, 5000, w.b.f.Lag().Applied-w.a.f.Statistics().LiveSent)
	require.Equal(t, 1, w.b.synced)
	require.Equal(t, 5000, w.b.table.expected)

	for i := range 500 {
		w.a.table.change(uint32(i), 2)
		w.a.table.change(uint32(9000+i), 1)
		w.a.table.change(uint32(1000+i), 0)
	}
	require.EqualValues(t, 1500, w.a.f.Lag().AtRisk())
	w.a.step(redundancy.Tick{At: w.now})
	lag := w.a.f.Lag()
	require.Zero(t, lag.NotSent)
	require.EqualValues(t, 1500, lag.AtRisk(), "sent, not acknowledged")
	w.until(w.now + second)
	require.Zero(t, w.a.f.Lag().AtRisk())
	require.Equal(t, lag.Sent, w.a.f.Lag().Applied)
	require.Equal(t, w.a.table.sessions, w.b.table.sessions)

	require.Equal(t, redundancy.StandbyHot, w.a.f.States().Peer)
	require.Equal(t, redundancy.Active, w.b.f.States().Peer)
	w.until(w.now + 30*second)
	require.Positive(t, w.a.table.refreshes, "counters at the update interval")
	require.Zero(t, w.a.f.States().KeepaliveCount)
}

// A copy runs beside changes, whatever the room and the order of arrival.
func TestChangesDuringTheCopy(t *testing.T) {
	w := newWorld(t, 3)
	w.disorder = 30 * ms
	w.a.boot()
	w.b.boot()
	w.a.move(wire.HSRPActive, redundancy.Elected)
	for i := range uint32(60_000) {
		w.a.table.sessions[i] = 1
	}
	w.join()
	w.b.move(wire.HSRPStandby, redundancy.Elected)
	copying := 0
	for range 400 {
		if w.a.f.Lag().Copying {
			copying++
			require.Equal(t, redundancy.StandbyBulk, w.b.my())
		}
		for range 20 {
			w.a.table.change(uint32(w.random.IntN(70_000)), uint32(w.random.IntN(3)))
		}
		w.a.room = w.random.IntN(20_000)
		w.a.step(redundancy.Tick{At: w.now})
		w.until(w.now + 2*ms)
	}
	require.Greater(t, copying, 5, "the copy took a while")
	w.until(w.now + 10*second)
	require.Equal(t, redundancy.StandbyHot, w.b.my())
	require.Equal(t, w.a.table.sessions, w.b.table.sessions)
	require.Zero(t, w.b.f.Statistics().Resyncs)
	require.Positive(t, w.b.table.early)
	require.Zero(t, w.b.f.Counters().Duplicates)
}

// What a missing message says is waited for while the association may still
// bring it; the state in a late one is not the latest.
func TestLateRecords(t *testing.T) {
	w := hot(t, 10)
	w.disorder = 20 * second
	for n := range uint32(20) {
		w.a.table.change(n, 7)
		w.a.step(redundancy.Tick{At: w.now})
	}
	w.until(w.now + 25*second)
	require.Zero(t, w.b.f.Statistics().Resyncs)
	require.Equal(t, w.a.table.sessions, w.b.table.sessions)

	w.a.table.change(1, 8)
	w.a.step(redundancy.Tick{At: w.now})
	w.a.move(wire.HSRPListen, redundancy.Elected)
	w.until(w.now + 3*second)
	require.Len(t, w.flight, 1, "still on its way")
	w.disorder = 0
	w.until(w.now + 20*second)
	require.Equal(t, redundancy.Negotiation, w.b.f.States().Peer)
}

// After any sequence of cuts, losses, restarts and quiet time the standby has
// what the active has.
func TestStandbyEqualsActiveAfterQuiet(t *testing.T) {
	for seed := uint64(1); seed <= 60; seed++ {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			w := newWorld(t, seed)
			w.disorder = clock.Time(seed%3) * 20 * ms
			w.a.boot()
			w.b.boot()
			w.a.move(wire.HSRPActive, redundancy.Elected)
			w.join()
			for range 40 {
				w.trouble()
			}
			w.loss = 0
			w.join()
			if w.b.group != wire.HSRPStandby {
				w.b.move(wire.HSRPStandby, redundancy.Elected)
			}
			w.until(w.now + 40*second)
			require.Equal(t, redundancy.Active, w.a.my())
			require.Equal(t, redundancy.StandbyHot, w.b.my())
			require.Equal(t, w.a.table.sessions, w.b.table.sessions)
			require.Zero(t, w.a.f.Lag().AtRisk())
		})
	}
}

// trouble does one random thing to the world and lets some time pass.
func (w *world) trouble() {
	switch w.random.IntN(7) {
	case 0:
		w.cut()
	case 1:
		w.join()
	case 2:
		w.cut()
		w.b.boot()
	case 3:
		w.loss = w.random.Float64() * 0.5
	case 4:
		w.loss = 0
	case 5:
		states := []wire.HSRPState{wire.HSRPStandby, wire.HSRPListen, wire.HSRPStandby, wire.HSRPSpeak}
		w.b.move(states[w.random.IntN(4)], redundancy.Elected)
	case 6:
		if w.a.up {
			w.a.step(redundancy.PeerRestarted{At: w.now})
		}
	}
	for range w.random.IntN(600) {
		w.a.table.change(uint32(w.random.IntN(3000)), uint32(w.random.IntN(3)))
	}
	w.a.step(redundancy.Tick{At: w.now})
	w.until(w.now + clock.Time(w.random.Int64N(int64(6*time.Second))))
}

// A takeover by a hot standby keeps every session that was acknowledged.
func TestTakeover(t *testing.T) {
	w := hot(t, 300)
	w.a.table.change(7, 5)
	w.a.step(redundancy.Tick{At: w.now})
	w.until(w.now + 100*ms)
	require.Zero(t, w.a.f.Lag().AtRisk())
	want := maps.Clone(w.a.table.sessions)
	w.cut()
	require.Equal(t, redundancy.StandbyCold, w.b.my(), "stale, but kept")
	w.b.logs = nil
	w.b.move(wire.HSRPActive, redundancy.Elected)
	require.Equal(t, redundancy.Active, w.b.my())
	require.True(t, w.b.table.active)
	require.Equal(t, want, w.b.table.sessions)
	require.Empty(t, w.b.reload)
	require.Empty(t, w.b.logs, "the peer died a moment ago: nothing is missing")
	require.Equal(t, redundancy.ActiveFailed, w.b.f.Switchovers()[0].Reason)
	require.EqualValues(t, 1, w.b.f.States().Counters.Switchovers)

	// The former active comes back clean and becomes the standby.
	w.a.boot()
	w.join()
	w.a.move(wire.HSRPStandby, redundancy.Elected)
	w.until(w.now + 5*second)
	require.Equal(t, redundancy.StandbyHot, w.a.my())
	require.Equal(t, want, w.a.table.sessions)
}

// Taking over long after the association was lost, or in the middle of a copy,
// says what may be missing.
func TestIncompleteTakeover(t *testing.T) {
	w := hot(t, 300)
	w.cut()
	w.until(w.now + 10*second)
	w.b.move(wire.HSRPActive, redundancy.Elected)
	require.Contains(t, w.b.logs, "%TANDEM-4-SYNC_INCOMPLETE: takeover in state STANDBY COLD, 300 sessions, 0 of them not confirmed: no change heard for 10s")
	require.EqualValues(t, 1, w.b.f.Counters().Incomplete)

	w = hot(t, 300)
	w.cut()
	w.join()
	w.a.room = 600 // the copy begins and stops
	w.until(w.now + 5*ms)
	require.Equal(t, redundancy.StandbyBulk, w.b.my())
	w.b.move(wire.HSRPActive, redundancy.Elected)
	last := w.b.logs[len(w.b.logs)-1]
	require.Regexp(t, `takeover in state STANDBY COLD-BULK, 300 sessions, [1-9]\d* of them not confirmed: the copy was not finished, \d+ of about 300 records applied`, last)
	require.Empty(t, w.b.reload)

	// Half of a change arrived: the standby knows of the other half.
	w = hot(t, 300)
	lost := 0
	w.swallow = func(b []byte) bool {
		if redundancy.Kind(b[1]) != redundancy.LiveRecords {
			return false
		}
		lost++
		return lost == 1
	}
	for n := range uint32(2) {
		w.a.table.change(n, 9)
		w.a.step(redundancy.Tick{At: w.now})
	}
	w.until(w.now + 2*ms)
	w.b.move(wire.HSRPActive, redundancy.Elected)
	require.Contains(t, w.b.logs, "%TANDEM-4-SYNC_INCOMPLETE: takeover in state STANDBY HOT, 300 sessions, 0 of them not confirmed: 1 messages missing")

	// Nothing was ever copied.
	w = newWorld(t, 1)
	w.b.config.Release = "12.4(9)T"
	w.a.boot()
	w.b.boot()
	w.a.move(wire.HSRPActive, redundancy.Elected)
	w.join()
	w.b.move(wire.HSRPStandby, redundancy.Elected)
	w.until(w.now + second)
	w.b.move(wire.HSRPActive, redundancy.Elected)
	require.Contains(t, w.b.logs,
		"%TANDEM-4-SYNC_INCOMPLETE: takeover in state STANDBY COLD, 0 sessions, 0 of them not confirmed: no copy was taken from a peer with another software release (12.4(6)T)")
}

// What would be lost by a failover now, from the first copy to the loss of the
// peer and its return in another life.
func TestAtRisk(t *testing.T) {
	w := newWorld(t, 1)
	w.a.boot()
	w.b.boot()
	w.a.move(wire.HSRPActive, redundancy.Elected)
	for n := range uint32(1000) {
		w.a.table.sessions[n] = 1 // taken over: no change of them waits
	}
	atRisk := func() int { return int(w.a.f.Lag().AtRisk()) }
	require.Equal(t, 1000, atRisk(), "there is no peer")
	w.join()
	w.b.move(wire.HSRPStandby, redundancy.Elected)
	for !w.a.f.Lag().Copying {
		w.a.room = 600 // the copy begins and stops
		w.until(w.now + ms)
	}
	require.Equal(t, 1000, atRisk())
	require.Less(t, w.a.f.Lag().NotCopied, 1000)
	w.until(w.now + second)
	require.Equal(t, redundancy.StandbyHot, w.b.my())
	require.Zero(t, atRisk())

	hears := func(peer bool) { w.a.step(redundancy.GroupPeer{At: w.now, Name: "HAin", Known: peer}) }
	hears(true)
	w.a.table.change(1, 2)
	w.a.step(redundancy.Tick{At: w.now})
	w.cut()
	hears(false)
	require.Equal(t, 1000, atRisk(), "the peer is gone")
	hears(true)
	require.Equal(t, 1, atRisk(), "on its way when the association was lost")
	w.a.table.change(2, 2)
	require.Equal(t, 2, atRisk())
	w.join()
	w.until(w.now + 20*second)
	require.Zero(t, atRisk())

	w.cut()
	w.b.boot()
	w.join()
	w.until(w.now + second)
	require.Equal(t, 1000, atRisk(), "the peer forgot all in its reload")
}

// A step that the peer does not carry on within 30 s is begun again (reference
// ha 3.2): here the copy, of which the peer never hears.
func TestCopyWithoutProgress(t *testing.T) {
	w := newWorld(t, 1)
	w.a.boot()
	w.b.boot()
	w.a.move(wire.HSRPActive, redundancy.Elected)
	w.a.table.change(1, 1)
	w.join()
	w.swallow = func(b []byte) bool { return redundancy.Kind(b[1]) == redundancy.BulkRequest }
	w.b.move(wire.HSRPStandby, redundancy.Elected)
	for w.b.my() != redundancy.StandbyBulk {
		w.until(w.now + clock.Time(ms))
	}
	from := w.now
	asked := w.b.f.Statistics().BulkAsked
	w.until(from + 29*second)
	require.Equal(t, asked, w.b.f.Statistics().BulkAsked)
	w.until(from + 31*second)
	require.Equal(t, asked+1, w.b.f.Statistics().BulkAsked)
	require.Equal(t, "client notification timer expired", w.b.f.Statistics().LastResync)
	w.swallow = nil
	w.until(w.now + 40*second)
	require.Equal(t, redundancy.StandbyHot, w.b.my())
	require.Equal(t, w.a.table.sessions, w.b.table.sessions)
}
