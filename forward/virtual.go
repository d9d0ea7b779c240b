package forward

import (
	"slices"

	"tandem/clock"
	"tandem/wire"
)

// virtual is an HSRP virtual address this router answers for.
type virtual struct {
	addr    wire.Addr
	mac     wire.MAC
	yielded bool // another router speaks for it: only frames to the MAC are taken still
}

// acceptsVirtual reports whether dst is a virtual MAC that f owns. Every frame
// that is not for f's own MAC asks, so that 4096 groups must cost no more than
// a few steps.
func (f *iface) acceptsVirtual(dst uint64) bool {
	_, ok := slices.BinarySearch(f.macs, dst)
	return ok
}

// Own makes this router answer for an HSRP virtual address: ARP with the
// virtual MAC, frames to that MAC, echo requests to that address (reference ha
// 1.9). It announces nothing; see Announce.
func (pl *Plane) Own(now clock.Time, index int, vip wire.Addr, mac wire.MAC) {
	f := pl.iface(index)
	if f == nil {
		return
	}
	f.dropVirtual(vip)
	f.virtual = append(f.virtual, virtual{addr: vip, mac: mac})
	if at, ok := slices.BinarySearch(f.macs, mac48(mac[:])); !ok {
		f.macs = slices.Insert(f.macs, at, mac48(mac[:]))
	}
	pl.forget(f, func(a *adjacency) bool { return a.addr == vip })
	pl.reclaim(f, vip)
}

// Yield leaves a virtual address to another router: no ARP is answered for it
// and nobody disputed, but what comes to its MAC is forwarded still, because
// hosts and switches learn of the other router a little later. Own or Disown
// ends it.
func (pl *Plane) Yield(index int, vip wire.Addr) {
	f := pl.iface(index)
	if f == nil {
		return
	}
	if i := slices.IndexFunc(f.virtual, func(v virtual) bool { return v.addr == vip }); i >= 0 {
		f.virtual[i].yielded = true
	}
}

// Disown ends Own. An address not owned is ignored.
func (pl *Plane) Disown(now clock.Time, index int, vip wire.Addr) {
	if f := pl.iface(index); f != nil && f.dropVirtual(vip) {
		pl.reclaim(f, vip)
	}
}

// dropVirtual takes a virtual address from f, and its MAC if no other one has
// it, and reports whether f had it.
func (f *iface) dropVirtual(vip wire.Addr) bool {
	i := slices.IndexFunc(f.virtual, func(v virtual) bool { return v.addr == vip })
	if i < 0 {
		return false
	}
	mac := f.virtual[i].mac
	f.virtual = slices.Delete(f.virtual, i, i+1)
	if slices.ContainsFunc(f.virtual, func(v virtual) bool { return v.mac == mac }) {
		return true
	}
	if at, ok := slices.BinarySearch(f.macs, mac48(mac[:])); ok {
		f.macs = slices.Delete(f.macs, at, at+1)
	}
	return true
}

// reclaim brings the table of own addresses up to date after f took or gave up
// a virtual address. The whole table is made anew only where another claim to
// the address stands: a router takes thousands of groups at once.
func (pl *Plane) reclaim(f *iface, vip wire.Addr) {
	_, has := f.answers(vip)
	switch _, taken := pl.own[vip]; {
	case !f.up():
		return
	case taken && has || pl.claimedBeside(f, vip):
		pl.readdress()
		return
	case has:
		pl.own[vip] = owned{f.index, ownVirtual}
	default:
		delete(pl.own, vip)
	}
	pl.filter.Invalidate()
}

// claimedBeside reports whether an address is one of another interface's, or
// the network or broadcast address of a subnet.
func (pl *Plane) claimedBeside(f *iface, a wire.Addr) bool {
	return slices.ContainsFunc(pl.ifs, func(other *iface) bool {
		if other == nil {
			return false
		}
		if _, has := other.answers(a); has && other != f {
			return true
		}
		return slices.ContainsFunc(other.prefixes(), func(p wire.Prefix) bool {
			return p.Bits < 31 && (a == p.Network().Addr || a == p.DirectedBroadcast())
		})
	})
}
