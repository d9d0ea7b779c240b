package firewall

import "tandem/wire"

// quotes reports whether p is an ICMP unreachable or time exceeded message
// about a packet of an ICMP session. Errors about TCP and UDP sessions are not
// let in: classic inspection leaves them to the lists (reference firewall 2.3).
func (e *Engine) quotes(p *wire.Packet) bool {
	if t := uint8(p.SrcPort); t != wire.ICMPUnreachable && t != wire.ICMPTimeExceeded || e.table.live == 0 {
		return false
	}
	quoted := wire.ICMP(p.Transport()).Payload()
	ip := wire.IPv4(quoted)
	if len(quoted) < wire.IPv4Len || quoted[0]>>4 != 4 || ip.Proto() != wire.ProtoICMP || ip.Fragment()&0x1fff != 0 {
		return false
	}
	h := ip.HeaderLen()
	if h < wire.IPv4Len || len(quoted) < h+2 {
		return false
	}
	inner := wire.Packet{Src: ip.Src(), Dst: ip.Dst(), SrcPort: uint16(quoted[h]), DstPort: uint16(quoted[h+1]), Proto: wire.ProtoICMP}
	k, ok := keyOf(&inner)
	if !ok || p.Dst != inner.Src {
		return false
	}
	slot, d, ok := e.table.find(&k, e.table.hash(&k))
	return ok && d == Forward && e.serves(e.table.at(slot))
}
