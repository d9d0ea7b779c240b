package parser

import (
	"cmp"
	"slices"
	"strings"
)

// Row is one line of a help list.
type Row struct{ Token, Text string }

// end is the row of a command that is complete where "?" was typed.
const end = "<cr>"

// Help is the answer to "?".
type Help struct {
	Outcome Outcome  // Matched: there is something to list; else Invalid or Ambiguous
	Title   string   // above the rows, at an empty prompt only
	Rows    []Row    // after a blank: what may follow; <cr> is printed last wherever it stands
	Words   []string // within a word: what it may become
	line    string
}

// Help answers "?" typed at the end of an exec line.
func (g *Graph) Help(line string, ctx Context) Help { return g.help(g.exec, line, ctx) }

// HelpConfig answers "?" typed at the end of a configuration line.
func (g *Graph) HelpConfig(line string, ctx Context) Help { return g.help(g.config, line, ctx) }

func (g *Graph) help(root *state, line string, ctx Context) Help {
	w := walk{ctx: ctx, at: root}
	done, partial := lastWord(line)
	if outcome := w.run(line[:done]); outcome != Matched {
		return Help{Outcome: outcome, line: line}
	}
	if t, words := w.inTail(); t != nil {
		h := tailHelp(t, words, partial)
		h.line = line
		return h
	}
	h := Help{line: line}
	switch {
	case w.ended:
		h.Words = []string{w.steps[len(w.steps)-1].edge.show, end}
	case partial != "":
		h.Words = w.within(partial)
	default:
		h.Rows = w.rows()
		if w.words == 0 {
			h.Title = g.title
		}
	}
	if len(h.Rows)+len(h.Words) == 0 {
		h.Outcome = Invalid
	}
	return h
}

// lastWord splits a line into its finished words and the one being typed.
func lastWord(line string) (done int, partial string) {
	done = len(line)
	for done > 0 && !isBlank(line[done-1]) {
		done--
	}
	return done, line[done:]
}

// rows lists what may follow.
func (w *walk) rows() []Row {
	var rows []Row
	for _, e := range slices.Concat(w.at.words, w.at.args) {
		if t := e.tail(); t != nil && e.listed <= w.ctx.level() {
			first, _, _ := t.Next(nil)
			rows = append(rows, first...)
			continue
		}
		if row := (Row{e.show, e.help}); e.listed <= w.ctx.level() && !slices.Contains(rows, row) {
			rows = append(rows, row)
		}
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(a.Token, b.Token) })
	for _, f := range w.at.ends {
		if f.command.level() <= w.ctx.level() && !f.command.Hidden {
			return append(rows, Row{Token: end})
		}
	}
	return rows
}

// within lists what a word may become: the keywords that start so and the
// arguments that could.
func (w *walk) within(word string) []string {
	var words []string
	low := lower(word)
	for _, e := range w.at.words {
		switch at, fit, _ := splitName(low, e.symbol.text); {
		case e.listed > w.ctx.level():
		case strings.HasPrefix(e.symbol.text, low):
			words = append(words, e.show)
		case e.symbol.class == classKind && at > 0 && at+fit == len(low):
			words = append(words, interfaceNumberShow)
		}
	}
	for _, e := range w.at.args {
		if e.listed > w.ctx.level() {
			continue
		}
		if t := e.tail(); t != nil {
			first, _, _ := t.Next(nil)
			words = append(words, beginning(first, word)...)
			continue
		}
		fit := 0
		if e.number != nil {
			fit, _ = judgeNumber(word)
		} else {
			fit, _ = e.typ.Judge(word)
		}
		if fit >= len(word) {
			words = append(words, e.show)
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// Render lays the answer out for a screen of the given columns, 0 for no
// limit (reference cli 1.5). Lines end in "\n".
func (h Help) Render(width int) string {
	switch {
	case h.Outcome == Ambiguous:
		return "% Ambiguous command:  \"" + h.line + "\"\n"
	case h.Outcome != Matched:
		return "% Unrecognized command\n"
	case len(h.Words) > 0:
		return columns(h.Words, width)
	}
	var b strings.Builder
	if h.Title != "" {
		b.WriteString(h.Title + "\n")
	}
	longest := 0
	for _, r := range h.Rows {
		longest = max(longest, len(r.Token))
	}
	last := ""
	for _, r := range h.Rows {
		if r.Token == end {
			last = "  " + end + "\n"
			continue
		}
		lead := "  " + r.Token + strings.Repeat(" ", longest-len(r.Token)) + "  "
		for _, part := range fold(r.Text, width-len(lead)) {
			b.WriteString(strings.TrimRight(lead+part, " ") + "\n")
			lead = strings.Repeat(" ", len(lead))
		}
	}
	b.WriteString(last)
	return b.String()
}

// fold cuts a text at blanks into lines of at most room columns. Without at
// least one column of room the text stays whole.
func fold(text string, room int) []string {
	var lines []string
	for room > 0 && len(text) > room {
		cut := strings.LastIndexByte(text[:room+1], ' ')
		if cut <= 0 {
			if cut = strings.IndexByte(text, ' '); cut <= 0 {
				break
			}
		}
		lines = append(lines, text[:cut])
		text = strings.TrimLeft(text[cut:], " ")
	}
	return append(lines, text)
}

// columns prints words in as many columns as fit, each as wide as its longest
// word and followed by two blanks.
func columns(words []string, width int) string {
	n := len(words)
	for ; n > 1 && width > 0; n-- {
		total := 0
		for _, w := range widths(words, n) {
			total += w + 2
		}
		if total <= width {
			break
		}
	}
	wide := widths(words, n)
	var b strings.Builder
	for i, w := range words {
		b.WriteString(w + strings.Repeat(" ", wide[i%n]-len(w)+2))
		if i%n == n-1 || i == len(words)-1 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// widths returns the widths of n columns filled line by line.
func widths(words []string, n int) []int {
	wide := make([]int, n)
	for i, w := range words {
		wide[i%n] = max(wide[i%n], len(w))
	}
	return wide
}

// Complete answers TAB at the end of an exec line: the line with its last word
// written out and a blank behind it. false means that there is nothing to
// complete: no word, several keywords, or an argument.
func (g *Graph) Complete(line string, ctx Context) (string, bool) {
	return complete(g.exec, line, ctx)
}

// CompleteConfig answers TAB at the end of a configuration line.
func (g *Graph) CompleteConfig(line string, ctx Context) (string, bool) {
	return complete(g.config, line, ctx)
}

func complete(root *state, line string, ctx Context) (string, bool) {
	w := walk{ctx: ctx, at: root}
	done, partial := lastWord(line)
	if partial == "" || w.run(line[:done]) != Matched {
		return line, false
	}
	if word, ok := w.completeTail(partial); ok {
		return line[:done] + word + " ", true
	}
	if w.ended {
		return line, false
	}
	e, _ := w.at.keyword(lower(partial), ctx.level())
	if e == nil || e.listed > ctx.level() {
		return line, false
	}
	return line[:done] + e.show + " ", true
}
