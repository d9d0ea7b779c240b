package parser

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// form is one way to type a command, as an automaton over its words: position
// n stands for "the word n of the grammar was just read".
type form struct {
	command  *Command
	index    int  // of the command in its graph
	omitted  bool // a no form without its values
	tree     *item
	words    []position
	first    []int // positions that may begin a line
	follow   [][]int
	complete []bool // the line may end here
}

// position is one word of a grammar.
type position struct {
	symbol symbol
	leaf   *item
	show   string
	help   string // set for words whose text is not the grammar's: interfaces
	number *number
}

// symbol identifies what a word of the line was read as. Words of different
// commands with the same symbol share an edge of the graph.
type symbol struct {
	class class
	text  string // keyword in lower case, or type
}

type class uint8

const (
	classKeyword class = iota
	classKind          // the type of an interface
	classNumber        // the number of an interface
	classArgument
)

// number is what an interface number is judged by.
type number struct{ typeName, kind string }

// forms builds what a command adds to the plain graph and to the no graph.
func (b *builder) forms(c *Command, index int) (plain, negated []*form) {
	if c.Syntax == "" {
		return nil, b.onlyNo(c, index)
	}
	tree, err := readGrammar(c.Syntax, b.types)
	if err != nil {
		b.errs = append(b.errs, err)
		return nil, nil
	}
	trees := []*item{tree}
	var no []*item
	switch explicit := strings.TrimPrefix(c.No, "no "); explicit {
	case "-":
	case "":
		no = append(no, tree)
		if short := beforeValues(tree, c.Keys); short != nil {
			no = append(no, short)
		}
	default:
		t, err := readGrammar(explicit, b.types)
		if err != nil {
			b.errs = append(b.errs, fmt.Errorf("no form of %q: %w", c.Syntax, err))
			return nil, nil
		}
		trees, no = append(trees, t), append(no, t)
	}
	b.describe(c, trees)
	plain = b.form(plain, &form{command: c, index: index, tree: tree})
	for i, t := range no {
		negated = b.form(negated, &form{command: c, index: index, tree: t, omitted: i > 0})
	}
	return plain, negated
}

// onlyNo builds the no form of a command that has no other.
func (b *builder) onlyNo(c *Command, index int) []*form {
	tree, err := readGrammar(c.No, b.types)
	if err != nil {
		b.errs = append(b.errs, fmt.Errorf("no form alone: %w", err))
		return nil
	}
	b.describe(c, []*item{tree})
	return b.form(nil, &form{command: c, index: index, tree: tree})
}

// form fills in the automaton of f and appends f.
func (b *builder) form(to []*form, f *form) []*form {
	if f.tree.nullable() {
		b.fail("%q accepts an empty line", f.command.Syntax)
		return to
	}
	first, last := f.add(f.tree)
	f.first = first
	f.complete = make([]bool, len(f.words))
	for _, p := range last {
		f.complete[p] = true
	}
	for i, p := range f.words {
		f.follow[i] = distinct(f.follow[i])
		_, tail := p.leaf.typ.(Tail)
		if (p.leaf.text == lineType || tail) && p.leaf.kind == argument && len(f.follow[i]) > 0 {
			b.fail("%q: <%s:%s> takes all that follows it", f.command.Syntax, p.leaf.name, p.leaf.text)
		}
	}
	return append(to, f)
}

// add numbers the words of a subtree and joins them; it returns the positions
// that can begin and end it.
func (f *form) add(it *item) (first, last []int) {
	switch it.kind {
	case keyword:
		p := f.word(position{symbol{classKeyword, lower(it.text)}, it, it.text, "", nil})
		return p, p
	case argument:
		if t, ok := it.typ.(*interfaceType); ok {
			return f.addInterface(it, t)
		}
		p := f.word(position{symbol{classArgument, it.text}, it, it.typ.Show(), "", nil})
		return p, p
	case sequence:
		for i, kid := range it.kids {
			kidFirst, kidLast := f.add(kid)
			f.join(last, kidFirst)
			if i == 0 || leading(it.kids[:i]) {
				first = append(first, kidFirst...)
			}
			if kid.nullable() {
				last = append(slices.Clone(last), kidLast...)
			} else {
				last = kidLast
			}
		}
		return first, last
	}
	for _, kid := range it.kids { // choice, optional, repeat
		kidFirst, kidLast := f.add(kid)
		first, last = append(first, kidFirst...), append(last, kidLast...)
	}
	if it.kind == repeat {
		f.join(last, first)
	}
	return first, last
}

// leading reports whether all items before the next one may be missing.
func leading(kids []*item) bool {
	return (&item{kind: sequence, kids: kids}).nullable()
}

// addInterface adds the kinds of an interface type, each with its number.
func (f *form) addInterface(it *item, t *interfaceType) (first, last []int) {
	for _, k := range t.kinds {
		kind := f.word(position{symbol{classKind, k.lower}, it, k.Name, k.Help, nil})
		n := f.word(position{
			symbol{classNumber, k.lower},
			it, interfaceNumberShow,
			k.Name + " interface number", &number{it.text, k.Name},
		})
		f.join(kind, n)
		first, last = append(first, kind...), append(last, n...)
	}
	return first, last
}

func (f *form) word(p position) []int {
	f.words = append(f.words, p)
	f.follow = append(f.follow, nil)
	return []int{len(f.words) - 1}
}

func (f *form) join(from, to []int) {
	for _, p := range from {
		f.follow[p] = append(f.follow[p], to...)
	}
}

// args finds how the form reads the words of a line that it is known to
// accept, and names what they capture.
func (f *form) args(steps []step) Args {
	path := make([]int, len(steps))
	var dead map[[2]int]bool // (word, position) from which there is no way to the end
	var search func(i int, next []int) bool
	search = func(i int, next []int) bool {
		for _, p := range next {
			if f.words[p].symbol != steps[i].edge.symbol || dead[[2]int{i, p}] {
				continue
			}
			path[i] = p
			if i == len(steps)-1 {
				if f.complete[p] {
					return true
				}
			} else if search(i+1, f.follow[p]) {
				return true
			}
			if dead == nil {
				dead = make(map[[2]int]bool)
			}
			dead[[2]int{i, p}] = true
		}
		return false
	}
	if len(steps) == 0 || !search(0, f.first) {
		return nil
	}
	args := make(Args, 0, len(steps))
	for i, p := range path {
		switch leaf := f.words[p].leaf; f.words[p].symbol.class {
		case classKeyword:
			args = append(args, Arg{leaf.name, leaf.text, steps[i].start})
		case classNumber, classArgument:
			args = append(args, Arg{leaf.name, steps[i].value, steps[i].start})
		}
	}
	return args
}

// distinct drops repeated positions and keeps the order.
func distinct(list []int) []int {
	seen := make(map[int]bool, len(list))
	return slices.DeleteFunc(list, func(p int) bool {
		again := seen[p]
		seen[p] = true
		return again
	})
}

// unlisted is above every privilege level.
const unlisted = math.MaxInt
