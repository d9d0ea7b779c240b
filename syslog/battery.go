package syslog

import (
	"time"

	"tandem/clock"
)

// Battery is the hardware calendar of a router: it goes on while the router
// reloads or is without power. The zero value was never set.
type Battery struct {
	date time.Time // in UTC, at the moment at
	at   clock.Time
}

// Set sets the hardware calendar to a date in UTC.
func (b *Battery) Set(now clock.Time, utc time.Time) { b.date, b.at = utc, now }

// Date returns the date at now, in UTC; ok is false where it was never set.
func (b *Battery) Date(now clock.Time) (utc time.Time, ok bool) {
	return b.date.Add(now.Sub(b.at)), !b.date.IsZero()
}

// Read takes the date of a hardware calendar that was set. How far the clock
// may be believed stays as it was.
func (c *Calendar) Read(now clock.Time, b *Battery) (ok bool) {
	date, ok := b.Date(now)
	if ok {
		c.wall, c.base = date, now
	}
	return ok
}

// Vouch says whether the hardware calendar makes the clock believed.
func (c *Calendar) Vouch(trusted bool) {
	c.trust = Unset
	if trusted {
		c.trust = Authoritative
	}
}
