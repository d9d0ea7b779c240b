package hsrp

import "tandem/wire"

// State is the state of a group.
type State = wire.HSRPState

// The states.
const (
	Disabled = wire.HSRPDisabled
	Init     = wire.HSRPInit
	Learn    = wire.HSRPLearn
	Listen   = wire.HSRPListen
	Speak    = wire.HSRPSpeak
	Standby  = wire.HSRPStandby
	Active   = wire.HSRPActive
)

// Cause is an event of the state table of RFC 2281 section 5.4, plus what IOS
// adds. Its letter is the one IOS prints.
type Cause uint8

// The causes.
const (
	Enabled        Cause = iota // a: interface up, delay over
	Stopped                     // b: an Obstacle appeared
	ActiveExpired               // c
	StandbyExpired              // d
	HelloDue                    // e
	HigherSpeak                 // f: hello from a higher router in Speak
	HigherActive                // g: hello from a higher Active router
	LowerActive                 // h: hello from a lower Active router
	Preempting                  // h, and we may preempt it
	Resigned                    // i: the Active router resigned
	Couped                      // j: Coup from a higher router
	HigherStandby               // k: hello from a higher Standby router
	LowerStandby                // l: hello from a lower Standby router
	MACChanged                  // m: virtual MAC configured
	VIPChanged                  // n: virtual IP configured
	causes
)

// cell is what one cause does in one state: action letters, and the next state
// (Disabled, the zero value, stays). A cell without letters is empty: the
// cause is ignored.
//
//	A start Active timer   B start Standby timer   C stop Active timer   D stop Standby timer
//	E learn parameters     F send Hello            G send Coup           H send Resign
//	I gratuitous ARP
type cell struct {
	do string
	to State
}

// table is reference ha 1.6. B stands before A because timers due together
// fire in the order they were set, and captures show the Standby timer first.
// Two cells that the RFC leaves empty have a letter, so that an expired peer
// is forgotten: c in Speak and d in Active. One has a letter less: a captured
// router that a Coup beats goes to Speak without a Resign.
var table = [causes][wire.HSRPStates]cell{
	Enabled: {Init: {"BA", Listen}}, // to Learn without a virtual address
	Stopped: {Learn: {"CD", Init}, Listen: {"CD", Init}, Speak: {"CD", Init}, Standby: {"CD", Init}, Active: {"CDH", Init}},

	ActiveExpired:  {Listen: {"BA", Speak}, Speak: {"C", 0}, Standby: {"CDFI", Active}},
	StandbyExpired: {Listen: {"B", Speak}, Speak: {"D", Standby}, Active: {"D", 0}},
	HelloDue:       {Speak: {"F", 0}, Standby: {"F", 0}, Active: {"F", 0}},

	HigherSpeak:  {Speak: {"B", Listen}, Standby: {"B", Listen}},
	HigherActive: {Learn: {"EBA", Listen}, Listen: {"EA", 0}, Speak: {"EA", 0}, Standby: {"EA", 0}, Active: {"BA", Speak}},
	LowerActive:  {Learn: {"EBA", Listen}, Listen: {"A", 0}, Speak: {"A", 0}, Standby: {"A", 0}, Active: {"G", 0}},
	Preempting:   {Listen: {"BGFI", Active}, Speak: {"BGFI", Active}, Standby: {"BGFI", Active}},

	Resigned: {Listen: {"BA", Speak}, Speak: {"A", 0}, Standby: {"CDFI", Active}},
	Couped:   {Active: {"BA", Speak}},

	HigherStandby: {Listen: {"B", 0}, Speak: {"B", Listen}, Standby: {"B", Listen}, Active: {"B", 0}},
	LowerStandby:  {Listen: {"B", Speak}, Speak: {"D", Standby}, Active: {"B", 0}},

	MACChanged: {Active: {"FI", 0}},
	VIPChanged: {Learn: {"BA", Listen}, Active: {"FI", 0}},
}

var causeText = [causes]string{
	"a/HSRP enabled", "b/HSRP disabled", "c/Active timer expired", "d/Standby timer expired", "e/Hello timer expired",
	"f/Hello rcvd from higher pri Speak router", "g/Hello rcvd from higher pri Active router",
	"h/Hello rcvd from lower pri Active router", "h/Hello rcvd from lower pri Active router", "i/Resign rcvd",
	"j/Coup rcvd from higher pri router", "k/Hello rcvd from higher pri Standby router",
	"l/Hello rcvd from lower pri Standby router", "m/Standby mac address changed", "n/Standby IP address configured",
}

// String prints c as debug output does: letter, slash, text.
func (c Cause) String() string {
	if c >= causes {
		return "unknown"
	}
	return causeText[c]
}

// Obstacle is why a group may not leave Init.
type Obstacle uint8

// The obstacles. None is the zero value.
const (
	None           Obstacle = iota
	Unconfigured            // no standby ip
	Reloading               // the device goes down
	LineDown                // line protocol down, or no address
	InterfaceDelay          // standby delay runs
	TrackedDown             // an object tracked with shutdown is down
	WrongSubnet             // the virtual address is in no subnet of the interface
	Duplicate               // the virtual address belongs to somebody else on this device
	WrongVersion            // the group number needs version 2
	Leaderless              // nobody has the name that it follows
	Reconfigured            // a change that starts the group over; never lasts
	obstacles
)

// String is what show standby and debug print in parentheses.
func (o Obstacle) String() string {
	if o >= obstacles {
		return "unknown"
	}
	return [...]string{
		"", "no virtual IP", "reload", "interface down", "interface delay", "tracking shutdown",
		"virtual IP in wrong subnet", "duplicate virtual IP", "HSRP version", "unknown group to follow", "configuration change",
	}[o]
}
