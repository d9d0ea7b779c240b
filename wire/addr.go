// Package wire holds the packet formats: views over bytes with one accessor a
// field, builders, checksums, and the Packet that the forwarding path decodes
// once and every stage reads. It allocates nothing per packet and knows no
// protocol behaviour.
package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
)

// Addr is an IPv4 address in host byte order. The zero value, 0.0.0.0, means
// unset. It is a plain integer so that tables of addresses hold no pointers.
type Addr uint32

// Well-known addresses.
const (
	Broadcast    Addr = 0xffffffff // 255.255.255.255
	AllRouters   Addr = 0xe0000002 // 224.0.0.2: HSRP version 1
	AllHSRPv2    Addr = 0xe0000066 // 224.0.0.102: HSRP version 2
	RIPv2Routers Addr = 0xe0000009 // 224.0.0.9
)

// ErrAddr is returned for text that is no dotted-decimal IPv4 address.
var ErrAddr = errors.New("wire: not an IPv4 address")

// ParseAddr reads a dotted-decimal IPv4 address.
func ParseAddr(s string) (Addr, error) {
	a, err := netip.ParseAddr(s)
	if err != nil || !a.Is4() {
		return 0, fmt.Errorf("%w: %q", ErrAddr, s)
	}
	b := a.As4()
	return Addr(binary.BigEndian.Uint32(b[:])), nil
}

// MustAddr is ParseAddr for constants in tests and tables; it panics on bad text.
func MustAddr(s string) Addr {
	a, err := ParseAddr(s)
	if err != nil {
		panic(err)
	}
	return a
}

// Bytes returns the four bytes in network order.
func (a Addr) Bytes() [4]byte {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32(a))
	return b
}

// Netip returns a as a netip.Addr.
func (a Addr) Netip() netip.Addr { return netip.AddrFrom4(a.Bytes()) }

// String prints a in dotted decimal.
func (a Addr) String() string {
	return fmt.Sprintf("%d.%d.%d.%d", byte(a>>24), byte(a>>16), byte(a>>8), byte(a))
}

// IsMulticast reports whether a is in 224.0.0.0/4.
func (a Addr) IsMulticast() bool { return a>>28 == 0xe }

// IsLoopback reports whether a is in 127.0.0.0/8.
func (a Addr) IsLoopback() bool { return a>>24 == 127 }

// MulticastMAC returns the Ethernet group address of a multicast a (RFC 1112
// section 6.4).
func (a Addr) MulticastMAC() MAC {
	return MAC{0x01, 0x00, 0x5e, byte(a>>16) & 0x7f, byte(a >> 8), byte(a)}
}

// Prefix is an IPv4 network: Bits leading bits of Addr count, 0 to 32.
type Prefix struct {
	Addr Addr
	Bits uint8
}

// MaskOf returns the netmask of bits leading ones.
func MaskOf(bits uint8) Addr {
	if bits == 0 {
		return 0
	}
	return Addr(^uint32(0) << (32 - bits))
}

// BitsOf returns the length of a contiguous netmask, and false for a mask with
// holes.
func BitsOf(mask Addr) (uint8, bool) {
	for bits := uint8(0); bits <= 32; bits++ {
		if MaskOf(bits) == mask {
			return bits, true
		}
	}
	return 0, false
}

// Mask returns the netmask of p.
func (p Prefix) Mask() Addr { return MaskOf(p.Bits) }

// Network returns p with its host bits cleared.
func (p Prefix) Network() Prefix { return Prefix{p.Addr & p.Mask(), p.Bits} }

// Contains reports whether a lies in p.
func (p Prefix) Contains(a Addr) bool { return a&p.Mask() == p.Addr&p.Mask() }

// DirectedBroadcast returns the all-ones host address of p.
func (p Prefix) DirectedBroadcast() Addr { return p.Addr | ^p.Mask() }

// String prints p as A.B.C.D/N.
func (p Prefix) String() string { return fmt.Sprintf("%s/%d", p.Addr, p.Bits) }

// MAC is an Ethernet address.
type MAC [6]byte

// BroadcastMAC is ffff.ffff.ffff.
var BroadcastMAC = MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// ErrMAC is returned for text that is no IOS-style MAC address.
var ErrMAC = errors.New("wire: not a MAC address")

// ParseMAC reads the IOS form H.H.H: three groups of up to four hex digits.
func ParseMAC(s string) (MAC, error) {
	var g [3]uint16
	n, err := fmt.Sscanf(s, "%4x.%4x.%4x", &g[0], &g[1], &g[2])
	if err != nil || n != 3 {
		return MAC{}, fmt.Errorf("%w: %q", ErrMAC, s)
	}
	var m MAC
	for i, v := range g {
		binary.BigEndian.PutUint16(m[2*i:], v)
	}
	return m, nil
}

// IsGroup reports whether m is a multicast or broadcast address.
func (m MAC) IsGroup() bool { return m[0]&1 == 1 }

// String prints m as IOS does: 0000.0c07.ac01.
func (m MAC) String() string {
	return fmt.Sprintf("%02x%02x.%02x%02x.%02x%02x", m[0], m[1], m[2], m[3], m[4], m[5])
}
