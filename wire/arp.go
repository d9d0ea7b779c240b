package wire

import (
	"encoding/binary"
	"fmt"
	"io"
)

// ARP operations (RFC 826).
const (
	ARPRequest uint16 = 1
	ARPReply   uint16 = 2
)

// ARPLen is the length of an Ethernet/IPv4 ARP message in bytes.
const ARPLen = 28

// ARP is one Ethernet/IPv4 ARP message (RFC 826).
//
//	 0                   1                   2                   3
//	|   hardware type (1)           |   protocol type (0x0800)      |
//	| hlen (6)      | plen (4)      |   operation                   |
//	|   sender hardware address (6 bytes), sender protocol address (4)
//	|   target hardware address (6 bytes), target protocol address (4)
type ARP struct {
	Op        uint16
	SenderMAC MAC
	Sender    Addr
	TargetMAC MAC
	Target    Addr
}

// Decode reads b. It returns io.ErrUnexpectedEOF for a short message and
// ErrFormat for one that is not about IPv4 over Ethernet.
func (m *ARP) Decode(b []byte) error {
	if len(b) < ARPLen {
		return io.ErrUnexpectedEOF
	}
	if binary.BigEndian.Uint16(b) != 1 || binary.BigEndian.Uint16(b[2:]) != EtherIPv4 || b[4] != 6 || b[5] != 4 {
		return fmt.Errorf("%w: ARP for another hardware or protocol", ErrFormat)
	}
	m.Op = binary.BigEndian.Uint16(b[6:])
	m.SenderMAC = MAC(b[8:14])
	m.Sender = Addr(binary.BigEndian.Uint32(b[14:]))
	m.TargetMAC = MAC(b[18:24])
	m.Target = Addr(binary.BigEndian.Uint32(b[24:]))
	return nil
}

// Append appends the encoded message to b.
func (m *ARP) Append(b []byte) []byte {
	b = append(b, 0, 1, 8, 0, 6, 4)
	b = binary.BigEndian.AppendUint16(b, m.Op)
	b = append(b, m.SenderMAC[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(m.Sender))
	b = append(b, m.TargetMAC[:]...)
	return binary.BigEndian.AppendUint32(b, uint32(m.Target))
}
