package parser

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Rank says how far the form of an argument tells it from a keyword.
type Rank uint8

// The ranks.
const (
	Shaped Rank = iota // beats an abbreviated keyword: numbers, addresses
	Free               // could be any word, so every keyword that fits beats it
)

// Type is a kind of argument.
type Type interface {
	// Judge returns how many leading bytes of the token could begin a value,
	// and whether the whole token is one. The caret of a wrong token stands
	// under byte fit, or under byte 0 where every byte could belong but the
	// value is illegal (reference cli 1.3).
	Judge(token string) (fit int, legal bool)
	// Show is how help lists the argument: "WORD", "A.B.C.D", "<0-255>".
	Show() string
	Rank() Rank
}

// NewType makes a Type of a function; see Type for what judge returns.
func NewType(show string, rank Rank, judge func(token string) (fit int, legal bool)) Type {
	return shape{show: show, rank: rank, judge: judge}
}

type shape struct {
	show  string
	rank  Rank
	judge func(string) (int, bool)
}

func (s shape) Judge(token string) (int, bool) { return s.judge(token) }
func (s shape) Show() string                   { return s.show }
func (s shape) Rank() Rank                     { return s.rank }

// lineType is the name of the type that takes the rest of the line.
const lineType = "line"

// builtin returns a type that every grammar may use.
func builtin(name string) (Type, error) {
	switch name {
	case "word":
		return shape{"WORD", Free, judgeWord}, nil
	case lineType:
		return shape{"LINE", Free, judgeWord}, nil
	case "ip":
		return shape{"A.B.C.D", Shaped, judgeIP}, nil
	case "mac":
		return shape{"H.H.H", Shaped, judgeMAC}, nil
	case "time":
		return shape{"hh:mm:ss", Shaped, judgeTime}, nil
	case "hex":
		return shape{"Hex-string", Free, judgeHex}, nil
	}
	low, high, ok := strings.Cut(name, "-")
	if !ok {
		return nil, fmt.Errorf("no type %q", name)
	}
	lo, err := strconv.ParseUint(low, 10, 63)
	if err != nil {
		return nil, fmt.Errorf("no type %q", name)
	}
	hi, err := strconv.ParseUint(high, 10, 63)
	if err != nil || hi < lo {
		return nil, fmt.Errorf("range %q", name)
	}
	return span{lo, hi}, nil
}

// span is a range of decimal numbers, both ends included.
type span struct{ low, high uint64 }

func (s span) Judge(token string) (int, bool) {
	n := digits(token)
	if n < len(token) {
		return n, false
	}
	v, err := strconv.ParseUint(token, 10, 63)
	return n, err == nil && s.low <= v && v <= s.high
}

func (s span) Show() string { return fmt.Sprintf("<%d-%d>", s.low, s.high) }
func (s span) Rank() Rank   { return Shaped }

func judgeWord(token string) (int, bool) { return len(token), token != "" }

func judgeIP(token string) (int, bool) {
	// any length of group: 1000 is an illegal value, not a wrong character
	if n := groups(token, '.', 4, len(token), isDigit); n < len(token) {
		return n, false
	}
	// net/netip refuses leading zeros, which people do type
	parts := strings.Split(token, ".")
	for i, p := range parts {
		parts[i] = strings.TrimLeft(p, "0")
		if p != "" && parts[i] == "" {
			parts[i] = "0"
		}
	}
	_, err := netip.ParseAddr(strings.Join(parts, "."))
	return len(token), err == nil
}

func judgeMAC(token string) (int, bool) {
	n := groups(token, '.', 3, 4, isHex)
	return n, n == len(token) && strings.Count(token, ".") == 2 && !strings.HasSuffix(token, ".")
}

func judgeTime(token string) (int, bool) {
	n := groups(token, ':', 3, 2, isDigit)
	if n < len(token) || strings.Count(token, ":") != 2 {
		return n, false
	}
	for i, part := range strings.Split(token, ":") {
		v, err := strconv.Atoi(part)
		if err != nil || v > 59 || i == 0 && v > 23 {
			return n, false
		}
	}
	return n, true
}

func judgeHex(token string) (int, bool) {
	n := 0
	if strings.HasPrefix(token, "0x") || strings.HasPrefix(token, "0X") {
		n = 2
	}
	start := n
	for n < len(token) && isHex(token[n]) {
		n++
	}
	return n, n == len(token) && n > start
}

// groups returns how many leading bytes could begin count groups of at most
// size bytes each with the separator between them.
func groups(token string, separator byte, count, size int, member func(byte) bool) int {
	group, length := 1, 0
	for i := range len(token) {
		switch c := token[i]; {
		case member(c):
			if length++; length > size {
				return i
			}
		case c == separator && length > 0 && group < count:
			group, length = group+1, 0
		default:
			return i
		}
	}
	return len(token)
}

func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHex(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
