// Package lab runs many routers and hosts joined by segments: a topology file,
// links with carrier and impairments, captures, and two drivers over the same
// devices. Virtual runs everything in time order from a seed; Live runs each
// device in its own goroutine on the host's clock.
package lab

import (
	"net/netip"
	"time"

	"tandem/lab/host"
	"tandem/wire"
)

// Topology is a lab file, checked: every name it mentions exists.
type Topology struct {
	Name     string
	Dir      string   // folder of the file; relative names in it start here
	Nodes    []string // routers and hosts in the order of the file: the order of consoles
	Routers  []RouterSpec
	Segments []SegmentSpec
	Hosts    []HostSpec
}

// RouterSpec is a router of a lab file.
type RouterSpec struct {
	Name    string
	Chassis string    // hardware catalogue name; empty is the default
	Modules []Module  // in the order of the file
	Release string    // software it runs; empty is the default
	Config  string    // file name as written; empty is none
	Listing string    // "ios" or "document"
	SCTP    string    // "router", its own, or "kernel", the host's; empty is router
	Ports   []Port    // the index in it is the port number of router.Core
	Forward []Forward // loopback ports of the machine that lead into the router
}

// Module is a network module or interface card in a slot such as "1" or "0/1".
type Module struct{ Slot, Name string }

// Port binds an interface to a segment.
type Port struct{ Interface, Segment string }

// Forward leads a loopback address of the machine to a port of the router: 22
// or 23 over TCP, 161 over UDP.
type Forward struct {
	Listen netip.AddrPort
	Port   uint16
}

// SegmentSpec is a segment of a lab file.
type SegmentSpec struct {
	Name    string
	Capture string // pcapng file; empty is none
	Cable   string // way out of the lab: "udp:LOCAL->REMOTE" or "tap:NAME"; empty is none
	Impairments
}

// Impairments is what a segment does to frames on their way to each receiver.
// Probabilities are from 0 to 1.
type Impairments struct {
	Delay     time.Duration // one way
	Loss      float64
	Reorder   float64 // held back, so that later ones overtake
	Duplicate float64
	Corrupt   float64 // one bit behind the Ethernet header flipped
}

// HostSpec is an end system of a lab file.
type HostSpec struct {
	Name    string
	Segment string
	Address wire.Prefix // host bits kept
	Gateway wire.Addr   // zero is none
	Serve   []host.Service
}
