package sctp

import (
	"fmt"

	"tandem/clock"
	"tandem/wire"
)

// State is a state of the association (RFC 9260 section 4).
type State uint8

// The states.
const (
	Closed State = iota
	CookieWait
	CookieEchoed
	Established
	ShutdownPending
	ShutdownSent
	ShutdownReceived
	ShutdownAckSent
)

var stateNames = [...]string{
	"CLOSED", "COOKIE-WAIT", "COOKIE-ECHOED", "ESTABLISHED", "SHUTDOWN-PENDING", "SHUTDOWN-SENT", "SHUTDOWN-RECEIVED",
	"SHUTDOWN-ACK-SENT",
}

// String names s as RFC 9260 does.
func (s State) String() string { return stateNames[s] }

// open reports whether both tags are agreed, so that data and path probes of
// the peer are taken.
func (s State) open() bool { return s >= Established }

// transfers reports whether queued data still goes out.
func (s State) transfers() bool {
	return s == Established || s == ShutdownPending || s == ShutdownReceived
}

// EventKind says what an Event tells.
type EventKind uint8

// The kinds of events.
const (
	Up        EventKind = iota // the association is established
	Down                       // it is gone; Why says for what reason
	Restarted                  // the peer lost its state and came back; what was in flight is lost
	PathUp                     // the path to Path answers
	PathDown                   // it failed PathMaxRetrans times
)

var eventNames = [...]string{"up", "down", "restarted", "path up", "path down"}

// String names k for traces.
func (k EventKind) String() string { return eventNames[k] }

// Why is the reason of a Down event.
type Why uint8

// The reasons.
const (
	NoReason       Why = iota
	InitFailed         // no answer to INIT or COOKIE ECHO
	Unreachable        // Association.Max.Retrans exceeded
	PeerAborted        // ABORT received
	LocalAborted       // Abort was called
	ShutdownDone       // SHUTDOWN sequence finished
	Violation          // the peer broke the protocol; it was sent an ABORT
	ShutdownFailed     // the SHUTDOWN sequence did not end in time
)

var whyNames = [...]string{
	"no reason", "no answer to INIT", "peer unreachable", "aborted by peer", "aborted", "shut down", "protocol violation",
	"shutdown not answered",
}

// String names w for logs.
func (w Why) String() string { return whyNames[w] }

// Event is something the owner should know. Path is set in PathUp and
// PathDown, Why in Down, Cause in Down when an ABORT carried one.
type Event struct {
	Kind  EventKind
	Why   Why
	Cause CauseCode
	Path  wire.Addr
}

// String prints ev for traces.
func (ev Event) String() string {
	switch ev.Kind {
	case Down:
		if ev.Cause != 0 {
			return fmt.Sprintf("down: %v (%v)", ev.Why, ev.Cause)
		}
		return fmt.Sprintf("down: %v", ev.Why)
	case PathUp, PathDown:
		return fmt.Sprintf("%v %v", ev.Kind, ev.Path)
	}
	return ev.Kind.String()
}

// alarm is one timer: when it goes off, and whether it runs at all.
type alarm struct {
	at clock.Time
	on bool
}

func (a *alarm) set(at clock.Time) { a.at, a.on = at, true }
func (a *alarm) stop()             { a.on = false }
