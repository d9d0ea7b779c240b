package router

import "tandem/clock"

// Want says which input a session waits for.
type Want uint8

// The kinds of input.
const (
	WantLine    Want = iota // a command line: edited, echoed, with history, ? and TAB
	WantAnswer              // a line without history or help: "[yes/no]: ", banner text
	WantSecret              // a line that is not echoed
	WantKey                 // one key: "[confirm]"
	WantReturn              // Enter: "Press RETURN to get started."
	WantRaw                 // keys as they are typed: the session is on another host
	WantNothing             // a command runs: only the escape sequence acts
	WantHangup              // the session is over: close the connection
)

// Screen is what a session shows next, and what it expects after that. Line
// ends in Text are "\n"; the terminal makes them CR LF and applies the pager.
type Screen struct {
	Text     string
	Paged    bool   // Text is command output, subject to the pager
	Verbatim bool   // Text is shown byte by byte: it is another host's
	Log      bool   // Text is a message that may break into a half-typed line; Want and Prompt are those in force
	Prompt   string // printed after Text
	Want     Want
	Line     string // text to put behind the prompt as if typed (after ? and TAB)
	Redraw   bool   // the answer to ? or TAB: the prompt is followed by Line
	More     bool   // a message follows at once: no key comes between

	Length  int  // lines a page; 0 is no paging
	Width   int  // columns; 0 is unlimited
	Editing bool // special keys act
	Escape  int  // character that interrupts; negative is none
	History int  // lines of history kept; 0 is none
	Synchro bool // logging synchronous: print the line again after a message
}

// Session is one exec session on a line of the router, seen from a terminal.
// Every call but Hangup is answered by at least one Screen to the sink given
// when the session was opened, at once or (WantNothing) later. All calls come
// from the goroutine that drives the router.
type Session interface {
	// Enter takes one whole line: a command, an answer or a secret. partial
	// input from a dropped connection must not be entered.
	Enter(now clock.Time, line string)
	// Key takes one key when the session wants a key.
	Key(now clock.Time, key byte)
	// Type takes keys while the session wants them raw.
	Type(now clock.Time, keys []byte)
	// EndConfig is Ctrl-Z after the given text was typed.
	EndConfig(now clock.Time, line string)
	// Abandon is Ctrl-C: the line is forgotten, configuration is left.
	Abandon(now clock.Time)
	// Escape is Ctrl-Shift-6 x: it stops the running command, or leaves another
	// host for the prompt.
	Escape(now clock.Time)
	// Help answers "?" typed after line.
	Help(now clock.Time, line string)
	// Complete answers TAB typed after line.
	Complete(now clock.Time, line string)
	// Resize sets the terminal's size in lines and columns (telnet NAWS, SSH pty).
	Resize(length, width int)
	// Hangup ends the session: the connection is gone.
	Hangup(now clock.Time)
}
