package sctp

import (
	"encoding/binary"
	"slices"
	"time"

	"tandem/clock"
	"tandem/wire"
)

// Bounds of path MTU discovery.
const (
	minMTU      = 576              // bytes that packets are cut to at least; a smaller path has IP cut them further
	leastMTU    = 68               // bytes every IPv4 link carries (RFC 791)
	widenAfter  = 10 * time.Minute // RFC 1191 section 6.3: when a larger packet is tried again
	swallowedAt = 2                // T3 expiries in a row after which a path may swallow what is too big
)

// plateaus are MTUs of common links, for routers that don't tell theirs (RFC
// 1191 section 7.1).
var plateaus = [...]int{8166, 4352, 2002, 1492, 1006, 508, 296, leastMTU}

// Unreachable takes an ICMP destination unreachable about a packet of ours: its
// code, the next-hop MTU in bytes that fragmentation-needed tells (0 from a
// router older than RFC 1191), and the packet as it is quoted, from its IPv4
// header on. It is believed only when it quotes this association's addresses,
// ports and verification tag (RFC 9260 section 10): BadSCTP is returned for one
// that does not, else NotDropped.
func (e *Endpoint) Unreachable(now clock.Time, code uint8, mtu int, quoted []byte) wire.Reason {
	i, ok := e.quotes(quoted)
	if !ok {
		e.faults.FalseICMP++
		return wire.BadSCTP
	}
	switch code {
	case wire.FragmentationNeeded:
		e.tooBig(now, i, mtu, wire.IPv4(quoted).TotalLen())
	case wire.ProtocolUnreachable: // the peer has no SCTP: like an ABORT
		e.close(Event{Kind: Down, Why: Unreachable})
	}
	return wire.NotDropped
}

// quotes reports whether quoted is the beginning of a packet that this
// association can have sent, and on which path. The tag of an INIT is 0: the
// initiate tag vouches for it.
func (e *Endpoint) quotes(quoted []byte) (path int, ok bool) {
	ip := wire.IPv4(quoted)
	if e.state == Closed || len(ip) < wire.IPv4Len || ip.HeaderLen() < wire.IPv4Len || len(ip) < ip.HeaderLen()+8 ||
		ip.Proto() != wire.ProtoSCTP || ip.Fragment()&^wire.DontFragment != 0 {
		return 0, false
	}
	for path = range e.paths {
		if p := &e.paths[path]; p.remote == ip.Dst() && slices.Contains(e.cfg.Local, ip.Src()) {
			return path, e.quotesTag(ip[ip.HeaderLen():])
		}
	}
	return 0, false
}

func (e *Endpoint) quotesTag(b []byte) bool {
	if binary.BigEndian.Uint16(b) != e.cfg.LocalPort || binary.BigEndian.Uint16(b[2:]) != e.cfg.RemotePort {
		return false
	}
	tag := binary.BigEndian.Uint32(b[4:])
	if tag != 0 {
		return tag == e.terms.peer
	}
	const initTag = HeaderLen + ChunkHeaderLen
	return len(b) >= initTag+4 && ChunkType(b[HeaderLen]) == Init && binary.BigEndian.Uint32(b[initTag:]) == e.terms.local
}

// tooBig lowers the MTU of path i because a packet of length bytes did not pass
// (RFC 9260 section 7.3). What is in flight and cannot have passed is sent
// again, which is no sign of congestion.
func (e *Endpoint) tooBig(now clock.Time, i, mtu, length int) {
	p := &e.paths[i]
	if mtu == 0 {
		for _, mtu = range plateaus {
			if mtu < length {
				break
			}
		}
	}
	mtu = max(mtu, leastMTU)
	if mtu >= length || mtu >= p.carries {
		return // older than what is known, or no reason to refuse the packet
	}
	p.carries, p.mtu = mtu, max(mtu, minMTU)
	p.widen.set(now.Add(widenAfter))
	e.stats.MTULowered++
	e.tracef(TraceMultihome, "destaddr %v carries %d bytes", p.remote, mtu)
	e.recut()
	for j := range e.out.sent {
		c := e.out.queue.at(j)
		if int(c.path) == i && c.state == inFlight && packetLen(int(c.length)) > mtu {
			e.lose(j, c)
		}
	}
}

// fireWiden tries packets of the first size again on path i.
func (e *Endpoint) fireWiden(i int) {
	p := &e.paths[i]
	p.carries, p.mtu, p.swallows = e.cfg.MTU, e.cfg.MTU, false
}

// suspect notes that path i may drop what is too big without a word: for a
// while its packets may be cut up on the way.
func (e *Endpoint) suspect(now clock.Time, i int) {
	if p := &e.paths[i]; p.errors >= swallowedAt && !p.swallows {
		p.swallows = true
		p.widen.set(now.Add(widenAfter))
	}
}

// DontFragment reports whether a packet of n bytes, IPv4 header included, to
// dst is to carry DF. Those that don't are longer than the path is known to
// carry, because a chunk keeps the size it was first sent with (RFC 9260
// section 6.9), or go where nobody may tell that they are too big.
func (e *Endpoint) DontFragment(dst wire.Addr, n int) bool {
	for i := range e.paths {
		if p := &e.paths[i]; p.remote == dst {
			return n <= p.carries && !p.swallows
		}
	}
	return true
}

// fragment returns the user data in bytes of the largest DATA chunk, which
// every path of the peer carries.
func (e *Endpoint) fragment() int {
	mtu := e.cfg.MTU
	for i := range e.paths {
		if e.paths[i].state != Unlisted {
			mtu = min(mtu, e.paths[i].mtu)
		}
	}
	return (mtu - packetLen(0)) &^ 3
}

// MaxWhole returns the length in bytes of the longest message that goes out as
// one DATA chunk, so that it can be delivered while an earlier packet is missing.
func (e *Endpoint) MaxWhole() int { return e.fragment() }

// packetLen returns the length of a packet with one DATA chunk of n bytes.
func packetLen(n int) int { return ipHeaderLen + HeaderLen + DataHeaderLen + padded(n) }

// recut cuts the chunks that were never sent to what every path carries.
func (e *Endpoint) recut() {
	s, size := &e.out, e.fragment()
	waiting := make([]outChunk, 0, s.queue.n-s.sent)
	for i := s.sent; i < s.queue.n; i++ {
		waiting = append(waiting, *s.queue.at(i))
	}
	s.queue.cut(s.sent)
	for _, c := range waiting {
		for int(c.length) > size {
			head := c
			head.length, head.flags = uint16(size), c.flags&^flagEnd
			*s.queue.push() = head
			c.at, c.length, c.flags = c.at+uint64(size), c.length-uint16(size), c.flags&^flagBegin
		}
		*s.queue.push() = c
	}
}
