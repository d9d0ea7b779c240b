package redundancy

import (
	"time"

	"tandem/clock"
	"tandem/wire"
)

// Event is something that happened. At is the present; it never goes back.
type Event interface{ when() clock.Time }

// Config is what the running configuration and the hardware say.
type Config struct {
	Scheme         string        // HSRP group name of "scheme standby"; "" without
	Security       string        // IPsec profile, kept for show
	UpdateInterval time.Duration // ip inspect redundancy update seconds, 10-60 s; 0 is 10 s
	Release        string        // software release: both routers must run the same
	Platform       string        // hardware: both routers must be the same
}

// Configure replaces the configuration. Until Booted a scheme takes effect at
// Booted, afterwards at the next reload.
type Configure struct {
	At     clock.Time
	Config Config
}

// Booted says that the startup configuration is complete.
type Booted struct{ At clock.Time }

// GroupMoved says that an HSRP group changed its state.
type GroupMoved struct {
	At   clock.Time
	Name string // redundancy name of the group
	To   wire.HSRPState
	Why  Cause
	Hold time.Duration // hold time in effect: how long a peer counts as present
}

// Cause is why an HSRP group changed its state. From hsrp.Moved: Couped and
// HigherActive are Outranked; Stopped is InterfaceLost when the obstacle is
// LineDown and Reconfigured otherwise; ActiveExpired is Unheard; all else is
// Elected.
type Cause uint8

// The causes. Elected, the zero value, is anything else.
const (
	Elected       Cause = iota
	Outranked           // Coup or hello of a higher router
	InterfaceLost       // line protocol or address gone
	Reconfigured        // a command
	Unheard             // the Active router fell silent
)

// GroupPeer says whether another router is known in an HSRP group.
type GroupPeer struct {
	At    clock.Time
	Name  string
	Known bool
}

// PeerUp says that the association came up.
type PeerUp struct{ At clock.Time }

// PeerDown says that the association is gone.
type PeerDown struct{ At clock.Time }

// PeerRestarted says that the peer began the association anew.
type PeerRestarted struct{ At clock.Time }

// Received is one message of the peer, borrowed for the Step.
type Received struct {
	At      clock.Time
	Message []byte
}

// Fired says that a timer set by an Arm is due.
type Fired struct {
	At    clock.Time
	Timer clock.Key
}

// Tick says that sessions changed or the association has room.
type Tick struct{ At clock.Time }

// ForceSwitchover is "redundancy force-switchover", already confirmed. It is
// answered by Reload or Refused.
type ForceSwitchover struct{ At clock.Time }

func (e Configure) when() clock.Time       { return e.At }
func (e Booted) when() clock.Time          { return e.At }
func (e GroupMoved) when() clock.Time      { return e.At }
func (e GroupPeer) when() clock.Time       { return e.At }
func (e PeerUp) when() clock.Time          { return e.At }
func (e PeerDown) when() clock.Time        { return e.At }
func (e PeerRestarted) when() clock.Time   { return e.At }
func (e Received) when() clock.Time        { return e.At }
func (e Fired) when() clock.Time           { return e.At }
func (e Tick) when() clock.Time            { return e.At }
func (e ForceSwitchover) when() clock.Time { return e.At }
