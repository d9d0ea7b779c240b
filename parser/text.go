package parser

import (
	"maps"
	"slices"
)

// describe gives the words of a command's grammars their own help texts and
// reports texts that belong to no word.
func (b *builder) describe(c *Command, trees []*item) {
	used := make(map[string]bool)
	for _, tree := range trees {
		tree.leaves(func(leaf *item) {
			keys := []string{leaf.name}
			if leaf.kind == keyword {
				keys = append(keys, leaf.text)
			}
			for _, k := range keys {
				text, ok := c.Help[k]
				used[k] = used[k] || ok
				if ok && !leaf.own {
					leaf.help, leaf.own = text, true
				}
			}
		})
	}
	for _, k := range slices.Sorted(maps.Keys(c.Help)) {
		if !used[k] {
			b.fail("%q: help for %q, which is not in it", c.Syntax, k)
		} else if c.Help[k] == "" {
			b.fail("%q: empty help for %q", c.Syntax, k)
		}
	}
	names := make(map[string]bool)
	for _, tree := range trees {
		tree.leaves(func(leaf *item) { names[leaf.name] = true })
	}
	for _, k := range c.Keys {
		if !names[k] {
			b.fail("%q: key %q, which is not in it", c.Syntax, k)
		}
	}
}

// spread settles the text of every edge: the one its commands give. A word
// without text takes that of the edge it shares and carries it to the other
// edges it lies on, until nothing changes.
func (b *builder) spread() {
	for changed := true; changed; {
		changed = false
		for _, e := range b.edges {
			if e.symbol.class == classKind || e.symbol.class == classNumber {
				continue
			}
			for _, leaf := range e.leaves {
				if e.help == "" && leaf.help != "" {
					e.help, changed = leaf.help, true
				}
			}
			for _, leaf := range e.leaves {
				if leaf.help == "" && e.help != "" {
					leaf.help, changed = e.help, true
				}
			}
		}
	}
}

// missing reports edges without a text or with two.
func (b *builder) missing() {
	said := make(map[*item]bool)
	for _, e := range b.edges {
		if e.symbol.class == classKind || e.symbol.class == classNumber {
			continue
		}
		first := e.leaves[0]
		if e.help == "" && !said[first] {
			b.fail("%q: no help for %q", b.path[e][1:], first.name)
			said[first] = true
		}
		for _, leaf := range e.leaves {
			if leaf.own && leaf.help != e.help && !said[leaf] {
				b.fail("%q: two help texts for %q: %q and %q", b.path[e][1:], leaf.name, e.help, leaf.help)
				said[leaf] = true
			}
		}
	}
}
