package firewall

import (
	"math"
	"math/bits"
	"slices"

	"tandem/wire"
)

// marks are the flags of a session.
type marks uint16

const (
	markDirty      marks = 1 << iota // changed since it was collected for the peer
	markStandby                      // received from the peer, not yet used here
	markReplicated                   // the peer keeps a copy once the session is established
	markAnnounced                    // a record of it was collected: its end must be, too
	markTouched                      // had traffic since the last refresh
	markForward                      // path of Forward packets verified in this generation
	markReturn                       // path of Return packets verified in this generation
	markControl                      // every packet is read by an application inspection
	markConfirm                      // parity of the bulk that confirmed it
	markGone                         // over, kept until its deletion was collected
	markBothWays                     // opened by an expectation: lists are skipped both ways
)

// session is one entry of the table: 64 bytes without a pointer, so that the
// garbage collector never walks the table and an entry is one cache line.
// Times are whole seconds of the driver's axis.
type session struct {
	initiator, responder wire.Addr
	initPort, respPort   uint16 // of ICMP: the types of request and reply
	policy               uint16
	marks                marks
	conn                 conn
	serial               uint32    // number of the session since boot: generation of the slot, order of creation
	created              uint32    // when free: next free slot plus one
	heard                uint32    // last packet
	bytes                [2]uint32 // layer-4 payload by direction; wraps at 4 GiB, assumed as in IOS
	adj                  [2]uint16 // adjacency plus one by direction; 0 unknown
	proto                uint8
	version              uint8 // of its last record
	generation           uint8 // in which markForward, markReturn and adj hold
	armed                uint8 // low byte of the wheel tick that looks at it
}

// key names a session from the sight of one packet.
type key struct {
	src, dst         wire.Addr
	srcPort, dstPort uint16
	proto            uint8
}

func (s *session) key() key {
	return key{s.initiator, s.responder, s.initPort, s.respPort, s.proto}
}

// covers reports whether k belongs to s, and in which direction it travels.
func (s *session) covers(k *key) (Direction, bool) {
	if s.proto != k.proto {
		return Forward, false
	}
	if s.initiator == k.src && s.responder == k.dst && s.initPort == k.srcPort && s.respPort == k.dstPort {
		return Forward, true
	}
	return Return, s.responder == k.src && s.initiator == k.dst && s.respPort == k.srcPort && s.initPort == k.dstPort
}

// shardSlots is the number of sessions in a shard of the slab: few enough that
// a shard in part use wastes little, for a table grows by one.
const (
	shardBits  = 14
	shardSlots = 1 << shardBits
)

// slotAt numbers the slot in a place of a shard; shardOf and placeIn take the
// number apart.
func slotAt(shard, place int) uint32 { return uint32(shard)<<shardBits | uint32(place) }
func shardOf(slot uint32) int        { return int(slot >> shardBits) }
func placeIn(slot uint32) uint16     { return uint16(slot & (shardSlots - 1)) }

// parts is the number of independent pieces of the index. A piece grows by
// itself, so no growth stalls for longer than one piece takes.
const parts = 512

// table holds the sessions of one router. A session lies in a slot of the slab;
// the index finds the slot by the hash of the sorted ends, which is the same
// for both directions. There is one owner and no lock.
type table struct {
	seed   [2]uint64
	index  [parts]part
	shards []shard
	free   uint32 // first slot that became free, plus one
	fresh  uint32 // slots from here on were never used
	live   int    // sessions in the index
	serial uint32 // of the newest session

	touched uint64 // sum of what touch read, so that the reads are not optimised away
}

// shard is a piece of the slab with the list of its changed sessions.
type shard struct {
	slots   []session
	used    int
	dirty   changedList // sessions with markDirty
	touched changedList // sessions with markTouched
}

// part is a piece of the index: words of tag<<32 | slot+1 in ascending order of
// their tags, each at or behind its home, with gaps. The order ends a miss as
// early as a hit and lets the piece grow in one sequential copy. The last word
// is always empty.
type part struct {
	words []uint64
	homes uint32
	used  uint32
}

