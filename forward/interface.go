package forward

import (
	"encoding/binary"
	"slices"
	"time"

	"tandem/clock"
	"tandem/wire"
)

// Kind says how an interface treats what is routed out of it.
type Kind uint8

// The kinds of interface.
const (
	Ethernet Kind = iota // frames, neighbours by ARP
	Loopback             // own addresses only; everything else routed to it vanishes
	Null                 // Null0: a route there is a refusal
)

// Interface is what the packet path knows of one interface. The zero values of
// the switches are those of "no ip unreachables" and so on: IOS has them on.
type Interface struct {
	Name      string        // "GigabitEthernet0/0", as log messages print it
	Kind      Kind          // Ethernet unless said otherwise
	MAC       wire.MAC      // burnt-in or configured address
	MTU       int           // bytes of IP, 68 to 65535; 0 is 1500
	Primary   wire.Prefix   // own address with its host bits; Addr 0 is "no ip address"
	Secondary []wire.Prefix // further own addresses, in order of configuration

	AdminUp bool // not shutdown
	LineUp  bool // carrier and line protocol

	Unreachables bool // ip unreachables
	Redirects    bool // ip redirects
	ProxyARP     bool // ip proxy-arp

	ARPTimeout time.Duration // age at which a neighbour is asked again; 0 is four hours
}

// iface is an Interface with everything that hangs on it.
type iface struct {
	Interface
	index   int16
	mac     uint64    // MAC as link compares it
	virtual []virtual // in the order they were taken
	macs    []uint64  // of virtual, ascending, each once
	groups  []group
	heard   map[wire.Addr]clock.Time // when a duplicate of an own address was last logged
	count   Counters
	queue   [][]byte
}

// group is a multicast group accepted on an interface.
type group struct {
	addr wire.Addr
	mac  wire.MAC
	uses int
}

// owned says where an address of this router lives.
type owned struct {
	index int16
	kind  ownedKind
}

// ownedKind tells what an address of this router is.
type ownedKind uint8

const (
	ownAddress   ownedKind = iota // an interface's address
	ownVirtual                    // an HSRP virtual address
	ownBroadcast                  // network or broadcast address of a connected subnet
)

func (f *iface) up() bool { return f.AdminUp && f.LineUp }

// prefixes returns the addresses of f, the primary first.
func (f *iface) prefixes() []wire.Prefix {
	if f.Primary.Addr == 0 {
		return nil
	}
	return append([]wire.Prefix{f.Primary}, f.Secondary...)
}

// connected reports whether a lies in a subnet of f.
func (f *iface) connected(a wire.Addr) bool {
	if f.Primary.Addr == 0 {
		return false
	}
	if f.Primary.Contains(a) {
		return true
	}
	return slices.ContainsFunc(f.Secondary, func(p wire.Prefix) bool { return p.Contains(a) })
}

// has reports whether a is an address of f itself, virtual ones apart.
func (f *iface) has(a wire.Addr) bool {
	return a != 0 && slices.ContainsFunc(f.prefixes(), func(p wire.Prefix) bool { return p.Addr == a })
}

// answers returns the MAC that f answers ARP with for a, and false when a is
// not an address of f.
func (f *iface) answers(a wire.Addr) (wire.MAC, bool) {
	if i := slices.IndexFunc(f.virtual, func(v virtual) bool { return v.addr == a && !v.yielded }); i >= 0 {
		return f.virtual[i].mac, true
	}
	return f.MAC, f.has(a)
}

// source returns the address of f that suits a neighbour at a: the one whose
// subnet holds it, else the primary.
func (f *iface) source(a wire.Addr) wire.Addr {
	for _, p := range f.prefixes() {
		if p.Contains(a) {
			return p.Addr
		}
	}
	return f.Primary.Addr
}

// joined reports whether f accepts the group a.
func (f *iface) joined(a wire.Addr) bool {
	return slices.ContainsFunc(f.groups, func(g group) bool { return g.addr == a })
}

// link says whom a frame is for, judged by its destination MAC.
type link uint8

const (
	toOther     link = iota // another station, or a group nobody joined
	toUs                    // the interface's own MAC
	toVirtual               // a virtual MAC this router owns
	toBroadcast             // every station
	toGroup                 // a multicast MAC of a joined group
)

func mac48(m []byte) uint64 {
	return uint64(binary.BigEndian.Uint32(m))<<16 | uint64(binary.BigEndian.Uint16(m[4:]))
}

// link classifies a frame of at least EthernetLen bytes.
func (f *iface) link(frame []byte) link {
	dst := mac48(frame)
	switch {
	case dst == f.mac:
		return toUs
	case dst == 0xffffffffffff:
		return toBroadcast
	case frame[0]&1 == 1:
		if slices.ContainsFunc(f.groups, func(g group) bool { return g.mac == wire.MAC(frame[:6]) }) {
			return toGroup
		}
	case f.acceptsVirtual(dst):
		return toVirtual
	}
	return toOther
}

// iface returns the interface of an index, or nil.
func (pl *Plane) iface(index int) *iface {
	if index < 0 || index >= len(pl.ifs) {
		return nil
	}
	return pl.ifs[index]
}

