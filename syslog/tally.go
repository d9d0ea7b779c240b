package syslog

import (
	"cmp"
	"slices"
)

// Tally is how often one message came: "logging count".
type Tally struct {
	Facility string
	Mnemonic string
	Severity Severity
	Count    int
	Last     string // time stamp of the newest, "" without stamps
}

// tallies counts messages by name.
type tallies map[[2]string]*Tally

func (t tallies) add(m Message, stamp string) {
	key := [2]string{m.Facility, m.Mnemonic}
	if t[key] == nil {
		t[key] = &Tally{Facility: m.Facility, Mnemonic: m.Mnemonic}
	}
	t[key].Severity, t[key].Last = m.Severity, stamp
	t[key].Count++
}

// SetCounting starts to count messages by name, or stops and forgets.
func (l *Log) SetCounting(on bool) {
	if !on {
		l.tallies = nil
	} else if l.tallies == nil {
		l.tallies = tallies{}
	}
}

// Counting reports whether messages are counted by name.
func (l *Log) Counting() bool { return l.tallies != nil }

// Tallies returns the counts by facility, then name.
func (l *Log) Tallies() []Tally {
	var out []Tally
	for _, t := range l.tallies {
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(a.Facility, b.Facility), cmp.Compare(a.Mnemonic, b.Mnemonic))
	})
	return out
}
