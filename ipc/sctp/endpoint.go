package sctp

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"

	"tandem/clock"
	"tandem/wire"
)

// maxControl bounds the packets that wait for Packets, user data aside; what
// an attacker provokes beyond it is dropped.
const maxControl = 64

// Endpoint is one end of one association. Make it with New; it is not safe for
// use by several goroutines, and its methods must not be called from the
// functions handed to Packets, Receive and Events, but for Send in Receive.
type Endpoint struct {
	cfg    Config
	random *rand.ChaCha8
	key    [32]byte // of the state cookie

	state   State
	terms   terms
	paths   []path // one for each address of Config.Remote, in that order
	primary int    // index of the path that new data prefers
	errors  int    // Association.Max.Retrans counts these
	since   clock.Time

	attempts   int    // repetitions of INIT, COOKIE ECHO, SHUTDOWN or SHUTDOWN ACK
	echoed     []byte // the peer's cookie while it is not acknowledged
	unknown    []byte // parameters of the INIT ACK to report with the cookie
	handshake  int    // path of the last INIT, COOKIE ECHO or SHUTDOWN
	initSent   clock.Time
	initRTO    int64 // nanoseconds
	t1, t2, t5 alarm // T1-init and T1-cookie, T2-shutdown, T5-shutdown-guard

	out     sender
	in      receiver
	control []packetOut
	events  []Event
	packet  []byte // scratch that data packets are built in
	topics  Topic
	traces  []string

	stats  Statistics
	faults Faults
}

// packetOut is one packet that waits for Packets.
type packetOut struct {
	src, dst wire.Addr
	bytes    []byte
}

// New returns an endpoint that listens. It returns ErrConfig for a
// configuration that cannot work and the error of Config.Random.
func New(cfg Config) (*Endpoint, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	cfg.Local, cfg.Remote = slices.Clone(cfg.Local), slices.Clone(cfg.Remote)
	var seed [32]byte
	if _, err := io.ReadFull(cfg.Random, seed[:]); err != nil {
		return nil, fmt.Errorf("sctp: random: %w", err)
	}
	e := &Endpoint{cfg: cfg, random: rand.NewChaCha8(seed)}
	_, _ = e.random.Read(e.key[:]) // ChaCha8 never fails
	e.paths = make([]path, len(cfg.Remote))
	e.reset()
	return e, nil
}

// reset forgets everything about the association that was, apart from
// messages that Receive has not taken yet, counters and events.
func (e *Endpoint) reset() {
	e.state, e.terms, e.primary, e.errors, e.attempts = Closed, terms{}, 0, 0, 0
	e.echoed, e.unknown = nil, nil
	e.t1.stop()
	e.t2.stop()
	e.t5.stop()
	for i := range e.paths {
		e.paths[i] = newPath(&e.cfg, i)
	}
	e.out.reset()
	e.in.reset()
}

// State returns the state of the association.
func (e *Endpoint) State() State { return e.state }

// tag draws a verification tag or nonce; it is never 0.
func (e *Endpoint) tag() uint32 {
	for {
		if t := uint32(e.random.Uint64()); t != 0 {
			return t
		}
	}
}

// arrival is where a packet came from.
type arrival struct {
	now      clock.Time
	src, dst wire.Addr
	path     int // of src
	Header
}

// Input takes a packet received from src at the own address dst; packet is
// borrowed until return. It returns BadSCTP for one that is malformed, has a
// wrong checksum or verification tag, NoListener for one that belongs to no
// association here, and NotDropped.
func (e *Endpoint) Input(now clock.Time, src, dst wire.Addr, packet []byte) wire.Reason {
	e.stats.PacketsRcvd++
	h, chunks, err := ParsePacket(packet)
	if err != nil {
		e.faults.unreadable(err)
		return wire.BadSCTP
	}
	in := &arrival{now: now, src: src, dst: dst, Header: h, path: slices.Index(e.cfg.Remote, src)}
	if h.SrcPort != e.cfg.RemotePort || h.DstPort != e.cfg.LocalPort {
		return e.outOfTheBlue(in, packet)
	}
	if in.path < 0 || !slices.Contains(e.cfg.Local, dst) {
		return e.stray(in, packet)
	}
	first, rest, err := NextChunk(chunks)
	if err != nil {
		e.faults.Malformed++
		return wire.BadSCTP
	}
	switch first.Type {
	case Init:
		if h.Tag != 0 || len(rest) != 0 {
			return e.badTag()
		}
		e.stats.ControlRcvd++
		return e.handleInit(in, first.Body)
	case CookieEcho:
		e.stats.ControlRcvd++
		if why := e.handleCookieEcho(in, first.Body); why != wire.NotDropped || len(rest) == 0 {
			return why
		}
		chunks = rest
	}
	if e.state == Closed || (first.Type == ShutdownAck && e.state < Established) {
		return e.outOfTheBlue(in, packet) // the latter is of an older association (RFC 9260 section 8.5.1 E)
	}
	if !e.validTag(first, h.Tag) {
		return e.badTag()
	}
	return e.chunks(in, chunks)
}

// validTag applies the verification tag rules of RFC 9260 section 8.5 to a
// packet that starts with first.
func (e *Endpoint) validTag(first Chunk, tag uint32) bool {
	if first.Flags&flagReflected != 0 && (first.Type == Abort || first.Type == ShutdownComplete) {
		return e.terms.peer != 0 && tag == e.terms.peer
	}
	return tag == e.terms.local
}

func (e *Endpoint) badTag() wire.Reason {
	e.faults.InvalidTags++
	return wire.BadSCTP
}

