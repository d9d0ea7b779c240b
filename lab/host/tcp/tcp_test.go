package tcp_test

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab/host/tcp"
	"tandem/wire"
)

var (
	left  = wire.MustAddr("10.0.0.1")
	right = wire.MustAddr("10.0.0.2")
)

// wireOf joins two stacks with a one millisecond wire that may misbehave.
type wireOf struct {
	t      *testing.T
	now    clock.Time
	rng    *rand.Rand
	side   [2]*tcp.Stack
	flying []flight
	lose   float64
	mix    float64
	cut    bool
}

type flight struct {
	at     clock.Time
	to     int
	packet []byte
}

func join(t *testing.T, seed uint64) *wireOf {
	return &wireOf{
		t: t, rng: rand.New(rand.NewPCG(seed, 1)),
		side: [2]*tcp.Stack{tcp.New(left, seed), tcp.New(right, seed+1)},
	}
}

func (w *wireOf) collect() {
	for i, s := range w.side {
		s.Drain(func(p []byte) {
			if w.cut || w.rng.Float64() < w.lose {
				return
			}
			at := w.now.Add(time.Millisecond)
			if w.rng.Float64() < w.mix {
				at = at.Add(3 * time.Millisecond)
			}
			w.flying = append(w.flying, flight{at, 1 - i, bytes.Clone(p)})
		})
	}
}

// step moves to the next thing that happens, and reports false at limit.
func (w *wireOf) step(limit clock.Time) bool {
	w.collect()
	next, what := limit, -1
	for i, f := range w.flying {
		if f.at < next {
			next, what = f.at, i
		}
	}
	for _, s := range w.side {
		if at, ok := s.NextWake(); ok && at < next {
			next, what = at, -1
		}
	}
	w.now = max(w.now, next)
	if next == limit {
		return false
	}
	if what >= 0 {
		f := w.flying[what]
		w.flying = append(w.flying[:what], w.flying[what+1:]...)
		w.side[f.to].Input(w.now, f.packet)
		return true
	}
	for _, s := range w.side {
		s.Wake(w.now)
	}
	return true
}

func (w *wireOf) events(i int) (out []tcp.Kind, last tcp.Conn) {
	w.side[i].Events(func(e tcp.Event) { out, last = append(out, e.Kind), e.Conn })
	return out, last
}

func (w *wireOf) connect() (client, server tcp.Conn) {
	require.NoError(w.t, w.side[1].Listen(7))
	client, err := w.side[0].Dial(w.now, right, 7)
	require.NoError(w.t, err)
	for w.step(w.now.Add(100 * time.Millisecond)) {
	}
	kinds, c := w.events(0)
	require.Equal(w.t, []tcp.Kind{tcp.Established}, kinds)
	require.Equal(w.t, client, c)
	kinds, server = w.events(1)
	require.Equal(w.t, []tcp.Kind{tcp.Accepted}, kinds)
	return client, server
}

func TestTransferSurvivesLossAndReordering(t *testing.T) {
	for seed := range uint64(20) {
		w := join(t, seed)
		client, server := w.connect()
		w.lose, w.mix = 0.05, 0.1
		want := make([]byte, 300_000)
		for i := range want {
			want[i] = byte(w.rng.Uint32())
		}
		var got []byte
		rest, buf := want, make([]byte, 4096)
		finished := false
		limit := w.now.Add(10 * time.Minute)
		for more := true; more && !finished; more = w.step(limit) {
			n := w.side[0].Write(w.now, client, rest)
			if rest = rest[n:]; len(rest) == 0 {
				w.side[0].Close(w.now, client)
			}
			w.side[1].Events(func(e tcp.Event) {
				finished = finished || e.Kind == tcp.Finished
			})
			for n := w.side[1].Read(w.now, server, buf); n > 0; n = w.side[1].Read(w.now, server, buf) {
				got = append(got, buf[:n]...)
			}
		}
		require.True(t, finished, "seed %d", seed)
		require.True(t, bytes.Equal(want, got), "seed %d", seed)

		w.side[1].Close(w.now, server)
		for w.step(limit) {
		}
		kinds, _ := w.events(0)
		require.Equal(t, tcp.Closed, kinds[len(kinds)-1], "seed %d", seed)
		kinds, _ = w.events(1)
		require.Equal(t, []tcp.Kind{tcp.Closed}, kinds, "seed %d", seed)
	}
}

func TestAClosedWindowIsProbedUntilItOpens(t *testing.T) {
	w := join(t, 1)
	client, server := w.connect()
	data := bytes.Repeat([]byte("window"), 40_000)
	sent := w.side[0].Write(w.now, client, data)
	for w.step(w.now.Add(time.Minute)) && w.now < clock.Time(20*time.Minute) {
		sent += w.side[0].Write(w.now, client, data[sent:])
	}
	require.Greater(t, len(data), sent, "nobody reads, so not everything fits")
	var got []byte
	buf := make([]byte, 1000)
	for more := true; more; more = w.step(w.now.Add(2 * time.Minute)) {
		sent += w.side[0].Write(w.now, client, data[sent:])
		for n := w.side[1].Read(w.now, server, buf); n > 0; n = w.side[1].Read(w.now, server, buf) {
			got = append(got, buf[:n]...)
		}
	}
	require.Equal(t, len(data), len(got))
	require.True(t, bytes.Equal(data, got))
}

