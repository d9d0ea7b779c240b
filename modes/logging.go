package modes

import (
	"fmt"

	"tandem/config"
	"tandem/parser"
	"tandem/syslog"
)

// levels are the severities by name, as logging commands take them.
var levels = []struct {
	name, help string
}{
	{"emergencies", "System is unusable"},
	{"alerts", "Immediate action needed"},
	{"critical", "Critical conditions"},
	{"errors", "Error conditions"},
	{"warnings", "Warning conditions"},
	{"notifications", "Normal but significant conditions"},
	{"informational", "Informational messages"},
	{"debugging", "Debugging messages"},
}

const levelSyntax = "{emergencies | alerts | critical | errors | warnings | notifications | informational | debugging | <level:0-7>}"

func levelHelp(more Words) Words {
	for i, l := range levels {
		more[l.name] = fmt.Sprintf("%-40s(severity=%d)", l.help, i)
	}
	more["level"] = "Logging severity level"
	return more
}

// levelOf reads the level of a line; none is debugging.
func levelOf(a parser.Args) syslog.Severity {
	if a.Has("level") {
		return syslog.Severity(a.Int("level"))
	}
	for i, l := range levels {
		if a.Has(l.name) {
			return syslog.Severity(i)
		}
	}
	return syslog.Debugging
}

// destination is one "logging ..." setting.
type destination struct {
	on    bool
	size  int // bytes, for the buffer
	level syslog.Severity
}

var loggingBuffered = Leaf[destination]{
	In: ConfigMode, Syntax: "logging buffered [<size:4096-2147483647>] [" + levelSyntax + "]", Place: in(config.SectionSecurity, 1),
	Help: levelHelp(Words{
		"logging": "Modify message logging facilities", "buffered": "Set buffered logging parameters",
		"size": "Logging buffer size",
	}),
	Parse: func(_ *Exec, a parser.Args) (destination, error) {
		d := destination{on: true, size: syslog.DefaultBuffer, level: levelOf(a)}
		if a.Has("size") {
			d.size = a.Int("size")
		}
		return d, nil
	},
	Print: func(_ parser.Args, d destination) string {
		if !d.on {
			return ""
		}
		text := "logging buffered " + itoa(d.size)
		if d.level != syslog.Debugging {
			text += " " + levels[d.level].name
		}
		return text
	},
	Apply: func(x *Exec, _ parser.Args, d destination) error {
		log := x.Device.Log()
		if d.on {
			log.SetBuffer(d.size)
		}
		log.Buffer.On, log.Buffer.Level = d.on, d.level
		return nil
	},
	Examples: []string{"logging buffered 16384", "logging buffered 8192 warnings"},
}

// loggingTo is "logging console|monitor|trap".
func loggingTo(name, help string, rank int, normal syslog.Severity, pick func(l *syslog.Log) *syslog.Destination) Leaf[destination] {
	return Leaf[destination]{
		In: ConfigMode, Syntax: "logging " + name + " [" + levelSyntax + "]", Place: in(config.SectionSecurity, rank),
		Help: levelHelp(Words{name: help}), Default: destination{on: true, level: normal}, Off: &destination{level: normal},
		Parse: func(_ *Exec, a parser.Args) (destination, error) {
			return destination{on: true, level: levelOf(a)}, nil
		},
		Print: func(_ parser.Args, d destination) string {
			switch {
			case !d.on:
				return "no logging " + name
			case d.level == normal:
				return ""
			}
			return "logging " + name + " " + levels[d.level].name
		},
		Apply: func(x *Exec, _ parser.Args, d destination) error {
			to := pick(x.Device.Log())
			to.On, to.Level = d.on, d.level
			return nil
		},
		Examples: []string{"no logging " + name, "logging " + name + " errors"},
	}
}

// loggingOn off leaves only the console.
var loggingOn = Leaf[bool]{
	In: ConfigMode, Syntax: "logging on", Place: in(config.SectionSecurity, 5), Default: true, Parse: given, Print: yesNo("logging on"),
	Help: Words{"on": "Enable logging to all enabled destinations"},
	Apply: func(x *Exec, _ parser.Args, v bool) error {
		x.Device.Log().Silent = !v
		return nil
	},
	Examples: []string{"no logging on"},
}

