package config

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Slot identifies one value in a node: the leaf that set it and, for leaves
// with several instances, which one.
type Slot struct{ Leaf, Instance string }

// Line is one printed line without indentation. Document is its text in the
// document listing where that differs, "" where it does not. A Text that
// contains line feeds (a banner) is printed as it is.
type Line struct{ Text, Document string }

// Entry is one configured value. Without Lines it prints nothing, which is how
// a value that equals an unprinted default is kept.
type Entry struct {
	Slot  Slot
	Place Place
	Value any
	Lines []Line
	// Typed and Undo are the commands that set and remove the value, for lines
	// that cannot be typed as printed: an entry inside a named access list is
	// typed with its sequence number, and a value with several lines that add up
	// loses them one by one. Empty: the lines themselves, and "no" (or "default",
	// for a line that begins with "no") before them.
	Typed, Undo []string
}

// Node is the root or one block. Its entries and blocks are keyed by slot and
// by header; printed order follows from their places alone.
type Node struct {
	header, mode string
	place        Place
	parent       *Node
	entries      map[Slot]Entry
	children     map[string]*Node
}

// Tree is a whole configuration.
type Tree struct{ Root *Node }

// New returns an empty configuration, its root in mode "config".
func New() *Tree { return &Tree{Root: newNode(nil, "", "config", Place{})} }

func newNode(parent *Node, header, mode string, place Place) *Node {
	return &Node{
		header: header, mode: mode, place: place, parent: parent,
		entries: map[Slot]Entry{}, children: map[string]*Node{},
	}
}

// Set stores e, replacing an earlier value of the same slot.
func (n *Node) Set(e Entry) {
	e.Lines = slices.Clone(e.Lines)
	n.entries[e.Slot] = e
}

// Extend adds lines at the end of the value of a slot, without a copy of those
// that are there: a value of n lines is typed in n steps. Without a value it
// does nothing.
func (n *Node) Extend(s Slot, more ...Line) {
	if e, ok := n.entries[s]; ok {
		e.Lines = append(e.Lines, more...)
		n.entries[s] = e
	}
}

// Unset forgets the value of s and says whether there was one.
func (n *Node) Unset(s Slot) bool {
	_, ok := n.entries[s]
	delete(n.entries, s)
	return ok
}

// Get returns the entry of s.
func (n *Node) Get(s Slot) (Entry, bool) {
	e, ok := n.entries[s]
	return e, ok
}

// Entries returns the entries in printed order.
func (n *Node) Entries() []Entry {
	return slices.SortedFunc(maps.Values(n.entries), func(a, b Entry) int {
		return cmp.Or(a.Place.compare(b.Place), cmp.Compare(a.Slot.Leaf, b.Slot.Leaf), cmp.Compare(a.Slot.Instance, b.Slot.Instance))
	})
}

// Child returns the block with that header, nil when there is none.
func (n *Node) Child(header string) *Node { return n.children[header] }

// Open returns the block with that header, created when absent. mode and place
// matter only then.
func (n *Node) Open(header, mode string, place Place) *Node {
	c := n.children[header]
	if c == nil {
		c = newNode(n, header, mode, place)
		n.children[header] = c
	}
	return c
}

// Remove drops the block with that header and all below it, and says whether
// there was one.
func (n *Node) Remove(header string) bool {
	_, ok := n.children[header]
	delete(n.children, header)
	return ok
}

// Rename gives the block with the header from another one, keeping all it
// holds, and returns it; nil when there is none.
func (n *Node) Rename(from, to string) *Node {
	c := n.children[from]
	if c == nil {
		return nil
	}
	delete(n.children, from)
	c.header = to
	n.children[to] = c
	return c
}

// Children returns the blocks in printed order.
func (n *Node) Children() []*Node {
	return slices.SortedFunc(maps.Values(n.children), func(a, b *Node) int {
		return cmp.Or(a.place.compare(b.place), cmp.Compare(a.header, b.header))
	})
}

// Header returns the line that opens the block, "" for the root.
func (n *Node) Header() string { return n.header }

// Mode returns the name of the mode the node's lines are typed in.
func (n *Node) Mode() string { return n.mode }

// Parent returns the enclosing node, nil for the root.
func (n *Node) Parent() *Node { return n.parent }

// Place returns the node's place among its siblings.
func (n *Node) Place() Place { return n.place }

// Path returns the headers from the outermost block down to n, empty for the root.
func (n *Node) Path() []string {
	if n.parent == nil {
		return nil
	}
	return append(n.parent.Path(), n.header)
}

// Clone returns an independent copy.
func (t *Tree) Clone() *Tree { return &Tree{Root: t.Root.clone(nil)} }

func (n *Node) clone(parent *Node) *Node {
	c := newNode(parent, n.header, n.mode, n.place)
	for slot, e := range n.entries {
		e.Lines = slices.Clip(e.Lines) // what extends one of the two is not seen by the other
		c.entries[slot] = e
	}
	for header, child := range n.children {
		c.children[header] = child.clone(c)
	}
	return c
}

// Equal reports whether both trees print the same text.
func (t *Tree) Equal(o *Tree) bool { return Print(t, IOS, Layout{}) == Print(o, IOS, Layout{}) }

// compare orders places as siblings are printed.
func (p Place) compare(q Place) int {
	return cmp.Or(
		cmp.Compare(p.Section, q.Section),
		slices.Compare(p.Order[:], q.Order[:]),
		strings.Compare(p.Text, q.Text))
}

// item is an entry or a block, whichever is printed next. block is nil for an
// entry.
type item struct {
	place Place
	entry Entry
	block *Node
}

// items merges entries and blocks into printed order; an entry goes before a
// block of the same place.
func (n *Node) items() []item {
	out := make([]item, 0, len(n.entries)+len(n.children))
	for _, e := range n.Entries() {
		out = append(out, item{place: e.Place, entry: e})
	}
	for _, c := range n.Children() {
		out = append(out, item{place: c.place, block: c})
	}
	slices.SortStableFunc(out, func(a, b item) int { return a.place.compare(b.place) })
	return out
}
