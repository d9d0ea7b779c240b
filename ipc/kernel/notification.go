package kernel

import (
	"encoding/binary"

	"tandem/ipc/sctp"
	"tandem/wire"
)

// Notifications of Linux (RFC 6458 section 6.1, linux/sctp.h). The constants of
// the SCTP package for association and path states are not Linux's.
const (
	assocChange = 0x8001
	addrChange  = 0x8002

	commRestart     = 2
	addrAvailable   = 0
	addrUnreachable = 1
	addrConfirmed   = 5

	familyIPv4 = 2
)

// notification reads one in the byte order of the host and returns the event
// it means, or nil for one that means nothing here. The beginning and the end
// of an association are learned from the socket itself.
func notification(b []byte) *sctp.Event {
	order := binary.NativeEndian
	if len(b) < 10 {
		return nil
	}
	switch order.Uint16(b) {
	case assocChange: // type, flags, length, state
		if order.Uint16(b[8:]) == commRestart {
			return &sctp.Event{Kind: sctp.Restarted}
		}
	case addrChange: // type, flags, length, 128 bytes of address, state
		if len(b) < 140 || order.Uint16(b[8:]) != familyIPv4 {
			return nil
		}
		ev := &sctp.Event{Path: wire.Addr(binary.BigEndian.Uint32(b[12:]))}
		switch order.Uint32(b[136:]) {
		case addrAvailable, addrConfirmed:
			ev.Kind = sctp.PathUp
		case addrUnreachable:
			ev.Kind = sctp.PathDown
		default:
			return nil
		}
		return ev
	}
	return nil
}
