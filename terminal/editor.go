package terminal

import (
	"errors"
	"io"
	"strings"
	"sync/atomic"

	"github.com/chzyer/readline"

	"tandem/router"
)

// lineLimit is the length of the edit buffer in characters (reference cli 1.15).
const lineLimit = 254

// editor reads lines from keys. The line buffer and the plain cursor keys are
// those of chzyer/readline with its drawing switched off. What reaches it is
// always one of a few harmless keys:
//
//   - keys that do more than edit (Enter, "?", TAB, the history keys, Ctrl-Z ...)
//     end the line: readline sees a carriage return and stops reading, so that
//     whoever acts on the key can read the next keys itself
//   - deleting, swapping and putting back is ours (ring.apply): such a key goes
//     in as a rune of the private-use area, which the listener takes out again
//   - Ctrl-C, Ctrl-D, Ctrl-R, Ctrl-S, Ctrl-Z, TAB and terminal sequences never
//     reach it: their meaning there is that of a host's shell
//
// Two of its methods are off limits: Close, which hangs while a read is under
// way, and ReadPassword, which leaks. A password is read with the painter muted.
type editor struct {
	rl    *readline.Instance
	keys  func(change int) key                   // waits for the next key
	ahead func(change, room int) (string, bool)  // takes a whole line where one waits; nil for never
	paint func(change int, line string, pos int) // shows the line
	kills ring

	// Set between two lines, used by readline's goroutines during one.
	change  int // the screen that the line belongs to
	want    router.Want
	special bool // the editing keys act
	line    []rune
	pos     int
	full    atomic.Bool // the line takes no more

	plain   int    // keys in a row that can only make the line longer
	over    bool   // readline has reported the end of input
	pending []byte // bytes of the current key that readline has not taken
	ended   key    // what ended the line
}

// privateUse is the rune that stands for key 0.
const privateUse = 0xe000

func newEditor(keys func(change int) key, paint func(change int, line string, pos int)) (*editor, error) {
	e := &editor{keys: keys, paint: paint}
	rl, err := readline.NewEx(&readline.Config{
		Stdin:                  e,
		Stdout:                 io.Discard,
		Stderr:                 io.Discard,
		HistoryLimit:           -1,
		DisableAutoSaveHistory: true,
		Listener:               e,
		FuncGetWidth:           func() int { return 80 },
		FuncIsTerminal:         func() bool { return false },
		FuncMakeRaw:            func() error { return nil },
		FuncExitRaw:            func() error { return nil },
		FuncOnWidthChanged:     func(func()) {},
		FuncFilterInputRune:    func(r rune) (rune, bool) { return r, true },
	})
	if err != nil {
		return nil, err
	}
	e.rl = rl
	return e, nil
}

// readLine edits text, which already stands on the screen with that number,
// until a key ends it.
// Once it says keyClosed only close may be called.
func (e *editor) readLine(change int, text string, want router.Want, special bool) (line string, by key) {
	e.change, e.want, e.special = change, want, special
	e.line = []rune(text)
	e.pos = len(e.line)
	if e.ahead != nil {
		if rest, ok := e.ahead(change, lineLimit-len(e.line)); ok {
			return text + rest, keyEnter
		}
	}
	e.ended = keyNone
	e.full.Store(false)
	line, err := e.rl.ReadlineWithDefault(text)
	if err != nil {
		e.over = true
		return "", keyClosed
	}
	return line, e.ended
}

// close ends readline's goroutines; keys must return keyClosed by now.
func (e *editor) close() {
	for !e.over { // what was half typed comes first, as if it had been entered
		_, err := e.rl.Readline()
		e.over = errors.Is(err, io.EOF)
	}
	e.rl.Config.Stdin.Close()
}

// Close implements io.Closer for readline; the keys are not its to close.
func (e *editor) Close() error { return nil }

// Read gives readline one byte at a time, so that it never holds keys that
// belong to the next reader.
func (e *editor) Read(p []byte) (int, error) {
	for len(e.pending) == 0 {
		k := e.next()
		if k == keyMeta {
			k = meta(e.next)
		}
		switch {
		case k == keyClosed:
			return e.end(p, k)
		case k == keyQuote && e.special:
			if k = e.next(); k > 0xff {
				return e.end(p, k)
			}
			e.pending = printable(k)
		case e.ends(k):
			return e.end(p, k)
		case e.spills(k):
		default:
			e.pending = e.translate(k)
		}
	}
	p[0] = e.pending[0]
	e.pending = e.pending[1:]
	return 1, nil
}

func (e *editor) next() key { return e.keys(e.change) }

// spills reports whether a key would only be taken out of a full line again. As
// readline reads one key ahead, the last two must not have shortened the line.
func (e *editor) spills(k key) bool {
	if printable(k) == nil {
		e.plain = 0
		return false
	}
	e.plain = min(e.plain+1, 3)
	return e.plain == 3 && e.full.Load()
}

func (e *editor) end(p []byte, k key) (int, error) {
	if e.ended = k; k == keyClosed {
		return 0, io.EOF
	}
	p[0] = '\r'
	return 1, nil
}

// ends reports whether a key hands the line over.
func (e *editor) ends(k key) bool {
	switch k {
	case keyEnter, keyAbandon, keyGone, keyTaken:
		return true
	case keyEndConfig: // it also ends a text of several lines
		return e.want == router.WantLine || e.want == router.WantAnswer
	case keyHelp, keyTab:
		return e.want == router.WantLine
	case keyUp, keyDown:
		return e.want == router.WantLine && e.special
	case keyRedraw, keyClear:
		return e.special
	}
	return false
}

func printable(k key) []byte {
	if k < ' ' || k > '~' {
		return nil // control characters and bytes above ASCII have no place in a line
	}
	return []byte{byte(k)}
}

// translate returns what readline gets for an editing key.
func (e *editor) translate(k key) []byte {
	switch k {
	case keyBackspace, keyErase:
		return []byte{readline.CharBackspace}
	case keyLineStart, keyLineEnd, keyLeft, keyRight:
		if e.special {
			return []byte{byte(k)}
		}
	case keyWordLeft:
		if e.special {
			return []byte{readline.CharEsc, 'b'}
		}
	case keyWordRight:
		if e.special {
			return []byte{readline.CharEsc, 'f'}
		}
	case keyDelete, keyKillAfter, keyKillBefore, keyKillLine, keyKillLeft, keyKillRight, keyYank, keyYankEarlier,
		keySwap, keyCapitalize, keyLower, keyUpper:
		if e.special {
			return []byte(string(rune(privateUse + int(k))))
		}
	}
	return printable(k)
}

// OnChange implements readline.Listener: it is called after every key and may
// replace the line.
func (e *editor) OnChange(line []rune, pos int, r rune) ([]rune, int, bool) {
	if r == 0 || r == readline.CharEnter { // the beginning and the end of a line
		return nil, 0, false
	}
	changed := false
	if r >= privateUse && pos > 0 {
		line = append(line[:pos-1], line[pos:]...)
		line, pos = e.kills.apply(key(r-privateUse), line, pos-1)
		changed = true
	}
	if len(line) > lineLimit {
		line, pos, changed = append([]rune(nil), e.line...), e.pos, true
	}
	e.line, e.pos = append(e.line[:0], line...), pos
	e.full.Store(len(line) == lineLimit)
	e.paint(e.change, string(line), pos)
	return line, pos, changed
}

// isConfiguration reports whether a prompt is that of a configuration mode;
// those have a history of their own.
func isConfiguration(prompt string) bool { return strings.Contains(prompt, "(") }
