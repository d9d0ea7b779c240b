package redundancy

import (
	"tandem/clock"
	"tandem/syslog"
)

// Action is something the owner must do, in the order given. Messages to the
// peer go through the Transport and are not actions.
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

// Changed says that the own or the peer's RF state changed.
type Changed struct{ My, Peer State }

// Synced says that the clients are in sync, which HSRP's "preempt delay sync"
// waits for.
type Synced struct{}

// Reload restarts the device from its startup configuration.
type Reload struct{ Why string }

// Refused answers a command that cannot be done now; Text is to be printed.
type Refused struct{ Text string }

func (Arm) isAction()     {}
func (Stop) isAction()    {}
func (Log) isAction()     {}
func (Changed) isAction() {}
func (Synced) isAction()  {}
func (Reload) isAction()  {}
func (Refused) isAction() {}
