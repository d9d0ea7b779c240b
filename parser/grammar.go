package parser

import (
	"fmt"
	"strings"
)

// item is a node of a grammar's syntax tree.
type item struct {
	kind itemKind
	text string  // keyword: as shown; argument: name of its type
	name string  // keyword and argument: what it is captured under
	typ  Type    // argument
	help string  // keyword and argument: its text, its own or one it shares
	own  bool    // help was given for this very item
	kids []*item // sequence and choice: any number; optional and repeat: one
}

type itemKind uint8

const (
	keyword itemKind = iota
	argument
	sequence
	choice
	optional
	repeat
)

// leaves calls f for every keyword and argument in the order written.
func (it *item) leaves(f func(*item)) {
	if it.kind == keyword || it.kind == argument {
		f(it)
	}
	for _, k := range it.kids {
		k.leaves(f)
	}
}

// reader turns a grammar string into a tree.
type reader struct {
	text  string
	pos   int
	types Types
}

// readGrammar reads a whole grammar string.
func readGrammar(text string, types Types) (*item, error) {
	r := reader{text: text, types: types}
	it, err := r.sequence()
	if err != nil {
		return nil, fmt.Errorf("%q: %w", text, err)
	}
	if c := r.peek(); c != 0 {
		return nil, fmt.Errorf("%q: unexpected %q at %d", text, string(c), r.pos)
	}
	return it, nil
}

// peek skips blanks and returns the next byte, 0 at the end.
func (r *reader) peek() byte {
	for r.pos < len(r.text) && r.text[r.pos] == ' ' {
		r.pos++
	}
	if r.pos == len(r.text) {
		return 0
	}
	return r.text[r.pos]
}

func (r *reader) sequence() (*item, error) {
	seq := &item{kind: sequence}
	for {
		var kid *item
		var err error
		switch c := r.peek(); c {
		case 0, '|', ']', '}':
			if len(seq.kids) == 0 {
				return nil, fmt.Errorf("nothing at %d", r.pos)
			}
			return seq, nil
		case '[':
			kid, err = r.choice(']')
			kid = &item{kind: optional, kids: []*item{kid}}
		case '{':
			kid, err = r.choice('}')
			if r.pos < len(r.text) && r.text[r.pos] == '*' {
				r.pos++
				kid = &item{kind: repeat, kids: []*item{kid}}
			}
		case '<':
			kid, err = r.argument()
		default:
			kid, err = r.keyword()
		}
		if err != nil {
			return nil, err
		}
		seq.kids = append(seq.kids, kid)
	}
}

// choice reads alternatives up to the closing bracket.
func (r *reader) choice(end byte) (*item, error) {
	open := r.pos
	r.pos++
	c := &item{kind: choice}
	for {
		alt, err := r.sequence()
		if err != nil {
			return nil, err
		}
		c.kids = append(c.kids, alt)
		switch r.peek() {
		case '|':
			r.pos++
		case end:
			r.pos++
			return c, nil
		default:
			return nil, fmt.Errorf("bracket at %d is not closed", open)
		}
	}
}

// argument reads <name:type>.
func (r *reader) argument() (*item, error) {
	n := strings.IndexByte(r.text[r.pos:], '>')
	if n < 0 {
		return nil, fmt.Errorf("argument at %d is not closed", r.pos)
	}
	inner := r.text[r.pos+1 : r.pos+n]
	r.pos += n + 1
	name, typeName, found := strings.Cut(inner, ":")
	if !found || name == "" || strings.ContainsAny(inner, " <[]{}|@") {
		return nil, fmt.Errorf("argument <%s> is not <name:type>", inner)
	}
	typ, ok := r.types[typeName]
	if !ok {
		var err error
		if typ, err = builtin(typeName); err != nil {
			return nil, fmt.Errorf("argument <%s>: %w", inner, err)
		}
	}
	return &item{kind: argument, text: typeName, name: name, typ: typ}, nil
}

// keyword reads a literal and its label.
func (r *reader) keyword() (*item, error) {
	start := r.pos
	for r.pos < len(r.text) && !strings.ContainsRune(" <>[]{}|", rune(r.text[r.pos])) {
		if c := r.text[r.pos]; c < '!' || c > '~' {
			return nil, fmt.Errorf("byte %#x at %d", c, r.pos)
		}
		r.pos++
	}
	if r.pos == start {
		return nil, fmt.Errorf("unexpected %q at %d", r.text[start], start)
	}
	text, label, labelled := strings.Cut(r.text[start:r.pos], "@")
	if text == "" || labelled && label == "" {
		return nil, fmt.Errorf("keyword %q", r.text[start:r.pos])
	}
	if !labelled {
		label = text
	}
	return &item{kind: keyword, text: text, name: label}, nil
}

// nullable reports whether the item may match no word at all.
func (it *item) nullable() bool {
	switch it.kind {
	case optional, repeat:
		return true
	case sequence:
		for _, k := range it.kids {
			if !k.nullable() {
				return false
			}
		}
		return true
	case choice:
		for _, k := range it.kids {
			if k.nullable() {
				return true
			}
		}
	}
	return false
}

// beforeValues returns the part of a command that its no form must repeat:
// everything up to the last plain keyword and up to the last key after it.
// A choice of keywords counts as a value ("speed {10 | 100 | auto}") unless
// one of them is a key. nil means that nothing may be left out.
func beforeValues(command *item, keys []string) *item {
	isKey := func(it *item) (found bool) {
		it.leaves(func(leaf *item) {
			for _, k := range keys {
				found = found || leaf.name == k
			}
		})
		return found
	}
	cut, anchored := 0, false
	for i, kid := range command.kids {
		if kid.kind == keyword {
			cut, anchored = i+1, true
		} else if isKey(kid) {
			cut = i + 1
		}
	}
	if !anchored || cut == len(command.kids) {
		return nil
	}
	return &item{kind: sequence, kids: command.kids[:cut]}
}
