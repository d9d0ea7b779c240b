package tcp

import (
	"slices"

	"tandem/clock"
	"tandem/wire"
)

// span is received data that waits for what comes before it.
type span struct {
	seq  uint32
	data []byte
}

// maxSpans bounds the pieces that wait: a peer that sends every second byte
// costs no more than this.
const maxSpans = 128

// receive takes the data and the FIN of an acceptable segment.
func (c *conn) receive(now clock.Time, g segment) {
	switch c.state {
	case established, finWait1, finWait2:
		got := len(c.recv)
		fin := c.store(g)
		if len(c.recv) > got {
			c.stack.event(c, Readable)
		}
		if fin {
			c.peerFinished(now)
		}
	case timeWait: // the peer did not hear our last acknowledgement
		c.stack.timers.Set(c.key, now.Add(TimeWait))
	}
	c.ack()
}

// store puts the data of g in its place and reports whether the peer's FIN is
// now reached.
func (c *conn) store(g segment) bool {
	seq, data := g.seq, g.data
	if g.has(wire.FIN) {
		c.finSeen, c.finSeq = true, seq+uint32(len(data))
	}
	if before(seq, c.rcvNxt) {
		n := min(int(c.rcvNxt-seq), len(data))
		seq, data = seq+uint32(n), data[n:]
	}
	if room := c.window() - int(seq-c.rcvNxt); len(data) > room {
		data = data[:max(room, 0)]
	}
	if len(data) > 0 {
		if seq == c.rcvNxt {
			c.take(data)
		} else {
			c.hold(seq, data)
		}
	}
	for len(c.pending) > 0 && !before(c.rcvNxt, c.pending[0].seq) {
		p := c.pending[0]
		c.pending = slices.Delete(c.pending, 0, 1)
		if n := int(c.rcvNxt - p.seq); n < len(p.data) {
			c.take(p.data[n:])
		}
	}
	return c.finSeen && c.rcvNxt == c.finSeq
}

func (c *conn) take(data []byte) {
	c.recv = append(c.recv, data...)
	c.rcvNxt += uint32(len(data))
}

// hold keeps out-of-order data in order of sequence; a piece that begins where
// a longer one already does is dropped, other overlaps are cut when taken.
func (c *conn) hold(seq uint32, data []byte) {
	i, found := slices.BinarySearchFunc(c.pending, seq, func(p span, s uint32) int { return int(int32(p.seq - s)) })
	if found && len(c.pending[i].data) >= len(data) {
		return
	}
	p := span{seq, slices.Clone(data)}
	switch {
	case found:
		c.pending[i] = p
	case len(c.pending) < maxSpans:
		c.pending = slices.Insert(c.pending, i, p)
	}
}

func (c *conn) peerFinished(now clock.Time) {
	c.rcvNxt++
	c.finSeen = false
	c.stack.event(c, Finished)
	switch c.state {
	case established:
		c.state = closeWait
	case finWait1:
		c.state = closing
	case finWait2:
		c.rest(now)
	}
}
