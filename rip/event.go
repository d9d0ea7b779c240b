package rip

import (
	"tandem/clock"
	"tandem/wire"
)

// Event is something that happened to the device. At is the present; it never
// goes back from one event to the next.
type Event interface{ when() clock.Time }

// Configure replaces the configuration of "router rip". The zero Config is
// "no router rip".
type Configure struct {
	At     clock.Time
	Config Config
}

// ConfigureLink replaces what one interface configures.
type ConfigureLink struct {
	At        clock.Time
	Interface string
	Config    LinkConfig
}

// LinkChanged says how an interface is now: its line protocol, its addresses.
type LinkChanged struct {
	At        clock.Time
	Interface string        // full name
	Up        bool          // line protocol
	Addresses []wire.Prefix // primary first, host bits kept; empty without an address
	Silent    bool          // nobody can hear: a loopback
}

// Routed lists the routes in use that RIP did not make and no interface did:
// they may be redistributed, and a better one keeps RIP's from being used.
type Routed struct {
	At     clock.Time
	Static []StaticRoute // by prefix, each once
}

// StaticRoute is one of Routed.
type StaticRoute struct {
	Prefix   wire.Prefix
	Distance uint8
	Tag      uint16
}

// Heard is a datagram for UDP port 520.
type Heard struct {
	At         clock.Time
	Interface  string
	Source     wire.Addr
	SourcePort uint16
	Payload    []byte // borrowed until Step returns
}

// Fired says that a timer of Arm is due.
type Fired struct {
	At    clock.Time
	Timer clock.Key
}

// Clear forgets what was learned of a network, or of all (clear ip route), and
// asks the neighbours again.
type Clear struct {
	At       clock.Time
	Prefix   wire.Prefix
	Everyone bool // Prefix is not looked at
}

func (e Configure) when() clock.Time     { return e.At }
func (e ConfigureLink) when() clock.Time { return e.At }
func (e LinkChanged) when() clock.Time   { return e.At }
func (e Routed) when() clock.Time        { return e.At }
func (e Heard) when() clock.Time         { return e.At }
func (e Fired) when() clock.Time         { return e.At }
func (e Clear) when() clock.Time         { return e.At }
