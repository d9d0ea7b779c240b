package syslog_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/syslog"
	"tandem/wire"
)

func newLog() *syslog.Log {
	l := syslog.New(syslog.NewCalendar(0), func(string, syslog.Target) bool { return false })
	l.SetStamp(false, syslog.Stamp{})
	l.SetBuffer(100000)
	return l
}

func event(s syslog.Severity, text string) syslog.Message {
	return syslog.Message{Facility: "SYS", Severity: s, Mnemonic: "TEST", Text: text}
}

func TestRelayForm(t *testing.T) {
	l := newLog()
	l.Relay.SetHost(0x0a000064, syslog.Port)
	l.Write(0, event(syslog.Notifications, "one\ntwo"))
	l.Relay.Facility = syslog.ParseFacility("kern")
	l.Relay.Origin = func() string { return "R1" }
	l.Sequence = true
	l.Write(0, event(syslog.Errors, "three"))
	l.Write(0, syslog.Message{Text: "debug stays at home"})
	var got []string
	require.False(t, l.Relay.Flush(func(to wire.Addr, port uint16, payload []byte) bool {
		got = append(got, fmt.Sprintf("%s:%d %s", to, port, payload))
		return true
	}))
	require.Equal(t, []string{
		"10.0.0.100:514 <189>1: %SYS-5-TEST: one", "10.0.0.100:514 <189>2: two", "10.0.0.100:514 <3>3: R1: 000002: %SYS-3-TEST: three",
	}, got)
	require.Equal(t, 3, l.Trap.Logged)
	require.Equal(t, 3, l.Relay.Hosts[0].Lines)
}

func TestRelayGivesUp(t *testing.T) {
	l := newLog()
	l.Relay.SetHost(1, 514)
	l.Relay.SetHost(2, 514)
	for i := range 150 {
		l.Write(clock.Time(i), event(syslog.Errors, "x"))
	}
	require.Equal(t, 100, l.Dropped(), "a queue holds a hundred lines a host")
	attempts := 1
	for ; l.Relay.Flush(func(to wire.Addr, _ uint16, _ []byte) bool { return to == 2 }); attempts++ {
		require.True(t, l.Relay.Hosts[0].Down)
	}
	require.Equal(t, 10, attempts)
	require.Equal(t, 200, l.Dropped())
	require.Equal(t, 100, l.Relay.Hosts[1].Lines)
	require.False(t, l.Relay.Waiting())
	l.Relay.RemoveHost(1)
	require.Len(t, l.Relay.Hosts, 1)
}

func TestRateLimit(t *testing.T) {
	for name, c := range map[string]struct {
		limit             syslog.Limit
		buffered, console int
	}{
		"none":         {syslog.Limit{}, 60, 60},
		"ten a second": {syslog.Limit{PerSecond: 10}, 40, 40},                                       // 20 messages and 20 debug lines
		"debugs too":   {syslog.Limit{PerSecond: 10, Debugs: true}, 20, 20},                         // of all kinds
		"console":      {syslog.Limit{PerSecond: 10, ConsoleOnly: true}, 60, 40},                    // the buffer has everything
		"errors pass":  {syslog.Limit{PerSecond: 5, Excepted: true, Except: syslog.Errors}, 50, 50}, // and 10 others
	} {
		t.Run(name, func(t *testing.T) {
			l := newLog()
			l.Limit = c.limit
			for _, now := range []time.Duration{0, time.Second} {
				for range 10 {
					l.Write(clock.Time(now), event(syslog.Errors, "x"))
					l.Write(clock.Time(now), event(syslog.Notifications, "x"))
					l.Write(clock.Time(now), syslog.Message{Text: "debug"})
				}
			}
			require.Equal(t, c.buffered, l.Buffer.Logged)
			require.Equal(t, c.console, l.Console.Logged)
			require.Equal(t, 60-c.console, l.RateLimited)
		})
	}
}

func TestZones(t *testing.T) {
	c := syslog.NewCalendar(0)
	c.SetZone(syslog.Zone{Name: "CET", Offset: time.Hour, Summer: syslog.Summer{
		Name: "CEST", Recurring: true, Offset: time.Hour,
		Start: syslog.Turn{Month: time.March, Week: syslog.LastWeek, Weekday: time.Sunday, Minute: 120},
		End:   syslog.Turn{Month: time.October, Week: syslog.LastWeek, Weekday: time.Sunday, Minute: 180},
	}})
	c.Set(0, time.Date(2026, time.March, 29, 1, 59, 59, 0, time.UTC))
	require.Equal(t, "01:59:59.000 CET Sun Mar 29 2026", c.Show(0))
	require.Equal(t, "03:00:00.000 CEST Sun Mar 29 2026", c.Show(clock.Time(time.Second)))
	local := syslog.Stamp{Form: syslog.StampDate, Local: true, Zone: true}
	require.Equal(t, "Mar 29 03:00:00 CEST: ", c.Stamp(clock.Time(time.Second), local))
	require.Equal(t, "Mar 29 01:00:00: ", c.Stamp(clock.Time(time.Second), syslog.Stamp{Form: syslog.StampDate}), "UTC without localtime")

	c.Set(0, time.Date(2026, time.October, 25, 1, 0, 0, 0, time.UTC))
	require.Equal(t, "01:00:00.000 CEST Sun Oct 25 2026", c.Show(0))
	require.Equal(t, "02:00:00.000 CET Sun Oct 25 2026", c.Show(clock.Time(2*time.Hour)), "the hour that comes twice")
	require.Equal(t, clock.Time(24*time.Hour), c.Moment(time.Date(2026, time.October, 26, 0, 0, 0, 0, time.UTC)))

	american := syslog.AmericanSummer
	american.Name = "PDT"
	c.SetZone(syslog.Zone{Name: "PST", Offset: -8 * time.Hour, Summer: american})
	c.Set(0, time.Date(2006, time.April, 2, 1, 0, 0, 0, time.UTC))
	require.Equal(t, "03:00:00 PDT Sun Apr 2 2006", c.Day(clock.Time(time.Hour)))
}
