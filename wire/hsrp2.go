package wire

import (
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

// TLV types of HSRP version 2 (reference ha 1.4).
const (
	hsrpTLVGroup     = 1
	hsrpTLVInterface = 2
	hsrpTLVText      = 3
	hsrpTLVMD5       = 4
)

// HSRPMaxGroup2 is the highest group number of version 2.
const HSRPMaxGroup2 = 4095

// HSRP2Len is the length in bytes of a version 2 group TLV with its header.
const HSRP2Len = 42

const hsrpTextLen = 10 // text TLV with its header

// append2 appends a group TLV and the authentication TLV:
//
//	+---------------+---------------+---------------+---------------+
//	|   type (1)    |  length (40)  |  version (2)  |    op code    |
//	|     state     | IP version (4)|            group              |
//	|                  sender's interface MAC                       |
//	|                               |          priority ...         |
//	|         ... priority          |         hello (ms) ...        |
//	|         ... hello (ms)        |         hold (ms) ...         |
//	|         ... hold (ms)         |  virtual address (16 bytes)   |
//	+---------------+---------------+---------------+---------------+
func (m *HSRP) append2(b []byte) []byte {
	b = append(b, hsrpTLVGroup, HSRP2Len-2, 2, byte(m.Op), byte(m.State), 4)
	b = binary.BigEndian.AppendUint16(b, m.Group)
	b = append(b, m.Sender[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(m.Priority))
	b = binary.BigEndian.AppendUint32(b, uint32(m.Hello/time.Millisecond))
	b = binary.BigEndian.AppendUint32(b, uint32(m.Hold/time.Millisecond))
	b = binary.BigEndian.AppendUint32(b, uint32(m.VIP))
	b = append(b, make([]byte, 12)...)
	switch m.Auth {
	case HSRPAuthText:
		b = append(b, hsrpTLVText, hsrpTextLen-2)
		b = append(b, m.Text[:]...)
	case HSRPAuthMD5:
		b = m.MD5.append(b)
	}
	return b
}

// Decode2 reads a version 2 message about an IPv4 group and returns how many
// bytes of b belong to it; unknown TLVs behind it are ignored. Errors are those
// of Decode1; a group above 4095 or a priority above 255 is ErrFormat too.
func (m *HSRP) Decode2(b []byte) (n int, err error) {
	if len(b) < HSRP2Len {
		return 0, io.ErrUnexpectedEOF
	}
	group, priority := binary.BigEndian.Uint16(b[6:]), binary.BigEndian.Uint32(b[14:])
	if b[0] != hsrpTLVGroup || b[1] != HSRP2Len-2 || b[2] != 2 || b[3] > byte(HSRPResign) ||
		b[4] >= byte(HSRPStates) || b[5] != 4 || group > HSRPMaxGroup2 || priority > 255 {
		return 0, fmt.Errorf("%w: HSRP version 2 group TLV", ErrFormat)
	}
	*m = HSRP{
		Version: 2, Op: HSRPOp(b[3]), State: HSRPState(b[4]), Priority: uint8(priority), Group: group,
		Sender: MAC(b[8:14]),
		Hello:  time.Duration(binary.BigEndian.Uint32(b[18:])) * time.Millisecond,
		Hold:   time.Duration(binary.BigEndian.Uint32(b[22:])) * time.Millisecond,
		VIP:    Addr(binary.BigEndian.Uint32(b[26:])),
	}
	return m.decodeAuth2(b)
}

// decodeAuth2 reads the TLV behind the group TLV, if it is one of
// authentication.
func (m *HSRP) decodeAuth2(b []byte) (n int, err error) {
	rest := b[HSRP2Len:]
	if len(rest) == 0 {
		return HSRP2Len, nil
	}
	switch rest[0] {
	case hsrpTLVText:
		if len(rest) < hsrpTextLen {
			return 0, io.ErrUnexpectedEOF
		}
		if rest[1] != hsrpTextLen-2 {
			return 0, fmt.Errorf("%w: HSRP text authentication", ErrFormat)
		}
		m.Auth, m.Text = HSRPAuthText, [8]byte(rest[2:])
		return HSRP2Len + hsrpTextLen, nil
	case hsrpTLVMD5:
		m.Auth = HSRPAuthMD5
		if err := m.MD5.decode(rest); err != nil {
			return 0, err
		}
		return HSRP2Len + hsrpMD5Len, nil
	}
	return HSRP2Len, nil
}

// decode2 reads an interface state TLV.
func (m *HSRPAdvertise) decode2(b []byte) (n int, err error) {
	if len(b) < 6 {
		return 0, io.ErrUnexpectedEOF
	}
	if b[0] != hsrpTLVInterface || b[1] != 4 {
		return 0, fmt.Errorf("%w: HSRP interface state TLV", ErrFormat)
	}
	*m = HSRPAdvertise{Version: 2, Active: binary.BigEndian.Uint16(b[2:]), Passive: binary.BigEndian.Uint16(b[4:])}
	return 6, nil
}
