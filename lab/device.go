package lab

import (
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"tandem/clock"
	"tandem/router"
)

// Device is a router as a driver runs it. All calls come from one goroutine.
type Device interface {
	router.Core
	// Reload reports that the device wants to start again from its saved
	// state. Drivers ask after every call and then replace it by a fresh boot;
	// ports and carrier stay.
	Reload() bool
	// Close ends the device as a loss of power does: nothing more is saved,
	// whatever runs beside it stops.
	Close()
}

// Testator is a Device that has something to say if its process dies.
type Testator interface {
	// LastWordsVersion is another number after every change of LastWords.
	LastWordsVersion() int
	LastWords() []router.LastWord
}

// Sleeper is a Device that wants to know when its driver could not run it.
type Sleeper interface {
	Stalled(now clock.Time, slept time.Duration)
}

// Boot starts a router from its saved state. It is called at the beginning, on
// power-on and on reload; the device learns its carriers by calls of Carrier
// that follow.
type Boot func(name string, spec RouterSpec, b Birth) (Device, error)

// Birth is what a device is told when it starts.
type Birth struct {
	Now   clock.Time
	Dir   string // folder of the lab file: configuration files are named from here
	Index int    // of the router in the lab, from 0: keeps hardware addresses apart
	Seed  uint64 // another one for every router and every boot
	Cause Cause
	Live  bool // the lab runs on the host's clock: protocols may jitter their timers
	// Wake asks for a call of Wake and Drain soon. It may be called from any
	// goroutine; in a virtual lab only within a call to the device.
	Wake func()
	// Post runs f in the goroutine of the device, later, and never once the lab
	// has stopped. Any goroutine may call it. Nil in a virtual lab.
	Post func(f func(now clock.Time))
}

// Cause says why a device starts.
type Cause uint8

// The causes.
const (
	PowerOn Cause = iota
	Reloaded
)

// String names c.
func (c Cause) String() string {
	if c == Reloaded {
		return "reload"
	}
	return "power-on"
}

// Power is what can be done to the power of a router.
type Power uint8

// The positions of the switch.
const (
	Off Power = iota
	On
	Cycle // off and on again
)

// ParsePower reads "off", "on" or "cycle".
func ParsePower(s string) (Power, error) {
	switch s {
	case "off":
		return Off, nil
	case "on":
		return On, nil
	case "cycle":
		return Cycle, nil
	}
	return 0, fmt.Errorf("lab: off, on or cycle is expected, not %q", s)
}

// Errors of running labs.
var (
	ErrNoNode  = errors.New("lab: no such router or host")
	ErrNoLink  = errors.New("lab: no such link")
	ErrNoPower = errors.New("lab: hosts have no power switch")
	ErrStopped = errors.New("lab: stopped")
	ErrReloads = errors.New("lab: the router reloads without end")
)

// maxReloads bounds how often a router may reload at one moment.
const maxReloads = 8

// seedFor derives the seed of one part of a lab.
func seedFor(seed uint64, part string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(part))
	x := seed*0x9e3779b97f4a7c15 + h.Sum64()
	x ^= x >> 31
	return x * 0xbf58476d1ce4e5b9
}
