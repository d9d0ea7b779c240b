package router

import (
	"slices"
	"time"

	"tandem/clock"
	"tandem/forward"
	"tandem/modes"
	"tandem/rip"
	"tandem/syslog"
	"tandem/wire"
)

// How RIP meets interfaces, the routing table and the wire.

// Headers of RIP's datagrams, as captures of IOS show them (memory).
const (
	ripTTL = 2
	ripTOS = 0xc0
)

// How long an answer waits for ARP, and how many may.
const (
	ripRetry   = 100 * time.Millisecond
	ripWaiting = 256
)

// routing is RIP on this router.
type routing struct {
	rip     *rip.Router
	static  []rip.StaticRoute // that RIP was last told
	unknown bool              // routes may have changed since
	waiting []rip.Send        // answers to neighbours that ARP is asking for
}

// RIP implements modes.Device.
func (r *Router) RIP() *rip.Router { return r.routing.rip }

// EditRIP implements modes.Device.
func (r *Router) EditRIP(_ clock.Time, edit func(c *rip.Config)) error {
	c := r.routing.rip.Config()
	edit(&c)
	r.ripStep(rip.Configure{At: r.now, Config: c})
	return nil
}

// EditRIPLink implements modes.Device.
func (r *Router) EditRIPLink(_ clock.Time, name string, edit func(c *rip.LinkConfig)) error {
	if r.byName[name] == nil {
		return modes.Refuse("%% IP is not supported on %s", name)
	}
	c := r.routing.rip.LinkConfig(name)
	edit(&c)
	r.ripStep(rip.ConfigureLink{At: r.now, Interface: name, Config: c})
	return nil
}

// ClearRoutes implements modes.Device.
func (r *Router) ClearRoutes(_ clock.Time, what []wire.Prefix) {
	if what == nil {
		r.ripStep(rip.Clear{At: r.now, Everyone: true})
	}
	for _, p := range what {
		r.ripStep(rip.Clear{At: r.now, Prefix: p})
	}
}

// ripStep hands an event to RIP and does what it answers, in order.
func (r *Router) ripStep(ev rip.Event) {
	for _, action := range r.routing.rip.Step(ev, nil) {
		switch a := action.(type) {
		case rip.Arm:
			r.timers.Set(a.Timer, a.At)
		case rip.Stop:
			r.timers.Stop(a.Timer)
		case rip.Send:
			if r.sendRIP(a) == wire.NoARP && len(r.routing.waiting) < ripWaiting {
				r.routing.waiting = append(r.routing.waiting, a)
				r.timers.Set(clock.Key{Owner: ownerRIPRetry}, r.now.Add(ripRetry))
			}
		case rip.Join:
			r.plane.Join(r.byName[a.Interface].index, wire.RIPv2Routers)
		case rip.Leave:
			r.plane.Leave(r.byName[a.Interface].index, wire.RIPv2Routers)
		case rip.Install:
			r.installRIP(a.Route)
		case rip.Withdraw:
			r.plane.RemoveRoute(r.now, r.ripRoute(a.Route))
			r.routing.unknown = true
		case rip.Debug:
			r.Message(r.now, syslog.Message{Severity: syslog.Debugging, Text: a.Text})
		}
	}
}

// sendRIP puts one message on the wire.
func (r *Router) sendRIP(s rip.Send) wire.Reason {
	l := r.byName[s.Interface]
	if l == nil {
		return wire.InterfaceDown
	}
	src := l.Primary.Addr
	b := wire.AppendIPv4(nil, wire.IPv4Header{
		TOS: ripTOS, TTL: ripTTL, Proto: wire.ProtoUDP, Src: src, Dst: s.Dst,
	}, wire.UDPLen+len(s.Payload))
	b = wire.AppendUDP(b, src, s.Dst, wire.RIPPort, s.Port, s.Payload)
	return r.plane.SendOn(r.now, l.index, wire.MAC{}, b)
}

// retryRIP sends what waited for ARP. The first packet to a new neighbour is
// lost, as on any router; for the answer to a request that would cost the
// neighbour a whole update interval.
func (r *Router) retryRIP() {
	waiting := r.routing.waiting
	r.routing.waiting = nil
	for _, s := range waiting {
		r.sendRIP(s)
	}
}

func (r *Router) ripRoute(p rip.Route) forward.Route {
	return forward.Route{
		Prefix: p.Prefix, Source: forward.RIP, NextHop: p.NextHop, Interface: r.byName[p.Interface].index,
		Distance: p.Distance, Metric: p.Metric, Tag: uint32(p.Tag),
	}
}

// installRIP adds a learned path. Routes that forwarding refuses are of no use
// and stay in RIP's own table only.
func (r *Router) installRIP(p rip.Route) {
	r.routing.unknown = true
	if err := r.plane.AddRoute(r.now, r.ripRoute(p)); err != nil {
		r.Message(r.now, syslog.Message{
			Facility: "RIP", Severity: syslog.Warnings, Mnemonic: "NOROUTE", Text: p.Prefix.String() + " via " + p.NextHop.String() + ": " + err.Error(),
		})
	}
}

// ripLink tells RIP how an interface is now.
func (r *Router) ripLink(l *link) {
	r.routing.unknown = true
	r.ripStep(rip.LinkChanged{
		At: r.now, Interface: l.Name, Up: l.up(), Addresses: addresses(l.Interface), Silent: l.Kind != forward.Ethernet,
	})
}

// tellRIPRoutes tells RIP which static routes are in use, when that changed.
func (r *Router) tellRIPRoutes() (busy bool) {
	if !r.routing.unknown || !r.routing.rip.Running() {
		return false
	}
	r.routing.unknown = false
	var static []rip.StaticRoute
	for _, i := range r.plane.Routes() {
		s := rip.StaticRoute{Prefix: i.Prefix, Distance: i.Distance, Tag: uint16(i.Tag)}
		if i.Source == forward.Static && (len(static) == 0 || static[len(static)-1].Prefix != s.Prefix) {
			static = append(static, s)
		}
	}
	if slices.Equal(static, r.routing.static) {
		return false
	}
	r.routing.static = static
	r.ripStep(rip.Routed{At: r.now, Static: static})
	return true
}

// heardRIP takes a datagram for port 520.
func (r *Router) heardRIP(now clock.Time, p *wire.Packet) {
	r.ripStep(rip.Heard{
		At: now, Interface: r.links[p.In].Name, Source: p.Src, SourcePort: p.SrcPort, Payload: wire.UDP(p.Transport()).Payload(),
	})
}

// newRouting makes RIP, unconfigured.
func (r *Router) newRouting() routing {
	return routing{rip: rip.New(rip.Settings{Random: func() uint64 {
		n, err := r.randomUint64()
		if err != nil {
			return 0 // the updates leave together: a nuisance, not a fault
		}
		return n
	}})}
}
