package hsrp

import (
	"time"

	"tandem/wire"
)

// hear judges a payload and hands it to its group.
func (r *Router) hear(e Heard) {
	l := r.byName[e.Interface]
	switch {
	case l == nil || len(l.groups) == 0:
		r.drop(e, wire.MulticastUnwanted, nil)
	case !l.up:
		r.drop(e, wire.InterfaceDown, nil)
	case e.Source != 0 && e.Source == l.primary():
		l.hearOwn(e)
	case !within(e.Source, l.addresses) || e.MAC.IsGroup():
		r.drop(e, wire.BadSource, nil)
	case wire.IsHSRPAdvertise(l.config.Version, e.Payload):
		l.hearAdvertise(e)
	default:
		l.hearGroup(e)
	}
}

func (r *Router) drop(e Heard, why wire.Reason, err error) {
	r.emit(Dropped{e.Interface, e.Source, why, err})
}

// hearOwn handles a message from our own address. From a MAC that is not ours
// another router has the same address; either way it means nothing to the
// state machine.
func (l *link) hearOwn(e Heard) {
	l.r.drop(e, wire.BadSource, nil)
	ours := e.MAC == l.mac
	for _, g := range l.groups {
		ours = ours || g.state == Active && e.MAC == g.virtualMAC()
	}
	if !ours && l.duplicate.over(l.r.now) {
		l.r.log(4, "DUPADDR", "Duplicate address %s on %s, sourced by %s", e.Source, l.name, e.MAC)
	}
}

func (l *link) hearGroup(e Heard) {
	var m wire.HSRP
	var n int
	var err error
	if l.config.Version == 2 {
		n, err = m.Decode2(e.Payload)
	} else {
		n, err = m.Decode1(e.Payload)
	}
	if err != nil {
		l.r.drop(e, wire.BadHSRP, err)
		l.debugf(DebugErrors, "bad packet from %s", e.Source)
		return
	}
	g := l.group(m.Group)
	if g == nil || g.follows() {
		l.r.drop(e, wire.MulticastUnwanted, nil)
		return
	}
	if !g.authentic(&m, e.Source, e.Payload[:n]) {
		g.counters.BadAuth++
		g.debugf(DebugErrors, "Auth failed for %s pkt from %s", m.Op, e.Source)
		l.r.drop(e, wire.BadHSRPAuth, nil)
		if g.badAuth.over(l.r.now) {
			l.r.log(4, "BADAUTH", "Bad authentication from %s, group %d, remote state %s", e.Source, m.Group, m.State)
		}
		return
	}
	g.hear(&m, e)
	l.meet(e.Source)
}

// authentic checks a message against the group's authentication; after a
// change of key the former one counts for its timeout. The digest covers the
// sender's address, so that nobody can send a copy of a message, ours included,
// under another one. A copy under the same address is not to be told from the
// message: the protocol has nothing that counts.
func (g *group) authentic(m *wire.HSRP, source wire.Addr, payload []byte) bool {
	a := &g.config.Authentication
	if a.Kind != wire.HSRPAuthMD5 {
		return m.Auth != wire.HSRPAuthMD5 && m.Text == a.text()
	}
	if m.Auth != wire.HSRPAuthMD5 || m.MD5.Sender != source {
		return false
	}
	if a.KeyChain != "" {
		return a.inChain(m.MD5.KeyID, payload)
	}
	return a.Key != "" && wire.HSRPSigned(payload, a.Key) ||
		g.r.now < g.oldKeyUntil && wire.HSRPSigned(payload, g.oldKey)
}

// inChain reports whether a key of the chain with that number signed the
// payload. A chain without keys authenticates nobody.
func (a *Authentication) inChain(id uint32, payload []byte) bool {
	for _, k := range a.Chain {
		if k.ID == id && wire.HSRPSigned(payload, k.Text) {
			return true
		}
	}
	return false
}

