// Package sctp is one end of one SCTP association (RFC 9260) as a value that
// somebody else drives: packets and the time are handed in, packets to send
// are taken out. It has no clock, socket, goroutine or lock. Packets are whole
// SCTP packets without their IP header (protocol 132) beside the addresses of
// that header, so that the router's own forwarding, access lists and
// interface state act on the association.
//
// After every call that may change something (Connect, Shutdown, Abort, Input,
// Wake, Send, Receive) the owner drains Packets, Receive and Events and asks
// NextWake when to call again:
//
//	why := e.Input(now, src, dst, packet)
//	e.Receive(func(stream uint16, msg []byte) { ... })
//	e.Events(func(ev sctp.Event) { ... })
//	e.Packets(now, func(src, dst wire.Addr, packet []byte) { ... })
//	at, ok := e.NextWake()
//
// An endpoint always listens: a peer that starts first is answered, and when
// both start at once the collision rules of RFC 9260 section 5.2 make one
// association. Left out are address reconfiguration, authentication, stream
// reset, interleaving and partial reliability; chunks and parameters of those
// extensions are answered by the two high bits of their type.
package sctp
