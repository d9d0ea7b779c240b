package router

import (
	"tandem/hsrp"
	"tandem/wire"
)

// redirect asks HSRP about an ICMP redirect of a host to a router on its LAN.
func (r *Router) redirect(index int, nextHop wire.Addr) (gateway wire.Addr, send bool) {
	gateway, send = r.standby.Redirect(r.now, r.links[index].Name, nextHop)
	if r.debug.Standby&hsrp.DebugICMP != 0 {
		r.debugRedirect(r.links[index].Name, nextHop, gateway, send)
	}
	return gateway, send
}

// debugRedirect says what became of a redirect; the words are ours.
func (r *Router) debugRedirect(name string, nextHop, gateway wire.Addr, send bool) {
	text := "HSRP: " + hsrp.Short(name) + " ICMP redirect to " + nextHop.String()
	switch {
	case !send:
		text += " not sent, passive router"
	case gateway != nextHop:
		text += " sent as " + gateway.String()
	default:
		text += " sent"
	}
	r.standbyLine(hsrp.Debug{Category: hsrp.DebugICMP, Interface: name, Group: -1, Text: text})
}
