package forward

import (
	"slices"

	"tandem/clock"
	"tandem/wire"
)

// Send routes an IPv4 packet this router made, from header to end, by its
// destination; an own address is answered here. The packet is copied, and is
// cut up when it is too big and may be. Send returns NotDropped when it left or
// was queued, else why not: NoARP for the first packet to a new neighbour.
// Groups and 255.255.255.255 need SendOn.
func (pl *Plane) Send(now clock.Time, packet []byte) wire.Reason {
	why := pl.originate(now, packet)
	pl.settle(now)
	return why
}

// SendOn sends an IPv4 packet this router made out of one interface: to the
// destination's multicast MAC, to all stations, or to the destination as a
// neighbour. source is the Ethernet source, the virtual MAC for hellos of an
// active HSRP router; the zero MAC means the interface's own.
func (pl *Plane) SendOn(now clock.Time, index int, source wire.MAC, packet []byte) wire.Reason {
	p, why := pl.own4(packet)
	if why != wire.NotDropped {
		return why
	}
	f := pl.iface(index)
	if f == nil || !f.up() || f.Kind != Ethernet {
		pl.drop(NoInterface, wire.InterfaceDown)
		return wire.InterfaceDown
	}
	if source == (wire.MAC{}) {
		source = f.MAC
	}
	p.Out, p.NextHop = f.index, p.Dst
	pl.walk(now, p, []stage{
		{"output-filter", (*Plane).filterOutput},
		{"encapsulate", func(pl *Plane, now clock.Time, p *wire.Packet) wire.Verdict {
			return pl.sendTo(now, f, source, p)
		}},
	})
	pl.settle(now)
	return outcome(p)
}

// own4 decodes a packet of this router and counts it.
func (pl *Plane) own4(packet []byte) (*wire.Packet, wire.Reason) {
	pl.refresh()
	pl.traffic.Generated++
	p := pl.spare
	if p == nil { // the one in use belongs to a call further out
		p = new(wire.Packet)
	}
	pl.spare = nil
	*p = wire.Packet{}
	why := p.DecodeIP(packet, 0, NoInterface)
	if why == wire.NotDropped && optionFault(p.IP()) != 0 {
		why = wire.BadIPHeader
	}
	if why != wire.NotDropped {
		pl.drop(NoInterface, why)
		return nil, why
	}
	p.Local = true
	return p, wire.NotDropped
}

// outcome is what Send returns for a packet that went its way.
func outcome(p *wire.Packet) wire.Reason {
	if p.Verdict == wire.Drop {
		return p.Why
	}
	return wire.NotDropped
}

// sendTo finds the station for a packet that must leave by f.
func (pl *Plane) sendTo(now clock.Time, f *iface, source wire.MAC, p *wire.Packet) wire.Verdict {
	var to wire.MAC
	broadcast := p.Dst == wire.Broadcast || pl.own[p.Dst].kind == ownBroadcast
	switch {
	case p.Dst.IsMulticast():
		to = p.Dst.MulticastMAC()
		pl.traffic.MulticastsOut++
	case broadcast:
		to = wire.BroadcastMAC
		pl.traffic.BroadcastsOut++
	default:
		i, ok := pl.neighbour(now, f, p.Dst)
		if !ok {
			return p.Discard(wire.NoARP)
		}
		to = wire.Ethernet(pl.neighbours.table[i].header[:]).Dst()
	}
	if int(p.End-p.L3) > f.MTU && p.FragWord&wire.DontFragment != 0 {
		pl.traffic.CannotFragment++
		return p.Discard(wire.TooBig)
	}
	var header [wire.EthernetLen]byte
	wire.Ethernet(header[:]).Put(to, source, wire.EtherIPv4)
	return pl.transmit(f, &header, p)
}

// originate is Send without its end.
func (pl *Plane) originate(now clock.Time, packet []byte) wire.Reason {
	p, why := pl.own4(packet)
	if why != wire.NotDropped {
		return why
	}
	if o, ours := pl.own[p.Dst]; ours {
		if o.kind == ownBroadcast {
			pl.traffic.Generated-- // SendOn counts it
			return pl.SendOn(now, int(o.index), wire.MAC{}, packet)
		}
		if len(pl.self) >= selfQueue {
			pl.drop(NoInterface, wire.QueueFull)
			return wire.QueueFull
		}
		pl.self = append(pl.self, slices.Clone(packet))
		return wire.NotDropped
	}
	pl.walk(now, p, pl.path[stageRoute:])
	pl.spare = p
	return outcome(p)
}

// settle delivers what the router sent to itself, once the call in progress has
// nothing else in hand. A conversation with oneself goes on in Wake when it is
// long.
func (pl *Plane) settle(now clock.Time) {
	if pl.busy {
		return
	}
	pl.busy = true
	for i := 0; i < selfQueue && len(pl.self) > 0; i++ {
		packet := pl.self[0]
		pl.self = pl.self[1:]
		p := new(wire.Packet)
		if p.DecodeIP(packet, 0, NoInterface) != wire.NotDropped {
			continue // own4 decoded the same bytes
		}
		p.Local, p.ForUs = true, true
		if pl.deliver(now, p) == wire.Drop {
			pl.drop(NoInterface, p.Why)
			pl.complain(now, p)
		}
	}
	pl.busy = false
	if len(pl.self) > 0 {
		pl.wakeBy(timerSelf, now)
	}
}
