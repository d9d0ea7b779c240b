package config

import (
	"slices"
	"strings"
)

// Change is what differs in one node between two trees.
type Change struct {
	Path    []string // headers from the outermost block to the node; empty at top level
	New     bool     // the first tree lacks the block: entering Path creates it
	Removed []string // lines only the first tree prints, relative to the node
	Added   []string // lines only the second tree prints, relative to the node
	Undo    []string // commands to type in the node first
	Set     []string // commands to type after every Undo; may be empty when New
}

// Step is a mode to enter from global configuration and what to type there.
type Step struct{ Path, Commands []string }

// Diff returns what turns from into to, in the order of the listing. style is
// that of Removed and Added; commands are always those of IOS style. Trees
// that print the same text differ in nothing.
func Diff(from, to *Tree, style Style) []Change {
	return diffNode(from.Root, to.Root, style, nil)
}

// Plan orders changes for typing: first everything that goes, last in the
// listing first, so that users of a name go before the name; then everything
// that comes, in the order of the listing.
func Plan(changes []Change) []Step {
	var out []Step
	for _, c := range slices.Backward(changes) {
		if len(c.Undo) > 0 {
			out = append(out, Step{c.Path, c.Undo})
		}
	}
	for _, c := range changes {
		if len(c.Set) > 0 || c.New {
			out = append(out, Step{c.Path, c.Set})
		}
	}
	return out
}

// Lines returns the step as lines to type or show, one blank a level.
func (s Step) Lines() []string {
	var out []string
	for depth, header := range s.Path {
		out = append(out, strings.Repeat(" ", depth)+header)
	}
	for _, c := range s.Commands {
		out = append(out, strings.Repeat(" ", len(s.Path))+c)
	}
	return out
}

// Lines returns the change as "show archive config differences" lists it:
// headers for the context, then "+" before what the second tree adds and "-"
// before what it lacks (the order of reference sample
// show-archive-config-differences).
func (c Change) Lines() []string {
	out := Step{Path: c.Path}.Lines()
	if c.New {
		out[len(out)-1] = signed("+", out[len(out)-1])
	}
	indent := strings.Repeat(" ", len(c.Path))
	for _, l := range c.Added {
		out = append(out, signed("+", indent+l))
	}
	for _, l := range c.Removed {
		out = append(out, signed("-", indent+l))
	}
	return out
}

// signed puts the sign between a line's indentation and its first word.
func signed(sign, line string) string {
	word := strings.TrimLeft(line, " ")
	return line[:len(line)-len(word)] + sign + word
}

// diffNode compares two nodes of the same path; either may be nil.
func diffNode(from, to *Node, style Style, path []string) []Change {
	here := Change{Path: path}
	if !slices.Equal(entryLines(from), entryLines(to)) {
		here.entries(from, to, style)
	}
	for _, old := range from.blocks() {
		if to.block(old.header) == nil {
			here.Undo = append(here.Undo, negate(old.header))
			here.Removed = append(here.Removed, listed(PrintBlock(old, style))...)
		}
	}
	slices.Reverse(here.Undo)
	here.New = from == nil
	var out []Change
	if here.New || here.differs() {
		out = append(out, here)
	}
	for _, child := range to.blocks() {
		old := from.block(child.header)
		if old != nil && PrintBlock(old, IOS) == PrintBlock(child, IOS) {
			continue
		}
		out = append(out, diffNode(old, child, style, append(slices.Clip(path), child.header))...)
	}
	return out
}

// entries compares the values of two nodes slot by slot.
func (c *Change) entries(from, to *Node, style Style) {
	for _, old := range from.values() {
		now := to.value(old.Slot)
		c.Removed = append(c.Removed, texts(missing(old.Lines, now.Lines), style)...)
		c.Undo = append(c.Undo, undo(old, now)...)
	}
	for _, now := range to.values() {
		old := from.value(now.Slot)
		fresh := missing(now.Lines, old.Lines)
		c.Added = append(c.Added, texts(fresh, style)...)
		if len(undo(old, now)) > 0 {
			fresh = now.Lines // what was undone may have held more than one line
		}
		switch {
		case len(fresh) == 0:
		case len(now.Typed) > 0:
			c.Set = append(c.Set, now.Typed...)
		default:
			c.Set = append(c.Set, commands(fresh)...)
		}
	}
}

// undo returns the commands to type, last one first, before the slot's value
// old can become now. A single line is taken to replace a single line; a leaf
// whose lines add up gives them a slot each or fills Entry.Undo.
func undo(old, now Entry) []string {
	gone := missing(old.Lines, now.Lines)
	moved := len(now.Lines) > 0 && old.Place != now.Place
	grown := len(old.Lines) <= len(now.Lines) && slices.Equal(old.Lines, now.Lines[:len(old.Lines)])
	switch {
	case len(old.Lines) == 0, grown && !moved:
		return nil
	case len(old.Undo) > 0:
		return backward(old.Undo)
	case len(gone) == 0 || moved: // same lines elsewhere or in another order
		gone = old.Lines
	case len(old.Lines) == 1 && len(now.Lines) == 1:
		return nil
	}
	var out []string
	for _, c := range commands(gone) {
		out = append(out, negate(c))
	}
	return out
}

// differs reports whether the change says anything.
func (c *Change) differs() bool {
	return len(c.Removed)+len(c.Added)+len(c.Undo)+len(c.Set) > 0
}

// The four readers below take a nil node for an empty one.

func (n *Node) values() []Entry {
	if n == nil {
		return nil
	}
	return n.Entries()
}

func (n *Node) value(s Slot) Entry {
	if n == nil {
		return Entry{}
	}
	return n.entries[s]
}

func (n *Node) blocks() []*Node {
	if n == nil {
		return nil
	}
	return n.Children()
}

func (n *Node) block(header string) *Node {
	if n == nil {
		return nil
	}
	return n.Child(header)
}

// entryLines returns the printed lines of the node's own values.
func entryLines(n *Node) []Line {
	var out []Line
	for _, e := range n.values() {
		out = append(out, e.Lines...)
	}
	return out
}

// missing returns the lines of a that b lacks, separators left out.
func missing(a, b []Line) []Line {
	var out []Line
	for _, l := range a {
		if l.Text != "!" && !slices.Contains(b, l) {
			out = append(out, l)
		}
	}
	return out
}

func texts(lines []Line, style Style) []string {
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		out = append(out, style.text(l))
	}
	return out
}

// commands returns the lines as they are typed.
func commands(lines []Line) []string {
	var out []string
	for _, l := range lines {
		if l.Text != "!" {
			out = append(out, strings.TrimRight(l.Text, " "))
		}
	}
	return out
}

// negate returns the command that takes a line back. A line that begins with
// "no" is taken back by "default": what it would become without "no" is not
// known here, the default is.
func negate(command string) string {
	command, _, _ = strings.Cut(command, "\n")
	if rest, ok := strings.CutPrefix(command, "no "); ok {
		return "default " + rest
	}
	return "no " + command
}

// backward returns a reversed copy.
func backward(s []string) []string {
	s = slices.Clone(s)
	slices.Reverse(s)
	return s
}

// listed splits a printed block into lines.
func listed(block string) []string {
	return strings.Split(strings.TrimSuffix(block, "\n"), "\n")
}
