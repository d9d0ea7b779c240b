package modes

import (
	"fmt"
	"strings"
	"time"

	"tandem/config"
	"tandem/parser"
	"tandem/syslog"
)

var months = []string{
	"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
}

// parseMonth reads the name of a month or its first letters, at least three.
func parseMonth(text string) (time.Month, bool) {
	if len(text) < 3 {
		return 0, false
	}
	for i, name := range months {
		if strings.HasPrefix(name, strings.ToLower(text)) {
			return time.Month(i + 1), true
		}
	}
	return 0, false
}

// clockSet takes "clock set hh:mm:ss day month year", day and month in either
// order.
func clockSet(x *Exec, a parser.Args) {
	month, ok := parseMonth(a.Get("month"))
	if !ok {
		x.Print("% Invalid month\n")
		return
	}
	at, err := time.Parse("15:4:5", a.Get("time"))
	date := time.Date(a.Int("year"), month, a.Int("day"), at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
	if err != nil || date.Day() != a.Int("day") {
		x.Print("% Invalid date\n")
		return
	}
	cal := x.Device.Calendar()
	before := cal.Day(x.Now)
	cal.Set(x.Now, date)
	x.Device.ClockMoved(x.Now)
	clockUpdated(x, before)
}

// zoneOffset is the value of clock timezone.
type zoneOffset struct {
	name           string
	hours, minutes int
}

var clockTimezone = Leaf[zoneOffset]{
	In: ConfigMode, Syntax: "clock timezone <zone:word> {<hours:0-23> | <west:negative>} [<minutes:0-59>]", No: "clock timezone [<zone:word> [{<hours:0-23> | <west:negative>} [<minutes:0-59>]]]",
	Place: in(config.SectionPlatform, 5), Default: zoneOffset{name: "UTC"},
	Help: Words{
		"clock": "Configure time-of-day clock", "timezone": "Configure time zone", "zone": "name of time zone",
		"hours": "Hours offset from UTC", "west": "Hours offset from UTC", "minutes": "Minutes offset from UTC",
	},
	Parse: func(_ *Exec, a parser.Args) (zoneOffset, error) {
		z := zoneOffset{name: a.Get("zone"), hours: a.Int("hours"), minutes: a.Int("minutes")}
		if a.Has("west") {
			z.hours = a.Int("west")
		}
		return z, nil
	},
	Print: func(_ parser.Args, z zoneOffset) string {
		text := fmt.Sprintf("clock timezone %s %d", z.name, z.hours)
		if z.minutes != 0 {
			text += " " + itoa(z.minutes)
		}
		return text
	},
	Apply: func(x *Exec, _ parser.Args, z zoneOffset) error {
		offset := time.Duration(z.hours) * time.Hour
		if z.hours < 0 {
			offset -= time.Duration(z.minutes) * time.Minute
		} else {
			offset += time.Duration(z.minutes) * time.Minute
		}
		zone := x.Device.Calendar().Zone()
		zone.Name, zone.Offset = z.name, offset
		x.Device.Calendar().SetZone(zone)
		x.Device.ClockMoved(x.Now)
		return nil
	},
	Examples: []string{"clock timezone CET 1", "clock timezone NST -3 30"},
}

// negativeHours judges "-8": the grammar's ranges know no sign.
func negativeHours(token string) (fit int, legal bool) {
	if token == "" || token[0] != '-' {
		return 0, false
	}
	fit = 1
	for fit < len(token) && token[fit] >= '0' && token[fit] <= '9' {
		fit++
	}
	n := atoi(token[1:fit])
	return fit, fit == len(token) && fit > 1 && fit < 4 && n <= 23
}

// recurringSyntax holds the two turns of a year.
const recurringSyntax = "recurring [<startweek:word> <startday:word> <startmonth:word> <starttime:word> " +
	"<endweek:word> <endday:word> <endmonth:word> <endtime:word> [<offset:1-1440>]]"

var clockSummer = Leaf[syslog.Summer]{
	In:     ConfigMode,
	Syntax: "clock summer-time <zone:word> " + recurringSyntax, No: "clock summer-time [<zone:word> [" + recurringSyntax + "]]",
	Place: in(config.SectionPlatform, 6),
	Help: Words{
		"clock": "Configure time-of-day clock", "summer-time": "Configure summer (daylight savings) time",
		"zone": "name of time zone in summer", "recurring": "Configure recurring summer time",
		"startweek": "Week number to start: 1 to 4, first or last", "startday": "Weekday to start", "startmonth": "Month to start",
		"starttime": "Time to start (hh:mm)", "endweek": "Week number to end: 1 to 4, first or last", "endday": "Weekday to end",
		"endmonth": "Month to end", "endtime": "Time to end (hh:mm)", "offset": "Offset to add in minutes",
	},
	Parse: parseSummer, Print: printSummer,
	Apply: func(x *Exec, _ parser.Args, s syslog.Summer) error {
		zone := x.Device.Calendar().Zone()
		zone.Summer = s
		x.Device.Calendar().SetZone(zone)
		x.Device.ClockMoved(x.Now)
		return nil
	},
	Examples: []string{"clock summer-time PDT recurring", "clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00"},
}

func parseSummer(_ *Exec, a parser.Args) (syslog.Summer, error) {
	s := syslog.AmericanSummer
	s.Name = a.Get("zone")
	if !a.Has("startweek") {
		return s, nil
	}
	var err error
	if s.Start, err = parseTurn(a, "start"); err != nil {
		return s, err
	}
	if s.End, err = parseTurn(a, "end"); err != nil {
		return s, err
	}
	if a.Has("offset") {
		s.Offset = time.Duration(a.Int("offset")) * time.Minute
	}
	return s, nil
}

var weeks = map[string]int{"1": 1, "2": 2, "3": 3, "4": 4, "first": 1, "last": syslog.LastWeek}

// parseTurn reads "last Sun Mar 2:00".
func parseTurn(a parser.Args, which string) (syslog.Turn, error) {
	var t syslog.Turn
	var ok bool
	if t.Week, ok = weeks[strings.ToLower(a.Get(which+"week"))]; !ok {
		return t, CaretError{Arg: which + "week"}
	}
	if t.Weekday, ok = parseWeekday(a.Get(which + "day")); !ok {
		return t, CaretError{Arg: which + "day"}
	}
	if t.Month, ok = parseMonth(a.Get(which + "month")); !ok {
		return t, CaretError{Arg: which + "month"}
	}
	at, err := time.Parse("15:4", a.Get(which+"time"))
	if err != nil {
		return t, CaretError{Arg: which + "time"}
	}
	t.Minute = at.Hour()*60 + at.Minute()
	return t, nil
}

func parseWeekday(text string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if len(text) >= 3 && strings.HasPrefix(strings.ToLower(d.String()), strings.ToLower(text)) {
			return d, true
		}
	}
	return 0, false
}

