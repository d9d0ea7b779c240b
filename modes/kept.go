package modes

import (
	"tandem/config"
	"tandem/parser"
)

// keptLine is a line of real configurations that has no behaviour in an
// emulator: it is stored and printed back, and show unsupported names it. The
// list stays short; anything else unknown is refused as IOS refuses it.
func keptLine(mode, syntax string, help Words, place config.Place, examples ...string) Leaf[string] {
	return Leaf[string]{
		In: mode, Syntax: syntax, Help: help, Place: place, Parse: typed, Apply: noEffect[string], Examples: examples,
	}
}

// keptSwitch is keptLine for a line that always prints, as itself or with
// "no".
func keptSwitch(mode, text string, help Words, place config.Place) Leaf[bool] {
	return Leaf[bool]{
		In: mode, Syntax: text, Help: help, Place: place, Always: true,
		Parse: given, Print: yesNo(text), Apply: noEffect[bool], Examples: []string{text, "no " + text},
	}
}

// keptOn is keptSwitch for a line that is on by default and then does not print.
func keptOn(mode, text string, help Words, place config.Place) Leaf[bool] {
	return Leaf[bool]{
		In: mode, Syntax: text, Help: help, Place: place, Default: true,
		Parse: given, Print: yesNo(text), Apply: noEffect[bool], Examples: []string{"no " + text},
	}
}

// noEffect is the Apply of every kept line.
func noEffect[T any](*Exec, parser.Args, T) error { return nil }

// silent is a line that is taken and leaves no trace: the frame of a listing.
func silent(syntax string, help Words) Verb {
	return Verb{
		In: ConfigMode, Syntax: syntax, Help: help, No: "-",
		Run: func(*Exec, parser.Form, parser.Args) error { return nil },
	}
}

// keptLines is the fidelity list.
func keptLines() []Declaration {
	return []Declaration{
		silent("version <release:release>", Words{"version": "System version of this configuration", "release": "Release"}),
		silent("boot-start-marker", Words{"boot-start-marker": "Start of boot image parameters"}),
		silent("boot-end-marker", Words{"boot-end-marker": "End of boot image parameters"}),
		keptLine(ConfigMode, "resource policy", Words{
			"resource": "Configure Embedded Resource Manager (ERM)", "policy": "Configure ERM Policy",
		},
			in(config.SectionResourcePolicy), "resource policy"),
		keptLine(ConfigMode, "memory-size iomem <percent:1-50>", Words{
			"memory-size": "Adjust memory size by percentage", "iomem": "IO memory", "percent": "percentage of memory",
		},
			in(config.SectionPlatform, 1), "memory-size iomem 10"),
		networkClock, nameServer(),
		keptLine(ConfigMode, "ip subnet-zero", Words{"subnet-zero": "Allow 'subnet zero' subnets"},
			in(config.SectionPlatform, 9), "ip subnet-zero"),
		keptLine(ConfigMode, "ip cef", Words{"cef": "Cisco Express Forwarding"}, in(config.SectionIPGlobals, 1), "ip cef"),
		keptLine(ConfigMode, "ip classless", Words{"classless": "Follow classless routing forwarding rules"},
			in(config.SectionStaticRoutes, 1), "ip classless"),
		Block{
			In: ConfigMode, Syntax: "voice-card <slot:0-6>", Keys: []string{"slot"}, Opens: "config-voicecard",
			Help:  Words{"voice-card": "Configure a specific voice-card", "slot": "Voice interface slot number"},
			Place: always(in(config.SectionVoiceCard)), Examples: []string{"voice-card 0"},
		},
		keptSwitch("config-voicecard", "dspfarm", Words{"dspfarm": "Enable dspfarm service on this voice card"}, at(1)),
		keptSwitch(ConfigMode, "ip http server", Words{"http": "HTTP server configuration", "server": "Enable http server"},
			in(config.SectionHTTP, 1)),
		keptSwitch(ConfigMode, "ip http secure-server", Words{"secure-server": "Enable HTTP secure server"},
			in(config.SectionHTTP, 2)),
		keptLine(ConfigMode, "ip sla responder", Words{
			"sla": "IP Service Level Agreement", "responder": "Enable IP SLAs Responder",
		},
			in(config.SectionManagement, 90), "ip sla responder"),
		Block{
			In: ConfigMode, Syntax: "control-plane", Opens: "config-cp",
			Help: Words{"control-plane": "Configure control plane services"}, Place: always(in(config.SectionControlPlane)),
		},
		keptLine(ConfigMode, "scheduler allocate <interrupt:400-60000> <process:100-4000>", Words{
			"scheduler": "Scheduler parameters", "allocate": "Guarantee CPU time for processes",
			"interrupt": "Microseconds handling network interrupts", "process": "Microseconds running processes",
		},
			in(config.SectionScheduler, 1), "scheduler allocate 20000 1000"),
	}
}

// networkClock is set by the hardware: a router boots with the no form for
// each network module, and prints it (reference cli 4.1).
var networkClock = Leaf[bool]{
	In: ConfigMode, Syntax: "network-clock-participate slot <number:0-6>", Keys: []string{"number"},
	Help: Words{
		"network-clock-participate": "Configure a WIC or slot to participate in network clocking",
		"slot":                      "Slot of the card", "number": "Slot number",
	},
	PlaceOf: func(a parser.Args) config.Place { return in(config.SectionPlatform, 2, a.Int("number")) },
	Always:  true, Parse: given,
	Print: func(a parser.Args, v bool) string {
		return yesNo("network-clock-participate slot "+a.Get("number"))(a, v)
	},
	Apply:    noEffect[bool],
	Examples: []string{"no network-clock-participate slot 1"},
}
