package clock_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/clock"
)

func TestTimersFireInOrderOfDeadlineThenOfSetting(t *testing.T) {
	var timers clock.Timers
	a, b, c := clock.Key{Owner: "x", Name: "a"}, clock.Key{Owner: "x", Name: "b"}, clock.Key{Owner: "x", Name: "c"}
	timers.Set(a, 30)
	timers.Set(b, 10)
	timers.Set(c, 10)
	timers.Set(a, 10) // set again: now behind b and c

	at, ok := timers.Next()
	require.True(t, ok)
	require.Equal(t, clock.Time(10), at)

	_, ok = timers.Pop(9)
	require.False(t, ok, "nothing is due yet")

	var fired []string
	for k, ok := timers.Pop(10); ok; k, ok = timers.Pop(10) {
		fired = append(fired, k.Name)
	}
	require.Equal(t, []string{"b", "c", "a"}, fired)
}

func TestStopRemovesATimerAndForgivesAnIdleOne(t *testing.T) {
	var timers clock.Timers
	k := clock.Key{Owner: "x", Name: "a"}
	timers.Stop(k)
	timers.Set(k, 5)
	timers.Stop(k)
	_, ok := timers.Next()
	require.False(t, ok)
	_, ok = timers.Deadline(k)
	require.False(t, ok)
}
