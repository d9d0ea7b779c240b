package hsrp

import (
	"cmp"
	"fmt"
	"time"

	"tandem/clock"
	"tandem/wire"
)

// group is one HSRP group on one interface.
type group struct {
	r      *Router
	link   *link
	number uint16
	config GroupConfig

	state      State
	obstacle   Obstacle
	vip        wire.Addr // in effect: configured or learned
	name       string    // redundancy name: configured, or made from the interface
	hello      time.Duration
	hold       time.Duration // learned; 0 when not
	active     peer
	standby    peer
	told       [2]peer     // Active and Standby router as last published
	owned      []wire.Addr // virtual addresses installed
	ownedMAC   wire.MAC
	changes    int // into or out of Standby or Active
	lastChange clock.Time

	activeTimer, standbyTimer, helloTimer, preemptTimer, announceTimer, refreshTimer alarm

	nextActive clock.Time // when the Active router must speak again
	suspected  suspicion

	fresh       bool // has not preempted since boot
	opportunity clock.Time
	waiting     bool // a preempt delay counts from opportunity

	oldKey      string // still accepted until oldKeyUntil
	oldKeyUntil clock.Time
	badAuth     quiet
	noKey       quiet
	diffVIP     quiet
	counters    Counters
	redirects   uint64 // ICMP redirects that named the virtual address
}

func newGroup(l *link, number uint16) *group {
	g := &group{r: l.r, link: l, number: number, config: DefaultGroup(), obstacle: Unconfigured, fresh: true}
	g.rename(DefaultName(l.name, number))
	owner := fmt.Sprintf("hsrp %s %d", l.short, number)
	for i, name := range []string{"active", "standby", "hello", "preempt", "announce", "refresh"} {
		g.alarms()[i].key = clock.Key{Owner: owner, Name: name}
	}
	return g
}

// configure replaces the configuration and applies what changed.
func (g *group) configure(config GroupConfig) {
	was := g.config
	if was.Follow != config.Follow {
		g.stop(Reconfigured) // as what it was
	}
	g.keepKey(was.Authentication, config.Authentication)
	if was.VIP != config.VIP {
		g.unclaim()
	}
	g.config = config
	if was.Follow != config.Follow {
		g.setFollow(was.Follow)
	}
	g.rename(cmp.Or(config.Name, DefaultName(g.link.name, g.number)))
	if was.VIP != config.VIP {
		g.claim()
		if was.VIP == 0 {
			g.link.debugf(DebugICMP, "API %s is not an HSRP address", config.VIP)
		}
		g.revip(config.VIP)
	}
	if was.MAC != config.MAC {
		g.apply(MACChanged, voice{})
	}
	g.install()
	if (was.Hello != config.Hello || was.Hold != config.Hold) && g.helloTimer.running {
		g.r.arm(&g.helloTimer, g.r.now.Add(g.helloTime()))
	}
	if was.Name != config.Name && g.state > Disabled {
		g.publish(g.state)
	}
	g.priorityChanged(g.r.priorityOf(was))
}

// revip handles another virtual address. Taking it away starts the group over:
// it must learn one.
func (g *group) revip(vip wire.Addr) {
	if vip == 0 {
		g.stop(Reconfigured)
		g.vip = 0
		return
	}
	g.vip = vip
	if g.findObstacle() == None {
		g.apply(VIPChanged, voice{})
	}
}

// findObstacle returns what keeps the group in Init.
func (g *group) findObstacle() Obstacle {
	l := g.link
	switch {
	case !g.config.Enabled:
		return Unconfigured
	case g.r.reloading:
		return Reloading
	case !l.up || len(l.addresses) == 0:
		return LineDown
	case g.number > MaxGroup2 || l.config.Version == 1 && g.number > MaxGroup1:
		return WrongVersion
	case g.trackedDown():
		return TrackedDown
	case g.config.VIP != 0 && !within(g.config.VIP, l.addresses):
		return WrongSubnet
	case g.config.VIP != 0 && g.taken() != nil:
		return Duplicate
	case l.delay.running:
		return InterfaceDelay
	case g.follows() && g.leader() == nil:
		return Leaderless
	}
	return None
}

// review starts or stops the group if that is due.
func (g *group) review() {
	o := g.findObstacle()
	if o != g.obstacle {
		g.logObstacle(o)
	}
	g.obstacle = o
	switch {
	case o == Unconfigured:
		g.stop(o)
		g.move(Disabled, Stopped)
	case o != None:
		g.stop(o)
		g.move(Init, Stopped) // from Disabled
	case g.state <= Init:
		g.move(Init, Enabled) // from Disabled
		g.apply(Enabled, voice{})
	}
	g.lead(Stopped)
}

