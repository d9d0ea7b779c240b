package router

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"tandem/clock"
	"tandem/modes"
	"tandem/platform"
	"tandem/syslog"
)

// The methods of modes.Device about lines.

// Draw implements modes.Device. A source that gives out, which a seeded one
// never does, is replaced.
func (r *Router) Draw(b []byte) {
	if _, err := r.Settings.Random.Read(b); err != nil {
		for i := range b {
			b[i] = byte(rand.Uint32())
		}
	}
}

// TerminalLines implements modes.Device.
func (r *Router) TerminalLines(now clock.Time) []modes.TerminalLine {
	var out []modes.TerminalLine
	for _, l := range r.Hardware().Lines() {
		count := l.Count
		if l.Kind == platform.VTY {
			count = modes.VTYs(r.tree)
		}
		for n := range count {
			out = append(out, r.terminalLine(now, l.Kind, l.First+n, n))
		}
	}
	return out
}

func (r *Router) terminalLine(now clock.Time, kind platform.LineKind, number, relative int) modes.TerminalLine {
	l := modes.TerminalLine{Kind: kind, Number: number, Relative: relative, Uses: r.uses[number]}
	for _, t := range r.ttys {
		if t.absolute() != number || kind == platform.Console && t.phase != phaseShell {
			continue
		}
		l.Active, l.User, l.Location, l.Protocol = true, t.login.user, t.location(), t.caller.Protocol
		l.Idle = now.Sub(t.used)
		if t.shell != nil {
			l.Hosts = t.shell.Hosts()
		}
	}
	return l
}

// ClearLine implements modes.Device.
func (r *Router) ClearLine(_ clock.Time, number int) {
	for _, t := range append([]*tty(nil), r.ttys...) {
		if t.absolute() != number {
			continue
		}
		if t.shell != nil {
			t.shell.Close(r.now)
		}
		if t.kind != platform.Console || t.phase == phaseShell {
			t.end("")
			t.arm()
		}
	}
}

// SendLine implements modes.Device.
func (r *Router) SendLine(_ clock.Time, number int, text string) {
	for _, t := range r.ttys {
		if number == -1 || t.absolute() == number {
			t.log(strings.TrimSuffix(text, "\n"))
		}
	}
}

// LoginStatus implements modes.Device.
func (r *Router) LoginStatus(now clock.Time) modes.LoginStatus {
	s := modes.LoginStatus{Seen: r.guard.seen}
	if r.guard.until > now {
		s.Quiet = r.guard.until.Sub(now)
	}
	within := modes.GuardOf(r.tree).Within
	for _, at := range r.guard.failures {
		if now.Sub(at) < within {
			s.Failures++
		}
	}
	return s
}

// hangupAll drops every connection to a line: the router restarts.
func (r *Router) hangupAll() {
	for _, t := range append([]*tty(nil), r.ttys...) {
		if t.kind != platform.Console {
			t.end("")
		}
	}
}

// MakeHostKey implements modes.Device.
func (r *Router) MakeHostKey(_ clock.Time, name string, bits int, exportable bool, tell func(now clock.Time, err error)) {
	var key *hostKey
	var err error
	r.aside(func() { key, err = newHostKey(bits) }, func() {
		if err == nil {
			key.name, key.exportable = name, exportable
			err = r.adoptHostKey(key)
		}
		tell(r.now, err)
		if err == nil {
			r.sshEnabled()
		}
	})
}

// sshEnabled says so in the log.
func (r *Router) sshEnabled() {
	version := map[int]string{0: "1.99", 1: "1.5", 2: "2.0"}[modes.SSHOf(r.tree).Version]
	r.Message(r.now, syslog.Message{
		Facility: "SSH", Severity: syslog.Notifications, Mnemonic: "ENABLED", Text: "SSH " + version + " has been enabled",
	})
}

// RemoveHostKey implements modes.Device.
func (r *Router) RemoveHostKey(now clock.Time) error {
	if err := r.Store.Delete(hostKeyFile); err != nil {
		return fmt.Errorf("router: %w", err)
	}
	r.key = nil
	r.Message(r.now, syslog.Message{Facility: "SSH", Severity: syslog.Notifications, Mnemonic: "DISABLED", Text: "SSH has been disabled"})
	return nil
}

// HostKeyBits implements modes.Device.
func (r *Router) HostKeyBits() int {
	if r.key == nil {
		return 0
	}
	return r.key.N.BitLen()
}
