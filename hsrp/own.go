package hsrp

import (
	"slices"

	"tandem/wire"
)

// install makes the set of installed virtual addresses what the state asks
// for: all of them while Active, none otherwise.
func (g *group) install() {
	var want []wire.Addr
	if g.state == Active && g.vip != 0 {
		want = append(append(want, g.vip), g.config.Secondary...)
	}
	mac := g.virtualMAC()
	for _, vip := range g.owned {
		if mac != g.ownedMAC || !slices.Contains(want, vip) {
			g.r.emit(Disown{g.link.name, g.number, vip, g.ownedMAC})
		}
	}
	for _, vip := range want {
		if mac == g.ownedMAC && slices.Contains(g.owned, vip) {
			continue
		}
		g.r.emit(Own{g.link.name, g.number, vip, mac})
		g.debugf(DebugProtocol, "Added %s to ARP (%s)", vip, mac)
	}
	if len(g.owned) == 0 && len(want) > 0 {
		g.debugf(DebugProtocol, "Activating MAC %s", mac)
		g.debugf(DebugProtocol, "Adding %s to MAC address filter", mac)
	}
	g.owned, g.ownedMAC = want, mac
}

// announce tells hosts and switches where the virtual addresses are now, and
// again a little later for those that missed it.
func (g *group) announce() {
	g.announceOnce()
	for _, vip := range g.owned {
		g.r.emit(Announce{g.link.name, vip, g.ownedMAC, wire.HSRPAnnounceMAC})
	}
	g.r.arm(&g.announceTimer, g.r.now.Add(announceAgain))
}

func (g *group) announceOnce() {
	for _, vip := range g.owned {
		g.r.emit(Announce{g.link.name, vip, g.ownedMAC, wire.BroadcastMAC})
	}
}

// claim enters a group among those with its virtual address, behind the ones
// that have it already; unclaim takes it out.
func (g *group) claim() {
	if vip := g.config.VIP; vip != 0 {
		g.r.claims[vip] = append(g.r.claims[vip], g)
	}
}

func (g *group) unclaim() {
	vip := g.config.VIP
	if left := slices.DeleteFunc(g.r.claims[vip], func(o *group) bool { return o == g }); len(left) > 0 {
		g.r.claims[vip] = left
	} else {
		delete(g.r.claims, vip)
	}
}

// taken returns the group that had our virtual address first, nil if nobody.
// An interface of ours with that very address has it too, as a group of none.
func (g *group) taken() *owned {
	for _, l := range g.r.links {
		for _, a := range l.addresses {
			if a.Addr == g.config.VIP {
				return &owned{l, nil}
			}
		}
	}
	for _, o := range g.r.claims[g.config.VIP] {
		switch {
		case o == g:
			return nil
		case o.config.Enabled:
			return &owned{o.link, o}
		}
	}
	return nil
}

// owned says who has an address: a group, or the interface itself.
type owned struct {
	link  *link
	group *group
}
