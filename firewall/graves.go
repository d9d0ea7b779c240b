package firewall

// graveLimit bounds the remembered ends of sessions: no more deletions than that
// are on their way behind a missing packet.
const graveLimit = 1 << 15

// graves remembers which sessions ended while earlier records are missing:
// records travel unordered, and an update that was overtaken by the deletion
// must not raise the dead.
type graves struct {
	serial map[uint64]uint32 // by key hash
	ring   []uint64          // in the order of their ends
	at     int               // oldest, once the ring is full
}

func (g *graves) dig(hash uint64, serial uint32) {
	if g.serial == nil {
		g.serial = map[uint64]uint32{}
	}
	if _, ok := g.serial[hash]; !ok {
		if len(g.ring) < graveLimit {
			g.ring = append(g.ring, hash)
		} else {
			delete(g.serial, g.ring[g.at])
			g.ring[g.at] = hash
			g.at = (g.at + 1) % graveLimit
		}
	}
	g.serial[hash] = serial
}

func (g *graves) buried(hash uint64, serial uint32) bool {
	last, ok := g.serial[hash]
	return ok && int32(serial-last) <= 0
}

// clear forgets them: nothing is missing any more.
func (g *graves) clear() {
	if len(g.ring) > 0 {
		*g = graves{}
	}
}
