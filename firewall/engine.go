package firewall

import (
	"tandem/clock"
	"tandem/wire"
)

// Engine is the firewall of one router: access lists, inspection rules and the
// session table. The packet path calls Match for a batch, then Input and
// Output for the packets that no session covers; the owner calls Wake at
// NextWake and fetches Messages and Resets afterwards. There is one owner, no
// lock and no clock.
type Engine struct {
	config  Config
	guards  []guard
	filters map[string]*Filter
	watch   bool // a rule is applied somewhere: sessions are possible

	sec        uint32 // the present in whole seconds
	generation uint8  // of routes and lists; sessions remember paths of one generation
	table      table
	wheel      wheel
	policies   policySet

	counts  [2]Counts // sessions in use, and those kept for the peer
	limits  limits
	expect  expectations
	pieces  fragments
	control map[uint32]*ftpControl // by slot
	log     messages
	acl     accessLog
	resets  resets
	stats   statistics
	ha      replica
}

// New returns an engine without lists and rules, which passes everything. The
// seed makes the hash of the session table unpredictable to end systems.
func New(seed uint64) *Engine {
	e := &Engine{}
	e.table.seed = [2]uint64{seed ^ 0xa0761d6478bd642f, seed*0x9e3779b97f4a7c15 ^ 0xe7037ed1a0b428db}
	e.config.Globals = Defaults(Release1249T)
	e.generation = 1
	return e
}

// Configure replaces the configuration. Match counts of unchanged list entries
// and sessions whose rule still stands are kept; sessions of removed rules are
// deleted. It returns an error that wraps ErrConfig, and changes nothing, for a
// configuration that cannot be used.
func (e *Engine) Configure(now clock.Time, c Config) error {
	if err := c.validate(); err != nil {
		return err
	}
	e.tick(now)
	filters := make(map[string]*Filter, len(c.Lists))
	for _, l := range c.Lists {
		if old := e.filters[l.Name]; old != nil && old.compiles(l) {
			filters[l.Name] = old
		} else {
			filters[l.Name] = NewFilter(l, old)
		}
	}
	rules := make(map[string]*rule, len(c.Rules))
	for _, r := range c.Rules {
		rules[r.Name] = compileRule(r, &c.Globals)
	}
	e.watch = false
	guards := make([]guard, len(c.Interfaces))
	for i, in := range c.Interfaces {
		g := guard{name: in.Name, hash: nameHash(in.Name), accessIn: in.AccessIn, accessOut: in.AccessOut}
		g.in, g.out = filters[in.AccessIn], filters[in.AccessOut]
		g.inspectIn = bind(&g, int16(i), inbound, in.InspectIn, rules)
		g.inspectOut = bind(&g, int16(i), outbound, in.InspectOut, rules)
		watched := g.inspectIn != nil || g.inspectOut != nil
		g.plain = !watched && g.in.Empty() && g.out.Empty()
		e.watch = e.watch || watched
		guards[i] = g
	}
	e.config, e.filters, e.guards = c, filters, guards
	if e.policies.rebind(guards) {
		e.dropDead()
	}
	e.limits.configure(e)
	e.requalify()
	e.Invalidate()
	return nil
}

func bind(g *guard, port int16, w way, a Applied, rules map[string]*rule) *binding {
	r := rules[a.Rule]
	if r == nil {
		return nil
	}
	return &binding{
		port: port, portName: g.name, way: w, rule: r, redundancy: a.Redundancy,
		hash: nameHash(g.name, w.String(), r.name),
	}
}

// dropDead deletes the sessions whose rule is gone.
func (e *Engine) dropDead() {
	e.table.each(func(slot uint32, s *session) bool {
		if e.policies.list[s.policy].dead {
			e.remove(slot)
		}
		return true
	})
}

// Invalidate makes the engine ask lists and routes anew: adjacencies and list
// verdicts that sessions remember no longer hold.
func (e *Engine) Invalidate() {
	e.generation++
	if e.generation != 0 {
		return
	}
	// The number came round: forget what sessions of long ago remember.
	e.generation = 1
	e.table.each(func(_ uint32, s *session) bool {
		s.generation = 0
		return true
	})
}

// tick takes the present from a call.
func (e *Engine) tick(now clock.Time) {
	e.sec = uint32(now.Seconds())
	if e.wheel.items == 0 {
		e.wheel.tick = e.sec
	}
}

var noGuard = guard{plain: true}

// guard returns what happens at an interface; unknown ones are plain.
func (e *Engine) guard(port int16) *guard {
	if port < 0 || int(port) >= len(e.guards) {
		return &noGuard
	}
	return &e.guards[port]
}

// keyOf returns the session key of a packet. Later fragments, and ICMP
// messages other than echo and timestamp, have none. ICMP sessions are named
// by the types of request and reply, not by identifier (reference firewall 2.3).
func keyOf(p *wire.Packet) (key, bool) {
	k := key{src: p.Src, dst: p.Dst, srcPort: p.SrcPort, dstPort: p.DstPort, proto: p.Proto}
	switch p.Proto {
	case wire.ProtoTCP, wire.ProtoUDP:
	case wire.ProtoICMP:
		switch uint8(p.SrcPort) {
		case wire.ICMPEcho, wire.ICMPEchoReply:
			k.dstPort = uint16(wire.ICMPEcho) - k.srcPort
		case wire.ICMPTimestamp, wire.ICMPTimestampReply:
			k.dstPort = uint16(wire.ICMPTimestamp+wire.ICMPTimestampReply) - k.srcPort
		default:
			return key{}, false
		}
	default:
		return key{}, false
	}
	return k, !p.LaterFragment()
}

// session finds the session in use that covers a packet.
func (e *Engine) session(p *wire.Packet) (slot uint32, d Direction, ok bool) {
	if e.table.live == 0 {
		return 0, Forward, false
	}
	k, ok := keyOf(p)
	if !ok {
		return 0, Forward, false
	}
	slot, d, ok = e.table.find(&k, e.hash(p, &k))
	if !ok {
		return 0, Forward, false
	}
	s := e.table.at(slot)
	if !e.serves(s) || e.reused(slot, s, d, p) {
		return 0, Forward, false
	}
	return slot, d, true
}

// hash returns the hash of k, the key of p.
func (e *Engine) hash(p *wire.Packet, k *key) uint64 {
	if p.Hash == 0 {
		p.Hash = e.table.hash(k)
	}
	return p.Hash
}

// serves reports whether a session may let packets through: one kept for the
// peer does so from Promote on, and its timers start with its first packet.
func (e *Engine) serves(s *session) bool {
	if s.marks&markStandby == 0 {
		return true
	}
	if !e.ha.promoted {
		return false
	}
	s.marks &^= markStandby
	s.heard = e.sec
	e.ha.stats.Resumed++
	return true
}

// reused deletes a session that is over when its initiator begins a new one
// with the same ports, and reports whether it did.
func (e *Engine) reused(slot uint32, s *session, d Direction, p *wire.Packet) bool {
	if s.proto != wire.ProtoTCP || s.conn.state() != Closed || d != Forward || p.TCPFlags&(wire.SYN|wire.ACK|wire.RST|wire.FIN) != wire.SYN {
		return false
	}
	e.remove(slot)
	return true
}
