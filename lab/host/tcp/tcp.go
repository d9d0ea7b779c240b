// Package tcp is the small, deterministic TCP of a virtual host (RFC 9293): a
// value without clock, goroutine or lock, stepped by its owner. It does the
// handshake, sliding data with retransmission and back-off (RFC 6298), slow
// start and fast retransmit (RFC 5681), both ways of closing, and tells a
// refused, reset or silent peer apart. Window scaling, selective
// acknowledgement, timestamps and urgent data are left out.
package tcp

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"tandem/clock"
	"tandem/wire"
)

// The limits of every connection. The live hosts' stack is set to the same.
const (
	MSS           = 1460                   // bytes of data a segment, Ethernet
	Buffer        = 65535                  // bytes held each way
	InitialRTO    = time.Second            // RFC 6298 section 2
	MinRTO        = 200 * time.Millisecond // as hosts in use do, below RFC 6298's one second
	MaxRTO        = 60 * time.Second
	SynRetries    = 5                 // a connect is given up after 63 seconds
	UserTimeout   = 180 * time.Second // data unacknowledged this long ends the connection
	TimeWait      = 60 * time.Second
	FirstPort     = 49152 // of the ports that Dial takes
	backlog       = 256   // half-open connections of one stack
	outgoing      = 4096  // packets waiting for Drain
	initialWindow = 10 * MSS
)

// Errors of the calls of a Stack.
var (
	ErrPortInUse = errors.New("tcp: port in use")
	ErrNoPort    = errors.New("tcp: no free port")
)

// Conn names a connection. Zero is none; a number is never used twice.
type Conn uint32

// Kind says what happened to a connection.
type Kind uint8

// The kinds. The last four end the connection: its Conn is gone.
const (
	Accepted    Kind = iota // a listening port took a connection
	Established             // a dialled connection stands
	Readable                // Read has bytes
	Writable                // Write takes bytes again, after it took less than offered
	Finished                // the peer sends no more
	Closed                  // both sides closed in order
	Refused                 // the handshake was answered by a reset
	Reset                   // the peer reset an established connection
	TimedOut                // the peer is silent
)

// Event is one thing that happened to a connection.
type Event struct {
	Conn     Conn
	Kind     Kind
	Port     uint16    // local
	Peer     wire.Addr // remote
	PeerPort uint16
}

type tuple struct {
	peer     wire.Addr
	peerPort uint16
	port     uint16
}

// Stack holds the connections of one address.
type Stack struct {
	addr      wire.Addr
	rng       *rand.Rand
	byTuple   map[tuple]*conn
	byID      map[Conn]*conn
	byKey     map[clock.Key]*conn
	listening map[uint16]bool
	halfOpen  int
	timers    clock.Timers
	events    []Event
	out       [][]byte
	spare     [][]byte
	lastID    Conn
	nextPort  uint16
	ipID      uint16

	Dropped uint64 // packets that were malformed or found a full queue
}

// New returns the TCP of the host at addr. Initial sequence numbers come from
// the seed.
func New(addr wire.Addr, seed uint64) *Stack {
	return &Stack{
		addr:      addr,
		rng:       rand.New(rand.NewPCG(seed, uint64(addr))),
		byTuple:   make(map[tuple]*conn),
		byID:      make(map[Conn]*conn),
		byKey:     make(map[clock.Key]*conn),
		listening: make(map[uint16]bool),
		nextPort:  FirstPort,
	}
}

// Listen accepts connections to port. It returns ErrPortInUse when it already
// does.
func (s *Stack) Listen(port uint16) error {
	if s.listening[port] {
		return fmt.Errorf("%w: %d", ErrPortInUse, port)
	}
	s.listening[port] = true
	return nil
}

// Dial starts a connection. It returns ErrNoPort when all local ports are
// taken. Established, Refused or TimedOut follows.
func (s *Stack) Dial(now clock.Time, to wire.Addr, port uint16) (Conn, error) {
	for range 65536 - FirstPort {
		t := tuple{to, port, s.nextPort}
		if s.nextPort++; s.nextPort == 0 {
			s.nextPort = FirstPort
		}
		if s.byTuple[t] != nil {
			continue
		}
		c := s.open(t)
		c.state, c.dialled = synSent, true
		c.sendSYN(now)
		return c.id, nil
	}
	return 0, ErrNoPort
}

// Local returns the local port of c, and false when c is gone.
func (s *Stack) Local(id Conn) (uint16, bool) {
	c, ok := s.byID[id]
	if !ok {
		return 0, false
	}
	return c.port, true
}

