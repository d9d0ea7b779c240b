package modes

import (
	"errors"
	"slices"
	"strings"

	"tandem/config"
	"tandem/firewall"
	"tandem/parser"
)

// A named list is a block whose lines are the entries; the list itself lives
// with the firewall, and the tree follows it.

func listBlock(kind, syntax, mode string, order int, k firewall.Kind) Block {
	return Block{
		In: ConfigMode, Syntax: syntax, Keys: []string{"list"}, Opens: mode,
		Help: Words{
			"access-list": "Named access-list", kind: strings.ToUpper(kind[:1]) + kind[1:] + " Access List",
			"list": "Access-list name or number",
		},
		Place: func(_ *Exec, a parser.Args) config.Place {
			return config.Place{Section: config.SectionAccessLists, Order: [4]int{order}, Text: a.Get("list")}
		},
		Open: func(x *Exec, a parser.Args) error {
			return editList(x, a.Get("list"), k, func(*firewall.List) error { return nil })
		},
		Close: func(x *Exec, a parser.Args) error {
			removeList(x, a.Get("list"))
			return nil
		},
		Examples: []string{"ip access-list " + kind + " fw-ha-acl"},
	}
}

// listName is the list of the block a line is typed in.
func listName(x *Exec) string {
	words := strings.Fields(x.Node.Header())
	return words[len(words)-1]
}

// entryLine is one entry of a named list: "[N] permit|deny|remark ...".
func entryLine(mode string, kind firewall.Kind) []Declaration {
	help := Words{
		"sequence": "Sequence Number", "permit": "Specify packets to forward", "deny": "Specify packets to reject",
		"remark": "Access list entry comment", "entry": "Protocol, source, destination and options",
	}
	return []Declaration{
		Verb{
			In: mode, Syntax: "[<sequence:1-2147483647>] {permit | deny | remark} <entry:line>", Help: help,
			No: "[<sequence:1-2147483647>] {permit | deny | remark} <entry:line>",
			Run: func(x *Exec, form parser.Form, a parser.Args) error {
				return editEntry(x, kind, form, a)
			},
		},
		Verb{
			In: mode, Syntax: "<sequence:1-2147483647>", No: "<sequence:1-2147483647>",
			Run: func(x *Exec, form parser.Form, a parser.Args) error {
				if form == parser.Plain {
					return Refusal("% Incomplete command.\n")
				}
				return changeList(x, kind, func(l *firewall.List) error { return l.Remove(uint32(a.Int("sequence"))) })
			},
		},
	}
}

func editEntry(x *Exec, kind firewall.Kind, form parser.Form, a parser.Args) error {
	action := "permit"
	for _, w := range []string{"deny", "remark"} {
		if a.Has(w) {
			action = w
		}
	}
	words := append([]string{action}, strings.Fields(a.Get("entry"))...)
	entry, at, err := firewall.ParseEntry(words, kind)
	if err != nil {
		return entryError(a, words, at, err)
	}
	return changeList(x, kind, func(l *firewall.List) error {
		switch {
		case form != parser.Plain && a.Has("sequence"):
			return l.Remove(uint32(a.Int("sequence")))
		case form != parser.Plain:
			return l.RemoveEntry(entry)
		case a.Has("sequence"):
			return l.Insert(uint32(a.Int("sequence")), entry)
		}
		return l.Add(entry)
	})
}

// entryError points at the word of the entry that is wrong.
func entryError(a parser.Args, words []string, at int, err error) error {
	if errors.Is(err, firewall.ErrIncomplete) || at >= len(words) {
		return Refusal("% Incomplete command.\n")
	}
	if errors.Is(err, firewall.ErrAmbiguous) {
		return Refusal("% Ambiguous command:  \"" + strings.Join(words, " ") + "\"")
	}
	rest, offset := a.Get("entry"), 0
	for i := 1; i < at; i++ {
		offset += strings.Index(rest[offset:], words[i]) + len(words[i])
	}
	if at > 0 {
		offset += strings.Index(rest[offset:], words[at])
	}
	return CaretError{Arg: "entry", Within: offset}
}

// changeList edits the list and brings the tree's lines in step with it.
func changeList(x *Exec, kind firewall.Kind, edit func(l *firewall.List) error) error {
	err := editList(x, listName(x), kind, func(l *firewall.List) error {
		before := len(l.Entries)
		if err := edit(l); err != nil {
			return err
		}
		switch {
		case len(l.Entries) < before:
			syncEntries(x.Node, l, kind)
		case len(l.Entries) > before:
			addEntry(x.Node, l, kind)
		}
		return nil
	})
	switch {
	case errors.Is(err, firewall.ErrNoEntry):
		return nil
	case errors.Is(err, firewall.ErrDuplicate):
		return Refusal("% Duplicate sequence number")
	case errors.Is(err, firewall.ErrMaxSequence):
		return Refusal("Exceeded maximum sequence number.")
	}
	return err
}

// editList changes one list of the firewall's configuration, creating it when
// it is new.
func editList(x *Exec, name string, kind firewall.Kind, edit func(l *firewall.List) error) error {
	return x.Device.EditFirewall(x.Now, func(c *firewall.Config) error {
		i := slices.IndexFunc(c.Lists, func(l firewall.List) bool { return l.Name == name })
		if i < 0 {
			c.Lists = append(c.Lists, firewall.List{Name: name, Kind: kind})
			i = len(c.Lists) - 1
		}
		if c.Lists[i].Kind != kind {
			return Refuse("%% A named access list with this name already exists")
		}
		return edit(&c.Lists[i])
	})
}

