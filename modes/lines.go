package modes

import (
	"maps"
	"slices"
	"strings"
	"time"

	"tandem/config"
	"tandem/modes/secret"
	"tandem/parser"
	"tandem/platform"
)

// lineBlock is "line con 0", "line vty 0 4" or a tty line of a module.
var lineBlock = Block{
	In:     ConfigMode,
	Syntax: "line {console <zero:0-0> | aux <zero:0-0> | vty <first:0-1180> [<last:0-1180>] | <tty:2-999> [<last:0-1180>]}",
	Help: Words{
		"line": "Configure a terminal line", "console": "Primary terminal line", "aux": "Auxiliary line",
		"vty": "Virtual terminal", "zero": "Line number", "first": "First Line number", "last": "Last Line number",
		"tty": "First Line number",
	},
	Opens:  "config-line",
	Header: lineHeader, Place: linePlace,
	Open: func(x *Exec, a parser.Args) error {
		if a.Has("tty") && !slices.ContainsFunc(x.Device.Hardware().Lines(), func(l platform.Line) bool { return l.Header() == a.String() }) {
			return CaretError{Arg: "tty"}
		}
		if a.Has("vty") && a.Has("last") && a.Int("last") < a.Int("first") {
			return CaretError{Arg: "last"}
		}
		return nil
	},
	Nodes:    openLines,
	Close:    closeLines,
	Examples: []string{"line con 0", "line aux 0", "line vty 0 4"},
}

// lineHeader is how a listing spells a line block.
func lineHeader(a parser.Args) string { return strings.Replace(a.String(), "console", "con", 1) }

func linePlace(_ *Exec, a parser.Args) config.Place {
	switch {
	case a.Has("console"):
		return in(config.SectionLines, 0)
	case a.Has("aux"):
		return in(config.SectionLines, 1)
	case a.Has("vty"):
		return in(config.SectionLines, 3, a.Int("first"))
	}
	return in(config.SectionLines, 2, a.Int("tty"))
}

// timeout is a pair of minutes and seconds.
type timeout struct{ minutes, seconds int }

// defaultExecTimeout is ten minutes (reference cli 2.4).
var defaultExecTimeout = timeout{minutes: 10}

func (t timeout) duration() time.Duration {
	return time.Duration(t.minutes)*time.Minute + time.Duration(t.seconds)*time.Second
}

var execTimeout = Leaf[timeout]{
	In: "config-line", Syntax: "exec-timeout <minutes:0-35791> [<seconds:0-2147483>]", Place: at(10),
	Help: Words{
		"exec-timeout": "Set the EXEC timeout", "minutes": "Timeout in minutes", "seconds": "Timeout in seconds",
	},
	Default: defaultExecTimeout, Off: &timeout{},
	Parse: func(_ *Exec, a parser.Args) (timeout, error) {
		t := timeout{minutes: a.Int("minutes")}
		if a.Has("seconds") {
			t.seconds = a.Int("seconds")
		}
		return t, nil
	},
	Print: func(_ parser.Args, t timeout) string {
		if t == defaultExecTimeout {
			return ""
		}
		return "exec-timeout " + itoa(t.minutes) + " " + itoa(t.seconds)
	},
	Apply:    kept[timeout],
	Examples: []string{"exec-timeout 0 0"},
}

var linePassword = Leaf[secret.Secret]{
	In: "config-line", Syntax: linePasswordSyntax, Place: at(20),
	Help:  passwordHelp(Words{"password": "Set a password"}, "line password"),
	Parse: typedPassword,
	Print: func(_ parser.Args, v secret.Secret) string { return bare("password", v) },
	Apply: kept[secret.Secret], Examples: []string{"password secret", "password 7 060506324F41"},
}

const linePasswordSyntax = "password [0@clear | 7@hidden] <text:line>"

// logging synchronous keeps log lines out of half-typed commands.
var loggingSynchronous = Leaf[bool]{
	In: "config-line", Syntax: "logging synchronous", Place: at(25), Parse: given, Apply: kept[bool],
	Help: Words{"logging": "Modify message logging facilities", "synchronous": "Synchronized message output"},
	Print: func(_ parser.Args, v bool) string {
		if v {
			return "logging synchronous"
		}
		return ""
	},
	Examples: []string{"logging synchronous"},
}

// loginDisabled is the warning of "login" without a password, once a line of
// the range (reference cli 2.4).
func loginDisabled(header string, vtyBase int) string {
	var out strings.Builder
	for _, n := range lineNumbers(header, vtyBase) {
		out.WriteString("% Login disabled on line " + itoa(n) + ", until 'password' is set\n")
	}
	return out.String()
}

func lineLines() []Declaration {
	return append(lineLimits(),
		lineBlock, execTimeout, sessionTimeout, linePassword, loggingSynchronous, login,
		lineAccessClass, linePrivilege, lineNumber("length", "Set number of lines on a screen", 62, 24),
		lineNumber("width", "Set width of the display terminal", 63, 80), lineHistory, lineLocation,
		lineBanner("motd-banner", "Enable the display of the MOTD banner"), lineBanner("exec-banner", "Enable the display of the EXEC banner"),
		keptLine(lineMode, "stopbits {1 | 1.5 | 2}", Words{
			"stopbits": "Set async line stop bits", "1": "One stop bit", "1.5": "One and one-half stop bits", "2": "Two stop bits",
		},
			at(90), "stopbits 1"),
		keptOn(lineMode, "activation-character", Words{"activation-character": "Define the activation character"}, at(30)),
		escapeCharacter, execTimestamp,
		keptOn(lineMode, "exec", Words{"exec": "Start an EXEC process"}, at(31)),
		transportPreferred, transportInput, transportOutput,
	)
}

var transportPreferred = transportLine("preferred", "Specify the preferred protocol to use", "{none | telnet | ssh}", Words{
	"telnet": "TCP/IP Telnet protocol", "ssh": "TCP/IP SSH protocol",
}, 70, "transport preferred none")

var transportOutput = transportLine("output", "Define which protocols to use for outgoing connections",
	"{all | none | <protocols:line>}", anyProtocols, 72, "transport output pad telnet rlogin lapb-ta mop udptn v120 ssh")

var anyProtocols = Words{"all": "All protocols", "protocols": "Protocols, one after the other"}

// transportLine is "transport preferred" or "transport output".
func transportLine(word, help, choices string, more Words, rank int, example string) Leaf[string] {
	words := Words{"transport": "Define transport protocols for line", word: help, "none": "No protocols"}
	maps.Copy(words, more)
	return Leaf[string]{
		In: lineMode, Syntax: "transport " + word + " " + choices, Help: words, Place: at(rank), Parse: typed, Apply: kept[string],
		Examples: []string{example},
	}
}

// lineNumbers returns the absolute numbers of the lines of a header: con is 0,
// aux is 1, tty lines are their own, vtys follow (reference cli 2.4).
func lineNumbers(header string, vtyBase int) []int {
	fields := strings.Fields(header)
	first := atoi(fields[len(fields)-1])
	last := first
	if len(fields) == 4 {
		first = atoi(fields[2])
	}
	base := 0
	switch fields[1] {
	case "aux":
		base = 1
	case "vty":
		base = vtyBase
	}
	var out []int
	for n := first; n <= last; n++ {
		out = append(out, base+n)
	}
	return out
}
