package router

import (
	"fmt"
	"strings"
	"time"

	"tandem/clock"
	"tandem/modes"
	"tandem/platform"
	"tandem/wire"
)

// Texts around a session (reference cli 2.4 and 3).
const (
	pressReturnBoot  = "\n\nPress RETURN to get started!\n"
	pressReturnAgain = "\n\n\n\n\nPress RETURN to get started.\n"
	dialogTitle      = "\n         --- System Configuration Dialog ---\n\n"
	dialogQuestion   = "Would you like to enter the initial configuration dialog? [yes/no]: "
	answerYesNo      = "% Please answer 'yes' or 'no'.\n"
	blankScreen      = 33 // lines printed when a console session ends
	returnBlanks     = 5  // blank lines between RETURN and a bare prompt
	answerTime       = 30 * time.Second
)

// phase is where a session stands between the connection and the command line.
type phase uint8

const (
	phaseDialog   phase = iota // the initial configuration dialogue of an empty NVRAM
	phaseSetup                 // the questions behind its "yes"
	phaseReturn                // waiting for RETURN
	phaseUser                  // login: the name
	phasePassword              // login: the password
	phaseShell                 // at the command line
	phaseAttached              // on a tty line: at what the line is the console of
	phaseOver                  // hung up
)

// Caller is who reaches a vty line.
type Caller struct {
	Protocol string    // modes.Telnet or modes.SSH
	Address  wire.Addr // of the far end; 0 is not known
	Port     uint16
	Local    wire.Addr // of the router
	TTY      int       // of the tty line that is called, see reverse.go; 0: any vty line
	Console  bool      // comes through the lab, not the network: no access class is asked
	Name     string    // shown as the location where Address is 0
}

// tty is the session on one terminal line. That of con 0 lives as long as the
// router; the shell in it comes and goes with each login. That of a vty lives
// as long as its connection.
type tty struct {
	r        *Router
	id       int // tells its timers apart
	kind     platform.LineKind
	number   int // within the kind
	caller   Caller
	sink     func(Screen)
	phase    phase
	shell    *modes.Shell
	question *modes.Question
	running  bool
	resting  bool   // after a failed login
	raw      bool   // the running command takes keys as they are typed
	single   bool   // one command and no prompt: an SSH exec request, an autocommand
	size     [2]int // length and width the terminal told, 0 when it told nothing
	used     clock.Time
	opened   clock.Time // when the command line was
	warned   bool       // that absolute-timeout is about to end it
	login    login

	answering bool     // a call from the terminal is being carried out
	answer    *Screen  // what it is answered with, until it is done
	held      []string // messages that came meanwhile
}

// OpenConsole attaches line con 0 to a terminal: what the console shows, from
// the boot text on, goes to sink.
func (r *Router) OpenConsole(now clock.Time, sink func(Screen)) Session {
	t := r.addTTY(platform.Console, 0, now)
	t.sink, t.phase = sink, phaseReturn
	if r.setup {
		t.phase = phaseDialog
		t.show(r.bootText+dialogTitle, WantAnswer)
		return t
	}
	t.show(r.bootText+r.started(), WantReturn)
	return t
}

func (r *Router) addTTY(kind platform.LineKind, number int, now clock.Time) *tty {
	r.lastTTY++
	t := &tty{r: r, id: r.lastTTY, kind: kind, number: number, used: now, sink: func(Screen) {}}
	r.ttys = append(r.ttys, t)
	return t
}

// settings is what the line is configured to do at present.
func (t *tty) settings() modes.LineSettings { return modes.SettingsOf(t.r.tree, t.kind, t.number) }

// absolute is the number of the line among all lines.
func (t *tty) absolute() int {
	switch t.kind {
	case platform.Console:
		return 0
	case platform.Aux:
		return 1
	case platform.TTY:
		return t.number
	}
	return modes.VTYBase(t.r) + t.number
}

// origin is how log messages name the session.
func (t *tty) origin() string {
	if t.kind == platform.Console {
		return "console"
	}
	if t.kind == platform.TTY {
		return fmt.Sprintf("tty%d (%s)", t.number, t.location())
	}
	return fmt.Sprintf("vty%d (%s)", t.number, t.location())
}

