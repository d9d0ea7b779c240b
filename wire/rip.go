package wire

import (
	"encoding/binary"
	"fmt"
	"io"
)

// RIPPort is the UDP port of RIP (RFC 2453 section 3.6).
const RIPPort = 520

// Limits of a RIP message (RFC 2453 sections 3.6 and 4).
const (
	RIPHeaderLen  = 4
	RIPEntryLen   = 20
	RIPMaxEntries = 25
	RIPInfinity   = 16 // metric of a network that can't be reached
)

// ripAuthentication is the address family of an entry that holds credentials,
// ripInternet that of a route (RFC 2453 sections 4.1 and 3.6).
const (
	ripAuthentication = 0xffff
	ripInternet       = 2
)

// RIPCommand says what a RIP message is for.
type RIPCommand uint8

// The commands in use.
const (
	RIPRequest  RIPCommand = 1
	RIPResponse RIPCommand = 2
)

// RIPEntry is one route of a message. In version 1 only Family, Addr
// and Metric travel; the mask is left 0.
type RIPEntry struct {
	Family  uint16 // 2 is IPv4; 0 in the single entry of a request for everything
	Tag     uint16 // route tag
	Addr    Addr   // destination; 0 is the default route
	Mask    Addr   // subnet mask as sent, contiguous or not
	NextHop Addr   // 0: the sender
	Metric  uint32 // hops, 1 to 16 in a legal response
}

// RIPRoute returns an IPv4 entry.
func RIPRoute(p Prefix, metric uint32) RIPEntry {
	return RIPEntry{Family: ripInternet, Addr: p.Addr, Mask: p.Mask(), Metric: metric}
}

// IsRoute reports whether e is about an IPv4 network.
func (e RIPEntry) IsRoute() bool { return e.Family == ripInternet }

// RIP is one message of version 1 or 2 (RFC 2453 sections 3.6 and 4):
//
//	+---------------+---------------+-------------------------------+
//	|    command    |    version    |             zero              |
//	+---------------+---------------+-------------------------------+
//	|        address family         |           route tag           |  one to 25
//	|                          IP address                           |  entries of
//	|                          subnet mask                          |  20 bytes
//	|                           next hop                            |
//	|                            metric                             |
//	+---------------------------------------------------------------+
//
// Version 1 has zeros in place of tag, mask and next hop.
type RIP struct {
	Command RIPCommand
	Version uint8 // 1 or 2
	Entries []RIPEntry
	// Authenticated is true when the first entry carried credentials, which are
	// not kept. Append does not write them.
	Authenticated bool
}

// RIPWholeTable is the request for everything (RFC 2453 section 3.9.1).
func RIPWholeTable(version uint8) RIP {
	return RIP{Command: RIPRequest, Version: version, Entries: []RIPEntry{{Metric: RIPInfinity}}}
}

// IsWholeTable reports whether m asks for everything.
func (m *RIP) IsWholeTable() bool {
	return m.Command == RIPRequest && len(m.Entries) == 1 && m.Entries[0].Family == 0 && m.Entries[0].Metric == RIPInfinity
}

// Append appends the message to b. More than RIPMaxEntries entries make a
// message that nobody accepts.
func (m *RIP) Append(b []byte) []byte {
	b = append(b, byte(m.Command), m.Version, 0, 0)
	for _, e := range m.Entries {
		if m.Version == 1 {
			e.Tag, e.Mask, e.NextHop = 0, 0, 0
		}
		b = binary.BigEndian.AppendUint16(b, e.Family)
		b = binary.BigEndian.AppendUint16(b, e.Tag)
		b = binary.BigEndian.AppendUint32(b, uint32(e.Addr))
		b = binary.BigEndian.AppendUint32(b, uint32(e.Mask))
		b = binary.BigEndian.AppendUint32(b, uint32(e.NextHop))
		b = binary.BigEndian.AppendUint32(b, e.Metric)
	}
	return b
}

// Decode reads a message. It returns io.ErrUnexpectedEOF for a cut one and
// wraps ErrFormat for an unknown command or version, zero fields that are not
// zero, or too many entries. Versions above 2 are read as version 2, as RFC
// 2453 section 4.6 asks. What the entries say is not judged.
func (m *RIP) Decode(b []byte) error {
	if len(b) < RIPHeaderLen || (len(b)-RIPHeaderLen)%RIPEntryLen != 0 {
		return io.ErrUnexpectedEOF
	}
	command, version := RIPCommand(b[0]), b[1]
	n := (len(b) - RIPHeaderLen) / RIPEntryLen
	switch {
	case command != RIPRequest && command != RIPResponse:
		return fmt.Errorf("%w: RIP command %d", ErrFormat, command)
	case version == 0:
		return fmt.Errorf("%w: RIP version 0", ErrFormat)
	case n > RIPMaxEntries:
		return fmt.Errorf("%w: RIP message of %d entries", ErrFormat, n)
	case version == 1 && (b[2] != 0 || b[3] != 0):
		return fmt.Errorf("%w: RIP version 1 header", ErrFormat)
	}
	*m = RIP{Command: command, Version: min(version, 2), Entries: m.Entries[:0]}
	for i := range n {
		e := ripEntry(b[RIPHeaderLen+i*RIPEntryLen:])
		if version == 1 && (e.Tag != 0 || e.Mask != 0 || e.NextHop != 0) {
			return fmt.Errorf("%w: RIP version 1 entry", ErrFormat)
		}
		if i == 0 && e.Family == ripAuthentication && version > 1 {
			m.Authenticated = true
			continue
		}
		m.Entries = append(m.Entries, e)
	}
	return nil
}

func ripEntry(b []byte) RIPEntry {
	return RIPEntry{
		Family: binary.BigEndian.Uint16(b), Tag: binary.BigEndian.Uint16(b[2:]),
		Addr: Addr(binary.BigEndian.Uint32(b[4:])), Mask: Addr(binary.BigEndian.Uint32(b[8:])),
		NextHop: Addr(binary.BigEndian.Uint32(b[12:])), Metric: binary.BigEndian.Uint32(b[16:]),
	}
}
