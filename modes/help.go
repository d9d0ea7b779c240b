package modes

import (
	"slices"
	"strings"

	"tandem/parser"
)

// Help answers "?" typed after text in the current mode: the list, with "\n"
// line ends (reference cli 1.5).
func (s *Shell) Help(text string) string {
	width := s.Terminal.Width
	if width == 0 {
		width = 80
	}
	if !s.InConfig() {
		return s.execHelp(text).Render(width)
	}
	if rest, _, ok := s.doCommand(strings.TrimLeft(text, " ")); ok {
		return s.execHelp(rest).Render(width)
	}
	if strings.TrimLeft(strings.ToLower(text), " ") == "do " {
		return s.execHelp("").Render(width)
	}
	var first parser.Help
	for depth := len(s.stack) - 1; depth >= 1; depth-- {
		h := s.grammar.graphs[s.stack[depth].mode].HelpConfig(text, s.context())
		if h.Outcome != parser.Invalid {
			return h.Render(width)
		}
		if depth == len(s.stack)-1 {
			first = h
		}
	}
	return first.Render(width)
}

// execHelp is the help of the exec graph, with the row for output modifiers.
func (s *Shell) execHelp(text string) parser.Help {
	g := s.grammar.graphs[ExecMode]
	text = strings.TrimLeft(text, " \t")
	if strings.Contains(text, " ") {
		text, _ = s.expandAlias(text)
	}
	command, modifier, piped := splitModifier(text)
	if piped {
		if m := g.Match(command, s.execContext()); m.Outcome == parser.Matched && m.Command.Value.(Command).Piped {
			return modifierHelp(modifier)
		}
	}
	h := s.aliasHelp(text, g.Help(text, s.execContext()))
	if !strings.HasSuffix(text, " ") {
		return h
	}
	if m := g.Match(text, s.execContext()); m.Outcome == parser.Matched && m.Command.Value.(Command).Piped {
		row := parser.Row{Token: "|", Text: "Output modifiers"}
		if i := slices.IndexFunc(h.Rows, func(r parser.Row) bool { return r.Token == "<cr>" }); i >= 0 {
			h.Rows = slices.Insert(h.Rows, i, row)
		} else {
			h.Rows = append(h.Rows, row)
		}
	}
	return h
}

// Complete answers TAB typed after text: the line with its last word
// completed, or as it was.
func (s *Shell) Complete(text string) string {
	if !s.InConfig() {
		return s.completeExec(text)
	}
	if rest, at, ok := s.doCommand(text); ok {
		return text[:at] + s.completeExec(rest)
	}
	for depth := len(s.stack) - 1; depth >= 1; depth-- {
		if line, ok := s.grammar.graphs[s.stack[depth].mode].CompleteConfig(text, s.context()); ok {
			return line
		}
	}
	return text
}

// completeExec completes the last word of an exec line. A first word that is an
// alias keeps its name, and what follows it is completed as behind its command.
func (s *Shell) completeExec(text string) string {
	g := s.grammar.graphs[ExecMode]
	first := strings.TrimLeft(text, " \t")
	if name, rest, more := strings.Cut(first, " "); more && s.alias(name) != "" {
		expanded, _ := s.expandAlias(first)
		line, _ := g.Complete(expanded, s.execContext())
		return text[:len(text)-len(rest)] + line[len(expanded)-len(rest):]
	}
	line, _ := g.Complete(text, s.execContext())
	return line
}
