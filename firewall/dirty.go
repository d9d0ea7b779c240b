package firewall

// changedLimit bounds the list of changed sessions of a shard. When more change
// before they are collected, the shard is walked instead.
const changedLimit = 1024

// changedList queues the sessions of one shard that carry a mark, oldest first.
// The mark in the session is the truth; the list only saves the walk, so an
// item whose mark is clear is skipped. Whoever takes an item clears its mark.
type changedList struct {
	queue    []uint16
	head     int
	overflow bool // walk the shard once the queue is empty
	walk     int  // slots walked so far plus one; 0 when no walk runs
}

func (l *changedList) add(i uint16) {
	if len(l.queue)-l.head >= changedLimit {
		l.overflow = true
		return
	}
	if l.head > 0 && len(l.queue) == cap(l.queue) {
		l.queue = l.queue[:copy(l.queue, l.queue[l.head:])]
		l.head = 0
	}
	l.queue = append(l.queue, i)
}

// next takes a slot of the shard that has the mark, and returns false when
// there is none.
func (l *changedList) next(slots []session, mark marks) (uint16, bool) {
	for l.head < len(l.queue) {
		i := l.queue[l.head]
		l.head++
		if slots[i].marks&mark != 0 {
			return i, true
		}
	}
	l.queue, l.head = l.queue[:0], 0
	for l.overflow || l.walk > 0 {
		if l.walk == 0 {
			l.overflow, l.walk = false, 1
		}
		for l.walk <= len(slots) {
			i := l.walk - 1
			l.walk++
			if slots[i].marks&mark != 0 {
				return uint16(i), true
			}
		}
		l.walk = 0
	}
	return 0, false
}