// hash mixes the sorted ends of k.
func (t *table) hash(k *key) uint64 {
	a := uint64(k.src)<<16 | uint64(k.srcPort)
	b := uint64(k.dst)<<16 | uint64(k.dstPort)
	if a > b {
		a, b = b, a
	}
	hi, lo := bits.Mul64(a^t.seed[0], b^t.seed[1]^uint64(k.proto)<<48)
	hi, lo = bits.Mul64(hi^lo^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	return hi ^ lo
}

func partOf(hash uint64) uint64 { return hash >> 55 }

func tagOf(hash uint64) uint32 { return uint32(hash) }

func (p *part) home(tag uint32) int { return int(uint64(tag) * uint64(p.homes) >> 32) }

// at returns the session in a slot.
func (t *table) at(slot uint32) *session {
	return &t.shards[slot>>shardBits].slots[slot&(shardSlots-1)]
}

// find returns the slot of the session that covers k.
func (t *table) find(k *key, hash uint64) (slot uint32, d Direction, ok bool) {
	p := &t.index[partOf(hash)]
	if p.used == 0 {
		return 0, Forward, false
	}
	tag := tagOf(hash)
	for i := p.home(tag); ; i++ {
		w := p.words[i]
		switch got := uint32(w >> 32); {
		case w == 0 || got > tag:
			return 0, Forward, false
		case got < tag:
			continue
		}
		slot = uint32(w) - 1
		if d, ok = t.at(slot).covers(k); ok {
			return slot, d, true
		}
	}
}

// insert adds a zeroed session for k, which must not be in the table. Pointers
// to sessions are invalid afterwards.
func (t *table) insert(k *key, hash uint64) (slot uint32, s *session) {
	slot = t.take()
	s = t.at(slot)
	t.serial++
	*s = session{
		initiator: k.src, responder: k.dst, initPort: k.srcPort, respPort: k.dstPort, proto: k.proto, serial: t.serial,
	}
	t.index[partOf(hash)].insert(tagOf(hash), slot)
	t.live++
	return slot, s
}

// unlink takes a session out of the index; its slot stays taken.
func (t *table) unlink(slot uint32) {
	k := t.at(slot).key()
	hash := t.hash(&k)
	t.index[partOf(hash)].remove(tagOf(hash), slot)
	t.live--
}

// take returns a free slot, adding room when there is none.
func (t *table) take() uint32 {
	slot := t.fresh
	if t.free != 0 {
		slot = t.free - 1
		t.free = t.at(slot).created
	} else {
		if n := len(t.shards); n == 0 || int(slot) == (n-1)*shardSlots+len(t.shards[n-1].slots) {
			t.extend()
		}
		t.fresh++
	}
	t.shards[shardOf(slot)].used++
	return slot
}

// release makes a slot free. It must have been unlinked.
func (t *table) release(slot uint32) {
	*t.at(slot) = session{created: t.free}
	t.free = slot + 1
	t.shards[shardOf(slot)].used--
}

// firstSlots is the size of the first shard of an idle router; it doubles until
// it is whole, the following ones are whole from the start.
const firstSlots = 256

func (t *table) extend() {
	if len(t.shards) == 1 && len(t.shards[0].slots) < shardSlots {
		first := &t.shards[0]
		slots := make([]session, 2*len(first.slots))
		copy(slots, first.slots)
		first.slots = slots
		return
	}
	size := shardSlots
	if len(t.shards) == 0 {
		size = firstSlots
	}
	t.shards = append(t.shards, shard{slots: make([]session, size)})
}

// each calls f for every session, standby ones included and those that are
// over left out, in the order of slots until f returns false.
func (t *table) each(f func(slot uint32, s *session) bool) {
	for i := range t.shards {
		if t.shards[i].used == 0 {
			continue
		}
		for j := range t.shards[i].slots {
			s := &t.shards[i].slots[j]
			if s.inUse() && !f(slotAt(i, j), s) {
				return
			}
		}
	}
}

// inUse reports whether s is a session that is not over.
func (s *session) inUse() bool { return s.serial != 0 && s.marks&markGone == 0 }

func (p *part) insert(tag, slot uint32) {
	if p.used+p.used/7 >= p.homes { // more than seven eighths full
		p.resize(p.homes + p.homes/12 + 4)
	}
	for !p.place(tag, slot) {
		p.resize(p.homes + p.homes/12 + 4)
	}
	p.used++
}

// place puts a word where its order wants it, and reports whether there was
// room for the run behind it.
func (p *part) place(tag, slot uint32) bool {
	i := p.home(tag)
	for p.words[i] != 0 && uint32(p.words[i]>>32) <= tag {
		i++
	}
	j := i
	for p.words[j] != 0 {
		j++
	}
	if j == len(p.words)-1 {
		return false
	}
	copy(p.words[i+1:j+1], p.words[i:j])
	p.words[i] = uint64(tag)<<32 | uint64(slot+1)
	return true
}

func (p *part) remove(tag, slot uint32) {
	want := uint64(tag)<<32 | uint64(slot+1)
	i := p.home(tag)
	for p.words[i] != want {
		i++
	}
	j := i + 1
	for p.words[j] != 0 && p.home(uint32(p.words[j]>>32)) < j {
		j++
	}
	copy(p.words[i:j-1], p.words[i+1:j])
	p.words[j-1] = 0
	p.used--
	if p.homes > 64 && p.used < p.homes/4 {
		p.resize(p.homes / 2)
	}
}

// reserve grows the index for n sessions at once: each piece for its share and
// one standard deviation more, so that few have to grow again.
func (t *table) reserve(n int) {
	share := float64(n) / parts
	homes := uint32((share + math.Sqrt(share)) * 8 / 7)
	for i := range t.index {
		if p := &t.index[i]; homes > p.homes {
			p.resize(homes)
		}
	}
}

// slack is the room behind the last home.
const slack = 16

// resize copies the words, which are in order, to new homes.
func (p *part) resize(homes uint32) {
	for !p.spread(homes) {
		homes += homes/12 + 4
	}
}

func (p *part) spread(homes uint32) bool {
	words := slices.Grow([]uint64(nil), int(homes)+slack) // whatever more the allocator gives is of use
	words = words[:cap(words)]
	next := part{words: words, homes: uint32(len(words) - slack), used: p.used}
	at := 0
	for _, w := range p.words {
		if w == 0 {
			continue
		}
		at = max(at, next.home(uint32(w>>32)))
		if at >= len(next.words)-1 {
			return false
		}
		next.words[at] = w
		at++
	}
	*p = next
	return true
}
