package sctp_test

import (
	"math/rand/v2"
	"slices"
	"sort"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/ipc/sctp"
	"tandem/wire"
)

// Addresses of the two ends: 1 and 2 on each of two LANs.
var (
	a1, a2 = wire.MustAddr("10.0.0.1"), wire.MustAddr("20.0.0.1")
	b1, b2 = wire.MustAddr("10.0.0.2"), wire.MustAddr("20.0.0.2")
)

// seeded returns a source of randomness that is the same every time.
func seeded(seed uint64) *rand.ChaCha8 {
	var key [32]byte
	for i := range key {
		key[i] = byte(seed >> (8 * (i % 8)))
	}
	return rand.NewChaCha8(key)
}

// configs returns the configurations of a pair with one or two LANs.
func configs(seed uint64, lans int) (a, b sctp.Config) {
	a = sctp.Config{LocalPort: 5000, RemotePort: 5001, Local: []wire.Addr{a1, a2}[:lans], Remote: []wire.Addr{b1, b2}[:lans], Random: seeded(seed)}
	b = sctp.Config{LocalPort: 5001, RemotePort: 5000, Local: []wire.Addr{b1, b2}[:lans], Remote: []wire.Addr{a1, a2}[:lans], Random: seeded(seed + 1<<40)}
	return a, b
}

// message is one that an end received.
type message struct {
	stream uint16
	text   string
}

// end is an endpoint with what came out of it.
type end struct {
	*sctp.Endpoint
	got    []message
	events []string
	deaf   bool // Receive is not called
}

// refusal is an ICMP destination unreachable.
type refusal struct {
	to     int
	code   uint8
	mtu    int
	quoted []byte
}

// flying is a packet on its way.
type flying struct {
	at       clock.Time
	seq      int
	to       int
	src, dst wire.Addr
	packet   []byte
}

// wires joins two ends in virtual time with faults from a seed.
type wires struct {
	t         *testing.T
	now       clock.Time
	ends      [2]*end
	air       []flying
	seq       int
	rng       *rand.Rand
	delay     time.Duration
	jitter    time.Duration
	loss, dup float64
	cut       [2]bool // LAN 10 and LAN 20
	tap       func(from int, packet []byte) bool
	record    func(src, dst wire.Addr, packet []byte) // sees what is sent, nil for nobody
	sent      int
	road      func(from int, src, dst wire.Addr, packet []byte) bool // what routers between do: false for a packet they drop
	refusals  []refusal                                              // that they answer with
	tall      bool                                                   // packets may be longer than Ethernet takes
}

func newWires(t *testing.T, seed uint64, a, b sctp.Config) *wires {
	t.Helper()
	w := &wires{t: t, rng: rand.New(rand.NewPCG(seed, 7)), delay: time.Millisecond}
	for i, cfg := range []sctp.Config{a, b} {
		w.power(i, cfg)
	}
	return w
}

// power puts a fresh endpoint in place i.
func (w *wires) power(i int, cfg sctp.Config) {
	e, err := sctp.New(cfg)
	require.NoError(w.t, err)
	w.ends[i] = &end{Endpoint: e}
}

// lan returns which LAN a packet travels on.
func lan(a wire.Addr) int { return int(a>>24)/10 - 1 }

// flush moves packets, messages and events out of both ends.
func (w *wires) flush() {
	for i, e := range w.ends {
		if !e.deaf {
			e.Receive(func(stream uint16, msg []byte) { e.got = append(e.got, message{stream, string(msg)}) })
		}
		e.Events(func(ev sctp.Event) { e.events = append(e.events, ev.String()) })
		e.Packets(w.now, func(src, dst wire.Addr, packet []byte) {
			if !w.tall {
				judge(w.t, packet)
			}
			w.sent++
			if w.record != nil {
				w.record(src, dst, packet)
			}
			if w.tap != nil && !w.tap(i, packet) {
				return
			}
			if w.road != nil && !w.road(i, src, dst, packet) {
				return
			}
			for range 1 + w.chance(w.dup) {
				w.fly(1-i, src, dst, packet)
			}
		})
	}
	if len(w.refusals) > 0 {
		w.refuse()
		w.flush()
	}
}

