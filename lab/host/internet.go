package host

import (
	"encoding/binary"

	"tandem/clock"
	"tandem/wire"
)

// packet takes one received IPv4 packet.
func (h *Host) packet(now clock.Time, p wire.IPv4) {
	if !p.Valid() || !p.ChecksumOK() || p.Src().IsMulticast() {
		h.counts.Malformed++
		return
	}
	p = p[:p.TotalLen()]
	own := h.config.Address
	switch d := p.Dst(); {
	case d == own.Addr || d == wire.Broadcast || d == own.DirectedBroadcast():
	case d.IsMulticast():
		h.counts.Unwanted++
		return
	default:
		h.counts.NotForUs++
		return
	}
	if p.Fragment()&^wire.DontFragment != 0 {
		h.counts.FragmentsLost++
		return
	}
	unicast := p.Dst() == own.Addr
	switch {
	case p.Proto() == wire.ProtoICMP:
		h.icmp(now, p)
	case p.Proto() == wire.ProtoUDP:
		h.udp(now, p)
	case p.Proto() == wire.ProtoTCP && unicast:
		if !h.flooded(p) {
			h.transport.Input(now, p)
		}
	case unicast:
		h.unreachable(now, p, wire.ProtocolUnreachable)
	default:
		h.counts.Unwanted++
	}
}

// header begins a packet of ours for a payload of n bytes.
func (h *Host) header(to wire.Addr, proto, ttl uint8, n int) []byte {
	h.ipID++
	return wire.AppendIPv4(nil, wire.IPv4Header{
		ID: h.ipID, TTL: ttl, Proto: proto, Src: h.config.Address.Addr, Dst: to,
	}, n)
}

func (h *Host) sendICMP(now clock.Time, to wire.Addr, icmpType, code uint8, rest uint32, payload []byte) {
	p := h.header(to, wire.ProtoICMP, 64, wire.ICMPLen+len(payload))
	h.send(now, wire.AppendICMP(p, icmpType, code, rest, payload))
}

// unreachable answers p with an error that quotes it (RFC 792: header and
// eight bytes).
func (h *Host) unreachable(now clock.Time, p wire.IPv4, code uint8) {
	if p.Src() == 0 || p.Src() == wire.Broadcast {
		return
	}
	h.sendICMP(now, p.Src(), wire.ICMPUnreachable, code, 0, p[:min(len(p), p.HeaderLen()+8)])
}

// icmp answers echo requests and hands replies and errors to who waits.
func (h *Host) icmp(now clock.Time, p wire.IPv4) {
	m := wire.ICMP(p.Payload())
	if len(m) < wire.ICMPLen || wire.Checksum(m) != 0 {
		h.counts.Malformed++
		return
	}
	switch m.Type() {
	case wire.ICMPEcho:
		h.sendICMP(now, p.Src(), wire.ICMPEchoReply, 0, binary.BigEndian.Uint32(m[4:]), m.Payload())
	case wire.ICMPEchoReply:
		h.answered(now, answer{from: p.Src(), icmpType: m.Type(), proto: wire.ProtoICMP, id: m.ID(), seq: m.Seq()})
	case wire.ICMPUnreachable, wire.ICMPTimeExceeded, wire.ICMPParameter:
		h.icmpError(now, p.Src(), m)
	default:
		h.counts.Unwanted++
	}
}

// answer is what came back for a probe: an echo reply or an error about it.
type answer struct {
	from     wire.Addr
	icmpType uint8
	code     uint8
	proto    uint8
	to       wire.Addr // destination of the probe; zero for an echo reply
	id, seq  uint16    // echo identifier and sequence number, or UDP ports
}

func (h *Host) icmpError(now clock.Time, from wire.Addr, m wire.ICMP) {
	q := wire.IPv4(m.Payload())
	if len(q) < wire.IPv4Len || q[0]>>4 != 4 || q.HeaderLen() < wire.IPv4Len || len(q) < q.HeaderLen()+8 {
		h.counts.Malformed++
		return
	}
	if q.Src() != h.config.Address.Addr {
		h.counts.NotForUs++
		return
	}
	l4 := q[q.HeaderLen():]
	a := answer{from: from, icmpType: m.Type(), code: m.Code(), proto: q.Proto(), to: q.Dst()}
	switch a.proto {
	case wire.ProtoICMP:
		if l4[0] != wire.ICMPEcho {
			return
		}
		a.id, a.seq = wire.ICMP(l4).ID(), wire.ICMP(l4).Seq()
	case wire.ProtoUDP, wire.ProtoTCP:
		a.id, a.seq = binary.BigEndian.Uint16(l4), binary.BigEndian.Uint16(l4[2:])
	default:
		return
	}
	h.answered(now, a)
}

// answered gives a to the probe or flow it is about.
func (h *Host) answered(now clock.Time, a answer) {
	for _, j := range h.jobs {
		if j.matches(a) {
			j.answer(now, a)
			return
		}
	}
	for _, f := range h.flows {
		if f.concerns(a) {
			return
		}
	}
}

// why says in words what an ICMP error means.
func (a answer) why() string {
	switch {
	case a.icmpType == wire.ICMPTimeExceeded:
		return "time to live exceeded"
	case a.icmpType != wire.ICMPUnreachable:
		return "parameter problem"
	}
	switch a.code {
	case wire.NetUnreachable:
		return "network unreachable"
	case wire.HostUnreachable:
		return "host unreachable"
	case wire.ProtocolUnreachable:
		return "protocol unreachable"
	case wire.PortUnreachable:
		return "port unreachable"
	case wire.FragmentationNeeded:
		return "fragmentation needed"
	case wire.AdminProhibited:
		return "administratively prohibited"
	}
	return "unreachable"
}
