package sctp

import (
	"errors"
	"fmt"

	"tandem/clock"
	"tandem/wire"
)

// Order says whether a message keeps its place in its stream.
type Order uint8

// The orders of delivery.
const (
	Ordered   Order = iota // after the earlier ordered messages of its stream
	Unordered              // as soon as it arrives
)

// Errors of Send.
var (
	ErrNotEstablished = errors.New("sctp: association is not established")
	ErrFull           = errors.New("sctp: send buffer is full")
	ErrTooLong        = errors.New("sctp: message is too long")
	ErrEmpty          = errors.New("sctp: empty message")
	ErrStream         = errors.New("sctp: no such stream")
)

// maxBurst is how many packets of new data one event may set free (RFC 9260
// section 16, Max.Burst). A SACK that comes for a whole batch of packets frees
// what the SACKs of every second of them would have.
const maxBurst = 4

// chunkState is where a chunk of user data stands.
type chunkState uint8

const (
	waiting  chunkState = iota // never sent
	inFlight                   // counted in its path's flight
	lost                       // to be sent again
	gapAcked                   // received by the peer beyond a hole
)

// outChunk is one DATA chunk from Send until the cumulative TSN passes it.
type outChunk struct {
	at               uint64 // position of its bytes in sender.bytes
	length           uint16
	stream, sequence uint16
	flags            uint8
	path             uint8 // it was last sent on
	state            chunkState
	sends            uint8 // saturates
	missing          uint8 // SACKs that reported it missing
	fast             bool  // it was retransmitted fast once
	mark             bool  // the SACK being read covers it
}

// sender is the outbound half: chunk i of queue has TSN acked+1+i, and those
// before sent have been sent at least once.
type sender struct {
	bytes    byteRing
	queue    ring[outChunk]
	sequence []uint16 // next stream sequence number, a stream
	acked    uint32   // cumulative TSN acknowledged by the peer
	sent     int      // chunks of queue that were sent
	messages int      // messages not acknowledged
	lost     int      // chunks marked lost
	gaps     int      // chunks marked gapAcked
	flight   int      // bytes in flight on all paths
	window   int      // the peer's, less what is in flight
	longest  int      // bytes of the longest message taken
	lowest   int      // bytes, lowest window ever
	highest  int      // most chunks that ever were in queue
	burst    int      // packets of new data still allowed
	fast     bool     // one packet of lost chunks may ignore cwnd
	progress bool     // the SACK being read moved acked
	answered bool     // a SACK came since the last T3 expiry
}

func (s *sender) reset() {
	s.bytes.head, s.bytes.tail = 0, 0
	s.queue.clear()
	s.sequence = nil
	*s = sender{bytes: s.bytes, queue: s.queue}
}

func (s *sender) open(t terms) {
	s.reset()
	s.sequence = make([]uint16, t.out)
	s.acked = t.localTSN - 1
	s.window = int(min(t.window, maxWindow))
	s.longest, s.lowest = s.window/2, s.window
	s.burst = maxBurst
}

// queued returns the number of chunks not yet acknowledged cumulatively.
func (s *sender) queued() int { return s.queue.n }

// tsn returns the TSN of chunk i.
func (s *sender) tsn(i int) uint32 { return s.acked + 1 + uint32(i) }

// Writable returns the bytes that Send takes now, in one message or several;
// 0 unless the association is established. It falls to 0 early when many
// small messages wait.
func (e *Endpoint) Writable() int {
	if e.state != Established || e.out.queue.n >= e.cfg.SendBuffer/64 {
		return 0
	}
	return max(0, e.cfg.SendBuffer-e.out.bytes.len())
}

// MaxMessage returns the length in bytes of the longest message that Send
// takes: what the own buffer and half of the peer's window hold. 0 unless the
// association is established.
func (e *Endpoint) MaxMessage() int {
	if e.state != Established {
		return 0
	}
	return min(e.cfg.SendBuffer, e.out.longest)
}

