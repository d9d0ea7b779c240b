package wire

import (
	"crypto/md5"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"io"
)

// HSRPAuth says how a message is authenticated.
type HSRPAuth uint8

// The ways. Version 1 has no message without text; all zero is none.
const (
	HSRPAuthNone HSRPAuth = iota
	HSRPAuthText
	HSRPAuthMD5
)

const hsrpMD5Len = 30 // MD5 TLV with its header

// HSRPMD5 is the authentication TLV of both versions (reference ha 1.2):
//
//	+---------------+---------------+---------------+---------------+
//	|   type (4)    |  length (28)  | algorithm (1) |   padding     |
//	|            flags              |   sender's interface ...      |
//	|         ... address           |           key ID ...          |
//	|         ... key ID            |      digest (16 bytes)        |
//	+---------------+---------------+---------------+---------------+
type HSRPMD5 struct {
	Flags  uint16
	Sender Addr
	KeyID  uint32 // 0 for a key string
	Digest [md5.Size]byte
}

func (t *HSRPMD5) append(b []byte) []byte {
	b = append(b, hsrpTLVMD5, hsrpMD5Len-2, 1, 0)
	b = binary.BigEndian.AppendUint16(b, t.Flags)
	b = binary.BigEndian.AppendUint32(b, uint32(t.Sender))
	b = binary.BigEndian.AppendUint32(b, t.KeyID)
	return append(b, t.Digest[:]...)
}

func (t *HSRPMD5) decode(b []byte) error {
	if len(b) < hsrpMD5Len {
		return io.ErrUnexpectedEOF
	}
	if b[1] != hsrpMD5Len-2 || b[2] != 1 {
		return fmt.Errorf("%w: HSRP MD5 authentication", ErrFormat)
	}
	*t = HSRPMD5{
		Flags:  binary.BigEndian.Uint16(b[4:]),
		Sender: Addr(binary.BigEndian.Uint32(b[6:])),
		KeyID:  binary.BigEndian.Uint32(b[10:]),
		Digest: [md5.Size]byte(b[14:]),
	}
	return nil
}

// AppendSigned appends the message with an MD5 digest under key. Its Auth,
// Text and Digest are set accordingly.
func (m *HSRP) AppendSigned(b []byte, key string) []byte {
	m.Auth, m.Text, m.MD5.Digest = HSRPAuthMD5, [8]byte{}, [md5.Size]byte{}
	start := len(b)
	b = m.Append(b)
	m.MD5.Digest = HSRPDigest(b[start:], key)
	copy(b[len(b)-md5.Size:], m.MD5.Digest[:])
	return b
}

// HSRPSigned reports whether a message that ends with its MD5 TLV, cut to the
// length that Decode1 or Decode2 returned, was signed with key.
func HSRPSigned(payload []byte, key string) bool {
	if len(payload) < hsrpMD5Len {
		return false
	}
	cut := len(payload) - md5.Size
	blank := make([]byte, len(payload))
	copy(blank, payload[:cut])
	want := HSRPDigest(blank, key)
	return subtle.ConstantTimeCompare(want[:], payload[cut:]) == 1
}

// HSRPDigest computes the keyed MD5 of RFC 1828 over a payload whose digest is
// zero: the key padded as MD5 pads a message of its own, the payload, the key.
func HSRPDigest(payload []byte, key string) [md5.Size]byte {
	h := md5.New()
	h.Write([]byte(key))
	h.Write(keyFill(len(key)))
	h.Write(payload)
	h.Write([]byte(key))
	return [md5.Size]byte(h.Sum(nil))
}

// keyFill returns MD5's padding of a message of n bytes: 0x80, zeros up to
// eight bytes before a multiple of 64, and the length in bits.
func keyFill(n int) []byte {
	fill := make([]byte, 1, md5.BlockSize+8)
	fill[0] = 0x80
	for (n+len(fill))%md5.BlockSize != md5.BlockSize-8 {
		fill = append(fill, 0)
	}
	return binary.LittleEndian.AppendUint64(fill, uint64(n)*8)
}
