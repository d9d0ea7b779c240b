package modes

import "tandem/clock"

// Upkeep is what commands about saved state have under way on one device. The
// zero value is an idle one.
type Upkeep struct {
	reload   *scheduledReload
	rollback *rollback
	remote   []string // archive files on other hosts, oldest first
	written  int      // number of the newest of them
	changes  changeLog
}

// Names under which Upkeep sets timers.
const (
	timerReload   = "reload"
	timerRollback = "rollback"
	timerWarning  = "rollback warning"
	timerArchive  = "archive"
)

// by names who works in a session, as log messages do: "console", "vty0
// (10.0.0.1)" or "cisco on vty0 (10.0.0.1)".
func (s *Shell) by() string {
	origin := s.Origin
	if origin == "" {
		origin = consoleOrigin
	}
	if s.User != "" {
		return s.User + " on " + origin
	}
	return origin
}

// scheduledReload is what reload in and reload at leave behind.
type scheduledReload struct {
	at         clock.Time
	by, reason string
}
