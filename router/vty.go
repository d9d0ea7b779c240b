package router

import (
	"errors"
	"fmt"

	"tandem/clock"
	"tandem/firewall"
	"tandem/modes"
	"tandem/platform"
	"tandem/syslog"
	"tandem/wire"
)

// Why a connection to a vty line is refused.
var (
	ErrNoLine   = errors.New("router: no vty line is free for this protocol")
	ErrNoAccess = errors.New("router: the access class of the line denies the caller")
	ErrQuiet    = errors.New("router: login is blocked after too many failures")
	ErrStopping = errors.New("router: it is about to restart")
)

// VTY is a vty line that a connection has taken. Telnet opens its session and
// logs in there; SSH logs in first. It must be given back by Hangup.
type VTY struct{ tty *tty }

// Answer takes the first free vty line that the caller's protocol may use. The
// error is one of those above: the connection is to be refused.
func (r *Router) Answer(now clock.Time, c Caller) (*VTY, error) {
	r.begin(now)
	defer r.settle()
	n, err := r.freeLine(c)
	if err != nil {
		return nil, err
	}
	t := r.addTTY(platform.VTY, n, now)
	t.caller = c
	return &VTY{t}, nil
}

// freeLine is the number of the vty line that a caller gets.
func (r *Router) freeLine(c Caller) (number int, err error) {
	if r.reload.wanted {
		return 0, ErrStopping
	}
	if !r.guardAdmits(c) {
		return 0, ErrQuiet
	}
	taken := map[int]bool{}
	for _, t := range r.ttys {
		taken[t.number] = taken[t.number] || t.kind == platform.VTY
	}
	for n := range modes.VTYs(r.tree) {
		s := modes.SettingsOf(r.tree, platform.VTY, n)
		if taken[n] || !s.Takes(c.Protocol) {
			continue
		}
		if !c.Console && !r.permits(s.AccessClass, c) {
			return 0, ErrNoAccess
		}
		return n, nil
	}
	return 0, ErrNoLine
}

// permits asks a list about a caller; a list that does not exist permits.
func (r *Router) permits(list string, c Caller) bool {
	return list == "" || r.passes(list, wire.Packet{
		Proto: wire.ProtoTCP, Src: c.Address, SrcPort: c.Port, Dst: c.Local, DstPort: portOf(c.Protocol),
	})
}

// passes asks a list about a packet; a list that does not exist permits.
func (r *Router) passes(list string, p wire.Packet) bool {
	f := r.engine.Filter(list)
	return f == nil || f.Check(&p) == firewall.Permit
}

// portOf is the TCP port of a protocol.
func portOf(protocol string) uint16 {
	if protocol == modes.SSH {
		return SSHPort
	}
	return TelnetPort
}

// TCP ports of the vty lines.
const (
	SSHPort    = 22
	TelnetPort = 23
)

// Open starts the session: the login dialogue of the line, or the prompt when
// Password or Key has let somebody in. Screens go to sink.
func (v *VTY) Open(now clock.Time, sink func(Screen)) Session {
	t := v.tty
	defer t.begin(now)()
	t.sink = sink
	switch {
	case t.phase == phaseOver:
		t.show("", WantHangup)
	case t.login.user == "":
		t.startLogin()
	default:
		text := "\n"
		if motd := modes.BannerOf(t.r.tree, modes.BannerMOTD, t.absolute()); motd != "" && t.settings().MOTD {
			text += motd + "\n"
		}
		t.open(text)
	}
	return t
}

// Exec runs one command without a prompt or a pager, for an SSH exec request;
// the session hangs up when it is done.
func (v *VTY) Exec(now clock.Time, command string, sink func(Screen)) Session {
	t := v.tty
	defer t.begin(now)()
	t.sink, t.single = sink, true
	if t.phase == phaseOver {
		t.show("", WantHangup)
		return t
	}
	t.phase = phaseShell
	t.makeShell(t.settings())
	t.shell.Terminal.Length, t.shell.Terminal.Width = 0, 0
	t.command(now, command)
	return t
}

// Password logs a user in for SSH: against the local users or, where the line
// asks for its own password, against that with any name.
func (v *VTY) Password(now clock.Time, user, password string) bool {
	t := v.tty
	t.r.begin(now)
	defer t.r.settle()
	ok := false
	for _, m := range t.sshMethods() {
		ok = ok || t.verify(m, user, password)
	}
	return v.judge(user, ok && user != "" && t.phase != phaseOver)
}

// sshMethods are the methods of the line as SSH uses them: it always asks for
// a name, so it also knows the local users where the line itself asks less.
func (t *tty) sshMethods() []string {
	if modes.NewModel(t.r.tree) {
		var out []string
		for _, m := range modes.LoginMethods(t.r.tree, t.settings(), false) {
			if m != modes.MethodNone {
				out = append(out, m)
			}
		}
		return out
	}
	if t.settings().Login == modes.LoginByPassword {
		return []string{modes.MethodLocal, modes.MethodLine}
	}
	return []string{modes.MethodLocal}
}

// KnowsKey reports whether a public key, as RFC 4253 encodes it, is the one
// that "ip ssh pubkey-chain" has for a user. Clients offer every key they
// hold, so a strange one is no failed login.
func (v *VTY) KnowsKey(user string, key []byte) bool {
	want := modes.PublicKey(v.tty.r.tree, user)
	return want != nil && string(want) == string(key) && v.tty.phase != phaseOver
}

// Key logs a user in by a public key. SSH has verified that the caller has the
// private one.
func (v *VTY) Key(now clock.Time, user string, key []byte) bool {
	v.tty.r.begin(now)
	defer v.tty.r.settle()
	return v.KnowsKey(user, key) && v.judge(user, true)
}

func (v *VTY) judge(user string, ok bool) bool {
	if !ok {
		v.tty.r.loginFailed(v.tty, user)
		return false
	}
	v.tty.login.user = user
	v.tty.r.loginSucceeded(v.tty, user)
	return true
}

// Privilege is the level of whoever logged in by Password or Key.
func (v *VTY) Privilege() int {
	t := v.tty
	s := t.settings()
	if level := modes.UserPrivilege(t.r.tree, t.login.user); level != 1 && modes.Authorized(t.r.tree, false) {
		return level
	}
	return s.Privilege
}

// Banner is what SSH shows before the login.
func (v *VTY) Banner() string {
	if text := modes.BannerOf(v.tty.r.tree, modes.BannerLogin, v.tty.absolute()); text != "" {
		return text + "\n"
	}
	return ""
}

// Hangup gives the line back: the connection is gone.
func (v *VTY) Hangup(now clock.Time) { v.tty.Hangup(now) }

// guard counts failed logins on vty lines.
type guard struct {
	failures []clock.Time
	until    clock.Time // end of the quiet period, 0 without one
}

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
	if g.Failures {
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

func (r *Router) loginSucceeded(t *tty, user string) {
	if t.kind == platform.VTY && modes.GuardOf(r.tree).Success {
		r.loginMessage(syslog.Notifications, "LOGIN_SUCCESS", "Login Success "+r.loginFacts(t, user))
	}
}

// loginFacts is who tried. A name that is no user's is left out: people type
// passwords where names belong.
func (r *Router) loginFacts(t *tty, user string) string {
	if !modes.KnowsUser(r.tree, user) {
		user = ""
	}
	return fmt.Sprintf("[user: %s] [Source: %s] [localport: %d]", user, t.location(), portOf(t.caller.Protocol))
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
