package modes

import (
	"tandem/modes/secret"
	"tandem/parser"
	"tandem/syslog"
)

// enableTries is how often enable asks (reference cli 2.2).
const enableTries = 3

// PasswordExpired is what an unanswered password prompt says after 30 s.
const PasswordExpired = "% Password:  timeout expired!\n"

func enable(x *Exec, a parser.Args) {
	level := highest
	if a.Has("level") {
		level = a.Int("level")
	}
	if level <= x.Shell.Privilege {
		if a.Has("level") {
			x.Shell.Privilege = max(level, 1)
		}
		return
	}
	stored, wrong, open := enableCheck(x, level)
	switch {
	case open:
		grant(x, level)
	case !stored.Set():
		x.Print("% No password set\n")
	default:
		askEnable(x, level, stored, wrong, enableTries)
	}
}

// grant gives the level, and says so where "logging userinfo" asks for it.
func grant(x *Exec, level int) {
	x.Shell.Privilege = level
	if loggingUserinfo.Value(x.Device.Config().Root) {
		user := x.Shell.User
		if user == "" {
			user = "unknown"
		}
		origin := x.Shell.Origin
		x.Device.Message(x.Now, syslog.Message{
			Facility: "SYS", Severity: syslog.Notifications, Mnemonic: "PRIV_AUTH_PASS",
			Text: "Privilege level set to " + itoa(level) + " by " + user + " on " + origin,
		})
	}
}

// enableCheck finds what enable asks for: the first method that has something
// to ask. With open nothing is asked.
func enableCheck(x *Exec, level int) (stored secret.Secret, wrong string, open bool) {
	t := x.Device.Config()
	for _, m := range EnableMethods(t) {
		switch m {
		case MethodNone:
			return secret.Secret{}, "", true
		case MethodLine:
			stored = x.Shell.Password
		case MethodEnable:
			var hashed bool
			stored, hashed = EnableSecret(t, level)
			wrong = "% Bad passwords\n"
			if hashed {
				wrong = "% Bad secrets\n"
			}
		}
		if NewModel(t) {
			wrong = "% Error in authentication.\n"
		}
		if stored.Set() {
			return stored, wrong, false
		}
	}
	// Whoever sits at the console may enable while nothing is set.
	return stored, wrong, x.Shell.Origin == consoleOrigin
}

func askEnable(x *Exec, level int, stored secret.Secret, wrong string, tries int) {
	again := func(x *Exec) {
		if tries > 1 && !NewModel(x.Device.Config()) {
			askEnable(x, level, stored, wrong, tries-1)
			return
		}
		x.Print(wrong + "\n")
	}
	x.Ask(Question{
		Prompt: "Password: ", Answer: AnswerSecret,
		Then: func(x *Exec, answer string) {
			if stored.Check(answer) {
				grant(x, level)
				return
			}
			again(x)
		},
		Expire: func(x *Exec) {
			x.Print(PasswordExpired)
			again(x)
		},
	})
}
