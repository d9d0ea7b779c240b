package mem_test

import (
	"fmt"
	"net"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"tandem/port"
	"tandem/port/mem"
)

// frame returns a frame of n bytes that says which one it is.
func frame(n int, mark byte) []byte {
	b := make([]byte, n)
	b[n-1] = mark
	return b
}

// read takes one batch and returns copies.
func read(t *testing.T, p port.Port) [][]byte {
	t.Helper()
	bufs, sizes := port.Batch()
	n, err := p.Read(bufs, sizes)
	require.NoError(t, err)
	out := make([][]byte, n)
	for i := range out {
		out[i] = bufs[i][:sizes[i]]
	}
	return out
}

func write(t *testing.T, p port.Port, frames ...[]byte) {
	t.Helper()
	n, err := p.Write(frames)
	require.NoError(t, err)
	require.Equal(t, len(frames), n)
}

func TestSegmentRepeatsToAllOthersInOrder(t *testing.T) {
	var lan mem.Segment
	a, b, c := lan.Attach(), lan.Attach(), lan.Attach()
	one, two := frame(60, 1), frame(1514, 2)
	write(t, a, one, two)
	one[59] = 9 // the sender's buffer is the sender's again

	for _, p := range []*mem.Port{b, c} {
		require.Equal(t, [][]byte{frame(60, 1), two}, read(t, p))
		require.Equal(t, port.Counts{FramesIn: 2, BytesIn: 1574}, p.Counts())
	}
	require.Equal(t, port.Counts{FramesOut: 2, BytesOut: 1574}, a.Counts(), "nothing comes back to the sender")
}

func TestReadWaitsForAFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := mem.Pair()
		got := make(chan [][]byte, 1)
		go func() { got <- read(t, b) }()
		synctest.Wait()
		require.Empty(t, got)
		write(t, a, frame(60, 7))
		require.Equal(t, [][]byte{frame(60, 7)}, <-got)
	})
}

func TestQueueKeepsTheOldestAndCountsTheRest(t *testing.T) {
	a, b := mem.Pair()
	for i := range mem.QueueFrames + 3 {
		write(t, a, frame(60, byte(i)))
	}
	require.EqualValues(t, 3, b.Counts().InputDrops)
	require.EqualValues(t, mem.QueueFrames+3, a.Counts().FramesOut, "the sender cannot know")

	var next int
	for next < mem.QueueFrames {
		batch := read(t, b)
		require.LessOrEqual(t, len(batch), port.BatchSize)
		for _, f := range batch {
			require.Equal(t, byte(next), f[59], "frame %d", next)
			next++
		}
	}
}

// The ring grows while frames wait at any position of its head.
func TestQueueGrowsWithoutReordering(t *testing.T) {
	for lead := range 9 {
		t.Run(fmt.Sprint(lead), func(t *testing.T) {
			a, b := mem.Pair()
			for i := range lead {
				write(t, a, frame(60, byte(i)))
				read(t, b)
			}
			var want [][]byte
			for i := range 30 {
				f := frame(14+i, byte(i))
				want = append(want, f)
				write(t, a, f)
			}
			require.Equal(t, want, read(t, b))
		})
	}
}

func TestLengthsThatAreNoFrame(t *testing.T) {
	a, b := mem.Pair()
	write(t, a, make([]byte, 13), make([]byte, 1519), nil, frame(14, 1), frame(1518, 2))
	require.Len(t, read(t, b), 2)
	c := a.Counts()
	require.EqualValues(t, 2, c.Runts)
	require.EqualValues(t, 1, c.Giants)
	require.EqualValues(t, 2, c.FramesOut)
	require.Zero(t, b.Counts().Runts, "counted once, where it was sent")
}

func TestCutOnALANConcernsOnePort(t *testing.T) {
	var lan mem.Segment
	a, b, c := lan.Attach(), lan.Attach(), lan.Attach()
	require.True(t, <-a.Carrier(), "the state comes first")
	a.Cut()
	a.Cut()
	require.False(t, <-a.Carrier())

	n, err := a.Write([][]byte{frame(60, 1)})
	require.ErrorIs(t, err, port.ErrDown)
	require.Zero(t, n)
	require.EqualValues(t, 1, a.Counts().NoCarrier)

	write(t, b, frame(60, 2))
	require.Len(t, read(t, c), 1, "the others go on")
	require.Zero(t, a.Counts().FramesIn)

	a.Join()
	require.True(t, <-a.Carrier())
	write(t, b, frame(60, 3))
	require.Equal(t, byte(3), read(t, a)[0][59])
	require.True(t, <-b.Carrier())
	require.Empty(t, b.Carrier(), "b saw no change")
}

func TestCutOfACableConcernsBothEnds(t *testing.T) {
	a, b := mem.Pair()
	<-a.Carrier()
	<-b.Carrier()
	a.Cut()
	b.Cut()
	require.False(t, <-a.Carrier())
	require.False(t, <-b.Carrier())
	a.Join()
	require.Empty(t, a.Carrier(), "still out at the other end")
	b.Join()
	require.True(t, <-a.Carrier())
	require.True(t, <-b.Carrier())
}

func TestCloseEndsReadAndDarkensTheFarEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := mem.Pair()
		<-a.Carrier()
		<-b.Carrier()
		ended := make(chan error)
		go func() {
			bufs, sizes := port.Batch()
			_, err := b.Read(bufs, sizes)
			ended <- err
		}()
		synctest.Wait()
		require.NoError(t, b.Close())
		require.ErrorIs(t, <-ended, net.ErrClosed)
		require.False(t, <-a.Carrier())
		_, open := <-b.Carrier()
		require.False(t, open)

		_, err := b.Write([][]byte{frame(60, 1)})
		require.ErrorIs(t, err, net.ErrClosed)
		_, err = a.Write([][]byte{frame(60, 1)})
		require.ErrorIs(t, err, port.ErrDown)
		b.Join()
		require.Empty(t, a.Carrier(), "a closed port stays out")
		require.NoError(t, b.Close(), "closing twice is harmless")
	})
}

func BenchmarkPair(b *testing.B) {
	for _, size := range []int{64, 1514} {
		for _, batch := range []int{1, 8, port.BatchSize} {
			b.Run(fmt.Sprintf("%dB/batch%d", size, batch), func(b *testing.B) {
				from, to := mem.Pair()
				frames := make([][]byte, batch)
				for i := range frames {
					frames[i] = frame(size, 1)
				}
				bufs, sizes := port.Batch()
				b.ReportAllocs()
				for b.Loop() {
					if _, err := from.Write(frames); err != nil {
						b.Fatal(err)
					}
					if n, err := to.Read(bufs, sizes); err != nil || n != batch {
						b.Fatal(n, err)
					}
				}
				b.ReportMetric(float64(b.N)*float64(batch)/b.Elapsed().Seconds(), "frames/s")
			})
		}
	}
}
