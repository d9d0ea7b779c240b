package tcp

import (
	"encoding/binary"

	"tandem/clock"
	"tandem/wire"
)

// segment is one received segment, decoded.
type segment struct {
	seq, ack uint32
	flags    uint8
	window   uint16
	mss      int // 0 when the option is absent
	data     []byte
}

// length is the sequence space the segment takes.
func (g segment) length() uint32 {
	n := uint32(len(g.data))
	if g.flags&wire.SYN != 0 {
		n++
	}
	if g.flags&wire.FIN != 0 {
		n++
	}
	return n
}

func (g segment) has(flag uint8) bool { return g.flags&flag != 0 }

// Input takes one IPv4 packet that carries TCP. Malformed ones are counted in
// Dropped.
func (s *Stack) Input(now clock.Time, p wire.IPv4) {
	if !p.Valid() || p.Dst() != s.addr || p.Src().IsMulticast() || p.Src() == 0 {
		s.Dropped++
		return
	}
	b := wire.TCP(p.Payload())
	if len(b) < wire.TCPLen || b.HeaderLen() < wire.TCPLen || b.HeaderLen() > len(b) ||
		wire.Fold(wire.Sum(wire.PseudoSum(p.Src(), p.Dst(), wire.ProtoTCP, len(b)), b)) != 0 {
		s.Dropped++
		return
	}
	g := segment{b.Seq(), b.Ack(), b.Flags(), b.Window(), mssOption(b.Options()), b.Payload()}
	t := tuple{p.Src(), b.SrcPort(), b.DstPort()}
	c := s.byTuple[t]
	if c != nil && c.state == timeWait && g.has(wire.SYN) && !g.has(wire.ACK) && before(c.rcvNxt, g.seq) {
		s.remove(c) // RFC 9293 section 3.6.1: a new connection may reopen it
		c = nil
	}
	switch {
	case c == nil:
		s.unknown(now, t, g)
	case c.state == synSent:
		c.inputSynSent(now, g)
	default:
		c.input(now, g)
	}
}

// mssOption finds the maximum segment size option (RFC 9293 section 3.7.1).
func mssOption(o []byte) int {
	for len(o) > 0 {
		switch {
		case o[0] == 0:
			return 0
		case o[0] == 1:
			o = o[1:]
		case len(o) < 2 || o[1] < 2 || int(o[1]) > len(o):
			return 0
		case o[0] == 2 && o[1] == 4:
			return int(binary.BigEndian.Uint16(o[2:]))
		default:
			o = o[o[1]:]
		}
	}
	return 0
}

// unknown answers a segment that belongs to no connection: a new one begins,
// or it is reset (RFC 9293 section 3.10.7.1 and 3.10.7.2).
func (s *Stack) unknown(now clock.Time, t tuple, g segment) {
	if g.has(wire.RST) {
		return
	}
	if g.has(wire.SYN) && !g.has(wire.ACK) && s.listening[t.port] {
		if s.halfOpen >= backlog {
			s.Dropped++
			return
		}
		c := s.open(t)
		c.state = synReceived
		s.halfOpen++
		c.learn(g)
		c.sendSYN(now)
		return
	}
	s.refuse(t, g)
}

// refuse resets whoever sent g.
func (s *Stack) refuse(t tuple, g segment) {
	if g.has(wire.ACK) {
		s.transmit(t, wire.TCPHeader{Seq: g.ack, Flags: wire.RST}, nil)
		return
	}
	s.transmit(t, wire.TCPHeader{Ack: g.seq + g.length(), Flags: wire.RST | wire.ACK}, nil)
}

// learn takes what the peer's SYN says.
func (c *conn) learn(g segment) {
	c.rcvNxt = g.seq + 1
	c.peerWindow, c.wl1, c.wl2 = uint32(g.window), g.seq, g.ack
	if g.mss > 0 {
		c.mss = min(max(g.mss, 64), MSS)
	}
}

func (c *conn) inputSynSent(now clock.Time, g segment) {
	if g.has(wire.ACK) && g.ack != c.iss+1 {
		if !g.has(wire.RST) {
			c.stack.refuse(c.tuple, g)
		}
		return
	}
	if g.has(wire.RST) {
		if g.has(wire.ACK) {
			c.end(Refused)
		}
		return
	}
	if !g.has(wire.SYN) {
		return
	}
	c.learn(g)
	if !g.has(wire.ACK) { // simultaneous open
		c.state, c.tries = synReceived, 0
		c.stack.halfOpen++
		c.sendSYN(now)
		return
	}
	c.state = established
	c.acknowledged(now, g)
	c.stack.event(c, Established)
	c.ack()
	c.output(now)
}

