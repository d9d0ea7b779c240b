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
		// A list named by its number prints as numbered lines, whichever way its
		// entries were typed.
		Apart: func(a parser.Args) bool { return isNumber(a.Get("list")) },
		Open: func(x *Exec, a parser.Args) error {
			name := a.Get("list")
			if of, ok := firewall.KindOfNumber(atoi(name)); isNumber(name) && (!ok || of != k) {
				return Refuse("%% Invalid access list name.")
			}
			return editList(x, name, k, func(l *firewall.List) error {
				l.Reopen()
				return nil
			})
		},
		Close: func(x *Exec, a parser.Args) error {
			removeList(x, a.Get("list"))
			numberedLines(x.Device.Config().Root, a.Get("list"), nil, k)
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
	syntax := "[<sequence:1-2147483647>] " + entrySyntax(kind)
	return []Declaration{
		Verb{
			In: mode, Syntax: syntax, No: syntax, Help: entryHelp(Words{"sequence": "Sequence Number"}),
			Run: func(x *Exec, form parser.Form, a parser.Args) error {
				return editEntry(x, kind, form, a)
			},
		},
		Verb{
			In: mode, No: "<sequence:1-2147483647>",
			Run: func(x *Exec, _ parser.Form, a parser.Args) error {
				return changeList(x, kind, func(l *firewall.List) error { return l.Remove(uint32(a.Int("sequence"))) })
			},
		},
	}
}

func editEntry(x *Exec, kind firewall.Kind, form parser.Form, a parser.Args) error {
	entry, err := readEntry(a, kind)
	if err != nil {
		return err
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

// changeList edits the list and brings the tree's lines in step with it.
func changeList(x *Exec, kind firewall.Kind, edit func(l *firewall.List) error) error {
	err := editList(x, listName(x), kind, func(l *firewall.List) error {
		before := len(l.Entries)
		if err := edit(l); err != nil {
			return err
		}
		switch {
		case l.Numbered():
			numberedLines(x.Device.Config().Root, l.Name, l, kind)
		case len(l.Entries) < before:
			syncEntries(x.Node, l, kind)
		case len(l.Entries) > before:
			addEntry(x.Node, l, kind)
		}
		return nil
	})
	return listError(err)
}

// listError is what IOS says of an edit that a list refuses (reference firewall
// 5.3).
func listError(err error) error {
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

// numberedList is "access-list N ...", one line an entry, for one range of
// numbers.
func numberedList(span, help string, kind firewall.Kind) Verb {
	return Verb{
		In: ConfigMode, Syntax: "access-list <number:" + span + "> " + entrySyntax(kind), Keys: []string{"number"},
		Help: entryHelp(Words{"access-list": "Add an access list entry", "number": help}),
		Run: func(x *Exec, form parser.Form, a parser.Args) error {
			name := a.Get("number")
			if form != parser.Plain {
				removeList(x, name)
				numberedLines(x.Device.Config().Root, name, nil, kind)
				return nil
			}
			entry, err := readEntry(a, kind)
			if err != nil {
				return err
			}
			return editList(x, name, kind, func(l *firewall.List) error {
				l.Reopen() // nothing opens a numbered list, so it never repeats a remark
				if err := l.Add(entry); err != nil {
					return err
				}
				growNumbered(x.Device.Config().Root, name, l, kind)
				return nil
			})
		},
	}
}

// resequence is "ip access-list resequence LIST START STEP".
var resequence = Verb{
	In: ConfigMode, Syntax: "ip access-list resequence <list:word> <start:1-2147483647> <step:1-2147483647>", No: "-",
	Help: Words{
		"resequence": "Resequence Access List", "list": "Access-list name or number",
		"start": "Starting Sequence Number", "step": "Step to increment the sequence number",
	},
	Run: func(x *Exec, _ parser.Form, a parser.Args) error {
		name := a.Get("list")
		return x.Device.EditFirewall(x.Now, func(c *firewall.Config) error {
			i := slices.IndexFunc(c.Lists, func(l firewall.List) bool { return l.Name == name })
			if i < 0 {
				return CaretError{Arg: "list"}
			}
			l := &c.Lists[i]
			if err := l.Resequence(uint32(a.Int("start")), uint32(a.Int("step"))); err != nil {
				return listError(err)
			}
			if !l.Numbered() {
				kind := strings.ToLower(strings.Fields(l.Heading())[0])
				syncEntries(x.Device.Config().Root.Child("ip access-list "+kind+" "+name), l, l.Kind)
			}
			return nil
		})
	},
}

// numberedLines puts the lines of a numbered list into the tree; a nil list
// takes them out.
func numberedLines(root *config.Node, name string, l *firewall.List, kind firewall.Kind) {
	root.Unset(numberedSlot(name))
	if l == nil {
		return
	}
	growNumbered(root, name, l, kind)
}

// growNumbered is numberedLines after entries were added at the end of the list:
// a list of n lines is typed in n steps, and none may cost n.
func growNumbered(root *config.Node, name string, l *firewall.List, kind firewall.Kind) {
	slot, head := numberedSlot(name), "access-list "+name+" "
	old, ok := root.Get(slot)
	if !ok {
		root.Set(config.Entry{Slot: slot, Place: in(config.SectionManagement, 50, atoi(name)), Value: name})
	}
	for _, n := range l.Entries[len(old.Lines):] {
		root.Extend(slot, config.Line{
			Text: head + n.Entry.Line(kind, firewall.Padded), Document: head + n.Entry.Line(kind, firewall.Single),
		})
	}
}

func numberedSlot(name string) config.Slot { return config.Slot{Leaf: "access-list", Instance: name} }

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
		numberedList("1-99", "IP standard access list", firewall.Standard),
		numberedList("100-199", "IP extended access list", firewall.Extended),
		numberedList("1300-1999", "IP standard access list (expanded range)", firewall.Standard),
		numberedList("2000-2699", "IP extended access list (expanded range)", firewall.Extended),
		resequence, accessGroup("in", 0), accessGroup("out", 1),
	}
	out = append(out, entryLine("config-ext-nacl", firewall.Extended)...)
	return append(out, entryLine("config-std-nacl", firewall.Standard)...)
}
