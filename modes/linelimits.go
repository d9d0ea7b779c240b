package modes

import (
	"fmt"
	"time"

	"tandem/parser"
)

// How long somebody may stay on a line, and what a session on it may do.

// defaultWarning is the seconds of a bare "logout-warning".
const defaultWarning = 20

var absoluteTimeout = Leaf[int]{
	In: lineMode, Syntax: "absolute-timeout <limit:0-10000>", No: "absolute-timeout [<limit:0-10000>]", Place: at(4), Parse: number("limit"), Apply: kept[int],
	Help: Words{
		"absolute-timeout": "Set absolute timeout for line disconnection", "limit": "Absolute timeout interval in minutes",
	},
	Examples: []string{"absolute-timeout 60"},
}

var logoutWarning = Leaf[int]{
	In: lineMode, Syntax: "logout-warning [<countdown:0-4294967>]", Place: at(9),
	Help: Words{
		"logout-warning": "Set Warning countdown for absolute timeout of line", "countdown": "Warning countdown (in seconds)",
	},
	Parse: func(_ *Exec, a parser.Args) (int, error) {
		if a.Has("countdown") {
			return a.Int("countdown"), nil
		}
		return defaultWarning, nil
	},
	Print: func(_ parser.Args, seconds int) string {
		if seconds == 0 {
			return ""
		}
		return "logout-warning " + itoa(seconds)
	},
	Apply: kept[int], Examples: []string{"logout-warning 30"},
}

var sessionLimit = Leaf[int]{
	In: lineMode, Syntax: "session-limit <number:1-4294967>", No: "session-limit [<number:1-4294967>]", Place: at(3), Parse: number("number"), Apply: kept[int],
	Help:     Words{"session-limit": "Set maximum number of sessions", "number": "Session limit"},
	Examples: []string{"session-limit 2"},
}

var autoCommand = Leaf[string]{
	In: lineMode, Syntax: "autocommand <command:line>", No: "autocommand [<command:line>]", Place: at(11), Parse: word("command"), Apply: kept[string],
	Help: Words{
		"autocommand": "Automatically execute an EXEC command", "command": "Appropriate EXEC command",
	},
	Examples: []string{"autocommand show users"},
}

func lineLimits() []Declaration {
	return []Declaration{absoluteTimeout, logoutWarning, sessionLimit, autoCommand}
}

// What the line says about its limits (remembered).
const (
	// LimitReached is what a session hears whose absolute-timeout is over.
	LimitReached = "\n*\n*\n* Line timeout expired\n*\n"
	limitComes   = "\n*\n*\n* Line timeout expires in %d seconds\n*"
	tooMany      = "% Session limit exceeded"
)

// LimitWarning is what a session hears before its absolute-timeout is over.
func LimitWarning(left time.Duration) string { return fmt.Sprintf(limitComes, int(left/time.Second)) }
