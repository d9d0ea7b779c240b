package modes

import (
	"tandem/parser"
	"tandem/rip"
)

// ripDebugging is one form of debug ip rip.
type ripDebugging struct {
	banner string
	on     rip.Category
}

// The forms.
var (
	ripProtocolDebugging = ripDebugging{"RIP protocol debugging is ", rip.DebugAll}
	ripEventDebugging    = ripDebugging{"RIP event debugging is ", rip.DebugEvents}
)

func debugRIPCommands() []Declaration {
	return debugTree("ip rip [events]", Words{"ip": "IP information", "rip": "RIP protocol transactions", "events": "RIP protocol events"}, setDebugRIP)
}

func setDebugRIP(x *Exec, a parser.Args, on bool) {
	form, r := debugRIPForm(a), x.Device.RIP()
	if on {
		r.SetDebug(r.Debug() | form.on)
		x.Print(form.banner + "on\n")
		return
	}
	r.SetDebug(r.Debug() &^ form.on)
	x.Print(form.banner + "off\n")
}

// debugRIPForm is the form that was typed. Taking back the protocol takes back
// the events too.
func debugRIPForm(a parser.Args) ripDebugging {
	if a.Has("events") {
		return ripEventDebugging
	}
	return ripProtocolDebugging
}

// ripBanner is what is on.
func ripBanner(c rip.Category) string {
	switch c {
	case rip.DebugAll:
		return ripProtocolDebugging.banner + "on\n"
	case rip.DebugEvents:
		return ripEventDebugging.banner + "on\n"
	}
	return ""
}
