package forward

import (
	"tandem/clock"
	"tandem/wire"
)

// stage is one step of the slow path. Run returns Pass to go on; a stage that
// returns Drop has set p.Why.
type stage struct {
	name string
	run  func(pl *Plane, now clock.Time, p *wire.Packet) wire.Verdict
}

// Where packets of this router enter the path.
const stageRoute = 5

// stages is the path of a packet that no session sped up, in the order of
// reference firewall 2.1.
func stages() []stage {
	return []stage{
		{"options", (*Plane).checkOptions},
		{"for-us", (*Plane).recognise},
		{"input-filter", (*Plane).filterInput},
		{"deliver", (*Plane).deliver},
		{"ttl", (*Plane).checkTTL},
		{"route", (*Plane).route},
		{"output-filter", (*Plane).filterOutput},
		{"encapsulate", (*Plane).encapsulate},
	}
}

// Input takes a batch of frames received on an interface, oldest first. They
// are borrowed until it returns and not written to. Frames of an unknown
// interface are ignored.
func (pl *Plane) Input(now clock.Time, index int, frames [][]byte) {
	f := pl.iface(index)
	if f == nil {
		return
	}
	pl.refresh()
	pl.neighbours.recycle()
	pl.busy = true
	for len(frames) > 0 {
		n := pl.receive(now, f, frames[:min(len(frames), batchSize)])
		frames = frames[n:]
	}
	pl.busy = false
	pl.settle(now)
}

// receive runs one batch: Ethernet and IP headers of all, then the sessions of
// all, then each on its way. It returns how many frames it took. A multicast
// packet ends the batch: it may be the hello after which this router has other
// addresses, and the frames behind it must find them.
func (pl *Plane) receive(now clock.Time, f *iface, frames [][]byte) (taken int) {
	n, last := 0, false
	for ; taken < len(frames) && !last; taken++ {
		frame := frames[taken]
		f.count.InPackets++
		f.count.InBytes += uint64(len(frame))
		p := &pl.batch[n]
		switch why, ip := pl.classify(now, f, frame, p); {
		case why != wire.NotDropped:
			pl.drop(f.index, why)
			pl.step("receive", wire.Drop, why, "")
		case ip:
			n++
			last = frame[0]&1 == 1
		default:
			pl.delivered(f.index)
			pl.step("arp", wire.Taken, why, "")
		}
	}
	ps := pl.batch[:n]
	pl.filter.Match(now, ps)
	for i := range ps {
		p := &ps[i]
		if p.Verdict == wire.Fast && p.Adj != 0 && pl.fast(p) {
			continue
		}
		pl.slow(now, p)
	}
	return taken
}

// classify looks at one frame: dropped for a reason, an IPv4 packet decoded
// into p (true), or ARP, which is dealt with here.
func (pl *Plane) classify(now clock.Time, f *iface, frame []byte, p *wire.Packet) (wire.Reason, bool) {
	if len(frame) < wire.EthernetLen {
		return f.other(frame, wire.BadEthernet), false
	}
	to := f.link(frame)
	if frame[0]&1 == 1 {
		if to == toBroadcast {
			f.count.InBroadcasts++
		} else {
			f.count.InMulticasts++
		}
	}
	e := wire.Ethernet(frame)
	switch {
	case !f.up():
		return f.other(frame, wire.InterfaceDown), false
	case to == toOther:
		return f.other(frame, wire.NotForUs), false
	case e.Type() == wire.EtherARP:
		f.count.ARPsIn++
		f.count.ARPBytesIn += uint64(len(frame))
		return pl.arpInput(now, f, e.Payload()), false
	case e.Type() != wire.EtherIPv4:
		return f.other(frame, wire.UnknownEtherType), false
	case f.Primary.Addr == 0:
		return wire.NoIP, false
	}
	pl.traffic.Received++
	if why := p.Decode(frame, f.index); why != wire.NotDropped {
		return why, false
	}
	if !p.IP().ChecksumOK() {
		return wire.BadIPChecksum, false
	}
	return wire.NotDropped, true
}

// fast forwards a packet of a session whose adjacency is known, and reports
// whether it could: anything unusual takes the slow path.
func (pl *Plane) fast(p *wire.Packet) bool {
	if p.Adj > uint32(len(pl.neighbours.table)) {
		return false
	}
	a := &pl.neighbours.table[p.Adj-1]
	if a.state != complete || p.TTL <= 1 || p.Options || p.Data[0]&1 == 1 || int32(p.End-p.L3) > a.mtu {
		return false
	}
	p.Out = a.out
	out := pl.ifs[a.out]
	if len(out.queue) >= outputQueue {
		return false
	}
	pl.transmit(out, &a.header, p)
	pl.step("fast", wire.Fast, wire.NotDropped, out.Name)
	return true
}

// slow takes a received packet through the stages.
func (pl *Plane) slow(now clock.Time, p *wire.Packet) {
	if p.Verdict != wire.Pass {
		pl.step("match", pl.judged(p.Verdict, p), p.Why, "")
	}
	switch p.Verdict {
	case wire.Drop:
		pl.refuse(now, p)
	case wire.Pass, wire.Fast:
		pl.walk(now, p, pl.path)
	}
}

// walk takes a packet through stages until one keeps or drops it.
func (pl *Plane) walk(now clock.Time, p *wire.Packet, stages []stage) {
	for i := range stages {
		v := stages[i].run(pl, now, p)
		pl.step(stages[i].name, v, p.Why, "")
		switch v {
		case wire.Drop:
			p.Verdict = wire.Drop
			pl.refuse(now, p)
			return
		case wire.Taken:
			return
		}
	}
}

