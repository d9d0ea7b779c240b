package keychain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/keychain"
	"tandem/syslog"
)

func date(hour, minute int) time.Time {
	return time.Date(2026, time.March, 1, hour, minute, 0, 0, time.UTC)
}

func from(start, end time.Time) keychain.Lifetime {
	return keychain.Lifetime{Limited: true, Start: start, End: end}
}

// Two keys overlap by ten minutes: the lowest valid one signs, each valid one is
// believed.
func TestRollover(t *testing.T) {
	chain := keychain.Chain{
		{ID: 1, Text: "old", Send: from(date(0, 0), date(12, 0)), Accept: from(date(0, 0), date(12, 10))},
		{ID: 2, Text: "new", Send: from(date(11, 55), time.Time{}), Accept: from(date(11, 50), time.Time{})},
		{ID: 3}, // no key-string: never
	}
	for _, c := range []struct {
		at       time.Time
		signs    uint32
		believed int
		nextTurn time.Time
	}{
		{date(0, 0).Add(-time.Second), 0, 0, date(0, 0)},
		{date(0, 0), 1, 1, date(11, 50)},
		{date(11, 50), 1, 2, date(11, 55)},
		{date(11, 55), 1, 2, date(12, 0)}, // both sign: the lower one does
		{date(12, 0), 2, 2, date(12, 10)}, // the last second is not its own
		{date(12, 10), 2, 1, time.Time{}},
		{date(23, 0), 2, 1, time.Time{}},
	} {
		key, ok := chain.Sending(c.at, syslog.UTC)
		require.Equal(t, c.signs > 0, ok, "%s", c.at)
		require.Equal(t, c.signs, key.ID, "%s", c.at)
		require.Len(t, chain.Accepting(c.at, syslog.UTC), c.believed, "%s", c.at)
		next, ok := chain.Next(c.at, syslog.UTC)
		require.Equal(t, !c.nextTurn.IsZero(), ok)
		require.Equal(t, c.nextTurn, next)
	}
}

func TestEditKeepsOrder(t *testing.T) {
	var c keychain.Chain
	for _, id := range []uint32{7, 2147483647, 0, 7} {
		c = c.Edit(id, func(k *keychain.Key) { k.Text += "x" })
	}
	require.Equal(t, keychain.Chain{{ID: 0, Text: "x"}, {ID: 7, Text: "xx"}, {ID: 2147483647, Text: "x"}}, c)
	was := c
	require.Len(t, c.Without(7), 2)
	require.Len(t, c.Without(8), 3)
	require.Equal(t, was, c)
}

// A lifetime with "local" moves with the zone and its summer.
func TestLocalLifetime(t *testing.T) {
	summer := syslog.AmericanSummer
	summer.Name = "EDT"
	zone := syslog.Zone{Name: "EST", Offset: -5 * time.Hour, Summer: summer}
	noon := time.Date(2004, time.July, 1, 12, 0, 0, 0, time.UTC)
	l := keychain.Lifetime{Limited: true, Local: true, Start: noon, Duration: 90 * time.Minute}
	start, end := l.Window(zone)
	require.Equal(t, noon.Add(4*time.Hour), start)
	require.Equal(t, start.Add(90*time.Minute), end)
	require.Equal(t, "(12:00:00 EDT Jul 1 2004) - (13:30:00 EDT Jul 1 2004)", l.Show(zone))
	require.Equal(t, "local 12:00:00 Jul 1 2004 duration 5400", l.String())
	require.True(t, l.Holds(start, zone))
	require.False(t, l.Holds(start, syslog.UTC))

	l.Local = false
	require.Equal(t, "(12:00:00 UTC Jul 1 2004) - (13:30:00 UTC Jul 1 2004)", l.Show(zone))
	require.True(t, l.Holds(noon, zone))
	require.Equal(t, "(always valid) - (always valid)", keychain.Lifetime{}.Show(zone))
	require.ErrorIs(t, from(noon, noon).Check(), keychain.ErrOrder)
}
