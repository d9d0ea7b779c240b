package firewall

import "tandem/wire"

// resetLimit bounds the resets waiting for their owner.
const resetLimit = 1024

// resetTTL is the life time of a reset.
const resetTTL = 255

// resets holds IP packets that tell the ends of a deleted connection.
type resets struct {
	buf  []byte // packets of resetLen bytes
	lost uint64
}

const resetLen = wire.IPv4Len + wire.TCPLen

// both queues a reset to each end of s. Each carries the number its receiver
// expects next; to an initiator that saw no answer yet, the acknowledgement
// makes it believable (RFC 9293 section 3.10.7.3).
func (r *resets) both(s *session) {
	ends := s.conn.end
	toInitiator := wire.TCPHeader{SrcPort: s.respPort, DstPort: s.initPort, Seq: ends[Return], Ack: ends[Forward], Flags: wire.RST | wire.ACK}
	if s.conn.state() == SynSent {
		toInitiator.Seq = 0
	}
	r.add(s.responder, s.initiator, toInitiator)
	toResponder := wire.TCPHeader{SrcPort: s.initPort, DstPort: s.respPort, Seq: ends[Forward], Ack: ends[Return], Flags: wire.RST | wire.ACK}
	if s.conn.state() == SynSent {
		toResponder.Ack, toResponder.Flags = 0, wire.RST
	}
	r.add(s.initiator, s.responder, toResponder)
}

func (r *resets) add(src, dst wire.Addr, h wire.TCPHeader) {
	if len(r.buf) >= resetLimit*resetLen {
		r.lost++
		return
	}
	r.buf = wire.AppendIPv4(r.buf, wire.IPv4Header{TTL: resetTTL, Proto: wire.ProtoTCP, Src: src, Dst: dst}, wire.TCPLen)
	r.buf = wire.AppendTCP(r.buf, src, dst, h, nil)
}

// Resets gives every waiting reset to emit as an IP packet, oldest first. A
// packet is valid until emit returns; it must be routed as the router's own.
func (e *Engine) Resets(emit func(ip []byte)) {
	for at := 0; at < len(e.resets.buf); at += resetLen {
		emit(e.resets.buf[at : at+resetLen])
	}
	e.resets.buf = e.resets.buf[:0]
}
