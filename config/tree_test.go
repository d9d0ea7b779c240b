package config_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/config"
)

// The device of these tests: "speed N" and "flag" (on by default: only "no
// flag" is printed) hold one value; "item K V" holds one a K; "alias W" adds a
// line to a value of many; "block K" and "inner K" nest; "list K" holds entries
// in the order of their sequence numbers, which are typed, not printed.

// typed carries out one command in n, as a parser and its leaves would.
func typed(n *config.Node, command string) error {
	words := strings.Fields(command)
	undo := words[0] == "no" || words[0] == "default"
	if words[0] == "no" && len(words) > 1 && words[1] == "flag" {
		set(n, "flag", "", config.Place{Order: [4]int{2}}, "no flag")
		return nil
	}
	if undo {
		words = words[1:]
	}
	if seq, err := strconv.Atoi(words[0]); err == nil {
		return typedEntry(n, seq, words[1:])
	}
	slot := config.Slot{Leaf: words[0]}
	switch words[0] {
	case "speed":
		if !undo {
			set(n, "speed", "", config.Place{Order: [4]int{1}}, command)
		}
	case "flag":
		if !undo {
			n.Set(config.Entry{Slot: slot})
		}
	case "item":
		slot.Instance = words[1]
		if !undo {
			set(n, "item", words[1], config.Place{Section: top(n, config.SectionUsers), Text: words[1]}, command)
		}
	case "alias":
		return typedAlias(n, words[1], undo)
	case "block", "inner", "list":
		header := strings.Join(words, " ")
		if undo {
			if !n.Remove(header) {
				return fmt.Errorf("no block %q", header)
			}
			return nil
		}
		n.Open(header, words[0], config.Place{Section: top(n, config.SectionInterfaces), Text: header})
	default:
		return fmt.Errorf("unknown command %q", command)
	}
	if undo && slot.Leaf != "block" {
		if !n.Unset(slot) {
			return fmt.Errorf("%q takes back nothing", command)
		}
	}
	return nil
}

// typedEntry is "SEQ TEXT" and "no SEQ": an entry must go before its number is used again.
func typedEntry(n *config.Node, seq int, words []string) error {
	slot := config.Slot{Leaf: "entry", Instance: strconv.Itoa(seq)}
	if len(words) == 0 {
		if !n.Unset(slot) {
			return fmt.Errorf("no entry %d", seq)
		}
		return nil
	}
	if _, taken := n.Get(slot); taken {
		return fmt.Errorf("duplicate sequence number %d", seq)
	}
	text := strings.Join(words, " ")
	n.Set(config.Entry{
		Slot: slot, Place: config.Place{Order: [4]int{seq}}, Value: text, Lines: []config.Line{{Text: text}},
		Typed: []string{fmt.Sprint(seq, " ", text)}, Undo: []string{fmt.Sprint("no ", seq)},
	})
	return nil
}

// typedAlias adds or removes one line of a value that prints several.
func typedAlias(n *config.Node, word string, undo bool) error {
	e, _ := n.Get(config.Slot{Leaf: "alias"})
	var lines []config.Line
	found := false
	for _, l := range e.Lines {
		if l.Text == "alias "+word {
			found = true
			if undo {
				continue
			}
		}
		lines = append(lines, l)
	}
	if undo && !found {
		return fmt.Errorf("no alias %s", word)
	}
	if !undo && !found {
		lines = append(lines, config.Line{Text: "alias " + word})
	}
	e = config.Entry{Slot: config.Slot{Leaf: "alias"}, Place: config.Place{Order: [4]int{4}}, Lines: lines}
	for _, l := range lines {
		e.Undo = append(e.Undo, "no "+l.Text) // the lines add up: none replaces another
	}
	n.Set(e)
	return nil
}

func set(n *config.Node, leaf, instance string, p config.Place, line string) {
	n.Set(config.Entry{Slot: config.Slot{Leaf: leaf, Instance: instance}, Place: p, Value: line, Lines: []config.Line{{Text: line}}})
}

// top is s at top level and 0 below.
func top(n *config.Node, s config.Section) config.Section {
	if n.Parent() == nil {
		return s
	}
	return 0
}

