package sctp

import (
	"encoding/binary"

	"tandem/clock"
	"tandem/wire"
)

// Shutdown ends the association once all that was sent is acknowledged (RFC
// 9260 section 9.2). A handshake that is not finished is given up at once.
func (e *Endpoint) Shutdown(now clock.Time) {
	e.tracef(TraceAPI, "shutdown asked for, %d chunks to be acknowledged", e.out.queued())
	switch e.state {
	case CookieWait, CookieEchoed:
		e.Abort(now)
	case Established:
		e.state = ShutdownPending
		e.t5.set(now.Add(5 * e.cfg.RTOMax))
		e.advanceShutdown(now)
	}
}

// advanceShutdown sends SHUTDOWN or SHUTDOWN ACK as soon as nothing is
// outstanding any more.
func (e *Endpoint) advanceShutdown(now clock.Time) {
	if e.out.queued() > 0 {
		return
	}
	switch e.state {
	case ShutdownPending:
		e.state = ShutdownSent
	case ShutdownReceived:
		e.state = ShutdownAckSent
	default:
		return
	}
	e.attempts = 0
	e.sendShutdown(now)
}

// sendShutdown sends what the state asks for and starts T2-shutdown.
func (e *Endpoint) sendShutdown(now clock.Time) {
	i := e.route()
	if e.attempts > 0 {
		i = e.routeAgain(e.handshake)
	}
	c := Chunk{Type: ShutdownAck}
	if e.state == ShutdownSent {
		c = Chunk{Type: Shutdown, Body: binary.BigEndian.AppendUint32(nil, e.in.cum)}
	}
	e.handshake = i
	e.sendOn(i, c)
	e.t2.set(now.Add(e.paths[i].rto))
}

// fireT2 repeats SHUTDOWN or SHUTDOWN ACK.
func (e *Endpoint) fireT2(now clock.Time) {
	e.attempts++
	if !e.strike(e.handshake) {
		return
	}
	e.paths[e.handshake].backOff(&e.cfg)
	e.traceRTO(e.handshake)
	e.sendShutdown(now)
}

// fireT5 gives up a shutdown that the peer does not let end.
func (e *Endpoint) fireT5() {
	e.sendOn(e.route(), Chunk{Type: Abort, Body: AppendCause(nil, UserAbort, nil)})
	e.close(Event{Kind: Down, Why: ShutdownFailed})
}

// handleShutdown takes SHUTDOWN: no new data is taken from the user, and once
// all is acknowledged SHUTDOWN ACK follows.
func (e *Endpoint) handleShutdown(in *arrival, body []byte) error {
	if len(body) != 4 {
		return ErrFormat
	}
	if !e.state.open() {
		return nil
	}
	if err := e.handleSack(in, SackView{CumTSN: binary.BigEndian.Uint32(body), Window: uint32(e.out.window + e.out.flight)}); err != nil {
		return err
	}
	switch e.state {
	case Established, ShutdownPending:
		e.state = ShutdownReceived
		e.t5.set(in.now.Add(5 * e.cfg.RTOMax))
		e.advanceShutdown(in.now)
	case ShutdownSent:
		e.state, e.attempts = ShutdownAckSent, 0
		e.sendShutdown(in.now)
	}
	return nil
}

// handleShutdownAck answers with SHUTDOWN COMPLETE.
func (e *Endpoint) handleShutdownAck(in *arrival) {
	if e.state == ShutdownSent || e.state == ShutdownAckSent {
		e.send(in.dst, in.src, e.terms.peer, Chunk{Type: ShutdownComplete})
		e.close(Event{Kind: Down, Why: ShutdownDone})
	}
}

// handleError counts what the peer reports. A stale cookie in COOKIE-ECHOED
// starts the handshake again (RFC 9260 section 5.2.6).
func (e *Endpoint) handleError(in *arrival, body []byte) {
	e.stats.ErrorsRcvd++
	if FirstCause(body) != StaleCookie || e.state != CookieEchoed {
		return
	}
	attempts := e.attempts + 1
	if attempts > e.cfg.MaxInitRetrans {
		e.close(Event{Kind: Down, Why: InitFailed})
		return
	}
	e.reset()
	e.Connect(in.now)
	e.attempts = attempts
}

// stray refuses a packet from or to an address that is not configured. One with
// the tag of the living association is the peer's, which may have addresses
// that we were not told of; the answer of RFC 9260 section 8.4 would end it.
func (e *Endpoint) stray(in *arrival, packet []byte) wire.Reason {
	if e.state != Closed && in.Tag == e.terms.local {
		e.faults.StrayAddresses++
		return wire.NoListener
	}
	return e.outOfTheBlue(in, packet)
}

// outOfTheBlue answers a packet of no association as the endpoint's own.
func (e *Endpoint) outOfTheBlue(in *arrival, packet []byte) wire.Reason {
	e.faults.OutOfTheBlue++
	if reply := OutOfTheBlue(packet); reply != nil {
		e.enqueue(in.dst, in.src, reply)
		e.stats.ControlSent++
	}
	return wire.NoListener
}

// OutOfTheBlue returns the packet that answers one which belongs to no
// association (RFC 9260 section 8.4), to be sent from where it arrived to
// where it came from, or nil when it must stay unanswered. The caller has seen
// to it that both addresses are unicast.
func OutOfTheBlue(packet []byte) []byte {
	h, rest, err := ParsePacket(packet)
	if err != nil {
		return nil
	}
	tag, answer := h.Tag, Chunk{Type: Abort, Flags: flagReflected}
	for first := true; len(rest) > 0; first = false {
		c, next, err := NextChunk(rest)
		if err != nil {
			return nil
		}
		switch c.Type {
		case Abort, ShutdownComplete, CookieAck:
			return nil
		case Error:
			if FirstCause(c.Body) == StaleCookie {
				return nil
			}
		case ShutdownAck:
			answer.Type = ShutdownComplete
		case Init:
			m, err := ParseInit(c.Body)
			if err != nil || m.Tag == 0 || h.Tag != 0 || !first {
				return nil
			}
			tag, answer.Flags = m.Tag, 0
		}
		rest = next
	}
	b := AppendHeader(make([]byte, 0, HeaderLen+ChunkHeaderLen), Header{SrcPort: h.DstPort, DstPort: h.SrcPort, Tag: tag})
	b = AppendChunk(b, answer)
	Seal(b)
	return b
}
