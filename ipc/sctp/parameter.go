package sctp

import (
	"encoding/binary"
	"fmt"

	"tandem/wire"
)

// ParameterType is the type of an optional parameter of INIT and INIT ACK
// (RFC 9260 section 3.3.2).
type ParameterType uint16

// The parameters known here.
const (
	HeartbeatInfo      ParameterType = 1
	IPv4Address        ParameterType = 5
	IPv6Address        ParameterType = 6
	StateCookie        ParameterType = 7
	Unrecognized       ParameterType = 8
	CookiePreservative ParameterType = 9
	HostName           ParameterType = 11
	SupportedAddresses ParameterType = 12
)

func (t ParameterType) skips() bool   { return t&0x8000 != 0 }
func (t ParameterType) reports() bool { return t&0x4000 != 0 }

// CauseCode is the code of an error cause in ERROR and ABORT (RFC 9260 section
// 3.3.10).
type CauseCode uint16

// The error causes.
const (
	InvalidStream         CauseCode = 1
	MissingParameter      CauseCode = 2
	StaleCookie           CauseCode = 3
	OutOfResource         CauseCode = 4
	UnresolvableAddress   CauseCode = 5
	UnrecognizedChunk     CauseCode = 6
	InvalidParameter      CauseCode = 7
	UnrecognizedParameter CauseCode = 8
	NoUserData            CauseCode = 9
	CookieInShutdown      CauseCode = 10
	RestartNewAddresses   CauseCode = 11
	UserAbort             CauseCode = 12
	ProtocolViolation     CauseCode = 13
)

var causeNames = [...]string{
	"no cause given", "invalid stream identifier", "missing mandatory parameter", "stale cookie", "out of resource",
	"unresolvable address", "unrecognized chunk type", "invalid mandatory parameter", "unrecognized parameters",
	"no user data", "cookie received while shutting down", "restart with new addresses", "user-initiated abort",
	"protocol violation",
}

// String names c for logs.
func (c CauseCode) String() string {
	if int(c) < len(causeNames) {
		return causeNames[c]
	}
	return fmt.Sprintf("cause %d", uint16(c))
}

// appendParameter appends one parameter or cause with its padding.
func appendParameter(b []byte, kind uint16, value []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, kind)
	return appendBody(append(b, 0, 0), value)
}

// AppendCause appends one error cause. It is the last of its chunk and so stays
// unpadded: a chunk's length does not count the padding of its last element.
func AppendCause(b []byte, code CauseCode, value []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(code))
	b = binary.BigEndian.AppendUint16(b, uint16(4+len(value)))
	return append(b, value...)
}

// FirstCause returns the code of the first cause in the body of an ERROR or
// ABORT, and 0 when there is none.
func FirstCause(body []byte) CauseCode {
	if _, _, err := cut(body); err != nil {
		return 0
	}
	return CauseCode(binary.BigEndian.Uint16(body))
}

// InitMessage is an INIT or INIT ACK chunk (RFC 9260 sections 3.3.2 and 3.3.3):
//
//	+---------------------------------------------------------------+
//	|                         initiate tag                          |
//	+---------------------------------------------------------------+
//	|                 advertised receiver window, bytes             |
//	+-------------------------------+-------------------------------+
//	|       outbound streams        |    inbound streams at most    |
//	+-------------------------------+-------------------------------+
//	|                         initial TSN                           |
//	+---------------------------------------------------------------+
//	|                    parameters ...                             |
type InitMessage struct {
	Tag         uint32
	Window      uint32
	OutStreams  uint16
	InStreams   uint16
	TSN         uint32
	Addresses   []wire.Addr // IPv4 addresses listed, at most maxAddresses
	Cookie      []byte      // INIT ACK only
	Unknown     []byte      // whole parameters to report to the sender, padded
	HostName    bool        // a host name was given as address, which must be refused
	UnknownSeen int         // parameters not understood, reported or not
}

// maxAddresses bounds what an INIT may list; the rest is not looked at.
const maxAddresses = 16

// ParseInit reads the body of an INIT or INIT ACK. Parameters that are not
// known are skipped, end the walk or are kept for the report by the two high
// bits of their type.
func ParseInit(body []byte) (InitMessage, error) {
	if len(body) < 16 {
		return InitMessage{}, fmt.Errorf("%w: INIT of %d bytes", ErrFormat, len(body))
	}
	m := InitMessage{
		Tag: binary.BigEndian.Uint32(body), Window: binary.BigEndian.Uint32(body[4:]),
		OutStreams: binary.BigEndian.Uint16(body[8:]), InStreams: binary.BigEndian.Uint16(body[10:]),
		TSN: binary.BigEndian.Uint32(body[12:]),
	}
	for rest := body[16:]; len(rest) > 0; {
		value, next, err := cut(rest)
		if err != nil {
			return InitMessage{}, err
		}
		kind := ParameterType(binary.BigEndian.Uint16(rest))
		known, err := m.parameter(kind, value)
		if err != nil {
			return InitMessage{}, err
		}
		if !known {
			m.UnknownSeen++
			if kind.reports() {
				m.Unknown = appendParameter(m.Unknown, uint16(kind), value)
			}
			if !kind.skips() {
				break
			}
		}
		rest = next
	}
	return m, nil
}

// parameter takes one parameter into m and reports whether it is known.
func (m *InitMessage) parameter(kind ParameterType, value []byte) (bool, error) {
	switch kind {
	case IPv4Address:
		if len(value) != 4 {
			return true, fmt.Errorf("%w: IPv4 address parameter of %d bytes", ErrFormat, len(value))
		}
		if len(m.Addresses) < maxAddresses {
			m.Addresses = append(m.Addresses, wire.Addr(binary.BigEndian.Uint32(value)))
		}
	case StateCookie:
		m.Cookie = value
	case HostName:
		m.HostName = true
	case IPv6Address, Unrecognized, CookiePreservative, SupportedAddresses:
		// An IPv6 address cannot be reached from here and is no destination;
		// the others ask for nothing.
	default:
		return false, nil
	}
	return true, nil
}

// AppendInit appends m as an INIT or INIT ACK chunk with its padding.
func AppendInit(b []byte, kind ChunkType, m InitMessage) []byte {
	start := len(b)
	b = append(b, byte(kind), 0, 0, 0)
	b = binary.BigEndian.AppendUint32(b, m.Tag)
	b = binary.BigEndian.AppendUint32(b, m.Window)
	b = binary.BigEndian.AppendUint16(b, m.OutStreams)
	b = binary.BigEndian.AppendUint16(b, m.InStreams)
	b = binary.BigEndian.AppendUint32(b, m.TSN)
	end := len(b) // of the last parameter, whose padding the chunk's length leaves out
	put := func(kind ParameterType, value []byte) {
		end = len(b) + 4 + len(value)
		b = appendParameter(b, uint16(kind), value)
	}
	for _, a := range m.Addresses {
		v := a.Bytes()
		put(IPv4Address, v[:])
	}
	if kind == Init {
		put(SupportedAddresses, []byte{0, byte(IPv4Address)})
	}
	if len(m.Cookie) > 0 {
		put(StateCookie, m.Cookie)
	}
	for rest := m.Unknown; len(rest) > 0; {
		_, next, err := cut(rest)
		if err != nil {
			break
		}
		put(Unrecognized, rest[:len(rest)-len(next)]) // with its padding: readers that walk the value stumble without
		rest = next
	}
	binary.BigEndian.PutUint16(b[start+2:], uint16(end-start))
	return b
}
