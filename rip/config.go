package rip

import (
	"slices"
	"time"

	"tandem/wire"
)

// DefaultDistance is the administrative distance of RIP.
const DefaultDistance = 120

// Versions is a set of protocol versions. The zero value leaves the choice to
// whoever asks: Config.Version for an interface, send 1 and receive both for
// the device.
type Versions uint8

// The versions.
const (
	Version1 Versions = 1 << iota
	Version2
)

// Timers are the four of "timers basic", whole seconds in IOS.
type Timers struct {
	Update   time.Duration // between two periodic updates
	Invalid  time.Duration // without an update, until a route is unreachable
	HoldDown time.Duration // from then, while worse news of the network is refused; 0 is none
	Flush    time.Duration // without an update, until a route is forgotten
}

// DefaultTimers are 30, 180, 180 and 240 seconds.
func DefaultTimers() Timers {
	return Timers{30 * time.Second, 180 * time.Second, 180 * time.Second, 240 * time.Second}
}

// garbage is how long an unreachable network is still announced as such.
func (t Timers) garbage() time.Duration { return max(neverFlushed, t.Flush-t.Invalid) }

// Redistribution is one "redistribute" line.
type Redistribution struct {
	On     bool
	Metric uint8 // announced, 1 to 15; 0 is the default metric
}

// Direction tells updates received from updates sent.
type Direction uint8

// The directions.
const (
	In Direction = iota
	Out
)

// Offset is one "offset-list 0" line: it makes routes look farther away.
type Offset struct {
	Direction Direction
	Interface string // "" is every one
	Hops      uint8  // added, 0 to 16
}

// Config is "router rip".
type Config struct {
	Running        bool
	Version        Versions    // 0, Version1 or Version2
	Networks       []wire.Addr // classful networks whose interfaces take part
	PassiveDefault bool        // passive-interface default
	Passive        []string    // interfaces that differ from PassiveDefault
	Timers         Timers
	Connected      Redistribution
	Static         Redistribution
	DefaultMetric  uint8 // of redistributed networks, 1 to 15; 0 is 1
	Originate      bool  // default-information originate
	AutoSummary    bool  // announce classful networks across their border
	AnySource      bool  // no validate-update-source
	Distance       uint8 // 1 to 255
	MaximumPaths   int   // of one network, 1 to 16
	Neighbors      []wire.Addr
	Offsets        []Offset
}

// Default is "router rip" with nothing in it.
func Default() Config {
	return Config{Running: true, Timers: DefaultTimers(), AutoSummary: true, Distance: DefaultDistance, MaximumPaths: 4}
}

func (c Config) clone() Config {
	c.Networks, c.Passive = slices.Clone(c.Networks), slices.Clone(c.Passive)
	c.Neighbors, c.Offsets = slices.Clone(c.Neighbors), slices.Clone(c.Offsets)
	return c
}

// Covers reports whether a network statement names the classful network of a.
func (c *Config) Covers(a wire.Addr) bool {
	return slices.Contains(c.Networks, Classful(a).Addr)
}

// IsPassive reports whether an interface only listens.
func (c *Config) IsPassive(name string) bool {
	return slices.Contains(c.Passive, name) != c.PassiveDefault
}

// offset is what a direction of an interface adds to metrics.
func (c *Config) offset(d Direction, name string) uint32 {
	var hops uint32
	for _, o := range c.Offsets {
		if o.Direction == d && (o.Interface == "" || o.Interface == name) {
			hops = max(hops, uint32(o.Hops))
		}
	}
	return hops
}

// metric is that of a redistributed network.
func (c *Config) metric(r Redistribution) uint32 {
	switch {
	case r.Metric > 0:
		return uint32(r.Metric)
	case c.DefaultMetric > 0:
		return uint32(c.DefaultMetric)
	}
	return defaultMetric
}

// Horizon says which routes an interface hears back.
type Horizon uint8

// The horizons.
const (
	SplitHorizon  Horizon = iota // none learned there
	PoisonReverse                // those with metric 16 (RFC 2453 section 3.4.3); no IOS command chooses it
	NoHorizon                    // all
)

// LinkConfig is what an interface configures.
type LinkConfig struct {
	Horizon       Horizon
	Send, Receive Versions // 0: as Config.Version says
}

// send returns the versions to send.
func (c LinkConfig) send(device Versions) Versions {
	switch {
	case c.Send != 0:
		return c.Send
	case device != 0:
		return device
	}
	return Version1
}

// receive returns the versions to take.
func (c LinkConfig) receive(device Versions) Versions {
	switch {
	case c.Receive != 0:
		return c.Receive
	case device != 0:
		return device
	}
	return Version1 | Version2
}

// Classful returns the class A, B or C network of an address; 0.0.0.0 is the
// default route.
func Classful(a wire.Addr) wire.Prefix {
	bits := uint8(24)
	switch {
	case a == 0:
		bits = 0
	case a>>31 == 0:
		bits = 8
	case a>>30 == 2:
		bits = 16
	}
	return wire.Prefix{Addr: a, Bits: bits}.Network()
}
