package wire

import "encoding/binary"

// Verdict is what a stage of the packet path decided about a packet.
type Verdict uint8

// The verdicts.
const (
	Pass  Verdict = iota // go on with the next stage
	Drop                 // dropped; Packet.Why says why
	Taken                // consumed: punted, delivered or queued
	Fast                 // a session covers it: skip to route and rewrite
)

// Packet is one IPv4 packet on its way through the router, decoded once. It
// holds no pointer besides its buffer.
type Packet struct {
	Data []byte // whole frame, Ethernet header first; may be rewritten in place

	In, Out  int16  // interface indexes; Out is -1 until routed
	L3, L4   uint16 // offsets into Data
	End      uint16 // end of the IP packet in Data: Ethernet padding lies beyond
	SrcPort  uint16 // TCP, UDP, SCTP; ICMP: the type
	DstPort  uint16 // TCP, UDP, SCTP; ICMP: the code
	FragWord uint16 // flags and offset word of the IPv4 header

	Src, Dst Addr
	Proto    uint8
	TTL      uint8
	TOS      uint8
	TCPFlags uint8 // 0 unless TCP

	Verdict Verdict
	Why     Reason // set by whoever drops
	Options bool   // the IPv4 header has options
	Local   bool   // made by this router: not inspected, skips output lists
	ForUs   bool   // addressed to this router

	Session uint32 // slot of the session that covers it plus one; 0 when none
	Reverse bool   // it travels from the session's responder to its initiator
	Sought  bool   // the input filter looked for the session: Session has the answer
	Hash    uint64 // of its flow, the same for both directions; 0 until known
	Adj     uint32 // adjacency index plus one; 0 until resolved
	NextHop Addr   // set by the route stage
}

// IP returns the packet from its IPv4 header to its end.
func (p *Packet) IP() IPv4 { return IPv4(p.Data[p.L3:p.End]) }

// Transport returns the bytes after the IPv4 header.
func (p *Packet) Transport() []byte { return p.Data[p.L4:p.End] }

// IsFragment reports whether the packet is any fragment of a larger one.
func (p *Packet) IsFragment() bool { return p.FragWord&^DontFragment != 0 }

// LaterFragment reports whether the packet is a fragment without the transport
// header.
func (p *Packet) LaterFragment() bool { return p.FragWord&0x1fff != 0 }

// Discard marks the packet as dropped for the given reason.
func (p *Packet) Discard(why Reason) Verdict {
	p.Verdict, p.Why = Drop, why
	return Drop
}

// Decode fills p from an Ethernet frame that carries IPv4; in is the interface
// it came from. It returns the reason for which the frame must be dropped, or
// NotDropped. A fragment other than the first has no ports.
func (p *Packet) Decode(frame []byte, in int16) Reason {
	if len(frame) < EthernetLen {
		return BadEthernet
	}
	return p.DecodeIP(frame, EthernetLen, in)
}

// DecodeIP is Decode for a buffer whose IPv4 header starts at offset l3.
func (p *Packet) DecodeIP(buf []byte, l3 int, in int16) Reason {
	if l3 > len(buf) || len(buf) > 0xffff {
		return BadIPHeader
	}
	ip := IPv4(buf[l3:])
	if !ip.Valid() {
		return BadIPHeader
	}
	h := ip.HeaderLen()
	*p = Packet{
		Data: buf, In: in, Out: -1,
		L3: uint16(l3), L4: uint16(l3 + h), End: uint16(l3 + ip.TotalLen()),
		FragWord: ip.Fragment(), Src: ip.Src(), Dst: ip.Dst(),
		Proto: ip.Proto(), TTL: ip.TTL(), TOS: ip.TOS(), Options: h > IPv4Len,
	}
	if p.LaterFragment() {
		return NotDropped
	}
	return p.decodeTransport()
}

func (p *Packet) decodeTransport() Reason {
	t := p.Transport()
	switch p.Proto {
	case ProtoTCP:
		if len(t) < TCPLen {
			return BadTransport
		}
		if h := TCP(t).HeaderLen(); h < TCPLen || h > len(t) {
			return BadTransport
		}
		p.TCPFlags = t[13]
	case ProtoUDP, ProtoICMP:
		if len(t) < UDPLen {
			return BadTransport
		}
	case ProtoSCTP:
		if len(t) < 12 {
			return BadTransport
		}
	default:
		return NotDropped
	}
	if p.Proto == ProtoICMP {
		p.SrcPort, p.DstPort = uint16(t[0]), uint16(t[1])
		return NotDropped
	}
	p.SrcPort = binary.BigEndian.Uint16(t)
	p.DstPort = binary.BigEndian.Uint16(t[2:])
	return NotDropped
}