// Send queues a copy of msg on a stream, 0 to one less than the outbound
// streams agreed. It returns ErrNotEstablished, ErrEmpty, ErrTooLong, ErrStream
// or, when msg is longer than Writable, ErrFull.
func (e *Endpoint) Send(stream uint16, order Order, msg []byte) error {
	switch {
	case e.state != Established:
		return ErrNotEstablished
	case len(msg) == 0:
		return ErrEmpty
	case len(msg) > e.MaxMessage():
		return fmt.Errorf("%w: %d bytes, at most %d", ErrTooLong, len(msg), e.MaxMessage())
	case int(stream) >= len(e.out.sequence):
		return fmt.Errorf("%w: %d of %d", ErrStream, stream, len(e.out.sequence))
	case len(msg) > e.Writable():
		return ErrFull
	}
	s := &e.out
	if e.tells(TraceAPI) {
		e.tracef(TraceAPI, "message of %d bytes queued, stream %d", len(msg), stream)
	}
	if s.flight == 0 {
		s.burst = max(s.burst, maxBurst)
	}
	flags := flagBegin
	sequence := s.sequence[stream]
	if order == Unordered {
		flags |= flagUnordered
		e.stats.UnorderedSent++
	} else {
		s.sequence[stream]++
		e.stats.OrderedSent++
	}
	s.messages++
	e.stats.MessagesSent++
	e.stats.BytesSent += uint64(len(msg))
	for size := e.fragment(); len(msg) > 0; flags &^= flagBegin {
		n := min(size, len(msg))
		if n == len(msg) {
			flags |= flagEnd
		}
		at := s.bytes.put(msg[:n])
		*s.queue.push() = outChunk{at: at, length: uint16(n), stream: stream, sequence: sequence, flags: flags}
		msg = msg[n:]
	}
	s.highest = max(s.highest, s.queue.n)
	return nil
}

// transmit emits what may go out now: lost chunks first, then new ones, with a
// due SACK in front of the first packet if it fits, else alone.
func (e *Endpoint) transmit(now clock.Time, emit func(src, dst wire.Addr, packet []byte)) {
	for {
		i, first, ok := e.nextData()
		if !ok {
			break
		}
		p := &e.paths[i]
		e.packet = AppendHeader(e.packet[:0], Header{SrcPort: e.cfg.LocalPort, DstPort: e.cfg.RemotePort, Tag: e.terms.peer})
		if e.in.sackDue() {
			e.packet = e.appendSack(e.packet)
			room := p.mtu - ipHeaderLen - len(e.packet)
			if p.remote != e.in.dst || DataHeaderLen+padded(int(e.out.queue.at(first).length)) > room {
				e.emitPacket(e.in.src, e.in.dst, emit)
				e.packet = AppendHeader(e.packet[:0], Header{SrcPort: e.cfg.LocalPort, DstPort: e.cfg.RemotePort, Tag: e.terms.peer})
			}
		}
		e.fill(now, i, first)
		e.emitPacket(p.local, p.remote, emit)
	}
	e.out.burst = min(e.out.burst, maxBurst) // what is not used at once is void
	if e.in.sackDue() {
		e.packet = AppendHeader(e.packet[:0], Header{SrcPort: e.cfg.LocalPort, DstPort: e.cfg.RemotePort, Tag: e.terms.peer})
		e.packet = e.appendSack(e.packet)
		e.emitPacket(e.in.src, e.in.dst, emit)
	}
}

func (e *Endpoint) emitPacket(src, dst wire.Addr, emit func(src, dst wire.Addr, packet []byte)) {
	Seal(e.packet)
	e.stats.PacketsSent++
	emit(src, dst, e.packet)
}

