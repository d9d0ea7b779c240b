package firewall

// spokes is the number of seconds the wheel looks ahead. Later deadlines are
// looked at again when the wheel has come round.
const spokes = 128

// wheel finds the sessions whose timers are due, with a grain of one second. A
// bucket holds slot numbers; nothing is moved while a session has traffic: its
// deadline is computed when its bucket comes up. A slot may be in several
// buckets after its timer was shortened; the one that counts is session.armed.
type wheel struct {
	buckets [spokes]bough
	spare   *leaf
	spares  int
	tick    uint32 // last second that was run
	items   int
}

// bough is one bucket: leaves in the order they were filled. It grows without
// copying, however many sessions began in one second, and wastes little.
type bough struct{ first, last *leaf }

type leaf struct {
	next  *leaf
	used  int32
	slots [leafSlots]uint32
}

const (
	leafSlots  = 253 // 1 KB
	leavesKept = 256
)

// arm puts a slot into the bucket of second due, which is brought into the
// reach of the wheel, and returns what session.armed must be.
func (w *wheel) arm(slot, due uint32) uint8 {
	due = min(max(due, w.tick+1), w.tick+spokes-1)
	b := &w.buckets[due%spokes]
	switch {
	case b.first == nil:
		b.first = w.leaf()
		b.last = b.first
	case b.last.used == leafSlots:
		b.last.next = w.leaf()
		b.last = b.last.next
	}
	l := b.last
	l.slots[l.used] = slot
	l.used++
	w.items++
	return uint8(due)
}

func (w *wheel) leaf() *leaf {
	l := w.spare
	if l == nil {
		return new(leaf)
	}
	w.spare, l.next = l.next, nil
	w.spares--
	return l
}

// drop keeps an emptied leaf for later, up to a bound.
func (w *wheel) drop(l *leaf) {
	if w.spares < leavesKept {
		l.next, l.used = w.spare, 0
		w.spare = l
		w.spares++
	}
}

// run calls expire for the slots of every bucket up to second now, and moves on.
func (w *wheel) run(now uint32, expire func(slot uint32, armed uint8)) {
	for w.tick < now {
		if w.items == 0 {
			w.tick = now
			return
		}
		w.tick++
		due := w.buckets[w.tick%spokes].first
		w.buckets[w.tick%spokes] = bough{}
		for due != nil {
			w.items -= int(due.used)
			for _, slot := range due.slots[:due.used] {
				expire(slot, uint8(w.tick))
			}
			l := due
			due = due.next
			w.drop(l)
		}
	}
}

// next returns the second of the first bucket with a slot in it.
func (w *wheel) next() (second uint32, ok bool) {
	if w.items == 0 {
		return 0, false
	}
	for s := w.tick + 1; ; s++ {
		if w.buckets[s%spokes].first != nil {
			return s, true
		}
	}
}