// Write queues bytes to send and returns how many it took.
func (s *Stack) Write(now clock.Time, id Conn, b []byte) int {
	c, ok := s.byID[id]
	if !ok || c.finQueued {
		return 0
	}
	n := min(len(b), Buffer-len(c.send))
	c.send = append(c.send, b[:n]...)
	if n < len(b) {
		c.blocked = true
	}
	if c.state >= established {
		c.output(now)
	}
	return n
}

// Read takes received bytes and returns how many.
func (s *Stack) Read(now clock.Time, id Conn, b []byte) int {
	c, ok := s.byID[id]
	if !ok {
		return 0
	}
	before := c.window()
	n := copy(b, c.recv)
	c.recv = append(c.recv[:0], c.recv[n:]...)
	if before < MSS && c.window() >= MSS {
		c.ack()
	}
	return n
}

// Close sends what was written and then closes this side.
func (s *Stack) Close(now clock.Time, id Conn) {
	c, ok := s.byID[id]
	if !ok || c.finQueued {
		return
	}
	switch c.state {
	case synSent:
		s.remove(c)
		return
	case closeWait:
		c.state = lastAck
	default:
		c.state = finWait1
	}
	c.finQueued = true
	c.output(now)
}

// Abort resets the connection and forgets it.
func (s *Stack) Abort(_ clock.Time, id Conn) {
	c, ok := s.byID[id]
	if !ok {
		return
	}
	if c.state != synSent && c.state != timeWait {
		c.emit(wire.RST|wire.ACK, c.max, nil)
	}
	s.remove(c)
}

// Wake runs the timers due at or before now.
func (s *Stack) Wake(now clock.Time) {
	for k, ok := s.timers.Pop(now); ok; k, ok = s.timers.Pop(now) {
		if c := s.byKey[k]; c != nil {
			c.timeout(now)
		}
	}
}

// NextWake returns when Wake has something to do.
func (s *Stack) NextWake() (clock.Time, bool) { return s.timers.Next() }

// Events hands over what happened, oldest first, and forgets it.
func (s *Stack) Events(take func(Event)) {
	for len(s.events) > 0 {
		batch := s.events
		s.events = nil
		for _, e := range batch {
			take(e)
		}
	}
}

// Drain emits the IPv4 packets to send; each is valid until emit returns.
func (s *Stack) Drain(emit func(packet []byte)) {
	for _, p := range s.out {
		emit(p)
		s.spare = append(s.spare, p)
	}
	s.out = s.out[:0]
}

// Shut ends the stack without a word to its peers.
func (s *Stack) Shut() {}

func (s *Stack) open(t tuple) *conn {
	s.lastID++
	c := &conn{
		stack: s, id: s.lastID, tuple: t,
		key:  clock.Key{Owner: fmt.Sprint("tcp ", s.lastID), Name: "retransmit"},
		mss:  536, // until the peer says otherwise, RFC 9293 section 3.7.1
		iss:  s.rng.Uint32(),
		rto:  InitialRTO,
		cwnd: initialWindow, ssthresh: Buffer,
	}
	c.una, c.nxt, c.max, c.base = c.iss, c.iss, c.iss, c.iss+1
	s.byTuple[t], s.byID[c.id], s.byKey[c.key] = c, c, c
	return c
}

func (s *Stack) remove(c *conn) {
	if c.state == synReceived {
		s.halfOpen--
	}
	s.timers.Stop(c.key)
	delete(s.byTuple, c.tuple)
	delete(s.byID, c.id)
	delete(s.byKey, c.key)
	c.state = closed
}

func (s *Stack) event(c *conn, k Kind) {
	s.events = append(s.events, Event{Conn: c.id, Kind: k, Port: c.port, Peer: c.peer, PeerPort: c.peerPort})
}

// transmit queues one segment.
func (s *Stack) transmit(t tuple, h wire.TCPHeader, payload []byte) {
	if len(s.out) >= outgoing {
		s.Dropped++
		return
	}
	var b []byte
	if n := len(s.spare); n > 0 {
		b, s.spare = s.spare[n-1][:0], s.spare[:n-1]
	}
	s.ipID++
	h.SrcPort, h.DstPort = t.port, t.peerPort
	b = wire.AppendIPv4(b, wire.IPv4Header{
		ID: s.ipID, Fragment: wire.DontFragment, TTL: 64, Proto: wire.ProtoTCP, Src: s.addr, Dst: t.peer,
	}, wire.TCPLen+len(h.Options)+len(payload))
	s.out = append(s.out, wire.AppendTCP(b, s.addr, t.peer, h, payload))
}
