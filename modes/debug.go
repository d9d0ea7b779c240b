package modes

import (
	"tandem/hsrp"
	"tandem/parser"
)

// Debug is which debug categories are on. They belong to the device, not to a
// session: everybody who watches sees the lines.
type Debug struct {
	Standby hsrp.Category
}

// debugStandby lists the forms of debug standby (reference ha 2.4).
var debugStandby = []struct {
	words  string // behind "debug standby"
	banner string
	on     hsrp.Category
}{
	{"", "HSRP debugging is on", hsrp.DebugAll},
	{"terse", "HSRP debugging is on", hsrp.DebugAll &^ (hsrp.DebugHello | hsrp.DebugAdvertise)},
	{"errors", "HSRP Errors debugging is on", hsrp.DebugErrors},
	{"events", "HSRP Events debugging is on", hsrp.DebugEvents},
	{"packets", "HSRP Packets debugging is on", hsrp.DebugPackets},
}

func debugCommands() []Declaration {
	const forms = "[terse | errors | events | packets]"
	help := Words{
		"standby": "HSRP debugging", "terse": "HSRP limited range of errors, events and packets",
		"errors": "HSRP errors", "events": "HSRP events", "packets": "HSRP packets",
	}
	with := func(word, text string) Words {
		w := Words{word: text}
		for k, v := range help {
			w[k] = v
		}
		return w
	}
	return []Declaration{
		Command{
			Syntax: "debug standby " + forms, Privilege: 15, Help: with("debug", "Debugging functions (see also 'undebug')"),
			Run: func(x *Exec, a parser.Args) { setDebugStandby(x, a, true) },
		},
		Command{
			Syntax: "undebug standby " + forms, Privilege: 15, Help: with("undebug", "Disable debugging functions (see also 'debug')"),
			Run: func(x *Exec, a parser.Args) { setDebugStandby(x, a, false) },
		},
		Command{
			Syntax: "no debug standby " + forms, Privilege: 15,
			Help: Words{
				"no": "Disable debugging functions", "debug": "Debugging functions", "standby": help["standby"], "terse": help["terse"],
				"errors": help["errors"], "events": help["events"], "packets": help["packets"],
			},
			Run: func(x *Exec, a parser.Args) { setDebugStandby(x, a, false) },
		},
		Command{Syntax: "undebug all", Privilege: 15, Help: Words{"all": "Disable all debugging"}, Run: undebugAll},
		Command{Syntax: "no debug all", Privilege: 15, Help: Words{"all": "Disable all debugging"}, Run: undebugAll},
		Command{Syntax: "show debugging", Piped: true, Help: Words{"debugging": "State of each debugging option"}, Run: showDebugging},
	}
}

func setDebugStandby(x *Exec, a parser.Args, on bool) {
	d := x.Device.Debug()
	for _, f := range debugStandby {
		if f.words != "" && !a.Has(f.words) || f.words == "" && len(a) > 0 && hasForm(a) {
			continue
		}
		if on {
			d.Standby |= f.on
			x.Print(f.banner + "\n")
		} else {
			d.Standby &^= f.on
			x.Print(f.banner[:len(f.banner)-1] + "ff\n")
		}
	}
	x.Device.Standby().SetDebug(d.Standby)
}

func hasForm(a parser.Args) bool {
	for _, f := range debugStandby {
		if f.words != "" && a.Has(f.words) {
			return true
		}
	}
	return false
}

func undebugAll(x *Exec, _ parser.Args) {
	*x.Device.Debug() = Debug{}
	x.Device.Standby().SetDebug(0)
	x.Print("All possible debugging has been turned off\n")
}

func showDebugging(x *Exec, _ parser.Args) {
	for _, f := range debugStandby {
		if x.Device.Debug().Standby&f.on == f.on && f.words != "terse" {
			x.Print("HSRP:\n  " + f.banner + "\n")
			return
		}
	}
}
