package router

import (
	"encoding/binary"
	"strings"
	"time"

	"tandem/clock"
	"tandem/firewall"
	"tandem/hsrp"
	"tandem/modes"
	"tandem/syslog"
	"tandem/wire"
)

// HSRP's port and the header of its datagrams (reference ha 1.1).
const hsrpPort = 1985

// step hands an event to HSRP and does what it answers, in order. An event
// that one of the answers leads to waits until the present one is done.
func (r *Router) step(ev hsrp.Event) {
	r.waiting = append(r.waiting, ev)
	if r.stepping {
		return
	}
	r.stepping = true
	defer func() { r.stepping = false }()
	for len(r.waiting) > 0 {
		ev, r.waiting = r.waiting[0], r.waiting[1:]
		for _, a := range r.standby.Step(ev, nil) {
			r.act(a)
		}
	}
	r.waiting = nil
}

func (r *Router) act(action hsrp.Action) {
	switch a := action.(type) {
	case hsrp.Arm:
		r.timers.Set(a.Timer, a.At)
	case hsrp.Stop:
		r.timers.Stop(a.Timer)
	case hsrp.Send:
		r.sendHello(a)
	case hsrp.Own:
		r.words++
		r.plane.Own(r.now, r.byName[a.Interface].index, a.VIP, a.MAC)
		r.readdressed = true
	case hsrp.Disown:
		r.words++
		if r.reload.wanted { // what reaches this router still, it forwards
			r.plane.Yield(r.byName[a.Interface].index, a.VIP)
			return
		}
		r.plane.Disown(r.now, r.byName[a.Interface].index, a.VIP)
		r.readdressed = true
	case hsrp.Announce:
		r.plane.Announce(r.now, r.byName[a.Interface].index, a.VIP, a.MAC, a.To)
	case hsrp.Log:
		r.Message(r.now, a.Message)
	case hsrp.Debug:
		r.standbyLine(a)
	case hsrp.Moved:
		r.groupMoved(a)
	case hsrp.Update:
		r.groupPeer(a)
	case hsrp.Dropped:
		if r.heard != nil { // it came just now: the packet path counts it
			r.heard.Discard(a.Reason)
		}
	}
}

// sendHello puts an HSRP payload on the wire.
func (r *Router) sendHello(s hsrp.Send) {
	r.plane.SendOn(r.now, r.byName[s.Interface].index, s.From, hsrpPacket(s))
}

// Stalled says that the driver could not call this router for a while before
// now: what came due meanwhile is judged accordingly.
func (r *Router) Stalled(now clock.Time, slept time.Duration) {
	r.begin(now)
	defer r.settle()
	r.step(hsrp.Stalled{At: r.now, For: slept})
}

// deliver takes packets for this router that forwarding does not answer.
func (r *Router) deliver(now clock.Time, p *wire.Packet) bool {
	switch {
	case p.Proto == wire.ProtoUDP && p.DstPort == hsrpPort && p.In >= 0 && p.Dst.IsMulticast(): // which no router forwards
		r.pumpIPC() // what the peer said over the association before comes first
		r.heard = p
		r.step(hsrp.Heard{
			At: now, Interface: r.links[p.In].Name, Source: p.Src, MAC: wire.Ethernet(p.Data).Src(),
			Payload: wire.UDP(p.Transport()).Payload(),
		})
		r.heard = nil
		return true
	case p.Proto == wire.ProtoUDP && p.DstPort == wire.RIPPort && p.In >= 0 && r.routing.rip.Running():
		r.heardRIP(now, p)
		return true
	case p.Proto == wire.ProtoTCP:
		return r.inbandInput(p)
	case p.Proto == wire.ProtoSCTP:
		return r.associated(now, p)
	case p.Proto == wire.ProtoICMP:
		return r.unreachable(now, p) || r.callRefused(p)
	case p.Proto == wire.ProtoUDP && p.DstPort == SNMPPort:
		return r.takeRequest(p)
	case p.Proto == wire.ProtoUDP:
		return r.takeMail(p)
	}
	return false
}

// Standby implements modes.Device.
func (r *Router) Standby() *hsrp.Router { return r.standby }

// EditStandby implements modes.Device.
func (r *Router) EditStandby(_ clock.Time, name string, edit func(c *hsrp.InterfaceConfig)) error {
	if !r.onLAN(name) {
		return modes.Refuse("%% HSRP is not supported on %s", name)
	}
	c, _ := r.standby.Interface(name)
	version := c.Version
	edit(&c)
	if c.Version != version {
		if err := hsrp.CheckVersion(c.Version, r.groupNumbers(name)); err != nil {
			return err
		}
	}
	r.step(hsrp.ConfigureInterface{At: r.now, Interface: name, Config: c})
	r.joinGroups(name)
	return nil
}

