package forward

import (
	"math/bits"

	"tandem/wire"
)

// stride is how many address bits one node decides; 64 slots fit one word.
const stride = 6

// trie answers longest-prefix matches. It is a multibit trie whose nodes keep
// only what differs (Asai and Ohara, "Poptrie", SIGCOMM 2015): a bit for each of
// 64 slots says whether a child or a leaf stands there, and counting bits finds
// it. It holds no pointers and is never changed once made.
type trie struct {
	nodes  []node
	leaves []uint32
}

// node decides six bits of the address.
type node struct {
	children uint64 // slots with a child
	steps    uint64 // slots whose leaf differs from the leaf before
	leaf     uint32 // first of its leaves
	child    uint32 // first of its children
}

// mapping is one prefix, host bits clear, and the value addresses in it get.
type mapping struct {
	prefix wire.Prefix
	value  uint32
}

// newTrie makes a trie of mappings sorted by address, then by length. Addresses
// in no prefix get 0.
func newTrie(ms []mapping) trie {
	t := trie{nodes: make([]node, 1)}
	t.fill(0, ms, 0, 0)
	return t
}

// fill makes the node at the given index for mappings that agree in depth bits;
// inherited is the value of the longest shorter prefix.
func (t *trie) fill(at int, ms []mapping, depth int, inherited uint32) {
	var slots [1 << stride]uint32
	for i := range slots {
		slots[i] = inherited
	}
	type span struct{ slot, from, to int }
	var spans []span
	var n node
	for i, m := range ms {
		slot := int(uint64(m.prefix.Addr)<<32<<depth>>(64-stride)) & (1<<stride - 1)
		if over := depth + stride - int(m.prefix.Bits); over >= 0 {
			for j := slot; j < slot+1<<over; j++ {
				slots[j] = m.value
			}
			continue
		}
		n.children |= 1 << slot
		if k := len(spans) - 1; k >= 0 && spans[k].slot == slot {
			spans[k].to = i + 1
		} else {
			spans = append(spans, span{slot, i, i + 1})
		}
	}
	n.leaf, n.child = uint32(len(t.leaves)), uint32(len(t.nodes))
	for slot, v := range slots {
		first := uint32(len(t.leaves)) == n.leaf
		if n.children>>slot&1 == 0 && (first || t.leaves[len(t.leaves)-1] != v) {
			n.steps |= 1 << slot
			t.leaves = append(t.leaves, v)
		}
	}
	t.nodes = append(t.nodes, make([]node, len(spans))...)
	t.nodes[at] = n
	for i, s := range spans {
		t.fill(int(n.child)+i, ms[s.from:s.to], depth+stride, slots[s.slot])
	}
}

// lookup returns the value of the longest prefix that holds a, or 0.
func (t *trie) lookup(a wire.Addr) uint32 {
	if len(t.nodes) == 0 {
		return 0
	}
	key := uint64(a) << 32
	n := &t.nodes[0]
	for {
		bit := uint64(1) << (key >> (64 - stride))
		upTo := bit<<1 - 1
		if n.children&bit == 0 {
			return t.leaves[int(n.leaf)+bits.OnesCount64(n.steps&upTo)-1]
		}
		n = &t.nodes[int(n.child)+bits.OnesCount64(n.children&upTo)-1]
		key <<= stride
	}
}
