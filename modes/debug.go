package modes

import (
	"strings"

	"tandem/hsrp"
	"tandem/parser"
)

// Debug is which debug categories are on. They belong to the device, not to a
// session: everybody who watches sees the lines.
type Debug struct {
	Standby    hsrp.Category
	Conditions []StandbyCondition // debug condition standby; none lets all lines through
	last       int                // number of the condition set last
	InspectHA  HACategory
	SCTP       SCTPCategory
}

// debugTree makes the forms "debug X", "undebug X" and "no debug X" of one
// grammar.
func debugTree(grammar string, help Words, set func(x *Exec, a parser.Args, on bool)) []Declaration {
	form := func(verb string, words Words, on bool) Command {
		for w, text := range help {
			words[w] = text
		}
		return Command{Syntax: verb + " " + grammar, Privilege: 15, Help: words, Run: func(x *Exec, a parser.Args) { set(x, a, on) }}
	}
	return []Declaration{
		form("debug", Words{"debug": "Debugging functions (see also 'undebug')"}, true),
		form("undebug", Words{"undebug": "Disable debugging functions (see also 'debug')"}, false),
		form("no debug", Words{"no": "Disable debugging functions", "debug": "Debugging functions (see also 'undebug')"}, false),
	}
}

func debugCommands() []Declaration {
	all := []Declaration{
		Command{Syntax: "undebug all", Privilege: 15, Help: Words{"all": "Disable all debugging"}, Run: undebugAll},
		Command{Syntax: "no debug all", Privilege: 15, Help: Words{"all": "Disable all debugging"}, Run: undebugAll},
		Command{Syntax: "show debugging", Piped: true, Help: Words{"debugging": "State of each debugging option"}, Run: showDebugging},
		Command{
			Syntax: "show debugging condition", Piped: true, Help: Words{"condition": "Debugging conditions"},
			Run: func(x *Exec, _ parser.Args) { showConditions(x) },
		},
	}
	all = append(all, debugTree(debugStandbyGrammar, debugStandbyHelp, setDebugStandby)...)
	all = append(all, debugTree("condition standby <if:interface> <group:0-4095>", Words{
		"condition": "Condition", "standby": "HSRP group", "if": "Interface", "group": "group number",
	}, setCondition)...)
	all = append(all, debugTree("ip inspect ha [manager | packet | update]", Words{
		"ip": "IP information", "inspect": "Stateful inspection events", "ha": "High availability events",
		"manager": "Takeovers and copies", "packet": "First packets after a takeover", "update": "Session records",
	}, setDebugInspectHA)...)
	return append(all, debugSCTPCommands()...)
}

func undebugAll(x *Exec, _ parser.Args) {
	d := x.Device.Debug()
	*d = Debug{Conditions: d.Conditions, last: d.last}
	x.Device.Standby().SetDebug(0)
	x.Device.RIP().SetDebug(0)
	x.Print("All possible debugging has been turned off\n")
}

// showDebugging lists what is on under a heading a feature.
func showDebugging(x *Exec, _ parser.Args) {
	d := x.Device.Debug()
	for _, part := range []struct{ title, text string }{
		{"HSRP", standbyBanner(d.Standby)},
		{"IP inspect HA", inspectHABanner(d.InspectHA)},
		{"SCTP", sctpBanner(d.SCTP)},
		{"IP routing", ripBanner(x.Device.RIP().Debug())},
	} {
		if part.text != "" {
			x.Print(part.title + ":\n" + indent(part.text))
		}
	}
	showConditions(x)
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  ") + "\n"
}
