package forward

import "tandem/wire"

// Sizes of the arena: blocks hold a few batches, and a quiet router keeps one.
const (
	arenaBlock = 64 << 10
	arenaKeep  = 8
)

// arena is the memory of frames that wait for Drain: blocks filled from the
// front and forgotten all at once.
type arena struct {
	blocks [][]byte
	block  int // the one being filled
	used   int // bytes of it
}

// take returns n bytes that stay valid until reset. Their content is old.
func (a *arena) take(n int) []byte {
	if n > arenaBlock {
		return make([]byte, n)
	}
	if a.block == len(a.blocks) {
		a.blocks = append(a.blocks, make([]byte, arenaBlock))
	}
	if a.used+n > arenaBlock {
		a.block, a.used = a.block+1, 0
		return a.take(n)
	}
	b := a.blocks[a.block][a.used : a.used+n : a.used+n]
	a.used += n
	return b
}

func (a *arena) reset() {
	if len(a.blocks) > arenaKeep {
		clear(a.blocks[arenaKeep:])
		a.blocks = a.blocks[:arenaKeep]
	}
	a.block, a.used = 0, 0
}

// frame makes room for a frame of n bytes in the queue of f, or returns nil
// when the queue is full.
func (pl *Plane) frame(f *iface, n int) []byte {
	if len(f.queue) >= outputQueue {
		f.count.OutDrops++
		return nil
	}
	b := pl.arena.take(n)
	f.queue = append(f.queue, b)
	f.count.OutPackets++
	f.count.OutBytes += uint64(n)
	return b
}

// transmit puts the packet behind an Ethernet header into the queue of f. The
// TTL of a forwarded packet is lowered, that of an own one is not.
func (pl *Plane) transmit(f *iface, header *[wire.EthernetLen]byte, p *wire.Packet) wire.Verdict {
	if int(p.End-p.L3) > f.MTU {
		return pl.fragment(f, header, p)
	}
	b := pl.frame(f, wire.EthernetLen+int(p.End-p.L3))
	if b == nil {
		return p.Discard(wire.QueueFull)
	}
	copy(b, header[:])
	copy(b[wire.EthernetLen:], p.Data[p.L3:p.End])
	if !p.Local {
		wire.IPv4(b[wire.EthernetLen:]).DecrementTTL()
	}
	pl.sent(p)
	return wire.Taken
}

// sent counts a packet that left.
func (pl *Plane) sent(p *wire.Packet) {
	if p.Local {
		return
	}
	pl.traffic.Forwarded++
	pl.ifs[p.In].count.Forwarded++
}

// fragment cuts a packet to the MTU of f (RFC 791 section 3.2). The stages
// before have seen it whole; DF was looked at by the encapsulate stage.
func (pl *Plane) fragment(f *iface, header *[wire.EthernetLen]byte, p *wire.Packet) wire.Verdict {
	whole := p.IP()
	first := whole[:whole.HeaderLen()]
	rest := laterHeader(first)
	payload := whole.Payload()
	word := p.FragWord
	for at := 0; at < len(payload); {
		head := first
		if at > 0 {
			head = rest
		}
		n := (f.MTU - len(head)) &^ 7
		more := word & wire.MoreFragments
		if at+n < len(payload) {
			more = wire.MoreFragments
		} else {
			n = len(payload) - at
		}
		b := pl.frame(f, wire.EthernetLen+len(head)+n)
		if b == nil {
			return p.Discard(wire.QueueFull)
		}
		copy(b, header[:])
		ip := wire.IPv4(b[wire.EthernetLen:])
		copy(ip, head)
		copy(ip[len(head):], payload[at:at+n])
		ttl := p.TTL
		if !p.Local {
			ttl--
		}
		seal(ip, word&0x1fff+uint16(at/8)|more, ttl)
		at += n
	}
	pl.traffic.Fragmented++
	pl.sent(p)
	return wire.Taken
}

// seal sets what differs between the fragments of a packet and mends length and
// checksum.
func seal(ip wire.IPv4, word uint16, ttl uint8) {
	put16(ip[2:], uint16(len(ip)))
	put16(ip[6:], word)
	ip[8] = ttl
	put16(ip[10:], 0)
	put16(ip[10:], wire.Checksum(ip[:ip.HeaderLen()]))
}

func put16(b []byte, v uint16) { b[0], b[1] = byte(v>>8), byte(v) }

// laterHeader is the header of fragments after the first: of the options, only
// those with the copied flag (RFC 791 section 3.1). checkOptions has seen them.
func laterHeader(first []byte) []byte {
	out := append(make([]byte, 0, len(first)), first[:wire.IPv4Len]...)
	for opts := first[wire.IPv4Len:]; len(opts) > 0 && opts[0] != 0; {
		n := 1
		if opts[0] != 1 {
			n = int(opts[1])
		}
		if opts[0]&0x80 != 0 {
			out = append(out, opts[:n]...)
		}
		opts = opts[n:]
	}
	for len(out)%4 != 0 {
		out = append(out, 0)
	}
	out[0] = 0x40 | byte(len(out)/4)
	return out
}
