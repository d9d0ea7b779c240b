package redundancy_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/redundancy"
	"tandem/wire"
)

func messages() []redundancy.Message {
	return []redundancy.Message{
		{Kind: redundancy.Hello, Stream: 7, State: redundancy.Negotiation, Settled: true, Hello: redundancy.Introduction{
			Boot: 1 << 60, Digest: 2, Echo: 3, Release: "12.4(6)T", Platform: string(bytes.Repeat([]byte{'x'}, 255)),
		}},
		{Kind: redundancy.Keepalive, Stream: 7, Bulk: 2, State: redundancy.Active, Sequence: 99},
		{Kind: redundancy.StateChange, State: redundancy.Active, Forced: true},
		{Kind: redundancy.BulkRequest, Bulk: 5, State: redundancy.StandbyBulk},
		{Kind: redundancy.BulkBegin, Bulk: 5, State: redundancy.Active, Sequence: 1, Copied: 3},
		{Kind: redundancy.BulkRecords, Bulk: 5, Sequence: 2, Count: 2, Body: []byte("two records")},
		{Kind: redundancy.LiveRecords, Bulk: 5, Sequence: 3, Count: 1, Body: []byte{1}},
		{Kind: redundancy.BulkEnd, Bulk: 5, Sequence: 4, Copied: 2},
		{Kind: redundancy.Ack, Bulk: 5, Ack: redundancy.Receipt{UpTo: 4, Applied: 3, Refused: 1}},
	}
}

func TestMessagesBothWays(t *testing.T) {
	for _, want := range messages() {
		b := want.Append(nil)
		var got redundancy.Message
		require.NoError(t, got.Decode(b))
		require.Equal(t, want, got)
		for n := range b {
			require.Error(t, got.Decode(b[:n]), "cut to %d", n)
		}
		require.ErrorIs(t, got.Decode(append(b, 0)), redundancy.ErrMessage, "longer than it says")
	}
	m := redundancy.Message{Kind: redundancy.Keepalive, Stream: 1, Bulk: 2, State: redundancy.Active, Sequence: 3}
	require.Equal(t, []byte{1, 2, 0, 24, 0, 0, 0, 1, 0, 0, 0, 2, 13, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3}, m.Append(nil))
}

func TestRefusedMessages(t *testing.T) {
	keepalive := redundancy.Message{Kind: redundancy.Keepalive}
	good := keepalive.Append(nil)
	var m redundancy.Message
	require.ErrorIs(t, m.Decode(good[:23]), io.ErrUnexpectedEOF)
	for at, value := range map[int]byte{0: 2, 1: 10, 3: 23, 12: 16, 13: 4} {
		b := bytes.Clone(good)
		b[at] = value
		require.ErrorIs(t, m.Decode(b), redundancy.ErrMessage, "byte %d", at)
	}
}

func FuzzMessage(f *testing.F) {
	for _, m := range messages() {
		f.Add(m.Append(nil))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var m redundancy.Message
		if m.Decode(b) == nil {
			require.Equal(t, b, m.Append(nil))
		}
	})
}

// FuzzReceived plays a stream of messages, each led by its length, to a router
// that is active, standby or neither.
func FuzzReceived(f *testing.F) {
	var stream []byte
	for _, m := range messages() {
		if b := m.Append(nil); len(b) < 256 {
			stream = append(append(stream, byte(len(b))), b...)
		}
	}
	hello := redundancy.Message{Kind: redundancy.Hello, Stream: 7, State: redundancy.Active, Hello: redundancy.Introduction{
		Boot: 1, Echo: 1, Release: "12.4(6)T", Platform: "3845",
	}}
	b := hello.Append(nil)
	stream = append(append([]byte{byte(len(b))}, b...), stream...)
	for role := range uint8(3) {
		f.Add(role, stream)
	}
	f.Fuzz(func(t *testing.T, role uint8, stream []byte) {
		w := newWorld(t, 1)
		w.a.boot()
		w.b.boot()
		w.a.up = true
		w.a.table.change(1, 1)
		w.a.step(redundancy.PeerUp{})
		w.a.move([]wire.HSRPState{wire.HSRPListen, wire.HSRPStandby, wire.HSRPActive}[role%3], redundancy.Elected)
		for len(stream) > 0 {
			n := min(int(stream[0]), len(stream)-1)
			w.now += 100 * ms
			w.flight = nil
			w.a.step(redundancy.Received{At: w.now, Message: stream[1 : 1+n]})
			stream = stream[1+n:]
			if k, ok := w.a.timers.Pop(w.now); ok {
				w.a.step(redundancy.Fired{At: w.now, Timer: k})
			}
			require.Less(t, len(w.flight), 100, "one message does not cause a storm")
		}
		require.Empty(t, w.a.reload, "messages alone never reload a router")
		if my := w.a.my(); my.IsActive() != (role%3 == 2) {
			t.Fatalf("messages alone changed the role: %s", my)
		}
	})
}

// BenchmarkLive is one changed session from one table into the other.
func BenchmarkLive(b *testing.B) {
	w := hot(b, 1000)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		w.a.table.change(uint32(i%1000), uint32(i))
		w.a.step(redundancy.Tick{At: w.now})
		w.until(w.now + clock.Time(60*ms))
		w.a.out, w.b.out = w.a.out[:0], w.b.out[:0]
	}
}
