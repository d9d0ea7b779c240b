package redundancy_test

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/redundancy"
	"tandem/wire"
)

const (
	second = clock.Time(time.Second)
	ms     = clock.Time(time.Millisecond)
)

// table is a Checkpointer over a map: session number to version. A version of
// 0 in a record is a delete. Records are stamped, so that an overtaken one is
// known as such.
type table struct {
	sessions  map[uint32]uint32
	stamp     uint32            // of the last record made
	heard     map[uint32]uint32 // newest stamp of each session, of the running copy and since
	early     int               // messages of records that overtook others
	dirty     []uint32
	walk      []uint32
	confirmed map[uint32]bool // nil: all are
	active    bool
	refreshes int
	expected  int
	digest    uint64
}

func newTable() *table {
	return &table{sessions: map[uint32]uint32{}, heard: map[uint32]uint32{}}
}

const recordLen = 12

func (c *table) record(dst []byte, n uint32) []byte {
	c.stamp++
	dst = binary.BigEndian.AppendUint32(dst, n)
	dst = binary.BigEndian.AppendUint32(dst, c.sessions[n])
	return binary.BigEndian.AppendUint32(dst, c.stamp)
}

// change makes, changes or (version 0) removes a session on the active side.
func (c *table) change(n, version uint32) {
	if version == 0 {
		delete(c.sessions, n)
	} else {
		c.sessions[n] = version
	}
	if !slices.Contains(c.dirty, n) {
		c.dirty = append(c.dirty, n)
	}
}

func (c *table) take(from *[]uint32, dst []byte, limit int) ([]byte, int) {
	n := min(limit/recordLen, len(*from))
	for _, s := range (*from)[:n] {
		dst = c.record(dst, s)
	}
	*from = (*from)[n:]
	return dst, n
}

func (c *table) Collect(_ clock.Time, dst []byte, limit int) ([]byte, int) {
	return c.take(&c.dirty, dst, limit)
}

func (c *table) Bulk(_ clock.Time, dst []byte, limit int) ([]byte, int, bool) {
	dst, n := c.take(&c.walk, dst, limit)
	return dst, n, len(c.walk) == 0
}

func (c *table) StartBulk() int {
	c.walk = slices.Sorted(maps.Keys(c.sessions))
	return len(c.walk)
}

func (c *table) Expect(sessions int) { c.expected = sessions }

func (c *table) Pending() int { return len(c.dirty) }
func (c *table) Uncopied() int {
	if len(c.walk) == 0 {
		return len(c.sessions)
	}
	return len(c.walk)
}
func (c *table) Refresh(clock.Time) { c.refreshes++ }
func (c *table) Standby() int       { return len(c.sessions) }
func (c *table) Digest() uint64     { return c.digest }
func (c *table) BeginConfirm() {
	c.confirmed, c.heard = map[uint32]bool{}, map[uint32]uint32{}
}
func (c *table) Demote(clock.Time) { c.active, c.dirty = false, nil }

func (c *table) ApplyEarly(now clock.Time, records []byte) (applied int, err error) {
	c.early++
	return c.Apply(now, records)
}

func (c *table) Apply(_ clock.Time, records []byte) (applied int, err error) {
	for ; len(records) >= recordLen; records = records[recordLen:] {
		n, version, stamp := binary.BigEndian.Uint32(records), binary.BigEndian.Uint32(records[4:]), binary.BigEndian.Uint32(records[8:])
		switch newest := stamp > c.heard[n]; {
		case newest && version == 0:
			delete(c.sessions, n)
		case newest:
			c.sessions[n] = version
		}
		c.heard[n] = max(stamp, c.heard[n])
		if c.confirmed != nil {
			c.confirmed[n] = true
		}
		applied++
	}
	if len(records) > 0 {
		return applied, redundancy.ErrMessage
	}
	return applied, nil
}

func (c *table) EndConfirm() (removed int) {
	for n := range c.sessions {
		if !c.confirmed[n] {
			delete(c.sessions, n)
			removed++
		}
	}
	c.confirmed = nil
	return removed
}

func (c *table) Promote(clock.Time) (sessions, unconfirmed int) {
	c.active = true
	for n := range c.sessions {
		if c.confirmed != nil && !c.confirmed[n] {
			unconfirmed++
		}
	}
	return len(c.sessions), unconfirmed
}

// machine is one device: facility, sessions and its end of the association.
type machine struct {
	t      testing.TB
	world  *world
	boots  uint64
	f      *redundancy.Facility
	table  *table
	timers clock.Timers
	peer   *machine
	room   int // bytes the association takes, refilled by the world
	up     bool
	config redundancy.Config
	group  wire.HSRPState
	logs   []string
	out    []redundancy.Action
	reload string
	synced int
}

// world joins two machines: the association keeps order where that was asked
// for, loses messages while lossy, and is cut and joined.
type world struct {
	t      testing.TB
	now    clock.Time
	a, b   *machine
	random *rand.Rand
	loss   float64
	flight []parcel // in the order of arrival

	disorder clock.Time // longest time by which data is late

	swallow func(msg []byte) bool // what the association loses; nil is nothing
}

