package firewall

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"tandem/wire"
)

// linearLimit is the length up to which a list is searched entry by entry:
// below it, the hash lookups of the groups cost more than the comparisons.
const linearLimit = 16

// noEntry is the implicit deny at the end of every list.
const noEntry = math.MaxInt32

// classifier finds the first entry that matches a packet. Long lists use tuple
// space search: entries that look at the same bits of a packet form a group,
// and a group is one hash table keyed by those bits. A lookup asks the groups
// in the order of their earliest entry and stops as soon as no later group can
// hold an earlier match, so its cost grows with the number of different masks
// in the list, not with its length.
type classifier struct {
	entries []Entry
	matches func(e *Entry, p *wire.Packet) bool
	groups  []group // empty: search entry by entry
	pieces  []piece
}

// tuple is the set of header bits that the entries of one group look at. Port
// ranges are cut into pieces with a common mask, as prefixes of addresses are.
type tuple struct {
	src, dst         wire.Addr
	srcPort, dstPort uint16
	proto            uint8
}

// group is a hash table of the entries with one tuple.
type group struct {
	mask    tuple
	first   int32 // lowest entry in the group
	buckets []bucket
}

// bucket holds the values of the masked bits and the chain of entries with them.
type bucket struct {
	value tuple
	head  int32 // index into pieces plus one; 0 is an empty bucket
}

// piece is one entry in the chain of a bucket, in ascending order.
type piece struct{ entry, next int32 }

// newClassifier compiles the entries; matches is the full comparison, which
// the hash tables only prepare.
func newClassifier(entries []Entry, matches func(*Entry, *wire.Packet) bool, later fragmentTerms) *classifier {
	c := &classifier{entries: entries, matches: matches}
	if len(entries) <= linearLimit {
		return c
	}
	c.build(later)
	return c
}

// fragmentTerms says what of an entry a classifier may look at.
type fragmentTerms uint8

const (
	wholePackets   fragmentTerms = iota // layer 3 and 4
	laterFragments                      // layer 3 only
)

// find returns the index of the first matching entry, or noEntry.
func (c *classifier) find(p *wire.Packet) int32 {
	if c.groups == nil {
		for i := range c.entries {
			if c.matches(&c.entries[i], p) {
				return int32(i)
			}
		}
		return noEntry
	}
	best := int32(noEntry)
	for i := range c.groups {
		g := &c.groups[i]
		if g.first >= best {
			break
		}
		best = c.search(g, p, best)
	}
	return best
}

// search returns the first match in g when it comes before best.
func (c *classifier) search(g *group, p *wire.Packet, best int32) int32 {
	want := tuple{p.Src & g.mask.src, p.Dst & g.mask.dst, p.SrcPort & g.mask.srcPort, p.DstPort & g.mask.dstPort, p.Proto & g.mask.proto}
	last := uint64(len(g.buckets) - 1)
	for at := want.hash() & last; ; at = (at + 1) & last {
		b := &g.buckets[at]
		if b.head == 0 {
			return best
		}
		if b.value != want {
			continue
		}
		for i := b.head; i != 0; i = c.pieces[i-1].next {
			n := c.pieces[i-1].entry
			if n >= best {
				return best
			}
			if c.matches(&c.entries[n], p) {
				return n
			}
		}
		return best
	}
}

func (t tuple) hash() uint64 {
	hi, lo := bits.Mul64(uint64(t.src)<<32|uint64(t.dst)^0x9e3779b97f4a7c15, uint64(t.srcPort)<<32|uint64(t.dstPort)<<8|uint64(t.proto)|0x8000000000000000^0x51ed270b7a3c9d05)
	hi, lo = bits.Mul64(hi^lo, 0xd6e8feb86659fd93)
	return hi ^ lo
}

// portMask is a value and mask over a port.
type portMask struct{ value, mask uint16 }

// member is an entry on its way into a group.
type member struct {
	value tuple
	entry int32
}

