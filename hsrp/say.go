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
	if g.config.Authentication.mute() {
		g.complain()
		return
	}
	m, payload := g.message(op)
	from := g.link.mac
	if op == wire.HSRPHello && g.state == Active {
		from = g.virtualMAC()
	}
	g.counters.Sent[op]++
	g.r.emit(g.sending(from, payload))
	g.debugPacket("out", g.link.primary(), &m)
}

// mute reports whether the group has a key chain without a key that signs now.
// What nobody signed nobody would believe.
func (a *Authentication) mute() bool { return a.Kind == wire.HSRPAuthMD5 && a.Key == "" }

// complain says that the group is mute.
func (g *group) complain() {
	chain := g.config.Authentication.KeyChain
	g.debugf(DebugErrors, "no key of key chain %s is valid for sending", chain)
	if g.noKey.over(g.r.now) {
		g.r.log(4, logNoKey, "%s Grp %d key chain %s has no key that is valid for sending", g.link.name, g.number, chain)
	}
}

func (g *group) sending(from wire.MAC, payload []byte) Send {
	return Send{g.link.name, g.number, g.link.primary(), wire.HSRPGroupAddr(g.link.config.Version), from, payload}
}

// message makes a message in the present state.
func (g *group) message(op wire.HSRPOp) (m wire.HSRP, payload []byte) {
	l := g.link
	hello, hold := g.helloTime(), g.holdTime()
	if g.follows() {
		hello, hold = g.refreshTimes()
	}
	m = wire.HSRP{
		Version: l.config.Version, Op: op, State: g.state, Priority: g.priority(), Group: g.number,
		Hello: hello, Hold: hold, Sender: l.mac, VIP: g.vip,
	}
	a := &g.config.Authentication
	if a.Kind == wire.HSRPAuthMD5 {
		m.MD5 = wire.HSRPMD5{Sender: l.primary(), KeyID: a.KeyID}
		return m, m.AppendSigned(make([]byte, 0, 72), a.Key)
	}
	m.Auth, m.Text = wire.HSRPAuthText, a.text()
	return m, m.Append(make([]byte, 0, 52))
}

// LastWord is a Resign that somebody else may send for a router that died
// without a word.
type LastWord struct {
	Send
	MAC wire.MAC // virtual, of the group
}

// LastWords returns the Resign of every group that is Active now. They are good
// until the next action of a Step that is Own or Disown, or the next change of
// a group's authentication.
func (r *Router) LastWords() (words []LastWord) {
	r.eachGroup(func(g *group) {
		if g.state == Active && !g.follows() && !g.config.Authentication.mute() {
			_, payload := g.message(wire.HSRPResign)
			words = append(words, LastWord{g.sending(g.link.mac, payload), g.virtualMAC()})
		}
	})
	return words
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
