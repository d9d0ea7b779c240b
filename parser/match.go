package parser

import "slices"

// Outcome is what a line turned out to be.
type Outcome uint8

// The outcomes (reference cli 1.2).
const (
	Matched    Outcome = iota
	Empty              // nothing but blanks
	Ambiguous          // a word starts several keywords
	Incomplete         // more words are needed
	Invalid            // no command starts so
)

func (o Outcome) String() string {
	return [...]string{"matched", "empty", "ambiguous", "incomplete", "invalid"}[o]
}

// Form is the word in front of a configuration command.
type Form uint8

// The forms.
const (
	Plain     Form = iota
	Negated        // "no"
	Defaulted      // "default"
)

func (f Form) String() string { return [...]string{"", "no", "default"}[f] }

// Match is the meaning of a line.
type Match struct {
	Outcome Outcome
	Command *Command // Matched
	Form    Form     // Matched
	Args    Args     // Matched
	Offset  int      // Invalid: the byte of the line that the caret stands under
}

// Match reads an exec line.
func (g *Graph) Match(line string, ctx Context) Match { return match(g.exec, line, ctx) }

// MatchConfig reads a configuration line; no and default, shortened as any
// keyword may be, select the form.
func (g *Graph) MatchConfig(line string, ctx Context) Match { return match(g.config, line, ctx) }

func match(root *state, line string, ctx Context) Match {
	w := walk{ctx: ctx, at: root}
	outcome := w.run(line)
	switch {
	case outcome == Invalid:
		return Match{Outcome: Invalid, Offset: w.offset}
	case outcome != Matched:
		return Match{Outcome: outcome}
	case w.words == 0:
		return Match{Outcome: Empty}
	}
	for _, f := range w.at.ends {
		if f.command.level() <= ctx.level() {
			return Match{Outcome: Matched, Command: f.command, Form: w.form, Args: f.args(w.steps)}
		}
	}
	return Match{Outcome: Incomplete}
}

// walk follows a line through the graph.
type walk struct {
	ctx    Context
	at     *state
	words  int // of the line
	word   int // byte at which the present word starts
	steps  []step
	form   Form
	ended  bool // a line argument took the rest
	offset int  // of the byte that nothing accepts
}

// step is one edge taken.
type step struct {
	edge  *edge
	value string // of an argument
	start int    // byte of the line
}

