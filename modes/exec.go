package modes

import (
	"errors"
	"fmt"
	"strings"

	"tandem/clock"
	"tandem/config"
)

// Exec is one command being carried out in a session: where it prints, asks
// and waits.
type Exec struct {
	Device  Device
	Shell   *Shell
	Now     clock.Time
	Node    *config.Node // configuration block of the current mode
	typed   string       // the whole line, as errors quote it
	out     strings.Builder
	ask     *Question
	wait    func(now clock.Time) // stops a running command; nil when none runs
	raw     func(keys []byte)    // takes keys of a running command; nil when it wants none
	loading bool                 // lines come from a file, nobody is typing
}

// Printf adds to the command's output. Lines end in "\n".
func (x *Exec) Printf(format string, args ...any) { fmt.Fprintf(&x.out, format, args...) }

// Print adds text to the command's output.
func (x *Exec) Print(text string) { x.out.WriteString(text) }

// Answer says how a question is answered.
type Answer uint8

// The kinds of answer.
const (
	AnswerLine   Answer = iota // a line, echoed
	AnswerSecret               // a line, not echoed
	AnswerKey                  // one key
	AnswerText                 // raw lines without a prompt, until Then asks no more
)

// Question suspends a command until the user has answered.
type Question struct {
	Prompt string
	Answer Answer
	Then   func(x *Exec, answer string)
	Expire func(x *Exec) // no answer within 30 s; may be nil
	Firm   bool          // Ctrl-C does not take it away
}

// Ask suspends the command until the question is answered.
func (x *Exec) Ask(q Question) { x.ask = &q }

// Confirm asks "[confirm]": Enter or y goes on, any other key ends the command.
// The end of the line shows before the messages that follow from the answer.
func (x *Exec) Confirm(prompt string, yes func(x *Exec)) {
	x.Ask(Question{Prompt: prompt, Answer: AnswerKey, Then: func(x *Exec, key string) {
		x.Print("\n")
		x.Flush()
		if key == "\r" || key == "\n" || key == "y" || key == "Y" {
			yes(x)
		}
	}})
}

// Wait keeps the command running after Run returned: what it prints later is
// shown by Flush, and Finish ends it. stop is called when the user escapes.
func (x *Exec) Wait(stop func(now clock.Time)) { x.wait = stop }

// Flush shows what a waiting command has printed so far.
func (x *Exec) Flush() { x.Shell.flush(x) }

// Finish ends a waiting command.
func (x *Exec) Finish() {
	x.wait, x.raw = nil, nil
	x.Shell.finish(x)
}

// Raw has a waiting command take keys as they are typed, until it is finished.
func (x *Exec) Raw(take func(keys []byte)) { x.raw = take }

// CaretError puts the caret of an invalid-input answer under one argument: a
// value that has the right form but can't be.
type CaretError struct {
	Arg    string // name of the placeholder
	Within int    // offset in its text
}

func (e CaretError) Error() string { return "invalid value for " + e.Arg }

// The two other parse failures, for commands that read a part of their line
// themselves.
var (
	errAmbiguous  = errors.New("modes: ambiguous command")
	errIncomplete = errors.New("modes: incomplete command")
)

// Refusal is an answer of the device to a line that it does not take, printed
// as it is.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// Refuse returns a Refusal.
func Refuse(format string, args ...any) error { return Refusal(fmt.Sprintf(format, args...)) }

// refusal turns any error into what the user reads: a Refusal as it is, what
// another layer said behind a percent sign.
func refusal(err error) string {
	var r Refusal
	if errors.As(err, &r) {
		return string(r)
	}
	var spoken interface{ Line() string }
	if errors.As(err, &spoken) {
		return spoken.Line()
	}
	text := err.Error()
	if strings.HasPrefix(text, "%") {
		return text
	}
	return "% " + text
}
