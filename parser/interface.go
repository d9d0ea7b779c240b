package parser

import (
	"strconv"
	"strings"
)

// Kind is one type of interface.
type Kind struct {
	Name string // "GigabitEthernet"
	Help string // "GigabitEthernet IEEE 802.3z"
}

// InterfaceType makes the argument type for interface names: the name of a
// kind or a unique prefix of it, then the number, with or without a blank in
// between ("gi0/0", "gi 0/0", "Vlan 1", "fa0/1.10"). The captured value is the
// full name, "GigabitEthernet0/0"; whether such an interface exists is asked of
// Context.Valid under the name the type has in Types. Help lists the kinds as
// keywords, then the number.
func InterfaceType(kinds []Kind) Type {
	t := &interfaceType{}
	for _, k := range kinds {
		t.kinds = append(t.kinds, interfaceKind{Kind: k, lower: lower(k.Name)})
	}
	return t
}

type interfaceType struct{ kinds []interfaceKind }

type interfaceKind struct {
	Kind
	lower string
}

// Judge implements Type for a name written as one word; the graph itself reads
// names through its kinds.
func (t *interfaceType) Judge(token string) (int, bool) {
	fit, matches := 0, 0
	for _, k := range t.kinds {
		at, n, legal := splitName(lower(token), k.lower)
		fit = max(fit, at+n)
		if legal {
			matches++
		}
	}
	return fit, matches == 1
}

func (t *interfaceType) Show() string { return "WORD" }
func (t *interfaceType) Rank() Rank   { return Shaped }

// interfaceNumberShow is how help lists the number; the graph does not know how
// many interfaces of a kind a router has.
const interfaceNumberShow = "<0-2147483647>"

// splitName splits a lower-case token such as "gi0/0" where the name of a kind
// ends and the number begins. fit counts the bytes after at that could belong
// to a number. at is 0 unless a prefix of the kind is followed by a digit.
func splitName(token, kind string) (at, fit int, legal bool) {
	for n := min(commonPrefix(token, kind), len(token)-1); n > 0; n-- {
		if isDigit(token[n]) {
			fit, legal = judgeNumber(token[n:])
			return n, fit, legal
		}
	}
	return 0, 0, false
}

// judgeNumber judges an interface number: up to four parts with slashes
// between them and at most one sub-interface behind a dot.
func judgeNumber(s string) (fit int, legal bool) {
	slashes, length, sub := 0, 0, false
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
			if length++; length > 10 {
				return i, false
			}
		case c == '/' && length > 0 && !sub && slashes < 3:
			slashes, length = slashes+1, 0
		case c == '.' && length > 0 && !sub:
			sub, length = true, 0
		default:
			return i, false
		}
	}
	return len(s), length > 0
}

// plainNumber drops leading zeros from every part of an interface number.
func plainNumber(s string) string {
	plain := make([]byte, 0, len(s))
	for i := range len(s) {
		n := len(plain)
		if isDigit(s[i]) && n > 0 && plain[n-1] == '0' && (n == 1 || !isDigit(plain[n-2])) {
			plain = plain[:n-1]
		}
		plain = append(plain, s[i])
	}
	return string(plain)
}

// siblings bounds the search for an existing neighbour of a number that does
// not exist.
const siblings = 64

// missingAt returns the byte of an interface number where it stops being the
// beginning of an existing one: within the last part when an interface exists
// that differs only there, else 0.
func missingAt(number string, exists func(number string) bool) int {
	cut := strings.LastIndexAny(number, "/.") + 1
	last, best := number[cut:], -1
	for n := range siblings {
		other := strconv.Itoa(n)
		if exists(number[:cut] + other) {
			best = max(best, commonPrefix(last, other))
		}
	}
	switch {
	case best < 0:
		return 0
	case best == len(last): // a beginning only: the value as a whole is wrong
		return cut
	}
	return cut + best
}

// lower folds ASCII letters only, so that offsets stay those of the line.
func lower(s string) string {
	i := 0
	for i < len(s) && (s[i] < 'A' || s[i] > 'Z') {
		i++
	}
	if i == len(s) {
		return s
	}
	b := []byte(s)
	for ; i < len(b); i++ {
		if 'A' <= b[i] && b[i] <= 'Z' {
			b[i] += 'a' - 'A'
		}
	}
	return string(b)
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
