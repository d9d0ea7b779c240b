package router

import (
	"time"

	"tandem/clock"
	"tandem/ipc"
	"tandem/modes"
	"tandem/syslog"
	"tandem/wire"
)

// The association's packets on their way through the router's own forwarding.

// newZone makes the zone over the host's SCTP where that was asked for and
// exists, else over the router's own.
func (r *Router) newZone() *ipc.Zone {
	if r.HostSCTP == nil {
		return ipc.NewZone(ipc.UserSpace, r.Random)
	}
	open, err := r.HostSCTP()
	if err != nil {
		r.sctp.refusal = err.Error() + "; the router's own SCTP is used"
		return ipc.NewZone(ipc.UserSpace, r.Random)
	}
	return ipc.NewHostZone(open, r.Random)
}

// The association's packets: TTL, and precedence 6 as of other traffic that
// keeps routers together, so that queues favour them. Both are decisions.
const (
	sctpTTL = 255
	sctpTOS = 0xc0
)

// refusedSCTP is a packet that the way out is too small for.
type refusedSCTP struct {
	mtu    int
	quoted []byte
}

// sendSCTP puts an IPv4 header on a packet of the association and routes it.
func (r *Router) sendSCTP(src, dst wire.Addr, packet []byte) {
	r.debugPacket(modes.SCTPSent, src, dst, packet)
	h := wire.IPv4Header{TOS: sctpTOS, TTL: sctpTTL, Proto: wire.ProtoSCTP, Src: src, Dst: dst}
	if r.zone.DontFragment(dst, wire.IPv4Len+len(packet)) {
		h.Fragment = wire.DontFragment
	} else {
		r.sctp.ident++
		h.ID = r.sctp.ident
	}
	r.sctp.packet = append(wire.AppendIPv4(r.sctp.packet[:0], h, len(packet)), packet...)
	if r.plane.Send(r.now, r.sctp.packet) != wire.TooBig {
		return
	}
	for _, route := range r.plane.Lookup(dst) {
		mtu := r.links[route.Out].MTU
		r.sctp.refused = append(r.sctp.refused, refusedSCTP{mtu, append([]byte(nil), r.sctp.packet[:wire.IPv4Len+sctpQuoted]...)})
	}
}

// sctpQuoted is how much of an SCTP packet vouches for it: ports, tag and the
// initiate tag of an INIT.
const sctpQuoted = 20

// tellTooBig tells the association what its own interfaces refused, as an ICMP
// error from further away would.
func (r *Router) tellTooBig() {
	for _, f := range r.sctp.refused {
		r.zone.Unreachable(r.now, wire.FragmentationNeeded, f.mtu, f.quoted)
	}
	r.sctp.refused = r.sctp.refused[:0]
}

// associated gives a packet to the association. Garbage is counted and logged.
func (r *Router) associated(now clock.Time, p *wire.Packet) bool {
	r.debugPacket(modes.SCTPReceived, p.Src, p.Dst, p.Transport())
	switch why := r.watchSCTP(p.Src, func() wire.Reason { return r.zone.Input(now, p.Src, p.Dst, p.Transport()) }); why {
	case wire.NotDropped:
		return true
	case wire.NoListener: // the zone answers with an ABORT
		p.Discard(why)
		return true
	default:
		p.Discard(why)
		if !r.garbage.ever || now.Sub(r.garbage.at) >= garbageInterval {
			r.garbage.at, r.garbage.ever = now, true
			r.Message(now, syslog.Message{
				Facility: "TANDEM", Severity: syslog.Warnings, Mnemonic: "BAD_SCTP",
				Text: "packet from " + p.Src.String() + " to the association dropped: " + why.String(),
			})
		}
		return true
	}
}

// garbageInterval is how long one complaint about bad packets stands for those
// that follow.
const garbageInterval = 30 * time.Second

// unreachable gives an ICMP destination unreachable to the association when it
// quotes an SCTP packet, and reports whether it does.
func (r *Router) unreachable(now clock.Time, p *wire.Packet) bool {
	m := wire.ICMP(p.Transport())
	if m.Type() != wire.ICMPUnreachable {
		return false
	}
	quoted := wire.IPv4(m.Payload())
	if len(quoted) < wire.IPv4Len || quoted.Proto() != wire.ProtoSCTP {
		return false
	}
	why := r.watchSCTP(p.Src, func() wire.Reason { return r.zone.Unreachable(now, m.Code(), int(m.Seq()), quoted) })
	if why != wire.NotDropped {
		p.Discard(why)
	}
	return true
}
