package lab

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFloodLeavesRoomForHellos(t *testing.T) {
	var q frameQueue
	unicast, hello := []byte{2, 0, 0}, []byte{1, 0, 0x5e}
	ack := append([]byte{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0xc0}, make([]byte, 44)...)
	flood := make([][]byte, 2*queueFrames)
	for i := range flood {
		flood[i] = unicast
	}
	require.Equal(t, queueFrames+controlFrames, q.put(flood))
	require.Zero(t, q.put([][]byte{hello}))
	require.Equal(t, 1, q.put([][]byte{unicast}))
	require.Zero(t, q.put([][]byte{ack}))
	ack[15] = 0xa0 // precedence 5
	require.Equal(t, 1, q.put([][]byte{ack}))
	for range controlFrames - 2 {
		require.Zero(t, q.put([][]byte{hello}))
	}
	require.Equal(t, 2, q.put([][]byte{hello, {}}), "it is full for everybody in the end")

	for left := controlFrames; left > 0; {
		batch, urgent := q.take(nil)
		require.Len(t, batch, batchFrames)
		for _, f := range batch {
			require.True(t, control(f), "it comes first")
		}
		left -= len(batch)
		require.Equal(t, left > 0, urgent)
		q.give(batch)
	}
	require.Equal(t, 1, q.put([][]byte{unicast, hello}), "data has as much room as before")
	batch, urgent := q.take(nil)
	require.False(t, urgent)
	require.Equal(t, hello, batch[0])
	require.Equal(t, unicast, batch[1])
}
