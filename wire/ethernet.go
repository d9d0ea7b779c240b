package wire

import "encoding/binary"

// EtherType values the router knows.
const (
	EtherIPv4 uint16 = 0x0800
	EtherARP  uint16 = 0x0806
)

// EthernetLen is the length of an Ethernet header in bytes.
const EthernetLen = 14

// Ethernet is a view over a frame that starts with the destination address. It
// is valid when it holds at least EthernetLen bytes.
type Ethernet []byte

// Dst returns the destination address.
func (e Ethernet) Dst() MAC { return MAC(e[0:6]) }

// Src returns the source address.
func (e Ethernet) Src() MAC { return MAC(e[6:12]) }

// Type returns the EtherType.
func (e Ethernet) Type() uint16 { return binary.BigEndian.Uint16(e[12:]) }

// Payload returns what follows the header.
func (e Ethernet) Payload() []byte { return e[EthernetLen:] }

// Put writes the header fields.
func (e Ethernet) Put(dst, src MAC, etherType uint16) {
	copy(e[0:6], dst[:])
	copy(e[6:12], src[:])
	binary.BigEndian.PutUint16(e[12:], etherType)
}
