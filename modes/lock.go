package modes

import "tandem/parser"

// What lock says; that a line is not lockable and that the two passwords differ
// is assumed, the rest remembered.
const (
	lockedLine   = "\n\n\nLocked\n\n"
	lockRefused  = "% Locking is not enabled on this line\n"
	lockDiffers  = "% Passwords do not match\n"
	lockBad      = "% Bad password\n"
	lockPassword = "Password: "
	lockAgain    = "Again: "
)

var lockable = Leaf[bool]{
	In: lineMode, Syntax: "lockable", Place: at(28), Parse: given, Apply: kept[bool],
	Help: Words{"lockable": "Allow users to lock a line"},
	Print: func(_ parser.Args, v bool) string {
		if v {
			return "lockable"
		}
		return ""
	},
	Examples: []string{"lockable"},
}

// lockCommands are the exec commands by which a user leaves the terminal to
// itself or to somebody else.
func lockCommands() []Declaration {
	return []Declaration{
		lockable,
		Command{Syntax: "lock", Run: lock, Help: Words{"lock": "Lock the terminal"}},
		Command{
			Syntax: "login", Help: Words{"login": "Log in as a particular user"},
			Run: func(x *Exec, _ parser.Args) { x.Shell.relogin = true },
		},
	}
}

// lock asks for a password, twice, and then for the same one until it comes.
// The line's exec-timeout goes on and ends a session that stays locked.
func lock(x *Exec, _ parser.Args) {
	if x.Shell.Settings == nil || !x.Shell.Settings().Lockable {
		x.Print(lockRefused)
		return
	}
	x.Ask(Question{Prompt: lockPassword, Answer: AnswerSecret, Then: func(x *Exec, password string) {
		x.Ask(Question{Prompt: lockAgain, Answer: AnswerSecret, Then: func(x *Exec, again string) {
			if password != again || password == "" {
				x.Print(lockDiffers)
				return
			}
			x.Print(lockedLine)
			unlock(x, password)
		}})
	}})
}

func unlock(x *Exec, password string) {
	x.Ask(Question{Prompt: lockPassword, Answer: AnswerSecret, Firm: true, Then: func(x *Exec, answer string) {
		if answer != password {
			x.Print(lockBad)
			unlock(x, password)
		}
	}})
}
