package router

import (
	"tandem/clock"
	"tandem/firewall"
	"tandem/syslog"
	"tandem/wire"
)

// ear is the firewall of the packet path with an eye on what it keeps HSRP
// from hearing: an input list without a line for HSRP splits every group of
// its interface, and neither router says why (reference ha 6, item 2).
type ear struct {
	*firewall.Engine
	refused func(p *wire.Packet)
}

// Input implements forward.Filter.
func (e *ear) Input(now clock.Time, p *wire.Packet) wire.Verdict {
	v := e.Engine.Input(now, p)
	if v == wire.Drop && p.Proto == wire.ProtoUDP && p.DstPort == hsrpPort && p.Dst.IsMulticast() {
		e.refused(p)
	}
	return v
}

// helloRefused names the fault, once for each interface and list.
func (r *Router) helloRefused(p *wire.Packet) {
	if p.In < 0 {
		return
	}
	name := r.links[p.In].Name
	list := r.Filter(name).AccessIn
	if key := name + " " + list; !r.deafened[key] && len(r.groupNumbers(name)) > 0 {
		r.deafened[key] = true
		r.Message(r.now, syslog.Message{
			Facility: "TANDEM", Severity: syslog.Warnings, Mnemonic: "HSRP_DENIED",
			Text: "access list " + list + " on " + name + " denies HSRP from " + p.Src.String() +
				": groups on both sides go Active; permit udp any host " + p.Dst.String() + " eq 1985",
		})
	}
}
