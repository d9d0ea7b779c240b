package router

import (
	"strings"
	"time"

	"tandem/clock"
	"tandem/modes"
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
	phasePassword              // line password
	phaseShell                 // at the command line
	phaseOver                  // hung up
)

// console is the session on line con 0. It lives as long as the router; the
// shell in it comes and goes with each login.
type console struct {
	r        *Router
	sink     func(Screen)
	phase    phase
	shell    *modes.Shell
	question *modes.Question
	running  bool
	size     [2]int // length and width the terminal told, 0 when it told nothing
	tries    int
}

// OpenConsole attaches line con 0 to a terminal: what the console shows, from
// the boot text on, goes to sink.
func (r *Router) OpenConsole(now clock.Time, sink func(Screen)) Session {
	c := &console{r: r, sink: sink, phase: phaseReturn}
	r.consoles = append(r.consoles, c)
	text := r.bootText
	if r.setup {
		c.phase = phaseDialog
		c.show(text+dialogTitle, WantAnswer)
		return c
	}
	c.show(text+pressReturnBoot, WantReturn)
	return c
}

// show sends a screen in the present state.
func (c *console) show(text string, want Want) {
	s := c.state(want)
	s.Text = text
	c.sink(s)
}

// state fills everything of a screen but its text.
func (c *console) state(want Want) Screen {
	s := Screen{Want: want, Length: 24, Width: 80, Editing: true}
	switch {
	case c.phase == phaseDialog:
		s.Prompt = dialogQuestion
	case c.phase == phasePassword:
		s.Prompt = "Password: "
	case c.shell != nil:
		t := c.shell.Terminal
		s.Length, s.Width, s.Editing, s.History, s.Synchro = t.Length, t.Width, t.Editing, t.History, t.Synchronous
		if want == WantLine {
			s.Prompt = c.shell.Prompt()
		}
		if c.question != nil {
			s.Prompt = c.question.Prompt
		}
	}
	return s
}

// Enter implements Session.
func (c *console) Enter(now clock.Time, line string) {
	c.r.begin(now)
	defer c.r.settle()
	c.touch()
	switch c.phase {
	case phaseDialog:
		c.answerDialog(line)
	case phaseReturn:
		c.login()
	case phasePassword:
		c.password(line)
	case phaseShell, phaseSetup:
		if c.running {
			c.show("", WantNothing)
			return
		}
		if c.question != nil {
			c.result(c.shell.Answer(now, line))
			return
		}
		c.result(c.shell.Line(now, line))
	}
}

func (c *console) answerDialog(line string) {
	line = strings.ToLower(strings.TrimSpace(line))
	switch {
	case line != "" && strings.HasPrefix("no", line):
		c.r.setup = false
		c.phase = phaseReturn
		c.show(pressReturnBoot, WantReturn)
	case line != "" && strings.HasPrefix("yes", line):
		c.startSetup()
	default:
		c.show(answerYesNo, WantAnswer)
	}
}

// login starts the dialogue that the line's configuration asks for.
func (c *console) login() {
	if c.r.lineSecret("line con 0") != "" {
		c.phase, c.tries = phasePassword, 0
		c.show("\n\nUser Access Verification\n\n", WantSecret)
		return
	}
	c.open(strings.Repeat("\n", returnBlanks))
}

func (c *console) password(line string) {
	if line == c.r.lineSecret("line con 0") {
		c.open("\n")
		return
	}
	if c.tries++; c.tries < 3 {
		c.show("", WantSecret)
		return
	}
	c.phase = phaseReturn
	c.show("% Bad passwords\n"+c.farewell(), WantReturn)
}

// open puts the user at the exec prompt.
func (c *console) open(text string) {
	c.phase = phaseShell
	c.shell = modes.NewShell(c.r, c.r.Grammar)
	c.shell.Origin = "console"
	c.shell.Output = c.result
	c.shell.Terminal.Synchronous = c.r.lineSynchronous("line con 0")
	if c.size[0] > 0 {
		c.shell.Terminal.Length, c.shell.Terminal.Width = c.size[0], c.size[1]
	}
	c.show(text, WantLine)
}