func (t *tty) location() string {
	if t.caller.Address != 0 {
		return t.caller.Address.String()
	}
	return t.caller.Name
}

// show sends a screen in the present state.
func (t *tty) show(text string, want Want) {
	s := t.state(want)
	s.Text = text
	t.send(s)
}

// state fills everything of a screen but its text.
func (t *tty) state(want Want) Screen {
	s := Screen{Want: want, Length: 24, Width: 80, Editing: true, Escape: modes.DefaultEscape}
	switch {
	case want == WantHangup, t.resting:
	case t.phase == phaseDialog:
		s.Prompt = dialogQuestion
	case t.phase == phaseUser:
		s.Prompt = t.words().Username
	case t.phase == phasePassword:
		s.Prompt = t.words().Password
	case t.shell != nil:
		c := t.shell.Terminal
		s.Escape = c.Escape
		s.Length, s.Width, s.Editing, s.History, s.Synchro = c.Length, c.Width, c.Editing, c.History, c.Synchronous
		if want == WantLine && !t.r.reload.wanted {
			s.Prompt = t.shell.Prompt()
		}
		if t.question != nil {
			s.Prompt = t.question.Prompt
		}
	}
	return s
}

// want is what the session waits for when nothing changes.
func (t *tty) want() Want {
	switch {
	case t.resting:
		return WantNothing
	case t.phase == phaseDialog, t.phase == phaseUser:
		return WantAnswer
	case t.phase == phasePassword:
		return WantSecret
	case t.phase == phaseReturn:
		return WantReturn
	case t.phase == phaseOver:
		return WantHangup
	case t.phase == phaseAttached, t.running && t.raw:
		return WantRaw
	case t.running:
		return WantNothing
	case t.question != nil:
		return wantOf(t.question.Answer)
	}
	return WantLine
}

// wantOf is the input that answers a question.
func wantOf(a modes.Answer) Want {
	switch a {
	case modes.AnswerSecret:
		return WantSecret
	case modes.AnswerKey:
		return WantKey
	}
	return WantAnswer
}

// begin opens a call from the terminal; what it returns closes it.
func (t *tty) begin(now clock.Time) (end func()) {
	t.r.begin(now)
	t.used, t.answering = now, true
	return func() {
		t.arm()
		t.r.settle()
		t.answered()
	}
}

// send gives a screen to the terminal, the last one of a call when the call is
// done.
func (t *tty) send(s Screen) {
	if !t.answering {
		t.sink(s)
		return
	}
	if t.answer != nil {
		t.sink(*t.answer)
	}
	t.answer = &s
}

// answered ends a call: its last screen, then the messages that came meanwhile.
func (t *tty) answered() {
	answer, held := t.answer, t.held
	t.answering, t.answer, t.held = false, nil, nil
	if t.phase == phaseOver {
		held = nil
	}
	if answer != nil {
		answer.More = len(held) > 0
		t.sink(*answer)
	}
	for i, line := range held {
		s := t.breaking(line)
		s.More = i < len(held)-1
		t.sink(s)
	}
}

// Enter implements Session.
func (t *tty) Enter(now clock.Time, line string) {
	defer t.begin(now)()
	if t.resting {
		t.show("", t.want())
		return
	}
	switch t.phase {
	case phaseDialog:
		t.answerDialog(line)
	case phaseReturn:
		t.startLogin()
	case phaseUser:
		t.giveUser(line)
	case phasePassword:
		t.givePassword(line)
	case phaseShell, phaseSetup:
		t.command(now, line)
	default:
		t.show("", WantHangup)
	}
}

// command gives a line to the shell.
func (t *tty) command(now clock.Time, line string) {
	switch {
	case t.running:
		t.show("", WantNothing)
	case t.question != nil:
		t.result(t.shell.Answer(now, line))
	default:
		t.result(t.shell.Line(now, line))
	}
}

