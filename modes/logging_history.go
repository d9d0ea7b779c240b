package modes

import (
	"time"

	"tandem/config"
	"tandem/parser"
	"tandem/syslog"
)

var historySize = Leaf[int]{
	In: ConfigMode, Syntax: "logging history size <entries:0-500>", Place: in(config.SectionSecurity, 9), Default: syslog.DefaultHistorySize,
	Help: Words{
		"history": "Configure syslog history table", "size": "Set history table size", "entries": "Number of entries",
	},
	Parse: number("entries"),
	Apply: func(x *Exec, _ parser.Args, entries int) error {
		x.Device.Log().History.SetSize(entries)
		return nil
	},
	Examples: []string{"logging history size 50"},
}

var historyLevel = Leaf[syslog.Severity]{
	In: ConfigMode, Syntax: "logging history " + levelSyntax, No: "logging history [" + levelSyntax + "]", Place: in(config.SectionSecurity, 10),
	Help: levelHelp(Words{}), Default: syslog.DefaultHistoryLevel,
	Parse: func(_ *Exec, a parser.Args) (syslog.Severity, error) { return levelOf(a), nil },
	Print: func(_ parser.Args, level syslog.Severity) string {
		if level == syslog.DefaultHistoryLevel {
			return ""
		}
		return "logging history " + levels[level].name
	},
	Apply: func(x *Exec, _ parser.Args, level syslog.Severity) error {
		x.Device.Log().History.Level = level
		return nil
	},
	Examples: []string{"logging history notifications"},
}

// defaultException is the size of the buffer for messages of exceptions, in
// bytes (samples show-logging-124-buffered and show-logging-15x).
const defaultException = 4096

// loggingException only shows in show logging: no exception is ever raised
// here.
var loggingException = Leaf[int]{
	In: ConfigMode, Syntax: "logging exception <size:4096-2147483647>", Place: in(config.SectionSecurity, 11), Default: defaultException,
	Help:  Words{"exception": "Limit size of exception flush output", "size": "Logging buffer size"},
	Parse: number("size"), Apply: kept[int], Examples: []string{"logging exception 8192"},
}

func loggingHistoryLines() []Declaration {
	return []Declaration{
		historySize, historyLevel, loggingException,
		Command{Syntax: "show logging history", Piped: true, Run: showLoggingHistory, Help: Words{
			"history": "Show the contents of syslog history table",
		}},
	}
}

// showLoggingHistory has the layout of 12.4 as remembered; time stamps are
// hundredths of a second since the start.
func showLoggingHistory(x *Exec, _ parser.Args) {
	h := &x.Device.Log().History
	x.Printf("Syslog History Table:%d maximum table entries,\nsaving level %s or higher\n", h.Size(), levels[h.Level].name)
	x.Printf(" %d messages ignored, 0 dropped, 0 recursion drops\n %d table entries flushed\n SNMP notifications not enabled\n", h.Ignored, h.Flushed)
	for _, e := range h.Entries() {
		x.Printf("   entry number %d : %s\n    %s\n    timestamp: %d\n", e.Number, e.Name, e.Text, e.Uptime/(10*time.Millisecond))
	}
}
