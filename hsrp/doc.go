// Package hsrp is the Hot Standby Router Protocol of one device (RFC 2281 and
// what IOS adds, reference ha 1): the groups of all its interfaces, their
// timers, tracking and delays. It is a pure step machine. The owner keeps the
// clock, the ports and the timers:
//
//	r := hsrp.New(hsrp.Settings{})
//	for each event {
//		out = r.Step(event, out[:0])
//		for _, action := range out { ... in this order ... }
//	}
//
// Order at start: Booted, then ConfigureInterface and ConfigureGroup as the
// startup configuration is read, TrackedInterface for every interface, and
// InterfaceUp when a line protocol is up and the address known. Every tracked
// interface counts as down until told otherwise.
//
// Order of actions matters: on a takeover Moved comes before Own, Own before
// the first Active hello and the Announce, so that sessions are promoted
// before any frame is attracted. On giving up, Disown comes before Moved.
//
// A Send goes out as UDP port 1985 to Dst with TTL wire.HSRPTTL, TOS
// wire.HSRPTOS and DF clear, from the interface's primary address. Sends on an
// interface without carrier are dropped by the owner; an administrative
// shutdown hands in InterfaceDown before the port closes, so that the Resign
// still leaves.
package hsrp
