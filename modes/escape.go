package modes

import (
	"strings"

	"tandem/parser"
)

// The character that stops a command and, with an x behind it, leaves another
// host for the prompt: Ctrl-Shift-6 unless the line says otherwise.
const (
	DefaultEscape = '^' - '@'
	NoEscape      = -1 // nothing interrupts
)

const escapeSyntax = "escape-character {BREAK | DEFAULT | NONE | SOFT | <character:escape>}"

func escapeHelp(more Words) Words {
	for word, help := range map[string]string{
		"BREAK": "Cause escape on BREAK", "DEFAULT": "Use default escape character", "NONE": "Disable escape entirely",
		"SOFT": "Set the soft escape character for this line", "character": "Escape character or its ASCII decimal equivalent",
		"escape-character": "Change the current line's escape character",
	} {
		more[word] = help
	}
	return more
}

// escapeType is a character, or its number in decimal. A single digit is a
// number (assumed).
func escapeType() parser.Type {
	return parser.NewType("CHAR or <0-255>", parser.Free, func(token string) (fit int, legal bool) {
		if len(token) == 1 {
			return 1, true
		}
		for fit < len(token) && '0' <= token[fit] && token[fit] <= '9' {
			fit++
		}
		return fit, fit == len(token) && fit <= 3 && atoi(token) <= 255
	})
}

// escapeOf is the character that a line means, or NoEscape. A BREAK reaches the
// console as the default sequence, and SOFT is taken for it (assumed).
func escapeOf(a parser.Args) int {
	c := a.Get("character")
	switch {
	case a.Has("NONE"):
		return NoEscape
	case c == "":
		return DefaultEscape
	case len(c) == 1 && (c[0] < '0' || c[0] > '9'):
		return int(c[0])
	}
	return atoi(c)
}

// escape is a line's escape character and the word it was given by, where that
// prints.
type escape struct {
	character int
	word      string
}

var escapeCharacter = Leaf[escape]{
	In: lineMode, Syntax: escapeSyntax, No: "escape-character [" + strings.TrimPrefix(escapeSyntax, "escape-character ") + "]",
	Help: escapeHelp(Words{}), Place: at(29), Default: escape{character: DefaultEscape}, Off: &escape{character: NoEscape, word: "NONE"},
	Parse: func(_ *Exec, a parser.Args) (escape, error) {
		e := escape{character: escapeOf(a)}
		for _, word := range []string{"BREAK", "NONE", "SOFT"} {
			if a.Has(word) {
				e.word = word
			}
		}
		return e, nil
	},
	Print: func(_ parser.Args, e escape) string {
		switch {
		case e.word != "":
			return "escape-character " + e.word
		case e.character == DefaultEscape:
			return ""
		}
		return "escape-character " + itoa(e.character)
	},
	Apply: kept[escape], Examples: []string{"escape-character 3", "escape-character NONE", "escape-character BREAK"},
}

// terminalEscape is the same for one session.
var terminalEscape = Command{
	Syntax: "terminal " + escapeSyntax, Help: escapeHelp(Words{}),
	Run: func(x *Exec, a parser.Args) { x.Shell.Terminal.Escape = escapeOf(a) },
}

// escapeShown is how show line writes the character: "^^x".
func escapeShown(character int) string {
	switch {
	case character == NoEscape:
		return "none"
	case character < ' ':
		return "^" + string(rune(character+'@')) + "x"
	case character > '~':
		return itoa(character)
	}
	return string(rune(character)) + "x"
}

// execTimestamp prints load and time in front of listings, on every session of
// the line.
var execTimestamp = Leaf[bool]{
	In: lineMode, Syntax: "exec prompt timestamp", Place: at(32), Parse: given, Apply: kept[bool],
	Help: Words{"prompt": "EXEC prompt", "timestamp": "Print timestamps for show commands"},
	Print: func(_ parser.Args, v bool) string {
		if v {
			return "exec prompt timestamp"
		}
		return ""
	},
	Examples: []string{"exec prompt timestamp"},
}
