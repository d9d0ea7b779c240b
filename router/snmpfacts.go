package router

import (
	"strings"

	"tandem/forward"
	"tandem/hsrp"
	"tandem/modes"
	"tandem/platform"
	"tandem/snmp"
	"tandem/wire"
)

// groupStates are the states of HSRP as CISCO-HSRP-MIB numbers them.
var groupStates = map[hsrp.State]snmp.GroupState{
	hsrp.Disabled: snmp.GroupInitial, hsrp.Init: snmp.GroupInitial, hsrp.Learn: snmp.GroupLearn, hsrp.Listen: snmp.GroupListen,
	hsrp.Speak: snmp.GroupSpeak, hsrp.Standby: snmp.GroupStandby, hsrp.Active: snmp.GroupActive,
}

// ifIndex numbers an interface from 1.
func ifIndex(l *link) int { return l.index + 1 }

// facts is what the agent serves now.
func (r *Router) facts() snmp.Facts {
	s, id := modes.SNMPOf(r.tree), r.Settings.Hardware.Identity()
	f := snmp.Facts{
		System: snmp.System{
			Description: strings.TrimSuffix(strings.ReplaceAll(modes.Banner(id), "\n", "\r\n"), "\r\n"),
			Contact:     s.Contact, Name: r.fullName(), Location: s.Location,
			Product: id.Product, Uptime: r.wall.Uptime(r.now), Scolds: s.Enabled(modes.TrapAuthentication),
		},
		IP:         r.ipFacts(),
		Groups:     r.groupFacts(),
		Redundancy: r.redundancyFacts(),
	}
	for _, name := range r.interfaceNames() {
		l := r.byName[name]
		f.Interfaces = append(f.Interfaces, r.interfaceFacts(l))
		for _, p := range addresses(l.Interface) {
			f.Addresses = append(f.Addresses, snmp.Address{Interface: ifIndex(l), Prefix: p})
		}
	}
	for _, e := range r.plane.ARPTable(r.now) {
		if !e.Incomplete {
			f.Neighbours = append(f.Neighbours, snmp.Neighbour{Interface: e.Interface + 1, Addr: e.Addr, MAC: e.MAC, Own: e.Own})
		}
	}
	return f
}

// fullName is the host name with the domain, as sysName tells it.
func (r *Router) fullName() string {
	if domain := modes.DomainOf(r.tree); domain != "" {
		return r.Hostname() + "." + domain
	}
	return r.Hostname()
}

func (r *Router) interfaceFacts(l *link) snmp.Interface {
	hw, _ := r.Settings.Hardware.Interface(l.Name)
	c := r.plane.Counters(l.index)
	bad := c.Drops[wire.BadEthernet] + c.Drops[wire.BadIPHeader] + c.Drops[wire.BadIPChecksum] + c.Drops[wire.BadARP] + c.Drops[wire.BadTransport]
	f := snmp.Interface{
		Index: ifIndex(l), Name: l.Name, Short: platform.ShortName(l.Name), Type: interfaceType(l), MTU: l.MTU, Kbit: hw.BandwidthKbit,
		MAC: l.MAC, AdminUp: l.AdminUp, Up: l.up(), Connector: hw.Kind == platform.Routed || hw.Kind == platform.SwitchPort,
		In: snmp.Traffic{
			Octets: c.InBytes, Unicasts: c.InPackets - c.InMulticasts - c.InBroadcasts, Multicasts: c.InMulticasts, Broadcasts: c.InBroadcasts,
		},
		Out:     snmp.Traffic{Octets: c.OutBytes, Unicasts: c.OutPackets}, // kinds of frames sent are not told apart
		InDrops: c.Dropped() - bad, InBad: bad, OutDrops: c.OutDrops,
	}
	if l.state.LastChange != 0 {
		f.Changed = r.wall.Uptime(l.state.LastChange)
	}
	if node := r.tree.Root.Child("interface " + l.Name); node != nil {
		f.Description, f.Kbit = modes.DescriptionOf(node), modes.BandwidthOf(node, hw.BandwidthKbit)
	}
	return f
}

func interfaceType(l *link) snmp.InterfaceType {
	switch {
	case l.Kind == forward.Null:
		return snmp.OtherType
	case strings.HasPrefix(l.Name, "Loopback"):
		return snmp.SoftwareLoopback
	case strings.HasPrefix(l.Name, "Vlan"):
		return snmp.PropVirtual
	case l.Kind == forward.Ethernet:
		return snmp.EthernetCSMACD
	}
	return snmp.OtherType
}

func (r *Router) ipFacts() snmp.IP {
	t := r.plane.Traffic()
	header := t.Drops[wire.BadIPHeader] + t.Drops[wire.BadIPChecksum] + t.Drops[wire.TTLExpired]
	noRoute := t.Drops[wire.NoRoute]
	var dropped uint64
	for _, n := range t.Drops {
		dropped += n
	}
	return snmp.IP{
		Received: t.Received, HeaderErrors: header, Forwarded: t.Forwarded, Discarded: dropped - header - noRoute,
		Delivered: t.Delivered, Requests: t.Generated, NoRoutes: noRoute,
		Reassembled: t.Reassembled, ReassemblyFailures: t.ReassemblyFailures + t.ReassemblyTimeouts,
		Fragmented: t.Fragmented, FragmentFailures: t.CannotFragment,
	}
}

func (r *Router) groupFacts() (out []snmp.Group) {
	for _, g := range r.standby.Status(r.now) {
		l := r.byName[g.Interface]
		if l == nil {
			continue
		}
		c := r.groups[groupKey{g.Interface, int(g.Group)}]
		row := snmp.Group{
			Interface: ifIndex(l), Number: int(g.Group), Priority: int(g.Priority), Preempt: g.Preempt.Enabled, PreemptDelay: g.Preempt.Minimum,
			TimersConfigured: c.Hello != 0, ConfiguredHello: c.Hello, ConfiguredHold: c.Hold,
			VIP: g.VIP, VIPConfigured: !g.VIPLearned, State: groupStates[g.State], MAC: g.LocalMAC,
			ActiveRouter: g.Active.Address, StandbyRouter: g.Standby.Address,
		}
		if c.Hello == 0 {
			row.ConfiguredHello, row.ConfiguredHold = hsrp.DefaultHello, hsrp.DefaultHold
			row.LearnedHello, row.LearnedHold = g.Hello, g.Hold
		}
		switch g.State {
		case hsrp.Active:
			row.ActiveRouter = l.Primary.Addr
		case hsrp.Standby:
			row.StandbyRouter = l.Primary.Addr
		}
		out = append(out, row)
	}
	return out
}
