package wire

import "encoding/binary"

// Lengths of the transport headers without options, in bytes.
const (
	UDPLen  = 8
	TCPLen  = 20
	ICMPLen = 8
)

// UDP is a view over a UDP header and payload (RFC 768), valid from UDPLen
// bytes on.
type UDP []byte

// SrcPort returns the source port.
func (u UDP) SrcPort() uint16 { return binary.BigEndian.Uint16(u) }

// DstPort returns the destination port.
func (u UDP) DstPort() uint16 { return binary.BigEndian.Uint16(u[2:]) }

// Len returns the length field, header included.
func (u UDP) Len() int { return int(binary.BigEndian.Uint16(u[4:])) }

// Payload returns the bytes after the header.
func (u UDP) Payload() []byte { return u[UDPLen:] }

// AppendUDP appends a UDP datagram with its checksum to b.
func AppendUDP(b []byte, src, dst Addr, srcPort, dstPort uint16, payload []byte) []byte {
	start, n := len(b), UDPLen+len(payload)
	b = binary.BigEndian.AppendUint16(b, srcPort)
	b = binary.BigEndian.AppendUint16(b, dstPort)
	b = binary.BigEndian.AppendUint16(b, uint16(n))
	b = append(b, 0, 0)
	b = append(b, payload...)
	sum := Fold(Sum(PseudoSum(src, dst, ProtoUDP, n), b[start:]))
	if sum == 0 {
		sum = 0xffff
	}
	binary.BigEndian.PutUint16(b[start+6:], sum)
	return b
}

// TCP flag bits.
const (
	FIN uint8 = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
)

// TCP is a view over a TCP header and payload (RFC 9293 section 3.1), valid
// from TCPLen bytes on and with a HeaderLen between TCPLen and its length.
type TCP []byte

// SrcPort returns the source port.
func (t TCP) SrcPort() uint16 { return binary.BigEndian.Uint16(t) }

// DstPort returns the destination port.
func (t TCP) DstPort() uint16 { return binary.BigEndian.Uint16(t[2:]) }

// Seq returns the sequence number.
func (t TCP) Seq() uint32 { return binary.BigEndian.Uint32(t[4:]) }

// Ack returns the acknowledgement number.
func (t TCP) Ack() uint32 { return binary.BigEndian.Uint32(t[8:]) }

// HeaderLen returns the header's length in bytes, options included.
func (t TCP) HeaderLen() int { return int(t[12]>>4) * 4 }

// Flags returns the low eight control bits.
func (t TCP) Flags() uint8 { return t[13] }

// Window returns the window as it stands, unscaled.
func (t TCP) Window() uint16 { return binary.BigEndian.Uint16(t[14:]) }

// Options returns the bytes between the fixed header and the payload.
func (t TCP) Options() []byte { return t[TCPLen:t.HeaderLen()] }

// Payload returns the bytes after the header.
func (t TCP) Payload() []byte { return t[t.HeaderLen():] }

// TCPHeader holds the fields of a TCP segment, for building one.
type TCPHeader struct {
	SrcPort, DstPort uint16
	Seq, Ack         uint32
	Flags            uint8
	Window           uint16
	Options          []byte // padded to a multiple of four bytes by the caller
}

// AppendTCP appends a TCP segment with its checksum to b.
func AppendTCP(b []byte, src, dst Addr, h TCPHeader, payload []byte) []byte {
	start := len(b)
	n := TCPLen + len(h.Options) + len(payload)
	b = binary.BigEndian.AppendUint16(b, h.SrcPort)
	b = binary.BigEndian.AppendUint16(b, h.DstPort)
	b = binary.BigEndian.AppendUint32(b, h.Seq)
	b = binary.BigEndian.AppendUint32(b, h.Ack)
	b = append(b, uint8((TCPLen+len(h.Options))/4)<<4, h.Flags)
	b = binary.BigEndian.AppendUint16(b, h.Window)
	b = append(b, 0, 0, 0, 0)
	b = append(b, h.Options...)
	b = append(b, payload...)
	binary.BigEndian.PutUint16(b[start+16:], Fold(Sum(PseudoSum(src, dst, ProtoTCP, n), b[start:])))
	return b
}

// ICMP types (RFC 792).
const (
	ICMPEchoReply      uint8 = 0
	ICMPUnreachable    uint8 = 3
	ICMPRedirect       uint8 = 5
	ICMPEcho           uint8 = 8
	ICMPTimeExceeded   uint8 = 11
	ICMPParameter      uint8 = 12
	ICMPTimestamp      uint8 = 13
	ICMPTimestampReply uint8 = 14
)

// Codes of ICMPUnreachable (RFC 792, RFC 1812 section 5.2.7.1).
const (
	NetUnreachable      uint8 = 0
	HostUnreachable     uint8 = 1
	ProtocolUnreachable uint8 = 2
	PortUnreachable     uint8 = 3
	FragmentationNeeded uint8 = 4
	AdminProhibited     uint8 = 13
)

// ICMP is a view over an ICMP message, valid from ICMPLen bytes on.
type ICMP []byte

// Type returns the message type.
func (m ICMP) Type() uint8 { return m[0] }

// Code returns the message code.
func (m ICMP) Code() uint8 { return m[1] }

// ID returns the identifier of echo and timestamp messages.
func (m ICMP) ID() uint16 { return binary.BigEndian.Uint16(m[4:]) }

// Seq returns the sequence number of echo and timestamp messages.
func (m ICMP) Seq() uint16 { return binary.BigEndian.Uint16(m[6:]) }

// Payload returns what follows the eight header bytes.
func (m ICMP) Payload() []byte { return m[ICMPLen:] }

// AppendICMP appends an ICMP message with its checksum to b; rest is the
// second 32-bit word of the header.
func AppendICMP(b []byte, icmpType, code uint8, rest uint32, payload []byte) []byte {
	start := len(b)
	b = append(b, icmpType, code, 0, 0)
	b = binary.BigEndian.AppendUint32(b, rest)
	b = append(b, payload...)
	binary.BigEndian.PutUint16(b[start+2:], Checksum(b[start:]))
	return b
}
