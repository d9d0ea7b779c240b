package hsrp

import (
	"cmp"
	"slices"
	"strings"

	"tandem/clock"
	"tandem/wire"
)

// link is one interface: its addresses, its delay and its groups.
type link struct {
	r           *Router
	name, short string
	config      InterfaceConfig
	up          bool // line protocol
	risen       bool // it has been up since boot
	addresses   []wire.Prefix
	mac         wire.MAC
	groups      []*group // ascending
	active      uint16   // of groups: how many are Active
	passive     uint16   // how many run otherwise

	delay       alarm // standby delay
	advertising alarm
	presence    wire.HSRPPresence // as last advertised
	neighbors   []neighbor        // ascending by address
	duplicate   quiet
}

// Short abbreviates an interface name as IOS does: two letters and the
// numbers, "Gi0/0" for "GigabitEthernet0/0".
func Short(name string) string {
	digits := strings.IndexAny(name, "0123456789")
	if digits < 2 {
		return name
	}
	return name[:2] + name[digits:]
}

func (l *link) primary() wire.Addr {
	if len(l.addresses) == 0 {
		return 0
	}
	return l.addresses[0].Addr
}

func (l *link) group(number uint16) *group {
	i, ok := slices.BinarySearchFunc(l.groups, number, byNumber)
	if !ok {
		return nil
	}
	return l.groups[i]
}

func byNumber(g *group, number uint16) int { return int(g.number) - int(number) }

// obtain returns a group, made if it does not exist.
func (l *link) obtain(number uint16) *group {
	i, ok := slices.BinarySearchFunc(l.groups, number, byNumber)
	if !ok {
		g := newGroup(l, number)
		l.groups = slices.Insert(l.groups, i, g)
		l.r.owners[g.helloTimer.key.Owner] = g
	}
	return l.groups[i]
}

// remove ends a group and forgets it. It returns the virtual address and the
// name that are free now.
func (l *link) remove(number uint16) (vip wire.Addr, name string) {
	g := l.group(number)
	if g == nil {
		return 0, ""
	}
	g.config.Enabled = false
	g.review()
	g.halt()
	g.unclaim()
	g.unfollow(g.config.Follow)
	g.forgetName()
	delete(l.r.owners, g.helloTimer.key.Owner)
	l.groups = slices.DeleteFunc(l.groups, func(o *group) bool { return o == g })
	return g.config.VIP, g.name
}

// rise handles the line protocol coming up: it starts the interface delay,
// the one for reload if this is the first time since boot. Said twice it only
// brings news of the addresses.
func (l *link) rise(e InterfaceUp) {
	if l.up {
		l.mac = e.MAC
		l.readdress(e.Addresses)
		return
	}
	l.addresses, l.mac, l.up = slices.Clone(e.Addresses), e.MAC, true
	wait := l.config.DelayMinimum
	if !l.risen {
		wait = l.config.DelayReload
	}
	l.risen = true
	l.debugf(DebugProtocol, "Interface up")
	l.r.stop(&l.delay)
	if wait > 0 {
		l.r.arm(&l.delay, l.r.now.Add(wait))
	}
}

// fall handles the line protocol going down, which also ends a running delay.
func (l *link) fall() {
	if !l.up {
		return
	}
	l.up = false
	l.debugf(DebugProtocol, "Interface down")
	l.r.stop(&l.delay)
	l.review()
	l.neighbors = nil
}

// readdress handles a new set of addresses. A new primary address starts every
// group over, for it is the sender's identity.
func (l *link) readdress(addresses []wire.Prefix) {
	was := l.primary()
	if was != 0 && (len(addresses) == 0 || addresses[0].Addr != was) {
		l.stopAll(l.lost(addresses))
	}
	l.addresses = slices.Clone(addresses)
}

func (l *link) lost(addresses []wire.Prefix) Obstacle {
	if len(addresses) == 0 {
		return LineDown
	}
	return Reconfigured
}

func (l *link) stopAll(why Obstacle) {
	for _, g := range l.groups {
		g.stop(why)
	}
}

// configure replaces the interface-wide commands. A change of version starts
// every group over; delays count from the next time the interface comes up.
func (l *link) configure(config InterfaceConfig) {
	was := l.config
	if was.Version != config.Version {
		l.stopAll(Reconfigured)
	}
	l.config = config
	if was.UseBIA != config.UseBIA {
		for _, g := range l.groups {
			g.apply(MACChanged, voice{})
		}
	}
	if was.MACRefresh != config.MACRefresh {
		for _, g := range l.groups {
			if g.follows() && g.state == Active {
				g.refresh()
			}
		}
	}
	if was.Redirects != config.Redirects && l.state() != wire.HSRPDormant {
		l.advertise(nil)
	}
}

func (l *link) review() {
	for _, g := range l.groups {
		g.review()
	}
}

func (l *link) fire(name string) {
	switch {
	case l.r.rings(&l.delay, name):
		l.debugf(DebugProtocol, "Interface min delay expired")
		l.review()
	case l.r.rings(&l.advertising, name):
		l.advertise(nil)
	}
}

// neighbor is another router heard on the interface.
type neighbor struct {
	addr      wire.Addr
	heard     clock.Time
	redirects uint64 // ICMP redirects to it that were kept back
}

// meet remembers that a router was heard. Silent ones make room; the table
// is bounded, because anybody on the LAN can invent addresses.
func (l *link) meet(a wire.Addr) {
	i, ok := l.neighborAt(a)
	if ok {
		l.neighbors[i].heard = l.r.now
		return
	}
	if len(l.neighbors) >= neighborLimit {
		l.neighbors = l.current(l.r.now)
		if len(l.neighbors) < neighborLimit {
			l.meet(a)
		}
		return
	}
	l.neighbors = slices.Insert(l.neighbors, i, neighbor{addr: a, heard: l.r.now})
	if l.r.settings.Debug&DebugEventsDetail != 0 {
		l.debugf(DebugProtocol, "Nbr %s created", a)
	}
}

func (l *link) neighborAt(a wire.Addr) (int, bool) {
	return slices.BinarySearchFunc(l.neighbors, a, func(n neighbor, a wire.Addr) int { return cmp.Compare(n.addr, a) })
}

// current returns the neighbours heard within the hold-down.
func (l *link) current(now clock.Time) []neighbor {
	return slices.DeleteFunc(slices.Clone(l.neighbors), func(n neighbor) bool {
		return now.Sub(n.heard) > l.config.Redirects.Hold
	})
}
