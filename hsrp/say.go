package hsrp

import "tandem/wire"

// sayHello sends a hello and starts the wait for the next. A periodic hello
// counts from its own deadline, so that the period does not drift with the
// driver; every other counts from now.
func (g *group) sayHello(c Cause) {
	g.say(wire.HSRPHello)
	wait := g.helloTime()
	if g.r.settings.Jitter != nil {
		wait = g.r.settings.Jitter(wait)
	}
	next := g.r.now.Add(wait)
	if exact := g.helloTimer.at.Add(wait); c == HelloDue && exact > g.r.now {
		next = exact
	}
	g.r.arm(&g.helloTimer, next)
}

// say sends a message in the present state. Only an Active hello comes from
// the virtual MAC: it teaches switches the port.
func (g *group) say(op wire.HSRPOp) {
	l := g.link
	m := wire.HSRP{
		Version: l.config.Version, Op: op, State: g.state, Priority: g.priority(), Group: g.number,
		Hello: g.helloTime(), Hold: g.holdTime(), Sender: l.mac, VIP: g.vip,
	}
	a := &g.config.Authentication
	var payload []byte
	if a.Kind == wire.HSRPAuthMD5 {
		m.MD5 = wire.HSRPMD5{Sender: l.primary(), KeyID: a.KeyID}
		payload = m.AppendSigned(make([]byte, 0, 72), a.Key)
	} else {
		m.Auth, m.Text = wire.HSRPAuthText, a.text()
		payload = m.Append(make([]byte, 0, 52))
	}
	from := l.mac
	if op == wire.HSRPHello && g.state == Active {
		from = g.virtualMAC()
	}
	g.counters.Sent[op]++
	g.r.emit(Send{l.name, g.number, l.primary(), wire.HSRPGroupAddr(l.config.Version), from, payload})
	g.debugPacket("out", l.primary(), &m)
}

// virtualMAC returns the group's MAC: configured, burned in, or well known.
func (g *group) virtualMAC() wire.MAC {
	switch {
	case g.config.MAC != wire.MAC{}:
		return g.config.MAC
	case g.link.config.UseBIA:
		return g.link.mac
	}
	return wire.HSRPVirtualMAC(g.link.config.Version, g.number)
}