// grow builds a tree from bytes: each pair is one command typed somewhere.
func grow(data []byte) *config.Tree {
	t := config.New()
	n := t.Root
	for i := 0; i+1 < len(data); i += 2 {
		k := int(data[i+1] % 5)
		switch data[i] % 12 {
		case 0, 1:
			n = t.Root
		case 2, 3:
			n = t.Root.Open(fmt.Sprint("block ", k), "block", config.Place{Section: config.SectionInterfaces, Text: fmt.Sprint("block ", k)})
		case 4:
			if len(n.Path()) < 4 {
				n = open(n, fmt.Sprint("inner ", k))
			}
		case 5:
			list := open(t.Root, fmt.Sprint("list ", k))
			for seq := range int(data[i+1] >> 4) {
				_ = typedEntry(list, 10*seq+int(data[i+1]&3), []string{"permit", fmt.Sprint((seq*7 + k) % 4)})
			}
		case 6:
			_ = typed(n, fmt.Sprint("speed ", k))
		case 7:
			_ = typed(n, []string{"flag", "no flag"}[k%2])
		case 8, 9:
			_ = typed(n, fmt.Sprint("item ", k, " ", data[i+1]>>4))
		case 10:
			_ = typed(n, fmt.Sprint("alias ", k))
		case 11:
			n.Set(config.Entry{Slot: config.Slot{Leaf: "speed"}, Value: k}) // a default: prints nothing
		}
	}
	return t
}

func open(n *config.Node, header string) *config.Node {
	return n.Open(header, "sub", config.Place{Section: top(n, config.SectionInterfaces), Text: header})
}

// check holds the properties of one pair of trees.
func check(t *testing.T, from, to *config.Tree) {
	t.Helper()
	for _, style := range []config.Style{config.IOS, config.Document} {
		text := config.Print(from, style, config.Layout{})
		require.Equal(t, text, config.Print(from, style, config.Layout{}), "printed twice")
		require.True(t, strings.HasPrefix(text, "!\n") && strings.HasSuffix(text, "\nend\n"))
		require.Equal(t, text, config.Print(from.Clone(), style, config.Layout{}), "clone")
		require.Empty(t, config.Diff(from, from.Clone(), style))
	}
	before := config.Print(from, config.IOS, config.Layout{})
	got := from.Clone()
	changes := config.Diff(from, to, config.IOS)
	for _, step := range config.Plan(changes) {
		n := got.Root
		for _, header := range step.Path {
			require.NoError(t, typed(n, header))
			n = n.Child(header)
		}
		for _, c := range step.Commands {
			require.NoError(t, typed(n, c), "in %q", step.Path)
		}
	}
	require.Equal(t, config.Print(to, config.IOS, config.Layout{}), config.Print(got, config.IOS, config.Layout{}))
	require.True(t, to.Equal(got))
	require.Equal(t, from.Equal(to), len(changes) == 0)
	require.Equal(t, before, config.Print(from, config.IOS, config.Layout{}), "the first tree must stay as it is")
}

