package sctp

import (
	"encoding/binary"
	"time"

	"tandem/clock"
	"tandem/wire"
)

// terms is what INIT and INIT ACK settle between the two ends.
type terms struct {
	local, peer       uint32 // verification tags: expected, and put into packets
	localTSN, peerTSN uint32 // initial ones
	window            uint32 // the peer's, bytes
	out, in           uint16 // streams
	listed            uint8  // bit i: Config.Remote[i] belongs to the peer
}

// Connect starts the association (RFC 9260 section 5.1). It does nothing
// unless the association is closed.
func (e *Endpoint) Connect(now clock.Time) {
	if e.state != Closed {
		return
	}
	e.tracef(TraceAPI, "connect to %v port %d", e.cfg.Remote, e.cfg.RemotePort)
	e.state = CookieWait
	e.terms = terms{local: e.tag(), localTSN: uint32(e.random.Uint64())}
	e.attempts, e.handshake, e.initRTO = 0, 0, int64(e.cfg.RTOInitial)
	e.sendInit(now)
}

// sendInit sends INIT on the handshake path and starts T1-init.
func (e *Endpoint) sendInit(now clock.Time) {
	p := &e.paths[e.handshake]
	b := e.header(0)
	b = AppendInit(b, Init, InitMessage{
		Tag: e.terms.local, Window: uint32(e.cfg.ReceiveWindow), TSN: e.terms.localTSN,
		OutStreams: uint16(e.cfg.Streams), InStreams: uint16(e.cfg.Streams), Addresses: e.listedLocal(),
	})
	e.enqueue(p.local, p.remote, b)
	e.stats.ControlSent++
	e.initSent = now
	e.tracef(TraceInit, "INIT %d sent to %v, tag %08X", e.attempts+1, p.remote, e.terms.local)
	e.t1.set(now.Add(time.Duration(e.initRTO)))
}

// listedLocal returns the own addresses to list in INIT and INIT ACK: none
// when there is only the packet's source.
func (e *Endpoint) listedLocal() []wire.Addr {
	if len(e.cfg.Local) < 2 {
		return nil
	}
	return e.cfg.Local
}

// sendCookie sends COOKIE ECHO on the handshake path and starts T1-cookie.
func (e *Endpoint) sendCookie(now clock.Time) {
	chunks := []Chunk{{Type: CookieEcho, Body: e.echoed}}
	report := AppendCause(nil, UnrecognizedParameter, e.unknown)
	fits := len(e.echoed)+len(report) <= e.cfg.MTU-ipHeaderLen-HeaderLen-3*ChunkHeaderLen
	if len(e.unknown) > 0 && fits {
		chunks = append(chunks, Chunk{Type: Error, Body: report})
	}
	e.tracef(TraceInit, "COOKIE ECHO %d sent to %v", e.attempts+1, e.paths[e.handshake].remote)
	e.sendOn(e.handshake, chunks...)
	e.t1.set(now.Add(time.Duration(e.initRTO)))
}

// fireT1 repeats INIT or COOKIE ECHO, to the other address when there is one.
func (e *Endpoint) fireT1(now clock.Time) {
	e.attempts++
	if e.attempts > e.cfg.MaxInitRetrans {
		e.close(Event{Kind: Down, Why: InitFailed})
		return
	}
	e.initRTO = min(2*e.initRTO, int64(e.cfg.RTOMax))
	if e.state == CookieWait {
		e.handshake = (e.handshake + 1) % len(e.paths)
		e.sendInit(now)
		return
	}
	e.handshake = e.otherListed(e.handshake)
	e.sendCookie(now)
}

// otherListed returns another path to the peer, or i when there is none.
func (e *Endpoint) otherListed(i int) int {
	for j := range e.paths {
		if j != i && e.terms.listed&(1<<j) != 0 {
			return j
		}
	}
	return i
}

// readTerms fills in the peer's side of t from its INIT or INIT ACK.
func (e *Endpoint) readTerms(t *terms, m InitMessage, from int) {
	t.peer, t.peerTSN, t.window = m.Tag, m.TSN, m.Window
	t.out, t.in = min(uint16(e.cfg.Streams), m.InStreams), min(uint16(e.cfg.Streams), m.OutStreams)
	t.listed = 1 << from
	for _, a := range m.Addresses {
		for i := range e.paths {
			if e.paths[i].remote == a {
				t.listed |= 1 << i
			}
		}
	}
}