// refuse hands over what routers answered.
func (w *wires) refuse() {
	for _, r := range w.refusals {
		w.ends[r.to].Unreachable(w.now, r.code, r.mtu, r.quoted)
	}
	w.refusals = nil
}

func (w *wires) chance(p float64) int {
	if p > 0 && w.rng.Float64() < p {
		return 1
	}
	return 0
}

func (w *wires) fly(to int, src, dst wire.Addr, packet []byte) {
	if w.cut[lan(dst)] || w.chance(w.loss) == 1 {
		return
	}
	at := w.now.Add(w.delay)
	if w.jitter > 0 {
		at = at.Add(time.Duration(w.rng.Int64N(int64(w.jitter))))
	}
	w.seq++
	f := flying{at, w.seq, to, src, dst, append([]byte(nil), packet...)}
	i := sort.Search(len(w.air), func(i int) bool { return w.air[i].at > at })
	w.air = append(w.air, flying{})
	copy(w.air[i+1:], w.air[i:])
	w.air[i] = f
}

// step runs the next thing that happens up to limit and reports whether there
// was one.
func (w *wires) step(limit clock.Time) bool {
	w.flush()
	at := limit + 1
	if len(w.air) > 0 {
		at = min(at, w.air[0].at)
	}
	for _, e := range w.ends {
		if t, ok := e.NextWake(); ok {
			at = min(at, max(t, w.now))
		}
	}
	if at > limit {
		w.now = limit
		return false
	}
	w.now = at
	for _, e := range w.ends {
		e.Wake(at)
	}
	if len(w.air) > 0 && w.air[0].at <= at {
		f := w.air[0]
		w.air = w.air[1:]
		w.ends[f.to].Input(at, f.src, f.dst, f.packet)
	}
	return true
}

// run lets d pass.
func (w *wires) run(d time.Duration) {
	limit := w.now.Add(d)
	for w.step(limit) {
	}
	w.flush()
}

// until runs at most d until done.
func (w *wires) until(d time.Duration, done func() bool) bool {
	limit := w.now.Add(d)
	for !done() {
		if !w.step(limit) {
			w.flush()
			return done()
		}
	}
	return true
}

// up connects the first end and waits for both to be established.
func (w *wires) up() {
	w.t.Helper()
	w.ends[0].Connect(w.now)
	require.True(w.t, w.until(time.Minute, w.established), "association did not come up")
}

func (w *wires) established() bool {
	return w.ends[0].State() == sctp.Established && w.ends[1].State() == sctp.Established
}

// judge has an independent decoder read a packet and checks its CRC32c. The
// decoder panics on an ABORT or ERROR whose last cause is no multiple of four
// long, because the chunk's length rightly leaves its padding out; that is
// recovered from.
func judge(t *testing.T, packet []byte) {
	t.Helper()
	_, rest, err := sctp.ParsePacket(packet)
	require.NoError(t, err)
	require.Zero(t, len(packet)%4, "packets end on a multiple of four")
	require.LessOrEqual(t, len(packet), 1480)
	var kinds []sctp.ChunkType
	for len(rest) > 0 {
		c, next, err := sctp.NextChunk(rest)
		require.NoError(t, err)
		kinds, rest = append(kinds, c.Type), next
	}
	defer func() {
		if r := recover(); r != nil {
			require.True(t, slices.Contains(kinds, sctp.Abort) || slices.Contains(kinds, sctp.Error), "%v", r)
		}
	}()
	p := gopacket.NewPacket(packet, layers.LayerTypeSCTP, gopacket.DecodeOptions{SkipDecodeRecovery: true})
	require.Nil(t, p.ErrorLayer(), "%v", kinds)
	chunks := 0
	for _, l := range p.Layers() {
		if l.LayerType() != layers.LayerTypeSCTP && l.LayerType() != gopacket.LayerTypePayload {
			chunks++
		}
	}
	require.Positive(t, chunks)
}
