package host

import (
	"time"

	"tandem/clock"
	"tandem/wire"
)

// datagramPatience is how long a UDP record is waited for before it counts as
// lost.
const datagramPatience = 2 * time.Second

// datagramFlow is a flow over UDP.
type datagramFlow struct {
	Flow
	host *Host
}

// udpPort returns a local port that no flow uses.
func (h *Host) udpPort() uint16 {
	p := h.nextUDP
	if h.nextUDP++; h.nextUDP == 0 {
		h.nextUDP = 49152
	}
	return p
}

func (h *Host) connectUDP(now clock.Time, to wire.Addr, port uint16, rate int, s *Shell) *Flow {
	f := &datagramFlow{Flow: h.newFlow(now, "udp", to, port, rate, s), host: h}
	f.Local = h.udpPort()
	f.Tally.patience = datagramPatience
	f.Tally.start(now)
	h.flows = append(h.flows, f)
	h.datagrams = append(h.datagrams, f)
	h.beginPace(now, &f.Flow, f.send)
	return &f.Flow
}

func (f *datagramFlow) send(now clock.Time) bool {
	f.host.sendUDP(now, f.Local, f.To, f.Port, AppendRecord(nil, uint32(f.Number), f.Tally.send(now)))
	return true
}

func (f *datagramFlow) receive(now clock.Time, b []byte) {
	if f.State > Established && f.State != RefusedFlow {
		return
	}
	n, ok := ParseRecord(b, uint32(f.Number))
	if !ok {
		f.Tally.Damaged++
		return
	}
	f.Tally.receive(now, n)
	if f.State != Established {
		f.State = Established
		f.announce("answers")
	}
}

// concerns marks the flow as refused while its packets are turned away.
func (f *datagramFlow) concerns(a answer) bool {
	if !f.Flow.concerns(a) {
		return false
	}
	if a.icmpType == wire.ICMPUnreachable && f.State <= Established {
		f.State = RefusedFlow
		f.announce("refused: " + f.Why)
	}
	return true
}

func (f *datagramFlow) stop(now clock.Time) {
	f.host.cancel(f.key)
	if f.State != ClosedFlow {
		f.Tally.stop(now)
		f.Tally.settle()
		f.State = ClosedFlow
	}
}

func (h *Host) sendUDP(now clock.Time, from uint16, to wire.Addr, port uint16, payload []byte) {
	p := h.header(to, wire.ProtoUDP, 64, wire.UDPLen+len(payload))
	h.send(now, wire.AppendUDP(p, h.config.Address.Addr, to, from, port, payload))
}

// udp gives a datagram to its flow or service, or refuses it.
func (h *Host) udp(now clock.Time, p wire.IPv4) {
	u := wire.UDP(p.Payload())
	if len(u) < wire.UDPLen || u.Len() < wire.UDPLen || u.Len() > len(u) {
		h.counts.Malformed++
		return
	}
	u = u[:u.Len()]
	if u[6]|u[7] != 0 && wire.Fold(wire.Sum(wire.PseudoSum(p.Src(), p.Dst(), wire.ProtoUDP, len(u)), u)) != 0 {
		h.counts.Malformed++
		return
	}
	for _, f := range h.datagrams {
		if f.Local == u.DstPort() && f.To == p.Src() && f.Port == u.SrcPort() {
			f.receive(now, u.Payload())
			return
		}
	}
	if h.takes(now, p.Src(), u) {
		return
	}
	for _, s := range h.udpEcho {
		if s.port == u.DstPort() {
			s.datagrams++
			h.sendUDP(now, s.port, p.Src(), u.SrcPort(), u.Payload())
			return
		}
	}
	if p.Dst() == h.config.Address.Addr {
		h.unreachable(now, p, wire.PortUnreachable)
	} else {
		h.counts.Unwanted++
	}
}
