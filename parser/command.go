// Package parser is the command grammar of the router: grammar strings are
// merged into one graph a mode, and the graph answers what a typed line means,
// where its caret belongs, what "?" lists and what TAB completes. It knows no
// command and no mode.
//
// # Grammar
//
//	interface             a keyword, typed in full or as a unique prefix
//	msec@hellomsec        a keyword captured under another name
//	<group:0-255>         an argument: its name and its type
//	[a <x:word>]          may be left out
//	{a | b <x:word>}      one of these
//	[a | b]               at most one of these
//	{a | b <x:word>}*     any number of these in any order
//
// The built-in types are A-B (a decimal number of that range), word, line (the
// rest of the line as typed), ip, mac, time and hex; others come from the
// caller. A line argument must be the last thing on its line.
//
// # Which reading of a word wins
//
// Words are read from left to right and the choice for a word is final, even
// when a later word then fails (reference cli 1.4). In this order:
//
//  1. a keyword typed in full
//  2. an argument whose form tells it from a keyword (rank Shaped), the
//     narrowest number range first; interface names with their number too
//  3. the one keyword that starts so; several of them are ambiguous
//  4. any other argument (rank Free), line last
//
// Keywords above the session's privilege do not exist for it. A keyword that
// only hidden commands have is used when no listed keyword fits.
package parser

import (
	"errors"
	"fmt"
)

// Command is one grammar string bound to whatever the caller wants back.
type Command struct {
	Syntax string // "standby [<group:0-255>] name <name:word>"; "" for a command that only has the form of No
	// Help holds one text a keyword or argument, under the name it is captured
	// by; a labelled keyword may also stand under its own text. One of the
	// commands that share a place in the graph is enough.
	Help      map[string]string
	Privilege int  // lowest level that may see and use it; 0 and 1 both mean everyone
	Hidden    bool // matches but is never listed
	// No is the grammar of the no and default forms, without that word, where
	// the derived one does not fit; "-" means that there are none.
	No    string
	Keys  []string // names that identify an instance: required in the no form too
	Value any
}

// everyone is the privilege level below which levels make no difference.
const everyone = 1

func (c *Command) level() int { return max(c.Privilege, everyone) }

// Types are the caller's argument types by the name used in grammars.
type Types map[string]Type

// Context is what a match depends on besides the line.
type Context struct {
	Privilege int // of the session: 0 to 15
	// Valid vetoes values of the caller's types that depend on the device, an
	// interface that does not exist for example. nil accepts everything. For
	// interfaces the token is the full name, "GigabitEthernet0/0".
	Valid func(typeName, token string) bool
}

func (c Context) level() int { return max(c.Privilege, everyone) }

func (c Context) valid(typeName, token string) bool {
	return c.Valid == nil || c.Valid(typeName, token)
}

// Graph is the merged grammar of one mode. It does not change after New, so
// any number of routers may share one.
type Graph struct {
	title    string
	commands []Command
	exec     *state // the commands as they are
	config   *state // the commands, no and default
}

// New merges the commands of a mode. The title stands above the list that "?"
// gives at an empty prompt: "Exec commands:". The error names every grammar
// that cannot be read, every place without a help text or with two, every help
// text that belongs nowhere, and lines that two commands would accept.
func New(title string, types Types, commands ...Command) (*Graph, error) {
	g := &Graph{title: title, commands: append([]Command(nil), commands...)}
	b := builder{types: types}
	for name, t := range types {
		if _, err := builtin(name); err == nil {
			b.fail("type %q is built in", name)
		}
		if t == nil {
			b.fail("type %q is nil", name)
		}
	}
	var plain, negated []*form
	for i := range g.commands {
		p, n := b.forms(&g.commands[i], i)
		plain = append(plain, p...)
		negated = append(negated, n...)
	}
	if len(b.errs) > 0 { // the graph of half a grammar would only repeat them
		return nil, fmt.Errorf("parser: %s\n%w", title, errors.Join(b.errs...))
	}
	g.exec = b.merge(plain)
	b.rivals()
	b.spread()
	no := b.merge(negated)
	b.spread()
	b.missing()
	if len(b.errs) > 0 {
		return nil, fmt.Errorf("parser: %s\n%w", title, errors.Join(b.errs...))
	}
	g.config = withForms(g.exec, no)
	return g, nil
}
