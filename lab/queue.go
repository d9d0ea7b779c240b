package lab

import (
	"slices"
	"sync"

	"tandem/wire"
)

// The bounds of a live attachment's receive queue.
const (
	queueFrames   = 1024 // frames that wait; more are dropped at the tail
	controlFrames = 512  // of these, kept for control traffic: more than an association has on its way
	frameMax      = 2048 // bytes of a frame; longer ones are dropped
	batchFrames   = 64   // frames handed over at a time
)

// frameQueue is the receive queue of a live attachment. A sender's frames are
// copied into the receiver's buffers, which are made when first needed and
// then used again; so frames never have two owners. A flood of data leaves room
// for control traffic, as selective packet discard does in IOS, and lets it pass:
// a hello that is dropped or late makes a router believe that the other one is
// dead, and a checkpoint message that is dropped comes a retransmission timeout
// later.
type frameQueue struct {
	mu      sync.Mutex
	control [][]byte
	data    [][]byte
	free    [][]byte
	made    int
}

// put copies frames in and returns how many were dropped.
func (q *frameQueue) put(frames [][]byte) (dropped int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, f := range frames {
		var b []byte
		favoured, class := control(f), &q.data
		if favoured {
			class = &q.control
		}
		switch n := len(q.free); {
		case len(f) > frameMax || len(f) == 0:
			dropped++
			continue
		case q.made-n >= queueFrames-controlFrames && !favoured:
			dropped++
			continue
		case n > 0:
			b, q.free = q.free[n-1], q.free[:n-1]
		case q.made < queueFrames:
			q.made++
			b = make([]byte, 0, frameMax)
		default:
			dropped++
			continue
		}
		*class = append(*class, append(b[:0], f...))
	}
	return dropped
}

// control reports whether a frame is for a group, or an IPv4 packet of
// precedence 6 or 7 (RFC 791 section 3.1).
func control(f []byte) bool {
	return len(f) > 0 && f[0]&1 == 1 || len(f) > wire.EthernetLen+1 && wire.Ethernet(f).Type() == wire.EtherIPv4 && f[wire.EthernetLen+1] >= 6<<5
}

// take moves up to batchFrames frames to batch, which is empty, control traffic
// first, and reports whether more of that is left. They belong to the caller
// until give.
func (q *frameQueue) take(batch [][]byte) (taken [][]byte, urgent bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, class := range []*[][]byte{&q.control, &q.data} {
		n := min(len(*class), batchFrames-len(batch))
		batch = append(batch, (*class)[:n]...)
		*class = slices.Delete(*class, 0, n)
	}
	return batch, len(q.control) > 0
}

// give returns the buffers of a batch.
func (q *frameQueue) give(batch [][]byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.free = append(q.free, batch...)
}
