package sctp_test

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/ipc/sctp"
	"tandem/wire"
)

// sample is a packet that an end got.
type sample struct {
	src, dst wire.Addr
	packet   []byte
}

// exchanged returns what the second end of an association got, handshake, a few
// messages and heartbeats, and the two ends, established and at rest.
func exchanged(t *testing.T, seed uint64, messages int) (*wires, []sample) {
	t.Helper()
	a, b := configs(seed, 2)
	a.HeartbeatInterval, b.HeartbeatInterval = time.Second, time.Second
	w := newWires(t, seed, a, b)
	var all []sample
	w.record = func(src, dst wire.Addr, packet []byte) {
		if dst == b1 || dst == b2 {
			all = append(all, sample{src, dst, slices.Clone(packet)})
		}
	}
	w.loss = 0.05
	w.up()
	for i := range 2 {
		tr := traffic{from: i, count: messages}
		w.until(time.Minute, func() bool { tr.pump(t, w.ends[i]); return len(w.ends[1-i].got) == tr.count })
	}
	w.run(3 * time.Second)
	w.record = nil
	return w, all
}

// mutate changes one to three bits or bytes of b, or cuts it, in place, and
// returns it.
func mutate(rng *rand.Rand, b []byte) []byte {
	for bits := rng.Uint64() | 1; bits != 0; bits >>= 21 {
		at, change := int(bits>>5&0x7ff)%len(b), byte(bits>>16)
		switch bits >> 1 & 7 {
		case 0:
			b[at] = change
		case 1:
			if at >= sctp.HeaderLen+sctp.ChunkHeaderLen {
				b = b[:at]
			}
		default:
			b[at] ^= 1 << (change & 7)
		}
	}
	return b
}

// unchanged is what of a status a forged packet must not touch.
func unchanged(s sctp.Status) sctp.Status {
	s.Faults = sctp.Faults{}
	s.Statistics.ControlRcvd, s.Statistics.ControlSent, s.Statistics.PacketsSent, s.Statistics.PacketsRcvd = 0, 0, 0, 0
	return s
}

// forger makes what somebody off the path can send: he knows addresses and
// ports, but neither tag nor cookie key.
type forger struct {
	rng     *rand.Rand
	all     []sample // genuine packets that it starts from
	scratch []byte
	kinds   [7]int // how many were made of each kind
}

// kind of forgery.
const (
	flipped    = iota // bits changed, the checksum left as it was
	wrongTag          // the right checksum over a wrong tag, the chunks as they may be
	wrongPort         // of no association
	stranger          // from an address that nobody configured
	freshInit         // INIT needs no tag: it is answered, and nothing is remembered
	madeCookie        // COOKIE ECHO that we never sealed
	quotation         // ICMP error that quotes a packet never sent
)

// next returns forgery n; tag is the one it must not hit.
func (f *forger) next(n int) (s sample, kind int) {
	rng, kind := f.rng, n%len(f.kinds)
	f.kinds[kind]++
	s = f.all[rng.IntN(len(f.all))]
	genuine := s.packet
	packet := append(f.scratch[:0], genuine[:min(len(genuine), 48)]...) // the rest is payload
	switch kind {
	case flipped:
		packet = mutate(rng, packet)
		if slices.Equal(packet, genuine) {
			packet[8]++
		}
	case wrongTag:
		packet = mutate(rng, packet)
		copy(packet, genuine[:4])
		packet[4+rng.IntN(4)] = genuine[4] + 1 + byte(rng.IntN(200))
		packet[12] = [...]byte{0, 3, 4, 5, 6, 7, 8, 9, 11, 14}[rng.IntN(10)]
		sctp.Seal(packet)
		if [4]byte(packet[4:8]) == [4]byte(genuine[4:8]) {
			packet[8]++
		}
	case wrongPort:
		packet[rng.IntN(4)] ^= 1 << rng.IntN(8)
		sctp.Seal(packet)
	case stranger:
		s.src ^= wire.Addr(1 + rng.IntN(200))
		if s.src == a1 || s.src == a2 {
			s.src = 77
		}
		sctp.Seal(packet)
	case freshInit:
		packet = sctp.AppendInit(append(packet[:4], make([]byte, 8)...), sctp.Init, sctp.InitMessage{
			Tag: 1 + rng.Uint32()>>1, Window: 1500 + rng.Uint32()>>1, OutStreams: 1, InStreams: 1, TSN: rng.Uint32(),
		})
		sctp.Seal(packet)
	case madeCookie:
		packet = append(packet[:4], 0, 0, 0, 0, 0, 0, 0, 0, byte(sctp.CookieEcho), 0, 0, 80)
		for range 76 / 4 {
			packet = binary.BigEndian.AppendUint32(packet, rng.Uint32())
		}
		binary.BigEndian.PutUint32(packet[4:], 1+rng.Uint32()>>1)
		sctp.Seal(packet)
	case quotation:
		packet = append(f.scratch[:0], quoted(s.dst, s.src, make([]byte, 1480), 20)...)
		copy(packet[20:], []byte{5001 >> 8, 5001 & 0xff, 5000 >> 8, 5000 & 0xff})
		packet = mutate(rng, packet) // the tag was 0 and the first chunk no INIT
	}
	s.packet = packet
	return s, kind
}