// build sorts the entries into groups.
func (c *classifier) build(later fragmentTerms) {
	members := map[tuple][]member{}
	var order []tuple // in order of first appearance, which is that of the earliest entry
	crowds := c.crowds(later)
	for i := range c.entries {
		e := &c.entries[i]
		if e.Action == Remark || later == wholePackets && e.Fragments || later == laterFragments && e.Action == Deny && e.layer4() {
			continue
		}
		srcPorts, dstPorts := e.portMasks(later)
		if crowds[e.ends()] <= crowdLimit {
			srcPorts, dstPorts = unranged(srcPorts), unranged(dstPorts)
		}
		for _, s := range srcPorts {
			for _, d := range dstPorts {
				mask := tuple{^e.Src.Wildcard, ^e.Dst.Wildcard, s.mask, d.mask, 0xff}
				if e.Proto == 0 {
					mask.proto = 0
				}
				if members[mask] == nil {
					order = append(order, mask)
				}
				members[mask] = append(members[mask], member{tuple{e.Src.Addr, e.Dst.Addr, s.value, d.value, e.Proto}, int32(i)})
			}
		}
	}
	c.groups = make([]group, 0, len(order))
	for _, mask := range order {
		g := group{mask: mask, first: members[mask][0].entry}
		g.buckets = make([]bucket, 1<<bits.Len(uint(2*len(members[mask]))))
		// Chains grow at their head, so the entries are added last first.
		for _, m := range slices.Backward(members[mask]) {
			c.add(&g, m.value, m.entry)
		}
		c.groups = append(c.groups, g)
	}
	slices.SortStableFunc(c.groups, func(a, b group) int { return cmp.Compare(a.first, b.first) })
}

// crowdLimit is the number of entries with port ranges between the same ends up
// to which their ports are left to the full comparison. Cutting the ranges
// costs groups, which every lookup pays for.
const crowdLimit = 8

// ends is what an entry asks of a packet besides its ports.
type ends struct {
	src, dst AddrMatch
	proto    uint8
}

func (e *Entry) ends() ends { return ends{e.Src, e.Dst, e.Proto} }

// crowds counts the entries with port ranges between the same ends.
func (c *classifier) crowds(later fragmentTerms) map[ends]int {
	n := map[ends]int{}
	for i := range c.entries {
		if src, dst := c.entries[i].portMasks(later); len(src) > 1 || len(dst) > 1 {
			n[c.entries[i].ends()]++
		}
	}
	return n
}

// unranged leaves ports in several pieces to the full comparison.
func unranged(masks []portMask) []portMask {
	if len(masks) > 1 {
		return []portMask{{}}
	}
	return masks
}

func (c *classifier) add(g *group, value tuple, entry int32) {
	last := uint64(len(g.buckets) - 1)
	at := value.hash() & last
	for g.buckets[at].head != 0 && g.buckets[at].value != value {
		at = (at + 1) & last
	}
	b := &g.buckets[at]
	c.pieces = append(c.pieces, piece{entry: entry, next: b.head})
	b.value, b.head = value, int32(len(c.pieces))
}

// maxPortPieces bounds the number of copies of an entry with port ranges on
// both sides; beyond it one side is left to the full comparison.
const maxPortPieces = 64

// portMasks returns what the entry asks of the two ports as values and masks.
// A packet of ICMP carries its type and code in their place.
func (e *Entry) portMasks(later fragmentTerms) (src, dst []portMask) {
	free := []portMask{{}}
	if later == laterFragments {
		return free, free
	}
	src, dst = e.SrcPort.masks(), e.DstPort.masks()
	if e.ICMP.Terms > 0 {
		src = []portMask{{uint16(e.ICMP.Type), 0xffff}}
	}
	if e.ICMP.Terms > 1 {
		dst = []portMask{{uint16(e.ICMP.Code), 0xffff}}
	}
	if len(src)*len(dst) > maxPortPieces {
		if len(src) > len(dst) {
			src = free
		} else {
			dst = free
		}
	}
	return src, dst
}

// masks cuts the ports that m covers into values with a mask. Neq covers nearly
// everything and is left to the full comparison.
func (m PortMatch) masks() []portMask {
	var low, high int
	switch m.Op {
	case Eq:
		var out []portMask
		for _, p := range m.Ports[:m.Count] {
			if v := (portMask{p, 0xffff}); !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
		return out
	case Gt:
		low, high = int(m.Ports[0])+1, 0xffff
	case Lt:
		low, high = 0, int(m.Ports[0])-1
	case Span:
		low, high = int(m.Ports[0]), int(m.Ports[1])
	default:
		return []portMask{{}}
	}
	var out []portMask
	for low <= high {
		size := 1 << bits.TrailingZeros32(uint32(low)|1<<16)
		for low+size-1 > high {
			size >>= 1
		}
		out = append(out, portMask{uint16(low), uint16(0x10000 - size)})
		low += size
	}
	return out
}
