package keychain

import (
	"slices"
	"time"

	"tandem/syslog"
)

// Key is one key of a chain. Without a text it is neither sent nor accepted.
type Key struct {
	ID     uint32
	Text   string
	Accept Lifetime
	Send   Lifetime
}

// Chain is the keys of a chain, ascending by number. It is never changed in
// place.
type Chain []Key

// Edit returns the chain with a key changed, made if it does not exist.
func (c Chain) Edit(id uint32, edit func(k *Key)) Chain {
	c = slices.Clone(c)
	i, ok := c.find(id)
	if !ok {
		c = slices.Insert(c, i, Key{ID: id})
	}
	edit(&c[i])
	return c
}

// Without returns the chain less a key.
func (c Chain) Without(id uint32) Chain {
	i, ok := c.find(id)
	if !ok {
		return c
	}
	return slices.Delete(slices.Clone(c), i, i+1)
}

func (c Chain) find(id uint32) (int, bool) {
	return slices.BinarySearchFunc(c, id, func(k Key, id uint32) int { return int(int64(k.ID) - int64(id)) })
}

// Sending returns the key that signs at a date in UTC: the lowest of those
// that are valid then. ok is false where none is.
func (c Chain) Sending(at time.Time, z syslog.Zone) (k Key, ok bool) {
	for _, k := range c {
		if k.Text != "" && k.Send.Holds(at, z) {
			return k, true
		}
	}
	return Key{}, false
}

// Accepting returns the keys that are believed at a date in UTC.
func (c Chain) Accepting(at time.Time, z syslog.Zone) (valid []Key) {
	for _, k := range c {
		if k.Text != "" && k.Accept.Holds(at, z) {
			valid = append(valid, k)
		}
	}
	return valid
}

// Next returns the first date in UTC after at when a key becomes valid or ends
// to be; ok is false where that never happens.
func (c Chain) Next(at time.Time, z syslog.Zone) (next time.Time, ok bool) {
	for _, k := range c {
		for _, l := range []Lifetime{k.Accept, k.Send} {
			start, end := l.Window(z)
			for _, turn := range []time.Time{start, end} {
				if turn.After(at) && (!ok || turn.Before(next)) {
					next, ok = turn, true
				}
			}
		}
	}
	return next, ok
}
