package firewall

import "tandem/wire"

// hosts collects the addresses at the ends of sessions that were stored for the
// peer, so that the owner can look for them before a takeover needs them. Each
// address is named once while it is remembered.
type hosts struct {
	fresh  []wire.Addr
	recent [256]wire.Addr // some that are known, by their last bits: saves the map
	known  map[wire.Addr]struct{}
}

// maxEnds bounds both what waits and what is remembered; when it is reached,
// everything is forgotten and addresses may be named again.
const maxEnds = 4096

func (e *hosts) add(a wire.Addr) {
	r := &e.recent[a%wire.Addr(len(e.recent))]
	if *r == a {
		return
	}
	*r = a
	if _, known := e.known[a]; known {
		return
	}
	if e.known == nil || len(e.known) >= maxEnds {
		e.known, e.recent = make(map[wire.Addr]struct{}), [256]wire.Addr{}
	}
	e.known[a] = struct{}{}
	if len(e.fresh) < maxEnds {
		e.fresh = append(e.fresh, a)
	}
}

// Ends emits the addresses at the ends of standby sessions stored since the
// last call. A router that resolves them at once loses no packet to address
// resolution when it takes over.
func (e *Engine) Ends(emit func(a wire.Addr)) {
	for _, a := range e.ha.ends.fresh {
		emit(a)
	}
	e.ha.ends.fresh = e.ha.ends.fresh[:0]
}
