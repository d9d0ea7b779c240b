package modes

import (
	"fmt"
	"regexp"
	"strings"

	"tandem/clock"
	"tandem/parser"
)

// The output modifiers (reference cli 1.8). Rank by name is the order in which
// abbreviations are tried; none is a prefix of another.
var modifiers = []parser.Row{
	{Token: "append", Text: "Append redirected output to URL (URLs supporting append operation only)"},
	{Token: "begin", Text: "Begin with the line that matches"},
	{Token: "count", Text: "Count number of lines which match regexp"},
	{Token: "exclude", Text: "Exclude lines that match"},
	{Token: "include", Text: "Include lines that match"},
	{Token: "redirect", Text: "Redirect output to URL"},
	{Token: "section", Text: "Filter a section of output"},
	{Token: "tee", Text: "Copy output to URL"},
}

// filter is one output modifier with its argument.
type filter struct {
	name    string
	pattern *regexp.Regexp // nil for the modifiers that write files
	target  string
	exclude bool // section exclude
}

// splitModifier cuts a line at its first pipe. Everything behind the
// modifier's keyword belongs to the pattern, further pipes too.
func splitModifier(text string) (command, modifier string, ok bool) {
	command, modifier, ok = strings.Cut(text, "|")
	return command, strings.TrimLeft(modifier, " "), ok
}

func modifierHelp(text string) parser.Help {
	if strings.Contains(text, " ") {
		return parser.Help{Rows: []parser.Row{{Token: "LINE", Text: "Regular Expression"}}}
	}
	var h parser.Help
	for _, m := range modifiers {
		if text == "" {
			h.Rows = append(h.Rows, m)
		} else if strings.HasPrefix(m.Token, strings.ToLower(text)) {
			h.Words = append(h.Words, m.Token)
		}
	}
	if h.Rows == nil && h.Words == nil {
		h.Outcome = parser.Invalid
	}
	return h
}

// newFilter reads "include ^ip route". A text that is no modifier gives the
// parse failure to answer with, its offset counted in text.
func newFilter(text string) (*filter, parser.Match) {
	word, rest, _ := strings.Cut(text, " ")
	f, fit := &filter{}, 0
	for _, m := range modifiers {
		if n := parser.Fit(m.Token, word); n == len(word) && word != "" {
			f.name = m.Token
		} else {
			fit = max(fit, n)
		}
	}
	rest = strings.TrimLeft(rest, " ")
	switch {
	case f.name == "" && word != "":
		return nil, parser.Match{Outcome: parser.Invalid, Offset: fit}
	case rest == "":
		return nil, parser.Match{Outcome: parser.Incomplete}
	}
	switch f.name {
	case "append", "redirect", "tee":
		f.target = strings.TrimSpace(rest)
		return f, parser.Match{}
	case "section":
		if word, after, found := strings.Cut(rest, " "); found && (word == "exclude" || word == "include") {
			f.exclude, rest = word == "exclude", after
		}
	}
	pattern, err := Pattern(rest)
	if err != nil {
		return nil, parser.Match{Outcome: parser.Incomplete}
	}
	f.pattern = pattern
	return f, parser.Match{}
}

// apply returns what is shown of text.
func (f *filter) apply(s *Shell, now clock.Time, text string) string {
	if f.pattern == nil {
		return f.write(s, now, text)
	}
	lines := strings.SplitAfter(text, "\n")
	if n := len(lines); lines[n-1] == "" {
		lines = lines[:n-1]
	}
	switch f.name {
	case "begin":
		return f.begin(lines)
	case "section":
		return f.section(lines)
	case "count":
		n := 0
		for _, l := range lines {
			if f.matches(l) {
				n++
			}
		}
		return fmt.Sprintf("Number of lines which match regexp = %d\n", n)
	}
	var out strings.Builder
	for _, l := range lines {
		if f.matches(l) == (f.name == "include") {
			out.WriteString(l)
		}
	}
	return out.String()
}

func (f *filter) matches(l string) bool { return f.pattern.MatchString(strings.TrimSuffix(l, "\n")) }

// begin keeps the head of show running-config, as IOS does.
func (f *filter) begin(lines []string) string {
	var out strings.Builder
	start := 0
	if len(lines) > 1 && lines[0] == "Building configuration...\n" {
		out.WriteString(lines[0] + lines[1])
		start = 2
	}
	for i := start; i < len(lines); i++ {
		if f.matches(lines[i]) {
			out.WriteString(strings.Join(lines[i:], ""))
			break
		}
	}
	return out.String()
}

// section keeps (or with exclude drops) each matching line and what is
// indented deeper below it.
func (f *filter) section(lines []string) string {
	var out strings.Builder
	inside, depth := false, 0
	for _, l := range lines {
		indent := len(l) - len(strings.TrimLeft(l, " "))
		if inside && (indent <= depth || l == "!\n") {
			inside = false
		}
		if !inside && f.matches(l) && l != "!\n" {
			inside, depth = true, indent
		}
		if inside != f.exclude && (l != "!\n" || f.exclude) {
			out.WriteString(l)
		}
	}
	return out.String()
}

// write sends the output to a file; tee shows it as well.
func (f *filter) write(s *Shell, now clock.Time, text string) string {
	content := []byte(text)
	if f.name == "append" {
		if old, err := s.Device.ReadFile(f.target); err == nil {
			content = append(old, content...)
		}
	}
	if err := s.Device.WriteFile(now, f.target, content); err != nil {
		return refusal(err) + "\n"
	}
	if f.name == "tee" {
		return text
	}
	return ""
}
