package firewall

import "tandem/wire"

// inspect handles a packet that the lists permit and no session covers: the
// inbound rule of its first interface, or else the outbound rule of its last,
// makes a session of it or refuses it.
func (e *Engine) inspect(p *wire.Packet, in, out *guard) wire.Verdict {
	if x, ok := e.expect.take(p, e.sec); ok {
		return e.child(p, x)
	}
	if p.LaterFragment() {
		return e.inspectPiece(p, in, out)
	}
	b := in.inspectIn
	if p.Local {
		b = nil
	}
	l := b.lineFor(p)
	if l == nil {
		b = out.inspectOut
		l = b.lineFor(p)
	}
	if l == nil || p.Local && !l.routerTraffic || p.Dst.IsMulticast() || p.Dst == wire.Broadcast {
		return wire.Pass
	}
	if len(p.Transport()) < wire.UDPLen {
		return e.refuse(p, HeaderLength)
	}
	t := terms{binding: b, line: l, label: l.keyword, port: [2]int16{p.In, p.Out}}
	if p.Local {
		t.port[Forward] = -1
	} else {
		e.listTerms(&t, p)
	}
	return e.first(p, t)
}

// first makes a session of the first packet of a flow.
func (e *Engine) first(p *wire.Packet, t terms) wire.Verdict {
	k, ok := keyOf(p)
	if !ok {
		return wire.Pass
	}
	var c conn
	c.move(SynSent)
	switch p.Proto {
	case wire.ProtoTCP:
		if p.TCPFlags&wire.SYN == 0 || p.TCPFlags&wire.ACK != 0 {
			return e.stray(p)
		}
		var fault Fault
		if c, fault = newConn(ReadSegment(p)); fault != NoFault {
			return e.refuse(p, fault)
		}
	case wire.ProtoICMP:
		if t := uint8(p.SrcPort); t != wire.ICMPEcho && t != wire.ICMPTimestamp {
			return wire.Pass
		}
	}
	if fault := e.admit(p, t.line); fault != NoFault {
		return e.refuse(p, fault)
	}
	slot, ok := e.create(&k, e.hash(p, &k), t, c)
	if !ok {
		return e.refuse(p, SessionLimit)
	}
	e.begin(p, slot, t)
	return wire.Pass
}

// stray handles a TCP segment other than a SYN that belongs to no session: the
// lists decided, unless block-non-session is set.
func (e *Engine) stray(p *wire.Packet) wire.Verdict {
	if e.config.Globals.BlockNonSession && !p.Local {
		return e.refuse(p, NoConnection)
	}
	return wire.Pass
}

// begin does for a new session what its first packet asks for.
func (e *Engine) begin(p *wire.Packet, slot uint32, t terms) {
	s := e.table.at(slot)
	p.Session, p.Reverse = slot+1, false
	e.stats.packets[protocolIndex(p.Proto)].slow++
	if p.Proto != wire.ProtoTCP {
		s.bytes[Forward] = uint32(len(p.Transport()) - wire.UDPLen)
	}
	if p.Proto == wire.ProtoUDP && p.DstPort == dnsPort {
		s.conn.end[Forward] = 1
	}
	switch {
	case t.line.reads == readFTP && p.Proto == wire.ProtoTCP && t.label == t.line.keyword:
		s.marks |= markControl
		e.openControl(slot, ftpControl{})
	case t.line.reads == readTFTP && p.Proto == wire.ProtoUDP && t.label == t.line.keyword:
		e.expect.add(expectKey{src: p.Dst, dst: p.Src, dstPort: p.SrcPort, proto: p.Proto},
			expectation{binding: t.binding, line: t.line, label: "tftp-data"}, e.sec)
	}
	e.notePiece(p, slot)
	if !p.IsFragment() && s.marks&markControl == 0 && (t.steady || s.marks&markBothWays != 0) && t.port[Forward] >= 0 {
		s.marks |= markForward
	}
}

// child makes the session of an expected data channel. Lists are skipped for
// it in both directions, whoever opens it.
func (e *Engine) child(p *wire.Packet, x expectation) wire.Verdict {
	t := terms{binding: x.binding, line: x.line, label: x.label, port: [2]int16{p.In, p.Out}}
	if x.binding = find(e.guards, x.binding); x.binding == nil {
		return wire.Pass
	}
	if t.binding, t.line = x.binding, x.binding.rule.line(x.line.keyword); t.line == nil {
		return wire.Pass
	}
	return e.first(p, t)
}
