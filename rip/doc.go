// Package rip is the Routing Information Protocol of one device: version 2
// (RFC 2453) and, for those who speak nothing else, version 1, with the timers,
// the hold-down and the metrics of IOS. It is a pure step machine. The owner
// keeps the clock, the ports and the timers:
//
//	r := rip.New(rip.Settings{})
//	for each event {
//		out = r.Step(event, out[:0])
//		for _, action := range out { ... in this order ... }
//	}
//
// LinkChanged tells of every interface whatever it is used for, Routed of the
// static routes in use, Configure and ConfigureLink what was typed. A Send is a
// UDP datagram from port 520 and the interface's primary address.
//
// # Metrics
//
// As IOS counts, a route keeps the hops its neighbour announced, and one hop
// is added where it is announced again; RFC 2453 adds it on receipt. On the
// wire both are the same. A network of our own is announced with metric 1.
//
// # Convergence
//
// A network that is lost is announced with metric 16 at once, on all
// interfaces; the next triggered update waits one to five seconds (RFC 2453
// section 3.10.1). A router that hears such a poison for a network of its own
// says at once that it still has a way. So a provider with two links to a pair
// of routers finds the second link without waiting for a periodic update,
// whatever implementation it runs.
//
// Virtual addresses of HSRP are no addresses of an interface: nothing here
// ever sees or announces them.
package rip