// chunks handles the chunks of a packet whose tag is right.
func (e *Endpoint) chunks(in *arrival, rest []byte) wire.Reason {
	e.in.data = false
	why := wire.NotDropped
	for len(rest) > 0 && e.state != Closed {
		c, next, err := NextChunk(rest)
		if err != nil {
			e.faults.Malformed++
			why = wire.BadSCTP
			break
		}
		if c.Type != Data {
			e.stats.ControlRcvd++
		}
		known, err := e.chunk(in, c)
		if err != nil {
			e.faults.Malformed++
			why = wire.BadSCTP
		}
		if !known && !e.unknownChunk(in, c, rest) {
			break
		}
		rest = next
	}
	if e.state.open() {
		e.endPacket(in)
	}
	return why
}

// chunk handles one chunk and reports whether its type is known.
func (e *Endpoint) chunk(in *arrival, c Chunk) (known bool, err error) {
	switch c.Type {
	case Data:
		return true, e.handleData(in, c)
	case Sack:
		return true, e.handleSackChunk(in, c.Body)
	case InitAck:
		return true, e.handleInitAck(in, c.Body)
	case CookieAck:
		e.handleCookieAck(in)
	case Heartbeat:
		e.handleHeartbeat(in, c.Body)
	case HeartbeatAck:
		e.handleHeartbeatAck(in, c.Body)
	case Abort:
		e.close(Event{Kind: Down, Why: PeerAborted, Cause: FirstCause(c.Body)})
	case Error:
		e.handleError(in, c.Body)
	case Shutdown:
		return true, e.handleShutdown(in, c.Body)
	case ShutdownAck:
		e.handleShutdownAck(in)
	case ShutdownComplete:
		if e.state == ShutdownAckSent {
			e.close(Event{Kind: Down, Why: ShutdownDone})
		}
	case Init, CookieEcho: // only as the first chunk of a packet
		return true, ErrFormat
	default:
		return false, nil
	}
	return true, nil
}

// unknownChunk does what the two high bits of an unknown type ask for and
// reports whether the rest of the packet is to be read. rest starts with c.
func (e *Endpoint) unknownChunk(in *arrival, c Chunk, rest []byte) bool {
	e.faults.UnknownChunks++
	if c.Type.reports() && e.terms.peer != 0 {
		n := min(ChunkHeaderLen+len(c.Body), e.cfg.MTU-ipHeaderLen-HeaderLen-2*ChunkHeaderLen)
		e.send(in.dst, in.src, e.terms.peer, Chunk{Type: Error, Body: AppendCause(nil, UnrecognizedChunk, rest[:n])})
	}
	return c.Type.skips()
}

// send queues a packet of control chunks.
func (e *Endpoint) send(src, dst wire.Addr, tag uint32, chunks ...Chunk) {
	b := e.header(tag)
	for _, c := range chunks {
		b = AppendChunk(b, c)
	}
	e.enqueue(src, dst, b)
	e.stats.ControlSent += uint64(len(chunks))
}

// header starts a packet to the peer.
func (e *Endpoint) header(tag uint32) []byte {
	return AppendHeader(make([]byte, 0, 128), Header{SrcPort: e.cfg.LocalPort, DstPort: e.cfg.RemotePort, Tag: tag})
}

// enqueue seals b and queues it for Packets.
func (e *Endpoint) enqueue(src, dst wire.Addr, b []byte) {
	if len(e.control) >= maxControl {
		e.faults.ControlDropped++
		return
	}
	Seal(b)
	e.control = append(e.control, packetOut{src, dst, b})
}

// sendOn queues a packet of control chunks for path i.
func (e *Endpoint) sendOn(i int, chunks ...Chunk) {
	e.send(e.paths[i].local, e.paths[i].remote, e.terms.peer, chunks...)
}

// Packets emits the packets to send now, oldest first: control packets, then
// acknowledgements and as much user data as windows allow. A packet is valid
// until emit returns.
func (e *Endpoint) Packets(now clock.Time, emit func(src, dst wire.Addr, packet []byte)) {
	for i := range e.control {
		p := &e.control[i]
		e.stats.PacketsSent++
		emit(p.src, p.dst, p.bytes)
		p.bytes = nil
	}
	e.control = e.control[:0]
	if e.state.open() {
		e.transmit(now, emit)
	}
}

// Events emits what happened since the last call, oldest first.
func (e *Endpoint) Events(emit func(Event)) {
	for _, ev := range e.events {
		emit(ev)
	}
	e.events = e.events[:0]
}

func (e *Endpoint) event(ev Event) { e.events = append(e.events, ev) }

// close ends the association and says why. Messages received before stay for
// Receive.
func (e *Endpoint) close(ev Event) {
	e.tracef(TraceAPI, "association is %v", ev)
	if ev.Why != LocalAborted && ev.Why != ShutdownDone {
		e.faults.CommunicationLost++
	}
	e.reset()
	e.event(ev)
}

// violate aborts the association because the peer broke the protocol.
func (e *Endpoint) violate(in *arrival, code CauseCode, value []byte) {
	e.faults.Violations++
	e.send(in.dst, in.src, e.terms.peer, Chunk{Type: Abort, Body: AppendCause(nil, code, value)})
	e.close(Event{Kind: Down, Why: Violation, Cause: code})
}

// Abort ends the association at once and tells the peer.
func (e *Endpoint) Abort(now clock.Time) {
	if e.state == Closed {
		return
	}
	e.tracef(TraceAPI, "abort asked for")
	if e.terms.peer != 0 {
		e.sendOn(e.route(), Chunk{Type: Abort, Body: AppendCause(nil, UserAbort, nil)})
	}
	e.close(Event{Kind: Down, Why: LocalAborted})
}
