package track

import (
	"fmt"
	"time"

	"tandem/wire"
)

// Ranges of the track commands. The objects of 12.4 are remembered, the
// delay is seen (reference ha 1.13).
const (
	MaxObject = 500
	MaxDelay  = 180 * time.Second
)

// Owner is the clock.Key.Owner of every timer of the package.
const Owner = "track"

// Subject is what an object follows.
type Subject uint8

// The subjects.
const (
	LineProtocol Subject = iota // line protocol of an interface
	IPRouting                   // line protocol and an address
	Reachability                // a route to a prefix
	And                         // all members
	Or                          // any member
	subjects
)

// Member is an object of a list.
type Member struct {
	Number uint16
	Not    bool
}

// Config is one object.
type Config struct {
	Subject   Subject
	Interface string        // LineProtocol and IPRouting: full name
	Prefix    wire.Prefix   // Reachability
	Members   []Member      // And, Or: in the order of their numbers
	Up, Down  time.Duration // delay before a change counts, 0-180 s
}

// same reports whether c follows what o follows.
func (c *Config) same(o *Config) bool {
	return c.Subject == o.Subject && c.Interface == o.Interface && c.Prefix == o.Prefix
}

// State is the state of an object.
type State uint8

// The states. Undefined, the zero value, is an object that nobody configured.
const (
	Undefined State = iota
	Down
	Up
)

// String names s as show track does.
func (s State) String() string { return [...]string{"(unknown)", "Down", "Up"}[min(s, Up)] }

// object prints what c follows as log messages name it; short abbreviates the
// names of interfaces.
func (c *Config) object(short func(string) string) string {
	switch c.Subject {
	case LineProtocol:
		return "interface " + short(c.Interface) + " line-protocol"
	case IPRouting:
		return "interface " + short(c.Interface) + " ip routing"
	case Reachability:
		return fmt.Sprintf("ip route %s/%d reachability", c.Prefix.Addr, c.Prefix.Bits)
	case And:
		return "list boolean and"
	}
	return "list boolean or"
}
