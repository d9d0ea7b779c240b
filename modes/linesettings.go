package modes

import (
	"slices"
	"strings"
	"time"

	"tandem/config"
	"tandem/modes/secret"
	"tandem/parser"
	"tandem/platform"
)

// The remaining lines of a line block, and what they add up to.

var sessionTimeout = Leaf[int]{
	In: lineMode, Syntax: "session-timeout <minutes:0-35791>", Place: at(5), Parse: number("minutes"), Apply: kept[int],
	Help: Words{
		"session-timeout": "Set interval for closing connection when there is no input traffic",
		"minutes":         "Session timeout interval in minutes",
	},
	Examples: []string{"session-timeout 5"},
}

var lineAccessClass = Leaf[string]{
	In: lineMode, Syntax: "access-class <list:word> {in | out}", No: "access-class [<list:word>] {in | out}", Keys: []string{"in", "out"}, Place: at(6),
	Help: Words{
		"access-class": "Filter connections based on an IP access list", "list": "IP access list",
		"in": "Filter incoming connections", "out": "Filter outgoing connections",
	},
	Parse: word("list"), Apply: kept[string], Examples: []string{"access-class 10 in"},
	Print: func(a parser.Args, v string) string {
		direction := " in"
		if a.Has("out") {
			direction = " out"
		}
		if v == "" {
			return ""
		}
		return "access-class " + v + direction
	},
}

var linePrivilege = Leaf[int]{
	In: lineMode, Syntax: "privilege level <level-number:0-15>", Place: at(12), Default: 1, Parse: number("level-number"), Apply: kept[int],
	Help: Words{
		"privilege": "Change privilege level for line", "level": "Assign default privilege level for line",
		"level-number": "Default privilege level for line",
	},
	Examples: []string{"privilege level 15"},
}

var lineHistory = Leaf[int]{
	In: lineMode, Syntax: "history size <lines:0-256>", Place: at(61), Default: DefaultTerminal().History,
	Parse: number("lines"), Apply: kept[int], Examples: []string{"history size 50"},
	Help: Words{
		"history": "Enable and control the command history function", "size": "Set history buffer size",
		"lines": "Size of history buffer",
	},
}

var lineLocation = Leaf[string]{
	In: lineMode, Syntax: "location <where:line>", Place: at(7), Parse: word("where"), Apply: kept[string],
	Help:     Words{"location": "Enter terminal location description", "where": "One text line describing the terminal's location"},
	Examples: []string{"location rack 3"},
}

// lineNumber is "length N" or "width N".
func lineNumber(name, help string, rank, normal int) Leaf[int] {
	return Leaf[int]{
		In: lineMode, Syntax: name + " <" + name + "-value:0-512>", Place: at(rank), Default: normal,
		Help:  Words{name: help, name + "-value": "Number of " + map[string]string{"length": "lines on screen (0 for no pausing)", "width": "characters on a screen line"}[name]},
		Parse: number(name + "-value"), Apply: kept[int], Examples: []string{name + " 0"},
	}
}

// lineBanner is "no motd-banner" or "no exec-banner".
func lineBanner(name, help string) Leaf[bool] {
	return Leaf[bool]{
		In: lineMode, Syntax: name, Place: at(8), Default: true, Parse: given, Apply: kept[bool],
		Help: Words{name: help}, Print: yesNo(name), Examples: []string{"no " + name},
	}
}

// Protocols that can come in on a line.
const (
	Telnet = "telnet"
	SSH    = "ssh"
)

var transportInput = Leaf[string]{
	In: lineMode, Syntax: "transport input {all | none | {lapb-ta | mop | pad | rlogin | ssh | telnet | udptn | v120}*}",
	No:    "transport input [all | none | {lapb-ta | mop | pad | rlogin | ssh | telnet | udptn | v120}*]",
	Place: at(71), Parse: typed, Apply: kept[string],
	Help: Words{
		"transport": "Define transport protocols for line", "input": "Define which protocols to use when connecting to the terminal server",
		"all": "All protocols", "none": "No protocols", "lapb-ta": "LAPB Terminal Adapter", "mop": "DEC MOP Remote Console Protocol",
		"pad": "X.3 PAD", "rlogin": "Unix rlogin protocol", "ssh": "TCP/IP SSH protocol", "telnet": "TCP/IP Telnet protocol",
		"udptn": "UDPTN async via UDP protocol", "v120": "Async over ISDN",
	},
	Examples: []string{"transport input telnet ssh", "transport input all"},
}

