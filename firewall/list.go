package firewall

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// MaxSequence is the highest sequence number of an entry; 1 is the lowest.
const MaxSequence = 2147483647

// sequenceStep separates the numbers that IOS gives to entries without one.
const sequenceStep = 10

// The errors of editing a list. Their IOS texts are "% Duplicate sequence
// number" and "Exceeded maximum sequence number." (reference firewall 5.3).
var (
	ErrDuplicate   = errors.New("firewall: duplicate sequence number")
	ErrMaxSequence = errors.New("firewall: exceeded maximum sequence number")
	ErrNoEntry     = errors.New("firewall: no such entry")
)

// Numbered is an entry with its sequence number.
type Numbered struct {
	Sequence uint32
	Entry    Entry
}

// List is an access list as it is configured: entries in ascending order of
// their sequence numbers. It is a plain value; the engine compiles a copy.
type List struct {
	Name    string // name, or number in decimal
	Kind    Kind
	Entries []Numbered

	growing bool // the last entry typed was a new one
	known   *entryIndex
}

// Reopen says that the list is edited anew. A remark that it has already is then
// taken for the same one typed again, until the first new entry: a list may
// repeat a remark, and pasting the list once more must not.
func (l *List) Reopen() { l.growing = false }

// KindOfNumber returns the kind of a numbered list: 1-99 and 1300-1999 are
// standard, 100-199 and 2000-2699 extended. Other numbers give false.
func KindOfNumber(n int) (Kind, bool) {
	switch {
	case 1 <= n && n <= 99, 1300 <= n && n <= 1999:
		return Standard, true
	case 100 <= n && n <= 199, 2000 <= n && n <= 2699:
		return Extended, true
	}
	return Standard, false
}

// Numbered reports whether the list is named by a number.
func (l *List) Numbered() bool {
	_, err := strconv.Atoi(l.Name)
	return err == nil
}

// CompareLists orders lists as show access-lists does: standard before
// extended, numbers before names (reference firewall 5.4).
func CompareLists(a, b *List) int {
	an, aerr := strconv.Atoi(a.Name)
	bn, berr := strconv.Atoi(b.Name)
	switch {
	case a.Kind != b.Kind:
		return cmp.Compare(a.Kind, b.Kind)
	case aerr == nil && berr == nil:
		return cmp.Compare(an, bn)
	case aerr == nil:
		return -1
	case berr == nil:
		return 1
	}
	return cmp.Compare(a.Name, b.Name)
}

// Add appends an entry behind the last one, numbered ten higher; the first is
// number 10. An entry equal to an existing one changes nothing, see Reopen for
// remarks. It returns ErrMaxSequence when no number is left.
func (l *List) Add(e Entry) error {
	if l.index(e) >= 0 && (e.Action != Remark || !l.growing) {
		l.growing = false
		return nil
	}
	sequence := uint32(sequenceStep)
	if n := len(l.Entries); n > 0 {
		sequence = l.Entries[n-1].Sequence + sequenceStep
	}
	if sequence > MaxSequence {
		return fmt.Errorf("%w: list %s", ErrMaxSequence, l.Name)
	}
	l.Entries = append(l.Entries, Numbered{sequence, e})
	l.known.grow(l.Entries)
	l.growing = true
	return nil
}

// Insert places an entry at a sequence number. It returns ErrDuplicate when the
// number is taken by another entry; the same entry again changes nothing.
func (l *List) Insert(sequence uint32, e Entry) error {
	if sequence == 0 || sequence > MaxSequence {
		return fmt.Errorf("%w: %d in list %s", ErrMaxSequence, sequence, l.Name)
	}
	i, taken := l.find(sequence)
	if taken {
		if l.Entries[i].Entry == e {
			return nil
		}
		return fmt.Errorf("%w: %d in list %s", ErrDuplicate, sequence, l.Name)
	}
	if e.Action != Remark && l.index(e) >= 0 {
		return nil
	}
	l.Entries = slices.Insert(l.Entries, i, Numbered{sequence, e})
	if i == len(l.Entries)-1 {
		l.known.grow(l.Entries)
	} else {
		l.known = nil
	}
	return nil
}

// Remove deletes the entry with that sequence number, or returns ErrNoEntry.
func (l *List) Remove(sequence uint32) error {
	i, ok := l.find(sequence)
	if !ok {
		return fmt.Errorf("%w: %d in list %s", ErrNoEntry, sequence, l.Name)
	}
	l.Entries, l.known = slices.Delete(l.Entries, i, i+1), nil
	return nil
}

// RemoveEntry deletes the entry that reads the same, or returns ErrNoEntry.
func (l *List) RemoveEntry(e Entry) error {
	i := slices.IndexFunc(l.Entries, func(n Numbered) bool { return n.Entry == e })
	if i < 0 {
		return fmt.Errorf("%w: in list %s", ErrNoEntry, l.Name)
	}
	l.Entries, l.known = slices.Delete(l.Entries, i, i+1), nil
	return nil
}

// Resequence numbers the entries start, start+step and so on in displayed
// order. It returns ErrMaxSequence, and changes nothing, when the last number
// would be too high.
func (l *List) Resequence(start, step uint32) error {
	if n := uint64(len(l.Entries)); n > 0 && uint64(start)+(n-1)*uint64(step) > MaxSequence || start == 0 || step == 0 {
		return fmt.Errorf("%w: list %s", ErrMaxSequence, l.Name)
	}
	l.Entries, l.known = l.Displayed(), nil
	for i := range l.Entries {
		l.Entries[i].Sequence = start + uint32(i)*step
	}
	return nil
}

// Displayed returns the entries in the order they are shown and evaluated: a
// standard list puts hosts before wildcards whatever their numbers.
func (l *List) Displayed() []Numbered {
	shown := slices.Clone(l.Entries)
	if l.Kind == Standard {
		slices.SortStableFunc(shown, func(a, b Numbered) int {
			return cmp.Compare(hostFirst(&a.Entry), hostFirst(&b.Entry))
		})
	}
	return shown
}

func hostFirst(e *Entry) int {
	if e.Src.Wildcard == 0 {
		return 0
	}
	return 1
}

// Heading prints the line above the entries in show access-lists.
func (l *List) Heading() string {
	kind := "Standard"
	if l.Kind == Extended {
		kind = "Extended"
	}
	return kind + " IP access list " + l.Name
}

func (l *List) find(sequence uint32) (int, bool) {
	return slices.BinarySearchFunc(l.Entries, sequence, func(n Numbered, s uint32) int { return cmp.Compare(n.Sequence, s) })
}

// index is where the first entry equal to e stands, -1 for nowhere.
func (l *List) index(e Entry) int {
	if !l.known.covers(l.Entries) {
		l.known = indexEntries(l.Entries)
	}
	sequence, ok := l.known.first[e]
	if !ok {
		return -1
	}
	i, _ := l.find(sequence)
	return i
}
