package hsrp

import (
	"strings"
	"time"

	"tandem/wire"
)

// peer is who is thought to be Active or Standby.
type peer struct {
	role     Role
	addr     wire.Addr // remote only
	priority uint8     // remote only
	mac      wire.MAC  // Ethernet source of its hellos; remote only
}

// voice is what a message says about its sender.
type voice struct {
	addr     wire.Addr
	mac      wire.MAC
	priority uint8
	hello    time.Duration
	hold     time.Duration
	vip      wire.Addr
}

func (v voice) peer() peer { return peer{Remote, v.addr, v.priority, v.mac} }

// note records what c tells about who is Active and Standby.
func (g *group) note(c Cause, step cell, v voice) {
	switch c {
	case HigherActive, Couped:
		g.setActive(v.peer())
	case LowerActive, Preempting:
		if g.state != Active {
			g.setActive(v.peer())
		}
	case Resigned:
		g.setActive(peer{})
	case ActiveExpired:
		if step.to != Active {
			g.setActive(peer{})
		}
	case StandbyExpired:
		if step.to != Standby {
			g.setStandby(peer{})
		}
	case HigherStandby:
		g.setStandby(v.peer())
	case LowerStandby:
		if step.to != Standby {
			g.setStandby(v.peer())
		}
	}
}

// assignRoles keeps the records of who is Active and Standby true to our own
// change of state.
func (g *group) assignRoles(from, to State) {
	if from == Active && g.active.role == Local {
		g.setActive(peer{})
	}
	switch to {
	case Active:
		g.setActive(peer{role: Local})
	case Standby:
		g.setStandby(peer{role: Local})
	}
	if from == Standby && g.standby.role == Local {
		g.setStandby(peer{})
	}
	if to <= Init {
		g.active, g.standby = peer{}, peer{}
		g.hello, g.hold, g.vip = 0, 0, g.config.VIP
	}
}

// setActive notes who is Active. A Standby router that took over is no Standby
// router any more.
func (g *group) setActive(p peer) {
	g.setPeer(&g.active, p, "Active")
	if p.role == Remote && g.standby.role == Remote && g.standby.addr == p.addr {
		g.setStandby(peer{})
	}
}

func (g *group) setStandby(p peer) { g.setPeer(&g.standby, p, "Standby") }

func (g *group) setPeer(record *peer, p peer, what string) {
	was := *record
	*record = p
	if was.role == p.role && was.addr == p.addr {
		return
	}
	if was.role == Unknown {
		g.debugf(DebugProtocol, "%s router is %s", what, p)
	} else {
		g.debugf(DebugProtocol, "%s router is %s, was %s", what, p, was)
	}
	g.debugPeer(was, p, strings.ToLower(what))
	if what == "Active" && p.role == Remote && g.state > Init && g.state != Active {
		g.link.advertise(g)
	}
}

// String prints p as "local", "unknown" or its address.
func (p peer) String() string {
	if p.role == Remote {
		return p.addr.String()
	}
	return p.role.String()
}
