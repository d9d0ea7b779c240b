package firewall

import "tandem/wire"

// datagram names the fragments of one packet (RFC 791 section 3.2).
type datagram struct {
	src, dst wire.Addr
	id       uint16
	proto    uint8
}

// fragments knows the datagrams whose first fragment passed as part of a
// session under a rule with fragment: the rest of them passes, too.
type fragments struct {
	until map[datagram]uint32 // second of forgetting
	order []datagram          // in the order of their first fragments
}

func datagramOf(p *wire.Packet) datagram {
	return datagram{src: p.Src, dst: p.Dst, id: p.IP().ID(), proto: p.Proto}
}

// passed reports whether the first fragment of the same datagram passed.
func (f *fragments) passed(p *wire.Packet, now uint32) bool {
	if len(f.until) == 0 {
		return false
	}
	return f.until[datagramOf(p)] >= now+1
}

// note remembers a datagram, unless too many are known already.
func (f *fragments) note(p *wire.Packet, now uint32, l *line) {
	f.forget(now)
	if len(f.until) >= l.maximum {
		return
	}
	if f.until == nil {
		f.until = map[datagram]uint32{}
	}
	d := datagramOf(p)
	if _, known := f.until[d]; !known {
		f.order = append(f.order, d)
	}
	f.until[d] = now + l.timeout + 1
}

// forget drops the datagrams at the front that ran out.
func (f *fragments) forget(now uint32) {
	n := 0
	for n < len(f.order) && f.until[f.order[n]] <= now {
		delete(f.until, f.order[n])
		n++
	}
	f.order = f.order[n:]
	if len(f.order) == 0 {
		f.order = nil
	}
}

// notePiece remembers the datagram of a first fragment of a session.
func (e *Engine) notePiece(p *wire.Packet, slot uint32) {
	if !p.IsFragment() || p.LaterFragment() {
		return
	}
	s := e.table.at(slot)
	if !s.inUse() {
		return
	}
	if l := e.policies.list[s.policy].binding.rule.fragment; l != nil {
		e.pieces.note(p, e.sec, l)
	}
}

// inspectPiece refuses a later fragment whose first did not pass, when a rule
// that applies to it inspects fragments. Otherwise the lists decided.
func (e *Engine) inspectPiece(p *wire.Packet, in, out *guard) wire.Verdict {
	if p.Local || e.pieces.passed(p, e.sec) {
		return wire.Pass
	}
	for _, b := range [...]*binding{in.inspectIn, out.inspectOut} {
		if b != nil && b.rule.fragment != nil && transportBit(p.Proto) != 0 {
			return e.refuse(p, FragmentUnknown)
		}
	}
	return wire.Pass
}
