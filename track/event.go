package track

import (
	"tandem/clock"
	"tandem/syslog"
	"tandem/wire"
)

// Event is something that happened. At is the present; it never goes back.
type Event interface{ when() clock.Time }

// Configure creates an object or replaces its configuration. Another subject
// starts the object over; another delay keeps its state.
type Configure struct {
	At     clock.Time
	Number uint16
	Config Config
}

// Remove deletes an object: "no track N".
type Remove struct {
	At     clock.Time
	Number uint16
}

// Interface tells how an interface is now.
type Interface struct {
	At    clock.Time
	Name  string // full name
	Line  bool   // line protocol up
	Admin bool   // not shut down
	IP    bool   // it has an address
}

// Route tells how a prefix is reached now.
type Route struct {
	At        clock.Time
	Prefix    wire.Prefix // as an object names it
	Reachable bool
	Via       string // "connected", "static", "RIP"; "" when not reachable
	Interface string // first hop, full name; "" unknown
}

// Fired says that a timer set by an Arm is due. One that was stopped or set
// anew in the meantime is ignored.
type Fired struct {
	At    clock.Time
	Timer clock.Key
}

func (e Configure) when() clock.Time { return e.At }
func (e Remove) when() clock.Time    { return e.At }
func (e Interface) when() clock.Time { return e.At }
func (e Route) when() clock.Time     { return e.At }
func (e Fired) when() clock.Time     { return e.At }

// Action is something the owner must do, in the order given.
type Action interface{ isAction() }

// Arm starts a timer; an earlier setting of it is replaced.
type Arm struct {
	Timer clock.Key
	At    clock.Time
}

// Stop stops a timer.
type Stop struct{ Timer clock.Key }

// Log is a log message.
type Log struct{ Message syslog.Message }

// Changed says what an object is now; Undefined that it is gone.
type Changed struct {
	Number uint16
	State  State
}

func (Arm) isAction()     {}
func (Stop) isAction()    {}
func (Log) isAction()     {}
func (Changed) isAction() {}
