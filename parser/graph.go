package parser

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// state is a place in the graph: what was typed so far, and what may follow.
type state struct {
	words []*edge // keywords and kinds of interfaces, by text
	args  []*edge // arguments, by precedence
	ends  []*form // forms that are complete here, best first
}

// edge is one word that may follow.
type edge struct {
	symbol symbol
	show   string
	help   string
	typ    Type // argument
	number *number
	level  int // lowest privilege that may use it
	listed int // lowest privilege that sees it in a list
	form   Form
	to     *state
	leaves []*item // the grammar words that meet here
}

// order says which of several arguments that accept a word gets it: narrow
// ranges, other shapes, then the free ones with line last.
func (e *edge) order() (group int, width uint64) {
	if s, ok := e.typ.(span); ok {
		return 0, s.high - s.low
	}
	switch {
	case e.symbol.text == lineType:
		return 5, 0
	case e.symbol.text == "word":
		return 4, 0
	case e.typ == nil || e.typ.Rank() == Shaped:
		return 1, 0
	case e.symbol.text == "hex":
		return 2, 0
	}
	return 3, 0
}

// builder merges forms and gathers what is wrong with them.
type builder struct {
	types  Types
	errs   []error
	edges  []*edge
	states []*state
	path   map[*edge]string // how the edge is reached, for messages
}

func (b *builder) fail(format string, args ...any) {
	b.errs = append(b.errs, fmt.Errorf(format, args...))
}

// place is a position of a form.
type place struct {
	form *form
	at   int
}

// stateLimit bounds the graph against grammars that multiply each other.
const stateLimit = 1 << 17

// merge makes one deterministic graph of many forms: words that are read the
// same after the same beginning share an edge.
func (b *builder) merge(forms []*form) *state {
	if b.path == nil {
		b.path = make(map[*edge]string)
	}
	number := make(map[*form]int, len(forms))
	start := make(map[symbol][]place)
	var order []symbol
	for i, f := range forms {
		number[f] = i
		order = group(start, order, f, f.first)
	}
	known := make(map[string]*state)
	root := &state{}
	type job struct {
		at    *state
		next  map[symbol][]place
		order []symbol
		path  string
	}
	for queue := []job{{root, start, order, ""}}; len(queue) > 0; queue = queue[1:] {
		j := queue[0]
		for _, sym := range j.order {
			places := j.next[sym]
			e := newEdge(sym, places)
			j.at.insert(e)
			b.edges, b.path[e] = append(b.edges, e), j.path+" "+e.show
			key := identity(places, number)
			if e.to = known[key]; e.to != nil {
				continue
			}
			e.to = &state{ends: ends(places)}
			known[key] = e.to
			b.states = append(b.states, e.to)
			next, order := make(map[symbol][]place), []symbol(nil)
			for _, p := range places {
				order = group(next, order, p.form, p.form.follow[p.at])
			}
			queue = append(queue, job{e.to, next, order, b.path[e]})
		}
		if len(known) > stateLimit {
			b.fail("more than %d places: the grammars multiply", stateLimit)
			return root
		}
	}
	return root
}

// group files positions under their symbols and keeps the order of symbols.
func group(by map[symbol][]place, order []symbol, f *form, positions []int) []symbol {
	for _, p := range positions {
		sym := f.words[p].symbol
		if _, ok := by[sym]; !ok {
			order = append(order, sym)
		}
		if here := (place{f, p}); !slices.Contains(by[sym], here) {
			by[sym] = append(by[sym], here)
		}
	}
	return order
}

// identity names a set of places.
func identity(places []place, number map[*form]int) string {
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = fmt.Sprintf("%d.%d", number[p.form], p.at)
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

func newEdge(sym symbol, places []place) *edge {
	w := places[0].form.words[places[0].at]
	e := &edge{symbol: sym, show: w.show, help: w.help, number: w.number, level: unlisted, listed: unlisted}
	if sym.class == classArgument {
		e.typ = w.leaf.typ
	}
	for _, p := range places {
		c := p.form.command
		e.level = min(e.level, c.level())
		if !c.Hidden {
			e.listed = min(e.listed, c.level())
		}
		e.leaves = append(e.leaves, p.form.words[p.at].leaf)
	}
	return e
}

// insert keeps words sorted by text and arguments by precedence.
func (s *state) insert(e *edge) {
	if e.symbol.class == classKeyword || e.symbol.class == classKind {
		at, _ := slices.BinarySearchFunc(s.words, e, func(a, b *edge) int {
			return cmp.Or(cmp.Compare(a.symbol.text, b.symbol.text), cmp.Compare(a.symbol.class, b.symbol.class))
		})
		s.words = slices.Insert(s.words, at, e)
		return
	}
	s.args = append(s.args, e)
	slices.SortStableFunc(s.args, func(a, b *edge) int {
		ga, wa := a.order()
		gb, wb := b.order()
		return cmp.Or(cmp.Compare(ga, gb), cmp.Compare(wa, wb), cmp.Compare(a.symbol.text, b.symbol.text))
	})
}

// ends lists the forms that are complete at one of the places: whole commands
// before no forms without their values, then as declared.
func ends(places []place) []*form {
	var list []*form
	for _, p := range places {
		if p.form.complete[p.at] && !slices.Contains(list, p.form) {
			list = append(list, p.form)
		}
	}
	slices.SortStableFunc(list, func(a, b *form) int {
		if a.omitted != b.omitted {
			if b.omitted {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.index, b.index)
	})
	return list
}

// withForms adds the words no and default in front of a mode's commands.
func withForms(plain, no *state) *state {
	if len(no.words)+len(no.args) == 0 {
		return plain
	}
	root := &state{args: plain.args}
	for _, e := range plain.words {
		if e.symbol.text != "no" && e.symbol.text != "default" {
			root.words = append(root.words, e)
		}
	}
	level, listed := unlisted, unlisted
	for _, e := range slices.Concat(no.words, no.args) {
		level, listed = min(level, e.level), min(listed, e.listed)
	}
	for _, e := range []*edge{
		{show: "no", help: "Negate a command or set its defaults", form: Negated},
		{show: "default", help: "Set a command to its defaults", form: Defaulted},
	} {
		e.symbol, e.level, e.listed, e.to = symbol{classKeyword, e.show}, level, listed, no
		root.insert(e)
	}
	return root
}

// rivals reports lines that two commands would both take.
func (b *builder) rivals() {
	said := make(map[string]bool)
	for _, s := range b.states {
		if len(s.ends) < 2 {
			continue
		}
		text := fmt.Sprintf("%q and %q accept the same line", s.ends[0].command.Syntax, s.ends[1].command.Syntax)
		if !said[text] {
			said[text] = true
			b.errs = append(b.errs, errors.New(text))
		}
	}
}
