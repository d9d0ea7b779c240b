package modes

import (
	"regexp"
	"strings"
)

// Pattern reads a regular expression as IOS does (reference cli 1.8): the
// POSIX operators . * + ? ^ $ [] () | and the underscore. A backslash makes any
// character ordinary, a letter too, so none of Go's classes exist.
func Pattern(p string) (*regexp.Regexp, error) {
	var out strings.Builder
	bracket := -1 // where an open [ began
	for i := 0; i < len(p); i++ {
		switch c := p[i]; {
		case bracket >= 0:
			if c == '\\' || c == '[' {
				out.WriteByte('\\')
			}
			out.WriteByte(c)
			first := i == bracket+1 || i == bracket+2 && p[i-1] == '^'
			if c == ']' && !first {
				bracket = -1
			}
		case c == '[':
			bracket = i
			out.WriteByte(c)
		case c == '\\' && i+1 < len(p):
			i++
			out.WriteString(regexp.QuoteMeta(p[i : i+1]))
		case c == '_':
			out.WriteString(edgeOfWord)
		case c == '{' || c == '}':
			out.WriteString(regexp.QuoteMeta(p[i : i+1]))
		default:
			out.WriteByte(c)
		}
	}
	return regexp.CompilePOSIX(out.String())
}

// edgeOfWord is IOS's underscore: the beginning or end of the line, a blank, or
// punctuation that parts words.
const edgeOfWord = `(^|$|[[:space:],(){}"_])`
