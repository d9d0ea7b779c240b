package modes

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tandem/hsrp"
	"tandem/parser"
	"tandem/wire"
)

func showStandbyCommands() []Declaration {
	states := "[active | init | learn | listen | speak | standby@state]"
	help := Words{
		"standby": "HSRP information", "brief": "Brief output", "if": "Interface number", "group": "group number",
		"active": "Groups in active state", "init": "Groups in init state", "learn": "Groups in learn state",
		"listen": "Groups in listen state", "speak": "Groups in speak state", "state": "Groups in standby state",
	}
	return []Declaration{
		Command{Syntax: "show standby [<if:interface> [<group:0-4095>]] " + states + " [brief]", Piped: true, Run: showStandby, Help: help},
		Command{Syntax: "show standby all [brief]", Piped: true, Run: showStandby, Help: Words{
			"all": "Include groups in disabled state", "brief": "Brief output",
		}},
		Command{Syntax: "show standby delay", Piped: true, Run: showStandbyDelay, Help: Words{"delay": "Group initialisation delay"}},
		Command{Syntax: "show standby internal", Piped: true, Run: showStandbyInternal, Help: Words{"internal": "Internal HSRP information"}},
		Command{Syntax: "show standby redirect", Piped: true, Run: showStandbyRedirect, Help: Words{"redirect": "HSRP ICMP redirect information"}},
		Command{Syntax: "show standby neighbors [<if:interface>]", Piped: true, Run: showStandbyNeighbors, Help: Words{"neighbors": "HSRP neighbors"}},
	}
}

// standbyStatus returns every group, by interface in the order of the
// configuration.
func standbyStatus(x *Exec) []hsrp.GroupStatus {
	all, place := x.Device.Standby().Status(x.Now), interfacePlaces(x)
	slices.SortStableFunc(all, func(a, b hsrp.GroupStatus) int { return place[a.Interface] - place[b.Interface] })
	return all
}

// standbyInterfaces returns the interfaces with standby lines likewise.
func standbyInterfaces(x *Exec) []hsrp.InterfaceStatus {
	all, place := x.Device.Standby().Interfaces(x.Now), interfacePlaces(x)
	slices.SortStableFunc(all, func(a, b hsrp.InterfaceStatus) int { return place[a.Interface] - place[b.Interface] })
	return all
}

func interfacePlaces(x *Exec) map[string]int {
	place := map[string]int{}
	for i, f := range x.Device.Interfaces() {
		place[f.Name] = i
	}
	return place
}

// selected returns the groups that the words of the command ask for.
func selected(x *Exec, a parser.Args) []hsrp.GroupStatus {
	var out []hsrp.GroupStatus
	for _, g := range standbyStatus(x) {
		if a.Has("if") && g.Interface != a.Get("if") || a.Has("group") && int(g.Group) != a.Int("group") {
			continue
		}
		if g.State == hsrp.Disabled && !a.Has("all") {
			continue
		}
		keep := true
		for word, state := range map[string]hsrp.State{
			"active": hsrp.Active, "init": hsrp.Init, "learn": hsrp.Learn, "listen": hsrp.Listen,
			"speak": hsrp.Speak, "state": hsrp.Standby,
		} {
			if a.Has(word) && g.State != state {
				keep = false
			}
		}
		if keep {
			out = append(out, g)
		}
	}
	return out
}

func showStandby(x *Exec, a parser.Args) {
	groups := selected(x, a)
	layout := standbyLayouts[x.Device.Hardware().Identity().Era]
	if a.Has("brief") {
		if len(groups) > 0 {
			x.Print(standbyLegend + layout.head)
		}
		for _, g := range groups {
			x.Print(layout.brief(g))
		}
		return
	}
	for _, g := range groups {
		x.Print(layout.group(g))
	}
}

// group is one group in full (reference ha 2.1).
func (l standbyLayout) group(g hsrp.GroupStatus) string {
	var b strings.Builder
	put := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	title := ""
	if g.Version == 2 {
		title = " (version 2)"
	}
	put("%s - Group %d%s\n", g.Interface, g.Group, title)
	put("  State is %s\n", stateText(g))
	if g.Changes > 0 {
		put("    %s, last state change %s\n", plural(g.Changes, "state change"), g.Age)
	}
	put("%s", trackTexts(g.Tracks, true))
	put("  Virtual IP address is %s%s\n", addressText(g.VIP), learned(g))
	for _, s := range g.Secondary {
		put("    Secondary virtual IP address %s\n", s)
	}
	put("  Active virtual MAC address is %s%s\n", macText(g.ActiveMAC), l.use(g))
	put("    Local virtual MAC address is %s (%s)\n", macText(g.LocalMAC), g.MACNote)
	if g.Following != "" {
		put("%s", followingText(g))
	} else {
		put("%s", electionText(g))
	}
	origin := "default"
	if g.NameConfigured {
		origin = "cfgd"
	}
	put("  %s is \"%s\" (%s)\n", l.name, g.Name, origin)
	return b.String() + followersText(g)
}

