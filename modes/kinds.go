package modes

import (
	"strings"

	"tandem/config"
	"tandem/firewall"
	"tandem/parser"
	"tandem/platform"
)

// placeholderTypes are the grammar's types that depend on the hardware.
func placeholderTypes() parser.Types {
	list := make([]parser.Kind, len(platform.Types))
	for i, t := range platform.Types {
		list[i] = parser.Kind{Name: t.Name, Help: t.Help}
	}
	return parser.Types{
		"interface": parser.InterfaceType(list),
		"inspect":   parser.NewType("WORD", parser.Free, judgeProtocol),
		"escape":    escapeType(),
		"file":      parser.NewType("WORD", parser.Free, judgeFile),
		"release":   parser.NewType("WORD", parser.Free, judgeRelease),
		"negative":  parser.NewType("<-23 - -1>", parser.Shaped, negativeHours),
		"month":     parser.NewType("MONTH", parser.Free, judgeMonth),

		"standard-entry": entryTail{firewall.Standard},
		"extended-entry": entryTail{firewall.Extended},
	}
}

// judgeRelease judges the release of a listing's first line, "12.4": a number
// alone is none, or "version 3" typed for RIP would be taken here.
func judgeRelease(token string) (fit int, legal bool) {
	major, minor, dotted := strings.Cut(token, ".")
	for _, c := range major + minor[:min(1, len(minor))] {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	return len(token), dotted && major != "" && minor != ""
}

// judgeProtocol judges a protocol keyword of an inspection rule.
func judgeProtocol(token string) (fit int, legal bool) {
	token = strings.ToLower(token)
	for _, p := range firewall.Protocols() {
		n := 0
		for n < len(p) && n < len(token) && p[n] == token[n] {
			n++
		}
		if n == len(p) && n == len(token) {
			return n, true
		}
		fit = max(fit, n)
	}
	return fit, false
}

// at is the place of a leaf in a sub-mode: the order among its siblings.
func at(rank ...int) config.Place { return in(0, rank...) }

// in is the place of a top-level line: its section and the order there.
func in(s config.Section, rank ...int) config.Place {
	p := config.Place{Section: s}
	copy(p.Order[:], rank)
	return p
}

// always returns a Block's Place that does not depend on the line.
func always(p config.Place) func(*Exec, parser.Args) config.Place {
	return func(*Exec, parser.Args) config.Place { return p }
}

// given is the Parse of lines that are either there or not.
func given(*Exec, parser.Args) (bool, error) { return true, nil }

// number is the Parse of lines whose value is one placeholder.
func number(name string) func(*Exec, parser.Args) (int, error) {
	return func(_ *Exec, a parser.Args) (int, error) { return a.Int(name), nil }
}

// word is the Parse of lines whose value is one placeholder, kept as text.
func word(name string) func(*Exec, parser.Args) (string, error) {
	return func(_ *Exec, a parser.Args) (string, error) { return a.Get(name), nil }
}

// typed is the Parse of lines whose value is the line itself.
func typed(_ *Exec, a parser.Args) (string, error) { return a.String(), nil }

// kept is an Apply for values that only the configuration needs.
func kept[T any](*Exec, parser.Args, T) error { return nil }

// yesNo is the Print of a line that always shows, as itself or with "no".
func yesNo(text string) func(parser.Args, bool) string {
	return func(_ parser.Args, v bool) string {
		if v {
			return text
		}
		return "no " + text
	}
}
