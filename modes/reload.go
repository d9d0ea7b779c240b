package modes

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tandem/clock"
	"tandem/parser"
	"tandem/syslog"
)

// defaultReloadReason stands where the user gave none.
const defaultReloadReason = "Reload Command"

// reloadWarnings are how long before a scheduled reload every session is told
// (sample reload-scheduled; those over five minutes are assumed).
var reloadWarnings = []time.Duration{time.Hour, 30 * time.Minute, 5 * time.Minute, time.Minute, 0}

// longestReload is 24 days.
const longestReload = 24 * 24 * time.Hour

// reload asks about unsaved changes first, then for confirmation.
func reload(x *Exec, a parser.Args) {
	if a.Has("cancel") {
		cancelReload(x)
		return
	}
	reason := a.Get("reason")
	var when moment
	var err error
	switch {
	case a.Has("in"):
		when, err = reloadIn(a.Get("delay"))
	case a.Has("at"):
		when, reason, err = reloadAt(x, a.Get("when"), reason)
	}
	if err != nil {
		x.Print(refusal(err) + "\n")
		return
	}
	if reason == "" {
		reason = defaultReloadReason
	}
	confirm := func(x *Exec) { confirmReload(x, when, reason) }
	if !x.Device.Unsaved() {
		confirm(x)
		return
	}
	x.Print("\n")
	askSave(x, confirm)
}

// moment is when a reload comes, counted from the user's last word; nil is at
// once.
type moment func(now clock.Time) clock.Time

func confirmReload(x *Exec, when moment, reason string) {
	if when == nil {
		x.Confirm("Proceed with reload? [confirm]", func(x *Exec) { x.Device.RequestReload(x.Now, x.Shell.by(), reason) })
		return
	}
	s := scheduledReload{at: when(x.Now), by: x.Shell.by(), reason: reason}
	x.Print(s.describe(x.Device.Calendar(), x.Now))
	x.Confirm("Proceed with reload? [confirm]", func(x *Exec) {
		s.at = when(x.Now)
		schedule(x.Device, x.Now, s)
	})
}

// reloadIn reads "mmm" or "hhh:mm".
func reloadIn(delay string) (moment, error) {
	hours, minutes, ok := strings.Cut(delay, ":")
	if !ok {
		hours, minutes = "0", delay
	}
	h, errH := strconv.ParseUint(hours, 10, 16)
	m, errM := strconv.ParseUint(minutes, 10, 16)
	d := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
	if errH != nil || errM != nil || ok && m > 59 || d == 0 || d > longestReload {
		return nil, Refusal("% Invalid reload delay: 1 minute to 24 days, mmm or hhh:mm")
	}
	return func(now clock.Time) clock.Time { return now.Add(d) }, nil
}

// reloadAt reads "hh:mm" with a date in either order in front of the reason.
func reloadAt(x *Exec, hour, rest string) (when moment, reason string, err error) {
	cal := x.Device.Calendar()
	if cal.Trust() == syslog.Unset {
		return nil, "", Refusal("% The system clock must be set before a reload can be scheduled at a time")
	}
	clockTime, err := time.Parse("15:4", hour)
	if err != nil {
		return nil, "", Refusal("% Invalid time: hh:mm is expected")
	}
	today, _ := cal.Local(x.Now)
	date := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, clockTime.Hour(), clockTime.Minute(), 0, 0, time.UTC)
	}
	target := date(today.Date())
	month, day, reason, dated := leadingDate(rest)
	switch {
	case dated:
		if target = date(today.Year(), month, day); target.Before(today) {
			target = date(today.Year()+1, month, day)
		}
	case !target.After(today):
		target = target.AddDate(0, 0, 1)
	}
	if target.Sub(today) > longestReload || dated && target.Day() != day {
		return nil, "", Refusal("% Invalid date: a reload is scheduled at most 24 days ahead")
	}
	at := cal.Moment(target)
	return func(clock.Time) clock.Time { return at }, reason, nil
}