// electionText is what a group has to do with others of its number.
func electionText(g hsrp.GroupStatus) string {
	var b strings.Builder
	put := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	put("  Hello time %s, hold time %s\n", timeText(g.Hello), timeText(g.Hold))
	if g.State >= hsrp.Speak {
		put("    Next hello sent in %.3f secs\n", g.HelloIn.Seconds())
	}
	put("%s", authenticationText(g.Authentication))
	put("  Preemption %s\n", preemptText(g.Preempt))
	put("  Active router is %s\n", peerText(g.Active))
	put("  Standby router is %s\n", peerText(g.Standby))
	if g.PriorityConfigured == hsrp.DefaultPriority {
		put("  Priority %d (default %d)\n", g.Priority, hsrp.DefaultPriority)
	} else {
		put("  Priority %d (configured %d)\n", g.Priority, g.PriorityConfigured)
	}
	return b.String() + trackTexts(g.Tracks, false)
}

func stateText(g hsrp.GroupStatus) string {
	if text := g.Obstacle.String(); g.State == hsrp.Init && text != "" {
		return g.State.String() + " (" + text + ")"
	}
	return g.State.String()
}

func learned(g hsrp.GroupStatus) string {
	if g.VIPLearned {
		return " (learnt)"
	}
	return ""
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return itoa(n) + " " + what + "s"
}

func addressText(a wire.Addr) string {
	if a == 0 {
		return "unknown"
	}
	return a.String()
}

func macText(m wire.MAC) string {
	if m == (wire.MAC{}) {
		return "unknown"
	}
	return m.String()
}

func timeText(d time.Duration) string {
	if d%time.Second != 0 {
		return itoa(int(d/time.Millisecond)) + " msec"
	}
	return itoa(int(d/time.Second)) + " sec"
}

func authenticationText(a hsrp.Authentication) string {
	switch {
	case a.Kind == wire.HSRPAuthMD5 && a.KeyChain != "":
		return "  Authentication MD5, key-chain \"" + a.KeyChain + "\"\n"
	case a.Kind == wire.HSRPAuthMD5:
		text := "  Authentication MD5, key-string"
		if a.Timeout > 0 { // the words are those of show vrrp, of the same family
			text += ", timeout " + itoa(int(a.Timeout/time.Second)) + " secs"
		}
		return text + "\n"
	case a.Text != hsrp.DefaultText:
		return "  Authentication text, string \"" + a.Text + "\"\n"
	}
	return ""
}

func preemptText(p hsrp.Preempt) string {
	if !p.Enabled {
		return "disabled"
	}
	var parts []string
	for _, d := range []struct {
		name  string
		value time.Duration
	}{{"min", p.Minimum}, {"reload", p.Reload}, {"sync", p.Sync}} {
		if d.value > 0 {
			parts = append(parts, d.name+" "+itoa(int(d.value/time.Second))+" secs")
		}
	}
	if parts == nil {
		return "enabled"
	}
	return "enabled, delay " + strings.Join(parts, ", ")
}

func peerText(p hsrp.PeerStatus) string {
	if p.Role != hsrp.Remote {
		return p.Role.String()
	}
	return fmt.Sprintf("%s, priority %d (expires in %.3f sec)", p.Address, p.Priority, p.Expires.Seconds())
}

// trackTexts prints the objects that shut the group down, which stand under
// the state, or those that lower its priority.
func trackTexts(all []hsrp.TrackStatus, shutdown bool) (text string) {
	for _, t := range all {
		if t.Shutdown == shutdown {
			text += trackText(t)
		}
	}
	return text
}

func trackText(t hsrp.TrackStatus) string {
	if t.Interface != "" {
		return fmt.Sprintf("    Track interface %s state %s decrement %d\n", t.Interface, t.State, t.Decrement)
	}
	text := fmt.Sprintf("    Track object %d ", t.Object)
	if t.State == hsrp.TrackUnknown {
		return text + "(unknown)\n"
	}
	text += "state " + t.State.String()
	if !t.Shutdown {
		text += fmt.Sprintf(" decrement %d", t.Decrement)
	}
	return text + "\n"
}

func briefPeer(p hsrp.PeerStatus) string {
	if p.Role != hsrp.Remote {
		return p.Role.String()
	}
	return p.Address.String()
}

// showStandbyDelay has its columns at 0, 19 and 27 (reference ha 2.3).
func showStandbyDelay(x *Exec, _ parser.Args) {
	x.Print("Interface          Minimum Reload \n")
	for _, i := range standbyInterfaces(x) {
		x.Printf("%-18s %-7d %-7d\n", i.Interface,
			i.Config.DelayMinimum/time.Second, i.Config.DelayReload/time.Second)
	}
}

func showStandbyNeighbors(x *Exec, a parser.Args) {
	for _, i := range standbyInterfaces(x) {
		if len(i.Neighbors) == 0 || a.Has("if") && i.Interface != a.Get("if") {
			continue
		}
		x.Printf("HSRP neighbors on %s\n", i.Interface)
		for _, n := range i.Neighbors {
			x.Printf("  %s\n", n.Address)
			x.Print(neighborGroups("active", "Active", n.Active) + neighborGroups("standby", "Standby", n.Standby))
		}
	}
}

func neighborGroups(lower, title string, groups []uint16) string {
	if len(groups) == 0 {
		return "    No " + lower + " groups\n"
	}
	list := make([]string, len(groups))
	for i, g := range groups {
		list[i] = itoa(int(g))
	}
	return "    " + title + " groups: " + strings.Join(list, ", ") + "\n"
}