func (t *tty) answerDialog(line string) {
	line = strings.ToLower(strings.TrimSpace(line))
	switch {
	case line != "" && strings.HasPrefix("no", line):
		t.r.setup = false
		t.phase = phaseReturn
		t.show(t.r.started(), WantReturn)
	case line != "" && strings.HasPrefix("yes", line):
		t.startSetup()
	default:
		t.show(answerYesNo, WantAnswer)
	}
}

// result shows what a line led to.
func (t *tty) result(res modes.Result) {
	t.question, t.running, t.raw = res.Question, res.Running, res.Raw
	if t.phase == phaseSetup && res.Question == nil && !res.Running {
		t.endSetup(res.Text)
		return
	}
	if res.Closed {
		t.end(res.Text)
		return
	}
	if res.Login {
		t.relogin(res.Text)
		return
	}
	want := t.want()
	if t.single && want == WantLine {
		t.end(res.Text)
		return
	}
	s := t.state(want)
	s.Text, s.Paged, s.Verbatim = res.Text, res.Paged, res.Verbatim
	t.send(s)
	t.arm()
}

// end leaves the session: the console waits for the next one, any other line
// drops its connection.
func (t *tty) end(text string) {
	if t.kind != platform.Console {
		t.show(text, WantHangup)
		t.release()
		return
	}
	t.shell, t.question, t.running, t.raw, t.single = nil, nil, false, false, false
	t.phase = phaseReturn
	t.show(text+strings.Repeat("\n", blankScreen)+t.r.Hostname()+" con0 is now available\n"+pressReturnAgain, WantReturn)
}

// release gives the line free.
func (t *tty) release() {
	if t.phase == phaseOver {
		return
	}
	if t.shell != nil {
		t.shell.Close(t.r.now)
	}
	t.r.timers.Stop(t.key(timerRest))
	t.resting = false
	t.phase, t.shell, t.question, t.running, t.raw = phaseOver, nil, nil, false, false
	t.arm()
	for i, other := range t.r.ttys {
		if other == t {
			t.r.ttys = append(t.r.ttys[:i:i], t.r.ttys[i+1:]...)
			return
		}
	}
}

// Key implements Session.
func (t *tty) Key(now clock.Time, key byte) { t.Enter(now, string(rune(key))) }

// Type implements Session.
func (t *tty) Type(now clock.Time, keys []byte) {
	defer t.begin(now)()
	if t.shell != nil && t.raw {
		t.shell.Type(now, keys)
	}
}

// EndConfig implements Session.
func (t *tty) EndConfig(now clock.Time, line string) {
	defer t.begin(now)()
	switch {
	case t.question != nil && t.question.Answer == modes.AnswerText:
		t.result(t.shell.Answer(now, line+modes.EndOfText))
	case t.shell == nil || t.question != nil || t.running:
		t.show("", t.want())
	default:
		t.result(t.shell.EndConfig(now, line))
	}
}

// Abandon implements Session.
func (t *tty) Abandon(now clock.Time) {
	defer t.begin(now)()
	switch {
	case t.phase == phaseDialog:
		t.answerDialog("no")
	case t.phase == phaseSetup:
		t.endSetup(modes.SetupAborted)
	case t.running:
		t.shell.Escape(now)
	case t.question != nil && t.question.Firm:
		t.show("", t.want())
	case t.shell != nil:
		t.question = nil
		t.shell.Abandon(now)
		t.show("", WantLine)
	default:
		t.show("", t.want())
	}
}

// Escape implements Session.
func (t *tty) Escape(now clock.Time) {
	defer t.begin(now)()
	if t.shell != nil && t.running {
		t.shell.Escape(now)
		return
	}
	t.show("", t.want())
}

// Help implements Session.
func (t *tty) Help(now clock.Time, line string) {
	defer t.begin(now)()
	s := t.state(t.want())
	s.Redraw, s.Line = true, line
	if t.shell != nil && t.question == nil {
		s.Text, s.Paged = t.shell.Help(line), true
	}
	t.send(s)
}

// Complete implements Session.
func (t *tty) Complete(now clock.Time, line string) {
	defer t.begin(now)()
	s := t.state(t.want())
	s.Redraw, s.Line = true, line
	if t.shell != nil && t.question == nil {
		s.Line = t.shell.Complete(line)
	}
	t.send(s)
}

