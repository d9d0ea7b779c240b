package track

import "time"

// How often objects are looked at (both remembered). Changes of interfaces and
// of static routes are told at once, so that only routes that a protocol
// learned wait for it.
const (
	InterfacePoll = time.Second
	RoutePoll     = 15 * time.Second
)
