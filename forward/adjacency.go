package forward

import (
	"cmp"
	"slices"
	"time"

	"tandem/clock"
	"tandem/wire"
)

// adjacency is a neighbour on a link with the Ethernet header that reaches it.
// It holds no pointers. Its place in the table is what wire.Packet.Adj means,
// plus one.
type adjacency struct {
	header  [wire.EthernetLen]byte
	out     int16
	state   adjacencyState
	tries   uint8 // requests since the last answer
	addr    wire.Addr
	mtu     int32      // of the interface
	learned clock.Time // last heard
	due     clock.Time // next retry, or when it is too old
}

type adjacencyState uint8

const (
	unused adjacencyState = iota
	incomplete
	complete
)

// neighbours is the table of adjacencies: the ARP table of the router.
type neighbours struct {
	table   []adjacency
	byAddr  map[uint64]uint32 // interface and address -> index
	free    []uint32          // to be used again
	limbo   []uint32          // freed, but a batch on its way may still name them
	waiting int               // incomplete ones
}

func newNeighbours() neighbours { return neighbours{byAddr: make(map[uint64]uint32)} }

func neighbourKey(out int16, a wire.Addr) uint64 { return uint64(uint16(out))<<32 | uint64(a) }

// find returns the index of a neighbour.
func (n *neighbours) find(out int16, a wire.Addr) (uint32, bool) {
	i, ok := n.byAddr[neighbourKey(out, a)]
	return i, ok
}

// add makes an entry, or reports that the table is full.
func (n *neighbours) add(f *iface, a wire.Addr, state adjacencyState) (uint32, bool) {
	if len(n.byAddr) >= arpLimit || state == incomplete && n.waiting >= arpIncomplete {
		return 0, false
	}
	var i uint32
	if k := len(n.free); k > 0 {
		i, n.free = n.free[k-1], n.free[:k-1]
	} else {
		i = uint32(len(n.table))
		n.table = append(n.table, adjacency{})
	}
	n.table[i] = adjacency{out: f.index, addr: a, state: state, mtu: int32(f.MTU)}
	n.byAddr[neighbourKey(f.index, a)] = i
	if state == incomplete {
		n.waiting++
	}
	return i, true
}

// remove frees an entry. Its index is not used again before recycle.
func (n *neighbours) remove(i uint32) {
	a := &n.table[i]
	if a.state == incomplete {
		n.waiting--
	}
	delete(n.byAddr, neighbourKey(a.out, a.addr))
	*a = adjacency{}
	n.limbo = append(n.limbo, i)
}

// recycle makes removed entries available: no packet names them any more.
func (n *neighbours) recycle() {
	if len(n.limbo) > 0 {
		n.free = append(n.free, n.limbo...)
		n.limbo = n.limbo[:0]
	}
}

// forget removes the neighbours of f that gone names.
func (pl *Plane) forget(f *iface, gone func(*adjacency) bool) {
	n := &pl.neighbours
	for i := range n.table {
		if a := &n.table[i]; a.state != unused && a.out == f.index && gone(a) {
			n.remove(uint32(i))
		}
	}
	pl.filter.Invalidate()
}

// reencapsulate follows a change of MAC or MTU of f.
func (pl *Plane) reencapsulate(f *iface) {
	for i := range pl.neighbours.table {
		if a := &pl.neighbours.table[i]; a.state != unused && a.out == f.index {
			copy(a.header[6:], f.MAC[:])
			a.mtu = int32(f.MTU)
		}
	}
}

// ARPEntry is one line of show arp.
type ARPEntry struct {
	Addr       wire.Addr
	MAC        wire.MAC // zero while Incomplete
	Interface  int
	Own        bool // an address of this router, virtual ones included: age "-"
	Incomplete bool
	Age        time.Duration // since last heard
}

// ARPTable returns own addresses and neighbours by address, then by interface.
func (pl *Plane) ARPTable(now clock.Time) []ARPEntry {
	var out []ARPEntry
	for _, f := range pl.ifs {
		if f == nil || !f.up() || f.Kind != Ethernet {
			continue
		}
		for _, p := range f.prefixes() {
			out = append(out, ARPEntry{Addr: p.Addr, MAC: f.MAC, Interface: int(f.index), Own: true})
		}
		for _, v := range f.virtual {
			out = append(out, ARPEntry{Addr: v.addr, MAC: v.mac, Interface: int(f.index), Own: true})
		}
	}
	for i := range pl.neighbours.table {
		switch a := &pl.neighbours.table[i]; a.state {
		case incomplete:
			out = append(out, ARPEntry{Addr: a.addr, Interface: int(a.out), Incomplete: true})
		case complete:
			out = append(out, ARPEntry{Addr: a.addr, MAC: wire.Ethernet(a.header[:]).Dst(), Interface: int(a.out), Age: now.Sub(a.learned)})
		}
	}
	slices.SortFunc(out, func(a, b ARPEntry) int {
		return cmp.Or(cmp.Compare(a.Addr, b.Addr), cmp.Compare(a.Interface, b.Interface))
	})
	return out
}

// Adjacency is one line of show adjacency.
type Adjacency struct {
	Index      uint32 // wire.Packet.Adj is one more
	Interface  int
	Addr       wire.Addr
	Header     [wire.EthernetLen]byte // rewrite string; zero while Incomplete
	Incomplete bool
}

// Adjacencies returns the neighbours by interface, then by address.
func (pl *Plane) Adjacencies() []Adjacency {
	var out []Adjacency
	for i := range pl.neighbours.table {
		if a := &pl.neighbours.table[i]; a.state != unused {
			out = append(out, Adjacency{uint32(i), int(a.out), a.addr, a.header, a.state == incomplete})
		}
	}
	slices.SortFunc(out, func(a, b Adjacency) int {
		return cmp.Or(cmp.Compare(a.Interface, b.Interface), cmp.Compare(a.Addr, b.Addr))
	})
	return out
}

// ClearARP forgets every neighbour: clear arp-cache.
func (pl *Plane) ClearARP(now clock.Time) {
	for _, f := range pl.ifs {
		if f != nil {
			pl.forget(f, func(*adjacency) bool { return true })
		}
	}
}

// Resolve finds the neighbour that packets to a would go to and asks for it
// when it is unknown, so that the first packet need not be lost. An address
// without a route, or one of this router, is left alone.
func (pl *Plane) Resolve(now clock.Time, a wire.Addr) {
	pl.refresh()
	if _, own := pl.own[a]; own {
		return
	}
	for _, way := range pl.Lookup(a) {
		f := pl.iface(way.Out)
		if f == nil || !f.up() || f.Kind != Ethernet {
			continue
		}
		if way.Gateway != 0 {
			pl.neighbour(now, f, way.Gateway)
		} else {
			pl.neighbour(now, f, a)
		}
	}
}
