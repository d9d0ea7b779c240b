package syslog

import (
	"cmp"
	"time"
)

// Zone is "clock timezone" with "clock summer-time".
type Zone struct {
	Name   string
	Offset time.Duration // local time minus UTC, -23:59 to 23:59
	Summer Summer
}

// UTC is the zone of a router that was told none.
var UTC = Zone{Name: "UTC"}

// Summer is "clock summer-time"; the zero value is none.
type Summer struct {
	Name       string
	Recurring  bool          // the same weekdays every year; else Year counts
	Start, End Turn          // in the local time that ends there
	Offset     time.Duration // 1 to 1440 minutes
}

// Turn is a moment at which the clock is moved.
type Turn struct {
	Year    int // 0 when recurring
	Month   time.Month
	Day     int // of the month; 0 when recurring
	Week    int // 1 to 4, LastWeek; recurring only
	Weekday time.Weekday
	Minute  int // of the day
}

// LastWeek is the Week of a weekday's last occurrence in a month.
const LastWeek = 5

// AmericanSummer are the dates of "recurring" without any: those of the
// United States until 2006, which a 12.4(6)T still has (assumed).
var AmericanSummer = Summer{
	Recurring: true, Offset: time.Hour,
	Start: Turn{Month: time.April, Week: 1, Weekday: time.Sunday, Minute: 120},
	End:   Turn{Month: time.October, Week: LastWeek, Weekday: time.Sunday, Minute: 120},
}

// At returns the local date of a date in UTC, as if it were one in UTC, and
// the zone's name then.
func (z Zone) At(utc time.Time) (local time.Time, name string) {
	local = utc.Add(z.Offset)
	if z.Summer.holds(local) {
		return local.Add(z.Summer.Offset), z.Summer.Name
	}
	return local, z.Name
}

// UTC is the inverse of At; in the hour that comes twice, the later one.
func (z Zone) UTC(local time.Time) time.Time {
	standard := local.Add(-z.Offset)
	if back, _ := z.At(standard); back.Equal(local) {
		return standard
	}
	return standard.Add(-z.Summer.Offset)
}

// holds reports whether it is summer at a date in standard local time.
func (s Summer) holds(standard time.Time) bool {
	if s.Name == "" {
		return false
	}
	start, end := s.Start.in(standard.Year()), s.End.in(standard.Year()).Add(-s.Offset)
	if !s.Recurring {
		start, end = s.Start.in(s.Start.Year), s.End.in(s.End.Year).Add(-s.Offset)
	}
	if end.Before(start) && s.Recurring { // south of the equator
		return !standard.Before(start) || standard.Before(end)
	}
	return !standard.Before(start) && standard.Before(end)
}

// in returns the turn's date in a year.
func (t Turn) in(year int) time.Time {
	if t.Day > 0 {
		return time.Date(cmp.Or(t.Year, year), t.Month, t.Day, 0, t.Minute, 0, 0, time.UTC)
	}
	if t.Week == LastWeek {
		last := time.Date(year, t.Month+1, 0, 0, t.Minute, 0, 0, time.UTC)
		return last.AddDate(0, 0, -int(last.Weekday()-t.Weekday+7)%7)
	}
	first := time.Date(year, t.Month, 1, 0, t.Minute, 0, 0, time.UTC)
	return first.AddDate(0, 0, int(t.Weekday-first.Weekday()+7)%7+7*(t.Week-1))
}
