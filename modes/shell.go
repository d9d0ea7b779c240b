package modes

import (
	"strings"

	"tandem/clock"
	"tandem/config"
	"tandem/modes/secret"
	"tandem/parser"
)

// hostNameShown is the length to which configuration prompts cut the host
// name (reference cli 2.1).
const hostNameShown = 20

// Result is what one line led to.
type Result struct {
	Text     string // output, "\n" line ends
	Paged    bool   // it is command output that the pager may stop
	Question *Question
	Running  bool // a command goes on; its output comes through Shell.Output
	Raw      bool // the running command wants keys as they are typed: Shell.Type
	Verbatim bool // Text is what another host sent, to be shown byte by byte
	Closed   bool // the session ended itself
	Login    bool // its user wants to log in as somebody else
}

// frame is one level of the mode stack.
type frame struct {
	mode string
	node *config.Node
	also []*config.Node // more blocks that the same lines go into
}

// Shell is the state of one session at the command line: the mode stack, the
// privilege, a suspended or running command. It belongs to the goroutine that
// drives its router.
type Shell struct {
	Device    Device
	Privilege int
	User      string        // login name; "" without one
	Origin    string        // "console" or "vty0 (10.0.0.1)", for CONFIG_I
	TTY       int           // absolute number of the session's line
	Password  secret.Secret // of that line
	Terminal  Terminal
	// Output takes what a running command shows, and its end.
	Output func(r Result)
	// Settings returns what the session's line is configured to do; nil for
	// sessions that are on none.
	Settings func() LineSettings
	// Single says that the session is one command without a terminal.
	Single bool

	grammar   *Grammar
	directory string // file system of bare names; see home
	folder    string // directory in it: "configs/"
	stack     []frame
	pending   *Exec // asked a question or runs
	filter    *filter
	paged     bool
	closed    bool
	relogin   bool
	history   map[bool][]string // by "is a configuration line"
	refused   []string          // lines of files that were not taken
	split     *config.Node      // the line block being configured; see openLines
	calls     switchboard
}

// Terminal holds the settings of "terminal ..." for one session.
type Terminal struct {
	Length, Width, History int
	Editing                bool
	Monitor                bool
	Synchronous            bool
	Timestamp              bool // load and time before each listing
	Escape                 int  // character that interrupts, or NoEscape
}

// DefaultTerminal is what a session starts with (reference cli 1.13).
func DefaultTerminal() Terminal {
	return Terminal{Length: 24, Width: 80, History: 10, Editing: true, Escape: DefaultEscape}
}

// NewShell returns a session at the user exec prompt.
func NewShell(d Device, g *Grammar) *Shell {
	return &Shell{
		Device: d, Privilege: 1, Terminal: DefaultTerminal(), grammar: g,
		stack: []frame{{mode: ExecMode}}, history: map[bool][]string{},
	}
}

func (s *Shell) top() frame { return s.stack[len(s.stack)-1] }

// InConfig reports whether the session is in a configuration mode.
func (s *Shell) InConfig() bool { return len(s.stack) > 1 }

// Prompt returns the prompt of the current mode.
func (s *Shell) Prompt() string {
	host := s.Device.Hostname()
	if s.InConfig() {
		if len(host) > hostNameShown {
			host = host[:hostNameShown]
		}
		return host + s.grammar.modes[s.top().mode].Prompt
	}
	if s.Privilege > 1 {
		return host + "#"
	}
	return host + ">"
}

// Line carries out one typed line.
func (s *Shell) Line(now clock.Time, text string) Result {
	s.remember(text)
	x := s.newExec(now)
	x.typed = text
	if s.InConfig() {
		s.configLine(x, text)
	} else {
		s.execLine(x, text)
	}
	return s.settle(x)
}

// Answer gives the answer to the question of the last Result.
func (s *Shell) Answer(now clock.Time, answer string) Result {
	x := s.pending
	if x == nil || x.ask == nil {
		return Result{}
	}
	q := x.ask
	x.ask, x.Now = nil, now
	q.Then(x, answer)
	return s.settle(x)
}

// Expire tells a suspended command that nobody answered.
func (s *Shell) Expire(now clock.Time) Result {
	x := s.pending
	if x == nil || x.ask == nil {
		return Result{}
	}
	q := x.ask
	x.ask, x.Now = nil, now
	if q.Expire != nil {
		q.Expire(x)
	}
	return s.settle(x)
}

// Escape stops a running command.
func (s *Shell) Escape(now clock.Time) {
	if x := s.pending; x != nil && x.wait != nil {
		x.Now = now
		x.wait(now)
	}
}

// EndConfig is Ctrl-Z: the typed text runs first, then configuration is left
// (reference cli 1.12).
func (s *Shell) EndConfig(now clock.Time, text string) Result {
	if !s.InConfig() {
		return Result{}
	}
	var r Result
	if strings.TrimSpace(text) != "" {
		r = s.Line(now, text)
	}
	s.leaveConfig(now)
	return r
}

// Abandon is Ctrl-C: a question is dropped, configuration is left.
func (s *Shell) Abandon(now clock.Time) {
	s.pending, s.filter = nil, nil
	s.leaveConfig(now)
}

// Close ends the session whatever it does.
func (s *Shell) Close(now clock.Time) {
	s.Escape(now)
	s.calls.hangUp()
	s.pending = nil
	s.leaveConfig(now)
	s.closed = true
}

func (s *Shell) newExec(now clock.Time) *Exec {
	return &Exec{Device: s.Device, Shell: s, Now: now, Node: s.top().node}
}

