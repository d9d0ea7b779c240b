package modes

import (
	"fmt"
	"time"

	"tandem/config"
	"tandem/parser"
	"tandem/syslog"
)

// The hardware calendar goes on through a reload; a router boots with its date
// if it was ever set. Until clock calendar-valid that date is marked with "*".

var calendarValid = Leaf[bool]{
	In: ConfigMode, Syntax: "clock calendar-valid", Parse: given, Place: in(config.SectionPlatform, 7),
	Help: Words{"calendar-valid": "Calendar time is authoritative"},
	Apply: func(x *Exec, _ parser.Args, on bool) error {
		if _, set := x.Device.Battery().Date(x.Now); set || !on {
			x.Device.Calendar().Vouch(on)
		}
		return nil
	},
	Examples: []string{"clock calendar-valid"},
}

// hardwareDate is what the calendar says: before it was set, what the clock
// does.
func hardwareDate(x *Exec) time.Time {
	if date, ok := x.Device.Battery().Date(x.Now); ok {
		return date
	}
	return x.Device.Calendar().Date(x.Now)
}

// calendarSet takes "calendar set hh:mm:ss day month year", day and month in
// either order.
func calendarSet(x *Exec, a parser.Args) {
	date, err := parseDate(a, "time", "")
	if err != nil {
		x.Print("% Invalid date\n")
		return
	}
	x.Device.Battery().Set(x.Now, x.Device.Calendar().Zone().UTC(date))
}

// readCalendar sets the clock by the calendar.
func readCalendar(x *Exec, _ parser.Args) {
	cal := x.Device.Calendar()
	before := cal.Day(x.Now)
	if cal.Read(x.Now, x.Device.Battery()) {
		x.Device.ClockMoved(x.Now)
		clockUpdated(x, before)
	}
}

// clockUpdated logs that a line set the clock.
func clockUpdated(x *Exec, before string) {
	x.Device.Message(x.Now, syslog.Message{
		Facility: "SYS", Severity: syslog.Informational, Mnemonic: "CLOCKUPDATE",
		Text: fmt.Sprintf("System clock has been updated from %s to %s, configured from console by %s.",
			before, x.Device.Calendar().Day(x.Now), x.Shell.by()),
	})
}

func calendarLines() []Declaration {
	set := Words{
		"calendar": "Manage the hardware calendar", "set": "Set the time and date", "time": "Current Time (hh:mm:ss)",
		"day": "Day of the month", "month": "Month of the year", "year": "Year",
	}
	return []Declaration{
		calendarValid,
		Command{
			Syntax: "show calendar", Piped: true, Help: Words{"calendar": "Display the hardware calendar"},
			Run: func(x *Exec, _ parser.Args) {
				date, zone := x.Device.Calendar().Zone().At(hardwareDate(x))
				x.Print(date.Format("15:04:05 ") + zone + date.Format(" Mon Jan 2 2006") + "\n")
			},
		},
		Command{Syntax: "calendar set <time:time> <day:1-31> <month:month> <year:1993-2035>", Privilege: 15, Run: calendarSet, Help: set},
		Command{Syntax: "calendar set <time:time> <month:month> <day:1-31> <year:1993-2035>", Privilege: 15, Run: calendarSet, Help: set},
		Command{
			Syntax: "clock update-calendar", Privilege: 15, Help: Words{"update-calendar": "Update the hardware calendar from the clock"},
			Run: func(x *Exec, _ parser.Args) { x.Device.Battery().Set(x.Now, x.Device.Calendar().Date(x.Now)) },
		},
		Command{
			Syntax: "clock read-calendar", Privilege: 15, Help: Words{"read-calendar": "Read the hardware calendar into the clock"},
			Run: readCalendar,
		},
	}
}
