package sctp

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"

	"tandem/clock"
)

// cookie is the state that INIT leaves with its sender instead of with us
// (RFC 9260 section 5.1.3).
type cookie struct {
	terms
	created           clock.Time
	localTie, peerTie uint32 // the tags of the association that the INIT met; 0 for none
	path              uint8  // index of the address the INIT came from
}

// cookieLen is the length of a sealed cookie: a multiple of four, so that
// COOKIE ECHO needs no padding.
const cookieLen = 44 + sha256.Size

// seal returns c as bytes with an HMAC-SHA256 under key.
func (c cookie) seal(key *[32]byte) []byte {
	b := make([]byte, 0, cookieLen)
	b = binary.BigEndian.AppendUint64(b, uint64(c.created))
	for _, v := range [...]uint32{c.local, c.peer, c.localTSN, c.peerTSN, c.localTie, c.peerTie, c.window} {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	b = binary.BigEndian.AppendUint16(b, c.out)
	b = binary.BigEndian.AppendUint16(b, c.in)
	b = append(b, c.listed, c.path, 0, 0)
	mac := hmac.New(sha256.New, key[:])
	mac.Write(b)
	return mac.Sum(b)
}

// openCookie reads a cookie back, and returns false for one that was not
// sealed with key.
func openCookie(b []byte, key *[32]byte) (cookie, bool) {
	if len(b) != cookieLen {
		return cookie{}, false
	}
	mac := hmac.New(sha256.New, key[:])
	mac.Write(b[:44])
	if !hmac.Equal(mac.Sum(nil), b[44:]) {
		return cookie{}, false
	}
	c := cookie{created: clock.Time(binary.BigEndian.Uint64(b))}
	for i, v := range [...]*uint32{&c.local, &c.peer, &c.localTSN, &c.peerTSN, &c.localTie, &c.peerTie, &c.window} {
		*v = binary.BigEndian.Uint32(b[8+4*i:])
	}
	c.out, c.in = binary.BigEndian.Uint16(b[36:]), binary.BigEndian.Uint16(b[38:])
	c.listed, c.path = b[40], b[41]
	return c, true
}
