package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tandem/modes/secret"
)

// key is one key of a chain.
type key struct {
	id        string
	text      string   // clear
	lifetimes []string // accept-lifetime and send-lifetime, as printed
}

// keys returns what takes the lines of a key chain.
func (s *side) keys(name string) func(words []string) {
	return func(words []string) {
		chain := s.chains[name]
		switch {
		case words[0] == "key" && len(words) == 2:
			s.chains[name] = append(chain, key{id: words[1]})
		case len(chain) == 0:
		case words[0] == "key-string":
			chain[len(chain)-1].text = clear(words[1:])
		case strings.HasSuffix(words[0], "-lifetime"):
			chain[len(chain)-1].lifetimes = append(chain[len(chain)-1].lifetimes, strings.Join(words, " "))
		}
	}
}

// clear reads a password with or without its kind in front: obscured, the same
// one looks different on every router.
func clear(words []string) string {
	text := strings.Join(words, " ")
	if len(words) < 2 {
		return text
	}
	kind, err := strconv.Atoi(words[0])
	if err != nil {
		return text
	}
	if s, err := secret.Parse(secret.Kind(kind), strings.Join(words[1:], " ")); err == nil && kind != 0 {
		return s.Plain()
	}
	return strings.Join(words[1:], " ")
}

// authenticate takes what follows "authentication". Passwords that a listing
// may obscure are kept apart, for no finding may print them.
func (g *group) authenticate(words []string) {
	switch {
	case starts(words, "md5 key-chain") && len(words) == 3:
		g.authentication, g.chain = "md5 key-chain", words[2]
	case starts(words, "md5 key-string"):
		words = words[2:]
		if i := slices.Index(words, "timeout"); i > 0 {
			words = words[:i]
		}
		g.authentication, g.key = "md5 key-string", clear(words)
	case starts(words, "text") && len(words) == 2:
		g.authentication = words[1]
	default:
		g.authentication = strings.Join(words, " ")
	}
}

// keys compares the MD5 keys of a group. Of key chains, whose names are each
// router's own, a message needs one key that both have under one number.
func (c *comparison) keys(where string, a, b *group) {
	switch {
	case a.authentication != b.authentication:
		return
	case a.key != b.key:
		c.fault(where, "the MD5 key of the second router is another")
		return
	case a.chain == "":
		return
	}
	one, other := c.a.chains[a.chain], c.b.chains[b.chain]
	for i, chain := range [][]key{one, other} {
		if len(chain) == 0 {
			c.fault(where, "key chain %s of the %s router has no key", []string{a.chain, b.chain}[i], ordinal(i))
			return
		}
	}
	common := 0
	for _, k := range one {
		i := slices.IndexFunc(other, func(o key) bool { return o.id == k.id })
		switch {
		case i < 0:
		case other[i].text != k.text:
			c.doubt(where, "key %s is another on the second router", k.id)
		case k.text != "":
			common++
		}
	}
	l, o := terms(one), terms(other)
	switch {
	case common == 0:
		c.fault(where, "key chains %s and %s have no key in common", a.chain, b.chain)
	case !slices.Equal(l, o):
		c.doubt(where, "key chains %s and %s differ: %s", a.chain, b.chain, difference(l, o))
	}
}

// terms lists the keys of a chain and their lifetimes, without passwords.
func terms(chain []key) (lines []string) {
	for _, k := range chain {
		lines = append(lines, "key "+k.id)
		for _, l := range k.lifetimes {
			lines = append(lines, fmt.Sprintf("key %s %s", k.id, l))
		}
	}
	return lines
}
