package keychain

import (
	"errors"
	"strconv"
	"time"

	"tandem/syslog"
)

// Lifetime is what follows "accept-lifetime" and "send-lifetime". The zero
// value is always valid.
type Lifetime struct {
	Limited  bool          // a line was entered
	Local    bool          // the dates are local ones of the router, else UTC
	Start    time.Time     // as entered
	End      time.Time     // as entered; zero with a Duration, and for "infinite"
	Duration time.Duration // from Start, 1 to 2147483646 s; 0 otherwise
}

// ErrOrder refuses a lifetime that ends before it starts.
var ErrOrder = errors.New(endBeforeStart)

// Check judges a lifetime as entered.
func (l Lifetime) Check() error {
	if !l.End.IsZero() && !l.End.After(l.Start) {
		return ErrOrder
	}
	return nil
}

// dateForm is a date as the lines print it: month, then day.
const dateForm = "15:04:05 Jan 2 2006"

// String prints what follows the keyword: "local 00:00:00 Jan 1 2026 infinite".
func (l Lifetime) String() string {
	text := l.Start.Format(dateForm)
	if l.Local {
		text = "local " + text
	}
	switch {
	case l.Duration > 0:
		return text + " duration " + strconv.FormatInt(int64(l.Duration/time.Second), 10)
	case l.End.IsZero():
		return text + " infinite"
	}
	return text + " " + l.End.Format(dateForm)
}

// Window returns the dates in UTC between which the lifetime holds. A zero
// start is always, a zero end never.
func (l Lifetime) Window(z syslog.Zone) (start, end time.Time) {
	if !l.Limited {
		return start, end
	}
	start, end = l.utc(l.Start, z), l.End
	switch {
	case l.Duration > 0:
		end = start.Add(l.Duration)
	case !end.IsZero():
		end = l.utc(end, z)
	}
	return start, end
}

func (l Lifetime) utc(date time.Time, z syslog.Zone) time.Time {
	if l.Local {
		return z.UTC(date)
	}
	return date
}

// Holds reports whether a date in UTC is in the lifetime: its first second is,
// its last is not.
func (l Lifetime) Holds(at time.Time, z syslog.Zone) bool {
	start, end := l.Window(z)
	return !at.Before(start) && (end.IsZero() || at.Before(end))
}

// Show prints the lifetime as show key chain does:
// "(00:00:00 UTC Jan 1 2026) - (infinite)".
func (l Lifetime) Show(z syslog.Zone) string {
	if !l.Limited {
		return "(always valid) - (always valid)"
	}
	start, end := l.Window(z)
	text := "(" + l.show(start, z) + ") - ("
	if end.IsZero() {
		return text + "infinite)"
	}
	return text + l.show(end, z) + ")"
}

// show prints a date in the zone it was entered in.
func (l Lifetime) show(utc time.Time, z syslog.Zone) string {
	date, zone := utc, syslog.UTC.Name
	if l.Local {
		date, zone = z.At(utc)
	}
	return date.Format("15:04:05 ") + zone + date.Format(" Jan 2 2006")
}
