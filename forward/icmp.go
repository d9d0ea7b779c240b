package forward

import (
	"encoding/binary"
	"slices"
	"time"

	"tandem/clock"
	"tandem/wire"
)

// quota lets one message through in a while.
type quota struct {
	every time.Duration // 0: no limit
	last  clock.Time
	used  bool
}

func (q *quota) allow(now clock.Time) bool {
	if q.used && now.Sub(q.last) < q.every {
		return false
	}
	q.last, q.used = now, true
	return true
}

// quotas are the limits of ICMP this router sends (reference firewall 6.7).
type quotas struct{ unreachable, tooBig, redirect quota }

// LimitUnreachables sets the least time between two unreachables, and between
// two fragmentation-needed, which have their own: ip icmp rate-limit
// unreachable [df]. 0 is no limit; the default of both is 500 ms.
func (pl *Plane) LimitUnreachables(every, df time.Duration) {
	pl.quotas.unreachable.every, pl.quotas.tooBig.every = every, df
}

// Redirect decides about one ICMP redirect on an interface: the gateway to name
// in place of the real next hop, or false for none. HSRP names the virtual
// address of the group that next hop is active for and never a passive router
// (reference ha 1.9).
type Redirect func(index int, nextHop wire.Addr) (wire.Addr, bool)

// FilterRedirects installs a Redirect; nil is none.
func (pl *Plane) FilterRedirects(r Redirect) { pl.redirect = r }

// complain sends the ICMP error, or the reset, that a drop calls for.
func (pl *Plane) complain(now clock.Time, p *wire.Packet) {
	unreachable := func(code uint8, rest uint32) { pl.sendError(now, p, wire.ICMPUnreachable, code, rest) }
	switch p.Why {
	case wire.TTLExpired:
		pl.sendError(now, p, wire.ICMPTimeExceeded, 0, 0)
	case wire.BadIPHeader:
		pl.sendError(now, p, wire.ICMPParameter, 0, uint32(optionFault(p.IP()))<<24)
	case wire.NoRoute, wire.InterfaceDown, wire.Blackhole:
		unreachable(wire.HostUnreachable, 0)
	case wire.TooBig:
		unreachable(wire.FragmentationNeeded, uint32(pl.ifs[p.Out].MTU))
	case wire.ACLDenied:
		unreachable(wire.AdminProhibited, 0)
	case wire.UnknownProtocol:
		unreachable(wire.ProtocolUnreachable, 0)
	case wire.NoListener:
		if p.Proto == wire.ProtoTCP {
			pl.reset(now, p)
			return
		}
		unreachable(wire.PortUnreachable, 0)
	}
}

// answerable reports whether anything may be sent about p: never about errors,
// later fragments, groups, broadcasts or senders that cannot be (RFC 1122
// section 3.2.2, RFC 1812 section 4.3.2.7).
func (pl *Plane) answerable(p *wire.Packet) bool {
	if p.LaterFragment() || p.L3 == wire.EthernetLen && p.Data[0]&1 == 1 || p.Dst.IsMulticast() || p.Dst == wire.Broadcast {
		return false
	}
	if pl.own[p.Dst].kind == ownBroadcast {
		return false
	}
	if o, own := pl.own[p.Src]; own && o.kind == ownBroadcast {
		return false
	}
	return !isICMPError(p) && p.Src != 0 && !p.Src.IsMulticast() && !p.Src.IsLoopback() && p.Src < 0xf0000000
}

func isICMPError(p *wire.Packet) bool {
	if p.Proto != wire.ProtoICMP {
		return false
	}
	switch uint8(p.SrcPort) {
	case wire.ICMPUnreachable, icmpQuench, wire.ICMPRedirect, wire.ICMPTimeExceeded, wire.ICMPParameter:
		return true
	}
	return false
}

// icmpQuench is source quench (RFC 792), which only old routers still send.
const icmpQuench uint8 = 4

// sendError sends an ICMP error about p from the address p was sent to, when it
// is ours, else from the interface p came by.
func (pl *Plane) sendError(now clock.Time, p *wire.Packet, icmpType, code uint8, rest uint32) {
	f := pl.iface(int(p.In))
	if f == nil || !pl.answerable(p) {
		return
	}
	if icmpType == wire.ICMPUnreachable {
		gate, limit := f, &pl.quotas.unreachable
		if p.Why == wire.Blackhole {
			gate = pl.ifs[p.Out]
		}
		if code == wire.FragmentationNeeded {
			limit = &pl.quotas.tooBig
		}
		if !gate.Unreachables {
			return
		}
		if !limit.allow(now) {
			pl.traffic.ICMPWithheld++
			return
		}
	}
	source := f.Primary.Addr
	if p.ForUs {
		source = p.Dst
	}
	pl.sendICMP(now, source, p.Src, 0, icmpType, code, rest, quote(p))
}

// quote is the header and eight bytes of the packet an error is about.
func quote(p *wire.Packet) []byte {
	ip := p.IP()
	return ip[:min(len(ip), ip.HeaderLen()+8)]
}

// sendICMP builds and sends one message; the result does not matter to anyone.
func (pl *Plane) sendICMP(now clock.Time, src, dst wire.Addr, tos, icmpType, code uint8, rest uint32, payload []byte) {
	pl.traffic.ICMPOut[icmpSlot(icmpType)]++
	pl.ident++
	n := wire.ICMPLen + len(payload)
	b := wire.AppendIPv4(make([]byte, 0, wire.IPv4Len+n),
		wire.IPv4Header{TOS: tos, ID: pl.ident, TTL: localTTL, Proto: wire.ProtoICMP, Src: src, Dst: dst}, n)
	pl.originate(now, wire.AppendICMP(b, icmpType, code, rest, payload))
}