type parcel struct {
	at  clock.Time
	to  *machine
	msg []byte
}

func newWorld(t testing.TB, seed uint64) *world {
	w := &world{t: t, random: rand.New(rand.NewPCG(seed, 2))}
	c := redundancy.Config{Scheme: "HAin", Release: "12.4(6)T", Platform: "3845"}
	w.a, w.b = &machine{t: t, world: w, config: c}, &machine{t: t, world: w, config: c}
	w.a.peer, w.b.peer = w.b, w.a
	return w
}

func (m *machine) boot() {
	m.boots++
	m.table, m.timers, m.group, m.reload, m.room = newTable(), clock.Timers{}, wire.HSRPInit, "", 1<<20
	m.f = redundancy.New(redundancy.Settings{Boot: m.boots<<8 | 1, Transport: m, Checkpointer: m.table})
	m.step(redundancy.Configure{At: m.world.now, Config: m.config})
	m.step(redundancy.Booted{At: m.world.now})
}

func (m *machine) Send(msg []byte) bool { return m.send(msg, ms) }

func (m *machine) SendUnordered(msg []byte) bool {
	return m.send(msg, ms+clock.Time(m.world.random.Int64N(int64(m.world.disorder)+1)))
}

func (m *machine) send(msg []byte, takes clock.Time) bool {
	w := m.world
	if !m.up || len(msg) > m.room {
		return false
	}
	m.room -= len(msg)
	if w.random.Float64() >= w.loss && (w.swallow == nil || !w.swallow(msg)) {
		p := parcel{w.now + takes, m.peer, slices.Clone(msg)}
		i := len(w.flight)
		for i > 0 && w.flight[i-1].at > p.at {
			i--
		}
		w.flight = slices.Insert(w.flight, i, p)
	}
	return true
}

func (m *machine) Ready() int { return m.room }
func (m *machine) Whole() int { return 1452 }

func (m *machine) step(ev redundancy.Event) []redundancy.Action {
	out := m.f.Step(ev, nil)
	m.out = append(m.out, out...)
	for _, a := range out {
		switch a := a.(type) {
		case redundancy.Arm:
			m.timers.Set(a.Timer, a.At)
		case redundancy.Stop:
			m.timers.Stop(a.Timer)
		case redundancy.Log:
			m.logs = append(m.logs, a.Message.String())
		case redundancy.Reload:
			m.reload = a.Why
		case redundancy.Synced:
			m.synced++
		}
	}
	return out
}

func (m *machine) move(to wire.HSRPState, why redundancy.Cause) {
	m.group = to
	m.step(redundancy.GroupMoved{At: m.world.now, Name: "HAin", To: to, Why: why, Hold: 5 * time.Second})
}

func (m *machine) my() redundancy.State { return m.f.States().My }

// join brings the association up, cut takes it down with all in flight.
func (w *world) join() {
	if w.a.up {
		return
	}
	w.a.up, w.b.up = true, true
	w.a.step(redundancy.PeerUp{At: w.now})
	w.b.step(redundancy.PeerUp{At: w.now})
}

func (w *world) cut() {
	if !w.a.up {
		return
	}
	w.flight = nil
	w.a.up, w.b.up = false, false
	w.a.step(redundancy.PeerDown{At: w.now})
	w.b.step(redundancy.PeerDown{At: w.now})
}

// until runs deliveries and timers in order of time.
func (w *world) until(at clock.Time) {
	for {
		next, who := clock.Time(-1), (*machine)(nil)
		if len(w.flight) > 0 {
			next = w.flight[0].at
		}
		for _, m := range []*machine{w.a, w.b} {
			if t, ok := m.timers.Next(); ok && (next < 0 || t < next) {
				next, who = t, m
			}
		}
		if next < 0 || next > at {
			w.now = at
			return
		}
		w.now = max(w.now, next)
		if who != nil {
			k, _ := who.timers.Pop(next)
			who.room = 1 << 16 // the association drained
			who.step(redundancy.Fired{At: w.now, Timer: k})
			continue
		}
		p := w.flight[0]
		w.flight = slices.Delete(w.flight, 0, 1)
		p.to.step(redundancy.Received{At: w.now, Message: p.msg})
	}
}

// hot brings a and b to ACTIVE and STANDBY HOT with n sessions.
func hot(t testing.TB, n int) *world {
	w := newWorld(t, 1)
	w.a.boot()
	w.b.boot()
	w.a.move(wire.HSRPActive, redundancy.Elected)
	for i := range n {
		w.a.table.change(uint32(i), 1)
	}
	w.join()
	w.b.move(wire.HSRPStandby, redundancy.Elected)
	w.until(w.now + 5*second)
	require.Equal(t, redundancy.Active, w.a.my())
	require.Equal(t, redundancy.StandbyHot, w.b.my())
	require.Equal(t, w.a.table.sessions, w.b.table.sessions)
	return w
}

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
