package router_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestHardwareCalendar(t *testing.T) {
	b := configured(t, "clock timezone CET 1")
	b.now = 1
	b.enter("end")
	require.Equal(t, b.answer("show clock")[1:9], b.answer("show calendar")[:8], "never set, it is the clock")
	require.Empty(t, b.answer("calendar set 12:30:00 february 29 2004"))
	require.Equal(t, "12:30:00 CET Sun Feb 29 2004\n", b.answer("show calendar"))
	require.Equal(t, "% Invalid date\n", b.answer("calendar set 12:30:00 30 february 2004"))
	require.Contains(t, b.answer("show clock"), "CET Fri Mar 1 2002\n", "the clock is another")
	b.enter("clock read-calendar")
	require.Contains(t, b.answer("show clock"), "*12:30:00.")
	b.now = b.now.Add(time.Hour)
	require.Equal(t, "13:30:00 CET Sun Feb 29 2004\n", b.answer("show calendar"))

	b.enter("clock set 10:00:00 1 Mar 2026")
	require.Equal(t, "13:30:00 CET Sun Feb 29 2004\n", b.answer("show calendar"))
	require.Empty(t, b.answer("clock update-calendar"))
	require.Equal(t, "10:00:00 CET Sun Mar 1 2026\n", b.answer("show calendar"))

	b.enter("clock read-calendar")
	b.enter("configure terminal")
	require.Empty(t, b.answer("no clock calendar-valid"))
	require.Empty(t, b.answer("clock calendar-valid"))
	require.Contains(t, b.Listing(), "\nclock timezone CET 1\nclock calendar-valid\n")
	require.Equal(t, "10:00:00.000 CET Sun Mar 1 2026\n", b.answer("do show clock"))
}
