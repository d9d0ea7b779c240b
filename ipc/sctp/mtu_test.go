package sctp_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/ipc/sctp"
	"tandem/wire"
)

// narrow makes a router in the middle that carries mtu bytes on LAN 10 and
// nothing longer with DF; tells is whether it says so. It returns the count of
// packets refused and of those that had to be cut up.
func narrow(w *wires, mtu int, tells func() bool) (refused, cut *int) {
	refused, cut = new(int), new(int)
	w.road = func(from int, src, dst wire.Addr, packet []byte) bool {
		n := wire.IPv4Len + len(packet)
		if lan(dst) != 0 || n <= mtu {
			return true
		}
		if !w.ends[from].DontFragment(dst, n) {
			*cut++
			return true
		}
		*refused++
		if tells() {
			w.refusals = append(w.refusals, refusal{from, wire.FragmentationNeeded, mtu, quoted(src, dst, packet, 8)})
		}
		return false
	}
	return refused, cut
}

// quoted is a packet as an ICMP error quotes it, with n bytes behind its header.
func quoted(src, dst wire.Addr, packet []byte, n int) []byte {
	b := wire.AppendIPv4(nil, wire.IPv4Header{Fragment: wire.DontFragment, TTL: 250, Proto: wire.ProtoSCTP, Src: src, Dst: dst}, len(packet))
	return append(b, packet[:n]...)
}

func always() bool { return true }
func never() bool  { return false }

func TestASmallerPathMTUIsLearned(t *testing.T) {
	for name, tc := range map[string]struct{ mtu, lans, want int }{
		"one path":        {1000, 1, 1000},
		"one of two":      {1000, 2, 1000},
		"below the least": {296, 1, 576},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := configs(1, tc.lans)
			w := newWires(t, 1, a, b)
			w.up()
			refused, cut := narrow(w, tc.mtu, always)
			tr := traffic{count: 300}
			require.True(t, w.until(5*time.Second, func() bool { tr.pump(t, w.ends[0]); return len(w.ends[1].got) == tr.count }))
			tr.check(t, w.ends[1].got)
			require.NotZero(t, *refused)
			s := w.ends[0].Status(w.now)
			require.Equal(t, tc.want, s.Paths[0].MTU)
			require.Equal(t, uint64(1), s.Statistics.MTULowered)
			require.Zero(t, s.Statistics.T3Expired, "what was refused goes again at once")
			if tc.lans == 2 {
				require.Equal(t, 1500, s.Paths[1].MTU)
			}

			*cut = 0
			require.NoError(t, w.ends[0].Send(0, sctp.Ordered, make([]byte, 20_000)))
			require.True(t, w.until(time.Second, func() bool { return len(w.ends[1].got) == tr.count+1 }))
			require.Equal(t, tc.mtu < 576, *cut > 0, "new data fits the path, unless that is too small")
		})
	}
}

// A chunk that was sent once keeps its size, so it must be allowed to be cut up;
// what only waited is cut anew (RFC 9260 section 6.9).
func TestWhatWasSentMayBeFragmented(t *testing.T) {
	a, b := configs(2, 1)
	w := newWires(t, 2, a, b)
	w.up()
	_, cut := narrow(w, 1000, always)
	require.NoError(t, w.ends[0].Send(0, sctp.Ordered, make([]byte, 50_000)))
	require.True(t, w.until(5*time.Second, func() bool { return len(w.ends[1].got) == 1 }))
	require.Len(t, w.ends[1].got[0].text, 50_000)
	require.Positive(t, *cut)
	require.LessOrEqual(t, *cut, 4, "the first flight only")
}

func TestALargerPathMTUIsTriedAgain(t *testing.T) {
	a, b := configs(3, 1)
	w := newWires(t, 3, a, b)
	w.up()
	narrow(w, 1000, always)
	require.NoError(t, w.ends[0].Send(0, sctp.Ordered, make([]byte, 5000)))
	w.run(time.Second)
	require.Equal(t, 1000, w.ends[0].Status(w.now).Paths[0].MTU)
	w.run(9 * time.Minute)
	require.Equal(t, 1000, w.ends[0].Status(w.now).Paths[0].MTU)
	w.road = nil
	w.run(time.Minute)
	require.Equal(t, 1500, w.ends[0].Status(w.now).Paths[0].MTU)
}

// Where nobody tells, two expiries in a row have the path's packets cut up on
// the way.
func TestAPathThatSwallowsLongPacketsStillDelivers(t *testing.T) {
	a, b := configs(4, 1)
	w := newWires(t, 4, a, b)
	w.up()
	refused, cut := narrow(w, 1000, never)
	tr := traffic{count: 100}
	require.True(t, w.until(20*time.Second, func() bool { tr.pump(t, w.ends[0]); return len(w.ends[1].got) == tr.count }))
	tr.check(t, w.ends[1].got)
	require.Positive(t, *refused)
	require.Positive(t, *cut)
	require.Equal(t, []string{"up"}, w.ends[0].events)
	before := *refused
	w.run(5 * time.Second)
	require.NoError(t, w.ends[0].Send(0, sctp.Ordered, make([]byte, 5000)))
	require.True(t, w.until(time.Second, func() bool { return len(w.ends[1].got) == tr.count+1 }), "without another expiry")
	require.Equal(t, before, *refused)
}

