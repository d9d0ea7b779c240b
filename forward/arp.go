package forward

import (
	"fmt"

	"tandem/clock"
	"tandem/syslog"
	"tandem/wire"
)

// sendARP puts one ARP message into the queue of f, with the sender's MAC as
// Ethernet source, so that switches learn a virtual MAC too.
func (pl *Plane) sendARP(f *iface, m wire.ARP, to wire.MAC) {
	b := pl.frame(f, wire.EthernetLen+wire.ARPLen)
	if b == nil {
		return
	}
	f.count.ARPsOut++
	f.count.ARPBytesOut += uint64(len(b))
	wire.Ethernet(b).Put(to, m.SenderMAC, wire.EtherARP)
	m.Append(b[:wire.EthernetLen])
	if m.Op == wire.ARPRequest {
		pl.traffic.ARPRequestsOut++
	} else {
		pl.traffic.ARPRepliesOut++
	}
}

// announce sends a gratuitous ARP reply (reference ha 1.9).
func (pl *Plane) announce(f *iface, a wire.Addr, mac, to wire.MAC) {
	pl.sendARP(f, wire.ARP{Op: wire.ARPReply, SenderMAC: mac, Sender: a, TargetMAC: to, Target: a}, to)
}

// arpInput answers, learns from and checks one ARP message (RFC 826).
func (pl *Plane) arpInput(now clock.Time, f *iface, body []byte) wire.Reason {
	var m wire.ARP
	if m.Decode(body) != nil || m.SenderMAC.IsGroup() || m.SenderMAC == (wire.MAC{}) {
		return wire.BadARP
	}
	switch m.Op {
	case wire.ARPRequest:
		pl.traffic.ARPRequestsIn++
	case wire.ARPReply:
		pl.traffic.ARPRepliesIn++
	default:
		pl.traffic.ARPOtherIn++
		return wire.BadARP
	}
	if f.Primary.Addr == 0 {
		return wire.NoIP
	}
	if mine, own := f.answers(m.Sender); own {
		if m.SenderMAC != mine && m.SenderMAC != f.MAC {
			pl.duplicate(now, f, m.Sender, mine, m.SenderMAC)
		}
	} else if m.Sender != 0 {
		if !f.connected(m.Sender) {
			return wire.BadARP // a wrong cable: nobody of another subnet belongs here
		}
		pl.learn(now, f, &m)
	}
	if m.Op == wire.ARPRequest {
		pl.answer(f, &m)
	}
	return wire.NotDropped
}

// learn refreshes a known neighbour, and adds one that talks to this router.
func (pl *Plane) learn(now clock.Time, f *iface, m *wire.ARP) {
	i, known := pl.neighbours.find(f.index, m.Sender)
	if !known {
		if _, forUs := f.answers(m.Target); !forUs {
			return
		}
		if i, known = pl.neighbours.add(f, m.Sender, complete); !known {
			return
		}
	}
	a := &pl.neighbours.table[i]
	if a.state == incomplete {
		pl.neighbours.waiting--
	}
	a.state, a.tries, a.learned, a.due = complete, 0, now, now.Add(f.ARPTimeout)
	wire.Ethernet(a.header[:]).Put(m.SenderMAC, f.MAC, wire.EtherIPv4)
	pl.wakeBy(timerARP, a.due)
}

// answer replies to a request for an own or virtual address, or as proxy.
func (pl *Plane) answer(f *iface, m *wire.ARP) {
	mac, own := f.answers(m.Target)
	if !own {
		if mac, own = pl.proxy(f, m); !own {
			return
		}
		pl.traffic.ARPProxyOut++
	}
	pl.sendARP(f, wire.ARP{Op: wire.ARPReply, SenderMAC: mac, Sender: m.Target, TargetMAC: m.SenderMAC, Target: m.Sender}, m.SenderMAC)
}

// proxy decides proxy ARP (RFC 1027): the target is elsewhere and this router
// has a route to it through another interface. The active HSRP router answers
// with the virtual MAC, assumed.
func (pl *Plane) proxy(f *iface, m *wire.ARP) (wire.MAC, bool) {
	if !f.ProxyARP || f.connected(m.Target) || m.Sender == 0 || m.Target.IsMulticast() || m.Target == 0 || m.Target == wire.Broadcast {
		return wire.MAC{}, false
	}
	h, ok := pl.fib.next(m.Sender, m.Target)
	if !ok || h.out == f.index || pl.ifs[h.out].Kind == Null || !pl.ifs[h.out].up() {
		return wire.MAC{}, false
	}
	if len(f.virtual) > 0 {
		return f.virtual[0].mac, !f.virtual[0].yielded
	}
	return f.MAC, true
}

// duplicate reports another station with an own address, at most once a minute,
// and then defends the address with one announcement: that is how the other
// side learns of it too.
func (pl *Plane) duplicate(now clock.Time, f *iface, a wire.Addr, mine, by wire.MAC) {
	if last, ok := f.heard[a]; ok && now.Sub(last) < duplicateEvery {
		return
	}
	f.heard[a] = now
	pl.log(syslog.Message{
		Facility: "IP", Severity: syslog.Warnings, Mnemonic: "DUPADDR",
		Text: fmt.Sprintf("Duplicate address %s on %s, sourced by %s", a, f.Name, by),
	})
	pl.announce(f, a, mine, wire.BroadcastMAC)
}

// neighbour returns the adjacency of a on f. An unknown one is asked for, and
// false is returned: the packet that asks is lost, as on IOS (reference
// firewall 6.4).
func (pl *Plane) neighbour(now clock.Time, f *iface, a wire.Addr) (uint32, bool) {
	i, known := pl.neighbours.find(f.index, a)
	if !known {
		if i, known = pl.neighbours.add(f, a, incomplete); known {
			pl.ask(now, f, i)
		}
		return 0, false
	}
	return i, pl.neighbours.table[i].state == complete
}

// ask sends a request for an adjacency: broadcast while it is incomplete, to
// its last known MAC otherwise.
func (pl *Plane) ask(now clock.Time, f *iface, i uint32) {
	a := &pl.neighbours.table[i]
	a.tries++
	a.due = now.Add(arpRetry)
	pl.wakeBy(timerARP, a.due)
	m := wire.ARP{Op: wire.ARPRequest, SenderMAC: f.MAC, Sender: f.source(a.addr), Target: a.addr}
	to := wire.BroadcastMAC
	if a.state == complete {
		to = wire.Ethernet(a.header[:]).Dst()
	}
	pl.sendARP(f, m, to)
}

// ageNeighbours retries and removes the entries that are due. An old neighbour
// is asked again before it goes, so that one in use never breaks.
func (pl *Plane) ageNeighbours(now clock.Time) {
	n, removed := &pl.neighbours, false
	for i := range n.table {
		a := &n.table[i]
		if a.state == unused {
			continue
		}
		if a.due > now {
			pl.wakeBy(timerARP, a.due)
			continue
		}
		if a.tries < arpTries {
			pl.ask(now, pl.ifs[a.out], uint32(i))
			continue
		}
		removed = removed || a.state == complete
		n.remove(uint32(i))
	}
	if removed {
		pl.filter.Invalidate()
	}
}