// Resize implements Session. A length or width that the line's configuration
// sets stays.
func (t *tty) Resize(length, width int) {
	t.size = [2]int{length, width}
	t.fit()
}

func (t *tty) fit() {
	if t.shell == nil || t.size[0] == 0 || t.single {
		return
	}
	s, normal := t.settings(), modes.DefaultTerminal()
	if s.Length == normal.Length {
		t.shell.Terminal.Length = t.size[0]
	}
	if s.Width == normal.Width {
		t.shell.Terminal.Width = t.size[1]
	}
	t.shell.Resize()
}

// Hangup implements Session. A serial line does not notice that nobody looks.
func (t *tty) Hangup(now clock.Time) {
	if t.kind == platform.Console {
		return
	}
	t.r.begin(now)
	defer t.r.settle()
	t.release()
}

// message shows a logged line. The logger of IOS is a process of its own that
// runs when the line is done: what a line itself causes comes behind its prompt
// (reference cli 2.1).
func (t *tty) message(line string) {
	if t.answering {
		t.held = append(t.held, line)
		return
	}
	t.log(line)
}

// log shows a text in the middle of whatever is on the screen.
func (t *tty) log(line string) { t.send(t.breaking(line)) }

// breaking is a screen that breaks into what is being typed.
func (t *tty) breaking(line string) Screen {
	s := t.state(t.want())
	s.Text, s.Log = line+"\n", true
	return s
}

// watches reports whether log messages for a target are for this session.
func (t *tty) watches(console, monitor bool) bool {
	if t.kind == platform.Console {
		return console
	}
	return monitor && t.shell != nil && t.shell.Terminal.Monitor
}

// Timers of a session.
const (
	timerIdle   = "idle"
	timerAnswer = "answer"
	timerRest   = "rest"
	timerLimit  = "limit"
)

func (t *tty) key(name string) clock.Key {
	return clock.Key{Owner: ownerTTY, Name: fmt.Sprintf("%s %d", name, t.id)}
}

// arm sets the time until which the session may stay as it is.
func (t *tty) arm() {
	t.r.timers.Stop(t.key(timerIdle))
	t.r.timers.Stop(t.key(timerAnswer))
	t.armLimit()
	asked := !t.resting && (t.phase == phaseUser || t.phase == phasePassword)
	switch {
	case asked, t.phase == phaseShell && t.question != nil && t.question.Expire != nil:
		t.r.timers.Set(t.key(timerAnswer), t.r.now.Add(answerTime))
	case t.phase == phaseShell && (t.raw || !t.running):
		limit, since := t.settings().ExecTimeout, t.r.now
		if t.raw {
			limit, since = t.settings().SessionTimeout, t.used
		}
		if limit > 0 {
			t.r.timers.Set(t.key(timerIdle), since.Add(limit))
		}
	}
}

// fireTTY serves a timer of a session.
func (r *Router) fireTTY(name string) {
	for _, t := range r.ttys {
		switch name {
		case t.key(timerIdle).Name:
			t.idle()
			return
		case t.key(timerLimit).Name:
			t.limit()
			t.arm()
			return
		case t.key(timerRest).Name:
			t.resting = false
			t.show("", t.want())
			t.arm()
			return
		case t.key(timerAnswer).Name:
			t.expire()
			t.arm()
			return
		}
	}
}

// idle ends what nobody has used for too long: the session on another host that
// is on the screen, else the whole session; but a session with such a one behind
// the screen goes back to it (exec-timeout).
func (t *tty) idle() {
	t.used = t.r.now
	switch {
	case t.raw:
		t.shell.ExpireConnection(t.r.now)
		return
	case t.question == nil && t.shell.Connected():
		t.result(t.shell.Resume(t.r.now))
		return
	}
	t.shell.Close(t.r.now)
	t.end("")
}

// expire tells whoever asked that nobody answered.
func (t *tty) expire() {
	if t.phase != phaseShell {
		t.loginExpired()
		return
	}
	res := t.shell.Expire(t.r.now)
	res.Text = "\n" + res.Text
	t.result(res)
}
