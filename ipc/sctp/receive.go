package sctp

import (
	"encoding/binary"

	"tandem/wire"
)

// Bounds of the receiving side.
const (
	maxAhead      = 8192 // TSNs beyond the cumulative one that are kept
	maxGaps       = 256  // gap blocks reported at once
	maxDuplicates = 16   // duplicate TSNs reported at once
	overhead      = 32   // bytes that a kept chunk or message costs besides its own
)

// heldChunk is one TSN beyond the cumulative one.
type heldChunk struct {
	present          bool
	taken            bool // its message was delivered already, or is of no use
	flags            uint8
	stream, sequence uint16
	payload          []byte
}

// whole reports whether flags are those of an unfragmented message.
func whole(flags uint8) bool { return flags&(flagBegin|flagEnd) == flagBegin|flagEnd }

// readyMessage is a message for the user: bytes from start to end of arena.
type readyMessage struct {
	stream     uint16
	start, end int
}

// receiver is the inbound half. Entry i of held has TSN cum+1+i. Whole
// messages are delivered as soon as their stream allows; fragmented ones when
// the cumulative TSN passes them.
type receiver struct {
	cum       uint32
	held      ring[heldChunk]
	heldBytes int      // with overhead
	spare     [][]byte // payload buffers to use again
	next      []uint16 // expected stream sequence number, a stream
	waiting   []uint16 // whole ordered messages held, a stream

	assembling bool
	head       heldChunk // first fragment's flags, stream and sequence
	partial    []byte

	arena      []byte
	messages   []readyMessage
	advertised int // bytes, in the last SACK
	lowest     int // bytes, lowest ever advertised

	data       bool // the packet being read carries user data
	packets    int  // with user data, since the last SACK
	urgent     bool // a SACK is to be sent now
	delay      alarm
	src, dst   wire.Addr // where a SACK goes from and to
	duplicates []uint32
	gaps       []GapBlock // scratch
}

// reset forgets the association but keeps messages for Receive, and arrays.
func (r *receiver) reset() {
	for i := range r.held.n {
		r.release(r.held.at(i))
	}
	r.held.clear()
	*r = receiver{
		held: r.held, spare: r.spare, partial: r.partial[:0], arena: r.arena, messages: r.messages,
		duplicates: r.duplicates[:0], gaps: r.gaps,
	}
}

func (r *receiver) open(t terms, capacity int, in *arrival) {
	r.reset()
	r.advertised, r.lowest = capacity, capacity
	r.cum = t.peerTSN - 1
	r.next, r.waiting = make([]uint16, t.in), make([]uint16, t.in)
	r.src, r.dst = in.dst, in.src
}

// discardReady drops messages of an earlier association.
func (r *receiver) discardReady() { r.arena, r.messages = r.arena[:0], r.messages[:0] }

// ready returns what waiting messages take, bytes.
func (r *receiver) ready() int { return len(r.arena) + overhead*len(r.messages) }

// space returns the window to advertise, bytes.
func (r *receiver) space(capacity int) int {
	return max(0, capacity-r.heldBytes-len(r.partial)-r.ready())
}

// admits reports whether a chunk of n bytes at offset i from the cumulative
// TSN may be kept: up to twice the window, for a peer that fills it with small
// messages does not know what they cost here. The one that is next is taken
// over that while its taking can free some, so that a full buffer never blocks
// itself.
func (r *receiver) admits(i uint32, n, capacity int) bool {
	if i >= maxAhead {
		return false
	}
	limit := 2 * capacity
	if r.space(limit) >= n {
		return true
	}
	return i == 0 && r.ready() < limit && r.heldBytes+len(r.partial) > 0
}

