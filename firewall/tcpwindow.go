package firewall

import "math/bits"

// width is a window in bytes as a floating number of eight bits, rounded up:
// exponent in the high five bits, mantissa in the low three. It is at most an
// eighth too large. 0 means that no window was seen.
type width uint8

func widthOf(n uint32) width {
	if n < 8 {
		return width(n)
	}
	shift := uint32(bits.Len32(n) - 4) // four leading bits: an implied one and three of mantissa
	m := uint32((uint64(n) + 1<<shift - 1) >> shift)
	if m == 16 {
		shift, m = shift+1, 8
	}
	return width((shift+1)<<3 | m&7)
}

func (w width) bytes() uint32 {
	if w < 8 {
		return uint32(w)
	}
	return uint32(min(uint64(8|w&7)<<(w>>3-1), 1<<31-1))
}

// before reports whether sequence number a comes before b (RFC 9293 section 3.4).
func before(a, b uint32) bool { return int32(a-b) < 0 }

// later returns the higher of two sequence numbers.
func later(a, b uint32) uint32 {
	if before(a, b) {
		return b
	}
	return a
}

// ackSlack is how far behind an acknowledgement may lag, in bytes, at least:
// one full window without scaling.
const ackSlack = 66000

// known reports whether a segment of direction d was seen by this router. On a
// session that was taken over neither direction is until its first packet.
func (c *conn) known(d Direction) bool { return c.window[d] != 0 }

// scaled returns the window of a segment in bytes. Without knowledge of the
// handshake the largest scale is assumed.
func (c *conn) scaled(d Direction, window uint16) uint32 {
	return uint32(window) << min(c.scaleOf(d), MaxScale)
}

// check reports whether a segment lies in the windows of the connection. The
// first packet of a direction after a takeover is always believed.
func (c *conn) check(d Direction, s Segment) Fault {
	if !c.known(d) {
		return NoFault
	}
	back := 1 - d
	if before(c.limit[d], s.Seq) {
		return InvalidSeq
	}
	if !c.known(back) {
		return NoFault
	}
	end := s.Seq + s.Len
	if before(end, c.end[d]-c.window[back].bytes()-1) {
		return InvalidSeq
	}
	if s.Flags&ackFlag == 0 {
		return NoFault
	}
	slack := max(c.window[d].bytes(), ackSlack)
	if before(c.sent(back), s.Ack) || before(s.Ack, c.end[back]-slack-1) {
		return InvalidAck
	}
	return NoFault
}

const ackFlag = 0x10

// sent returns the end of what direction d may have sent: what passed here, and
// on an inherited connection what its peer allowed. Without that an end system
// that has data which only the former router saw could acknowledge nothing
// until the other one sends more, which it may never do.
func (c *conn) sent(d Direction) uint32 {
	if c.phase&inherited == 0 {
		return c.end[d]
	}
	return later(c.end[d], c.limit[d])
}

// slide moves the windows along with an accepted segment that ends before end.
func (c *conn) slide(d Direction, s Segment, end uint32) {
	back := 1 - d
	window := c.scaled(d, s.Window)
	if !c.known(d) {
		c.rebase(d, s, end)
	}
	if c.phase&inherited != 0 {
		c.end[back] = later(c.end[back], s.Ack)
	}
	if !c.known(back) {
		c.limit[d] = later(c.limit[d], end+c.scaled(back, 0xffff))
	}
	c.end[d] = later(c.end[d], end)
	c.window[d] = max(c.window[d], widthOf(max(window, 1)))
	c.limit[back] = later(c.limit[back], s.Ack+max(window, 1))
}

// rebase starts direction d afresh from its first packet after a takeover.
func (c *conn) rebase(d Direction, s Segment, end uint32) {
	back := 1 - d
	c.end[d] = end
	c.limit[d] = end + c.scaled(back, 0xffff)
	if !c.known(back) {
		c.end[back] = s.Ack
		c.limit[back] = s.Ack
	}
}
