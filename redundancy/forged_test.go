package redundancy_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/redundancy"
	"tandem/wire"
)

// forger makes messages that no peer sends out of those that one does.
type forger struct {
	random *rand.Rand
	seen   [][]byte
}

// forge cuts, flips, joins or invents. Half of what it makes says its true
// length and is of the present conversation, so that it gets past the header.
func (g *forger) forge(stream, bulk uint32) []byte {
	r := g.random
	b := slices.Clone(g.seen[r.IntN(len(g.seen))])
	switch r.IntN(5) {
	case 0:
		b = b[:r.IntN(len(b)+1)]
	case 1:
		other := g.seen[r.IntN(len(g.seen))]
		b = append(b[:r.IntN(len(b)+1)], other[r.IntN(len(other)):]...)
	case 2:
		for at := redundancy.HeaderLen; at < len(b); at++ {
			b[at] = byte(r.Uint32())
		}
	default:
		for range 1 + r.IntN(8) {
			b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		}
	}
	if len(b) >= redundancy.HeaderLen && r.IntN(2) == 0 {
		b[0] = redundancy.Version
		binary.BigEndian.PutUint16(b[2:], uint16(len(b)))
		binary.BigEndian.PutUint32(b[4:], stream)
		if r.IntN(2) == 0 {
			binary.BigEndian.PutUint32(b[8:], bulk)
		}
	}
	return b
}

// A million forged messages, shared among the three roles: no panic, no change
// of role, every message in one counter, few log messages. What the peer says
// afterwards puts all of it right.
func TestForgedMessages(t *testing.T) {
	for role, victim := range []func(w *world) *machine{
		func(w *world) *machine { return w.a },
		func(w *world) *machine { return w.b },
		func(w *world) *machine { w.b.move(wire.HSRPListen, redundancy.Elected); return w.b },
	} {
		t.Run([]string{"active", "standby", "negotiating"}[role], func(t *testing.T) {
			w := hot(t, 300)
			m := victim(w)
			g := &forger{random: rand.New(rand.NewPCG(uint64(role), 9))}
			for _, known := range messages() {
				g.seen = append(g.seen, known.Append(nil))
			}
			w.a.table.change(7, 2)
			w.a.step(redundancy.Tick{At: w.now})
			m.peer.step(redundancy.Configure{At: w.now, Config: m.peer.config}) // it introduces itself anew
			var truth redundancy.Message
			for _, p := range w.flight {
				g.seen = append(g.seen, p.msg)
			}
			require.NoError(t, truth.Decode(w.flight[len(w.flight)-1].msg))
			was, before, logs, from := m.my(), m.f.Counters(), len(m.logs), w.now
			faulty := before.Malformed()
			for n := range forged / 3 {
				if n%100 == 0 {
					w.until(w.now + clock.Time(20*ms))
				}
				m.step(redundancy.Received{At: w.now, Message: g.forge(truth.Stream, 1+uint32(n%3))})
				m.out = m.out[:0]
				require.Empty(t, m.reload, "messages never reload a router")
				if my := m.my(); my.IsActive() != was.IsActive() || my.IsStandby() != was.IsStandby() {
					t.Fatalf("message %d: %s became %s", n, was, my)
				}
			}
			after := m.f.Counters()
			require.GreaterOrEqual(t, after.Received-before.Received+after.Malformed()-faulty, uint64(forged/3), "every one is counted")
			for fault := range redundancy.BadRecords {
				require.Greater(t, after.Faulty[fault], before.Faulty[fault], fmt.Sprint(fault))
			}
			require.NotZero(t, after.Stale)
			require.LessOrEqual(t, len(m.logs)-logs, 20*int(1+(w.now-from)/(30*second)))
			require.NotZero(t, after.Unlogged)
			require.LessOrEqual(t, len(m.f.History()), 256)

			if m.my() == redundancy.Negotiation {
				m.move(wire.HSRPStandby, redundancy.Elected)
			}
			w.until(w.now + 100*second)
			require.Equal(t, redundancy.Active, w.a.my())
			require.Equal(t, redundancy.StandbyHot, w.b.my())
			require.Equal(t, w.a.table.sessions, w.b.table.sessions, "the peer's word puts it right")
		})
	}
}

// A Hello of the running conversation that tells of another release parts the
// two until the peer has said again who it is.
func TestAForgedIntroductionDoesNotLast(t *testing.T) {
	w := hot(t, 3)
	for _, m := range []*machine{w.a, w.b} {
		hello := redundancy.Message{Kind: redundancy.Hello, Stream: 1, Settled: true, State: m.peer.my(), Hello: redundancy.Introduction{
			Boot: m.peer.boots<<8 | 1, Echo: 1, Release: "another", Platform: m.config.Platform,
		}}
		m.step(redundancy.Received{At: w.now, Message: hello.Append(nil)})
		w.until(w.now + 20*second)
		require.Equal(t, redundancy.StandbyHot, w.b.my())
		w.a.table.change(2, uint32(w.now/second))
		w.until(w.now + 20*second)
		require.Equal(t, w.a.table.sessions, w.b.table.sessions)
	}
}

// A standby whose active router makes a copy that nobody asked for asks again:
// it would take no change otherwise.
func TestAnotherCopyIsAskedForAgain(t *testing.T) {
	w := hot(t, 3)
	request := redundancy.Message{Kind: redundancy.BulkRequest, Stream: 1, Bulk: 77, State: redundancy.StandbyHot}
	w.a.step(redundancy.Received{At: w.now, Message: request.Append(nil)})
	require.EqualValues(t, 2, w.a.f.Statistics().BulkStarted, "it is the peer's word")
	w.a.table.change(2, 9)
	w.until(w.now + 20*second)
	require.Equal(t, redundancy.StandbyHot, w.b.my())
	require.Equal(t, w.a.table.sessions, w.b.table.sessions)
	require.Equal(t, "the peer makes another copy", w.b.f.Statistics().LastResync)
}
