package mem

import "tandem/port"

// queue is a bounded ring of frames. Its slab holds no pointers and grows by
// doubling as frames wait, so a port that idles costs next to nothing.
type queue struct {
	slab  []byte   // slots of port.BufferSize bytes
	sizes []uint16 // length of the frame in each slot
	head  int      // slot of the oldest frame
	count int
}

// firstSlots is the size of a slab when the first frame arrives.
const firstSlots = 8

// push copies frame to the tail. It reports false, and keeps nothing, when
// QueueFrames frames wait already.
func (q *queue) push(frame []byte) bool {
	if q.count == len(q.sizes) && !q.grow() {
		return false
	}
	slot := (q.head + q.count) % len(q.sizes)
	copy(q.slab[slot*port.BufferSize:], frame)
	q.sizes[slot] = uint16(len(frame))
	q.count++
	return true
}

// pop copies the oldest frames into bufs and returns how many.
func (q *queue) pop(bufs [][]byte, sizes []int) int {
	n := min(len(bufs), q.count)
	for i := range n {
		start := q.head * port.BufferSize
		sizes[i] = copy(bufs[i], q.slab[start:start+int(q.sizes[q.head])])
		q.head = (q.head + 1) % len(q.sizes)
	}
	q.count -= n
	return n
}

func (q *queue) grow() bool {
	slots := min(max(2*len(q.sizes), firstSlots), QueueFrames)
	if slots == len(q.sizes) {
		return false
	}
	slab, sizes := make([]byte, slots*port.BufferSize), make([]uint16, slots)
	// The ring is full, so it is two runs: head to end, and start to head.
	n := copy(sizes, q.sizes[q.head:])
	copy(sizes[n:], q.sizes[:q.head])
	m := copy(slab, q.slab[q.head*port.BufferSize:])
	copy(slab[m:], q.slab[:q.head*port.BufferSize])
	q.slab, q.sizes, q.head = slab, sizes, 0
	return true
}
