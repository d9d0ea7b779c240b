package hsrp

import (
	"fmt"

	"tandem/wire"
)

// DefaultName returns the redundancy name of a group without one:
// "hsrp-Fa0/0-1".
func DefaultName(interfaceName string, group uint16) string {
	return fmt.Sprintf("hsrp-%s-%d", Short(interfaceName), group)
}

// moved returns the Moved of a change from the given state to the present.
func (g *group) moved(from State, why Cause) Moved {
	m := Moved{
		Interface: g.link.name, Group: g.number, Name: g.name, From: from, To: g.state, Why: why,
		Active: g.addressOf(g.active), Standby: g.addressOf(g.standby),
	}
	if g.state <= Init {
		m.Obstacle = g.obstacle
	}
	return m
}

func (g *group) addressOf(p peer) wire.Addr {
	if p.role == Local {
		return g.link.primary()
	}
	return p.addr
}

// publish tells redundancy clients the state of the group; from is the one
// before, or the same again.
func (g *group) publish(from State) {
	g.debugStandby()
	g.debugClient("update, %s -> %s", clientState(from), clientState(g.state))
	g.update(from)
}

// tellPeers tells redundancy clients of other peers when the state stays.
func (g *group) tellPeers() {
	if g.told != [2]peer{g.active.identity(), g.standby.identity()} {
		g.debugStandby()
		g.update(g.state)
	}
}

func (g *group) debugStandby() {
	if was := g.told[1]; was != g.standby.identity() {
		g.debugClient("standby, %s -> %s", was, g.standby)
	}
}

func (g *group) update(from State) {
	g.told = [2]peer{g.active.identity(), g.standby.identity()}
	g.r.emit(Update{
		Interface: g.link.name, Group: g.number, Name: g.name, From: from, To: g.state,
		Active: g.addressOf(g.active), Standby: g.addressOf(g.standby),
	})
}

// identity returns p without what changes from hello to hello.
func (p peer) identity() peer { return peer{role: p.role, addr: p.addr} }
