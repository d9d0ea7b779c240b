package hsrp

import (
	"fmt"
	"time"

	"tandem/clock"
	"tandem/syslog"
	"tandem/wire"
)

// Category is a set of kinds of debug lines, by the keywords of debug standby.
type Category uint16

// The categories. debug standby is DebugAll; terse leaves out DebugHello and
// DebugAdvertise. The details add lines to those of their kind.
const (
	DebugErrors        Category = 1 << iota // errors
	DebugProtocol                           // events protocol
	DebugRedundancy                         // events redundancy
	DebugTrack                              // events track
	DebugHello                              // packets hello
	DebugCoup                               // packets coup
	DebugResign                             // packets resign
	DebugAdvertise                          // packets advertise
	DebugICMP                               // events icmp: what the redirect filter asks
	DebugEventsDetail                       // events detail: neighbours, events that change nothing
	DebugPacketsDetail                      // packets detail: timers and authentication of a message

	DebugEvents  = DebugProtocol | DebugRedundancy | DebugTrack | DebugICMP
	DebugPackets = DebugHello | DebugCoup | DebugResign | DebugAdvertise
	DebugAll     = DebugErrors | DebugEvents | DebugPackets
)

// quiet remembers when something was last logged.
type quiet struct {
	last clock.Time
	ever bool
}

// over reports whether the time of silence after the last log is over, and
// starts it again if so.
func (q *quiet) over(now clock.Time) bool {
	if q.ever && now.Sub(q.last) < logInterval {
		return false
	}
	q.last, q.ever = now, true
	return true
}

func (r *Router) log(severity syslog.Severity, mnemonic, format string, args ...any) {
	r.emit(Log{syslog.Message{Facility: "HSRP", Severity: severity, Mnemonic: mnemonic, Text: fmt.Sprintf(format, args...)}})
}

// logChange logs a change of state into or out of Standby or Active.
func (g *group) logChange(from, to State) {
	g.r.log(syslog.Notifications, "STATECHANGE", "%s Grp %d state %s -> %s", g.link.name, g.number, from, to)
}

// logObstacle logs an obstacle that comes from the configuration.
func (g *group) logObstacle(o Obstacle) {
	where := fmt.Sprintf("%s Grp %d address %s", g.link.name, g.number, g.config.VIP)
	switch o {
	case WrongSubnet:
		g.r.log(4, "BADVIP", "%s is in the wrong subnet for this interface", where)
	case Duplicate:
		switch by := g.taken(); {
		case by.group == nil:
			g.r.log(4, "DUPVIP3", "%s is already assigned to, or overlaps with, an address on another interface or application", where)
		case by.link == g.link:
			g.r.log(4, "DUPVIP2", "%s is already assigned on this interface", where)
		default:
			g.r.log(4, "DUPVIP1", "%s is already assigned to %s group %d", where, by.link.name, by.group.number)
		}
	}
}

func (l *link) debugf(c Category, format string, args ...any) {
	if l.r.settings.Debug&c != 0 {
		l.r.emit(Debug{c, l.name, -1, "HSRP: " + l.short + " " + fmt.Sprintf(format, args...)})
	}
}

func (g *group) debugf(c Category, format string, args ...any) {
	if g.r.settings.Debug&c != 0 {
		text := fmt.Sprintf("HSRP: %s Grp %d ", g.link.short, g.number) + fmt.Sprintf(format, args...)
		g.r.emit(Debug{c, g.link.name, int(g.number), text})
	}
}

// debugPacket prints a message with its fields padded into columns.
func (g *group) debugPacket(direction string, source wire.Addr, m *wire.HSRP) {
	c := [...]Category{DebugHello, DebugCoup, DebugResign}[m.Op]
	if g.r.settings.Debug&c != 0 {
		g.debugf(c, "%-6s %s %s %-7s pri %d vIP %s", m.Op, direction, source, m.State, m.Priority, m.VIP)
		if g.r.settings.Debug&DebugPacketsDetail != 0 {
			g.debugf(c, "  hel %d hol %d auth %s", m.Hello.Milliseconds(), m.Hold.Milliseconds(), authName(m.Auth))
		}
	}
}