// settle turns what a command did into a Result and keeps it when it is not
// done.
func (s *Shell) settle(x *Exec) Result {
	s.joinLines()
	r := Result{Question: x.ask, Running: x.wait != nil, Raw: x.raw != nil, Closed: s.closed, Login: s.relogin, Paged: s.paged}
	if x.ask != nil || x.wait != nil {
		s.pending = x
	} else {
		s.pending = nil
	}
	r.Text = s.filtered(x, !r.Running && r.Question == nil)
	if s.pending == nil {
		r.Text += s.calls.news()
	}
	if s.pending == nil {
		s.paged = false
	}
	return r
}

// filtered takes what x printed so far through the output modifier, which
// sees the whole output at once.
func (s *Shell) filtered(x *Exec, done bool) string {
	if s.filter == nil {
		text := x.out.String()
		x.out.Reset()
		return text
	}
	if !done {
		return ""
	}
	text := s.filter.apply(s, x.Now, x.out.String())
	x.out.Reset()
	s.filter = nil
	return text
}

func (s *Shell) flush(x *Exec) {
	if s.pending != x || s.Output == nil {
		return
	}
	if text := s.filtered(x, false); text != "" {
		s.Output(Result{Text: text, Running: true, Raw: x.raw != nil, Paged: s.paged})
	}
}

func (s *Shell) finish(x *Exec) {
	if s.pending != x {
		return
	}
	r := s.settle(x)
	if s.Output != nil {
		s.Output(r)
	}
}

func (s *Shell) context() parser.Context {
	return parser.Context{Privilege: s.Privilege, Valid: s.Device.Valid}
}

// execContext is context for exec commands: they speak of interfaces that are
// there, configuration also of those that it can make.
func (s *Shell) execContext() parser.Context {
	c := s.context()
	c.Valid = func(typeName, value string) bool {
		if typeName != "interface" {
			return s.Device.Valid(typeName, value)
		}
		_, ok := s.Device.InterfaceIndex(value)
		return ok
	}
	return c
}

// execLine runs a line of the exec modes.
func (s *Shell) execLine(x *Exec, text string) {
	text = strings.TrimLeft(text, " \t")
	if text == "" {
		s.resumeLast(x)
		return
	}
	if text[0] == '!' {
		return
	}
	s.runExec(x, s.Prompt(), text, len(x.typed)-len(text))
}

// notAuthorized is what "aaa authorization commands" refuses with (remembered).
const notAuthorized = "Command authorization failed.\n\n"

// runExec matches text as an exec command; prompt and offset place the caret
// of a refusal (offset: where text starts in the typed line).
func (s *Shell) runExec(x *Exec, prompt, text string, offset int) {
	text, grown := s.expandAlias(text)
	offset -= grown
	g := s.grammar.graphs[ExecMode]
	command, modifier, piped := splitModifier(text)
	if piped {
		if m := s.privileged(ExecMode, command, g.Match); m.Outcome == parser.Matched && m.Command.Value.(Command).Piped {
			f, bad := newFilter(modifier)
			if bad.Outcome != parser.Matched {
				bad.Offset += len(text) - len(modifier)
				x.Print(x.refuse(prompt, bad, offset))
				return
			}
			if !s.mayRun(m) {
				x.Print(notAuthorized)
				return
			}
			s.filter, s.paged = f, true
			s.stamp(x)
			m.Command.Value.(Command).Run(x, m.Args)
			return
		}
	}
	m := s.privileged(ExecMode, text, g.Match)
	if m.Outcome != parser.Matched {
		s.refuseExec(x, prompt, text, offset, m)
		return
	}
	if !s.mayRun(m) {
		x.Print(notAuthorized)
		return
	}
	c := m.Command.Value.(Command)
	s.paged = c.Piped
	if c.Piped {
		s.stamp(x)
	}
	c.Run(x, m.Args)
}

// refuseExec answers a line that is no exec command. One unknown word is a
// host name to telnet to (reference cli 1.10).
func (s *Shell) refuseExec(x *Exec, prompt, text string, offset int, m parser.Match) {
	words := strings.Fields(text)
	if m.Outcome == parser.Invalid && len(words) == 1 && m.Offset < len(text) {
		if c := s.calls.named(words[0]); c != nil {
			c.resume(x)
			return
		}
		if s.connects() {
			connectTo(x, words[0])
			return
		}
	}
	if m.Outcome == parser.Incomplete && len(words) == 1 && strings.HasPrefix("show", strings.ToLower(words[0])) {
		x.Print("% Type \"show ?\" for a list of subcommands\n")
		return
	}
	x.Print(x.refuse(prompt, m, offset))
}

// refuse is the text of the three parse failures (reference cli 1.2).
// The caret of an alias's words stands under the alias.
func (x *Exec) refuse(prompt string, m parser.Match, offset int) string {
	switch m.Outcome {
	case parser.Ambiguous:
		return "% Ambiguous command:  \"" + strings.TrimSpace(x.typed) + "\"\n"
	case parser.Incomplete:
		return "% Incomplete command.\n\n"
	}
	return parser.Caret(prompt, x.typed, m.Offset+offset) + "\n% Invalid input detected at '^' marker.\n\n"
}

// remember puts a line into the history of its kind of mode.
func (s *Shell) remember(text string) {
	text = strings.TrimRight(text, " ")
	if text == "" || s.Terminal.History == 0 {
		return
	}
	h := s.history[s.InConfig()]
	if n := len(h); n > 0 && h[n-1] == text {
		return
	}
	h = append(h, text)
	if over := len(h) - s.Terminal.History; over > 0 {
		h = append(h[:0:0], h[over:]...)
	}
	s.history[s.InConfig()] = h
}

// History returns the remembered lines of the present kind of mode, oldest
// first.
func (s *Shell) History() []string { return s.history[s.InConfig()] }