// stop is event b, for the given reason.
func (g *group) stop(why Obstacle) {
	if g.state <= Init {
		return
	}
	g.obstacle = why
	if g.follows() {
		g.mirror(Stopped)
		return
	}
	g.apply(Stopped, voice{})
}

// apply runs the cell of the state table for c. v is who said so, zero when
// nobody did.
func (g *group) apply(c Cause, v voice) {
	if g.follows() {
		g.applyFollowing(c)
		return
	}
	step := table[c][g.state]
	if step.do == "" {
		return
	}
	from, told := g.state, g.told
	g.debugCause(c, step, v)
	g.note(c, step, v)
	if c == Preempting {
		g.link.advertise(g) // neighbours hear of the new Active router before the Coup
	}
	to := step.to
	if c == Enabled && g.vip == 0 {
		to = Learn
	}
	for _, letter := range step.do {
		g.act(letter, v)
	}
	if to != Disabled {
		g.move(to, c)
	}
	if step.has('I') {
		g.install()
	}
	if g.state >= Speak && (g.state != from || step.has('F')) {
		g.sayHello(c)
	}
	if step.has('I') {
		g.announce()
	}
	g.tellPeers()
	if g.state != from || g.told != told {
		g.lead(c)
	}
	if g.state == Standby && from != Standby && g.active.role == Unknown {
		g.succeedNobody(c)
	}
}

// succeedNobody handles that we became Standby and know no Active router. After
// a hold time of silence IOS does not wait for a timer. But whoever displaced a
// Standby router has just heard that one, and it may have become Active in the
// same moment: a word of it is given a hold time to arrive.
func (g *group) succeedNobody(c Cause) {
	switch {
	case c == StandbyExpired:
		g.apply(ActiveExpired, voice{})
	case !g.activeTimer.running:
		g.act('A', voice{})
	}
}

func (s cell) has(letter rune) bool {
	for _, l := range s.do {
		if l == letter {
			return true
		}
	}
	return false
}

// act runs one action letter; F and I come after the change of state.
func (g *group) act(letter rune, v voice) {
	switch letter {
	case 'A':
		g.r.arm(&g.activeTimer, g.r.now.Add(g.holdOf(v)))
		g.expect(v)
		if g.overtaken(v) {
			g.hasten()
		}
	case 'B':
		g.r.arm(&g.standbyTimer, g.r.now.Add(g.holdOf(v)))
	case 'C':
		g.r.stop(&g.activeTimer)
	case 'D':
		g.r.stop(&g.standbyTimer)
	case 'E':
		g.learn(v)
	case 'G':
		g.say(wire.HSRPCoup)
	case 'H':
		g.say(wire.HSRPResign)
	}
}

// move changes the state and tells everybody who must know.
func (g *group) move(to State, why Cause) {
	from := g.state
	if from == to {
		return
	}
	g.link.tally(from, to)
	g.assignRoles(from, to)
	g.debugf(DebugProtocol, "%s -> %s", from, to)
	g.state = to
	if from == Active {
		g.install() // takes everything back
		g.r.stop(&g.announceTimer)
	}
	if from >= Standby || to >= Standby {
		g.changes++
		g.lastChange = g.r.now
		g.logChange(from, to)
	}
	g.debugf(DebugRedundancy, "Redundancy %q state %s -> %s", g.name, clientState(from), clientState(to))
	g.r.emit(g.moved(from, why))
	if to < Speak {
		g.r.stop(&g.helloTimer)
	}
	if to == Active {
		g.r.stop(&g.activeTimer)
		g.fresh = false
		g.install()
	}
	if to <= Init || to == Active {
		g.forgo()
	}
	g.publish(from)
	g.link.presenceChanged(g, from)
	if from == Active {
		g.link.debugf(DebugICMP, "API MAC address update")
	}
}

// fire handles a timer of the group.
func (g *group) fire(name string) {
	switch {
	case g.r.rings(&g.activeTimer, name):
		g.apply(ActiveExpired, voice{})
	case g.r.rings(&g.standbyTimer, name):
		g.apply(StandbyExpired, voice{})
	case g.r.rings(&g.helloTimer, name):
		g.apply(HelloDue, voice{})
	case g.r.rings(&g.preemptTimer, name):
		g.preempt()
	case g.r.rings(&g.announceTimer, name):
		g.announceOnce()
		g.publish(g.state)
	case g.r.rings(&g.refreshTimer, name):
		g.refresh()
	}
}

// halt stops every timer.
func (g *group) halt() {
	for _, a := range g.alarms() {
		g.r.stop(a)
	}
}

func (g *group) alarms() [6]*alarm {
	return [...]*alarm{&g.activeTimer, &g.standbyTimer, &g.helloTimer, &g.preemptTimer, &g.announceTimer, &g.refreshTimer}
}