// onLAN reports whether an interface may have other routers beside it.
func (r *Router) onLAN(name string) bool {
	return r.byName[name] != nil && !strings.HasPrefix(name, "Loopback") && !strings.HasPrefix(name, "Null")
}

func (r *Router) groupNumbers(name string) []uint16 {
	var out []uint16
	for g := range r.standby.Briefs() {
		if g.Interface == name {
			out = append(out, g.Group)
		}
	}
	return out
}

// EditGroup implements modes.Device.
func (r *Router) EditGroup(_ clock.Time, name string, group int, edit func(c *hsrp.GroupConfig)) error {
	if !r.onLAN(name) {
		return modes.Refuse("%% HSRP is not supported on %s", name)
	}
	key := groupKey{name, group}
	c, ok := r.groups[key]
	if !ok {
		c = hsrp.DefaultGroup()
	}
	edit(&c)
	r.groups[key] = c
	r.configureGroup(key)
	r.joinGroups(name)
	r.readdressed = true
	return nil
}

// RemoveGroup implements modes.Device.
func (r *Router) RemoveGroup(_ clock.Time, name string, group int) error {
	delete(r.groups, groupKey{name, group})
	r.step(hsrp.RemoveGroup{At: r.now, Interface: name, Group: uint16(group)})
	r.joinGroups(name)
	return nil
}

// joinGroups listens to the multicast group of the interface's HSRP version
// while it has groups.
func (r *Router) joinGroups(name string) {
	index := r.byName[name].index
	r.plane.Leave(index, wire.AllRouters)
	r.plane.Leave(index, wire.AllHSRPv2)
	if c, groups := r.standby.Interface(name); groups > 0 {
		r.plane.Join(index, wire.HSRPGroupAddr(c.Version))
	}
}

// Firewall implements modes.Device.
func (r *Router) Firewall() *firewall.Engine {
	r.applyFilters()
	return r.engine
}

// A changed configuration of the firewall is compiled before the next packet,
// and without packets after filterDelay. Compiling costs as much as the lists
// are long: those of more than promptEntries entries, while somebody pastes them
// into a busy router, wait entryDelay an entry between two times.
const (
	filterDelay   = 100 * time.Millisecond
	promptEntries = 1000
	entryDelay    = 100 * time.Microsecond
)

// filterWait is the least time between two compilations.
func (r *Router) filterWait() time.Duration {
	entries := 0
	for _, l := range r.filters.Lists {
		entries += len(l.Entries)
	}
	if entries <= promptEntries {
		return 0
	}
	return time.Duration(entries) * entryDelay
}

// awaitFilters lets Wake compile what is stale.
func (r *Router) awaitFilters() {
	at := max(r.now.Add(filterDelay), r.compiled.Add(r.filterWait()))
	r.timers.Set(clock.Key{Owner: ownerFilters}, at)
}

// refreshFilters compiles what is stale, unless it has to wait.
func (r *Router) refreshFilters() {
	if r.stale && r.now >= r.compiled.Add(r.filterWait()) {
		r.applyFilters()
	}
}

// Filter implements modes.Device.
func (r *Router) Filter(name string) firewall.Interface {
	if l := r.byName[name]; l != nil {
		return r.filters.Interfaces[l.index]
	}
	return firewall.Interface{}
}

// EditFirewall implements modes.Device.
func (r *Router) EditFirewall(_ clock.Time, edit func(c *firewall.Config) error) error {
	if !r.stale && !r.loading {
		r.awaitFilters()
	}
	r.stale = true
	return edit(&r.filters)
}

// applyFilters hands a changed configuration to the engine.
func (r *Router) applyFilters() {
	if !r.stale {
		return
	}
	r.stale, r.compiled = false, r.now
	if err := r.engine.Configure(r.now, r.filters); err != nil {
		r.Message(r.now, syslog.Message{Facility: "FW", Severity: syslog.Errors, Mnemonic: "CONFIG", Text: err.Error()})
	}
	r.redundancyConfigured()
}

// randomUint64 draws from the router's source of randomness.
func (r *Router) randomUint64() (uint64, error) {
	var b [8]byte
	if _, err := r.Random.Read(b[:]); err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint64(b[:]), nil
}