func TestARouterThatTellsNoMTU(t *testing.T) {
	a, b := configs(5, 1)
	w := newWires(t, 5, a, b)
	w.up()
	e := w.ends[0]
	long := quoted(a1, b1, make([]byte, 1480), 8)
	copy(long[20:], []byte{5000 >> 8, 5000 & 0xff, 5001 >> 8, 5001 & 0xff})
	tag := e.Status(w.now).RemoteTag
	copy(long[24:], []byte{byte(tag >> 24), byte(tag >> 16), byte(tag >> 8), byte(tag)})
	for _, want := range []int{1492, 1492} {
		require.Equal(t, wire.NotDropped, e.Unreachable(w.now, wire.FragmentationNeeded, 0, long))
		require.Equal(t, want, e.Status(w.now).Paths[0].MTU)
	}
	long[2], long[3] = 1492>>8, 1492&0xff
	require.Equal(t, wire.NotDropped, e.Unreachable(w.now, wire.FragmentationNeeded, 0, long))
	require.Equal(t, 1006, e.Status(w.now).Paths[0].MTU)
}

// What somebody off the path can forge lowers nothing and ends nothing.
func TestForgedICMPIsNotBelieved(t *testing.T) {
	a, b := configs(6, 1)
	w := newWires(t, 6, a, b)
	w.up()
	e := w.ends[0]
	tag := e.Status(w.now).RemoteTag
	genuine := quoted(a1, b1, make([]byte, 1480), 8)
	copy(genuine[20:], []byte{5000 >> 8, 5000 & 0xff, 5001 >> 8, 5001 & 0xff, byte(tag >> 24), byte(tag >> 16), byte(tag >> 8), byte(tag)})
	before := e.Status(w.now)
	forged := uint64(0)
	for name, change := range map[string]func(b []byte) []byte{
		"tag":         func(b []byte) []byte { b[27] ^= 1; return b },
		"no tag":      func(b []byte) []byte { clear(b[24:28]); return b },
		"source port": func(b []byte) []byte { b[21] ^= 1; return b },
		"our port":    func(b []byte) []byte { b[23] ^= 1; return b },
		"source":      func(b []byte) []byte { b[15] ^= 1; return b },
		"destination": func(b []byte) []byte { b[19] ^= 4; return b },
		"protocol":    func(b []byte) []byte { b[9] = wire.ProtoUDP; return b },
		"fragment":    func(b []byte) []byte { b[7] = 3; return b },
		"short":       func(b []byte) []byte { return b[:27] },
		"empty":       func([]byte) []byte { return nil },
		"long header": func(b []byte) []byte { b[0] = 0x4f; return b },
	} {
		for _, code := range []uint8{wire.FragmentationNeeded, wire.ProtocolUnreachable} {
			forged++
			require.Equal(t, wire.BadSCTP, e.Unreachable(w.now, code, 600, change(slices.Clone(genuine))), name)
		}
	}
	after := e.Status(w.now)
	require.Equal(t, forged, after.Faults.FalseICMP)
	require.Equal(t, unchanged(before), unchanged(after))

	for _, code := range []uint8{wire.NetUnreachable, wire.HostUnreachable, wire.PortUnreachable, wire.AdminProhibited} {
		require.Equal(t, wire.NotDropped, e.Unreachable(w.now, code, 600, genuine))
	}
	for _, mtu := range []int{1500, 1501, 65535} {
		require.Equal(t, wire.NotDropped, e.Unreachable(w.now, wire.FragmentationNeeded, mtu, genuine), "no reason to refuse a packet of 1500")
	}
	require.Equal(t, unchanged(before), unchanged(e.Status(w.now)))
	require.Equal(t, wire.NotDropped, e.Unreachable(w.now, wire.FragmentationNeeded, 1, genuine))
	require.Equal(t, 576, e.Status(w.now).Paths[0].MTU)
	require.True(t, e.DontFragment(b1, 68))
	require.False(t, e.DontFragment(b1, 69))
}

func TestAPeerWithoutSCTPEndsTheAssociation(t *testing.T) {
	a, b := configs(7, 1)
	w := newWires(t, 7, a, b)
	w.tap = func(from int, packet []byte) bool {
		w.refusals = append(w.refusals, refusal{from, wire.ProtocolUnreachable, 0, quoted(a1, b1, packet, min(len(packet), 20))})
		return false
	}
	w.ends[0].Connect(0)
	w.run(time.Second)
	require.Equal(t, []string{"down: peer unreachable"}, w.ends[0].events, "an INIT is known by its initiate tag")
}
