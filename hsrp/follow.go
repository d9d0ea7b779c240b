package hsrp

import (
	"slices"
	"time"

	"tandem/clock"
	"tandem/wire"
)

// A group that follows another takes part in no election (FHRP - HSRP Multiple
// Group Optimization, 12.4T). It has the state of the group whose name it
// follows, a virtual address and MAC of its own, and says nothing but what
// keeps the MAC in the tables of switches.

func (g *group) follows() bool { return g.config.Follow != "" }

// leader returns the group that g follows. It is nil where nobody has that
// name, and where that one follows somebody itself.
func (g *group) leader() *group {
	if !g.follows() {
		return nil
	}
	lead := g.r.named[g.config.Follow]
	if lead == nil || lead.follows() {
		return nil
	}
	return lead
}

// lead hands the state of g on to those that follow it.
func (g *group) lead(c Cause) {
	for _, f := range g.r.followers[g.name] {
		f.mirror(c)
	}
}

// mirror takes the state of the group that g follows, as far as nothing of its
// own is in the way: a group without an address has nothing to own.
func (g *group) mirror(c Cause) {
	lead, from, to := g.leader(), g.state, Init
	switch {
	case g.state == Disabled && !g.config.Enabled:
		return
	case lead != nil && g.obstacle == None && g.vip == 0:
		to = min(max(Init, lead.state), Learn)
	case lead != nil && g.obstacle == None:
		to = max(Init, lead.state)
	}
	g.move(to, c)
	if to > Init {
		g.active, g.standby = lead.active, lead.standby
	}
	if from == Active && to != Active {
		g.r.stop(&g.refreshTimer)
	}
	if to == Active && from != Active {
		g.refresh()
		g.announce()
	}
	g.tellPeers()
}

// applyFollowing is apply for a group that follows: all that can happen to it
// alone is another MAC or address.
func (g *group) applyFollowing(c Cause) {
	if g.state == Active && (c == MACChanged || c == VIPChanged) {
		g.debugCause(c, table[c][Active], voice{})
		g.install()
		g.refresh()
		g.announce()
	}
	g.mirror(c)
}

// refresh says a hello from the virtual MAC and waits for the next time.
func (g *group) refresh() {
	every := g.link.config.MACRefresh
	if every == 0 {
		g.r.stop(&g.refreshTimer)
		return
	}
	g.say(wire.HSRPHello)
	g.r.arm(&g.refreshTimer, g.r.now.Add(every))
}

// refreshTimes are the hello and hold times of such a hello.
func (g *group) refreshTimes() (hello, hold time.Duration) {
	every := g.link.config.MACRefresh
	return min(every, longestHold-time.Second), min(refreshesMissed*every, longestHold)
}

// setFollow notes whom g follows from now on.
func (g *group) setFollow(was string) {
	if was != "" {
		g.unfollow(was)
	}
	if name := g.config.Follow; name != "" {
		g.r.followers[name] = append(g.r.followers[name], g)
	}
}

func (g *group) unfollow(name string) {
	if left := slices.DeleteFunc(g.r.followers[name], func(o *group) bool { return o == g }); len(left) > 0 {
		g.r.followers[name] = left
	} else {
		delete(g.r.followers, name)
	}
}

// rename gives g a redundancy name.
func (g *group) rename(name string) {
	g.forgetName()
	g.name = name
	g.r.named[name] = g
}

func (g *group) forgetName() {
	if g.r.named[g.name] == g {
		delete(g.r.named, g.name)
	}
}

// reviewFollowers looks at the groups that follow one of these names.
func (r *Router) reviewFollowers(names ...string) {
	for _, name := range names {
		for _, f := range slices.Clone(r.followers[name]) {
			f.review()
		}
	}
}

// FollowerStatus is a group that follows another.
type FollowerStatus struct {
	Interface string // full name
	Group     uint16
	State     State
	VIP       wire.Addr // 0 none
	MAC       wire.MAC
	Refresh   time.Duration // period of mac-refresh; 0 never
	RefreshIn time.Duration // until the next; valid in Active
}

// followersStatus returns those that follow g, in the order they began to.
func (g *group) followersStatus(now clock.Time) (all []FollowerStatus) {
	for _, f := range g.r.followers[g.name] {
		if f.leader() == g {
			all = append(all, FollowerStatus{
				f.link.name, f.number, f.state, f.vip, f.virtualMAC(), f.link.config.MACRefresh, f.refreshTimer.left(now),
			})
		}
	}
	return all
}
