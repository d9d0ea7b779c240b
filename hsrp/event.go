package hsrp

import (
	"tandem/clock"
	"tandem/wire"
)

// Event is something that happened to the device. At is the present; it never
// goes back from one event to the next.
type Event interface{ when() clock.Time }

// Booted starts the life of a device: the next time an interface comes up is
// its first one since boot, which the reload delays are about.
type Booted struct{ At clock.Time }

// Shutdown says that the device is about to reload: Active groups resign.
// Nothing comes up again until Booted.
type Shutdown struct{ At clock.Time }

// Ready says that the redundancy clients are in sync, which ends every
// preempt delay of the sync kind.
type Ready struct{ At clock.Time }

// InterfaceUp says that the line protocol of an interface is up and its
// address known.
type InterfaceUp struct {
	At        clock.Time
	Interface string        // full name, "GigabitEthernet0/0"
	Addresses []wire.Prefix // primary first, host bits kept; empty without an address
	MAC       wire.MAC      // burned-in address
}

// InterfaceDown says that the line protocol went down or is about to be shut.
type InterfaceDown struct {
	At        clock.Time
	Interface string
}

// AddressChanged replaces the addresses of an interface, up or down.
type AddressChanged struct {
	At        clock.Time
	Interface string
	Addresses []wire.Prefix // as in InterfaceUp
}

// Heard is an HSRP payload received on UDP port 1985. Payload is borrowed for
// the Step.
type Heard struct {
	At        clock.Time
	Interface string
	Source    wire.Addr // IPv4 source
	MAC       wire.MAC  // Ethernet source
	Payload   []byte    // after the UDP header
}

// Fired says that a timer set by an Arm is due. A timer that was stopped or
// set anew in the meantime is ignored.
type Fired struct {
	At    clock.Time
	Timer clock.Key
}

// ConfigureInterface sets all standby commands of an interface that are not
// about one group.
type ConfigureInterface struct {
	At        clock.Time
	Interface string
	Config    InterfaceConfig
}

// ConfigureGroup creates a group or replaces its configuration.
type ConfigureGroup struct {
	At        clock.Time
	Interface string
	Group     uint16
	Config    GroupConfig
}

// RemoveGroup deletes a group: "no standby N".
type RemoveGroup struct {
	At        clock.Time
	Interface string
	Group     uint16
}

// TrackedInterface tells the line protocol of an interface that groups may
// track.
type TrackedInterface struct {
	At   clock.Time
	Name string // full name
	Up   bool
}

// TrackedObject tells the state of an object of the track command; Unknown
// takes it away.
type TrackedObject struct {
	At     clock.Time
	Object uint16
	State  TrackState
}

func (e Booted) when() clock.Time             { return e.At }
func (e Shutdown) when() clock.Time           { return e.At }
func (e Ready) when() clock.Time              { return e.At }
func (e InterfaceUp) when() clock.Time        { return e.At }
func (e InterfaceDown) when() clock.Time      { return e.At }
func (e AddressChanged) when() clock.Time     { return e.At }
func (e Heard) when() clock.Time              { return e.At }
func (e Fired) when() clock.Time              { return e.At }
func (e ConfigureInterface) when() clock.Time { return e.At }
func (e ConfigureGroup) when() clock.Time     { return e.At }
func (e RemoveGroup) when() clock.Time        { return e.At }
func (e TrackedInterface) when() clock.Time   { return e.At }
func (e TrackedObject) when() clock.Time      { return e.At }
