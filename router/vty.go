package router

import (
	"errors"
	"time"

	"tandem/clock"
	"tandem/firewall"
	"tandem/modes"
	"tandem/platform"
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

// Answer takes the first free vty line that the caller's protocol may use, or
// the tty line that is called. The
// error is one of those above: the connection is to be refused.
func (r *Router) Answer(now clock.Time, c Caller) (*VTY, error) {
	r.begin(now)
	defer r.settle()
	kind, free := platform.VTY, r.freeLine
	if c.TTY != 0 {
		kind, free = platform.TTY, r.freeTTY
	}
	n, err := free(c)
	if err != nil {
		return nil, err
	}
	t := r.addTTY(kind, n, now)
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
		Proto: wire.ProtoTCP, Src: c.Address, SrcPort: c.Port, Dst: c.Local, DstPort: portOf(c),
	})
}

// passes asks a list about a packet; a list that does not exist permits.
func (r *Router) passes(list string, p wire.Packet) bool {
	f := r.engine.Filter(list)
	return f == nil || f.Check(&p) == firewall.Permit
}

// portOf is the TCP port that a caller has come to.
func portOf(c Caller) uint16 {
	switch {
	case c.TTY != 0:
		return reversePort + uint16(c.TTY)
	case c.Protocol == modes.SSH:
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
		if motd := t.banner(modes.BannerMOTD); motd != "" && t.settings().MOTD {
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
	t.phase, t.opened = phaseShell, now
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
	if text := v.tty.banner(modes.BannerLogin); text != "" {
		return text + "\n"
	}
	return ""
}

// Delay is how long the line rests after a failed login.
func (v *VTY) Delay() time.Duration { return modes.GuardOf(v.tty.r.tree).Delay }

// Hangup gives the line back: the connection is gone.
func (v *VTY) Hangup(now clock.Time) { v.tty.Hangup(now) }