// redirectSender tells the sender of p that a better gateway is on its own link
// (RFC 1812 section 5.2.7.2).
func (pl *Plane) redirectSender(now clock.Time, p *wire.Packet) {
	f := pl.ifs[p.In]
	if !f.Redirects || p.Options || !pl.sharesSubnet(f, p.Src, p.NextHop) || !pl.answerable(p) {
		return
	}
	from, known := pl.gatewayAddress(f, p)
	to := p.NextHop
	if known && pl.redirect != nil {
		to, known = pl.redirect(int(f.index), to)
	}
	if !known || !pl.quotas.redirect.allow(now) {
		return
	}
	pl.sendICMP(now, from, p.Src, 0, wire.ICMPRedirect, 1, uint32(to), quote(p))
}

// gatewayAddress is the address the sender of p knows this router by: hosts
// ignore a redirect from any other. It is told by the MAC the frame came to,
// and false where that stands for several addresses of the sender's subnet, as
// with secondary virtual addresses or burned-in ones (remembered).
func (pl *Plane) gatewayAddress(f *iface, p *wire.Packet) (gateway wire.Addr, known bool) {
	own := f.source(p.Src)
	dst := wire.Ethernet(p.Data).Dst()
	names := 0
	if dst == f.MAC {
		gateway, names = own, 1
	}
	for _, v := range f.virtual {
		if v.mac == dst && pl.sharesSubnet(f, v.addr, p.Src) {
			gateway = v.addr
			names++
		}
	}
	return gateway, names == 1
}

func (pl *Plane) sharesSubnet(f *iface, a, b wire.Addr) bool {
	return slices.ContainsFunc(f.prefixes(), func(q wire.Prefix) bool { return q.Contains(a) && q.Contains(b) })
}

// icmpInput answers requests and gives replies and errors to the probe, or else
// to the protocol, that caused them.
func (pl *Plane) icmpInput(now clock.Time, p *wire.Packet) wire.Verdict {
	m := wire.ICMP(p.Transport())
	if wire.Checksum(m) != 0 {
		pl.traffic.ICMPBadChecksum++
		return p.Discard(wire.BadTransport)
	}
	pl.traffic.ICMPIn[icmpSlot(m.Type())]++
	pl.delivered(p.In)
	switch m.Type() {
	case wire.ICMPEcho:
		pl.reply(now, p, wire.ICMPEchoReply, m.Payload())
	case wire.ICMPTimestamp:
		if len(m.Payload()) >= 12 {
			pl.reply(now, p, wire.ICMPTimestampReply, timestamps(now, m.Payload()))
		}
	case wire.ICMPEchoReply:
		if !pl.pingAnswered(now, p) {
			pl.local(now, p)
		}
	case wire.ICMPUnreachable, icmpQuench, wire.ICMPTimeExceeded, wire.ICMPParameter:
		if !pl.probeRefused(now, p) {
			pl.local(now, p)
		}
	}
	return wire.Taken
}

// reply answers an ICMP request from the address it was sent to; one sent to
// many is answered from the interface's own.
func (pl *Plane) reply(now clock.Time, p *wire.Packet, icmpType uint8, payload []byte) {
	source := p.Dst
	if o, own := pl.own[source]; !own || o.kind == ownBroadcast {
		f := pl.iface(int(p.In))
		if f == nil {
			return
		}
		source = f.source(p.Src)
	}
	rest := binary.BigEndian.Uint32(p.Transport()[4:])
	pl.sendICMP(now, source, p.Src, p.TOS, icmpType, 0, rest, payload)
}

// timestamps fills receive and transmit time. The router has no calendar here,
// so both carry the bit for a non-standard clock (RFC 792).
func timestamps(now clock.Time, asked []byte) []byte {
	b := slices.Clone(asked[:12])
	ms := uint32(now/clock.Time(time.Millisecond)) | 1<<31
	binary.BigEndian.PutUint32(b[4:], ms)
	binary.BigEndian.PutUint32(b[8:], ms)
	return b
}

// reset refuses a TCP segment nobody listens for (RFC 9293 section 3.5.2).
func (pl *Plane) reset(now clock.Time, p *wire.Packet) {
	t := wire.TCP(p.Transport())
	if t.Flags()&wire.RST != 0 || !pl.answerable(p) || wire.Fold(wire.Sum(wire.PseudoSum(p.Src, p.Dst, wire.ProtoTCP, len(t)), t)) != 0 {
		return
	}
	h := wire.TCPHeader{SrcPort: p.DstPort, DstPort: p.SrcPort, Flags: wire.RST, Seq: t.Ack()}
	if t.Flags()&wire.ACK == 0 {
		h.Seq, h.Flags = 0, wire.RST|wire.ACK
		h.Ack = t.Seq() + uint32(len(t.Payload()))
		if t.Flags()&wire.SYN != 0 {
			h.Ack++
		}
		if t.Flags()&wire.FIN != 0 {
			h.Ack++
		}
	}
	pl.ident++
	b := wire.AppendIPv4(nil, wire.IPv4Header{ID: pl.ident, TTL: localTTL, Proto: wire.ProtoTCP, Src: p.Dst, Dst: p.Src}, wire.TCPLen)
	pl.originate(now, wire.AppendTCP(b, p.Dst, p.Src, h, nil))
}
