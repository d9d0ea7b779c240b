package firewall

import (
	"tandem/clock"
	"tandem/wire"
)

// vector is the number of packets looked up together.
const vector = 64

// batch is the scratch of one vector. The look-up goes over it in passes, so
// that the cache misses of many packets overlap: hash all, touch all, find
// all, then use.
type batch struct {
	key    [vector]key
	hash   [vector]uint64
	packet [vector]uint8  // index of the packet in its vector
	slot   [vector]uint32 // slot plus one; 0 is a miss
	way    [vector]Direction
}

// Match looks up the sessions of a batch of packets on their way in. A packet
// of a session whose path is known gets Verdict Fast, or Drop and Why when
// inspection refuses it, with its counters and timers done. Session, Reverse
// and Adj are set as far as known. Packets that are not Pass are left alone,
// and so are fragments; what stays Pass goes to Input and Output.
func (e *Engine) Match(now clock.Time, ps []wire.Packet) {
	e.tick(now)
	if e.table.live == 0 {
		return
	}
	var b batch
	for len(ps) > 0 {
		n := min(len(ps), vector)
		e.match(&b, ps[:n])
		ps = ps[n:]
	}
}

func (e *Engine) match(b *batch, ps []wire.Packet) {
	n := 0
	for i := range ps {
		p := &ps[i]
		if p.Verdict != wire.Pass || p.IsFragment() {
			continue
		}
		k, ok := keyOf(p)
		if !ok {
			continue
		}
		p.Hash = e.table.hash(&k)
		b.key[n], b.hash[n], b.packet[n] = k, p.Hash, uint8(i)
		n++
	}
	e.table.touch(b.hash[:n])
	for i := range n {
		slot, d, ok := e.table.find(&b.key[i], b.hash[i])
		b.slot[i] = 0
		if ok {
			b.slot[i], b.way[i] = slot+1, d
		}
	}
	for i := range n {
		if b.slot[i] != 0 {
			e.hit(&ps[b.packet[i]], &b.key[i], b.slot[i]-1, b.way[i])
		}
	}
}

// touch reads the index words of all hashes, so that their cache lines are on
// the way when find needs them.
func (t *table) touch(hashes []uint64) {
	var sum uint64
	for _, h := range hashes {
		if p := &t.index[partOf(h)]; p.used > 0 {
			sum += p.words[p.home(tagOf(h))]
		}
	}
	t.touched += sum
}

// hit handles a packet of a session that was found in this batch.
func (e *Engine) hit(p *wire.Packet, k *key, slot uint32, d Direction) {
	s := e.table.at(slot)
	if _, ok := s.covers(k); !ok || !s.inUse() || !e.serves(s) {
		return // deleted by an earlier packet of the batch, or not ours yet
	}
	if e.reused(slot, s, d, p) {
		return
	}
	p.Session, p.Reverse = slot+1, d == Return
	t := &e.policies.list[s.policy].terms
	if s.generation != e.generation || s.marks&(markForward<<d|markControl) != markForward<<d || p.Options || p.In != t.port[d] {
		return
	}
	p.Adj = uint32(s.adj[d])
	if d == Forward {
		count(t.matchIn)
		count(t.matchOut)
	}
	if fault := e.track(p, slot, s, d); fault != NoFault {
		e.refuse(p, fault)
		return
	}
	e.stats.packets[protocolIndex(p.Proto)].fast++
	p.Verdict = wire.Fast
}

func count(matches *uint64) {
	if matches != nil {
		*matches++
	}
}

// Resolved remembers the adjacency that was found for a packet of a session,
// p.Adj, for the packets that follow it.
func (e *Engine) Resolved(p *wire.Packet) {
	if p.Session == 0 || p.Adj == 0 || p.Adj > 0xffff || shardOf(p.Session-1) >= len(e.table.shards) {
		return
	}
	shard := e.table.shards[shardOf(p.Session-1)].slots
	at := int(placeIn(p.Session - 1))
	k, ok := keyOf(p)
	if !ok || at >= len(shard) {
		return
	}
	s := &shard[at]
	if d, ok := s.covers(&k); ok && s.inUse() && s.generation == e.generation {
		s.adj[d] = uint16(p.Adj)
	}
}

// track runs the state machine of a session for one packet, and does its
// counters and timers. Pointers to the session are invalid when it returns, for
// the packet may have ended it.
func (e *Engine) track(p *wire.Packet, slot uint32, s *session, d Direction) Fault {
	var payload uint32
	was := s.conn.phase
	switch p.Proto {
	case wire.ProtoTCP:
		segment := ReadSegment(p)
		if fault := s.conn.step(d, segment, e.config.Globals.WindowScale); fault != NoFault {
			return fault
		}
		payload = segment.Len
	default:
		payload = uint32(len(p.Transport()) - wire.UDPLen) // ICMP headers have the same length
		if d == Return && s.conn.state() == SynSent {
			s.conn.move(Open)
		}
	}
	s.bytes[d] += payload
	s.heard = e.sec
	if s.marks&(markReplicated|markTouched) == markReplicated {
		s.marks |= markTouched
		e.table.shards[shardOf(slot)].touched.add(placeIn(slot))
	}
	if s.conn.phase != was {
		e.moved(slot, s, State(was&0xf))
	}
	if p.Proto == wire.ProtoUDP && s.respPort == dnsPort {
		e.trackDNS(slot, d)
	}
	return NoFault
}

// dnsPort is the UDP port whose sessions end with their answer.
const dnsPort = 53

// trackDNS counts questions and answers in the fields a UDP session does not
// use. The session is over when nothing is left to be answered: resolvers ask
// several questions from one port.
func (e *Engine) trackDNS(slot uint32, d Direction) {
	s := e.table.at(slot)
	s.conn.end[d]++
	if s.conn.end[Return] >= s.conn.end[Forward] {
		e.remove(slot)
	}
}