// authName never prints a password.
func authName(a wire.HSRPAuth) string {
	return [...]string{"none", "text", "md5"}[min(a, wire.HSRPAuthMD5)]
}

// debugNeighbor prints what becomes of a neighbour in a group.
func (g *group) debugNeighbor(a wire.Addr, what string, args ...any) {
	if g.r.settings.Debug&DebugProtocol != 0 && g.r.settings.Debug&DebugEventsDetail != 0 {
		g.link.debugf(DebugProtocol, "Nbr %s %s", a, fmt.Sprintf(what, args...))
	}
}

// debugPeer prints the neighbour side of another Active or Standby router.
func (g *group) debugPeer(was, is peer, role string) {
	if was.role == Remote {
		g.debugNeighbor(was.addr, "no longer %s for group %d (%s)", role, g.number, g.state)
		if n := g.link.serves(was.addr); len(n.Active)+len(n.Standby) == 0 {
			g.debugNeighbor(was.addr, "Was active or standby - start passive holddown")
		}
	}
	if is.role == Remote {
		g.link.meet(is.addr)
		g.debugNeighbor(is.addr, "%s for group %d", role, g.number)
	}
}

// debugCause prints an event of the state table with the state it met. Those
// that leave the state alone are left out where captures leave them out.
func (g *group) debugCause(c Cause, step cell, v voice) {
	routine := g.r.settings.Debug&DebugEventsDetail == 0 && step.to == Disabled && !step.has('G') && (c == HelloDue || c == ActiveExpired || c >= HigherSpeak && c <= LowerStandby && c != Resigned)
	if routine || g.r.settings.Debug&DebugProtocol == 0 {
		return
	}
	detail := ""
	switch c {
	case Stopped:
		detail = fmt.Sprintf(" (%s)", g.obstacle)
	case ActiveExpired:
		detail = fmt.Sprintf(" (%s)", expired(g.active))
	case StandbyExpired:
		detail = fmt.Sprintf(" (%s)", expired(g.standby))
	case HigherSpeak, HigherActive, LowerActive, Preempting, Couped, HigherStandby, LowerStandby:
		detail = fmt.Sprintf(" (%d/%s)", v.priority, v.addr)
	}
	g.debugf(DebugProtocol, "%s: %s%s", g.state, c, detail)
}

// expired prints whose timer expired; our own role is nobody's.
func expired(p peer) string {
	if p.role != Remote {
		return "unknown"
	}
	return p.addr.String()
}

func (g *group) debugClient(format string, args ...any) {
	if g.r.settings.Debug&DebugRedundancy != 0 {
		text := fmt.Sprintf("HSRP: %s IP Redundancy %q ", g.link.short, g.name) + fmt.Sprintf(format, args...)
		g.r.emit(Debug{DebugRedundancy, g.link.name, int(g.number), text})
	}
}

// clientState names a state as redundancy clients see it: they know Listen as
// Backup.
func clientState(s State) string {
	if s == Listen {
		return "Backup"
	}
	return s.String()
}

// ageText prints the time since a change as show standby does: hh:mm:ss, then
// NdNNh, NwNd, NyNNw.
func ageText(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < day:
		return fmt.Sprintf("%02d:%02d:%02d", d/time.Hour, d/time.Minute%60, d/time.Second%60)
	case d < 7*day:
		return fmt.Sprintf("%dd%02dh", d/day, d%day/time.Hour)
	case d < 365*day:
		return fmt.Sprintf("%dw%dd", d/(7*day), d%(7*day)/day)
	}
	return fmt.Sprintf("%dy%02dw", d/(365*day), d%(365*day)/(7*day))
}
