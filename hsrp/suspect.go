package hsrp

import (
	"tandem/clock"
	"tandem/wire"
)

// Suspect says that the Active router of a group is failing: it has just given
// up, or been pushed out of, another group of the same pair. IOS waits for the
// hold time all the same. Here a Standby router believes that one hello more
// than the last it heard is enough (decided): a router that is well sends it
// and is not disturbed; after a pulled cable the two groups are together again
// within one hello time. A hello so soon after the suspicion that it may have
// been sent before the failure proves less: it earns one hello time, not a hold
// time.
type Suspect struct {
	At        clock.Time
	Interface string
	Group     uint16
}

func (e Suspect) when() clock.Time { return e.At }

func (l *link) suspect(number uint16) {
	if g := l.group(number); g != nil {
		g.suspect()
	}
}

// suspicion is of whom a group was told that it is failing, and when.
type suspicion struct {
	of wire.Addr
	at clock.Time
}

// suspect brings the end of the Active timer forward to shortly after the
// moment at which the next hello must be there.
func (g *group) suspect() {
	if g.state != Standby || g.active.role != Remote || !g.activeTimer.running {
		return
	}
	g.suspected = suspicion{g.active.addr, g.r.now}
	g.hasten()
}

// hasten waits for one hello of the Active router instead of a hold time.
func (g *group) hasten() {
	if due := max(g.nextActive.Add(suspectMargin), g.r.now); due < g.activeTimer.at {
		g.debugf(DebugProtocol, "Active router %s is failing, waiting %d msec for its hello", g.active, due.Sub(g.r.now).Milliseconds())
		g.r.arm(&g.activeTimer, due)
	}
}

// overtaken reports whether what a suspect says may have been sent before it
// failed: the news of the failure came by another LAN, and may be faster.
func (g *group) overtaken(v voice) bool {
	return g.state == Standby && v.addr != 0 && v.addr == g.suspected.of && g.r.now.Sub(g.suspected.at) <= suspectFlight
}

// expect notes when the Active router must speak next.
func (g *group) expect(v voice) {
	hello := v.hello
	if hello < shortestHello || hello > longestHold { // version 1 tells no milliseconds
		hello = g.helloTime()
	}
	g.nextActive = g.r.now.Add(hello)
}
