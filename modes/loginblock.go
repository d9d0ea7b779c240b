package modes

import (
	"time"

	"tandem/config"
	"tandem/parser"
)

// blocking is "login block-for": after so many failures within a time the
// router takes no connections for a while.
type blocking struct{ quiet, attempts, within int }

var loginBlock = Leaf[blocking]{
	In: ConfigMode, Syntax: "login block-for <quiet:1-65535> attempts <attempts-value:1-65535> within <within-value:1-65535>",
	No:    "login block-for [<quiet:1-65535> attempts <attempts-value:1-65535> within <within-value:1-65535>]",
	Place: in(config.SectionInspect, 50),
	Help: Words{
		"login": "Enable secure login checking", "block-for": "Set quiet-mode active time period", "quiet": "Time period in seconds",
		"attempts": "Set max number of fail attempts", "attempts-value": "Fail attempts (max)", "within": "Watch period for fail attempts",
		"within-value": "Time period in seconds",
	},
	Parse: func(_ *Exec, a parser.Args) (blocking, error) {
		return blocking{a.Int("quiet"), a.Int("attempts-value"), a.Int("within-value")}, nil
	},
	Print: func(_ parser.Args, v blocking) string {
		if v == (blocking{}) {
			return ""
		}
		return "login block-for " + itoa(v.quiet) + " attempts " + itoa(v.attempts) + " within " + itoa(v.within)
	},
	Apply: kept[blocking], Examples: []string{"login block-for 100 attempts 3 within 60"},
}

var loginQuiet = Leaf[string]{
	In: ConfigMode, Syntax: "login quiet-mode access-class <list:word>",
	Place: in(config.SectionInspect, 52), Parse: word("list"), Apply: kept[string],
	Help: Words{
		"quiet-mode": "Set quiet-mode options", "access-class": "Set access class for quiet-mode", "list": "Access list name or number",
	},
	Print: func(_ parser.Args, v string) string {
		if v == "" {
			return ""
		}
		return "login quiet-mode access-class " + v
	},
	Examples: []string{"login quiet-mode access-class 10"},
}

// loginDelay is the time from a failed login to the next prompt.
var loginDelay = Leaf[int]{
	In: ConfigMode, Syntax: "login delay <delay-value:1-10>", Place: in(config.SectionInspect, 51),
	Parse: number("delay-value"), Apply: kept[int], Examples: []string{"login delay 3"},
	Help: Words{"delay": "Set delay between successive fail login", "delay-value": "Time period in seconds"},
}

// usualDelay is the delay in seconds that comes with login block-for.
const usualDelay = 1

// loginLog is "login on-failure log" or "login on-success log": how many of
// them lead to one message, 0 for none.
func loginLog(word string, rank int) Leaf[int] {
	return Leaf[int]{
		In: ConfigMode, Syntax: "login " + word + " log [every <every-value:1-65535>]", No: "login " + word + " log [every <every-value:1-65535>]",
		Place: in(config.SectionInspect, rank), Apply: kept[int],
		Help: Words{
			word: "Set options for " + word[len("on-"):] + " of login attempts", "log": "Generate syslogs",
			"every": "Periodicity of generating syslogs", "every-value": "Number of attempts",
		},
		Parse: func(_ *Exec, a parser.Args) (int, error) {
			if a.Has("every-value") {
				return a.Int("every-value"), nil
			}
			return 1, nil
		},
		Print: func(_ parser.Args, v int) string {
			if v == 1 {
				return "login " + word + " log"
			}
			return "login " + word + " log every " + itoa(v)
		},
		Examples: []string{"login " + word + " log", "login " + word + " log every 5"},
	}
}

func loginLines() []Declaration {
	return []Declaration{loginBlock, loginDelay, loginQuiet, loginLog("on-failure", 53), loginLog("on-success", 54)}
}

// LoginGuard is what a router does against guessing.
type LoginGuard struct {
	Quiet    time.Duration // how long it takes no connections; 0 is never
	Attempts int           // failures that lead to it
	Within   time.Duration
	Exempt   string        // list of those that may connect all the same, "" for none
	Delay    time.Duration // from a failed login to the next prompt
	Failures int           // how many failed logins lead to a message; 0 for none
	Success  int           // how many successful ones do
}

// GuardOf returns what is configured against guessing.
func GuardOf(t *config.Tree) LoginGuard {
	b := loginBlock.Value(t.Root)
	delay := loginDelay.Value(t.Root)
	if delay == 0 && b.quiet > 0 {
		delay = usualDelay
	}
	return LoginGuard{
		Quiet: time.Duration(b.quiet) * time.Second, Attempts: b.attempts, Within: time.Duration(b.within) * time.Second,
		Exempt: loginQuiet.Value(t.Root), Delay: time.Duration(delay) * time.Second,
		Failures: loginLog("on-failure", 0).Value(t.Root), Success: loginLog("on-success", 0).Value(t.Root),
	}
}
