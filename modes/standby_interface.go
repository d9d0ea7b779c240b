package modes

import (
	"strings"
	"time"

	"tandem/config"
	"tandem/hsrp"
	"tandem/parser"
)

// errBIA is our text: the two ways to choose a virtual MAC exclude each other
// (reference ha 1.10).
const errBIA = Refusal("% Standby use-bia and mac-address cannot be used together")

// macSyntax is the grammar of "standby N mac-address".
const macSyntax = "mac-address <mac:mac>"

// burnedIn is "standby use-bia": it always acts on the one interface it stands
// on, so that its scope is only printed back.
type burnedIn struct{ on, scoped bool }

var standbyBIA = Leaf[burnedIn]{
	In: "config-if", Syntax: "standby use-bia [scope interface]",
	Help: Words{
		"use-bia": "HSRP uses interface's burned in address", "scope": "Scope of use-bia",
		"interface": "Apply to this interface only",
	},
	Parse: func(x *Exec, a parser.Args) (burnedIn, error) {
		for _, e := range x.Node.Entries() {
			if strings.HasSuffix(e.Slot.Leaf, macSyntax) {
				return burnedIn{}, errBIA
			}
		}
		return burnedIn{true, a.Has("scope")}, nil
	},
	Print: func(_ parser.Args, v burnedIn) string {
		if v.scoped {
			return "standby use-bia scope interface"
		}
		return "standby use-bia"
	},
	Place: config.Place{Order: [4]int{rankStandby, standbyInterface, 5}},
	Apply: func(x *Exec, _ parser.Args, v burnedIn) error {
		return x.Device.EditStandby(x.Now, interfaceName(x), func(c *hsrp.InterfaceConfig) { c.UseBIA = v.on })
	},
	Examples: []string{"standby use-bia", "standby use-bia scope interface"},
}

// uniqueName is the Parse of "standby N name". Redundancy clients know a group
// by its name, so that no two may have the same; the text is ours.
func uniqueName(x *Exec, a parser.Args) (string, error) {
	name := a.Get("string")
	for g := range x.Device.Standby().Briefs() {
		if g.Name == name && (g.Interface != interfaceName(x) || int(g.Group) != groupOf(a)) {
			return "", Refuse("%% Redundancy name %s belongs to %s group %d", name, g.Interface, g.Group)
		}
	}
	return name, nil
}

// standbyRefresh is for the groups that follow another; every other one says
// hellos anyway.
var standbyRefresh = Leaf[int]{
	In: "config-if", Syntax: "standby mac-refresh <refresh:0-255>", Default: int(hsrp.DefaultRefresh / time.Second), Parse: number("refresh"),
	Help: Words{
		"mac-refresh": "Refresh MAC cache on switch by periodically sending packet from virtual mac address",
		"refresh":     "Interval in seconds",
	},
	Place: config.Place{Order: [4]int{rankStandby, standbyInterface, 1}},
	Apply: func(x *Exec, _ parser.Args, v int) error {
		return x.Device.EditStandby(x.Now, interfaceName(x), func(c *hsrp.InterfaceConfig) { c.MACRefresh = time.Duration(v) * time.Second })
	},
	Examples: []string{"standby mac-refresh 45"},
}

var standbyFollow = standbyGroup(rankGroupFollow, Leaf[string]{
	Syntax: "follow <leader:word>", Parse: word("leader"), No: "follow [<leader:word>]",
	Help:     Words{"follow": "Name of HSRP group to follow", "leader": "Group name to follow"},
	Print:    func(a parser.Args, v string) string { return standbyLine(a) + "follow " + v },
	Examples: []string{"standby 1 follow MASTER"},
}, func(c *hsrp.GroupConfig, _ parser.Args, v string) { c.Follow = v })

// redirects is "standby redirects"; times in seconds, 0 for the default.
type redirects struct {
	disabled        bool
	advertise, hold int
	unknown         bool // redirect to unknown routers too: kept
}

var standbyRedirects = Leaf[redirects]{
	In:     "config-if",
	Syntax: "standby redirects [enable | disable] [timers <adv:10-180> <holddown:30-3600>] [unknown]",
	No:     "standby redirects [<forms:line>]", Off: &redirects{disabled: true},
	Help: Words{
		"redirects": "Configure sending of ICMP Redirect messages with an HSRP virtual IP address as the gateway IP address",
		"enable":    "Allow sending of ICMP Redirect messages", "disable": "Disallow sending of ICMP Redirect messages",
		"timers": "Adjust redirect timers", "adv": "Passive router advertisement interval in seconds",
		"holddown": "Passive router holddown time in seconds", "unknown": "Allow sending of Redirects when the router is unknown",
		"forms": "Redirect settings",
	},
	Place: config.Place{Order: [4]int{rankStandby, standbyInterface, 2}},
	Parse: func(_ *Exec, a parser.Args) (redirects, error) {
		return redirects{a.Has("disable"), a.Int("adv"), a.Int("holddown"), a.Has("unknown")}, nil
	},
	Print: func(_ parser.Args, v redirects) string {
		text := "standby redirects"
		if v.disabled {
			text += " disable"
		}
		if v.advertise > 0 {
			text += " timers " + itoa(v.advertise) + " " + itoa(v.hold)
		}
		if v.unknown {
			text += " unknown"
		}
		return text
	},
	Apply: func(x *Exec, _ parser.Args, v redirects) error {
		return x.Device.EditStandby(x.Now, interfaceName(x), func(c *hsrp.InterfaceConfig) {
			c.Redirects = hsrp.DefaultInterface().Redirects
			c.Redirects.Enabled = !v.disabled
			if v.advertise > 0 {
				c.Redirects.Advertise = time.Duration(v.advertise) * time.Second
				c.Redirects.Hold = time.Duration(v.hold) * time.Second
			}
		})
	},
	Examples: []string{"standby redirects disable", "standby redirects timers 10 55", "standby redirects unknown"},
}