// SetInterface adds an interface or replaces what is known of it; index is any
// small number up to 32767 the caller chooses. Connected routes, neighbours and
// own addresses follow. An interface that comes up, or gets another address or
// MAC, announces its addresses by gratuitous ARP.
func (pl *Plane) SetInterface(now clock.Time, index int, cfg Interface) {
	if index < 0 || index > 0x7fff {
		return
	}
	for len(pl.ifs) <= index {
		pl.ifs = append(pl.ifs, nil)
	}
	if cfg.MTU <= 0 {
		cfg.MTU = 1500
	}
	if cfg.ARPTimeout <= 0 {
		cfg.ARPTimeout = arpTimeout
	}
	cfg.Secondary = slices.Clone(cfg.Secondary)
	f := pl.ifs[index]
	created := f == nil
	if created {
		f = &iface{index: int16(index), heard: make(map[wire.Addr]clock.Time)}
		pl.ifs[index] = f
	}
	old := *f
	f.Interface, f.mac = cfg, mac48(cfg.MAC[:])

	moved := f.Primary != old.Primary || !slices.Equal(f.Secondary, old.Secondary)
	switch {
	case !f.up() || f.Kind != old.Kind:
		pl.forget(f, func(*adjacency) bool { return true })
	case moved:
		pl.forget(f, func(a *adjacency) bool { return !f.connected(a.addr) || f.has(a.addr) })
	}
	if f.MAC != old.MAC || f.MTU != old.MTU {
		pl.reencapsulate(f)
	}
	pl.readdress()
	if created || moved || f.up() != old.up() || f.Kind != old.Kind {
		pl.change()
	}
	if f.up() && (!old.up() || moved || f.MAC != old.MAC) && f.Kind == Ethernet {
		for _, p := range f.prefixes() {
			pl.announce(f, p.Addr, f.MAC, wire.BroadcastMAC)
		}
	}
}

// RemoveInterface forgets an interface, its neighbours, counters and waiting
// frames. An unknown index is ignored.
func (pl *Plane) RemoveInterface(now clock.Time, index int) {
	f := pl.iface(index)
	if f == nil {
		return
	}
	pl.forget(f, func(*adjacency) bool { return true })
	pl.ifs[index] = nil
	pl.readdress()
	pl.change()
}

// Announce sends a gratuitous ARP reply for vip with mac as Ethernet and ARP
// sender. HSRP sends one to wire.BroadcastMAC and one to 0100.0ccd.cdcd.
func (pl *Plane) Announce(now clock.Time, index int, vip wire.Addr, mac, to wire.MAC) {
	if f := pl.iface(index); f != nil && f.up() {
		pl.announce(f, vip, mac, to)
	}
}

// Join accepts a multicast group on an interface; each Join wants a Leave.
func (pl *Plane) Join(index int, a wire.Addr) {
	f := pl.iface(index)
	if f == nil || !a.IsMulticast() {
		return
	}
	for i := range f.groups {
		if f.groups[i].addr == a {
			f.groups[i].uses++
			return
		}
	}
	f.groups = append(f.groups, group{a, a.MulticastMAC(), 1})
}

// Leave ends one Join. A group not joined is ignored.
func (pl *Plane) Leave(index int, a wire.Addr) {
	f := pl.iface(index)
	if f == nil {
		return
	}
	for i := range f.groups {
		if f.groups[i].addr != a {
			continue
		}
		if f.groups[i].uses--; f.groups[i].uses == 0 {
			f.groups = slices.Delete(f.groups, i, i+1)
		}
		return
	}
}

// Groups returns the multicast groups joined on an interface, in order of
// joining: "Multicast reserved groups joined" of show ip interface.
func (pl *Plane) Groups(index int) []wire.Addr {
	f := pl.iface(index)
	if f == nil {
		return nil
	}
	var out []wire.Addr
	for _, g := range f.groups {
		out = append(out, g.addr)
	}
	return out
}

// readdress makes the table of own addresses anew. An address that two
// interfaces claim belongs to the first. Routes are not touched, so that taking
// a virtual address costs the same with any number of them.
func (pl *Plane) readdress() {
	clear(pl.own)
	claim := func(a wire.Addr, o owned) {
		if _, taken := pl.own[a]; !taken {
			pl.own[a] = o
		}
	}
	for _, f := range pl.ifs {
		if f == nil || !f.up() {
			continue
		}
		for _, p := range f.prefixes() {
			claim(p.Addr, owned{f.index, ownAddress})
		}
		for _, v := range f.virtual {
			claim(v.addr, owned{f.index, ownVirtual})
		}
	}
	for _, f := range pl.ifs {
		if f == nil || !f.up() {
			continue
		}
		for _, p := range f.prefixes() {
			if p.Bits < 31 {
				claim(p.Network().Addr, owned{f.index, ownBroadcast})
				claim(p.DirectedBroadcast(), owned{f.index, ownBroadcast})
			}
		}
	}
	pl.filter.Invalidate()
}