func TestDiffTurnsOneTreeIntoTheOther(t *testing.T) {
	for seed := range uint64(100) {
		rng := rand.New(rand.NewPCG(seed, 2))
		a, b := make([]byte, rng.IntN(80)), make([]byte, rng.IntN(80))
		for i := range a {
			a[i] = byte(rng.Uint32())
		}
		copy(b, a)
		for i := range b {
			if i >= len(a) || rng.IntN(4) == 0 {
				b[i] = byte(rng.Uint32())
			}
		}
		check(t, grow(a), grow(b))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func TestPlanOfADifference(t *testing.T) {
	from, to := config.New(), config.New()
	must := func(n *config.Node, commands ...string) {
		for _, c := range commands {
			require.NoError(t, typed(n, c))
		}
	}
	must(from.Root, "speed 1", "item 1 1", "block 1", "block 2", "list 1")
	must(from.Root.Child("block 1"), "no flag", "inner 1")
	must(from.Root.Child("block 2"), "speed 5")
	must(from.Root.Child("list 1"), "10 permit a", "20 permit b")
	must(to.Root, "speed 2", "item 1 1", "block 1", "block 3", "list 1")
	must(to.Root.Child("block 1"), "inner 2")
	must(to.Root.Child("list 1"), "10 permit a", "15 permit c", "20 permit d")

	changes := config.Diff(from, to, config.IOS)
	var plan, listing []string
	for _, step := range config.Plan(changes) {
		plan = append(plan, step.Lines()...)
	}
	for _, c := range changes {
		listing = append(listing, c.Lines()...)
	}
	require.Equal(t, []string{
		"list 1", " no 20",
		"block 1", " no inner 1", " default flag",
		"no block 2",
		"speed 2",
		"block 1", " inner 2",
		"block 3",
		"list 1", " 15 permit c", " 20 permit d",
	}, plan)
	require.Equal(t, []string{
		"+speed 2", "-speed 1", "-block 2", " -speed 5",
		"block 1", " -no flag", " -inner 1",
		"block 1", " +inner 2",
		"+block 3",
		"list 1", " +permit c", " +permit d", " -permit b",
	}, listing)
}

func FuzzDiff(f *testing.F) {
	f.Add([]byte("\x02\x01\x06\x01\x04\x02\x08\x31"), []byte("\x02\x01\x06\x02\x0a\x02\x0a\x03"))
	f.Add([]byte("\x05\x42\x07\x00"), []byte("\x05\x63\x07\x01"))
	f.Fuzz(func(t *testing.T, a, b []byte) { check(t, grow(a), grow(b)) })
}

func TestCloneIsIndependent(t *testing.T) {
	a := grow([]byte("\x02\x01\x06\x01\x08\x11"))
	b := a.Clone()
	b.Root.Child("block 1").Unset(config.Slot{Leaf: "speed"})
	b.Root.Open("block 2", "block", config.Place{Section: config.SectionInterfaces})
	require.False(t, a.Equal(b))
	require.Nil(t, a.Root.Child("block 2"))
	e, ok := a.Root.Child("block 1").Get(config.Slot{Leaf: "speed"})
	require.True(t, ok)
	require.Equal(t, "speed 1", e.Value)
	require.Same(t, b.Root, b.Root.Child("block 1").Parent())
}

func TestSectionRules(t *testing.T) {
	line := func(tree *config.Tree, s config.Section, text string) {
		tree.Root.Set(config.Entry{Slot: config.Slot{Leaf: text}, Place: config.Place{Section: s}, Lines: []config.Line{{Text: text}}})
	}
	block := func(tree *config.Tree, s config.Section, order int, header string, lines ...string) {
		n := tree.Root.Open(header, "sub", config.Place{Section: s, Order: [4]int{order}, Text: header})
		for i, l := range lines {
			n.Set(config.Entry{Slot: config.Slot{Leaf: l}, Place: config.Place{Order: [4]int{i}}, Lines: []config.Line{{Text: l}}})
		}
	}
	empty := config.Print(config.New(), config.IOS, config.Layout{})
	require.Equal(t, strings.Repeat("!\n", 20)+"end\n", empty)
	require.Equal(t, strings.Repeat("!\n", 19)+"end\n", config.Print(config.New(), config.IOS, config.Layout{NetworkModules: true}))

	for name, tc := range map[string]struct {
		build func(*config.Tree)
		want  string
	}{
		"pools carry three blanks and a ! each": {func(c *config.Tree) {
			line(c, config.SectionIPGlobals, "ip cef")
			block(c, config.SectionDHCPPools, 0, "ip dhcp pool a", "lease 7")
			block(c, config.SectionDHCPPools, 0, "ip dhcp pool b", "lease 8")
		}, "ip cef\n!\nip dhcp pool a\n   lease 7\n!\nip dhcp pool b\n   lease 8\n" +
			strings.Repeat("!\n", 11) + "end"},
		"standard lists are parted from extended ones": {func(c *config.Tree) {
			block(c, config.SectionAccessLists, 1, "ip access-list extended a", "permit ip any any")
			block(c, config.SectionAccessLists, 1, "ip access-list extended b", "permit ip any any")
			block(c, config.SectionAccessLists, 0, "ip access-list standard z", "permit any")
			line(c, config.SectionHTTP, "no ip http server")
		}, "no ip http server\n!\nip access-list standard z\n permit any\n!\nip access-list extended a\n permit ip any any\n" +
			"ip access-list extended b\n permit ip any any\n!\n!\n!\n!\nend"},
		"the redundancy pair": {func(c *config.Tree) {
			block(c, config.SectionRedundancy, 0, "redundancy")
			block(c, config.SectionInterDevice, 0, "redundancy inter-device")
		}, "redundancy inter-device\n!\n!\nredundancy\n!\n!\n!\n"},
		"a banner keeps its rows": {func(c *config.Tree) {
			line(c, config.SectionBanners, "banner motd ^C\n  wide\n^C")
		}, "!\nbanner motd ^C\n  wide\n^C\n!\n!\n!\nend"},
		"an entry without lines prints nothing": {func(c *config.Tree) {
			c.Root.Set(config.Entry{Slot: config.Slot{Leaf: "ip sla"}, Place: config.Place{Section: config.SectionManagement}})
		}, empty},
		"a section no rule knows is still printed": {func(c *config.Tree) {
			line(c, 200, "stray")
		}, "!\nstray\nend"},
	} {
		t.Run(name, func(t *testing.T) {
			tree := config.New()
			tc.build(tree)
			require.Contains(t, config.Print(tree, config.IOS, config.Layout{}), tc.want)
		})
	}
}

func TestEntriesInPrintedOrder(t *testing.T) {
	tree := config.New()
	for _, p := range []config.Place{{Order: [4]int{2}}, {Order: [4]int{1, 5}}, {Order: [4]int{1, 2}}, {Order: [4]int{1, 2}, Text: "a"}} {
		tree.Root.Set(config.Entry{Slot: config.Slot{Leaf: fmt.Sprint(p)}, Place: p})
	}
	var got []string
	for _, e := range tree.Root.Entries() {
		got = append(got, fmt.Sprint(e.Place.Order[:2], e.Place.Text))
	}
	require.Equal(t, []string{"[1 2]", "[1 2]a", "[1 5]", "[2 0]"}, got)
	require.False(t, tree.Root.Unset(config.Slot{Leaf: "absent"}))
	require.False(t, tree.Root.Remove("absent"))
	require.Nil(t, tree.Root.Child("absent"))
}

func BenchmarkPrint(b *testing.B) {
	tree := config.New()
	for i := range 1000 {
		n := tree.Root.Open(fmt.Sprint("interface Loopback", i), "config-if", config.Place{Section: config.SectionInterfaces, Order: [4]int{i}})
		for j := range 5 {
			n.Set(config.Entry{Slot: config.Slot{Leaf: fmt.Sprint(j)}, Place: config.Place{Order: [4]int{j}}, Lines: []config.Line{{Text: "ip address 10.0.0.1 255.255.255.0"}}})
		}
	}
	for b.Loop() {
		config.Print(tree, config.IOS, config.Layout{})
	}
}

func BenchmarkDiff(b *testing.B) {
	from, to := grow(nil), grow(nil)
	for i := range 1000 {
		n := open(from.Root, fmt.Sprint("block ", i))
		_ = typed(n, "speed 1")
		n = open(to.Root, fmt.Sprint("block ", i))
		_ = typed(n, fmt.Sprint("speed ", i%2))
	}
	for b.Loop() {
		config.Diff(from, to, config.IOS)
	}
}

// What extends a value is seen in that tree only, whichever of a tree and its
// copy grows first.
func TestExtend(t *testing.T) {
	tree, slot := config.New(), config.Slot{Leaf: "list"}
	tree.Root.Extend(slot, config.Line{Text: "nothing to extend"})
	require.Empty(t, tree.Root.Entries())
	tree.Root.Set(config.Entry{Slot: slot})
	for i := range 5 { // so many that there is room behind them
		tree.Root.Extend(slot, config.Line{Text: strconv.Itoa(i)})
	}
	other := tree.Clone()
	tree.Root.Extend(slot, config.Line{Text: "here"})
	other.Root.Extend(slot, config.Line{Text: "there"})
	tree.Root.Extend(slot, config.Line{Text: "end"})
	e, _ := tree.Root.Get(slot)
	require.Equal(t, []config.Line{{Text: "0"}, {Text: "1"}, {Text: "2"}, {Text: "3"}, {Text: "4"}, {Text: "here"}, {Text: "end"}}, e.Lines)
	e, _ = other.Root.Get(slot)
	require.Equal(t, "there", e.Lines[5].Text)
}
