package modes

import (
	"fmt"
	"strings"
	"time"

	"tandem/parser"
	"tandem/syslog"
	"tandem/track"
	"tandem/wire"
)

func showTrackCommands() []Declaration {
	return []Declaration{
		Command{Syntax: "show track [<object:1-500>]", Piped: true, Run: showTrack, Help: Words{
			"track": "Tracking information", "object": "Tracked object",
		}},
		Command{Syntax: "show track {interface | ip route} [brief]", Piped: true, Run: showTrackKind, Help: Words{
			"interface": "Tracked interfaces", "ip": "IP protocol", "route": "Tracked IP routes", "brief": "All information in a brief format",
		}},
		Command{Syntax: "show track timers", Piped: true, Run: showTrackTimers, Help: Words{"timers": "Polling interval timers"}},
		Command{Syntax: "show track brief", Piped: true, Run: showTrackBrief, Help: Words{"brief": "All information in a brief format"}},
	}
}

// showTrack follows samples show_track_01 and 02; the texts of lists and of
// IP routing are remembered.
func showTrack(x *Exec, a parser.Args) {
	for _, s := range x.Device.Tracking().Status(x.Now) {
		if !a.Has("object") || int(s.Number) == a.Int("object") {
			printTrack(x, s)
		}
	}
}

// showTrackKind is showTrack for the objects that follow interfaces, or those
// that follow routes.
func showTrackKind(x *Exec, a parser.Args) {
	var list []track.Status
	for _, s := range x.Device.Tracking().Status(x.Now) {
		onInterface := s.Config.Subject == track.LineProtocol || s.Config.Subject == track.IPRouting
		if a.Has("interface") && onInterface || a.Has("route") && s.Config.Subject == track.Reachability {
			list = append(list, s)
		}
	}
	if a.Has("brief") {
		trackBrief(x, list)
		return
	}
	for _, s := range list {
		printTrack(x, s)
	}
}

func printTrack(x *Exec, s track.Status) {
	x.Printf("Track %d\n  %s\n  %s is %s%s\n", s.Number, trackTitle(s.Config), trackWhat(s.Config), s.State, trackWhy(s))
	x.Printf("    %s, last change %s\n", plural(s.Changes, "change"), syslog.Age(s.Since))
	for _, m := range s.Members {
		not := ""
		if m.Not {
			not = "not "
		}
		x.Printf("    object %d %s%s\n", m.Number, not, m.State)
	}
	if d := trackDelayText(s.Config); d != "" {
		x.Printf("  Delay %s\n", d)
	}
	if s.Config.Subject == track.Reachability {
		x.Printf("  First-hop interface is %s\n", trackHop(s))
	}
	trackedBy(x, s.Number)
}

func trackTitle(c track.Config) string {
	switch c.Subject {
	case track.LineProtocol:
		return "Interface " + c.Interface + " line-protocol"
	case track.IPRouting:
		return "Interface " + c.Interface + " ip routing"
	case track.Reachability:
		return fmt.Sprintf("IP route %s %s reachability", c.Prefix.Addr, wire.MaskOf(c.Prefix.Bits))
	case track.And:
		return "List boolean and"
	}
	return "List boolean or"
}

func trackWhat(c track.Config) string {
	return map[track.Subject]string{
		track.LineProtocol: "Line protocol", track.IPRouting: "IP routing", track.Reachability: "Reachability",
		track.And: "Boolean AND", track.Or: "Boolean OR",
	}[c.Subject]
}

// trackWhy is what stands behind the state: why it is so, and what a running
// delay leads to.
func trackWhy(s track.Status) string {
	if s.Pending == track.Undefined {
		return inBrackets(s.Reason)
	}
	left := int((s.Left + time.Second - 1) / time.Second)
	return fmt.Sprintf("%s, delayed %s (%s remaining)%s", inBrackets(s.Reason), s.Pending, plural(left, "sec"), inBrackets(s.Next))
}

func inBrackets(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}

func trackDelayText(c track.Config) string {
	var parts []string
	if c.Up > 0 {
		parts = append(parts, "up "+plural(int(c.Up/time.Second), "sec"))
	}
	if c.Down > 0 {
		parts = append(parts, "down "+plural(int(c.Down/time.Second), "sec"))
	}
	return strings.Join(parts, ", ")
}

func trackHop(s track.Status) string {
	switch {
	case s.Hop != "":
		return s.Hop
	case s.OldHop != "":
		return "unknown (was " + s.OldHop + ")"
	}
	return "unknown"
}

// trackedBy lists the HSRP groups that follow an object.
func trackedBy(x *Exec, number uint16) {
	first := true
	for _, g := range x.Device.Standby().Status(x.Now) {
		for _, t := range g.Tracks {
			if t.Interface != "" || t.Object != number {
				continue
			}
			if first {
				x.Print("  Tracked by:\n")
			}
			first = false
			x.Printf("    HSRP %s %d\n", g.Interface, g.Group)
		}
	}
}

// showTrackBrief has remembered columns.
func showTrackBrief(x *Exec, _ parser.Args) { trackBrief(x, x.Device.Tracking().Status(x.Now)) }

func trackBrief(x *Exec, all []track.Status) {
	if len(all) == 0 {
		return
	}
	x.Print("Track   Object                         Parameter        Value Last Change\n")
	for _, s := range all {
		object, parameter := trackColumns(s.Config)
		x.Printf("%-7d %-30s %-16s %-5s %s\n", s.Number, object, parameter, s.State, syslog.Age(s.Since))
	}
}

func trackColumns(c track.Config) (object, parameter string) {
	switch c.Subject {
	case track.LineProtocol:
		return "interface " + c.Interface, "line-protocol"
	case track.IPRouting:
		return "interface " + c.Interface, "ip routing"
	case track.Reachability:
		return fmt.Sprintf("ip route  %s/%d", c.Prefix.Addr, c.Prefix.Bits), "reachability"
	case track.And:
		return "list", "boolean and"
	}
	return "list", "boolean or"
}
