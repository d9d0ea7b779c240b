package modes

import (
	"strings"

	"tandem/config"
	"tandem/parser"
	"tandem/syslog"
)

// stampHelp explains the forms of "service timestamps".
var stampHelp = Words{
	"service":       "Modify use of network based services",
	"timestamps":    "Timestamp debug/log messages",
	"debug":         "Timestamp debug messages",
	"log":           "Timestamp log messages",
	"uptime":        "Timestamp with system uptime",
	"datetime":      "Timestamp with date and time",
	"msec":          "Include milliseconds in timestamp",
	"localtime":     "Use local time zone for timestamps",
	"show-timezone": "Add time zone information to timestamp",
	"year":          "Include year in timestamp",
}

// stamps is "service timestamps debug|log ...".
var stamps = Leaf[syslog.Stamp]{
	In:     ConfigMode,
	Syntax: "service timestamps {debug | log} [uptime | datetime {msec | localtime | show-timezone | year}*]",
	Help:   stampHelp,
	Keys:   []string{"debug", "log"},
	PlaceOf: func(a parser.Args) config.Place {
		if a.Has("debug") {
			return in(config.SectionServices, 20)
		}
		return in(config.SectionServices, 21)
	},
	Parse: func(_ *Exec, a parser.Args) (syslog.Stamp, error) {
		if !a.Has("datetime") {
			return syslog.Stamp{Form: syslog.StampUptime}, nil
		}
		return syslog.Stamp{
			Form: syslog.StampDate, Msec: a.Has("msec"), Local: a.Has("localtime"),
			Zone: a.Has("show-timezone"), Year: a.Has("year"),
		}, nil
	},
	Print: printStamp,
	Apply: func(x *Exec, a parser.Args, v syslog.Stamp) error {
		x.Device.Log().SetStamp(a.Has("debug"), v)
		return nil
	},
	Examples: []string{"service timestamps debug datetime msec", "service timestamps log uptime"},
}

// printStamp lists the options in the order of IOS, however they were typed.
func printStamp(a parser.Args, s syslog.Stamp) string {
	text := "service timestamps log"
	if a.Has("debug") {
		text = "service timestamps debug"
	}
	if s.Form == syslog.StampUptime {
		return text + " uptime"
	}
	text += " datetime"
	for _, option := range []struct {
		on   bool
		name string
	}{{s.Msec, " msec"}, {s.Local, " localtime"}, {s.Zone, " show-timezone"}, {s.Year, " year"}} {
		if option.on {
			text += option.name
		}
	}
	return text
}

// bareStamps is the line without debug or log: it sets debug lines, its no
// form takes the stamps of both.
var bareStamps = Verb{
	In: ConfigMode, Syntax: "service timestamps",
	Run: func(x *Exec, form parser.Form, _ parser.Args) error {
		for _, which := range []string{"debug", "log"} {
			if which == "log" && form == parser.Plain {
				break
			}
			a := parser.Args{{Name: "service", Value: "service"}, {Name: "timestamps", Value: "timestamps"}, {Name: which, Value: which}}
			if err := stamps.set(x, parser.Match{Args: a, Form: form}); err != nil {
				return err
			}
		}
		return nil
	},
}

var sequenceNumbers = Leaf[bool]{
	In: ConfigMode, Syntax: "service sequence-numbers", Place: in(config.SectionServices, 31), Parse: given,
	Help: Words{"sequence-numbers": "Stamp logger messages with a sequence number"},
	Print: func(_ parser.Args, v bool) string {
		if v {
			return "service sequence-numbers"
		}
		return ""
	},
	Apply: func(x *Exec, _ parser.Args, v bool) error {
		x.Device.Log().Sequence = v
		return nil
	},
	Examples: []string{"service sequence-numbers"},
}

var hostname = Leaf[string]{
	In: ConfigMode, Syntax: "hostname <name:word>", Place: in(config.SectionHostname),
	Help:    Words{"hostname": "Set system's network name", "name": "This system's network name"},
	Default: "Router", Always: true,
	Parse: word("name"),
	Print: func(_ parser.Args, v string) string { return "hostname " + v },
	Apply: func(x *Exec, _ parser.Args, v string) error {
		x.Device.SetHostname(v)
		if !x.loading && strings.ContainsFunc(v, func(c rune) bool { return !strings.ContainsRune(hostCharacters, c) }) {
			x.Print(oddHostname)
		}
		return nil
	},
	Examples: []string{"hostname RouterA"},
}

// A name with other characters than these is taken all the same (remembered).
const (
	hostCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."
	oddHostname    = "% Hostname contains one or more illegal characters.\n"
)

var nameLookup = Leaf[bool]{
	In: ConfigMode, Syntax: "ip domain lookup", Place: in(config.SectionInspect, 1), Default: true,
	Help: Words{
		"ip": "Global IP configuration subcommands", "domain": "IP DNS Resolver",
		"lookup": "Enable IP Domain Name System hostname translation",
	},
	Parse: given, Print: yesNo("ip domain lookup"),
	Apply:    kept[bool],
	Examples: []string{"no ip domain lookup"},
}

// nameLookupOld is the older spelling; it prints as the newer one.
var nameLookupOld = Verb{
	In: ConfigMode, Syntax: "ip domain-lookup",
	Help: Words{"domain-lookup": "Enable IP Domain Name System hostname translation"},
	Run: func(x *Exec, form parser.Form, a parser.Args) error {
		slot := config.Slot{Leaf: nameLookup.Syntax}
		nameLookup.store(x.Node, slot, a, form == parser.Plain)
		return nil
	},
}

// globalLines are the lines of global configuration that have an effect and
// belong to no feature.
func globalLines() []Declaration {
	return []Declaration{stamps, bareStamps, sequenceNumbers, hostname, nameLookup, nameLookupOld}
}