var loggingRateLimit = Leaf[syslog.Limit]{
	In: ConfigMode, Syntax: "logging rate-limit [console] [all] <rate:1-10000> [except " + levelSyntax + "]",
	No: "logging rate-limit [[console] [all] <rate:1-10000> [except " + levelSyntax + "]]", Place: in(config.SectionSecurity, 6),
	Help: levelHelp(Words{
		"rate-limit": "Set messages per second limit", "console": "Rate limit only console messages",
		"all": "Rate limit all messages, including debug messages", "rate": "Messages per second",
		"except": "Messages of this severity or higher",
	}),
	Parse: func(_ *Exec, a parser.Args) (syslog.Limit, error) {
		l := syslog.Limit{
			PerSecond: a.Int("rate"), ConsoleOnly: a.Has("console"), Debugs: a.Has("all"), Excepted: a.Has("except"),
		}
		if l.Excepted {
			l.Except = levelOf(a)
		}
		return l, nil
	},
	Print: func(_ parser.Args, l syslog.Limit) string {
		text := "logging rate-limit "
		if l.ConsoleOnly {
			text += "console "
		}
		if l.Debugs {
			text += "all "
		}
		text += itoa(l.PerSecond)
		if l.Excepted {
			text += " except " + levels[l.Except].name
		}
		return text
	},
	Apply: func(x *Exec, _ parser.Args, l syslog.Limit) error {
		x.Device.Log().Limit = l
		return nil
	},
	Examples: []string{"logging rate-limit 100", "logging rate-limit console all 10 except errors"},
}

func loggingLines() []Declaration {
	return []Declaration{
		loggingOn, loggingRateLimit,
		loggingBuffered,
		loggingTo("console", "Set console logging parameters", 2, syslog.Debugging,
			func(l *syslog.Log) *syslog.Destination { return &l.Console }),
		loggingTo("monitor", "Set terminal line (monitor) logging parameters", 3, syslog.Debugging,
			func(l *syslog.Log) *syslog.Destination { return &l.Monitor }),
		loggingTo("trap", "Set syslog server logging level", 4, syslog.Informational,
			func(l *syslog.Log) *syslog.Destination { return &l.Trap }),
		loggingFacility, loggingOrigin, loggingSource, loggingHost, loggingHostOld,
		Command{Syntax: "show logging", Piped: true, Run: showLogging, Help: Words{
			"logging": "Show the contents of logging buffers",
		}},
		Command{
			Syntax: "clear logging", Privilege: 15, Help: Words{
				"clear": "Reset functions", "logging": "Clear logging buffer",
			},
			Run: func(x *Exec, _ parser.Args) {
				x.Confirm("Clear logging buffer [confirm]", func(x *Exec) { x.Device.Log().Clear() })
			},
		},
	}
}

// showLogging prints the 12.4 layout (reference cli 2.6).
func showLogging(x *Exec, _ parser.Args) {
	l := x.Device.Log()
	state := "enabled"
	if l.Silent {
		state = "disabled"
	}
	x.Printf("Syslog logging: %s (%d messages dropped, %d messages rate-limited,\n"+
		"                0 flushes, 0 overruns, xml disabled, filtering disabled)\n", state, l.Dropped(), l.RateLimited)
	row := func(name string, d syslog.Destination, indent string) {
		what := "disabled"
		if d.On {
			what = fmt.Sprintf("level %s, %d messages logged", levels[d.Level].name, d.Logged)
		}
		x.Printf("    %s logging: %s, xml disabled,\n%sfiltering disabled\n", name, what, indent)
	}
	row("Console", l.Console, "                     ")
	row("Monitor", l.Monitor, "                     ")
	row("Buffer", l.Buffer, "                    ")
	x.Printf("    Logging Exception size (4096 bytes)\n    Count and timestamp logging messages: disabled\n\n" +
		"No active filter modules.\n\n")
	showTrap(x, l)
	if !l.Buffer.On {
		x.Print("\n")
		return
	}
	x.Printf("\nLog Buffer (%d bytes):\n\n", l.BufferSize())
	for _, text := range l.Lines() {
		x.Print(text + "\n")
	}
}

// showTrap prints the level for syslog hosts and what each of them got.
func showTrap(x *Exec, l *syslog.Log) {
	if !l.Trap.On {
		x.Print("    Trap logging: disabled\n")
		return
	}
	x.Printf("    Trap logging: level %s, %d message lines logged\n", levels[l.Trap.Level].name, l.Trap.Logged)
	for _, h := range l.Relay.Hosts {
		link := "up"
		if h.Down {
			link = "down"
		}
		const indent = "              "
		x.Printf("        Logging to %s  (udp port %d, audit disabled,\n"+indent+"link %s),\n"+
			indent+"%d message lines logged,\n"+indent+"0 message lines rate-limited,\n"+indent+"0 message lines dropped-by-MD,\n"+
			indent+"xml disabled, sequence number disabled\n"+indent+"filtering disabled\n", h.Addr, h.Port, link, h.Lines)
	}
}
