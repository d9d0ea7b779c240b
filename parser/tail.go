package parser

import (
	"slices"
	"strings"
)

// Tail is an argument that takes the rest of its line, as "line" does, and has
// a grammar of its own: access list entries, whose words depend on each other
// in ways that a graph would multiply.
type Tail interface {
	Type
	// Next returns what may follow the words, sorted by token, and whether the
	// line may end there. ok is false for words that nothing begins with.
	Next(words []string) (rows []Row, complete, ok bool)
}

// tail returns the Tail that an edge is, nil where it is none.
func (e *edge) tail() Tail {
	t, _ := e.typ.(Tail)
	return t
}

// takesRest reports whether an argument takes the rest of the line.
func (e *edge) takesRest() bool {
	return e.symbol.class == classArgument && (e.symbol.text == lineType || e.tail() != nil)
}

// inTail returns the Tail that the line has entered and its words so far.
func (w *walk) inTail() (t Tail, words []string) {
	if !w.ended {
		return nil, nil
	}
	last := w.steps[len(w.steps)-1]
	return last.edge.tail(), strings.Fields(last.value)
}

// tailHelp lists what may follow the words of a tail, or what a partial word
// may become.
func tailHelp(t Tail, words []string, partial string) Help {
	rows, complete, ok := t.Next(words)
	var h Help
	switch {
	case !ok:
	case partial != "":
		h.Words = beginning(rows, partial)
	default:
		h.Rows = rows
		if complete {
			h.Rows = append(h.Rows, Row{Token: end})
		}
	}
	if len(h.Rows)+len(h.Words) == 0 {
		h.Outcome = Invalid
	}
	return h
}

// beginning returns the tokens of rows that a word could begin.
func beginning(rows []Row, word string) []string {
	var words []string
	for _, r := range rows {
		if Fit(r.Token, word) == len(word) {
			words = append(words, r.Token)
		}
	}
	return slices.Compact(words)
}

// completed returns the one keyword that a word of a tail is or begins.
func completed(t Tail, words []string, partial string) (string, bool) {
	rows, _, _ := t.Next(words)
	low, found := lower(partial), ""
	for _, r := range rows {
		switch {
		case isArgument(r.Token) || !strings.HasPrefix(r.Token, low):
		case r.Token == low:
			return low, true
		case found != "":
			return "", false
		default:
			found = r.Token
		}
	}
	return found, found != ""
}

// completeTail completes a word inside a tail, or the first word of one.
func (w *walk) completeTail(partial string) (string, bool) {
	if t, words := w.inTail(); t != nil {
		return completed(t, words, partial)
	}
	for _, e := range w.at.args {
		if t := e.tail(); t != nil && !w.ended && e.listed <= w.ctx.level() {
			return completed(t, nil, partial)
		}
	}
	return "", false
}

// isArgument tells a token of a help list that stands for a value.
func isArgument(token string) bool {
	return token != "" && (token[0] == '<' || 'A' <= token[0] && token[0] <= 'Z')
}

// Fit returns how many leading bytes of a word could begin what a token of a
// help list stands for.
func Fit(token, word string) int {
	switch {
	case token == "A.B.C.D":
		fit, _ := judgeIP(word)
		return fit
	case strings.HasPrefix(token, "<"):
		return digits(word)
	case isArgument(token):
		return len(word)
	}
	return commonPrefix(token, lower(word))
}