// LineSettings is what a terminal line is configured to do.
type LineSettings struct {
	Login          string // "login", "login local", "login authentication NAME"; "" and "no login" ask nothing
	Password       secret.Secret
	ExecTimeout    time.Duration // 0 is never
	SessionTimeout time.Duration // 0 is never
	Limit          time.Duration // after which a session ends, used or not; 0 is never
	Warning        time.Duration // before that limit; 0 is none
	Sessions       int           // on other hosts at the same time; 0 is as many as one likes
	AutoCommand    string        // run instead of a prompt, "" for the prompt
	Synchronous    bool
	Timestamp      bool // load and time before each listing
	Escape         int  // character that interrupts, or NoEscape
	Privilege      int
	Length, Width  int
	History        int
	AccessClass    string // list for incoming connections, "" for none
	AccessOut      string // list for outgoing ones
	Location       string
	Preferred      string // protocol for an unknown word, "none" for no such try
	MOTD, Exec     bool   // banners that are shown
	NoExec         bool   // the line gives no prompt
	Lockable       bool   // a user may lock it
	input, output  []string
}

// Takes reports whether a connection of a protocol may come in on the line.
func (s LineSettings) Takes(protocol string) bool {
	return len(s.input) == 0 || slices.Contains(s.input, "all") || slices.Contains(s.input, protocol)
}

// Makes reports whether a session on the line may connect by a protocol.
func (s LineSettings) Makes(protocol string) bool {
	return len(s.output) == 0 || slices.Contains(s.output, "all") || slices.Contains(s.output, protocol)
}

// SettingsOf returns what a line is configured to do; see LineNode.
func SettingsOf(t *config.Tree, kind platform.LineKind, n int) LineSettings {
	node := LineNode(t, kind, n)
	if node == nil {
		node = config.New().Root
	}
	s := LineSettings{
		Login:       loginOf(node),
		Password:    linePassword.Value(node),
		ExecTimeout: execTimeout.Value(node).duration(), SessionTimeout: time.Duration(sessionTimeout.Value(node)) * time.Minute,
		Synchronous: loggingSynchronous.Value(node), Privilege: linePrivilege.Value(node),
		Length:  lineNumber("length", "", 0, DefaultTerminal().Length).Value(node),
		Width:   lineNumber("width", "", 0, DefaultTerminal().Width).Value(node),
		History: lineHistory.Value(node), AccessClass: lineAccessClass.Value(node, "in", ""), AccessOut: lineAccessClass.Value(node, "", "out"),
		MOTD: lineBanner("motd-banner", "").Value(node), Exec: lineBanner("exec-banner", "").Value(node),
	}
	if e, ok := node.Get(config.Slot{Leaf: "exec"}); ok {
		s.NoExec = e.Value == false
	}
	if text := transportInput.Value(node); text != "" {
		s.input = strings.Fields(text)[2:]
	}
	s.Limit, s.Warning = time.Duration(absoluteTimeout.Value(node))*time.Minute, time.Duration(logoutWarning.Value(node))*time.Second
	s.Sessions, s.AutoCommand = sessionLimit.Value(node), autoCommand.Value(node)
	s.Lockable = lockable.Value(node)
	s.Escape, s.Timestamp = escapeCharacter.Value(node).character, execTimestamp.Value(node)
	s.Location, s.Preferred = lineLocation.Value(node), Telnet
	if text := transportPreferred.Value(node); text != "" {
		s.Preferred = strings.Fields(text)[2]
	}
	if text := transportOutput.Value(node); text != "" {
		s.output = strings.Fields(text)[2:]
	}
	return s
}

func loginOf(n *config.Node) string {
	e, ok := n.Get(config.Slot{Leaf: loginSyntax})
	if !ok {
		return loginNone
	}
	return e.Value.(string)
}