// run takes every word of the line. It stops at the first one that cannot be
// taken; w.offset is then where its caret belongs.
func (w *walk) run(line string) Outcome {
	for start, end := nextWord(line, 0); start < len(line) && !w.ended; start, end = nextWord(line, end) {
		w.words++
		w.word = start
		fit, outcome := w.take(line[start:end], line[start:])
		if outcome != Matched {
			w.offset = start + fit
			return outcome
		}
	}
	return Matched
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// nextWord finds the first word at or after from; start is len(line) when
// there is none.
func nextWord(line string, from int) (start, end int) {
	for start = from; start < len(line) && isBlank(line[start]); start++ {
	}
	for end = start; end < len(line) && !isBlank(line[end]); end++ {
	}
	return start, end
}

// take goes on by one word; rest is the line from this word on. Where nothing
// accepts the word, fit is the furthest byte of it that something did.
func (w *walk) take(word, rest string) (fit int, outcome Outcome) {
	low := lower(word)
	e, several := w.at.keyword(low, w.ctx.level())
	if e != nil && e.symbol.text == low {
		w.follow(e, "")
		return 0, Matched
	}
	if w.argument(Shaped, word, rest) {
		return 0, Matched
	}
	joined, unclear := w.joined(low)
	switch {
	case joined:
		return 0, Matched
	case several || unclear:
		return 0, Ambiguous
	case e != nil:
		w.follow(e, "")
		return 0, Matched
	case w.argument(Free, word, rest):
		return 0, Matched
	}
	return w.furthest(word, low), Invalid
}

func (w *walk) follow(e *edge, value string) {
	if e.form != Plain {
		w.form = e.form
	} else {
		w.steps = append(w.steps, step{e, value, w.word})
	}
	w.at = e.to
}

// keyword finds the keyword or kind of interface that a lower-case word stands
// for; several says that it could be any of many.
func (s *state) keyword(word string, level int) (found *edge, several bool) {
	at, _ := slices.BinarySearchFunc(s.words, word, func(e *edge, word string) int {
		if e.symbol.text < word {
			return -1
		}
		return 1
	})
	var hidden *edge
	hiddenCount := 0
	for _, e := range s.words[at:] {
		text := e.symbol.text
		if len(text) < len(word) || text[:len(word)] != word {
			break
		}
		switch {
		case e.level > level:
		case text == word:
			return e, false
		case e.listed > level:
			hidden = e
			hiddenCount++
		case found == nil:
			found = e
		case found.symbol.text != text:
			several = true
		}
	}
	switch {
	case several:
		return nil, true
	case found == nil && hiddenCount > 0:
		if hiddenCount > 1 {
			return nil, true
		}
		return hidden, false
	}
	return found, false
}

// argument tries the arguments of a rank in their order.
func (w *walk) argument(rank Rank, word, rest string) bool {
	for _, e := range w.at.args {
		if e.level > w.ctx.level() || e.rank() != rank {
			continue
		}
		if e.takesRest() {
			w.follow(e, rest)
			w.ended = true
			return true
		}
		if value, _, legal := w.judge(e, word); legal {
			w.follow(e, value)
			return true
		}
	}
	return false
}

func (e *edge) rank() Rank {
	if e.typ == nil {
		return Shaped
	}
	return e.typ.Rank()
}

// judge asks an argument about a word. A value that the device refuses is as
// illegal as one of the wrong form.
func (w *walk) judge(e *edge, word string) (value string, fit int, legal bool) {
	if e.number != nil {
		fit, legal = judgeNumber(word)
		if !legal {
			return "", fit % len(word), false // 0 where only the end is missing
		}
		value = e.number.kind + plainNumber(word)
		if w.ctx.valid(e.number.typeName, value) {
			return value, fit, true
		}
		return "", missingAt(word, func(n string) bool {
			return w.ctx.valid(e.number.typeName, e.number.kind+n)
		}), false
	}
	fit, legal = e.typ.Judge(word)
	if legal {
		if _, err := builtin(e.symbol.text); err == nil || w.ctx.valid(e.symbol.text, word) {
			return word, len(word), true
		}
	}
	if fit >= len(word) { // every byte could belong: the value is at fault
		fit = 0
	}
	return "", max(fit, 0), false
}

// joined reads an interface name with its number behind it, such as "gi0/0";
// unclear says that the letters could be of several kinds.
func (w *walk) joined(low string) (taken, unclear bool) {
	var kind *edge
	digit, kinds := 0, 0
	for _, e := range w.at.words {
		if e.symbol.class != classKind || e.level > w.ctx.level() {
			continue
		}
		at, _, legal := splitName(low, e.symbol.text)
		if !legal {
			continue
		}
		kind, digit = e, at
		if kinds++; at == len(e.symbol.text) {
			kinds = 1
			break
		}
	}
	if kinds != 1 {
		return false, kinds > 1
	}
	number := kind.to.args[0]
	value, _, exists := w.judge(number, low[digit:])
	if exists {
		w.follow(kind, "")
		w.follow(number, value)
	}
	return exists, false
}

// furthest returns how many bytes of a word that nothing accepts could begin
// something that would be.
func (w *walk) furthest(word, low string) int {
	best := 0
	for _, e := range w.at.words {
		if e.level > w.ctx.level() {
			continue
		}
		best = max(best, commonPrefix(low, e.symbol.text))
		if e.symbol.class != classKind {
			continue
		}
		at, fit, legal := splitName(low, e.symbol.text)
		if legal {
			_, fit, _ = w.judge(e.to.args[0], low[at:])
		}
		if at > 0 && at+fit < len(low) {
			best = max(best, at+fit)
		}
	}
	for _, e := range w.at.args {
		if e.level <= w.ctx.level() {
			_, fit, _ := w.judge(e, word)
			best = max(best, min(fit, len(word)-1))
		}
	}
	return best
}
