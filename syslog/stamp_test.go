package syslog_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/syslog"
)

func TestStampForms(t *testing.T) {
	boot := clock.Time(5 * time.Second)
	now := boot.Add(48*time.Second + 355*time.Millisecond)
	c := syslog.NewCalendar(boot)
	date := syslog.Stamp{Form: syslog.StampDate, Msec: true}

	require.Equal(t, "*Mar  1 00:00:48.355: ", c.Stamp(now, date))
	require.Equal(t, "00:00:48: ", c.Stamp(now, syslog.Stamp{Form: syslog.StampUptime}))
	require.Equal(t, "", c.Stamp(now, syslog.Stamp{}))

	c.Set(now, time.Date(2015, time.October, 19, 18, 57, 38, 347e6, time.UTC))
	require.Equal(t, "18:57:38.347 UTC Mon Oct 19 2015", c.Show(now), "a set clock has no mark")
	date.Year, date.Zone = true, true
	require.Equal(t, "Oct 19 2015 18:57:38.347 UTC: ", c.Stamp(now, date))
}

func TestAge(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                                      "00:00:00",
		23*time.Hour + 59*time.Minute:          "23:59:00",
		26 * time.Hour:                         "1d02h",
		9 * 24 * time.Hour:                     "1w2d",
		(365 + 36) * 24 * time.Hour:            "1y05w",
		13*time.Minute + 7*time.Second + 5e8*1: "00:13:07",
	} {
		require.Equal(t, want, syslog.Age(d))
	}
}

func TestBufferKeepsTheNewestLines(t *testing.T) {
	var shown []string
	l := syslog.New(syslog.NewCalendar(0), func(line string, _ syslog.Target) bool { shown = append(shown, line); return false })
	l.SetStamp(false, syslog.Stamp{})
	m := syslog.Message{Facility: "SYS", Severity: syslog.Notifications, Mnemonic: "CONFIG_I", Text: "one"}
	l.Write(0, m)
	require.Empty(t, l.Lines(), "12.4 boots without a buffer")
	l.SetBuffer(60)
	for _, text := range []string{"two", "three", "four"} {
		m.Text = text
		l.Write(0, m)
	}
	require.Equal(t, []string{"%SYS-5-CONFIG_I: three", "%SYS-5-CONFIG_I: four"}, l.Lines())
	require.Len(t, shown, 4)
	l.Console.On, l.Monitor.On = false, false
	l.Write(0, m)
	require.Len(t, shown, 4)
}

func TestXML(t *testing.T) {
	m := syslog.Message{Facility: "SYS", Severity: syslog.Errors, Mnemonic: "A<B", Text: `"1 & 2"`}
	require.Equal(t, `<ios-log-msg><facility>SYS</facility><severity>3</severity><msg-id>A&lt;B</msg-id><time></time>`+
		`<args><arg id="0">&quot;1 &amp; 2&quot;</arg></args></ios-log-msg>`, m.XML(""))
}
