// Package router is one device: it owns every feature, turns their Actions
// into frames, timers and log lines, and is the only place where features
// meet. A router is a value that somebody else drives: a live loop, a virtual
// lab or a fuzzer.
package router

import "tandem/clock"

// Core is what a driver sees of a device. All calls come from one goroutine;
// nothing in it blocks, sleeps or reads a clock.
type Core interface {
	// Input hands over frames received on a port, oldest first. The frames are
	// borrowed until it returns; the router may rewrite them in place.
	Input(now clock.Time, port int, frames [][]byte)
	// Carrier says that a port gained or lost its carrier.
	Carrier(now clock.Time, port int, up bool)
	// Wake runs every timer due at or before now.
	Wake(now clock.Time)
	// NextWake returns the earliest moment at which Wake has something to do.
	NextWake() (at clock.Time, ok bool)
	// Drain emits the frames to send, oldest first, in batches a port. The
	// frames are valid until emit returns.
	Drain(emit func(port int, frames [][]byte))
}
