package router

import (
	"tandem/modes"
	"tandem/platform"
)

// reversePort is the TCP port of reverse telnet less the number of the tty
// line (remembered). A tty line is the console of a service module, and a caller
// is attached to that: here it is silent and hears nothing.
const reversePort = 2000

// mostTTY is the highest number of a tty line.
const mostTTY = 999

// ReverseLine is the tty line behind a TCP port of a router, 0 for any other
// port. Whether there is such a line is the router's to say.
func ReverseLine(port uint16) int {
	if port <= reversePort || port > reversePort+mostTTY {
		return 0
	}
	return int(port - reversePort)
}

// reversePorts are the TCP ports of the tty lines that there are.
func (r *Router) reversePorts() (ports []uint16) {
	for _, l := range r.Settings.Hardware.Lines() {
		for n := l.First; l.Kind == platform.TTY && n < l.First+l.Count; n++ {
			ports = append(ports, reversePort+uint16(n))
		}
	}
	return ports
}

// freeTTY is the tty line that a caller asked for, when it can be had.
func (r *Router) freeTTY(c Caller) (number int, err error) {
	s := modes.SettingsOf(r.tree, platform.TTY, c.TTY)
	switch {
	case r.reload.wanted:
		return 0, ErrStopping
	case !r.guardAdmits(c):
		return 0, ErrQuiet
	case !r.hasTTY(c.TTY) || !s.Takes(c.Protocol):
		return 0, ErrNoLine
	case !r.permits(s.AccessClass, c):
		return 0, ErrNoAccess
	}
	for _, t := range r.ttys {
		if t.kind == platform.TTY && t.number == c.TTY {
			return 0, ErrNoLine
		}
	}
	return c.TTY, nil
}

func (r *Router) hasTTY(line int) bool {
	for _, l := range r.Settings.Hardware.Lines() {
		if l.Kind == platform.TTY && line >= l.First && line < l.First+l.Count {
			return true
		}
	}
	return false
}

// attach leads a caller who is through the login to what the line is the console of.
func (t *tty) attach(text string) {
	t.phase, t.opened = phaseAttached, t.r.now
	if banner := t.banner(modes.BannerIncoming); banner != "" {
		text += banner + "\n"
	}
	t.show(text, WantRaw)
}
