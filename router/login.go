package router

import (
	"strings"

	"tandem/modes"
	"tandem/platform"
)

// login is the state of a login dialogue.
type login struct {
	method string
	tries  int // failed so far
	user   string
}

// startLogin begins the dialogue that the line's configuration asks for.
func (t *tty) startLogin() {
	s := t.settings()
	t.login = login{method: t.chooseMethod(s)}
	preface := "\n"
	if text := t.banner(modes.BannerMOTD); text != "" && s.MOTD {
		preface += text + "\n"
	}
	switch t.login.method {
	case modes.MethodNone:
		if t.kind == platform.Console {
			preface = strings.Repeat("\n", returnBlanks-1) + preface
		}
		t.open(preface)
		return
	case "":
		t.end("\n\nPassword required, but none set\n")
		return
	case modes.MethodLocal:
		t.phase = phaseUser
	default:
		t.phase = phasePassword
	}
	if text := t.banner(modes.BannerLogin); text != "" {
		preface += text + "\n"
	}
	t.show(preface+"\n"+t.words().Title+"\n", t.want())
}

// relogin asks for another user at an open line. Whoever fails has lost the
// session (assumed), and with it the right to go on guessing here.
func (t *tty) relogin(text string) {
	t.shell.Close(t.r.now)
	t.shell, t.question, t.running, t.raw, t.single = nil, nil, false, false, false
	t.login, t.phase = login{method: modes.MethodLocal}, phaseUser
	t.show(text, t.want())
}

// chooseMethod returns the first method that has something to compare with,
// "" when the line asks for a password that nobody set. The console then lets
// its user in.
func (t *tty) chooseMethod(s modes.LineSettings) string {
	console := t.kind == platform.Console
	for _, m := range modes.LoginMethods(t.r.tree, s, console) {
		stored, _ := modes.EnableSecret(t.r.tree, 15)
		switch {
		case m == modes.MethodNone, m == modes.MethodLocal,
			m == modes.MethodLine && s.Password.Set(), m == modes.MethodEnable && stored.Set():
			return m
		}
	}
	if console {
		return modes.MethodNone
	}
	return ""
}

func (t *tty) giveUser(name string) {
	if t.login.user = strings.TrimSpace(name); t.login.user == "" {
		t.show("", WantAnswer)
		return
	}
	t.phase = phasePassword
	t.show("", WantSecret)
}

func (t *tty) givePassword(password string) {
	if t.verify(t.login.method, t.login.user, password) {
		t.r.loginSucceeded(t, t.login.user)
		t.open(t.afterLogin())
		return
	}
	t.r.loginFailed(t, t.login.user)
	t.refuseLogin("")
}

// afterLogin separates the console's dialogue from its prompt.
func (t *tty) afterLogin() string {
	if t.kind == platform.Console && t.login.method == modes.MethodLine {
		return "\n"
	}
	return ""
}

// verify compares a password by one method.
func (t *tty) verify(method, user, password string) bool {
	switch method {
	case modes.MethodLocal:
		_, ok := modes.CheckUser(t.r.tree, user, password)
		return ok
	case modes.MethodLine:
		return t.settings().Password.Check(password)
	case modes.MethodEnable:
		stored, _ := modes.EnableSecret(t.r.tree, 15)
		return stored.Check(password)
	}
	return method == modes.MethodNone
}

// refuseLogin asks again, or gives up after the third time. said stands in
// front of the answer.
func (t *tty) refuseLogin(said string) {
	text, words := "", t.words()
	switch {
	case words.Failed != "":
		text = "\n" + words.Failed + "\n"
	case t.login.method == modes.MethodLocal:
		text = "% Login invalid\n\n"
	}
	if t.login.tries++; t.login.tries >= words.Attempts {
		if text == "" {
			text = "% Bad passwords\n"
		}
		t.end(said + text)
		return
	}
	t.phase = phasePassword
	if t.login.method == modes.MethodLocal {
		t.phase = phaseUser
	}
	t.rest(said + text)
}

func (t *tty) words() modes.LoginWords { return modes.LoginWordsOf(t.r.tree) }

// rest shows a text and asks again after the delay of failed logins. A console
// has none: whoever sits there guesses by hand.
func (t *tty) rest(text string) {
	delay := modes.GuardOf(t.r.tree).Delay
	if delay == 0 || t.kind == platform.Console {
		t.show(text, t.want())
		return
	}
	t.resting = true
	t.show(text, WantNothing)
	t.r.timers.Set(t.key(timerRest), t.r.now.Add(delay))
}

// loginExpired is a prompt that nobody answered.
func (t *tty) loginExpired() {
	said := "\n% Username:  timeout expired!\n"
	if t.phase == phasePassword {
		said = "\n" + modes.PasswordExpired
	}
	if t.login.tries+1 < t.words().Attempts {
		t.login.tries++
		t.show(said, t.want())
		return
	}
	t.refuseLogin(said)
}

// open puts the user at the exec prompt.
func (t *tty) open(text string) {
	s := t.settings()
	if t.kind == platform.TTY {
		t.attach(text)
		return
	}
	if s.NoExec {
		t.end(text)
		return
	}
	t.phase, t.opened, t.warned = phaseShell, t.r.now, false
	t.makeShell(s)
	if banner := t.banner(modes.BannerExec); banner != "" && s.Exec {
		text += banner + "\n"
	}
	command := modes.UserAutoCommand(t.r.tree, t.login.user)
	if command == "" {
		command = s.AutoCommand
	}
	if command == "" {
		t.show(text, WantLine)
		return
	}
	t.single = true
	t.show(text, WantNothing)
	t.command(t.r.now, command)
}

// banner is a banner as it reads on this line.
func (t *tty) banner(kind string) string {
	return modes.BannerOf(t.r.tree, kind, t.absolute(), t.settings().Location)
}

// makeShell makes the command line of whoever logged in.
func (t *tty) makeShell(s modes.LineSettings) {
	shell := modes.NewShell(t.r, t.r.Grammar)
	shell.Origin, shell.User, shell.TTY, shell.Password = t.origin(), t.login.user, t.absolute(), s.Password
	shell.Output = t.result
	shell.Settings, shell.Single = t.settings, t.single
	shell.Privilege = s.Privilege
	if t.login.user != "" && modes.Authorized(t.r.tree, t.kind == platform.Console) {
		if level := modes.UserPrivilege(t.r.tree, t.login.user); level != 1 {
			shell.Privilege = level
		}
	}
	c := &shell.Terminal
	c.Timestamp, c.Escape = s.Timestamp, s.Escape
	c.Synchronous, c.Length, c.Width, c.History = s.Synchronous, s.Length, s.Width, s.History
	t.shell = shell
	t.r.uses[t.absolute()]++
	t.fit()
}
