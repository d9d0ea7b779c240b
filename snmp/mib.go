package snmp

// The roots of the served subtrees.
var (
	mib2    = OID{1, 3, 6, 1, 2, 1}
	system  = mib2.Under(1)               // SNMPv2-MIB, RFC 3418
	ifs     = mib2.Under(2)               // IF-MIB, RFC 2863
	ipGroup = mib2.Under(4)               // IP-MIB, RFC 4293
	ifEntry = ifs.Under(2, 1)             // ifTable
	ifX     = mib2.Under(31, 1, 1, 1)     // ifXTable
	cisco   = OID{1, 3, 6, 1, 4, 1, 9}    // enterprise
	hsrpMIB = cisco.Under(9, 106)         // CISCO-HSRP-MIB
	hsrpRow = hsrpMIB.Under(1, 2, 1, 1)   // cHsrpGrpTable
	rfMIB   = cisco.Under(9, 176)         // CISCO-RF-MIB
	rfState = rfMIB.Under(1, 1)           // cRFStatusObjects
	traps   = OID{1, 3, 6, 1, 6, 3, 1, 1} // snmpMIBObjects
)

// routerServices is sysServices of a router: layers 2, 3, 4 and 7 (RFC 3418).
const routerServices = 2 + 4 + 8 + 64

// Build makes the tree of the facts and of what the agent counted.
func Build(f Facts, c Counters) Tree {
	var t Tree
	t.system(f.System)
	t.interfaces(f.Interfaces)
	t.ip(f)
	t.counters(f, c)
	t.groups(f.Groups)
	if f.Redundancy != nil {
		t.redundancy(*f.Redundancy)
	}
	t.sort()
	return t
}

func (t *Tree) system(s System) {
	t.scalar(system.Under(1), text(s.Description))
	t.scalar(system.Under(2), objectID(cisco.Under(1, s.Product)))
	t.scalar(system.Under(3), ticks(s.Uptime))
	t.scalar(system.Under(4), text(s.Contact))
	t.scalar(system.Under(5), text(s.Name))
	t.scalar(system.Under(6), text(s.Location))
	t.scalar(system.Under(7), integer(routerServices))
}

func (t *Tree) interfaces(list []Interface) {
	t.scalar(ifs.Under(1), integer(len(list)))
	for _, i := range list {
		index := OID{uint32(i.Index)}
		mac := text("")
		if i.Type == EthernetCSMACD {
			mac = macAddress(i.MAC)
		}
		bits := uint64(i.Kbit) * 1000
		t.row(ifEntry, 1, index,
			integer(i.Index), text(i.Name), integer(int(i.Type)), integer(i.MTU), gauge(bits), mac,
			choice(i.AdminUp, 1, 2), choice(i.Up, 1, 2), ticks(i.Changed),
			counter(i.In.Octets), counter(i.In.Unicasts), counter(i.In.Multicasts+i.In.Broadcasts), counter(i.InDrops), counter(i.InBad), counter(0),
			counter(i.Out.Octets), counter(i.Out.Unicasts), counter(i.Out.Multicasts+i.Out.Broadcasts), counter(i.OutDrops), counter(0), gauge(0))
		t.row(ifX, 1, index,
			text(i.Short), counter(i.In.Multicasts), counter(i.In.Broadcasts), counter(i.Out.Multicasts), counter(i.Out.Broadcasts),
			counter64(i.In.Octets), counter64(i.In.Unicasts), counter64(i.In.Multicasts), counter64(i.In.Broadcasts),
			counter64(i.Out.Octets), counter64(i.Out.Unicasts), counter64(i.Out.Multicasts), counter64(i.Out.Broadcasts),
			integer(1), gauge(bits/1e6), truth(false), truth(i.Connector), text(i.Description), ticks(0))
	}
}

func (t *Tree) ip(f Facts) {
	const forwarding, ttl, reassembly = 1, 255, 30
	t.scalar(ipGroup.Under(1), integer(forwarding))
	t.scalar(ipGroup.Under(2), integer(ttl))
	for n, v := range []uint64{
		f.IP.Received, f.IP.HeaderErrors, f.IP.AddressErrors, f.IP.Forwarded, f.IP.UnknownProtocols, f.IP.Discarded, f.IP.Delivered,
		f.IP.Requests, f.IP.OutDiscarded, f.IP.NoRoutes,
	} {
		t.scalar(ipGroup.Under(uint32(3+n)), counter(v))
	}
	t.scalar(ipGroup.Under(13), integer(reassembly))
	t.scalar(ipGroup.Under(15), counter(f.IP.Reassembled))
	t.scalar(ipGroup.Under(16), counter(f.IP.ReassemblyFailures))
	t.scalar(ipGroup.Under(17), counter(f.IP.Fragmented))
	t.scalar(ipGroup.Under(18), counter(f.IP.FragmentFailures))
	for _, a := range f.Addresses {
		t.row(ipGroup.Under(20, 1), 1, indexOf(a.Prefix.Addr),
			address(a.Prefix.Addr), integer(a.Interface), address(a.Prefix.Mask()), integer(1), integer(0xffff))
	}
	for _, n := range f.Neighbours {
		const dynamic, static = 3, 4
		t.row(ipGroup.Under(22, 1), 1, append(OID{uint32(n.Interface)}, indexOf(n.Addr)...),
			integer(n.Interface), macAddress(n.MAC), address(n.Addr), choice(n.Own, static, dynamic))
	}
}

// counters is the snmp group (RFC 3418).
func (t *Tree) counters(f Facts, c Counters) {
	group := mib2.Under(11)
	t.scalar(group.Under(1), counter(c.In))
	t.scalar(group.Under(3), counter(c.BadVersions))
	t.scalar(group.Under(4), counter(c.BadCommunities))
	t.scalar(group.Under(5), counter(0))
	t.scalar(group.Under(6), counter(c.Malformed))
	t.scalar(group.Under(30), choice(f.System.Scolds, 1, 2))
	t.scalar(group.Under(31), counter(0))
	t.scalar(group.Under(32), counter(0))
}
