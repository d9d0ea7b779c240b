package syslog_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/syslog"
)

func TestHistoryKeepsTheNewest(t *testing.T) {
	l := newLog()
	l.History.SetSize(2)
	for i, s := range []syslog.Severity{syslog.Errors, syslog.Notifications, syslog.Warnings, syslog.Alerts} {
		l.Write(clock.Time(i)*clock.Time(time.Second), event(s, "x"))
	}
	l.Write(clock.Time(9*time.Second), syslog.Message{Text: "debug is no event"})
	require.Equal(t, 1, l.History.Ignored)
	require.Equal(t, 1, l.History.Flushed)
	var got []int
	for _, e := range l.History.Entries() {
		got = append(got, e.Number)
	}
	require.Equal(t, []int{2, 3}, got)
	require.Equal(t, 3*time.Second, l.History.Entries()[1].Uptime)
	l.History.SetSize(0)
	require.Empty(t, l.History.Entries())
}
