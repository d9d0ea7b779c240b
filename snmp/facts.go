package snmp

import (
	"time"

	"tandem/wire"
)

// Facts is what the router tells about itself at one moment.
type Facts struct {
	System     System
	Interfaces []Interface
	Addresses  []Address
	Neighbours []Neighbour
	IP         IP
	Groups     []Group
	Redundancy *Redundancy // nil without inter-device redundancy
}

// System is the system group (RFC 3418).
type System struct {
	Description, Contact, Name, Location string
	Product                              uint32 // below ciscoProducts
	Uptime                               time.Duration
	Scolds                               bool // authenticationFailure traps are enabled
}

// Interface is one row of ifTable and ifXTable (RFC 2863).
type Interface struct {
	Index          int // ifIndex, from 1
	Name, Short    string
	Description    string // of the configuration: ifAlias
	Type           InterfaceType
	MTU            int // bytes
	Kbit           int // bandwidth
	MAC            wire.MAC
	AdminUp, Up    bool
	Connector      bool          // has a plug
	Changed        time.Duration // uptime when Up changed last
	In, Out        Traffic
	InDrops, InBad uint64 // packets dropped, and those that were malformed
	OutDrops       uint64 // by a full queue
}

// Traffic counts one direction of an interface.
type Traffic struct {
	Octets, Unicasts, Multicasts, Broadcasts uint64
}

// InterfaceType is an ifType (IANAifType-MIB).
type InterfaceType int

// The types that this router has.
const (
	OtherType        InterfaceType = 1
	EthernetCSMACD   InterfaceType = 6
	SoftwareLoopback InterfaceType = 24
	PropVirtual      InterfaceType = 53
)

// Address is one row of ipAddrTable.
type Address struct {
	Interface int // ifIndex
	Prefix    wire.Prefix
}

// Neighbour is one row of ipNetToMediaTable.
type Neighbour struct {
	Interface int // ifIndex
	Addr      wire.Addr
	MAC       wire.MAC
	Own       bool // of this router: static
}

// IP are the counters of the ip group (RFC 4293, deprecated objects).
type IP struct {
	Received, HeaderErrors, AddressErrors, Forwarded, UnknownProtocols, Discarded, Delivered uint64
	Requests, OutDiscarded, NoRoutes                                                         uint64
	Reassembled, ReassemblyFailures, Fragmented, FragmentFailures                            uint64
}

// GroupState is an HsrpState of CISCO-HSRP-MIB.
type GroupState int

// The HSRP states.
const (
	GroupInitial GroupState = iota + 1
	GroupLearn
	GroupListen
	GroupSpeak
	GroupStandby
	GroupActive
)

// Group is one row of cHsrpGrpTable. The authentication string is not told.
type Group struct {
	Interface                        int // ifIndex
	Number                           int
	Priority                         int // current
	Preempt                          bool
	PreemptDelay                     time.Duration
	TimersConfigured                 bool
	ConfiguredHello                  time.Duration
	ConfiguredHold                   time.Duration
	LearnedHello, LearnedHold        time.Duration // 0 none
	VIP, ActiveRouter, StandbyRouter wire.Addr     // 0 unknown
	VIPConfigured                    bool
	State                            GroupState
	MAC                              wire.MAC
}

// Redundancy are the status objects of CISCO-RF-MIB. States are numbered as in
// the MIB: notKnown is 1, active 14.
type Redundancy struct {
	Unit, PeerUnit   int
	State, PeerState int
	Duplex           bool
	ManualInhibited  bool
	LastReason       int           // RFSwactReasonType: unsupported is 1
	LastSwitchover   time.Duration // uptime when it was; 0 never
	PeerHot          time.Duration // uptime when the peer became standby; 0 never
}
