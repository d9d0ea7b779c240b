package router

import (
	"fmt"
	"slices"

	"tandem/clock"
	"tandem/modes"
	"tandem/platform"
	"tandem/syslog"
)

// guard counts failed logins on vty lines.
type guard struct {
	failures []clock.Time
	until    clock.Time // end of the quiet period, 0 without one

	failed, succeeded int // since the start
	seen              []modes.LoginFailure
}

// seenLimit bounds guard.seen.
const seenLimit = 50

// guardAdmits reports whether somebody may try to log in.
func (r *Router) guardAdmits(c Caller) bool {
	g := modes.GuardOf(r.tree)
	if r.guard.until == 0 || g.Quiet == 0 {
		return true
	}
	return g.Exempt != "" && r.engine.Filter(g.Exempt) != nil && r.permits(g.Exempt, c)
}

// loginFailed counts a failure and says so.
func (r *Router) loginFailed(t *tty, user string) {
	if t.kind != platform.VTY {
		return
	}
	g := modes.GuardOf(r.tree)
	r.guard.failed++
	r.see(t, user)
	if g.Failures > 0 && r.guard.failed%g.Failures == 0 {
		r.loginMessage(syslog.Warnings, "LOGIN_FAILED", "Login failed "+r.loginFacts(t, user)+" [Reason: Login Authentication Failed]")
	}
	if g.Quiet == 0 {
		return
	}
	recent := r.guard.failures[:0]
	for _, at := range r.guard.failures {
		if r.now.Sub(at) < g.Within {
			recent = append(recent, at)
		}
	}
	r.guard.failures = append(recent, r.now)
	if len(r.guard.failures) < g.Attempts || r.guard.until != 0 {
		return
	}
	left := g.Within - r.now.Sub(r.guard.failures[0])
	r.guard.failures, r.guard.until = nil, r.now.Add(g.Quiet)
	r.timers.Set(clock.Key{Owner: ownerQuiet}, r.guard.until)
	list := g.Exempt
	if list == "" {
		list = "sl_def_acl"
	}
	r.loginMessage(syslog.Alerts, "QUIET_MODE_ON", fmt.Sprintf("Still timeleft for watching failures is %d secs, %s [Reason: Login Authentication Failed] [ACL: %s]",
		int(left.Seconds()), r.loginFacts(t, user), list))
}

// see adds a failed login to those that show login failures lists.
func (r *Router) see(t *tty, user string) {
	f := modes.LoginFailure{User: r.known(user), Source: t.location(), Port: portOf(t.caller)}
	seen := r.guard.seen
	at := slices.IndexFunc(seen, func(o modes.LoginFailure) bool {
		return o.User == f.User && o.Source == f.Source && o.Port == f.Port
	})
	if at >= 0 {
		f.Count = seen[at].Count
		seen = slices.Delete(seen, at, at+1)
	}
	f.Count, f.At = f.Count+1, r.now
	seen = append(seen, f)
	r.guard.seen = seen[max(0, len(seen)-seenLimit):]
}

func (r *Router) loginSucceeded(t *tty, user string) {
	if t.kind != platform.VTY {
		return
	}
	r.guard.succeeded++
	if every := modes.GuardOf(r.tree).Success; every > 0 && r.guard.succeeded%every == 0 {
		r.loginMessage(syslog.Notifications, "LOGIN_SUCCESS", "Login Success "+r.loginFacts(t, user))
	}
}

// known is a user's name, "" where it is no user's: people type passwords where
// names belong.
func (r *Router) known(user string) string {
	if !modes.KnowsUser(r.tree, user) {
		return ""
	}
	return user
}

// loginFacts is who tried.
func (r *Router) loginFacts(t *tty, user string) string {
	return fmt.Sprintf("[user: %s] [Source: %s] [localport: %d]", r.known(user), t.location(), portOf(t.caller))
}

func (r *Router) loginMessage(s syslog.Severity, mnemonic, text string) {
	r.Message(r.now, syslog.Message{
		Facility: "SEC_LOGIN", Severity: s, Mnemonic: mnemonic, Text: text + " at " + r.wall.Show(r.now),
	})
}

// quietOver ends the quiet period.
func (r *Router) quietOver() {
	r.guard.until = 0
	r.loginMessage(syslog.Notifications, "QUIET_MODE_OFF", "Quiet Mode is OFF, because block period timed out")
}
