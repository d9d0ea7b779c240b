package syslog

import (
	"fmt"
	"strings"
	"time"

	"tandem/clock"
)

// StampForm is what stands in front of a log or debug line.
type StampForm uint8

// The forms of "service timestamps".
const (
	StampNone   StampForm = iota
	StampUptime           // 00:00:20: or 1d02h:
	StampDate             // *Mar  1 00:00:48.355:
)

// Stamp is one setting of "service timestamps" (reference cli 2.6).
type Stamp struct {
	Form                    StampForm
	Msec, Local, Zone, Year bool
}

// Trust says how far the clock may be believed; it is the character in front
// of a date.
type Trust byte

// The levels of trust (reference cli 2.6).
const (
	Unset         Trust = '*' // never set
	OutOfSync     Trust = '.' // was synchronised once
	Authoritative Trust = 0
)

// Calendar is the router's wall clock: what the driver's time axis means in
// dates. The zero value is not usable; see NewCalendar.
type Calendar struct {
	boot  clock.Time
	wall  time.Time // the date at base
	base  clock.Time
	trust Trust
	zone  Zone
}

// firstDate is the date that a router without a clock source starts with
// (reference cli 2.6; the year is from memory).
var firstDate = time.Date(2002, time.March, 1, 0, 0, 0, 0, time.UTC)

// NewCalendar returns the clock of a router that boots at the given moment, its
// hardware calendar not read.
func NewCalendar(boot clock.Time) *Calendar {
	return &Calendar{boot: boot, wall: firstDate, base: boot, trust: Unset, zone: UTC}
}

// Set is the clock set command: from now on the local date is known.
func (c *Calendar) Set(now clock.Time, local time.Time) {
	c.wall, c.base, c.trust = c.zone.UTC(local), now, Authoritative
}

// Date returns the date at now, in UTC.
func (c *Calendar) Date(now clock.Time) time.Time { return c.wall.Add(now.Sub(c.base)) }

// Local returns the date at now in the configured time zone, summer time
// included, and what the zone is called then.
func (c *Calendar) Local(now clock.Time) (time.Time, string) { return c.zone.At(c.Date(now)) }

// Moment returns when the local date comes, on the driver's time axis.
func (c *Calendar) Moment(local time.Time) clock.Time {
	return c.When(c.zone.UTC(local))
}

// When returns when a date in UTC comes, on the driver's time axis.
func (c *Calendar) When(utc time.Time) clock.Time { return c.base.Add(utc.Sub(c.wall)) }

// Trust returns how far the clock may be believed.
func (c *Calendar) Trust() Trust { return c.trust }

// Uptime returns the time since boot.
func (c *Calendar) Uptime(now clock.Time) time.Duration { return now.Sub(c.boot) }

// Boot returns when the router came up.
func (c *Calendar) Boot() clock.Time { return c.boot }

// Zone returns the time zone.
func (c *Calendar) Zone() Zone { return c.zone }

// SetZone changes the time zone; the moment it names stays the same.
func (c *Calendar) SetZone(z Zone) { c.zone = z }

// Show is the line that show clock prints: *18:57:38.347 UTC Mon Oct 19 2015.
func (c *Calendar) Show(now clock.Time) string {
	d, zone := c.Local(now)
	return c.mark() + d.Format("15:04:05.000 ") + zone + d.Format(" Mon Jan 2 2006")
}

// Day prints a date to the second: 18:57:38 UTC Mon Oct 19 2015.
func (c *Calendar) Day(now clock.Time) string {
	d, zone := c.Local(now)
	return d.Format("15:04:05 ") + zone + d.Format(" Mon Jan 2 2006")
}

func (c *Calendar) mark() string {
	if c.trust == Authoritative {
		return ""
	}
	return string(rune(c.trust))
}

// Stamp returns the text in front of a message at now, with its colon and
// blank, or "".
func (c *Calendar) Stamp(now clock.Time, s Stamp) string {
	switch s.Form {
	case StampUptime:
		return Age(c.Uptime(now)) + ": "
	case StampDate:
		d, zone := c.Date(now), UTC.Name
		if s.Local {
			d, zone = c.Local(now)
		}
		var b strings.Builder
		b.WriteString(c.mark())
		b.WriteString(d.Format("Jan _2 "))
		if s.Year {
			b.WriteString(d.Format("2006 "))
		}
		b.WriteString(d.Format("15:04:05"))
		if s.Msec {
			b.WriteString(d.Format(".000"))
		}
		if s.Zone {
			b.WriteString(" " + zone)
		}
		return b.String() + ": "
	}
	return ""
}

// Age prints a duration as IOS prints ages: hh:mm:ss up to a day, then 1d02h,
// 1w2d, 1y05w.
func Age(d time.Duration) string {
	s := int64(d / time.Second)
	day := s / 86400
	switch {
	case day < 1:
		return fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)
	case day < 7:
		return fmt.Sprintf("%dd%02dh", day, s/3600%24)
	case day < 365:
		return fmt.Sprintf("%dw%dd", day/7, day%7)
	}
	return fmt.Sprintf("%dy%02dw", day/365, day%365/7)
}