// leadingDate takes "may 10" or "10 may" from the front of a text.
func leadingDate(text string) (month time.Month, day int, rest string, ok bool) {
	words := strings.Fields(text)
	if len(words) < 2 {
		return 0, 0, text, false
	}
	for _, order := range [][2]string{{words[0], words[1]}, {words[1], words[0]}} {
		m, isMonth := parseMonth(order[0])
		if d, err := strconv.Atoi(order[1]); isMonth && err == nil && d >= 1 && d <= 31 {
			return m, d, strings.Join(words[2:], " "), true
		}
	}
	return 0, 0, text, false
}

// describe prints the two lines about a reload that show reload repeats.
func (s scheduledReload) describe(cal *syslog.Calendar, now clock.Time) string {
	when := "in " + interval(s.at.Sub(now))
	if cal.Trust() != syslog.Unset {
		when = "for " + cal.Day(s.at) + " (" + when + ")"
	}
	return fmt.Sprintf("Reload scheduled %s by %s\nReload reason: %s\n", when, s.by, s.reason)
}

// interval prints "411 hours and 33 minutes", "4 minutes and 12 seconds" or "9
// minutes".
func interval(d time.Duration) string {
	s := int((d + time.Second - 1) / time.Second)
	switch {
	case s >= 3600:
		return spans(s/3600, "hour", s/60%60, "minute")
	case s >= 60:
		return spans(s/60, "minute", s%60, "second")
	}
	return plural(s, "second")
}

func spans(n int, big string, m int, small string) string {
	if m == 0 {
		return plural(n, big)
	}
	return plural(n, big) + " and " + plural(m, small)
}

// schedule arms the reload and its warnings.
func schedule(d Device, now clock.Time, s scheduledReload) {
	d.Upkeep().reload = &s
	cal := d.Calendar()
	d.Message(now, syslog.Message{
		Facility: "SYS", Severity: syslog.Notifications, Mnemonic: "SCHEDULED_RELOAD",
		Text: fmt.Sprintf("Reload requested for %s at %s by %s. Reload Reason: %s.", cal.Day(s.at), cal.Day(now), s.by, s.reason),
	})
	warn(d, now)
}

// warn tells every session when a warning is due, and sets the next one.
func warn(d Device, now clock.Time) {
	s := d.Upkeep().reload
	for _, before := range reloadWarnings {
		at := s.at.Add(-before)
		switch {
		case at > now:
			d.At(at, timerReload, func(now clock.Time) { warn(d, now) })
			return
		case before == 0:
			d.Upkeep().reload = nil
			d.Broadcast(shutdownNotice("NOW"))
			d.RequestReload(now, s.by, s.reason)
			return
		case at == now:
			d.Broadcast(shutdownNotice(fmt.Sprintf("in %d:%02d:%02d", before/time.Hour, before/time.Minute%60, before/time.Second%60)))
		}
	}
}

func shutdownNotice(what string) string { return "\n\n***\n*** --- SHUTDOWN " + what + " ---\n***\n\n" }

func cancelReload(x *Exec) {
	u := x.Device.Upkeep()
	if u.reload == nil {
		x.Print("%No reload is scheduled.\n")
		return
	}
	u.reload = nil
	x.Device.Cancel(timerReload)
	x.Device.Broadcast(shutdownNotice("ABORTED"))
	x.Device.Message(x.Now, syslog.Message{
		Facility: "SYS", Severity: syslog.Notifications, Mnemonic: "SCHEDULED_RELOAD_CANCELLED",
		Text: "Scheduled reload cancelled at " + x.Device.Calendar().Day(x.Now),
	})
}

func showReload(x *Exec, _ parser.Args) {
	if s := x.Device.Upkeep().reload; s != nil {
		x.Print(s.describe(x.Device.Calendar(), x.Now))
		return
	}
	x.Print("No reload is scheduled.\n")
}

func askSave(x *Exec, then func(x *Exec)) {
	x.Ask(Question{Prompt: "System configuration has been modified. Save? [yes/no]: ", Then: func(x *Exec, answer string) {
		switch answer = strings.ToLower(strings.TrimSpace(answer)); {
		case answer != "" && strings.HasPrefix("yes", answer):
			save(x)
			then(x)
		case answer != "" && strings.HasPrefix("no", answer):
			then(x)
		default:
			x.Print("% Please answer 'yes' or 'no'.\n")
			askSave(x, then)
		}
	}})
}
