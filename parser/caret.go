package parser

import (
	"strings"
	"unicode/utf8"
)

// Caret returns the line under a rejected one: blanks, then "^" below the byte
// at offset in the line typed behind the prompt. Every character, a tab too,
// is one column (reference cli 1.3).
func Caret(prompt, line string, offset int) string {
	offset = max(0, min(offset, len(line)))
	return strings.Repeat(" ", utf8.RuneCountInString(prompt)+utf8.RuneCountInString(line[:offset])) + "^"
}