// refuse counts a dropped packet and tells its sender where a rule says so.
func (pl *Plane) refuse(now clock.Time, p *wire.Packet) {
	pl.drop(p.In, p.Why)
	if !p.Local {
		pl.complain(now, p)
	}
}

// checkOptions refuses options whose lengths lie. Those that hold are carried
// along unread: source routes and recorders have no effect here.
func (pl *Plane) checkOptions(now clock.Time, p *wire.Packet) wire.Verdict {
	if !p.Options {
		return wire.Pass
	}
	pl.traffic.WithOptions++
	if optionFault(p.IP()) != 0 {
		return p.Discard(wire.BadIPHeader)
	}
	return wire.Pass
}

// optionFault returns the offset of the first malformed option, or 0.
func optionFault(ip wire.IPv4) int {
	h := ip.HeaderLen()
	for at := wire.IPv4Len; at < h && ip[at] != 0; {
		if ip[at] == 1 {
			at++
			continue
		}
		if at+1 >= h || ip[at+1] < 2 || at+int(ip[at+1]) > h {
			return at
		}
		at += int(ip[at+1])
	}
	return 0
}

// recognise decides whether the packet is for this router, and refuses groups
// nobody joined and senders that cannot be.
func (pl *Plane) recognise(now clock.Time, p *wire.Packet) wire.Verdict {
	f := pl.ifs[p.In]
	if p.Src.IsMulticast() || p.Src.IsLoopback() || p.Src >= 0xf0000000 {
		return p.Discard(wire.BadSource)
	}
	if p.Dst.IsMulticast() {
		pl.traffic.MulticastsIn++
		if !f.joined(p.Dst) {
			return p.Discard(wire.MulticastUnwanted)
		}
		p.ForUs = true
		return wire.Pass
	}
	if p.Dst == wire.Broadcast || p.Dst == 0 {
		pl.traffic.BroadcastsIn++
		p.ForUs = true
		return wire.Pass
	}
	o, ours := pl.own[p.Dst]
	if !ours {
		return wire.Pass
	}
	if s, own := pl.own[p.Src]; own && s.kind != ownBroadcast {
		return p.Discard(wire.BadSource)
	}
	if o.kind == ownBroadcast {
		pl.traffic.BroadcastsIn++
	}
	p.ForUs = true
	return wire.Pass
}

// filterInput asks the input list and inspection, unless a session covers p.
func (pl *Plane) filterInput(now clock.Time, p *wire.Packet) wire.Verdict {
	if p.Verdict == wire.Fast {
		return wire.Pass
	}
	return pl.judged(pl.filter.Input(now, p), p)
}

// filterOutput asks the output list and inspection, unless a session covers p.
func (pl *Plane) filterOutput(now clock.Time, p *wire.Packet) wire.Verdict {
	if p.Verdict == wire.Fast {
		return wire.Pass
	}
	return pl.judged(pl.filter.Output(now, p), p)
}

// judged reads an answer of the filter: what it took counts as delivered, and a
// drop must have a reason.
func (pl *Plane) judged(v wire.Verdict, p *wire.Packet) wire.Verdict {
	switch v {
	case wire.Taken:
		if !p.Local {
			pl.delivered(p.In)
		}
	case wire.Drop:
		if p.Why == wire.NotDropped {
			p.Why = wire.ACLDenied
		}
	}
	return v
}

// checkTTL refuses to forward what has no hop left, what came as a broadcast of
// the link (RFC 1812 section 5.3.4) and what has no sender.
func (pl *Plane) checkTTL(now clock.Time, p *wire.Packet) wire.Verdict {
	switch {
	case p.Data[0]&1 == 1:
		return p.Discard(wire.NotForUs)
	case p.Src == 0:
		return p.Discard(wire.BadSource)
	case p.TTL <= 1:
		return p.Discard(wire.TTLExpired)
	}
	return wire.Pass
}

// route finds the way out.
func (pl *Plane) route(now clock.Time, p *wire.Packet) wire.Verdict {
	if p.Dst.IsLoopback() || p.Dst >= 0xe0000000 || p.Dst == 0 {
		return p.Discard(wire.NoRoute)
	}
	h, ok := pl.fib.next(p.Src, p.Dst)
	if !ok {
		return p.Discard(wire.NoRoute)
	}
	p.Out, p.NextHop = h.out, h.gateway
	if p.NextHop == 0 {
		p.NextHop = p.Dst
	}
	f := pl.ifs[h.out]
	if pl.tracing != nil {
		pl.step("lookup", wire.Pass, wire.NotDropped, f.Name+" "+p.NextHop.String())
	}
	switch {
	case f.Kind != Ethernet:
		return p.Discard(wire.Blackhole)
	case !f.up():
		return p.Discard(wire.InterfaceDown)
	}
	return wire.Pass
}

// encapsulate finds the neighbour, cuts what is too big, and sends.
func (pl *Plane) encapsulate(now clock.Time, p *wire.Packet) wire.Verdict {
	f := pl.ifs[p.Out]
	if int(p.End-p.L3) > f.MTU && p.FragWord&wire.DontFragment != 0 {
		pl.traffic.CannotFragment++
		return p.Discard(wire.TooBig)
	}
	i, ok := pl.neighbour(now, f, p.NextHop)
	if !ok {
		return p.Discard(wire.NoARP)
	}
	p.Adj = i + 1
	if p.Session != 0 {
		pl.filter.Resolved(p)
	}
	if p.In == p.Out {
		pl.redirectSender(now, p)
	}
	return pl.transmit(f, &pl.neighbours.table[i].header, p)
}
