package router

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
)

func TestMeter(t *testing.T) {
	const interval = 5 * time.Minute
	var m meter
	now := clock.Time(0)
	frames := [][]byte{make([]byte, 1000), make([]byte, 250)}
	for range 10 * 60 * 60 { // 20 packets and 100,000 bits a second for an hour
		m.add(now, interval, frames)
		now = now.Add(100 * time.Millisecond)
	}
	bits, packets := m.rates(now, interval)
	require.Equal(t, uint64(100000), bits)
	require.Equal(t, uint64(20), packets)
	now = now.Add(interval) // then silence: 1/e is left after one interval
	bits, packets = m.rates(now, interval)
	require.Equal(t, uint64(37000), bits)
	require.Equal(t, uint64(7), packets)
	bits, packets = m.rates(now.Add(time.Hour), interval)
	require.Zero(t, bits+packets)
}