func TestOutageIsRiddenOutAndSilenceEnds(t *testing.T) {
	w := join(t, 3)
	client, server := w.connect()
	w.side[0].Write(w.now, client, []byte("before"))
	w.cut = true
	for w.step(clock.Time(40 * time.Second)) {
	}
	w.cut = false
	for w.step(clock.Time(2 * time.Minute)) {
	}
	buf := make([]byte, 100)
	require.Equal(t, 6, w.side[1].Read(w.now, server, buf))
	kinds, _ := w.events(0)
	require.Empty(t, kinds)

	w.cut = true
	w.side[0].Write(w.now, client, []byte("after"))
	for w.step(w.now.Add(tcp.UserTimeout + time.Minute)) {
	}
	kinds, _ = w.events(0)
	require.Equal(t, []tcp.Kind{tcp.TimedOut}, kinds)
}

// Both sides have everything of each other and lost every acknowledgement. What
// each sends again is old, and the answer to it must still count.
func TestLostAcknowledgementsOfBothSides(t *testing.T) {
	w := join(t, 1)
	client, server := w.connect()
	data := make([]byte, 3000)
	require.Equal(t, len(data), w.side[0].Write(w.now, client, data))
	require.Equal(t, len(data), w.side[1].Write(w.now, server, data))
	w.collect()
	w.cut = true
	for limit := w.now.Add(100 * time.Millisecond); w.step(limit); {
	}
	w.cut = false
	for limit := w.now.Add(10 * time.Second); w.step(limit); {
	}
	for _, s := range w.side {
		_, waits := s.NextWake()
		require.False(t, waits, "something is still unacknowledged")
	}
}

// A side whose probe of a closed window was not taken still acknowledges what
// the other sends.
func TestAProbeDoesNotSpoilAcknowledgements(t *testing.T) {
	w := join(t, 1)
	client, server := w.connect()
	w.side[0].Write(w.now, client, make([]byte, tcp.Buffer))
	for limit := w.now.Add(time.Second); w.step(limit); { // the server reads nothing
	}
	w.side[0].Write(w.now, client, make([]byte, 100))
	for limit := w.now.Add(5 * time.Second); w.step(limit); { // the client probes
	}
	data := []byte("all the same")
	w.side[1].Write(w.now, server, data)
	for limit := w.now.Add(10 * time.Second); w.step(limit); {
	}
	require.Equal(t, len(data), w.side[0].Read(w.now, client, make([]byte, 100)))
	_, waits := w.side[1].NextWake()
	require.False(t, waits, "what the server sent is still unacknowledged")
}

func TestHowAConnectFails(t *testing.T) {
	w := join(t, 4)
	_, err := w.side[0].Dial(w.now, right, 99)
	require.NoError(t, err)
	for w.step(clock.Time(time.Second)) {
	}
	kinds, _ := w.events(0)
	require.Equal(t, []tcp.Kind{tcp.Refused}, kinds, "nobody listens")

	w.cut = true
	_, err = w.side[0].Dial(w.now, right, 7)
	require.NoError(t, err)
	for w.step(clock.Time(5 * time.Minute)) {
	}
	kinds, _ = w.events(0)
	require.Equal(t, []tcp.Kind{tcp.TimedOut}, kinds)
}

func TestAbortResetsThePeer(t *testing.T) {
	w := join(t, 5)
	client, _ := w.connect()
	w.side[0].Abort(w.now, client)
	for w.step(clock.Time(time.Second)) {
	}
	kinds, _ := w.events(1)
	require.Equal(t, []tcp.Kind{tcp.Reset}, kinds)
}

func TestListenTwiceIsRefused(t *testing.T) {
	s := tcp.New(left, 1)
	require.NoError(t, s.Listen(7))
	require.ErrorIs(t, s.Listen(7), tcp.ErrPortInUse)
}

func segmentTo(port uint16, seq, ack uint32, flags uint8, data string) []byte {
	b := wire.AppendIPv4(nil, wire.IPv4Header{TTL: 64, Proto: wire.ProtoTCP, Src: right, Dst: left}, wire.TCPLen+len(data))
	return wire.AppendTCP(b, right, left, wire.TCPHeader{SrcPort: 9, DstPort: port, Seq: seq, Ack: ack, Flags: flags, Window: 1000}, []byte(data))
}

// FuzzInput feeds transport bytes, checksums mended, to a stack that listens
// and dials: whatever comes, it must not panic and must answer within bounds.
func FuzzInput(f *testing.F) {
	f.Add(segmentTo(7, 1, 0, wire.SYN, "")[20:], segmentTo(7, 2, 77, wire.ACK, "data")[20:])
	f.Add(segmentTo(7, 2, 1, wire.ACK|wire.FIN, "x")[20:], segmentTo(7, 2, 1, wire.RST, "")[20:])
	f.Fuzz(func(t *testing.T, first, second []byte) {
		s := tcp.New(left, 1)
		require.NoError(t, s.Listen(7))
		_, err := s.Dial(0, right, 9)
		require.NoError(t, err)
		now := clock.Time(0)
		for _, b := range [][]byte{first, second, first} {
			if len(b) > 60_000 {
				return
			}
			p := wire.AppendIPv4(nil, wire.IPv4Header{TTL: 64, Proto: wire.ProtoTCP, Src: right, Dst: left}, len(b))
			p = append(p, b...)
			if len(b) >= wire.TCPLen {
				p[36], p[37] = 0, 0
				sum := wire.Fold(wire.Sum(wire.PseudoSum(right, left, wire.ProtoTCP, len(b)), p[20:]))
				p[36], p[37] = byte(sum>>8), byte(sum)
			}
			s.Input(now, p)
			s.Events(func(e tcp.Event) { s.Write(now, e.Conn, []byte("answer")) })
			now = now.Add(10 * time.Second)
			s.Wake(now)
			packets := 0
			s.Drain(func([]byte) { packets++ })
			require.Less(t, packets, 200)
		}
	})
}