func printSummer(_ parser.Args, s syslog.Summer) string {
	text := "clock summer-time " + s.Name + " recurring"
	plain := syslog.AmericanSummer
	plain.Name = s.Name
	if s == plain {
		return text
	}
	text += " " + printTurn(s.Start) + " " + printTurn(s.End)
	if s.Offset != plain.Offset {
		text += " " + itoa(int(s.Offset/time.Minute))
	}
	return text
}

func printTurn(t syslog.Turn) string {
	week := itoa(t.Week)
	if t.Week == syslog.LastWeek {
		week = "last"
	}
	return fmt.Sprintf("%s %s %s %d:%02d", week, t.Weekday.String()[:3], t.Month.String()[:3], t.Minute/60, t.Minute%60)
}

func clockLines() []Declaration {
	set := Words{
		"clock": "Manage the system clock", "set": "Set the time and date", "time": "Current Time (hh:mm:ss)",
		"day": "Day of the month", "month": "Month of the year", "year": "Year",
	}
	return []Declaration{
		clockTimezone, clockSummer,
		Command{
			Syntax: "show clock", Piped: true, Help: Words{"clock": "Display the system clock"},
			Run: func(x *Exec, _ parser.Args) { x.Print(x.Device.Calendar().Show(x.Now) + "\n") },
		},
		Command{Syntax: "clock set <time:time> <day:1-31> <month:word> <year:1993-2035>", Privilege: 15, Run: clockSet, Help: set},
		Command{Syntax: "clock set <time:time> <month:word> <day:1-31> <year:1993-2035>", Privilege: 15, Run: clockSet, Help: set},
	}
}
