package router

import "tandem/modes"

// armLimit sets the time at which absolute-timeout ends the session, or at
// which logout-warning tells of it.
func (t *tty) armLimit() {
	t.r.timers.Stop(t.key(timerLimit))
	s := t.settings()
	if t.phase != phaseShell || s.Limit == 0 {
		return
	}
	at := t.opened.Add(s.Limit)
	if s.Warning > 0 && !t.warned {
		at = at.Add(-s.Warning)
	}
	t.r.timers.Set(t.key(timerLimit), at)
}

// limit warns, or ends a session however busy it is.
func (t *tty) limit() {
	s := t.settings()
	end := t.opened.Add(s.Limit)
	switch {
	case t.shell == nil || s.Limit == 0:
	case t.r.now < end:
		t.warned = true
		t.log(modes.LimitWarning(end.Sub(t.r.now)))
	default:
		t.shell.Close(t.r.now)
		t.end(modes.LimitReached)
	}
}