// result shows what a line led to.
func (c *console) result(res modes.Result) {
	c.question, c.running = res.Question, res.Running
	if c.phase == phaseSetup && res.Question == nil && !res.Running {
		c.endSetup(res.Text)
		return
	}
	if res.Closed {
		c.end(res.Text)
		return
	}
	want := WantLine
	switch {
	case res.Running:
		want = WantNothing
	case res.Question != nil:
		want = map[modes.Answer]Want{
			modes.AnswerLine: WantAnswer, modes.AnswerText: WantAnswer,
			modes.AnswerSecret: WantSecret, modes.AnswerKey: WantKey,
		}[res.Question.Answer]
	}
	s := c.state(want)
	s.Text, s.Paged = res.Text, res.Paged
	c.sink(s)
}

// end leaves the session; the line waits for the next one.
func (c *console) end(text string) {
	c.shell, c.question, c.running = nil, nil, false
	c.phase = phaseReturn
	c.r.timers.Stop(c.idleKey())
	c.show(text+c.farewell(), WantReturn)
}

func (c *console) farewell() string {
	return strings.Repeat("\n", blankScreen) + c.r.Hostname() + " con0 is now available\n" + pressReturnAgain
}

// Key implements Session.
func (c *console) Key(now clock.Time, key byte) { c.Enter(now, string(rune(key))) }

// EndConfig implements Session.
func (c *console) EndConfig(now clock.Time, line string) {
	c.r.begin(now)
	defer c.r.settle()
	c.touch()
	if c.shell == nil || c.question != nil || c.running {
		c.show("", c.want())
		return
	}
	c.result(c.shell.EndConfig(now, line))
}

// Abandon implements Session.
func (c *console) Abandon(now clock.Time) {
	c.r.begin(now)
	defer c.r.settle()
	c.touch()
	switch {
	case c.phase == phaseDialog:
		c.answerDialog("no")
	case c.phase == phaseSetup:
		c.endSetup(modes.SetupAborted)
	case c.running:
		c.Escape(now)
	case c.shell != nil:
		c.question = nil
		c.shell.Abandon(now)
		c.show("", WantLine)
	default:
		c.show("", c.want())
	}
}

// want is what the session waits for when nothing changes.
func (c *console) want() Want {
	switch {
	case c.phase == phaseDialog, c.phase == phaseSetup:
		return WantAnswer
	case c.phase == phasePassword:
		return WantSecret
	case c.phase == phaseReturn:
		return WantReturn
	case c.running:
		return WantNothing
	}
	return WantLine
}

// Escape implements Session.
func (c *console) Escape(now clock.Time) {
	c.r.begin(now)
	defer c.r.settle()
	if c.shell != nil && c.running {
		c.shell.Escape(now)
		return
	}
	c.show("", c.want())
}

// Help implements Session.
func (c *console) Help(now clock.Time, line string) {
	c.r.begin(now)
	defer c.r.settle()
	c.touch()
	s := c.state(c.want())
	s.Redraw, s.Line = true, line
	if c.shell != nil {
		s.Text, s.Paged = c.shell.Help(line), true
	}
	c.sink(s)
}

// Complete implements Session.
func (c *console) Complete(now clock.Time, line string) {
	c.r.begin(now)
	defer c.r.settle()
	c.touch()
	s := c.state(c.want())
	s.Redraw, s.Line = true, line
	if c.shell != nil {
		s.Line = c.shell.Complete(line)
	}
	c.sink(s)
}

// Resize implements Session.
func (c *console) Resize(length, width int) {
	c.size = [2]int{length, width}
	if c.shell != nil {
		c.shell.Terminal.Length, c.shell.Terminal.Width = length, width
	}
}

// Hangup implements Session: a serial line does not notice that nobody looks.
func (c *console) Hangup(clock.Time) {}

// log shows a message in the middle of whatever is on the screen.
func (c *console) log(line string) {
	s := c.state(c.want())
	s.Text, s.Log = line+"\n", true
	c.sink(s)
}

func (c *console) idleKey() clock.Key { return clock.Key{Owner: "console", Name: "exec-timeout"} }

// touch restarts the line's exec-timeout.
func (c *console) touch() {
	if d := c.r.execTimeout("line con 0"); d > 0 && c.phase == phaseShell {
		c.r.timers.Set(c.idleKey(), c.r.now.Add(d))
		return
	}
	c.r.timers.Stop(c.idleKey())
}

// idle ends a session that nobody used for exec-timeout.
func (c *console) idle() {
	if c.phase == phaseShell && !c.running {
		c.shell.Close(c.r.now)
		c.end("")
	}
}
