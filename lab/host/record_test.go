package host

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
)

func TestRecordsComeBackIntactOrNotAtAll(t *testing.T) {
	b := AppendRecord(nil, 3, 77)
	require.Len(t, b, RecordLen)
	n, ok := ParseRecord(b, 3)
	require.True(t, ok)
	require.Equal(t, uint64(77), n)
	_, ok = ParseRecord(b, 4)
	require.False(t, ok, "of another flow")
	for i := range b {
		b[i] ^= 1
		_, ok = ParseRecord(b, 3)
		require.False(t, ok, "byte %d changed", i)
		b[i] ^= 1
	}
}

func FuzzParseRecord(f *testing.F) {
	f.Add(AppendRecord(nil, 1, 1))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		if n, ok := ParseRecord(b, 1); ok {
			require.Equal(t, b, AppendRecord(nil, 1, n))
		}
	})
}

func TestTally(t *testing.T) {
	at := func(ms int) clock.Time { return clock.Time(ms) * clock.Time(time.Millisecond) }
	tally := Tally{patience: time.Second}
	tally.start(0)
	for i := range 6 {
		tally.send(at(100 * i)) // 1 to 6
	}
	tally.receive(at(510), 1)
	tally.receive(at(520), 3)
	tally.receive(at(530), 2)
	tally.receive(at(540), 2)
	tally.receive(at(550), 9)
	require.Equal(t, [...]uint64{6, 3, 1, 1, 1},
		[...]uint64{tally.Sent, tally.Received, tally.Duplicated, tally.OutOfOrder, tally.Damaged})
	require.Zero(t, tally.Lost(at(1200)), "4 to 6 may still come")
	require.Equal(t, uint64(1), tally.Lost(at(1350)), "4 does not")
	require.Equal(t, uint64(3), tally.Lost(at(2000)))
	tally.receive(at(2000), 5)
	require.Equal(t, uint64(2), tally.Lost(at(2000)), "5 was only late")
	require.Equal(t, 1470*time.Millisecond, tally.Gap(at(2000)))
	tally.stop(at(2100))
	tally.settle()
	require.Equal(t, uint64(2), tally.Lost(at(9000)))
	require.Equal(t, 1470*time.Millisecond, tally.Gap(at(9000)))
}

func TestATallyForgetsWhatIsTooOldToTell(t *testing.T) {
	var tally Tally
	for i := range window + 10 {
		tally.send(clock.Time(i))
	}
	tally.receive(0, 5)
	require.Equal(t, uint64(1), tally.OutOfOrder)
	require.Zero(t, tally.Received)
	tally.receive(0, window+5)
	tally.receive(0, window+5)
	require.Equal(t, uint64(1), tally.Received)
	require.Equal(t, uint64(1), tally.Duplicated)
}
