package sctp_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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
	s.Statistics.ControlRcvd, s.Statistics.ControlSent, s.Statistics.PacketsSent = 0, 0, 0
	return s
}

// A million packets that somebody off the path could send: bits flipped with
// the checksum left as it was, or put right but for a wrong tag, port or
// address. Each is refused and counted, and nothing else changes.
func TestAMillionForgedPacketsChangeNothing(t *testing.T) {
	const forgeries = 1_000_000
	w, all := exchanged(t, 1, 30)
	e, rng := w.ends[1], rand.New(rand.NewPCG(1, 1))
	answers := 0
	count := func(_, _ wire.Addr, _ []byte) { answers++ }
	e.Packets(w.now, count)
	before := e.Status(w.now)
	answers = 0
	scratch := make([]byte, 0, 2048)
	reasons := map[wire.Reason]int{}
	for n := range forgeries {
		s := all[rng.IntN(len(all))]
		packet := append(scratch[:0], s.packet[:min(len(s.packet), 48)]...) // the rest is payload
		switch n % 4 {
		case 0:
			packet = mutate(rng, packet)
			if slices.Equal(packet, s.packet) {
				packet[8]++
			}
		case 1: // the right checksum over a wrong tag, the chunks as they may be
			packet = mutate(rng, packet)
			copy(packet, s.packet[:4])
			packet[4+rng.IntN(4)] = s.packet[4] + 1 + byte(rng.IntN(200))
			packet[12] = [...]byte{0, 3, 4, 5, 6, 7, 8, 9, 11, 14}[rng.IntN(10)]
			sctp.Seal(packet)
			if tag := [4]byte(packet[4:8]); tag == [4]byte(s.packet[4:8]) {
				packet[8]++
			}
		case 2: // a wrong port
			packet[rng.IntN(4)] ^= 1 << rng.IntN(8)
			sctp.Seal(packet)
		case 3: // a stranger's address
			s.src ^= wire.Addr(1 + rng.IntN(200))
			if s.src == a1 || s.src == a2 {
				s.src = 77
			}
			sctp.Seal(packet)
		}
		why := e.Input(w.now, s.src, s.dst, packet)
		reasons[why]++
		if why == wire.NotDropped {
			t.Fatalf("packet %d was taken: %x", n, packet)
		}
		if n%64 == 0 {
			e.Packets(w.now, count)
		}
		if n%4096 == 0 {
			require.Equal(t, unchanged(before), unchanged(e.Status(w.now)), "packet %d", n)
		}
	}
	after := e.Status(w.now)
	require.Equal(t, unchanged(before), unchanged(after))
	require.Equal(t, sctp.Established, after.State)
	require.Equal(t, forgeries, reasons[wire.BadSCTP]+reasons[wire.NoListener], "%v", reasons)
	want := after.Faults
	counted := want.Malformed + want.InvalidTags + want.OutOfTheBlue - before.Faults.Malformed - before.Faults.InvalidTags - before.Faults.OutOfTheBlue
	require.Equal(t, uint64(forgeries), counted, "a counter for each: %+v", want)
	require.NoError(t, w.ends[0].Send(0, sctp.Ordered, []byte("still here")))
	require.True(t, w.until(time.Second, func() bool { return w.ends[1].got[len(w.ends[1].got)-1].text == "still here" }))
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
