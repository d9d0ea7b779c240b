package wire

import "encoding/binary"

// IP protocol numbers the router knows.
const (
	ProtoICMP uint8 = 1
	ProtoTCP  uint8 = 6
	ProtoUDP  uint8 = 17
	ProtoSCTP uint8 = 132
)

// IPv4Len is the length of an IPv4 header without options in bytes.
const IPv4Len = 20

// IPv4 header flag bits, as they stand in the 16-bit word at offset 6.
const (
	DontFragment  uint16 = 0x4000
	MoreFragments uint16 = 0x2000
)

// IPv4 is a view over a packet that starts with its IPv4 header (RFC 791
// section 3.1). Only Valid may be called on bytes nobody checked.
type IPv4 []byte

// Valid reports whether b begins with a whole, consistent IPv4 header whose
// total length fits in b. It does not verify the checksum.
func (b IPv4) Valid() bool {
	if len(b) < IPv4Len || b[0]>>4 != 4 {
		return false
	}
	h, t := b.HeaderLen(), b.TotalLen()
	return h >= IPv4Len && h <= t && t <= len(b)
}

// HeaderLen returns the header's length in bytes, options included.
func (b IPv4) HeaderLen() int { return int(b[0]&0x0f) * 4 }

// TotalLen returns the packet's length in bytes, header included.
func (b IPv4) TotalLen() int { return int(binary.BigEndian.Uint16(b[2:])) }

// TOS returns the type-of-service byte.
func (b IPv4) TOS() uint8 { return b[1] }

// ID returns the identification field.
func (b IPv4) ID() uint16 { return binary.BigEndian.Uint16(b[4:]) }

// Fragment returns the flags-and-offset word at offset 6.
func (b IPv4) Fragment() uint16 { return binary.BigEndian.Uint16(b[6:]) }

// TTL returns the time to live.
func (b IPv4) TTL() uint8 { return b[8] }

// Proto returns the protocol number.
func (b IPv4) Proto() uint8 { return b[9] }

// Checksum returns the header checksum as it stands.
func (b IPv4) Checksum() uint16 { return binary.BigEndian.Uint16(b[10:]) }

// ChecksumOK verifies the header checksum.
func (b IPv4) ChecksumOK() bool { return Checksum(b[:b.HeaderLen()]) == 0 }

// Src returns the source address.
func (b IPv4) Src() Addr { return Addr(binary.BigEndian.Uint32(b[12:])) }

// Dst returns the destination address.
func (b IPv4) Dst() Addr { return Addr(binary.BigEndian.Uint32(b[16:])) }

// Payload returns the bytes after the header, up to the total length.
func (b IPv4) Payload() []byte { return b[b.HeaderLen():b.TotalLen()] }

// DecrementTTL lowers the TTL by one and mends the checksum (RFC 1141).
func (b IPv4) DecrementTTL() {
	b[8]--
	sum := uint32(b.Checksum()) + 0x0100
	binary.BigEndian.PutUint16(b[10:], uint16(sum+sum>>16))
}

// IPv4Header holds the fields of a header without options, for building one.
type IPv4Header struct {
	TOS      uint8
	ID       uint16
	Fragment uint16 // flags and offset word
	TTL      uint8
	Proto    uint8
	Src, Dst Addr
}

// AppendIPv4 appends the header h for a payload of the given length, checksum
// included, to b. The payload is appended by the caller.
func AppendIPv4(b []byte, h IPv4Header, payloadLen int) []byte {
	start := len(b)
	b = append(b, 0x45, h.TOS)
	b = binary.BigEndian.AppendUint16(b, uint16(IPv4Len+payloadLen))
	b = binary.BigEndian.AppendUint16(b, h.ID)
	b = binary.BigEndian.AppendUint16(b, h.Fragment)
	b = append(b, h.TTL, h.Proto, 0, 0)
	b = binary.BigEndian.AppendUint32(b, uint32(h.Src))
	b = binary.BigEndian.AppendUint32(b, uint32(h.Dst))
	binary.BigEndian.PutUint16(b[start+10:], Checksum(b[start:start+IPv4Len]))
	return b
}