// refuse returns why an INIT or INIT ACK cannot be accepted, or 0.
func (m InitMessage) refuse() CauseCode {
	switch {
	case m.HostName:
		return UnresolvableAddress
	case m.OutStreams == 0 || m.InStreams == 0:
		return InvalidParameter
	}
	return 0
}

// handleInit answers INIT: with nothing remembered while closed (RFC 9260
// section 5.1), with the own tag in a collision (5.2.1), with new tags and the
// old ones as tie-tags on a living association (5.2.2).
func (e *Endpoint) handleInit(in *arrival, body []byte) wire.Reason {
	m, err := ParseInit(body)
	if err != nil || m.Tag == 0 || m.Window < minWindow {
		e.faults.Malformed++
		return wire.BadSCTP
	}
	e.faults.UnknownInitParams += uint64(m.UnknownSeen)
	if code := m.refuse(); code != 0 {
		e.send(in.dst, in.src, m.Tag, Chunk{Type: Abort, Body: AppendCause(nil, code, nil)})
		return wire.NotDropped
	}
	e.tracef(TraceInit, "INIT received from %v in state %v, tag %08X, window %d, streams %d/%d", in.src, e.state, m.Tag, m.Window, m.OutStreams, m.InStreams)
	c := cookie{created: in.now, path: uint8(in.path)}
	switch e.state {
	case ShutdownAckSent:
		e.sendOn(e.route(), Chunk{Type: ShutdownAck})
		return wire.NotDropped
	case CookieWait, CookieEchoed:
		c.local, c.localTSN = e.terms.local, e.terms.localTSN
	default:
		c.local, c.localTSN = e.tag(), uint32(e.random.Uint64())
		c.localTie, c.peerTie = e.terms.local, e.terms.peer // both 0 while closed
	}
	e.readTerms(&c.terms, m, in.path)
	if e.state.open() && c.listed&^e.terms.listed != 0 {
		e.send(in.dst, in.src, m.Tag, Chunk{Type: Abort, Body: AppendCause(nil, RestartNewAddresses, nil)})
		return wire.NotDropped
	}
	b := AppendInit(e.header(m.Tag), InitAck, InitMessage{
		Tag: c.local, Window: uint32(e.cfg.ReceiveWindow), TSN: c.localTSN,
		OutStreams: c.out, InStreams: uint16(e.cfg.Streams), Addresses: e.listedLocal(),
		Cookie: c.seal(&e.key), Unknown: m.Unknown,
	})
	if len(b) <= e.cfg.MTU-ipHeaderLen { // an INIT of unknown parameters only is not worth an answer
		e.enqueue(in.dst, in.src, b)
		e.stats.ControlSent++
	}
	return wire.NotDropped
}

// handleInitAck takes the peer's terms and sends its cookie back (RFC 9260
// section 5.1 C). Outside COOKIE-WAIT an INIT ACK is a late duplicate.
func (e *Endpoint) handleInitAck(in *arrival, body []byte) error {
	if e.state != CookieWait {
		return nil
	}
	m, err := ParseInit(body)
	if err != nil {
		return err
	}
	if m.Tag == 0 { // RFC 9260 section 3.3.3 ends the attempt
		e.send(in.dst, in.src, in.Tag, Chunk{Type: Abort, Flags: flagReflected, Body: AppendCause(nil, ProtocolViolation, nil)})
		e.close(Event{Kind: Down, Why: Violation, Cause: ProtocolViolation})
		return nil
	}
	code := m.refuse()
	if code == 0 && m.Window < minWindow {
		code = ProtocolViolation
	}
	if code == 0 && len(m.Cookie) == 0 {
		code = MissingParameter
	}
	e.terms.peer = m.Tag
	if code != 0 {
		var missing []byte
		if code == MissingParameter {
			missing = []byte{0, 0, 0, 1, 0, byte(StateCookie)}
		}
		e.violate(in, code, missing)
		return nil
	}
	e.tracef(TraceInit, "INIT ACK received from %v, tag %08X, window %d, streams %d/%d", in.src, m.Tag, m.Window, m.OutStreams, m.InStreams)
	e.faults.UnknownInitParams += uint64(m.UnknownSeen)
	e.readTerms(&e.terms, m, in.path)
	e.echoed = append([]byte(nil), m.Cookie...)
	e.unknown = m.Unknown
	if e.attempts == 0 {
		e.paths[in.path].sample(&e.cfg, in.now.Sub(e.initSent))
	}
	e.state, e.attempts, e.handshake = CookieEchoed, 0, in.path
	e.initRTO = int64(e.paths[in.path].rto)
	e.sendCookie(in.now)
	return nil
}

