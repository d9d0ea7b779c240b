package snmp

import (
	"fmt"
	"time"

	"github.com/gosnmp/gosnmp"

	"tandem/wire"
)

// Notification is one trap before it gets a community.
type Notification struct {
	Trap      OID // snmpTrapOID
	Variables []Variable
}

// The notifications of SNMPv2-MIB and IF-MIB.
var (
	coldStart = traps.Under(5, 1)
	linkDown  = traps.Under(5, 3)
	linkUp    = traps.Under(5, 4)
	badAccess = traps.Under(5, 5)
)

// ColdStart says that the agent came up.
func ColdStart() Notification { return Notification{Trap: coldStart} }

// AuthenticationFailure says that somebody asked who may not.
func AuthenticationFailure() Notification { return Notification{Trap: badAccess} }

// Link says that an interface came up or went down.
func Link(i Interface) Notification {
	index := uint32(i.Index)
	n := Notification{Trap: linkDown, Variables: []Variable{
		{ifEntry.Under(1, index), integer(i.Index)},
		{ifEntry.Under(7, index), choice(i.AdminUp, 1, 2)},
		{ifEntry.Under(8, index), choice(i.Up, 1, 2)},
		{ifEntry.Under(2, index), text(i.Name)},
	}}
	if i.Up {
		n.Trap = linkUp
	}
	return n
}

// GroupChanged is cHsrpStateChange.
func GroupChanged(ifIndex, group int, state GroupState) Notification {
	return Notification{Trap: hsrpMIB.Under(2, 0, 1), Variables: []Variable{
		{hsrpRow.Under(15, uint32(ifIndex), uint32(group)), integer(int(state))},
	}}
}

// Progressed is ciscoRFProgressionNotif: the state of this unit or its peer
// changed.
func Progressed(r Redundancy) Notification {
	return Notification{Trap: rfMIB.Under(2, 0, 2), Variables: []Variable{
		{rfState.Under(1, 0), integer(r.Unit)},
		{rfState.Under(2, 0), integer(r.State)},
		{rfState.Under(3, 0), integer(r.PeerUnit)},
		{rfState.Under(4, 0), integer(r.PeerState)},
	}}
}

// Switchover is ciscoRFSwactNotif: this unit took over.
func Switchover(r Redundancy, uptime time.Duration) Notification {
	return Notification{Trap: rfMIB.Under(2, 0, 1), Variables: []Variable{
		{rfState.Under(1, 0), integer(r.Unit)},
		{system.Under(3, 0), ticks(uptime)},
		{rfState.Under(8, 0), integer(r.LastReason)},
	}}
}

// Encode makes the trap of a notification: an SNMPv2-Trap, or for old that of
// SNMPv1, sent from agent (RFC 3584 section 3.2). id numbers the request.
func (n Notification) Encode(community string, id uint32, uptime time.Duration, old bool, agent wire.Addr) ([]byte, error) {
	p := &gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: community, PDUType: gosnmp.SNMPv2Trap, RequestID: id & 0x7fffffff}
	if old {
		p.Version, p.PDUType = gosnmp.Version1, gosnmp.Trap
		p.AgentAddress, p.Timestamp = agent.String(), uint(ticks(uptime).Number)
		p.Enterprise, p.GenericTrap, p.SpecificTrap = n.generic()
	} else {
		p.Variables = []gosnmp.SnmpPDU{
			binding(Variable{system.Under(3, 0), ticks(uptime)}),
			binding(Variable{traps.Under(4, 1, 0), objectID(n.Trap)}),
		}
	}
	for _, v := range n.Variables {
		p.Variables = append(p.Variables, binding(v))
	}
	b, err := p.MarshalMsg()
	if err != nil {
		return nil, fmt.Errorf("snmp: trap %s: %w", n.Trap, err)
	}
	return b, nil
}

// generic translates a trap's name to the three fields of SNMPv1.
func (n Notification) generic() (enterprise string, generic, specific int) {
	const enterpriseSpecific = 6
	if n.Trap.starts(traps.Under(5)) {
		return traps.Under(5).String(), int(n.Trap[len(n.Trap)-1]) - 1, 0
	}
	parent := n.Trap[:len(n.Trap)-1]
	if len(parent) > 0 && parent[len(parent)-1] == 0 {
		parent = parent[:len(parent)-1]
	}
	return parent.String(), enterpriseSpecific, int(n.Trap[len(n.Trap)-1])
}