// handleData takes a DATA chunk (RFC 9260 section 6.2).
func (e *Endpoint) handleData(in *arrival, c Chunk) error {
	if e.state != Established && e.state != ShutdownPending && e.state != ShutdownSent {
		e.stats.DataDiscarded++
		return nil
	}
	h, payload, err := ParseData(c.Body)
	if err != nil {
		return err
	}
	if len(payload) == 0 {
		e.violate(in, NoUserData, binary.BigEndian.AppendUint32(nil, h.TSN))
		return nil
	}
	r := &e.in
	r.data = true
	r.urgent = r.urgent || c.Flags&flagImmediate != 0
	e.stats.DataRcvd++
	i := h.TSN - r.cum - 1
	if before(h.TSN, r.cum+1) || (int(i) < r.held.n && r.held.at(int(i)).present) {
		e.stats.DuplicatesRcvd++
		r.urgent = true
		if len(r.duplicates) < maxDuplicates {
			r.duplicates = append(r.duplicates, h.TSN)
		}
		return nil
	}
	if !r.admits(i, len(payload), e.cfg.ReceiveWindow) {
		e.faults.NoRoom++
		e.stats.DataDiscarded++
		r.urgent = true
		return nil
	}
	e.admit(in, heldChunk{present: true, flags: c.Flags, stream: h.Stream, sequence: h.Sequence, payload: payload}, int(i))
	return nil
}

// admit takes a chunk that is new; its payload is borrowed.
func (e *Endpoint) admit(in *arrival, c heldChunk, i int) {
	r := &e.in
	if int(c.stream) >= len(r.next) {
		var value [4]byte
		binary.BigEndian.PutUint16(value[:], c.stream)
		e.send(in.dst, in.src, e.terms.peer, Chunk{Type: Error, Body: AppendCause(nil, InvalidStream, value[:])})
		e.stats.DataDiscarded++
		c.taken = true
	}
	if i == 0 && r.held.n == 0 {
		r.cum++
		e.consume(in, &c)
		return
	}
	for r.held.n <= i {
		r.held.push()
	}
	if i > 0 {
		e.stats.OutOfSequence++
		e.early(&c)
	}
	if !c.taken {
		c.payload = r.keep(c.payload)
		if whole(c.flags) && c.flags&flagUnordered == 0 {
			r.waiting[c.stream]++
		}
	} else {
		c.payload = nil
	}
	*r.held.at(i) = c
	e.drain(in)
}

// early delivers a whole message beyond a hole when its order allows.
func (e *Endpoint) early(c *heldChunk) {
	if c.taken || !whole(c.flags) {
		return
	}
	if c.flags&flagUnordered != 0 || c.sequence == e.in.next[c.stream] {
		c.taken = true
		e.deliver(c, c.payload)
	}
}

// drain consumes what follows the cumulative TSN without a hole.
func (e *Endpoint) drain(in *arrival) {
	r := &e.in
	for r.held.n > 0 && r.held.at(0).present {
		c := *r.held.at(0)
		r.held.pop()
		r.cum++
		if !c.taken && whole(c.flags) && c.flags&flagUnordered == 0 {
			r.waiting[c.stream]--
		}
		e.consume(in, &c)
		if e.state == Closed {
			return
		}
		r.release(&c)
	}
}

// consume takes the chunk that the cumulative TSN has just passed: fragments
// are joined, whole messages delivered. Fragments that do not belong together
// and a stream sequence that skips break the protocol.
func (e *Endpoint) consume(in *arrival, c *heldChunk) {
	r := &e.in
	if c.taken {
		return
	}
	if c.flags&flagBegin != 0 {
		if r.assembling {
			e.violate(in, ProtocolViolation, nil)
			return
		}
		if whole(c.flags) {
			e.inTurn(in, c, c.payload)
			return
		}
		r.assembling, r.head, r.partial = true, *c, append(r.partial[:0], c.payload...)
		return
	}
	same := r.assembling && r.head.stream == c.stream && r.head.flags&flagUnordered == c.flags&flagUnordered &&
		(c.flags&flagUnordered != 0 || r.head.sequence == c.sequence)
	if !same {
		e.violate(in, ProtocolViolation, nil)
		return
	}
	if len(r.partial)+len(c.payload) > e.cfg.ReceiveWindow {
		e.violate(in, OutOfResource, nil)
		return
	}
	r.partial = append(r.partial, c.payload...)
	if c.flags&flagEnd != 0 {
		r.assembling = false
		msg := r.partial
		r.partial = r.partial[:0]
		e.inTurn(in, c, msg)
	}
}

// inTurn delivers a message whose TSN came in turn, so that its stream
// sequence number must be the expected one.
func (e *Endpoint) inTurn(in *arrival, c *heldChunk, msg []byte) {
	if c.flags&flagUnordered == 0 && c.sequence != e.in.next[c.stream] {
		e.violate(in, ProtocolViolation, nil)
		return
	}
	e.deliver(c, msg)
}

