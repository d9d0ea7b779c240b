package modes

import (
	"strings"

	"tandem/config"
	"tandem/parser"
)

// resetInterface is "default interface X": every line goes back to its default,
// last one first, and the lines that its hardware prints anyway come back
// (reference cli 1.7).
func resetInterface(x *Exec, a parser.Args, node *config.Node) error {
	name := a.Get("if")
	x.Print("Building configuration...\n\n")
	quiet := &Shell{Device: x.Device, Privilege: 15, grammar: x.Shell.grammar}
	quiet.stack = []frame{{mode: ExecMode}, {mode: ConfigMode, node: x.Device.Config().Root}, {mode: node.Mode(), node: node}}
	run := func(line string) {
		quiet.configLine(&Exec{Device: x.Device, Shell: quiet, Now: x.Now, Node: node, typed: line}, line)
	}
	entries := node.Entries()
	for i := len(entries) - 1; i >= 0; i-- {
		for _, l := range entries[i].Lines {
			run("default " + strings.TrimPrefix(l.Text, "no "))
		}
	}
	hw, _ := x.Device.Hardware().Interface(name)
	for _, line := range untouched(hw.Untouched) {
		run(line)
	}
	x.Printf("Interface %s set to default configuration\n", name)
	return nil
}

// defaulter is a Leaf of any type whose default can be spelled out.
type defaulter interface {
	// defaultLine returns the entry that "show running-config all" adds where
	// n has no value of the leaf; ok is false for leaves whose lines need
	// values that a default does not have.
	defaultLine(n *config.Node) (e config.Entry, ok bool)
}

func (l Leaf[T]) defaultLine(n *config.Node) (e config.Entry, ok bool) {
	slot := config.Slot{Leaf: l.Syntax}
	_, set := n.Get(slot)
	if set || l.In != n.Mode() || len(l.Keys) > 0 || l.Name != nil || strings.ContainsAny(l.Syntax, "<") {
		return e, false
	}
	e = config.Entry{Slot: slot, Place: l.Place}
	on, isSwitch := any(l.Default).(bool)
	switch {
	case !isSwitch || strings.ContainsAny(l.Syntax, "[{"):
		return e, false
	case on:
		e.Lines = line(l.Syntax)
	default:
		e.Lines = line("no " + l.Syntax)
	}
	return e, true
}

// withDefaults returns a copy of a configuration in which the switches that
// nobody set are spelled out.
func withDefaults(t *config.Tree) *config.Tree {
	all := t.Clone()
	var walk func(n *config.Node)
	walk = func(n *config.Node) {
		for _, d := range declarations() {
			if l, ok := d.(defaulter); ok {
				if e, ok := l.defaultLine(n); ok {
					n.Set(e)
				}
			}
		}
		for _, c := range n.Children() {
			walk(c)
		}
	}
	walk(all.Root)
	return all
}