// removeList forgets a list; interfaces that name it then permit everything.
func removeList(x *Exec, name string) {
	_ = x.Device.EditFirewall(x.Now, func(c *firewall.Config) error {
		c.Lists = slices.DeleteFunc(c.Lists, func(l firewall.List) bool { return l.Name == name })
		return nil
	})
}

// editFilter changes what the firewall does on the interface of the block a
// line is typed in.
func editFilter(x *Exec, edit func(i *firewall.Interface)) error {
	index, ok := x.Device.InterfaceIndex(interfaceName(x))
	if !ok {
		return Refuse("%% Interface does not filter packets")
	}
	return x.Device.EditFirewall(x.Now, func(c *firewall.Config) error {
		edit(&c.Interfaces[index])
		return nil
	})
}

func syncEntries(n *config.Node, l *firewall.List, kind firewall.Kind) {
	for _, e := range n.Entries() {
		n.Unset(e.Slot)
	}
	for _, e := range l.Entries {
		n.Set(entryOf(e, kind))
	}
}

// addEntry puts the one new entry of a list into the tree; as a rule it is the
// last.
func addEntry(n *config.Node, l *firewall.List, kind firewall.Kind) {
	for _, e := range slices.Backward(l.Entries) {
		if _, known := n.Get(entrySlot(e)); !known {
			n.Set(entryOf(e, kind))
			return
		}
	}
}

func entrySlot(n firewall.Numbered) config.Slot {
	return config.Slot{Leaf: "entry", Instance: itoa(int(n.Sequence))}
}

// entryOf is the tree's line of an entry: padded after deny in the IOS
// listing, with one blank in the document one (reference cli 5.3).
func entryOf(n firewall.Numbered, kind firewall.Kind) config.Entry {
	return config.Entry{
		Slot: entrySlot(n), Place: at(int(n.Sequence)), Value: n.Entry,
		Typed: []string{itoa(int(n.Sequence)) + " " + n.Entry.Line(kind, firewall.Single)},
		Undo:  []string{"no " + itoa(int(n.Sequence))},
		Lines: []config.Line{{
			Text: n.Entry.Line(kind, firewall.Padded), Document: n.Entry.Line(kind, firewall.Single),
		}},
	}
}

// numberedList is "access-list N ...", one line an entry.
var numberedList = Verb{
	In: ConfigMode, Syntax: "access-list <number:1-2699> [{permit | deny | remark} <entry:line>]", Keys: []string{"number"},
	Help: Words{
		"access-list": "Add an access list entry", "number": "IP access list", "permit": "Specify packets to forward",
		"deny": "Specify packets to reject", "remark": "Access list entry comment", "entry": "Protocol, source, destination and options",
	},
	Run: func(x *Exec, form parser.Form, a parser.Args) error {
		kind, ok := firewall.KindOfNumber(a.Int("number"))
		if !ok {
			return CaretError{Arg: "number"}
		}
		name := a.Get("number")
		if form != parser.Plain {
			removeList(x, name)
			numberedLines(x.Device.Config().Root, name, nil, kind)
			return nil
		}
		if !a.Has("entry") {
			return Refusal("% Incomplete command.\n")
		}
		action := "permit"
		for _, w := range []string{"deny", "remark"} {
			if a.Has(w) {
				action = w
			}
		}
		words := append([]string{action}, strings.Fields(a.Get("entry"))...)
		entry, at, err := firewall.ParseEntry(words, kind)
		if err != nil {
			return entryError(a, words, at, err)
		}
		return editList(x, name, kind, func(l *firewall.List) error {
			if err := l.Add(entry); err != nil {
				return err
			}
			numberedLines(x.Device.Config().Root, name, l, kind)
			return nil
		})
	},
}

// numberedLines puts the lines of a numbered list into the tree; a nil list
// takes them out.
func numberedLines(root *config.Node, name string, l *firewall.List, kind firewall.Kind) {
	slot := config.Slot{Leaf: "access-list", Instance: name}
	if l == nil {
		root.Unset(slot)
		return
	}
	var lines []config.Line
	for _, n := range l.Entries {
		head := "access-list " + name + " "
		lines = append(lines, config.Line{
			Text: head + n.Entry.Line(kind, firewall.Padded), Document: head + n.Entry.Line(kind, firewall.Single),
		})
	}
	root.Set(config.Entry{Slot: slot, Place: in(config.SectionManagement, 50, atoi(name)), Value: name, Lines: lines})
}

// accessGroup applies a list to an interface in one direction.
func accessGroup(direction string, rank int) Leaf[string] {
	return Leaf[string]{
		In: "config-if", Syntax: "ip access-group <list:word> " + direction, No: "ip access-group [<list:word>] " + direction,
		Help: Words{
			"access-group": "Specify access control for packets", "list": "Access list name or number",
			direction: map[string]string{"in": "inbound packets", "out": "outbound packets"}[direction],
		},
		Place: at(rankAccessGroup, rank), Parse: word("list"),
		Print: func(_ parser.Args, v string) string { return "ip access-group " + v + " " + direction },
		Apply: func(x *Exec, _ parser.Args, v string) error {
			return editFilter(x, func(i *firewall.Interface) {
				if direction == "in" {
					i.AccessIn = v
				} else {
					i.AccessOut = v
				}
			})
		},
		Examples: []string{"ip access-group fw-ha-acl " + direction},
	}
}

func accessListLines() []Declaration {
	out := []Declaration{
		listBlock("extended", "ip access-list extended <list:word>", "config-ext-nacl", 1, firewall.Extended),
		listBlock("standard", "ip access-list standard <list:word>", "config-std-nacl", 0, firewall.Standard),
		numberedList, accessGroup("in", 0), accessGroup("out", 1),
	}
	out = append(out, entryLine("config-ext-nacl", firewall.Extended)...)
	return append(out, entryLine("config-std-nacl", firewall.Standard)...)
}
