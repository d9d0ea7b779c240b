package firewall

import (
	"slices"

	"tandem/wire"
)

// Filter is a compiled access list with a count of matches an entry. The first
// entry that matches a packet decides; a packet that none matches is denied. A
// list without permit or deny entries permits everything (reference firewall 5.5).
type Filter struct {
	list   List     // as configured
	shown  []uint32 // sequence numbers in evaluation order
	rules  []Entry  // in evaluation order, remarks left out
	whole  *classifier
	later  *classifier // for fragments without the transport header
	hits   []uint64
	varies int32 // first rule whose verdict may differ within a session
}

// NewFilter compiles a list. Matches counted by old, which may be nil, carry
// over to the entries that are in both under the same sequence number.
func NewFilter(list List, old *Filter) *Filter {
	list.Entries, list.known = slices.Clone(list.Entries), nil
	f := &Filter{list: list, varies: noEntry}
	for _, n := range list.Displayed() {
		if n.Entry.Action == Remark {
			continue
		}
		if n.Entry.varies() && f.varies == noEntry {
			f.varies = int32(len(f.rules))
		}
		f.rules = append(f.rules, n.Entry)
		f.shown = append(f.shown, n.Sequence)
	}
	f.hits = make([]uint64, len(f.rules))
	f.whole = newClassifier(f.rules, (*Entry).matches, wholePackets)
	f.later = newClassifier(f.rules, (*Entry).matchesLater, laterFragments)
	if old != nil {
		f.inherit(old)
	}
	return f
}

func (f *Filter) inherit(old *Filter) {
	before := make(map[uint32]int, len(old.shown))
	for i, s := range old.shown {
		before[s] = i
	}
	for i, s := range f.shown {
		if j, ok := before[s]; ok && old.rules[j] == f.rules[i] {
			f.hits[i] = old.hits[j]
		}
	}
}

// compiles reports whether f is what NewFilter would make of the list.
func (f *Filter) compiles(l List) bool {
	return f.list.Name == l.Name && f.list.Kind == l.Kind && slices.Equal(f.list.Entries, l.Entries)
}

// Empty reports whether the list permits everything because it has no entry
// that could match.
func (f *Filter) Empty() bool { return f == nil || len(f.rules) == 0 }

// Check returns the verdict on a packet and counts the match. It is Permit for
// a nil Filter, which stands for a list that does not exist.
func (f *Filter) Check(p *wire.Packet) Action {
	action, _ := f.check(p)
	return action
}

// check is Check that also returns the entry that decided, or noEntry.
func (f *Filter) check(p *wire.Packet) (Action, int32) {
	if f.Empty() {
		return Permit, noEntry
	}
	c := f.whole
	if p.LaterFragment() {
		c = f.later
	}
	n := c.find(p)
	if n == noEntry {
		return Deny, n
	}
	f.hits[n]++
	return f.rules[n].Action, n
}

// steady reports whether every packet of the session that entry n decided on
// would meet the same entry.
func (f *Filter) steady(n int32) bool { return f.Empty() || n < f.varies }

// counter returns the count of matches of entry n, or nil.
func (f *Filter) counter(n int32) *uint64 {
	if f.Empty() || n == noEntry {
		return nil
	}
	return &f.hits[n]
}

// logged returns how matches of entry n are logged; the implicit deny is silent.
func (f *Filter) logged(n int32) LogMode {
	if f.Empty() || n == noEntry {
		return NoLog
	}
	return f.rules[n].Log
}

// ClearCounters sets every count of matches to zero.
func (f *Filter) ClearCounters() { clear(f.hits) }

// List returns the list as it was configured; it must not be changed.
func (f *Filter) List() *List { return &f.list }

// Show prints the list as show access-lists does: a heading and a line an
// entry, without remarks.
func (f *Filter) Show() []string {
	lines := []string{f.list.Heading()}
	for i, e := range f.rules {
		lines = append(lines, e.Show(f.list.Kind, f.shown[i], f.hits[i]))
	}
	return lines
}
