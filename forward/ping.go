package forward

import (
	"time"

	"tandem/clock"
	"tandem/wire"
)

// PingOptions say what to ping and how. Zero values stand for the defaults of
// reference firewall 6.5.
type PingOptions struct {
	Target  wire.Addr
	Source  wire.Addr     // 0: the address of the way out
	Repeat  int           // echoes, default 5
	Size    int           // bytes of IP, 36 to 18024, default 100
	Timeout time.Duration // for each, default 2 s
	TTL     uint8         // default 255
	TOS     uint8
	Pattern uint16 // repeated through the data, default 0xabcd
	Flags   uint16 // wire.DontFragment or 0
}

func (o *PingOptions) complete() {
	if o.Repeat <= 0 {
		o.Repeat = 5
	}
	if o.Size == 0 {
		o.Size = 100
	}
	o.Size = min(max(o.Size, 36), 18024)
	if o.Timeout <= 0 {
		o.Timeout = 2 * time.Second
	}
	if o.TTL == 0 {
		o.TTL = localTTL
	}
	if o.Pattern == 0 {
		o.Pattern = 0xabcd
	}
	o.Flags &= wire.DontFragment
}

// ping is one ping under way.
type ping struct {
	probe
	PingOptions
	ident      uint16 // identifier of its echoes
	seq        int    // of the last echo; -1 before the first
	mark       byte   // what silence means: '.', or 'M' when the echo could not leave whole
	many       bool   // the target is a broadcast: each echo may have many answers
	heard      bool   // with many: somebody answered the last echo
	received   int
	total      time.Duration
	least, top time.Duration
}

// StartPing begins a ping and returns its id; progress comes by Events.
func (pl *Plane) StartPing(now clock.Time, o PingOptions) int {
	pl.refresh()
	o.complete()
	if o.Source == 0 {
		o.Source, _ = pl.SourceFor(o.Target)
	}
	pl.runs++
	own, known := pl.own[o.Target]
	g := &ping{probe: probe{id: pl.runs}, PingOptions: o, ident: uint16(pl.runs), seq: -1, many: known && own.kind == ownBroadcast}
	pl.pings = append(pl.pings, g)
	pl.echo(now, g)
	pl.settle(now)
	return g.id
}

// echo sends the next echo request.
func (pl *Plane) echo(now clock.Time, g *ping) {
	g.seq++
	g.heard, g.mark = false, '.'
	payload := make([]byte, g.Size-wire.IPv4Len-wire.ICMPLen)
	for i := range payload {
		payload[i] = byte(g.Pattern >> (8 * (1 - i%2)))
	}
	pl.ident++
	n := wire.ICMPLen + len(payload)
	b := wire.AppendIPv4(make([]byte, 0, wire.IPv4Len+n), wire.IPv4Header{
		TOS: g.TOS, ID: pl.ident, Fragment: g.Flags,
		TTL: g.TTL, Proto: wire.ProtoICMP, Src: g.Source, Dst: g.Target,
	}, n)
	b = wire.AppendICMP(b, wire.ICMPEcho, 0, uint32(g.ident)<<16|uint32(uint16(g.seq)), payload)
	pl.traffic.ICMPOut[wire.ICMPEcho]++
	pl.sentAt(&g.probe, now, g.Timeout)
	if pl.originate(now, b) == wire.TooBig {
		g.mark = 'M'
	}
}

// stepPing runs a ping that is due and reports whether it is over.
func (pl *Plane) stepPing(now clock.Time, g *ping) bool {
	if g.waiting && !g.heard {
		pl.event(Event{ID: g.id, Mark: g.mark, Seq: g.seq})
	}
	if g.seq+1 == g.Repeat {
		pl.event(g.summary())
		return true
	}
	pl.echo(now, g)
	return false
}

// summary is the Finished event.
func (g *ping) summary() Event {
	e := Event{ID: g.id, Kind: Finished, Sent: g.seq + 1, Received: g.received, Min: g.least, Max: g.top}
	if g.received > 0 {
		e.Avg = g.total / time.Duration(g.received)
	}
	return e
}

// waitingFor returns the ping whose last echo has the identifier and sequence
// number of m, or nil.
func (pl *Plane) waitingFor(m wire.ICMP) *ping {
	for _, g := range pl.pings {
		if g.waiting && m.ID() == g.ident && m.Seq() == uint16(g.seq) {
			return g
		}
	}
	return nil
}

// pingAnswered takes an echo reply, and reports whether a ping wanted it.
func (pl *Plane) pingAnswered(now clock.Time, p *wire.Packet) bool {
	g := pl.waitingFor(wire.ICMP(p.Transport()))
	if g == nil || !g.many && p.Src != g.Target {
		return false
	}
	rtt := now.Sub(g.sent)
	pl.event(Event{ID: g.id, Mark: '!', Seq: g.seq, From: p.Src, RTT: rtt})
	if !g.heard {
		g.received++
		g.total += rtt
		g.top = max(g.top, rtt)
		if g.received == 1 || rtt < g.least {
			g.least = rtt
		}
	}
	g.heard = true
	if !g.many {
		pl.answered(&g.probe, now)
	}
	return true
}

// pingRefused takes an error that quotes an echo request to dst.
func (pl *Plane) pingRefused(now clock.Time, p *wire.Packet, quoted wire.ICMP, dst wire.Addr) bool {
	g := pl.waitingFor(quoted)
	if g == nil || quoted.Type() != wire.ICMPEcho || dst != g.Target {
		return false
	}
	mark := byte('?')
	switch m := wire.ICMP(p.Transport()); m.Type() {
	case wire.ICMPUnreachable:
		mark = 'U'
		if m.Code() == wire.FragmentationNeeded {
			mark = 'M'
		}
	case icmpQuench:
		mark = 'Q'
	case wire.ICMPTimeExceeded:
		mark = '&'
	}
	pl.event(Event{ID: g.id, Mark: mark, Seq: g.seq, From: p.Src, RTT: now.Sub(g.sent)})
	pl.answered(&g.probe, now)
	return true
}
