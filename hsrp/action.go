package hsrp

import (
	"tandem/clock"
	"tandem/syslog"
	"tandem/wire"
)

// Action is something the owner must do, in the order given.
type Action interface{ isAction() }

// Send transmits a payload; the package comment has the headers around it.
type Send struct {
	Interface string
	Group     uint16    // meaningless for an advertisement
	Src       wire.Addr // primary address; the former one when a changed address ends the group
	Dst       wire.Addr // 224.0.0.2 or 224.0.0.102
	From      wire.MAC  // Ethernet source: the virtual MAC for an Active hello, else burned in
	Payload   []byte    // belongs to the receiver
}

// Arm starts a timer; an earlier setting of it is replaced.
type Arm struct {
	Timer clock.Key
	At    clock.Time
}

// Stop stops a timer.
type Stop struct{ Timer clock.Key }

// Own makes the interface answer for a virtual address: ARP with the virtual
// MAC, ICMP echo, and frames to that MAC.
type Own struct {
	Interface string
	Group     uint16
	VIP       wire.Addr
	MAC       wire.MAC
}

// Disown takes back an Own.
type Disown Own

// Announce sends one gratuitous ARP reply: sender and target are VIP, sender
// MAC and Ethernet source are MAC, the Ethernet destination is To.
type Announce struct {
	Interface string
	VIP       wire.Addr
	MAC       wire.MAC
	To        wire.MAC
}

// Log is a log message.
type Log struct{ Message syslog.Message }

// Debug is one line of an enabled debug category, without time stamp.
type Debug struct {
	Category  Category // exactly one
	Interface string
	Group     int // -1 for a line about the interface
	Text      string
}

// Moved says that a group changed its state. It goes to redundancy, once a
// change.
type Moved struct {
	Interface string
	Group     uint16
	Name      string // redundancy name
	From, To  State
	Why       Cause
	Obstacle  Obstacle  // why it may not run, when To is Init or Disabled
	Active    wire.Addr // address of the Active router, own when local; 0 unknown
	Standby   wire.Addr // address of the Standby router, own when local; 0 unknown
}

// Update publishes a group under its redundancy name (reference ha 1.15). It
// is idempotent and may come with From equal to To.
type Update struct {
	Interface string
	Group     uint16
	Name      string
	From, To  State
	Active    wire.Addr // as in Moved
	Standby   wire.Addr
}

// Dropped says that a received payload was refused.
type Dropped struct {
	Interface string
	Source    wire.Addr
	Reason    wire.Reason // BadHSRP, BadHSRPAuth, MulticastUnwanted, BadSource or InterfaceDown
	Err       error       // what the decoder said; may be nil
}

func (Send) isAction()     {}
func (Arm) isAction()      {}
func (Stop) isAction()     {}
func (Own) isAction()      {}
func (Disown) isAction()   {}
func (Announce) isAction() {}
func (Log) isAction()      {}
func (Debug) isAction()    {}
func (Moved) isAction()    {}
func (Update) isAction()   {}
func (Dropped) isAction()  {}