// nextData decides whether a packet of user data may go out: on which path and
// starting with which chunk of the queue.
func (e *Endpoint) nextData() (path, first int, ok bool) {
	s := &e.out
	if !e.state.transfers() {
		return 0, 0, false
	}
	if s.lost > 0 {
		for first = 0; s.queue.at(first).state != lost; first++ {
		}
		c := s.queue.at(first)
		path = int(c.path)
		if !c.fast || e.paths[path].state != Active {
			path = e.routeAgain(path)
		}
		if s.fast || e.paths[path].flight < e.paths[path].cwnd {
			return path, first, true
		}
		return 0, 0, false // new data waits behind what was lost
	}
	if s.sent >= s.queue.n || s.burst == 0 {
		return 0, 0, false
	}
	path = e.route()
	p := &e.paths[path]
	if p.flight >= p.cwnd || (s.flight > 0 && int(s.queue.at(s.sent).length) > s.window) {
		return 0, 0, false
	}
	return path, s.sent, true
}

// fill appends the chunk at first and the ones after it of the same kind to
// the packet as they fit, and records them as in flight on path i.
func (e *Endpoint) fill(now clock.Time, i, first int) {
	s, p := &e.out, &e.paths[i]
	again := s.queue.at(first).state == lost
	if !again {
		s.burst--
		e.decay(now, p)
	}
	s.fast = false
	end := s.sent
	if !again {
		end = s.queue.n
	}
	for at := first; at < end; at++ {
		c := s.queue.at(at)
		if again && c.state != lost {
			continue
		}
		n := int(c.length)
		if at > first && len(e.packet)+DataHeaderLen+padded(n) > p.mtu-ipHeaderLen {
			break
		}
		if !again && s.flight > 0 && n > s.window {
			break
		}
		e.appendChunk(at, c)
		e.launch(now, i, at, c)
	}
	e.stats.DataPacketsSent++
	p.used = now
}

// appendChunk appends chunk at of the queue to the packet. The last one that
// waits asks for a SACK without delay, so that round trips are measured true.
func (e *Endpoint) appendChunk(at int, c *outChunk) {
	flags, n := c.flags, int(c.length)
	if at == e.out.queue.n-1 {
		flags |= flagImmediate
	}
	e.packet = appendDataHeader(e.packet, flags, DataHeader{TSN: e.out.tsn(at), Stream: c.stream, Sequence: c.sequence}, n)
	e.packet = e.out.bytes.appendTo(e.packet, c.at, n)
	for ; n&3 != 0; n++ {
		e.packet = append(e.packet, 0)
	}
}

// launch counts a chunk as sent on path i.
func (e *Endpoint) launch(now clock.Time, i, at int, c *outChunk) {
	s, p := &e.out, &e.paths[i]
	e.stats.DataSent++
	if c.state == lost {
		s.lost--
		p.retransmitted++
		e.stats.DataRetransmitted++
		if c.fast && at == 0 {
			p.t3.stop() // restarted below (RFC 9260 section 7.2.4, 4)
		}
	} else {
		s.sent++
		if !p.timing {
			p.timing, p.timedTSN, p.timedAt = true, s.tsn(at), now
		}
	}
	c.state, c.path, c.missing = inFlight, uint8(i), 0
	c.sends += 1 - c.sends>>7 // saturating at 128
	p.flight += int(c.length)
	s.flight += int(c.length)
	s.window = max(0, s.window-int(c.length))
	s.lowest = min(s.lowest, s.window)
	if !p.t3.on {
		p.t3.set(now.Add(p.rto))
	}
}

// decay shrinks the window of a path that was idle, by half an RTO passed
// (RFC 9260 section 7.2.1).
func (e *Endpoint) decay(now clock.Time, p *path) {
	if p.flight > 0 {
		return
	}
	for idle := now.Sub(p.used); idle > p.rto && p.cwnd > 4*p.mtu; idle -= p.rto {
		p.cwnd = max(p.cwnd/2, 4*p.mtu)
	}
}
