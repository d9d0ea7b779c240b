package hsrp

import (
	"fmt"
	"time"

	"tandem/clock"
	"tandem/wire"
)

// presenceChanged advertises when a group became Active or ceased to be, and
// when the interface got its first or lost its last running group.
func (l *link) presenceChanged(g *group, from State) {
	if from == Active || g.state == Active || l.state() != l.presence {
		l.advertise(g)
	}
}

// tally counts the interface's groups as one of them changes its state.
func (l *link) tally(from, to State) {
	*l.counted(from)--
	*l.counted(to)++
}

func (l *link) counted(s State) *uint16 {
	switch {
	case s == Active:
		return &l.active
	case s > Init:
		return &l.passive
	}
	return new(uint16)
}

// state is what the interface is to the other routers of its LAN.
func (l *link) state() wire.HSRPPresence {
	switch {
	case l.active > 0:
		return wire.HSRPPresent
	case l.passive > 0:
		return wire.HSRPPassive
	}
	return wire.HSRPDormant
}

// advertise sends an interface's counts. taking is the group on whose account
// it happens, nil for a periodic one. A group that takes over is counted on both sides,
// as captures show it.
func (l *link) advertise(taking *group) {
	presence, active, passive := l.state(), l.active, l.passive
	l.presence = presence
	if !l.config.Redirects.Enabled {
		l.r.stop(&l.advertising)
		return
	}
	if taking != nil && taking.state == Active {
		passive++
	}
	m := wire.HSRPAdvertise{Version: l.config.Version, State: presence, Active: active, Passive: passive}
	l.r.emit(Send{
		Interface: l.name, Src: l.primary(), Dst: wire.HSRPGroupAddr(l.config.Version), From: l.mac,
		Payload: m.Append(make([]byte, 0, wire.HSRPAdvertiseLen)),
	})
	l.debugf(DebugAdvertise, "Redirect adv out, %s, active %d passive %d", presenceName(presence), active, passive)
	if presence != wire.HSRPPassive {
		l.r.stop(&l.advertising)
		return
	}
	l.r.arm(&l.advertising, l.r.now.Add(l.config.Redirects.Advertise))
}

func (l *link) hearAdvertise(e Heard) {
	var m wire.HSRPAdvertise
	if _, err := m.Decode(l.config.Version, e.Payload); err != nil {
		l.r.drop(e, wire.BadHSRP, err)
		return
	}
	presence := m.State
	if m.Version == 2 {
		presence = wire.HSRPPassive
		if m.Active > 0 {
			presence = wire.HSRPPresent
		}
	}
	l.meet(e.Source)
	l.debugf(DebugAdvertise, "REDIRECT adv in, %s, active %d, passive %d, from %s", presenceName(presence), m.Active, m.Passive, e.Source)
}

func presenceName(p wire.HSRPPresence) string {
	switch p {
	case wire.HSRPDormant:
		return "Dormant"
	case wire.HSRPPassive:
		return "Passive"
	case wire.HSRPPresent:
		return "Active"
	}
	return fmt.Sprintf("state %d", p)
}

// Redirect judges an ICMP redirect of a host on an interface to a router on the
// same LAN (reference ha 1.9). Where that router is Active the host is told the
// virtual address; where it runs HSRP without being Active, a passive router,
// the host must not learn of it. Whoever is not heard to run HSRP may be named.
func (r *Router) Redirect(now clock.Time, name string, nextHop wire.Addr) (gateway wire.Addr, send bool) {
	l := r.byName[name]
	if l == nil || len(l.groups) == 0 || !l.config.Redirects.Enabled {
		return nextHop, true
	}
	for _, g := range l.groups {
		if g.active.role == Remote && g.active.addr == nextHop && g.vip != 0 {
			g.redirects++
			return g.vip, true
		}
	}
	i, known := l.neighborAt(nextHop)
	if known = known && now.Sub(l.neighbors[i].heard) <= l.config.Redirects.Hold; known {
		l.neighbors[i].redirects++
	}
	return nextHop, !known
}

// Passive is a router that runs HSRP on an interface and is Active in none of
// the groups known here.
type Passive struct {
	Address   wire.Addr
	Redirects uint64        // kept back
	Expires   time.Duration // until it is forgotten, unless it is heard again
}

// passives returns the passive routers of an interface, ascending by address.
func (l *link) passives(now clock.Time) []Passive {
	var out []Passive
	for _, n := range l.current(now) {
		if len(l.serves(n.addr).Active) == 0 {
			out = append(out, Passive{n.addr, n.redirects, l.config.Redirects.Hold - now.Sub(n.heard)})
		}
	}
	return out
}
