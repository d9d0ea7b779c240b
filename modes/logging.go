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

// loggingXML is a second buffer, with the messages in XML.
var loggingXML = Leaf[int]{
	In: ConfigMode, Syntax: "logging buffered xml [<xml-size:4096-2147483647>]", Place: in(config.SectionSecurity, 1, 1),
	Help: Words{"xml": "Enable logging in XML to XML logging buffer", "xml-size": "Logging buffer size"},
	Parse: func(_ *Exec, a parser.Args) (int, error) {
		if a.Has("xml-size") {
			return a.Int("xml-size"), nil
		}
		return syslog.DefaultBuffer, nil
	},
	Print: func(_ parser.Args, size int) string {
		if size == 0 {
			return ""
		}
		return "logging buffered xml " + itoa(size)
	},
	Apply: func(x *Exec, _ parser.Args, size int) error {
		x.Device.Log().SetXML(size)
		return nil
	},
	Examples: []string{"logging buffered xml 8192"},
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

// loggingCount is "logging count".
var loggingCount = Leaf[bool]{
	In: ConfigMode, Syntax: "logging count", Place: in(config.SectionSecurity, 7), Parse: given,
	Help: Words{"count": "Count every log message and timestamp last occurrence"},
	Apply: func(x *Exec, _ parser.Args, v bool) error {
		x.Device.Log().SetCounting(v)
		return nil
	},
	Examples: []string{"logging count"},
}

// loggingUserinfo is "logging userinfo": who enables is logged.
var loggingUserinfo = Leaf[bool]{
	In: ConfigMode, Syntax: "logging userinfo", Place: in(config.SectionSecurity, 8), Parse: given, Apply: kept[bool],
	Help: Words{"userinfo": "Enable logging of user info on privileged mode enabling"}, Examples: []string{"logging userinfo"},
}

func loggingLines() []Declaration {
	return []Declaration{
		loggingOn, loggingRateLimit, loggingCount, loggingUserinfo,
		loggingBuffered, loggingXML,
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
		// what a 2811 takes although login begins alike (sample show-logging-c2811-1243i)
		Command{Syntax: "show log", Piped: true, Hidden: true, Run: showLogging, Help: Words{"log": "Show the contents of logging buffers"}},
		Command{Syntax: "show logging xml", Piped: true, Run: showLoggingXML, Help: Words{
			"xml": "Show the contents of XML logging buffer",
		}},
		Command{Syntax: "show logging count", Piped: true, Run: showLoggingCount, Help: Words{
			"count": "Show counts of each logging message",
		}},
		Command{
			Syntax: "clear logging xml", Privilege: 15, Help: Words{"xml": "Clear XML logging buffer"},
			Run: func(x *Exec, _ parser.Args) {
				x.Confirm("Clear XML logging buffer [confirm]", func(x *Exec) { x.Device.Log().ClearXML() })
			},
		},
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
