package tcp

import (
	"time"

	"tandem/clock"
	"tandem/wire"
)

type state uint8

// The states of RFC 9293 section 3.3.2; LISTEN is the stack's table of ports.
const (
	closed state = iota
	synSent
	synReceived
	established
	finWait1
	finWait2
	closeWait
	closing
	lastAck
	timeWait
)

// conn is one connection. Sequence numbers: the SYN is iss, the first byte of
// data iss+1, the FIN follows the last byte.
type conn struct {
	tuple
	stack *Stack
	id    Conn
	key   clock.Key
	state state

	dialled bool // by this host; false for an accepted connection

	// Sending.
	iss, una, nxt, max uint32 // oldest unacknowledged; next to send; end of all ever sent
	base               uint32 // sequence number of send[0]
	send               []byte
	finQueued          bool
	blocked            bool // Write took less than offered
	mss                int
	peerWindow         uint32
	wl1, wl2           uint32 // segment of the last window update
	cwnd, ssthresh     int    // bytes
	dupAcks            int

	// Retransmission.
	rto, srtt, rttvar time.Duration
	timing            bool // a segment's round trip is being measured
	timedSeq          uint32
	timedAt           clock.Time
	tries             int
	silentSince       clock.Time // last moment without anything outstanding, or last progress

	// Receiving.
	rcvNxt  uint32
	recv    []byte
	pending []span // out of order, by sequence number, not overlapping
	finSeen bool
	finSeq  uint32
}

func before(a, b uint32) bool { return int32(a-b) < 0 }

// window is the receive window to advertise, in bytes.
func (c *conn) window() int { return Buffer - len(c.recv) }

func (c *conn) emit(flags uint8, seq uint32, payload []byte) {
	h := wire.TCPHeader{Seq: seq, Flags: flags, Window: uint16(c.window())}
	if flags&wire.ACK != 0 {
		h.Ack = c.rcvNxt
	}
	if flags&wire.SYN != 0 {
		h.Options = []byte{2, 4, MSS >> 8, MSS & 0xff}
	}
	c.stack.transmit(c.tuple, h, payload)
}

// ack acknowledges without data, from a place that the peer accepts. That is
// the end of everything sent, not the point that retransmission went back to: a
// peer that has it all would find that old and not look at what it
// acknowledges. Nor is it behind a probe that a closed window did not take.
func (c *conn) ack() {
	seq := c.max
	if end := c.una + c.peerWindow; before(end, seq) {
		seq = end
	}
	c.emit(wire.ACK, seq, nil)
}

func (c *conn) sendSYN(now clock.Time) {
	flags := wire.SYN
	if c.state == synReceived {
		flags |= wire.ACK
	}
	c.emit(flags, c.iss, nil)
	c.nxt, c.max = c.iss+1, c.iss+1
	if c.tries == 0 {
		c.silentSince = now
		c.timing, c.timedSeq, c.timedAt = true, c.iss, now
	} else {
		c.timing = false
	}
	c.stack.timers.Set(c.key, now.Add(c.rto))
}

// finSendSeq is the sequence number of our FIN.
func (c *conn) finSendSeq() uint32 { return c.base + uint32(len(c.send)) }

// output sends what the windows allow and keeps the retransmission timer.
func (c *conn) output(now clock.Time) {
	idle := c.una == c.max
	for c.outputOne(now) {
	}
	switch waiting := len(c.send) > 0 || c.finQueued; {
	case !waiting && c.una == c.max:
		c.stack.timers.Stop(c.key)
	case idle:
		if _, runs := c.stack.timers.Deadline(c.key); !runs {
			c.silentSince = now
			c.stack.timers.Set(c.key, now.Add(c.rto))
		}
	}
}

func (c *conn) outputOne(now clock.Time) bool {
	off := int(c.nxt - c.base)
	room := min(int(c.peerWindow), c.cwnd) - int(c.nxt-c.una)
	n := min(len(c.send)-off, c.mss, room)
	if n > 0 {
		c.sendData(now, off, n)
		return true
	}
	if c.finQueued && c.nxt == c.finSendSeq() {
		c.emit(wire.FIN|wire.ACK, c.nxt, nil)
		c.advance(c.nxt + 1)
	}
	return false
}

func (c *conn) sendData(now clock.Time, off, n int) {
	flags := wire.ACK
	if off+n == len(c.send) {
		flags |= wire.PSH
	}
	if !c.timing && c.nxt == c.max {
		c.timing, c.timedSeq, c.timedAt = true, c.nxt, now
	}
	c.emit(flags, c.nxt, c.send[off:off+n])
	c.advance(c.nxt + uint32(n))
}

func (c *conn) advance(to uint32) {
	c.nxt = to
	if before(c.max, to) {
		c.max = to
	}
}

// timeout is the one timer of a connection: TIME-WAIT ends, a closed window is
// probed, or what is outstanding is sent again (RFC 6298 section 5).
func (c *conn) timeout(now clock.Time) {
	if c.state == timeWait {
		c.stack.remove(c)
		return
	}
	c.tries++
	if c.state == synSent || c.state == synReceived {
		c.handshakeTimeout(now)
		return
	}
	if now.Sub(c.silentSince) >= UserTimeout {
		c.end(TimedOut)
		return
	}
	c.rto = min(2*c.rto, MaxRTO)
	c.timing, c.dupAcks = false, 0
	if c.peerWindow == 0 && len(c.send) > 0 {
		c.emit(wire.ACK, c.una, c.send[:1])
		c.nxt = c.una
		c.advance(c.una + 1)
	} else {
		c.ssthresh = max(int(c.max-c.una)/2, 2*c.mss)
		c.cwnd = c.mss
		c.nxt = c.una
		for c.outputOne(now) {
		}
	}
	c.stack.timers.Set(c.key, now.Add(min(c.rto, UserTimeout-now.Sub(c.silentSince))))
}

func (c *conn) handshakeTimeout(now clock.Time) {
	if c.tries > SynRetries {
		c.fail(TimedOut)
		return
	}
	c.rto = min(2*c.rto, MaxRTO)
	c.sendSYN(now)
}

// measured takes a round trip into the retransmission timeout (RFC 6298
// section 2).
func (c *conn) measured(r time.Duration) {
	if c.srtt == 0 {
		c.srtt, c.rttvar = r, r/2
	} else {
		c.rttvar = (3*c.rttvar + (c.srtt - r).Abs()) / 4
		c.srtt = (7*c.srtt + r) / 8
	}
	c.rto = min(max(c.srtt+4*c.rttvar, MinRTO), MaxRTO)
}

// end removes the connection and says why.
func (c *conn) end(k Kind) {
	c.stack.event(c, k)
	c.stack.remove(c)
}

// fail ends a handshake. Nobody waits for one that a peer began.
func (c *conn) fail(k Kind) {
	if c.dialled {
		c.stack.event(c, k)
	}
	c.stack.remove(c)
}