// input is RFC 9293 section 3.10.7.4 for the synchronised states.
func (c *conn) input(now clock.Time, g segment) {
	if !c.acceptable(g) {
		if !g.has(wire.RST) {
			c.ack()
		}
		return
	}
	switch {
	case g.has(wire.RST):
		c.inputRST(g)
		return
	case g.has(wire.SYN): // RFC 5961 section 4.2: challenge
		if c.state == synReceived && g.seq == c.rcvNxt-1 {
			c.sendSYN(now)
		} else {
			c.ack()
		}
		return
	case !g.has(wire.ACK):
		return
	}
	if c.state == synReceived {
		if g.ack != c.iss+1 {
			c.stack.refuse(c.tuple, g)
			return
		}
		c.state = established
		c.stack.halfOpen--
		c.peerWindow, c.wl1, c.wl2 = uint32(g.window), g.seq, g.ack
		if c.dialled {
			c.stack.event(c, Established)
		} else {
			c.stack.event(c, Accepted)
		}
	}
	if before(c.max, g.ack) { // acknowledges what was never sent
		c.ack()
		return
	}
	c.acknowledged(now, g)
	if c.closedByAck(now) {
		return
	}
	if g.length() > 0 {
		c.receive(now, g)
	}
	if c.state != closed && c.state != timeWait {
		c.output(now)
	}
}

// acceptable is the window test of RFC 9293 table 6.
func (c *conn) acceptable(g segment) bool {
	n, w := g.length(), uint32(c.window())
	last := g.seq
	if n > 0 {
		last += n - 1
	}
	inside := func(x uint32) bool { return x-c.rcvNxt < w }
	switch {
	case c.state == synReceived && g.has(wire.SYN) && g.seq == c.rcvNxt-1:
		return true
	case n == 0 && w == 0:
		return g.seq == c.rcvNxt
	case n == 0:
		return inside(g.seq)
	case w == 0:
		return g.seq == c.rcvNxt && g.has(wire.RST)
	}
	return inside(g.seq) || inside(last)
}

func (c *conn) inputRST(g segment) {
	if g.seq != c.rcvNxt { // RFC 5961 section 3.2: challenge
		c.ack()
		return
	}
	switch c.state {
	case synReceived:
		c.fail(Refused)
	case timeWait:
		c.stack.remove(c)
	default:
		c.end(Reset)
	}
}

// acknowledged takes the acknowledgement and the window of g.
func (c *conn) acknowledged(now clock.Time, g segment) {
	switch {
	case before(c.una, g.ack):
		c.progress(now, g.ack)
	case g.ack == c.una && c.max != c.una && len(g.data) == 0 && uint32(g.window) == c.peerWindow && !g.has(wire.FIN):
		c.duplicateAck()
	}
	if c.peerWindow == 0 {
		c.silentSince = now // a peer that answers probes is not silent (RFC 9293 section 3.8.6.1)
	}
	if before(c.wl1, g.seq) || c.wl1 == g.seq && !before(g.ack, c.wl2) {
		if c.peerWindow == 0 && g.window > 0 { // stop probing
			c.rto = min(c.rto, InitialRTO)
			c.stack.timers.Stop(c.key)
			if c.una != c.max {
				c.stack.timers.Set(c.key, now.Add(c.rto))
			}
		}
		c.peerWindow, c.wl1, c.wl2 = uint32(g.window), g.seq, g.ack
	}
}

func (c *conn) progress(now clock.Time, ack uint32) {
	acked := int(ack - c.una)
	if c.timing && before(c.timedSeq, ack) {
		c.timing = false
		c.measured(now.Sub(c.timedAt))
	} else if c.tries > 0 && c.srtt > 0 {
		c.rto = min(max(c.srtt+4*c.rttvar, MinRTO), MaxRTO) // the peer is back: no longer back off
	}
	if c.cwnd < c.ssthresh {
		c.cwnd += min(acked, c.mss)
	} else {
		c.cwnd += max(c.mss*c.mss/c.cwnd, 1)
	}
	c.cwnd = min(c.cwnd, Buffer)
	if n := int(ack - c.base); n > 0 {
		n = min(n, len(c.send))
		c.send = append(c.send[:0], c.send[n:]...)
		c.base += uint32(n)
	}
	c.una = ack
	if before(c.nxt, ack) {
		c.nxt = ack
	}
	c.tries, c.dupAcks, c.silentSince = 0, 0, now
	if c.una == c.max {
		c.stack.timers.Stop(c.key)
	} else {
		c.stack.timers.Set(c.key, now.Add(c.rto))
	}
	if c.blocked && len(c.send) <= Buffer/2 {
		c.blocked = false
		c.stack.event(c, Writable)
	}
}

// duplicateAck sends the missing segment again on the third (RFC 5681 section 3.2).
func (c *conn) duplicateAck() {
	c.dupAcks++
	if c.dupAcks != 3 || len(c.send) == 0 || c.una != c.base {
		return
	}
	c.ssthresh = max(int(c.max-c.una)/2, 2*c.mss)
	c.cwnd = c.ssthresh
	c.timing = false
	c.emit(wire.ACK, c.una, c.send[:min(len(c.send), c.mss)])
}

// closedByAck moves on when our FIN is acknowledged, and reports whether the
// connection is gone.
func (c *conn) closedByAck(now clock.Time) bool {
	if !c.finQueued || c.una != c.finSendSeq()+1 {
		return false
	}
	switch c.state {
	case finWait1:
		c.state = finWait2
	case closing:
		c.rest(now)
	case lastAck:
		c.end(Closed)
		return true
	}
	return false
}

// rest enters TIME-WAIT. The user sees the connection as closed already.
func (c *conn) rest(now clock.Time) {
	c.state = timeWait
	c.stack.event(c, Closed)
	delete(c.stack.byID, c.id)
	c.stack.timers.Set(c.key, now.Add(TimeWait))
}
