package modes

import (
	"strings"

	"tandem/clock"
	"tandem/parser"
	"tandem/syslog"
)

// configLogMode is the mode of "log config" in the archive.
const configLogMode = "config-archive-log-cfg"

// defaultChanges is how many commands the configuration log keeps (assumed).
const defaultChanges = 100

// changeLog is the configuration log of a device: who typed which line. The
// zero value is off.
type changeLog struct {
	on, notify bool
	most       int      // commands kept
	changes    []change // oldest first
	number     int      // of the newest
	sessions   int      // stays in configuration so far
}

// change is one line of configuration that was taken.
type change struct {
	number, session int
	who             string // "cisco@vty0"
	line            string
}

var configLogEnable = Leaf[bool]{
	In: configLogMode, Syntax: "logging enable", Place: at(10), Parse: given,
	Help: Words{"logging": "Modify config logging parameters", "enable": "Enable the config logger"},
	Apply: func(x *Exec, _ parser.Args, v bool) error {
		x.Device.Upkeep().changes.on = v
		return nil
	},
	Examples: []string{"logging enable"},
}

var configLogSize = Leaf[int]{
	In: configLogMode, Syntax: "logging size <entries:1-1000>", Place: at(20), Default: defaultChanges, Parse: number("entries"),
	Help: Words{"size": "Set maximum size of the config log", "entries": "Maximum number of log entries"},
	Apply: func(x *Exec, _ parser.Args, most int) error {
		l := &x.Device.Upkeep().changes
		l.most = most
		l.trim()
		return nil
	},
	Examples: []string{"logging size 200"},
}

var configLogNotify = Leaf[bool]{
	In: configLogMode, Syntax: "notify syslog [contenttype plaintext]", Place: at(30), Parse: given,
	Help: Words{
		"notify": "Notify external applications", "syslog": "Send config notifications to syslog",
		"contenttype": "Format of the notifications", "plaintext": "Plain text (the default)",
	},
	Print: func(parser.Args, bool) string { return "notify syslog" },
	Apply: func(x *Exec, _ parser.Args, v bool) error {
		x.Device.Upkeep().changes.notify = v
		return nil
	},
	Examples: []string{"notify syslog"},
}

// configLogHideKeys is kept: secrets are never logged here.
var configLogHideKeys = Leaf[bool]{
	In: configLogMode, Syntax: "hidekeys", Place: at(40), Parse: given, Apply: kept[bool],
	Help: Words{"hidekeys": "suppress output (e.g. passwords) when displaying logged commands"}, Examples: []string{"hidekeys"},
}

func configLogLines() []Declaration {
	return []Declaration{
		Block{
			In: archiveMode, Syntax: "log config", Opens: configLogMode, Place: always(at(5)),
			Help: Words{"log": "Logging commands", "config": "Log configuration commands"},
			Close: func(x *Exec, _ parser.Args) error {
				x.Device.Upkeep().changes = changeLog{}
				return nil
			},
			Examples: []string{"log config"},
		},
		configLogEnable, configLogSize, configLogNotify, configLogHideKeys,
		Command{Syntax: "show archive log config {all | <first:1-2147483647> [<last:1-2147483647>]}", Privilege: 15, Piped: true, Run: showConfigLog, Help: Words{
			"log": "Log of changes", "config": "Configuration log", "all": "All entries", "first": "First entry", "last": "Last entry",
		}},
		Command{Syntax: "show archive log config statistics", Privilege: 15, Piped: true, Run: showConfigLogSize, Help: Words{
			"statistics": "Size of the log",
		}},
		Command{Syntax: "clear archive log config", Privilege: 15, Help: Words{
			"clear": "Reset functions", "archive": "Archive functions", "log": "Log of changes", "config": "Configuration log",
		}, Run: func(x *Exec, _ parser.Args) { x.Device.Upkeep().changes.changes = nil }},
	}
}

// archiveClosed forgets what the lines of the archive set up.
func archiveClosed(x *Exec, _ parser.Args) error {
	x.Device.Cancel(timerArchive)
	x.Device.Upkeep().changes = changeLog{}
	return nil
}

func (l *changeLog) trim() {
	most := l.most
	if most == 0 {
		most = defaultChanges
	}
	l.changes = l.changes[max(0, len(l.changes)-most):]
}

// record logs one line that was taken.
func (l *changeLog) record(d Device, now clock.Time, s *Shell, text string) {
	if !l.on {
		return
	}
	l.number++
	line := withoutSecrets(text)
	l.changes = append(l.changes, change{l.number, l.sessions, s.at(), line})
	l.trim()
	if !l.notify {
		return
	}
	user := s.User
	if user == "" {
		user = "unknown user"
		if s.TTY == 0 {
			user = consoleOrigin
		}
	}
	d.Message(now, syslog.Message{
		Facility: "PARSER", Severity: syslog.Notifications, Mnemonic: "CFGLOG_LOGGEDCMD",
		Text: "User:" + user + "  logged command:" + line,
	})
}

// at names who works where: "cisco@vty0", "unknown user@vty1",
// "console@console".
func (s *Shell) at() string {
	line, _, _ := strings.Cut(s.Origin, " ")
	if line == "" {
		line = consoleOrigin
	}
	switch {
	case s.User != "":
		return s.User + "@" + line
	case line == consoleOrigin:
		return consoleOrigin + "@" + line
	}
	return "unknown user@" + line
}

// written is a matched line with its keywords in full: an abbreviation must
// not hide what announces a secret.
func written(m parser.Match) string {
	switch m.Form {
	case parser.Negated:
		return "no " + m.Args.String()
	case parser.Defaulted:
		return "default " + m.Args.String()
	}
	return m.Args.String()
}

// secretWords stand in front of what no log may show.
var secretWords = map[string]bool{
	"password": true, "secret": true, "key-string": true, "community": true, "authentication": true,
}

// withoutSecrets masks what follows a word that announces a secret, and the
// community in a line about a trap host.
func withoutSecrets(line string) string {
	words := strings.Fields(line)
	for i, w := range words {
		announced := secretWords[strings.ToLower(w)] && words[0] != "aaa" && words[0] != "login"
		host := i > 1 && words[i-2] == "snmp-server" && words[i-1] == "host"
		if (announced || host) && i+1 < len(words) {
			return strings.Join(append(words[:i+1:i+1], "*****"), " ")
		}
	}
	return strings.Join(words, " ")
}

// showConfigLog lists the commands; the columns are assumed.
func showConfigLog(x *Exec, a parser.Args) {
	first, last := 0, int(^uint(0)>>1)
	if a.Has("first") {
		first, last = a.Int("first"), a.Int("first")
	}
	if a.Has("last") {
		last = a.Int("last")
	}
	x.Print(" idx   sess           user@line      Logged command\n")
	for _, c := range x.Device.Upkeep().changes.changes {
		if c.number >= first && c.number <= last {
			x.Printf("%5d %5d %20s  |%s\n", c.number, c.session, c.who, c.line)
		}
	}
}

func showConfigLogSize(x *Exec, _ parser.Args) {
	l := x.Device.Upkeep().changes
	bytes := 0
	for _, c := range l.changes {
		bytes += len(c.line)
	}
	x.Printf("Config Log Session Info:\n        Number of sessions being tracked: %d\n\n"+
		"Config Log log-queue info:\n        Number of entries in the log-queue: %d\n        Memory being held by the log-queue: %d bytes\n",
		l.sessions, len(l.changes), bytes)
}
