package forward

import (
	"time"

	"tandem/clock"
	"tandem/wire"
)

// TracerouteOptions say what to trace and how. Zero values stand for the
// defaults of reference firewall 6.5.
type TracerouteOptions struct {
	Target  wire.Addr
	Source  wire.Addr     // 0: the address of the way out
	Port    uint16        // of the first probe, default 33434; one more each
	Probes  int           // a hop, default 3
	Timeout time.Duration // for each, default 3 s
	MinTTL  int           // 1 to 255, default 1
	MaxTTL  int           // MinTTL to 255, default 30
}

func (o *TracerouteOptions) complete() {
	if o.Port == 0 {
		o.Port = 33434
	}
	if o.Probes <= 0 {
		o.Probes = 3
	}
	if o.Timeout <= 0 {
		o.Timeout = 3 * time.Second
	}
	o.MinTTL = min(max(o.MinTTL, 1), 255)
	if o.MaxTTL == 0 {
		o.MaxTTL = 30
	}
	o.MaxTTL = min(max(o.MaxTTL, o.MinTTL), 255)
}

// trace is one traceroute under way.
type trace struct {
	probe
	TracerouteOptions
	from  uint16 // source port
	ttl   int
	seq   int    // probe of this hop
	port  uint16 // of the last probe
	ended bool   // the target, or an end of the road, answered
}

// StartTraceroute begins a traceroute and returns its id; progress comes by
// Events.
func (pl *Plane) StartTraceroute(now clock.Time, o TracerouteOptions) int {
	pl.refresh()
	o.complete()
	if o.Source == 0 {
		o.Source, _ = pl.SourceFor(o.Target)
	}
	pl.runs++
	t := &trace{probe: probe{id: pl.runs}, TracerouteOptions: o, from: 49152 + uint16(pl.runs)%16384, ttl: o.MinTTL, port: o.Port}
	pl.traces = append(pl.traces, t)
	pl.sendProbe(now, t)
	pl.settle(now)
	return t.id
}

// sendProbe sends the UDP probe the trace stands at.
func (pl *Plane) sendProbe(now clock.Time, t *trace) {
	const size = 8 // bytes of payload, assumed
	pl.ident++
	b := wire.AppendIPv4(nil, wire.IPv4Header{ID: pl.ident, TTL: uint8(t.ttl), Proto: wire.ProtoUDP, Src: t.Source, Dst: t.Target}, wire.UDPLen+size)
	b = wire.AppendUDP(b, t.Source, t.Target, t.from, t.port, make([]byte, size))
	pl.sentAt(&t.probe, now, t.Timeout)
	pl.originate(now, b)
}

// stepTrace runs a trace that is due and reports whether it is over.
func (pl *Plane) stepTrace(now clock.Time, t *trace) bool {
	if t.waiting {
		pl.event(Event{ID: t.id, Mark: '*', Seq: t.seq, TTL: t.ttl})
	}
	t.port++
	if t.seq++; t.seq == t.Probes {
		t.seq = 0
		if t.ttl++; t.ended || t.ttl > t.MaxTTL {
			pl.event(Event{ID: t.id, Kind: Finished})
			return true
		}
	}
	pl.sendProbe(now, t)
	return false
}

// traceAnswered takes an error that quotes a probe to dst, and reports whether
// a trace wanted it.
func (pl *Plane) traceAnswered(now clock.Time, p *wire.Packet, quoted wire.UDP, dst wire.Addr) bool {
	for _, t := range pl.traces {
		if !t.waiting || quoted.SrcPort() != t.from || quoted.DstPort() != t.port || dst != t.Target {
			continue
		}
		mark, end := traceMark(wire.ICMP(p.Transport()))
		t.ended = t.ended || end
		pl.event(Event{ID: t.id, Mark: mark, Seq: t.seq, TTL: t.ttl, From: p.Src, RTT: now.Sub(t.sent)})
		pl.answered(&t.probe, now)
		return true
	}
	return false
}

// traceMark is the letter for an error and whether the trace ends with it.
func traceMark(m wire.ICMP) (mark byte, end bool) {
	switch m.Type() {
	case wire.ICMPTimeExceeded:
		return 0, false
	case icmpQuench:
		return 'Q', false
	}
	switch m.Code() {
	case wire.PortUnreachable:
		return 0, true
	case wire.NetUnreachable:
		return 'N', true
	case wire.HostUnreachable:
		return 'H', true
	case wire.ProtocolUnreachable:
		return 'P', true
	case wire.FragmentationNeeded:
		return 'M', true
	case 9, 10, wire.AdminProhibited: // by policy: RFC 1812 section 5.2.7.1
		return 'A', true
	}
	return 'U', true
}
