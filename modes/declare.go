// Package modes holds the commands of the router: one declaration a command,
// one file a mode or feature. A declaration says where a line is typed, its
// grammar and help, what it does and how it prints; the parser, the running
// configuration and show run all follow from it.
package modes

import (
	"fmt"
	"slices"
	"sort"

	"tandem/config"
	"tandem/parser"
)

// Words explains literals and placeholders of a grammar, one text each.
type Words map[string]string

// Mode is one mode of the command line (reference cli 2.1).
type Mode struct {
	Name   string // as declarations name it: "config-if"
	Prompt string // what follows the host name: "(config-if)#"
	Title  string // head of the ? list: "Interface configuration commands:"
	Parent string // mode that exit returns to and unknown lines fall through to; "" for exec
	Lines  string // mode whose lines are typed here too; "" is this one's own
}

// home is the mode that declares the lines of m.
func (m Mode) home() string {
	if m.Lines != "" {
		return m.Lines
	}
	return m.Name
}

// Names of the two modes that code refers to; all others are only declared.
const (
	ExecMode   = "exec"
	ConfigMode = "config"
)

// Declaration is anything a mode can list: Command, Leaf, Block or Verb.
type Declaration interface {
	declare() (mode string, c parser.Command)
}

// Command is an exec command.
type Command struct {
	Syntax    string
	Help      Words
	Privilege int  // lowest level; 0 means 1
	Piped     bool // takes output modifiers: "| include ..."
	Hidden    bool
	Run       func(x *Exec, a parser.Args)
}

func (c Command) declare() (string, parser.Command) {
	return ExecMode, parser.Command{
		Syntax: c.Syntax, Help: c.Help, Privilege: c.Privilege, Hidden: c.Hidden, No: "-", Value: c,
	}
}

// Leaf binds one configuration line to one typed value of the running
// configuration.
type Leaf[T comparable] struct {
	In      string   // mode it is typed in
	Syntax  string   // grammar, see package parser
	Help    Words    // exactly one text for each literal and placeholder of the mode's graph
	No      string   // grammar of the no form where "values may be left out" does not fit
	Keys    []string // placeholders that tell instances of this leaf apart
	Place   config.Place
	PlaceOf func(a parser.Args) config.Place // where the place depends on the instance
	// Arrange refines the place of a line that its block n does not have yet:
	// lines that keep the order they were entered in.
	Arrange func(n *config.Node, a parser.Args, p config.Place) config.Place
	Name    func(a parser.Args) string // names the instance where Keys do not
	Default T                          // what "default" restores, and "no" unless T is bool: off
	Off     *T                         // what "no" means where that is neither
	Always  bool                       // the default prints too, once the leaf was set
	Parse   func(x *Exec, a parser.Args) (T, error)
	Print   func(a parser.Args, v T) string        // nil: the line as typed, keywords in full
	Lines   func(a parser.Args, v T) []config.Line // instead of Print, where a value takes several lines or two styles
	// Apply carries the value to the device. It is called after the tree has
	// it; an error takes it back and is printed. The same value twice is a
	// no-op.
	Apply    func(x *Exec, a parser.Args, v T) error
	Examples []string // lines that parse and print back unchanged
}

func (l Leaf[T]) declare() (string, parser.Command) {
	return l.In, parser.Command{Syntax: l.Syntax, Help: l.Help, No: l.No, Keys: l.Keys, Privilege: 15, Value: l}
}

func (l Leaf[T]) examples() []string { return l.Examples }

// setter is a Leaf of any type.
type setter interface {
	set(x *Exec, m parser.Match) error
	examples() []string
}

func (l Leaf[T]) slot(a parser.Args) config.Slot {
	if l.Name != nil {
		return config.Slot{Leaf: l.Syntax, Instance: l.Name(a)}
	}
	return config.Slot{Leaf: l.Syntax, Instance: instance(a, l.Keys)}
}

// set runs one matched line: value, tree, device, in that order and all or
// nothing.
func (l Leaf[T]) set(x *Exec, m parser.Match) error {
	v, err := l.value(x, m)
	if err != nil {
		return err
	}
	slot := l.slot(m.Args)
	old, had := x.Node.Get(slot)
	if !had && m.Form != parser.Plain && v == l.Default && !l.Always {
		return nil // nothing to remove
	}
	l.store(x.Node, slot, m.Args, v)
	if err := l.Apply(x, m.Args, v); err != nil {
		if had {
			x.Node.Set(old)
		} else {
			x.Node.Unset(slot)
		}
		return err
	}
	return nil
}

// value is what a line means: a switch is off in its no form, everything else
// goes back to its default.
func (l Leaf[T]) value(x *Exec, m parser.Match) (T, error) {
	switch m.Form {
	case parser.Plain:
		return l.Parse(x, m.Args)
	case parser.Negated:
		if l.Off != nil {
			return *l.Off, nil
		}
		if _, ok := any(l.Default).(bool); ok {
			var off T
			return off, nil
		}
	}
	return l.Default, nil
}