// A million packets that somebody off the path could send, to an association
// and to endpoints that wait for one. Each is refused and counted, or answered
// without a trace, and nothing else changes.
func TestAMillionForgedPacketsChangeNothing(t *testing.T) {
	w, all := exchanged(t, 1, 30)
	silent := func(connect bool) *end {
		_, b := configs(9, 2)
		b.MaxInitRetrans = 1 << 20
		e, err := sctp.New(b)
		require.NoError(t, err)
		if connect {
			e.Connect(w.now)
		}
		return &end{Endpoint: e}
	}
	for name, tc := range map[string]struct {
		e         *end
		forgeries int
		state     sctp.State
	}{
		"an association":         {w.ends[1], 1_000_000, sctp.Established},
		"one that listens":       {silent(false), 100_000, sctp.Closed},
		"one that is connecting": {silent(true), 100_000, sctp.CookieWait},
	} {
		t.Run(name, func(t *testing.T) {
			forgeries := tc.forgeries
			if raceEnabled {
				forgeries /= 10
			}
			floods(t, w.now, tc.e, &forger{rng: rand.New(rand.NewPCG(1, 1)), all: all}, forgeries)
			require.Equal(t, tc.state, tc.e.State())
		})
	}
	require.NoError(t, w.ends[0].Send(0, sctp.Ordered, []byte("still here")))
	require.True(t, w.until(time.Second, func() bool { return w.ends[1].got[len(w.ends[1].got)-1].text == "still here" }))
}

// floods gives an endpoint that many forgeries and compares its status.
func floods(t *testing.T, now clock.Time, e *end, f *forger, forgeries int) {
	t.Helper()
	e.Packets(now, func(_, _ wire.Addr, _ []byte) {})
	before := e.Status(now)
	taken, answers := 0, 0
	for n := range forgeries {
		s, kind := f.next(n)
		var why wire.Reason
		if kind == quotation {
			why = e.Unreachable(now, uint8(n>>3)%5, n%1500, s.packet)
		} else {
			why = e.Input(now, s.src, s.dst, s.packet)
		}
		if why == wire.NotDropped {
			if taken++; kind != freshInit {
				t.Fatalf("packet %d was taken: %x", n, s.packet)
			}
		}
		if n%1024 == 0 {
			e.Packets(now, func(_, _ wire.Addr, _ []byte) { answers++ })
		}
		if n%4096 == 0 {
			require.Equal(t, unchanged(before), unchanged(e.Status(now)), "packet %d", n)
		}
	}
	after := e.Status(now)
	require.Equal(t, unchanged(before), unchanged(after))
	require.Equal(t, f.kinds[freshInit], taken)
	refused := after.Faults.Refused() - before.Faults.Refused()
	require.Equal(t, uint64(forgeries-taken), refused, "a counter for each: %+v", after.Faults)
	for _, n := range []uint64{after.Faults.Checksums, after.Faults.OutOfTheBlue, after.Faults.FalseICMP} {
		require.NotZero(t, n)
	}
	require.NotZero(t, after.Faults.ControlDropped, "more answers than an attacker gets")
	require.NotZero(t, answers)
}

// Somebody on the path knows tag, ports and addresses. What he sends may end
// the association, but no endpoint panics, hangs or grows.
func TestPacketsForgedOnThePathDoNoMoreThanEndTheAssociation(t *testing.T) {
	const forgeries = 20_000
	rng := rand.New(rand.NewPCG(2, 2))
	w, all := exchanged(t, 2, 3)
	ended := 0
	for n := range forgeries {
		e := w.ends[1]
		s := all[rng.IntN(len(all))]
		packet := slices.Clone(s.packet)
		packet = mutate(rng, packet[:min(len(packet), 80)])
		copy(packet, s.packet[:8])
		sctp.Seal(packet)
		e.Input(w.now, s.src, s.dst, packet)
		e.Packets(w.now, func(_, _ wire.Addr, p []byte) { require.LessOrEqual(t, len(p), 1480) })
		e.Receive(func(uint16, []byte) {})
		e.Events(func(sctp.Event) {})
		if n%16 == 0 {
			if at, ok := e.NextWake(); ok {
				w.now = max(w.now, at)
				e.Wake(w.now)
			}
		}
		if e.State() == sctp.Closed {
			ended++
			w, all = exchanged(t, uint64(3+ended%5), 3)
		}
	}
	require.NotZero(t, ended)
}
