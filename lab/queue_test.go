package lab

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFloodLeavesRoomForHellos(t *testing.T) {
	var q frameQueue
	unicast, hello := []byte{2, 0, 0}, []byte{1, 0, 0x5e}
	flood := make([][]byte, 2*queueFrames)
	for i := range flood {
		flood[i] = unicast
	}
	require.Equal(t, queueFrames+groupFrames, q.put(flood))
	require.Zero(t, q.put([][]byte{hello}))
	require.Equal(t, 1, q.put([][]byte{unicast}))
	for range groupFrames - 1 {
		require.Zero(t, q.put([][]byte{hello}))
	}
	require.Equal(t, 2, q.put([][]byte{hello, {}}), "it is full for everybody in the end")

	batch := q.take(nil)
	require.Len(t, batch, batchFrames)
	q.give(batch)
	require.Equal(t, 1, q.put([][]byte{unicast, hello, hello}), "unicast has as much room as before")
}
