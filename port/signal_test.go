package port_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/port"
)

func TestSignalGivesItsStateAndThenChanges(t *testing.T) {
	s := port.NewSignal(false)
	s.Set(false)
	s.Set(true)
	s.Set(true)
	require.True(t, s.Up())
	require.False(t, <-s.Changes())
	require.True(t, <-s.Changes())
	require.Empty(t, s.Changes())
}

func TestSignalForgetsPairsOfChangesNobodyRead(t *testing.T) {
	s := port.NewSignal(false)
	up := false
	for range 1001 {
		up = !up
		s.Set(up)
	}
	require.True(t, s.Close())
	require.False(t, s.Close(), "once")
	s.Set(true)
	require.False(t, s.Up())

	last := true
	for state := range s.Changes() {
		require.NotEqual(t, last, state, "states alternate")
		last = state
	}
	require.Equal(t, up, last, "the last one is the present one")
}

func TestBatchCutsDisjointBuffers(t *testing.T) {
	bufs, sizes := port.Batch()
	require.Len(t, bufs, port.BatchSize)
	require.Len(t, sizes, port.BatchSize)
	for _, b := range bufs {
		require.Len(t, b, port.BufferSize)
		require.Equal(t, port.BufferSize, cap(b))
	}
	require.LessOrEqual(t, port.MaxFrame(port.MaxMTU), port.BufferSize)
}

func TestTallySortsFramesByLength(t *testing.T) {
	var sum port.Tally
	require.False(t, sum.Fits(13, 1500))
	require.True(t, sum.Fits(14, 1500))
	require.True(t, sum.Fits(1518, 1500))
	require.False(t, sum.Fits(1519, 1500))
	require.Equal(t, port.Tally{Runts: 1, Giants: 1}, sum)

	var m port.Meter
	sum.Pass(100)
	m.AddIn(sum)
	m.AddOut(port.Tally{Frames: 2, Bytes: 50, Lost: 1})
	m.AddNoCarrier(3)
	require.Equal(t, port.Counts{
		FramesIn: 1, BytesIn: 100, FramesOut: 2, BytesOut: 50,
		Runts: 1, Giants: 1, Lost: 1, NoCarrier: 3,
	}, m.Counts())
}
