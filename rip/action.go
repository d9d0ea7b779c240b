package rip

import (
	"tandem/clock"
	"tandem/wire"
)

// Action is something the owner must do, in the order given.
type Action interface{ isAction() }

// Send transmits a payload as UDP from port 520.
type Send struct {
	Interface string
	Dst       wire.Addr // 224.0.0.9, 255.255.255.255 or a neighbour
	Port      uint16    // destination port
	Payload   []byte    // belongs to the receiver
}

// Arm starts a timer; an earlier setting of it is replaced.
type Arm struct {
	Timer clock.Key
	At    clock.Time
}

// Stop stops a timer.
type Stop struct{ Timer clock.Key }

// Join listens to 224.0.0.9 on an interface.
type Join struct{ Interface string }

// Leave takes back a Join.
type Leave struct{ Interface string }

// Route is one path of a learned network.
type Route struct {
	Prefix    wire.Prefix
	Interface string
	NextHop   wire.Addr
	Distance  uint8
	Metric    uint32 // 1 to 15
	Tag       uint16
}

// Install adds a path to the routing table, or replaces the one with the same
// prefix, interface and next hop.
type Install struct{ Route Route }

// Withdraw takes back an Install: prefix, interface and next hop count.
type Withdraw struct{ Route Route }

// Debug is one line of debug ip rip.
type Debug struct{ Text string }

func (Send) isAction()     {}
func (Arm) isAction()      {}
func (Stop) isAction()     {}
func (Join) isAction()     {}
func (Leave) isAction()    {}
func (Install) isAction()  {}
func (Withdraw) isAction() {}
func (Debug) isAction()    {}
