package forward

import (
	"cmp"
	"slices"

	"tandem/clock"
	"tandem/wire"
)

// deliver hands a packet for this router to whoever it is for; others go on.
func (pl *Plane) deliver(now clock.Time, p *wire.Packet) wire.Verdict {
	if !p.ForUs {
		return wire.Pass
	}
	if !p.IsFragment() {
		return pl.handOver(now, p)
	}
	frame, why := pl.reassemble(now, p)
	if why != wire.NotDropped {
		pl.traffic.ReassemblyFailures++
		return p.Discard(why)
	}
	if frame == nil {
		pl.delivered(p.In)
		return wire.Taken
	}
	var whole wire.Packet
	if why := whole.DecodeIP(frame, int(p.L3), p.In); why != wire.NotDropped {
		return p.Discard(why)
	}
	pl.traffic.Reassembled++
	whole.ForUs, whole.Local = true, p.Local
	v := pl.handOver(now, &whole)
	p.Why = whole.Why
	return v
}

// handOver gives a whole packet to ICMP or to Local.
func (pl *Plane) handOver(now clock.Time, p *wire.Packet) wire.Verdict {
	switch p.Proto {
	case wire.ProtoICMP:
		return pl.icmpInput(now, p)
	case wire.ProtoUDP:
		pl.traffic.UDPIn++
	case wire.ProtoTCP:
		pl.traffic.TCPIn++
	case wire.ProtoSCTP:
		pl.traffic.SCTPIn++
	}
	if pl.local(now, p) {
		if p.Verdict == wire.Drop {
			return wire.Drop // whoever took it refused it, and said why
		}
		pl.delivered(p.In)
		return wire.Taken
	}
	switch p.Proto {
	case wire.ProtoUDP:
		pl.traffic.UDPNoPort++
		return p.Discard(wire.NoListener)
	case wire.ProtoTCP:
		pl.traffic.TCPNoPort++
		return p.Discard(wire.NoListener)
	}
	return p.Discard(wire.UnknownProtocol)
}

// datagram is a packet of which some fragments have come.
type datagram struct {
	src, dst wire.Addr
	id       uint16
	proto    uint8
	in       int16
	header   []byte // up to the end of the IPv4 header of the first fragment; nil until it came
	l3       int
	data     []byte // payload; holes are zero
	parts    []part // sorted, disjoint
	length   int    // of the payload; -1 until the last fragment came
	due      clock.Time
}

// part is a run of payload bytes that came.
type part struct{ from, to int }

// maxPayload keeps header and payload within the 16-bit offsets of a Packet.
const maxPayload = 0xffff - wire.EthernetLen - 60

// reassemble adds a fragment (RFC 791 section 3.2). It returns the frame when
// it is whole, nil while parts are missing, or why the datagram is given up:
// fragments that overlap or lie are not repaired but refused (RFC 5722).
func (pl *Plane) reassemble(now clock.Time, p *wire.Packet) ([]byte, wire.Reason) {
	i := slices.IndexFunc(pl.fragments, func(d datagram) bool {
		return d.src == p.Src && d.dst == p.Dst && d.id == p.IP().ID() && d.proto == p.Proto && d.in == p.In
	})
	if i < 0 {
		if len(pl.fragments) >= reassemblyLimit {
			return nil, wire.QueueFull
		}
		i = len(pl.fragments)
		pl.fragments = append(pl.fragments, datagram{
			src: p.Src, dst: p.Dst, id: p.IP().ID(), proto: p.Proto, in: p.In,
			length: -1, due: now.Add(reassemblyTime),
		})
		pl.wakeBy(timerReassembly, now.Add(reassemblyTime))
	}
	d := &pl.fragments[i]
	frame, ok := d.add(p)
	if !ok || frame != nil {
		pl.fragments = slices.Delete(pl.fragments, i, i+1)
	}
	if !ok {
		return nil, wire.FragmentLost
	}
	return frame, wire.NotDropped
}

// add takes one fragment; false means the datagram cannot become whole.
func (d *datagram) add(p *wire.Packet) ([]byte, bool) {
	payload := p.Transport()
	from := int(p.FragWord&0x1fff) * 8
	to := from + len(payload)
	last := p.FragWord&wire.MoreFragments == 0
	if to > maxPayload || len(payload) == 0 || !last && len(payload)%8 != 0 || d.length >= 0 && (to > d.length || last && to != d.length) {
		return nil, false
	}
	at, found := slices.BinarySearchFunc(d.parts, from, func(q part, from int) int { return cmp.Compare(q.from, from) })
	if found && d.parts[at].to == to {
		return nil, true // the same again
	}
	overlaps := found || at > 0 && d.parts[at-1].to > from || at < len(d.parts) && d.parts[at].from < to
	if overlaps || len(d.parts) >= fragmentLimit || last && len(d.parts) > 0 && d.parts[len(d.parts)-1].to > to {
		return nil, false
	}
	d.parts = slices.Insert(d.parts, at, part{from, to})
	if last {
		d.length = to
	}
	if from == 0 {
		d.header, d.l3 = slices.Clone(p.Data[:p.L4]), int(p.L3)
	}
	if grow := to - len(d.data); grow > 0 {
		d.data = append(d.data, make([]byte, grow)...)
	}
	copy(d.data[from:], payload)
	return d.whole(), true
}

// whole returns the frame of a datagram without holes, else nil.
func (d *datagram) whole() []byte {
	if d.header == nil || d.length < 0 {
		return nil
	}
	have := 0
	for _, q := range d.parts {
		have += q.to - q.from
	}
	if have != d.length {
		return nil
	}
	frame := append(slices.Clone(d.header), d.data...)
	ip := wire.IPv4(frame[d.l3:])
	seal(ip, 0, ip.TTL())
	return frame
}

// ageFragments gives up datagrams that are due and tells their senders, when
// the first fragment is there to quote (RFC 792, time exceeded, code 1).
func (pl *Plane) ageFragments(now clock.Time) {
	var late []datagram
	pl.fragments = slices.DeleteFunc(pl.fragments, func(d datagram) bool {
		if d.due > now {
			pl.wakeBy(timerReassembly, d.due)
			return false
		}
		late = append(late, d)
		return true
	})
	for _, d := range late {
		pl.traffic.ReassemblyTimeouts++
		if d.header == nil || pl.iface(int(d.in)) == nil {
			continue
		}
		frame := append(d.header, d.data...)
		ip := wire.IPv4(frame[d.l3:])
		seal(ip, wire.MoreFragments, ip.TTL())
		var p wire.Packet
		if p.DecodeIP(frame, d.l3, d.in) == wire.NotDropped {
			p.ForUs = true
			pl.sendError(now, &p, wire.ICMPTimeExceeded, 1, 0)
		}
	}
}