// deliver makes msg ready, with those of its stream that waited for it.
func (e *Endpoint) deliver(c *heldChunk, msg []byte) {
	r := &e.in
	e.ready(c.stream, msg)
	if c.flags&flagUnordered != 0 {
		e.stats.UnorderedRcvd++
		return
	}
	e.stats.OrderedRcvd++
	r.next[c.stream]++
	for i := 0; r.waiting[c.stream] > 0 && i < r.held.n; i++ {
		h := r.held.at(i)
		if !h.present || h.taken || h.stream != c.stream || h.sequence != r.next[c.stream] || !whole(h.flags) || h.flags&flagUnordered != 0 {
			continue
		}
		h.taken = true
		r.waiting[c.stream]--
		r.next[c.stream]++
		e.stats.OrderedRcvd++
		e.ready(h.stream, h.payload)
		r.release(h)
	}
}

// ready copies msg behind the messages that Receive hands out.
func (e *Endpoint) ready(stream uint16, msg []byte) {
	r := &e.in
	e.stats.MessagesRcvd++
	e.stats.BytesRcvd += uint64(len(msg))
	start := len(r.arena)
	r.arena = append(r.arena, msg...)
	r.messages = append(r.messages, readyMessage{stream, start, len(r.arena)})
}

// keep copies a payload into a buffer of our own.
func (r *receiver) keep(payload []byte) []byte {
	r.heldBytes += len(payload) + overhead
	var b []byte
	if n := len(r.spare); n > 0 {
		b, r.spare = r.spare[n-1], r.spare[:n-1]
	}
	return append(b[:0], payload...)
}

// release gives the payload buffer of c back.
func (r *receiver) release(c *heldChunk) {
	if c.payload == nil {
		return
	}
	r.heldBytes -= len(c.payload) + overhead
	if len(r.spare) < 256 {
		r.spare = append(r.spare, c.payload)
	}
	c.payload = nil
}

// Receive emits the messages that arrived, in order of delivery. A message is
// valid until emit returns.
func (e *Endpoint) Receive(emit func(stream uint16, msg []byte)) {
	r := &e.in
	for _, m := range r.messages {
		emit(m.stream, r.arena[m.start:m.end])
	}
	r.discardReady()
	if e.state.open() && r.space(e.cfg.ReceiveWindow)-r.advertised >= e.cfg.ReceiveWindow/2 {
		r.urgent = true // the peer may wait for room
	}
}

// endPacket decides about acknowledgement after a packet: at once for the
// second packet of data, a hole, a duplicate or on request, else within
// Config.SackDelay (RFC 9260 section 6.2).
func (e *Endpoint) endPacket(in *arrival) {
	r := &e.in
	if !r.data {
		return
	}
	r.src, r.dst = in.dst, in.src
	r.packets++
	e.stats.DataPacketsRcvd++
	r.urgent = r.urgent || r.held.n > 0 || r.packets >= 2
	if !r.urgent && !r.delay.on {
		r.delay.set(in.now.Add(e.cfg.SackDelay))
	}
	if e.state == ShutdownSent { // RFC 9260 section 9.2: SHUTDOWN again
		e.sendShutdown(in.now)
	}
}

// sackDue reports whether a SACK is to be sent now.
func (r *receiver) sackDue() bool { return r.urgent }

// appendSack appends the SACK that is due.
func (e *Endpoint) appendSack(b []byte) []byte {
	r := &e.in
	r.gaps = r.gaps[:0]
	limit := min(maxGaps, e.fragment()/4-len(r.duplicates))
	for i := 0; i < r.held.n && len(r.gaps) < limit; i++ {
		if !r.held.at(i).present {
			continue
		}
		start := i
		for i < r.held.n && r.held.at(i).present {
			i++
		}
		r.gaps = append(r.gaps, GapBlock{uint16(start + 1), uint16(i)})
	}
	r.advertised = r.space(e.cfg.ReceiveWindow)
	r.lowest = min(r.lowest, r.advertised)
	b = AppendSack(b, r.cum, uint32(r.advertised), r.gaps, r.duplicates)
	r.duplicates = r.duplicates[:0]
	r.urgent, r.packets = false, 0
	r.delay.stop()
	e.stats.SacksSent++
	e.stats.ControlSent++
	return b
}
