package firewall

// entryIndex finds the entries of a list by what they say: a list of n lines is
// typed in n steps, and none may cost n. It serves the entries it was made of and
// those added behind them; any other edit drops it, and a copy of the list that
// goes its own way makes its own.
type entryIndex struct {
	first map[Entry]uint32 // the lowest sequence number of each
	of    []Numbered
}

func indexEntries(entries []Numbered) *entryIndex {
	x := &entryIndex{first: make(map[Entry]uint32, len(entries)), of: entries}
	for _, n := range entries {
		x.note(n)
	}
	return x
}

func (x *entryIndex) note(n Numbered) {
	if _, known := x.first[n.Entry]; !known {
		x.first[n.Entry] = n.Sequence
	}
}

// covers reports whether the index is that of these entries.
func (x *entryIndex) covers(entries []Numbered) bool {
	return x != nil && len(x.of) == len(entries) && (len(entries) == 0 || &x.of[0] == &entries[0])
}

// grow follows entries to which one was added behind those the index covers, and
// no others.
func (x *entryIndex) grow(entries []Numbered) {
	if x == nil || len(x.of) != len(entries)-1 {
		return
	}
	x.note(entries[len(entries)-1])
	x.of = entries
}
