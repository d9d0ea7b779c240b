package firewall

// spokes is the number of seconds the wheel looks ahead. Later deadlines are
// looked at again when the wheel has come round.
const spokes = 128

// wheel finds the sessions whose timers are due, with a grain of one second. A
// bucket holds slot numbers; nothing is moved while a session has traffic: its
// deadline is computed when its bucket comes up. A slot may be in several
// buckets after its timer was shortened; the one that counts is session.armed.
type wheel struct {
	buckets [spokes][]uint32
	tick    uint32 // last second that was run
	items   int
}

// arm puts a slot into the bucket of second due, which is brought into the
// reach of the wheel, and returns what session.armed must be.
func (w *wheel) arm(slot, due uint32) uint8 {
	due = min(max(due, w.tick+1), w.tick+spokes-1)
	b := &w.buckets[due%spokes]
	*b = append(*b, slot)
	w.items++
	return uint8(due)
}

// run calls expire for the slots of every bucket up to second now, and moves on.
func (w *wheel) run(now uint32, expire func(slot uint32, armed uint8)) {
	for w.tick < now {
		if w.items == 0 {
			w.tick = now
			return
		}
		w.tick++
		b := &w.buckets[w.tick%spokes]
		if len(*b) == 0 {
			continue
		}
		due := *b
		*b = nil
		w.items -= len(due)
		for _, slot := range due {
			expire(slot, uint8(w.tick))
		}
		if *b == nil && cap(due) <= 1024 {
			*b = due[:0]
		}
	}
}

// next returns the second of the first bucket with a slot in it.
func (w *wheel) next() (second uint32, ok bool) {
	if w.items == 0 {
		return 0, false
	}
	for s := w.tick + 1; ; s++ {
		if len(w.buckets[s%spokes]) > 0 {
			return s, true
		}
	}
}
