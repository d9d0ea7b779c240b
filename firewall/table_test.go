package firewall

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"tandem/wire"
)

func TestLayout(t *testing.T) {
	require.EqualValues(t, 64, unsafe.Sizeof(session{}))
	require.EqualValues(t, 20, unsafe.Sizeof(conn{}))
}

func randomKey(r *rand.Rand, span uint32) key {
	return key{src: wire.Addr(r.Uint32N(span)), dst: wire.Addr(r.Uint32N(span)), srcPort: uint16(r.Uint32N(4)), dstPort: 80, proto: 6}
}

// sorted names a key whatever its direction.
func sorted(k key) key {
	a, b := uint64(k.src)<<16|uint64(k.srcPort), uint64(k.dst)<<16|uint64(k.dstPort)
	if a > b {
		k.src, k.dst, k.srcPort, k.dstPort = k.dst, k.src, k.dstPort, k.srcPort
	}
	return k
}

// The table must behave as a map does.
func TestTableAgainstMap(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	tb := &table{seed: [2]uint64{1, 2}}
	want := map[key]uint32{}
	for range 400_000 {
		k := randomKey(r, 300)
		hash := tb.hash(&k)
		slot, _, ok := tb.find(&k, hash)
		if len(want) == 1000 { // room for more leaves in place what is there
			tb.reserve(50_000)
			homes := tb.index[0].homes
			require.GreaterOrEqual(t, int(homes)*parts, 50_000)
			tb.reserve(100)
			require.Equal(t, homes, tb.index[0].homes)
		}
		held, known := want[sorted(k)]
		require.Equal(t, known, ok)
		switch {
		case ok && r.IntN(2) == 0:
			require.Equal(t, held, slot)
			tb.unlink(slot)
			tb.release(slot)
			delete(want, sorted(k))
		case !ok:
			slot, _ = tb.insert(&k, hash)
			want[sorted(k)] = slot
		}
	}
	require.Equal(t, len(want), tb.live)
	for k, slot := range want {
		got, d, ok := tb.find(&k, tb.hash(&k))
		require.True(t, ok)
		require.Equal(t, slot, got)
		back := key{k.dst, k.src, k.dstPort, k.srcPort, k.proto}
		got, e, ok := tb.find(&back, tb.hash(&back))
		require.True(t, ok)
		require.Equal(t, slot, got)
		require.Equal(t, 1-d, e)
	}
	n := 0
	tb.each(func(uint32, *session) bool { n++; return true })
	require.Equal(t, len(want), n)
}

// A session takes at most 80 bytes all in: slab, index and timer, with what
// each keeps free to grow.
func TestBytesOfASession(t *testing.T) {
	const million = 1_000_000
	before := heap()
	tb, w := &table{seed: [2]uint64{1, 2}}, &wheel{}
	for n := range uint32(million) {
		k := key{src: wire.Addr(n), dst: 7, srcPort: uint16(n), dstPort: 80, proto: 6}
		slot, _ := tb.insert(&k, tb.hash(&k))
		tb.at(slot).armed = w.arm(slot, 1+n/(million/2))
	}
	size := float64(heap()-before) / million
	t.Logf("%.1f bytes a session", size)
	require.LessOrEqual(t, size, 80.0)
	require.Equal(t, million, tb.live)
	require.Equal(t, million, w.items)
}

func TestWheel(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var w wheel
	w.tick = 1000
	due := map[uint32]uint32{}
	armed := map[uint32]uint8{}
	for slot := range uint32(1000) {
		due[slot] = 1001 + r.Uint32N(1000)
		armed[slot] = w.arm(slot, due[slot])
	}
	for now := uint32(1000); now < 2200; now += 1 + r.Uint32N(20) {
		w.run(now, func(slot uint32, tick uint8) {
			require.Equal(t, armed[slot], tick)
			if due[slot] > w.tick {
				armed[slot] = w.arm(slot, due[slot])
				return
			}
			delete(due, slot)
		})
		for _, at := range due {
			require.Greater(t, at, now)
		}
		if next, ok := w.next(); ok {
			require.Greater(t, next, now)
		}
	}
	require.Empty(t, due)
	require.Zero(t, w.items)
}

func TestWidth(t *testing.T) {
	for n := uint32(1); n < 1<<30; n += n/7 + 1 {
		b := widthOf(n).bytes()
		require.GreaterOrEqual(t, b, n)
		require.LessOrEqual(t, b, n+n/8+1)
	}
	require.Zero(t, widthOf(0).bytes())
}

func TestChangedList(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var l changedList
	slots := make([]session, 10_000)
	marked := 0
	for range 60_000 {
		i := uint16(r.IntN(len(slots)))
		if slots[i].marks == 0 {
			slots[i].marks = markDirty
			marked++
			l.add(i)
		}
		for r.IntN(5) == 0 {
			j, ok := l.next(slots, markDirty)
			require.Equal(t, marked > 0, ok)
			if !ok {
				break
			}
			slots[j].marks = 0
			marked--
		}
	}
	for ; marked > 0; marked-- {
		j, ok := l.next(slots, markDirty)
		require.True(t, ok)
		slots[j].marks = 0
	}
	_, ok := l.next(slots, markDirty)
	require.False(t, ok)
}
