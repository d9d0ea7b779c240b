package platform

// Kind is what an interface does with a frame.
type Kind uint8

// The kinds of interface.
const (
	Routed        Kind = iota // a layer 3 port
	SwitchPort                // a port of an EtherSwitch card, in VLAN 1
	ServiceModule             // the router's side of the link to a module with a processor of its own
	VLAN                      // the layer 3 side of a VLAN of the EtherSwitch cards
	Virtual                   // Loopback, Tunnel and others that configuration creates
	SubInterface              // one VLAN of a routed port
)

// String names the kind.
func (k Kind) String() string {
	switch k {
	case Routed:
		return "routed"
	case SwitchPort:
		return "switch port"
	case ServiceModule:
		return "service module"
	case VLAN:
		return "VLAN"
	case Virtual:
		return "virtual"
	case SubInterface:
		return "sub-interface"
	}
	return "unknown"
}

// Untouched says which lines an interface prints although nobody set them
// (reference cli 4.3). A field that is false also means, for Duplex, Speed and
// Negotiation, that the interface has no such setting.
type Untouched struct {
	NoIPAddress bool   // "no ip address"
	Shutdown    bool   // "shutdown": it starts administratively down
	Duplex      bool   // "duplex auto"
	Speed       bool   // "speed auto"
	Negotiation bool   // "negotiation auto"
	MediaType   string // "media-type rj45": "rj45"; "" for none
	NoLinkTrap  bool   // "no snmp trap link-status"
}

// Interface is one interface as the hardware makes it.
type Interface struct {
	Name          string // "GigabitEthernet0/0"
	Kind          Kind
	Hardware      string  // "Hardware is ..." of show interfaces
	MAC           [6]byte // burned-in address; zero where there is none
	BandwidthKbit int     // kbit/s
	DelayUsec     int     // microseconds
	MTU           int     // bytes after the link header
	Media         string  // end of the duplex line of show interfaces; "" for none
	Slot          string  // module slot, "" when onboard
	Untouched     Untouched
}

// ports is a run of alike ports of a chassis or card.
type ports struct {
	family    string // "FastEthernet"
	count     int
	kind      Kind
	hardware  string
	media     string
	untouched Untouched
}

// speed returns bandwidth in kbit/s and delay in microseconds of a family.
func speed(family string) (kbit, usec int) {
	switch family {
	case "GigabitEthernet":
		return 1000000, 10
	case "FastEthernet":
		return 100000, 100
	}
	return 10000, 1000
}

// What the kinds of port print untouched (reference cli 4.3; negotiation auto
// from reference sample c1841-124-nat-acl).
var (
	routedPort   = Untouched{NoIPAddress: true, Shutdown: true, Duplex: true, Speed: true}
	routedRJ45   = Untouched{NoIPAddress: true, Shutdown: true, Duplex: true, Speed: true, MediaType: "rj45"}
	routedSFP    = Untouched{NoIPAddress: true, Shutdown: true, Negotiation: true}
	moduleLink   = Untouched{NoIPAddress: true, Shutdown: true}
	addressOnly  = Untouched{NoIPAddress: true}
	subInterface = Untouched{NoLinkTrap: true}
	switchedPort = Untouched{}
)

// Ends of the duplex line of show interfaces.
const (
	fastCopper    = "100BaseTX/FX"
	gigabitCopper = "media type is RJ45"
)
