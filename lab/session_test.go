package lab_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab"
	"tandem/lab/host"
	"tandem/router"
)

func TestAHostsShellIsASession(t *testing.T) {
	v, _ := virtual(t, bridgeLab, lab.Options{})
	var screens []router.Screen
	var s router.Session
	do := func(f func(clock.Time)) {
		require.NoError(t, v.DoHost("pc", func(now clock.Time, h *host.Host) {
			if s == nil {
				s = lab.NewSession(h, func(c router.Screen) { screens = append(screens, c) })
			}
			f(now)
		}))
	}
	last := func() router.Screen { return screens[len(screens)-1] }
	do(func(clock.Time) {})
	require.Equal(t, "pc> ", last().Prompt)
	require.Equal(t, router.WantLine, last().Want)

	screens = nil
	do(func(now clock.Time) { s.Enter(now, "ping 10.0.0.2 count 2") })
	require.Equal(t, router.WantNothing, last().Want, "the command runs")
	require.NoError(t, v.Advance(3*time.Second))
	require.Equal(t, router.WantLine, last().Want)
	var text strings.Builder
	prompts := 0
	for _, c := range screens {
		text.WriteString(c.Text)
		if c.Want == router.WantLine {
			prompts++
		}
	}
	require.Contains(t, text.String(), "2 sent, 2 received")
	require.Equal(t, 1, prompts)

	do(func(now clock.Time) { s.Enter(now, "ping 10.0.0.9 count 100") })
	require.NoError(t, v.Advance(time.Second))
	screens = nil
	do(func(now clock.Time) { s.Abandon(now) })
	require.Contains(t, screens[0].Text, "sent")
	require.Equal(t, router.WantLine, last().Want)

	do(func(now clock.Time) { s.Enter(now, "connect tcp 10.0.0.2 7") })
	screens = nil
	require.NoError(t, v.Advance(time.Second))
	require.True(t, last().Log, "news of a flow breaks in")
	require.Contains(t, last().Text, "established after")

	do(func(now clock.Time) { s.Help(now, "pi") })
	require.Equal(t, "pi", last().Line)
	do(func(now clock.Time) { s.Enter(now, "") })
	require.Equal(t, "pc> ", last().Prompt)
	screens = nil
	do(func(now clock.Time) { s.Hangup(now) })
	require.NoError(t, v.Cut("pc"))
	require.NoError(t, v.Advance(10*time.Minute))
	require.Empty(t, screens)
}
