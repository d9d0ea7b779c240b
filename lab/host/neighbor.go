package host

import (
	"slices"
	"time"

	"tandem/clock"
	"tandem/wire"
)

// How a host keeps its neighbours.
const (
	arpRetry     = time.Second
	arpTries     = 3
	arpFresh     = 60 * time.Second // older entries are used and asked again
	arpQueue     = 16               // packets that wait for one neighbour
	maxNeighbors = 1024
)

// neighbor is one ARP entry.
type neighbor struct {
	addr    wire.Addr
	mac     wire.MAC
	known   bool
	heard   clock.Time // when mac was last confirmed
	tries   int        // requests since then without an answer
	waiting [][]byte   // whole frames without a destination
}

func (h *Host) lookup(a wire.Addr) *neighbor {
	for _, n := range h.neighbors {
		if n.addr == a {
			return n
		}
	}
	return nil
}

func (h *Host) forgetNeighbors() {
	for _, n := range h.neighbors {
		h.cancel(arpTimer(n.addr))
		h.counts.Unresolved += uint64(len(n.waiting))
	}
	h.neighbors = nil
}

func arpTimer(a wire.Addr) clock.Key { return clock.Key{Owner: "arp", Name: a.String()} }

// send routes a packet of ours: on the own network or to the gateway.
func (h *Host) send(now clock.Time, p wire.IPv4) {
	to := p.Dst()
	own := h.config.Address
	f := append(h.buffer(), make([]byte, wire.EthernetLen)...)
	f = append(f, p...)
	if to == wire.Broadcast || to == own.DirectedBroadcast() {
		wire.Ethernet(f).Put(wire.BroadcastMAC, h.config.MAC, wire.EtherIPv4)
		h.queue(f)
		return
	}
	if !own.Contains(to) {
		if to = h.config.Gateway; to == 0 {
			h.counts.Unresolved++
			h.spare = append(h.spare, f)
			return
		}
	}
	h.deliver(now, to, f)
}

// deliver sends f to a neighbour, once its address is known.
func (h *Host) deliver(now clock.Time, to wire.Addr, f []byte) {
	n := h.lookup(to)
	if n == nil {
		if len(h.neighbors) >= maxNeighbors || !h.up {
			h.counts.Unresolved++
			h.spare = append(h.spare, f)
			return
		}
		n = &neighbor{addr: to}
		h.neighbors = append(h.neighbors, n)
	}
	if n.known {
		wire.Ethernet(f).Put(n.mac, h.config.MAC, wire.EtherIPv4)
		h.queue(f)
		if now.Sub(n.heard) > arpFresh && n.tries == 0 {
			h.ask(now, n)
		}
		return
	}
	if len(n.waiting) >= arpQueue {
		h.counts.Unresolved++
		h.spare = append(h.spare, n.waiting[0])
		n.waiting = slices.Delete(n.waiting, 0, 1)
	}
	n.waiting = append(n.waiting, f)
	if n.tries == 0 {
		h.ask(now, n)
	}
}

// ask sends a request, and again every second until arpTries went unanswered.
func (h *Host) ask(now clock.Time, n *neighbor) {
	if n.tries == arpTries {
		h.counts.Unresolved += uint64(len(n.waiting))
		h.spare = append(h.spare, n.waiting...)
		h.neighbors = slices.DeleteFunc(h.neighbors, func(x *neighbor) bool { return x == n })
		return
	}
	n.tries++
	m := wire.ARP{Op: wire.ARPRequest, SenderMAC: h.config.MAC, Sender: h.config.Address.Addr, Target: n.addr}
	h.sendARP(wire.BroadcastMAC, m)
	h.after(arpTimer(n.addr), now, arpRetry, func(now clock.Time) { h.ask(now, n) })
}

func (h *Host) sendARP(to wire.MAC, m wire.ARP) {
	f := append(h.buffer(), make([]byte, wire.EthernetLen)...)
	wire.Ethernet(f).Put(to, h.config.MAC, wire.EtherARP)
	f = m.Append(f)
	h.queue(append(f, make([]byte, 60-len(f))...)) // the shortest Ethernet frame
}

// arp takes a message as RFC 826 says: a known sender is updated by any
// message, an unknown one is learnt when it speaks to us.
func (h *Host) arp(now clock.Time, b []byte) {
	var m wire.ARP
	if m.Decode(b) != nil || m.SenderMAC.IsGroup() {
		h.counts.Malformed++
		return
	}
	own := h.config.Address
	forUs := m.Target == own.Addr
	if m.Sender != 0 && m.Sender != own.Addr && own.Contains(m.Sender) {
		n := h.lookup(m.Sender)
		if n == nil && forUs && len(h.neighbors) < maxNeighbors {
			n = &neighbor{addr: m.Sender}
			h.neighbors = append(h.neighbors, n)
		}
		if n != nil {
			h.learn(now, n, m.SenderMAC)
		}
	}
	if m.Op == wire.ARPRequest && forUs {
		h.sendARP(m.SenderMAC, wire.ARP{
			Op: wire.ARPReply, SenderMAC: h.config.MAC, Sender: own.Addr, TargetMAC: m.SenderMAC, Target: m.Sender,
		})
	}
}

func (h *Host) learn(now clock.Time, n *neighbor, mac wire.MAC) {
	n.mac, n.known, n.heard, n.tries = mac, true, now, 0
	h.cancel(arpTimer(n.addr))
	for _, f := range n.waiting {
		wire.Ethernet(f).Put(mac, h.config.MAC, wire.EtherIPv4)
		h.queue(f)
	}
	n.waiting = nil
}