// text returns the password as messages carry it.
func (a *Authentication) text() (text [8]byte) {
	copy(text[:], a.Text)
	return text
}

func (g *group) keepKey(was, is Authentication) {
	if was.Kind == wire.HSRPAuthMD5 && was.Key != "" && was.Key != is.Key && is.Timeout > 0 {
		g.oldKey, g.oldKeyUntil = was.Key, g.r.now.Add(is.Timeout)
	}
}

// hear applies an authentic message.
func (g *group) hear(m *wire.HSRP, e Heard) {
	g.counters.Received[m.Op]++
	g.debugPacket("in ", e.Source, m)
	v := voice{e.Source, e.MAC, m.Priority, m.Hello, m.Hold, m.VIP}
	if m.Op == wire.HSRPHello && m.State == Active {
		g.checkVIP(m)
	}
	if g.state == Init && g.obstacle == InterfaceDelay && m.Op == wire.HSRPHello && m.State == Active {
		g.setActive(v.peer()) // known before we start, but it starts nothing
		return
	}
	if g.state <= Init || g.state == Learn && !g.believes(m.VIP) {
		return
	}
	if c, ok := g.classify(m, v); ok {
		g.apply(c, v)
	}
}

// classify turns a message into a cause of the state table. Our current
// priority and then the primary address decide what is higher.
func (g *group) classify(m *wire.HSRP, v voice) (c Cause, ok bool) {
	higher := v.priority > g.priority() || v.priority == g.priority() && v.addr > g.link.primary()
	switch {
	case m.Op == wire.HSRPResign:
		return Resigned, g.active.role == Remote && g.active.addr == v.addr
	case m.Op == wire.HSRPCoup:
		return Couped, higher
	case m.State == Active && higher:
		return HigherActive, true
	case m.State == Active && g.state != Active && g.mayPreempt(v.priority):
		return Preempting, true
	case m.State == Active:
		return LowerActive, true
	case m.State == Standby && higher:
		return HigherStandby, true
	case m.State == Standby:
		return LowerStandby, true
	case m.State == Speak:
		return HigherSpeak, higher
	}
	return 0, false
}

func (g *group) checkVIP(m *wire.HSRP) {
	if m.VIP != 0 && g.config.VIP != 0 && m.VIP != g.config.VIP && g.diffVIP.over(g.r.now) {
		g.r.log(4, "DIFFVIP1", "%s Grp %d active routers virtual IP address %s is different to the locally configured address %s",
			g.link.name, g.number, m.VIP, g.config.VIP)
	}
}

// learn takes over what is not configured here. Version 1 teaches no timers
// below a second (it carries 0); absurd ones are not believed.
func (g *group) learn(v voice) {
	if g.config.VIP == 0 && g.believes(v.vip) {
		g.vip = v.vip
	}
	if g.config.Hello == 0 && g.config.Hold == 0 && v.hello >= shortestHello && v.hold > v.hello && v.hold <= longestHold {
		g.hello, g.hold = v.hello, v.hold
	}
}

// believes reports whether a virtual address heard may be learned.
func (g *group) believes(vip wire.Addr) bool {
	_, err := CheckVIP(vip, g.link.addresses)
	return err == nil && within(vip, g.link.addresses)
}

func (g *group) helloTime() time.Duration {
	return firstSet(g.config.Hello, g.hello, DefaultHello)
}

func (g *group) holdTime() time.Duration {
	return firstSet(g.config.Hold, g.hold, DefaultHold)
}

func firstSet(choices ...time.Duration) time.Duration {
	for _, d := range choices {
		if d > 0 {
			return d
		}
	}
	return 0
}

// holdOf returns how long to wait for the sender's next message: the hold time
// it told, or ours.
func (g *group) holdOf(v voice) time.Duration {
	if v.hold < 50*time.Millisecond || v.hold > longestHold {
		return g.holdTime()
	}
	return v.hold
}
