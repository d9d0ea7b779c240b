package snmp

import (
	"errors"
	"fmt"

	"github.com/gosnmp/gosnmp"

	"tandem/wire"
)

// maxMessage is the longest message that the agent sends, in bytes (the
// packetsize of IOS).
const maxMessage = 1500

// errMalformed is a datagram that is no SNMP message.
var errMalformed = errors.New("snmp: malformed message")

// decode reads a message. The library parses bytes of strangers: should it
// fail by a panic, the message is malformed and the router lives.
func decode(b []byte) (p *gosnmp.SnmpPacket, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			p, err = nil, fmt.Errorf("%w: %v", errMalformed, fault)
		}
	}()
	library := gosnmp.GoSNMP{Version: gosnmp.Version2c, MaxOids: gosnmp.MaxOids}
	p, err = library.SnmpDecodePacket(b)
	if err != nil {
		return p, fmt.Errorf("%w: %w", errMalformed, err)
	}
	return p, nil
}

// binding turns a variable into what the library encodes.
func binding(v Variable) gosnmp.SnmpPDU {
	pdu := gosnmp.SnmpPDU{Name: v.OID.String()}
	n := v.Value.Number
	switch v.Value.Kind {
	case Integer:
		pdu.Type, pdu.Value = gosnmp.Integer, int(int32(n))
	case String:
		pdu.Type, pdu.Value = gosnmp.OctetString, v.Value.Text
	case ObjectID:
		pdu.Type, pdu.Value = gosnmp.ObjectIdentifier, v.Value.ID.String()
	case IPAddress:
		pdu.Type, pdu.Value = gosnmp.IPAddress, wire.Addr(n).String()
	case Counter32:
		pdu.Type, pdu.Value = gosnmp.Counter32, uint32(n)
	case Gauge32:
		pdu.Type, pdu.Value = gosnmp.Gauge32, uint32(n)
	case TimeTicks:
		pdu.Type, pdu.Value = gosnmp.TimeTicks, uint32(n)
	case Counter64:
		pdu.Type, pdu.Value = gosnmp.Counter64, n
	default:
		pdu.Type = gosnmp.Null
	}
	return pdu
}

// room bounds from above what a variable takes in a message, in bytes.
func room(v Variable) int {
	const headers, number = 16, 12
	n := headers + number + 5*len(v.OID)
	return n + len(v.Value.Text) + 5*len(v.Value.ID)
}