// handleCookieEcho applies RFC 9260 sections 5.1.5 and 5.2.4.
func (e *Endpoint) handleCookieEcho(in *arrival, body []byte) wire.Reason {
	c, ok := openCookie(body, &e.key)
	if !ok {
		e.faults.ForgedCookies++
		return wire.BadSCTP
	}
	if in.Tag != c.local || int(c.path) >= len(e.paths) {
		return e.badTag()
	}
	e.tracef(TraceInit, "COOKIE ECHO received from %v in state %v, tags %08X and %08X", in.src, e.state, c.local, c.peer)
	mine, theirs := c.local == e.terms.local, c.peer == e.terms.peer
	if age := in.now.Sub(c.created); age > e.cfg.CookieLife && !(mine && theirs && e.state != Closed) {
		e.faults.StaleCookies++
		var stale [4]byte
		over := (age - e.cfg.CookieLife).Microseconds()
		binary.BigEndian.PutUint32(stale[:], uint32(min(over, 1<<32-1)))
		e.send(in.dst, in.src, c.peer, Chunk{Type: Error, Body: AppendCause(nil, StaleCookie, stale[:])})
		return wire.NotDropped
	}
	tied := c.localTie == e.terms.local && c.peerTie == e.terms.peer
	switch {
	case e.state == Closed:
		e.establish(in, c.terms, Event{Kind: Up})
	case !mine && !theirs && tied && c.localTie != 0: // A: the peer restarted
		return e.restart(in, c)
	case mine && !theirs && e.state < Established: // B: both started, tags differ
		e.establish(in, c.terms, Event{Kind: Up})
	case mine && theirs && e.state < Established: // D: both started, tags agree
		e.establish(in, c.terms, Event{Kind: Up})
	case mine && theirs: // D: our COOKIE ACK was lost
	default: // C and all that the table leaves out: an old cookie
		return wire.NotDropped
	}
	e.send(in.dst, in.src, e.terms.peer, Chunk{Type: CookieAck})
	return wire.NotDropped
}

// restart replaces the association by the peer's new one (RFC 9260 section
// 5.2.4.1): what was queued either way belongs to the old one and is dropped.
func (e *Endpoint) restart(in *arrival, c cookie) wire.Reason {
	if e.state == ShutdownAckSent {
		e.sendOn(e.route(), Chunk{Type: ShutdownAck}, Chunk{Type: Error, Body: AppendCause(nil, CookieInShutdown, nil)})
		return wire.NotDropped
	}
	e.reset()
	e.in.discardReady()
	e.establish(in, c.terms, Event{Kind: Restarted})
	e.send(in.dst, in.src, e.terms.peer, Chunk{Type: CookieAck})
	return wire.NotDropped
}

// handleCookieAck ends the handshake of the side that connected.
func (e *Endpoint) handleCookieAck(in *arrival) {
	if e.state == CookieEchoed {
		e.establish(in, e.terms, Event{Kind: Up})
	}
}

// establish opens the association on the terms t. Only the path of the
// handshake is confirmed; the others are probed (RFC 9260 section 5.4).
func (e *Endpoint) establish(in *arrival, t terms, ev Event) {
	t.listed |= 1 << in.path
	e.terms, e.state, e.since = t, Established, in.now
	e.echoed, e.unknown, e.attempts, e.errors = nil, nil, 0, 0
	e.t1.stop()
	e.out.open(t)
	if ev.Kind == Up {
		e.in.discardReady()
	}
	e.in.open(t, e.cfg.ReceiveWindow, in)
	e.primary = in.path
	for i := range e.paths {
		p := &e.paths[i]
		p.open(t)
		switch {
		case t.listed&(1<<i) == 0:
			p.state = Unlisted
			continue
		case i == in.path:
			p.state = Active
			e.scheduleHeartbeat(in.now, p)
		default:
			p.state = Unconfirmed
			p.heartbeat.set(in.now)
		}
		e.primary = min(e.primary, i)
	}
	e.tracef(TraceInit, "association is %v, tags %08X and %08X", ev, t.local, t.peer)
	e.event(ev)
}
