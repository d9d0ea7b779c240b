package redundancy_test

import (
	"encoding/binary"
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
