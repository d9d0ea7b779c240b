package impair_test

import (
	"math"
	"math/bits"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/port"
	"tandem/port/impair"
	"tandem/port/mem"
)

// line is a cable whose near end is bad.
func line(t *testing.T, f impair.Faults, seed uint64) (near *impair.Port, far *mem.Port) {
	t.Helper()
	a, far := mem.Pair()
	near, err := impair.New(a, f, seed)
	require.NoError(t, err)
	return near, far
}

// numbered returns n frames that carry their number in the first byte.
func numbered(n int) [][]byte {
	frames := make([][]byte, n)
	for i := range frames {
		frames[i] = make([]byte, 60)
		frames[i][0] = byte(i)
	}
	return frames
}

// numbers reads one batch and returns what its frames carry.
func numbers(t *testing.T, p port.Port) []byte {
	t.Helper()
	bufs, sizes := port.Batch()
	n, err := p.Read(bufs, sizes)
	require.NoError(t, err)
	var got []byte
	for i := range n {
		got = append(got, bufs[i][0])
	}
	return got
}

func TestAPerfectLineChangesNothing(t *testing.T) {
	near, far := line(t, impair.Faults{}, 1)
	defer near.Close()
	n, err := near.Write(numbered(5))
	require.NoError(t, err)
	require.Equal(t, 5, n)
	require.Equal(t, []byte{0, 1, 2, 3, 4}, numbers(t, far))
	require.Zero(t, near.Toll())
}

func TestEqualSeedsGiveEqualFates(t *testing.T) {
	course := func(seed uint64) ([]byte, impair.Toll) {
		near, far := line(t, impair.Faults{Loss: 0.3, Duplicate: 0.3}, seed)
		defer near.Close()
		n, err := near.Write(numbered(40))
		require.NoError(t, err)
		require.Equal(t, 40, n, "lost frames count as taken")
		return numbers(t, far), near.Toll()
	}
	one, toll := course(7)
	again, _ := course(7)
	other, _ := course(8)
	require.Equal(t, one, again)
	require.NotEqual(t, one, other)
	require.NotZero(t, toll.Lost)
	require.NotZero(t, toll.Duplicated)
	require.EqualValues(t, len(one), 40-toll.Lost+toll.Duplicated)
}

func TestCorruptionFlipsOneBitOfACopy(t *testing.T) {
	near, far := line(t, impair.Faults{Corrupt: 1}, 1)
	defer near.Close()
	sent := [][]byte{make([]byte, 60)}
	_, err := near.Write(sent)
	require.NoError(t, err)
	require.Equal(t, make([]byte, 60), sent[0], "the caller's frame is the caller's")
	bufs, sizes := port.Batch()
	_, err = far.Read(bufs, sizes)
	require.NoError(t, err)
	flipped := 0
	for _, b := range bufs[0][:sizes[0]] {
		flipped += bits.OnesCount8(b)
	}
	require.Equal(t, 1, flipped)
}

func TestDelayIsExactAndKeepsTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := line(t, impair.Faults{Delay: 20 * time.Millisecond}, 1)
		defer near.Close()
		start := time.Now()
		_, err := near.Write(numbered(3))
		require.NoError(t, err)
		require.Equal(t, []byte{0, 1, 2}, numbers(t, far))
		require.Equal(t, 20*time.Millisecond, time.Since(start))

		_, err = near.Write(numbered(2))
		require.NoError(t, err)
		require.NoError(t, near.Set(impair.Faults{Delay: 5 * time.Millisecond}))
		_, err = near.Write(numbered(1))
		require.NoError(t, err)
		require.Equal(t, []byte{0}, numbers(t, far), "a shorter line overtakes")
		require.Equal(t, 25*time.Millisecond, time.Since(start))
		require.Equal(t, []byte{0, 1}, numbers(t, far))
		require.Equal(t, 40*time.Millisecond, time.Since(start))
	})
}

func TestReorderAndJitter(t *testing.T) {
	for name, faults := range map[string]impair.Faults{
		"reorder": {Delay: time.Millisecond, Reorder: 0.3},
		"jitter":  {Jitter: time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				near, far := line(t, faults, 3)
				defer near.Close()
				_, err := near.Write(numbered(30))
				require.NoError(t, err)
				var got []byte
				for len(got) < 30 {
					got = append(got, numbers(t, far)...)
				}
				require.False(t, slices.IsSorted(got), "%v", got)
				seen := map[byte]bool{}
				for _, b := range got {
					seen[b] = true
				}
				require.Len(t, seen, 30, "none is lost")
			})
		})
	}
}

func TestFramesOnTheirWayAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := line(t, impair.Faults{Delay: time.Hour}, 1)
		for range impair.LateFrames/64 + 1 {
			_, err := near.Write(numbered(64))
			require.NoError(t, err)
		}
		require.EqualValues(t, 64, near.Toll().Full)
		require.NoError(t, near.Close())
		require.NoError(t, near.Close())
		require.Zero(t, far.Counts().FramesIn)
		_, err := near.Write(numbered(1))
		require.ErrorIs(t, err, net.ErrClosed)
	})
}

func TestALineWithoutCarrierSaysSo(t *testing.T) {
	a, _ := mem.Pair()
	near, err := impair.New(a, impair.Faults{Delay: time.Hour, Loss: 1}, 1)
	require.NoError(t, err)
	defer near.Close()
	a.Cut()
	_, err = near.Write(numbered(2))
	require.ErrorIs(t, err, port.ErrDown)
	require.EqualValues(t, 2, near.Counts().NoCarrier)
}

func TestImpossibleFaults(t *testing.T) {
	a, _ := mem.Pair()
	defer a.Close()
	for _, bad := range []impair.Faults{
		{Loss: -0.1}, {Duplicate: 1.1}, {Corrupt: math.NaN()}, {Reorder: math.Inf(1)}, {Delay: -1}, {Jitter: -1},
	} {
		_, err := impair.New(a, bad, 1)
		require.ErrorIs(t, err, impair.ErrFaults, "%+v", bad)
	}
}
