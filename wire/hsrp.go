package wire

import (
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

// What the IPv4 and UDP headers around an HSRP message carry (RFC 2281
// section 5.1; reference ha 1.1). DF is clear.
const (
	HSRPPort uint16 = 1985 // UDP source and destination
	HSRPTTL  uint8  = 1
	HSRPTOS  uint8  = 0xc0 // precedence 6
)

// HSRP1Len and HSRPAdvertiseLen are the lengths in bytes of a version 1
// message without authentication TLV and of a version 1 advertisement.
const (
	HSRP1Len         = 20
	HSRPAdvertiseLen = 16
)

// HSRPAnnounceMAC is the group address to which an Active router announces a
// virtual address besides the broadcast, so that switches learn its port.
var HSRPAnnounceMAC = MAC{0x01, 0x00, 0x0c, 0xcd, 0xcd, 0xcd}

// HSRPGroupAddr returns where messages of a version go: 224.0.0.2 for 1,
// 224.0.0.102 for 2.
func HSRPGroupAddr(version uint8) Addr {
	if version == 2 {
		return AllHSRPv2
	}
	return AllRouters
}

// HSRPVirtualMAC returns the well-known virtual MAC of a group: 0000.0c07.acXX
// in version 1, 0000.0c9f.fXXX in version 2.
func HSRPVirtualMAC(version uint8, group uint16) MAC {
	if version == 2 {
		return MAC{0x00, 0x00, 0x0c, 0x9f, 0xf0 | byte(group>>8)&0x0f, byte(group)}
	}
	return MAC{0x00, 0x00, 0x0c, 0x07, 0xac, byte(group)}
}

// HSRPOp is the operation of a message.
type HSRPOp uint8

// The operations (RFC 2281 section 5.1).
const (
	HSRPHello HSRPOp = iota
	HSRPCoup
	HSRPResign
	hsrpAdvertise // version 1 only; another layout
)

// String names o as debug output does.
func (o HSRPOp) String() string {
	if o > HSRPResign {
		return "Unknown"
	}
	return [...]string{"Hello", "Coup", "Resign"}[o]
}

// HSRPState is the state of a group. The values are those that version 2 puts
// on the wire.
type HSRPState uint8

// The states (RFC 2281 section 5.3; Disabled is IOS's own).
const (
	HSRPDisabled HSRPState = iota
	HSRPInit
	HSRPLearn
	HSRPListen
	HSRPSpeak
	HSRPStandby
	HSRPActive
	HSRPStates // number of states
)

// String names s as IOS prints it.
func (s HSRPState) String() string {
	if s >= HSRPStates {
		return "Unknown"
	}
	return [...]string{"Disabled", "Init", "Learn", "Listen", "Speak", "Standby", "Active"}[s]
}

// hsrpState1 maps a state to its version 1 value, which is a bit a state.
var hsrpState1 = [HSRPStates]byte{HSRPLearn: 1, HSRPListen: 2, HSRPSpeak: 4, HSRPStandby: 8, HSRPActive: 16}

func stateOf1(v byte) (HSRPState, bool) {
	for s := HSRPInit; s < HSRPStates; s++ {
		if hsrpState1[s] == v {
			return s, true
		}
	}
	return 0, false
}

// HSRP is a Hello, Coup or Resign of either version. The version 1 layout
// (RFC 2281 section 5.1):
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+---------------+---------------+---------------+---------------+
//	|  version (0)  |    op code    |     state     |   hello (s)   |
//	|    hold (s)   |   priority    |     group     |   reserved    |
//	|                 authentication text (8 bytes)                 |
//	|                     virtual IP address                        |
//	+---------------+---------------+---------------+---------------+
//
// optionally followed by an HSRPMD5.
type HSRP struct {
	Version  uint8 // 1 or 2
	Op       HSRPOp
	State    HSRPState
	Priority uint8
	Group    uint16        // 0-255 in version 1, 0-4095 in version 2
	Hello    time.Duration // version 1: whole seconds, 0 when the sender's are finer; version 2: milliseconds
	Hold     time.Duration // as Hello
	Sender   MAC           // burned-in address of the sender; version 2 only
	VIP      Addr          // 0 when the sender has not learned it

	Auth HSRPAuth
	Text [8]byte // authentication text, zero padded; in version 1 always on the wire
	MD5  HSRPMD5 // when Auth is HSRPAuthMD5
}

// Append appends the encoded message to b. An MD5 digest goes out as it stands
// in m; AppendSigned computes it.
func (m *HSRP) Append(b []byte) []byte {
	if m.Version == 2 {
		return m.append2(b)
	}
	hello, hold := seconds1(m.Hello, m.Hold)
	b = append(b, 0, byte(m.Op), hsrpState1[m.State%HSRPStates], hello, hold, m.Priority, byte(m.Group), 0)
	b = append(b, m.Text[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(m.VIP))
	if m.Auth == HSRPAuthMD5 {
		b = m.MD5.append(b)
	}
	return b
}

// seconds1 returns the two timers as version 1 carries them. Timers finer than
// a second cannot be taught: both are then 0, and the receiver uses its own
// (assumed).
func seconds1(hello, hold time.Duration) (byte, byte) {
	const most = 255 * time.Second
	if hello%time.Second != 0 || hold%time.Second != 0 || hello > most || hold > most {
		return 0, 0
	}
	return byte(hello / time.Second), byte(hold / time.Second)
}

// Decode1 reads a version 1 message and returns how many bytes of b belong to
// it; what follows is unknown and ignored, as are reserved fields. It returns
// io.ErrUnexpectedEOF for a short message and ErrFormat for another version,
// operation or state, or a broken authentication TLV.
func (m *HSRP) Decode1(b []byte) (n int, err error) {
	if len(b) < HSRP1Len {
		return 0, io.ErrUnexpectedEOF
	}
	state, known := stateOf1(b[2])
	if b[0] != 0 || b[1] > byte(HSRPResign) || !known {
		return 0, fmt.Errorf("%w: HSRP version %d op %d state %d", ErrFormat, b[0], b[1], b[2])
	}
	*m = HSRP{
		Version: 1, Op: HSRPOp(b[1]), State: state, Priority: b[5], Group: uint16(b[6]),
		Hello: time.Duration(b[3]) * time.Second, Hold: time.Duration(b[4]) * time.Second,
		Auth: HSRPAuthText, Text: [8]byte(b[8:16]), VIP: Addr(binary.BigEndian.Uint32(b[16:])),
	}
	if len(b) == HSRP1Len || b[HSRP1Len] != hsrpTLVMD5 {
		return HSRP1Len, nil
	}
	m.Auth = HSRPAuthMD5
	if err := m.MD5.decode(b[HSRP1Len:]); err != nil {
		return 0, err
	}
	return HSRP1Len + hsrpMD5Len, nil
}

// HSRPAdvertise tells the routers of a LAN how many groups of an interface are
// Active and how many are not; they use it to keep ICMP redirects away from
// passive routers. Version 1 layout (reference ha 1.3):
//
//	+---------------+---------------+---------------+---------------+
//	|  version (0)  |  op code (3)  |        TLV type (1)           |
//	|       TLV length (10)         |     state     |   reserved    |
//	|        active groups          |       passive groups          |
//	|                          reserved                             |
//	+---------------+---------------+---------------+---------------+
type HSRPAdvertise struct {
	Version uint8
	State   HSRPPresence // version 1 only
	Active  uint16       // groups in Active state
	Passive uint16       // groups in another state
}

// HSRPPresence is the state of an interface in a version 1 advertisement.
type HSRPPresence uint8

// The presences; public dissectors disagree on the values (assumed).
const (
	HSRPDormant HSRPPresence = iota + 1
	HSRPPassive
	HSRPPresent // Active for at least one group
)

// IsHSRPAdvertise reports whether a payload of the given version is an
// advertisement rather than a message of one group.
func IsHSRPAdvertise(version uint8, b []byte) bool {
	if version == 2 {
		return len(b) > 0 && b[0] == hsrpTLVInterface
	}
	return len(b) > 1 && b[0] == 0 && b[1] == byte(hsrpAdvertise)
}

// Append appends the encoded advertisement to b.
func (m *HSRPAdvertise) Append(b []byte) []byte {
	if m.Version == 2 {
		b = append(b, hsrpTLVInterface, 4)
		b = binary.BigEndian.AppendUint16(b, m.Active)
		return binary.BigEndian.AppendUint16(b, m.Passive)
	}
	b = append(b, 0, byte(hsrpAdvertise), 0, 1, 0, 10, byte(m.State), 0)
	b = binary.BigEndian.AppendUint16(b, m.Active)
	b = binary.BigEndian.AppendUint16(b, m.Passive)
	return append(b, 0, 0, 0, 0)
}

// Decode reads an advertisement of the given version and returns its length.
// Errors are those of HSRP.Decode1.
func (m *HSRPAdvertise) Decode(version uint8, b []byte) (n int, err error) {
	if version == 2 {
		return m.decode2(b)
	}
	if len(b) < HSRPAdvertiseLen {
		return 0, io.ErrUnexpectedEOF
	}
	if !IsHSRPAdvertise(1, b) || binary.BigEndian.Uint16(b[2:]) != 1 || binary.BigEndian.Uint16(b[4:]) != 10 {
		return 0, fmt.Errorf("%w: HSRP advertisement", ErrFormat)
	}
	*m = HSRPAdvertise{
		Version: 1, State: HSRPPresence(b[6]),
		Active: binary.BigEndian.Uint16(b[8:]), Passive: binary.BigEndian.Uint16(b[10:]),
	}
	return HSRPAdvertiseLen, nil
}
