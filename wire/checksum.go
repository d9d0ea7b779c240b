package wire

import "encoding/binary"

// Sum adds the 16-bit words of b to the running sum, as RFC 1071 describes;
// an odd last byte counts as the high half of a word.
func Sum(sum uint32, b []byte) uint32 {
	s := uint64(sum)
	for len(b) >= 8 {
		v := binary.BigEndian.Uint64(b)
		s += v>>48 + v>>32&0xffff + v>>16&0xffff + v&0xffff
		b = b[8:]
	}
	for len(b) >= 2 {
		s += uint64(binary.BigEndian.Uint16(b))
		b = b[2:]
	}
	if len(b) == 1 {
		s += uint64(b[0]) << 8
	}
	for s > 0xffffffff {
		s = s>>32 + s&0xffffffff
	}
	return uint32(s)
}

// Fold turns a running sum into the Internet checksum.
func Fold(sum uint32) uint16 {
	sum = sum>>16 + sum&0xffff
	sum = sum>>16 + sum&0xffff
	return ^uint16(sum)
}

// Checksum is the Internet checksum of b (RFC 1071).
func Checksum(b []byte) uint16 { return Fold(Sum(0, b)) }

// PseudoSum is the sum of the IPv4 pseudo header that TCP and UDP checksums
// start from; length is that of the transport header and payload.
func PseudoSum(src, dst Addr, proto uint8, length int) uint32 {
	return uint32(src>>16) + uint32(src&0xffff) + uint32(dst>>16) + uint32(dst&0xffff) +
		uint32(proto) + uint32(length)
}

// Adjust returns checksum after one 16-bit word under it changed from old to
// new (RFC 1624, equation 3).
func Adjust(checksum, old, new uint16) uint16 {
	return Fold(uint32(^checksum) + uint32(^old) + uint32(new))
}
