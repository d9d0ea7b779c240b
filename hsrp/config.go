package hsrp

import (
	"time"

	"tandem/wire"
)

// Ranges and defaults of the standby commands (reference ha 1.10).
const (
	DefaultPriority  = 100
	DefaultDecrement = 10
	DefaultHello     = 3 * time.Second
	DefaultHold      = 10 * time.Second
	DefaultText      = "cisco"
	MaxText          = 8                   // characters of a text password
	MaxGroup1        = 255                 // groups of version 1
	MaxGroup2        = wire.HSRPMaxGroup2  // groups of version 2
	MaxDelay         = 10000 * time.Second // standby delay
	MaxPreemptDelay  = 3600 * time.Second
	DefaultRefresh   = 10 * time.Second
)

// InterfaceConfig holds the standby commands of an interface that concern all
// its groups. Start from DefaultInterface.
type InterfaceConfig struct {
	Version      uint8         // 1 or 2
	DelayMinimum time.Duration // from line protocol up to event a, 0-10000 s
	DelayReload  time.Duration // the same, the first time after boot
	UseBIA       bool          // burned-in address in place of virtual MACs
	MACRefresh   time.Duration // between two hellos of an Active group that follows, 0-255 s; 0 is none
	Redirects    Redirects
}

// Redirects is "standby redirects": whether routers tell each other how many
// groups they serve, so that hosts are never redirected to a passive one.
type Redirects struct {
	Enabled   bool
	Advertise time.Duration // period of a passive interface
	Hold      time.Duration // a silent neighbour is forgotten
}

// DefaultInterface returns the configuration of an interface without any
// standby command.
func DefaultInterface() InterfaceConfig {
	return InterfaceConfig{
		Version: 1, DelayMinimum: time.Second, DelayReload: delayReload, MACRefresh: DefaultRefresh,
		Redirects: Redirects{Enabled: true, Advertise: redirectPeriod, Hold: redirectHold},
	}
}

// GroupConfig holds the standby commands of one group. Start from
// DefaultGroup.
type GroupConfig struct {
	Enabled        bool        // "standby N ip" was entered
	VIP            wire.Addr   // 0: learn it from the Active router
	Secondary      []wire.Addr // further virtual addresses
	Priority       uint8       // before tracking
	Preempt        Preempt
	Hello, Hold    time.Duration // 0: not configured, so learned or default
	Authentication Authentication
	Name           string   // "": the default name
	MAC            wire.MAC // zero: the well-known virtual MAC
	Follow         string   // name of the group whose state it takes; "": its own
	Track          []Track  // in the order of configuration
}

// DefaultGroup returns the configuration of a group nothing was entered for.
func DefaultGroup() GroupConfig {
	return GroupConfig{
		Priority:       DefaultPriority,
		Authentication: Authentication{Kind: wire.HSRPAuthText, Text: DefaultText},
	}
}

// Preempt is "standby N preempt [delay ...]". Delays are 0-3600 s, 0 is none;
// they hold back a Coup, never a takeover from nobody.
type Preempt struct {
	Enabled bool
	Minimum time.Duration // from the first opportunity
	Reload  time.Duration // the same, only the first time after boot
	Sync    time.Duration // longest wait for the redundancy clients
}

// Authentication is what messages of a group carry and must carry.
type Authentication struct {
	Kind     wire.HSRPAuth // text or MD5
	Text     string        // up to 8 characters
	Key      string        // MD5 key, of a chain the one that signs now; "" with a chain: none does
	KeyID    uint32        // number of the key in its chain; 0 for a key string
	KeyChain string        // name of the chain, for show; "" for a key string
	Chain    []Key         // keys of the chain that are valid now: each is accepted under its number
	Timeout  time.Duration // how long the former key is still accepted after a change
}

// Key is one key of a key chain.
type Key struct {
	ID   uint32
	Text string
}

// Track lowers the priority while something is down: an interface by its line
// protocol, or an object.
type Track struct {
	Interface string // full name; "" when Object counts
	Object    uint16
	Decrement uint8 // 1-255
	Shutdown  bool  // object only: the group stays in Init instead
}

// TrackState is the state of a tracked interface or object.
type TrackState uint8

// The track states.
const (
	TrackUnknown TrackState = iota
	TrackDown
	TrackUp
)

// String names t as show standby does.
func (t TrackState) String() string {
	return [...]string{"(unknown)", "Down", "Up"}[min(t, TrackUp)]
}
