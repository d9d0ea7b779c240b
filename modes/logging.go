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

func loggingLines() []Declaration {
	return []Declaration{
		loggingBuffered,
		loggingTo("console", "Set console logging parameters", 2, syslog.Debugging,
			func(l *syslog.Log) *syslog.Destination { return &l.Console }),
		loggingTo("monitor", "Set terminal line (monitor) logging parameters", 3, syslog.Debugging,
			func(l *syslog.Log) *syslog.Destination { return &l.Monitor }),
		loggingTo("trap", "Set syslog server logging level", 4, syslog.Informational,
			func(l *syslog.Log) *syslog.Destination { return &l.Trap }),
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
		Command{
			Syntax: "show clock", Piped: true, Help: Words{"clock": "Display the system clock"},
			Run: func(x *Exec, _ parser.Args) { x.Print(x.Device.Calendar().Show(x.Now) + "\n") },
		},
		Command{Syntax: "clock set <time:time> <day:1-31> <month:word> <year:1993-2035>", Privilege: 15, Run: clockSet, Help: Words{
			"clock": "Manage the system clock", "set": "Set the time and date", "time": "Current Time (hh:mm:ss)",
			"day": "Day of the month", "month": "Month of the year", "year": "Year",
		}},
	}
}

// showLogging prints the 12.4 layout (reference cli 2.6).
func showLogging(x *Exec, _ parser.Args) {
	l := x.Device.Log()
	x.Print("Syslog logging: enabled (0 messages dropped, 0 messages rate-limited,\n" +
		"                0 flushes, 0 overruns, xml disabled, filtering disabled)\n")
	row := func(name string, d syslog.Destination, indent string) {
		if !d.On {
			x.Printf("    %s logging: disabled\n", name)
			return
		}
		x.Printf("    %s logging: level %s, %d messages logged, xml disabled,\n%sfiltering disabled\n",
			name, levels[d.Level].name, d.Logged, indent)
	}
	row("Console", l.Console, "                     ")
	row("Monitor", l.Monitor, "                     ")
	row("Buffer", l.Buffer, "                    ")
	x.Printf("    Logging Exception size (4096 bytes)\n    Count and timestamp logging messages: disabled\n\n" +
		"No active filter modules.\n\n")
	if l.Trap.On {
		x.Printf("    Trap logging: level %s, %d message lines logged\n", levels[l.Trap.Level].name, l.Trap.Logged)
	} else {
		x.Print("    Trap logging: disabled\n")
	}
	if !l.Buffer.On {
		return
	}
	x.Printf("\nLog Buffer (%d bytes):\n\n", l.BufferSize())
	for _, text := range l.Lines() {
		x.Print(text + "\n")
	}
}
