package firewall

import (
	"encoding/binary"

	"tandem/wire"
)

// record is what the peer is told of one session. Interfaces, rules and lines
// travel as hashes of their names: the routers need not number them alike.
// Byte counters are not replicated (reference firewall 4).
//
//	 0        1        2        3        4
//	| length | fmt,kind|protocol| phase  |   length: bytes that follow it; format 1 in the
//	|          session number            |   high half, kind in the low; phase: state and FIN marks
//	| version| scales |  initiator port  |   version: of the record, modulo 256; scales: TCP
//	|  responder port | initiator addr.. |   window scales, initiator in the low half
//	| ..              | responder addr.. |
//	| ..              |                      end of a Delete, 22 bytes in all
//	                  | rule hash ..     |   interface, direction and rule name
//	| ..              | line hash ..     |   protocol keyword
//	| ..              | near hash ..     |   interface of Forward packets
//	| ..              | far hash ..      |   interface of Return packets
//	| ..              | age ..           |   seconds since creation
//	| ..              | idle ..          |   seconds since the last packet
//	| ..              | initiator next.. |   TCP: next sequence number of the initiator
//	| ..              | responder next.. |   and of the responder
//	| ..              | channel|             1: data channel of the line's application
//	                                         end of an Update, 55 bytes in all
type record struct {
	kind    recordKind
	key     key // as the initiator's packets carry it
	phase   uint8
	serial  uint32
	version uint8
	scale   uint8
	rule    uint32
	line    uint32
	port    [2]uint32
	age     uint32
	idle    uint32
	end     [2]uint32
	channel uint8
}

type recordKind uint8

const (
	recordUpdate recordKind = 1 // the session as it is now
	recordDelete recordKind = 2 // the session is over
)

const (
	recordFormat = 1
	deleteLen    = 22
	updateLen    = 55
)

// append encodes r.
func (r *record) append(b []byte) []byte {
	length := byte(updateLen - 1)
	if r.kind == recordDelete {
		length = deleteLen - 1
	}
	b = append(b, length, recordFormat<<4|byte(r.kind), r.key.proto, r.phase)
	b = binary.BigEndian.AppendUint32(b, r.serial)
	b = append(b, r.version, r.scale)
	b = binary.BigEndian.AppendUint16(b, r.key.srcPort)
	b = binary.BigEndian.AppendUint16(b, r.key.dstPort)
	b = binary.BigEndian.AppendUint32(b, uint32(r.key.src))
	b = binary.BigEndian.AppendUint32(b, uint32(r.key.dst))
	if r.kind == recordDelete {
		return b
	}
	for _, v := range [...]uint32{r.rule, r.line, r.port[Forward], r.port[Return], r.age, r.idle, r.end[Forward], r.end[Return]} {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return append(b, r.channel)
}

// decode reads the bytes of one record behind its length. Its errors are
// RecordFaults.
func (r *record) decode(b []byte) error {
	if len(b) < deleteLen-1 {
		return RecordCutShort
	}
	if b[0]>>4 != recordFormat {
		return RecordFormat
	}
	*r = record{
		kind: recordKind(b[0] & 0xf), phase: b[2], serial: binary.BigEndian.Uint32(b[3:]), version: b[7], scale: b[8],
		key: key{
			proto: b[1], srcPort: binary.BigEndian.Uint16(b[9:]), dstPort: binary.BigEndian.Uint16(b[11:]),
			src: wire.Addr(binary.BigEndian.Uint32(b[13:])), dst: wire.Addr(binary.BigEndian.Uint32(b[17:])),
		},
	}
	want := deleteLen - 1
	switch r.kind {
	case recordDelete:
	case recordUpdate:
		want = updateLen - 1
	default:
		return RecordKind
	}
	if len(b) != want {
		return RecordLength
	}
	if r.kind == recordDelete {
		return r.validate()
	}
	fields := [...]*uint32{&r.rule, &r.line, &r.port[Forward], &r.port[Return], &r.age, &r.idle, &r.end[Forward], &r.end[Return]}
	for i, f := range fields {
		*f = binary.BigEndian.Uint32(b[deleteLen-1+4*i:])
	}
	r.channel = b[updateLen-2]
	return r.validate()
}

// validate refuses what no engine sends: these values end up in the table.
func (r *record) validate() error {
	state := State(r.phase & 0xf)
	switch {
	case r.serial == 0:
		return RecordNumber
	case r.key.proto != wire.ProtoTCP && r.key.proto != wire.ProtoUDP:
		return RecordProtocol
	case r.kind == recordUpdate && (state < Open || state > Closed || r.key.proto == wire.ProtoUDP && r.phase != uint8(Open)):
		return RecordPhase
	case r.channel > 1:
		return RecordChannel
	}
	return nil
}