// store writes v into the tree; a default that need not print leaves no trace.
func (l Leaf[T]) store(n *config.Node, slot config.Slot, a parser.Args, v T) {
	if v == l.Default && !l.Always {
		n.Unset(slot)
		return
	}
	e := config.Entry{Slot: slot, Place: l.Place, Value: v}
	if l.PlaceOf != nil {
		e.Place = l.PlaceOf(a)
	}
	if l.Arrange != nil {
		if old, had := n.Get(slot); had {
			e.Place = old.Place
		} else {
			e.Place = l.Arrange(n, a, e.Place)
		}
	}
	switch {
	case l.Lines != nil:
		e.Lines = l.Lines(a, v)
	case l.Print != nil:
		e.Lines = line(l.Print(a, v))
	case v != l.Default:
		e.Lines = line(a.String())
	}
	n.Set(e)
}

// Value returns what the leaf holds in n for the instance of a, or its
// default.
func (l Leaf[T]) Value(n *config.Node, keys ...string) T {
	e, ok := n.Get(config.Slot{Leaf: l.Syntax, Instance: joinKeys(keys)})
	if !ok {
		return l.Default
	}
	return e.Value.(T)
}

func line(text string) []config.Line {
	if text == "" {
		return nil
	}
	return []config.Line{{Text: text}}
}

func instance(a parser.Args, keys []string) string {
	values := make([]string, len(keys))
	for i, k := range keys {
		values[i] = a.Get(k)
	}
	return joinKeys(values)
}

func joinKeys(values []string) string {
	var s string
	for i, v := range values {
		if i > 0 {
			s += " "
		}
		s += v
	}
	return s
}

// Block is a configuration line that opens a sub-mode.
type Block struct {
	In     string
	Syntax string
	Help   Words
	No     string
	Keys   []string
	Opens  string                     // mode it opens
	Mode   func(a parser.Args) string // instead of Opens, where it depends
	Header func(a parser.Args) string // nil: the line as typed, keywords in full
	Place  func(x *Exec, a parser.Args) config.Place
	// Apart says that a block is not part of the listing: its lines print
	// elsewhere. Nil: it never is.
	Apart  func(a parser.Args) bool
	Single bool // one block of this kind a parent: another header renames it
	// Open carries the line to the device before the block exists in the tree;
	// an error refuses it. May be nil.
	Open func(x *Exec, a parser.Args) error
	// New fills a block that was not there before with the lines it is born
	// with. May be nil.
	New func(x *Exec, n *config.Node)
	// Reset is the default form, where that differs from no: the block stays,
	// with the lines it was born with. May be nil.
	Reset func(x *Exec, a parser.Args, node *config.Node) error
	// Nodes opens or makes the blocks that the line stands for, where one line
	// may stand for several ("line vty 0 15"); what is typed then goes into each
	// of them. Nil: the block of that header.
	Nodes func(x *Exec, a parser.Args) []*config.Node
	// Close is the no form, before the block leaves the tree. An error
	// refuses it. Nil: the block can't be removed by the user.
	Close    func(x *Exec, a parser.Args) error
	Examples []string
}

func (b Block) declare() (string, parser.Command) {
	return b.In, parser.Command{Syntax: b.Syntax, Help: b.Help, No: b.No, Keys: b.Keys, Privilege: 15, Value: b}
}

func (b Block) header(a parser.Args) string {
	if b.Header != nil {
		return b.Header(a)
	}
	return a.String()
}

func (b Block) mode(a parser.Args) string {
	if b.Mode != nil {
		return b.Mode(a)
	}
	return b.Opens
}

// Verb is a configuration command without a value of its own: it acts on
// others ("no standby 1") or on the session ("exit").
type Verb struct {
	In       string
	Syntax   string
	Help     Words
	No       string
	Keys     []string
	Run      func(x *Exec, form parser.Form, a parser.Args) error
	Examples []string
}

func (v Verb) declare() (string, parser.Command) {
	return v.In, parser.Command{Syntax: v.Syntax, Help: v.Help, No: v.No, Keys: v.Keys, Privilege: 15, Value: v}
}

// Grammar is every mode with its commands merged into one graph each. It is
// immutable and shared by all routers of a process.
type Grammar struct {
	modes  map[string]Mode
	graphs map[string]*parser.Graph
	leaves []Declaration
}

// New merges all declarations. It fails when one is wrong: an unknown mode, a
// bad grammar, a literal without help.
func New() (*Grammar, error) {
	g := &Grammar{modes: map[string]Mode{}, graphs: map[string]*parser.Graph{}}
	for _, m := range modes() {
		g.modes[m.Name] = m
	}
	commands := map[string][]parser.Command{}
	g.leaves = declarations()
	for _, d := range g.leaves {
		mode, c := d.declare()
		if _, ok := g.modes[mode]; !ok {
			return nil, fmt.Errorf("modes: %q is declared in the unknown mode %q", c.Syntax, mode)
		}
		commands[mode] = append(commands[mode], c)
	}
	names := make([]string, 0, len(g.modes))
	for name := range g.modes {
		names = append(names, name)
	}
	sort.Strings(names)
	types := placeholderTypes()
	for _, name := range names {
		m := g.modes[name]
		all := commands[m.home()]
		if name != ExecMode {
			all = slices.Concat(all, everywhere(m))
		}
		graph, err := parser.New(m.Title, types, all...)
		if err != nil {
			return nil, fmt.Errorf("modes: %s: %w", name, err)
		}
		g.graphs[name] = graph
	}
	return g, nil
}
