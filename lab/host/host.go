// Package host is the end system of a lab: ARP, ICMP, UDP, numbered flows that
// measure what a failover costs, echo services and a small shell. It is step
// code like a router: time and frames are handed in. TCP is handed in too: the
// deterministic one of package tcp in a virtual lab, a full stack in a live one;
// everything else is the same code in both.
package host

import (
	"math/rand/v2"
	"time"

	"tandem/clock"
	"tandem/lab/host/tcp"
	"tandem/wire"
)

// Transport is the TCP of a host. All calls come from the goroutine that
// drives the host.
type Transport interface {
	// Input takes an IPv4 packet that carries TCP; it is borrowed until return.
	Input(now clock.Time, p wire.IPv4)
	// Wake runs the timers due, NextWake says when the next one is.
	Wake(now clock.Time)
	NextWake() (at clock.Time, ok bool)
	// Drain emits IPv4 packets to send, each valid until emit returns.
	Drain(emit func(packet []byte))
	// Events hands over what happened, oldest first.
	Events(take func(tcp.Event))
	Listen(port uint16) error
	Dial(now clock.Time, to wire.Addr, port uint16) (tcp.Conn, error)
	// Local returns the local port of a connection.
	Local(c tcp.Conn) (port uint16, ok bool)
	// Write and Read return how many bytes went; none is not an error.
	Write(now clock.Time, c tcp.Conn, b []byte) int
	Read(now clock.Time, c tcp.Conn, b []byte) int
	// Close sends what was written and then a FIN.
	Close(now clock.Time, c tcp.Conn)
	// Shut ends the transport and whatever it runs.
	Shut()
}

// Config is what a lab file says about a host.
type Config struct {
	Name    string
	MAC     wire.MAC
	Address wire.Prefix // address and length, host bits kept
	Gateway wire.Addr   // zero is none
	Serve   []Service   // echo services that run from the start
	Seed    uint64
}

// Service is an echo service: "tcp" or "udp" and a port.
type Service struct {
	Proto string
	Port  uint16
}

// Host is one end system with one interface, port 0.
type Host struct {
	config    Config
	transport Transport
	rng       *rand.Rand
	timers    clock.Timers
	due       map[clock.Key]func(clock.Time)
	up        bool

	out, spare [][]byte // frames to send; buffers to use again
	neighbors  []*neighbor
	ipID       uint16

	jobs     []*job
	lastEcho uint16

	datagrams []*datagramFlow
	udpEcho   []*udpService
	tcpEcho   []*tcpService
	echoing   map[tcp.Conn]*echo
	byConn    map[tcp.Conn]*streamFlow
	flows     []flow
	floods    []*flood
	lastFlow  int
	nextUDP   uint16
	station   station

	counts Counts
}

// Counts are the counters of a host's interface, in frames.
type Counts struct {
	In, Out       uint64
	InBytes       uint64
	OutBytes      uint64
	OutNoCarrier  uint64 // to send without carrier
	OutQueueFull  uint64 // to send with the queue full
	Unresolved    uint64 // to send to a silent neighbour
	NotForUs      uint64 // to another station
	Malformed     uint64 // no believable frame, packet or checksum
	Unwanted      uint64 // protocol or group the host does not speak
	FragmentsLost uint64 // hosts do not reassemble
}

// queueLimit bounds the frames that wait for Drain.
const queueLimit = 4096

// New returns a host without carrier. Its services listen at once.
func New(c Config, t Transport) (*Host, error) {
	h := &Host{
		config: c, transport: t,
		rng:     rand.New(rand.NewPCG(c.Seed, uint64(c.Address.Addr))),
		due:     make(map[clock.Key]func(clock.Time)),
		echoing: make(map[tcp.Conn]*echo),
		byConn:  make(map[tcp.Conn]*streamFlow),
		nextUDP: tcp.FirstPort,
	}
	for _, s := range c.Serve {
		if err := h.serve(s); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// Input implements the driver's view of a device.
func (h *Host) Input(now clock.Time, _ int, frames [][]byte) {
	for _, f := range frames {
		h.counts.In++
		h.counts.InBytes += uint64(len(f))
		h.frame(now, f)
	}
	h.pump(now)
}

// Carrier implements the driver's view of a device. Losing it forgets the
// neighbours, as hosts in use do.
func (h *Host) Carrier(now clock.Time, _ int, up bool) {
	if h.up == up {
		return
	}
	h.up = up
	if !up {
		h.forgetNeighbors()
	}
	h.pump(now)
}

// Wake implements the driver's view of a device.
func (h *Host) Wake(now clock.Time) {
	for k, ok := h.timers.Pop(now); ok; k, ok = h.timers.Pop(now) {
		if f := h.due[k]; f != nil {
			delete(h.due, k)
			f(now)
		}
	}
	h.transport.Wake(now)
	h.pump(now)
}

// NextWake implements the driver's view of a device.
func (h *Host) NextWake() (clock.Time, bool) {
	at, ok := h.timers.Next()
	if t, also := h.transport.NextWake(); also && (!ok || t < at) {
		return t, true
	}
	return at, ok
}

// Drain implements the driver's view of a device.
func (h *Host) Drain(emit func(port int, frames [][]byte)) {
	if len(h.out) == 0 {
		return
	}
	emit(0, h.out)
	h.spare = append(h.spare, h.out...)
	h.out = h.out[:0]
}

// Shut ends the host.
func (h *Host) Shut() { h.transport.Shut() }

// Config returns what the host was made from.
func (h *Host) Config() Config { return h.config }

// pump lets events of the transport act and turns its packets into frames.
func (h *Host) pump(now clock.Time) {
	h.transport.Events(func(e tcp.Event) { h.tcpEvent(now, e) })
	h.transport.Drain(func(p []byte) { h.send(now, wire.IPv4(p)) })
}

func (h *Host) at(k clock.Key, at clock.Time, do func(clock.Time)) {
	h.due[k] = do
	h.timers.Set(k, at)
}

func (h *Host) after(k clock.Key, now clock.Time, d time.Duration, do func(clock.Time)) {
	h.at(k, now.Add(d), do)
}

func (h *Host) cancel(k clock.Key) {
	delete(h.due, k)
	h.timers.Stop(k)
}

// buffer returns an empty buffer for a frame.
func (h *Host) buffer() []byte {
	if n := len(h.spare); n > 0 {
		b := h.spare[n-1][:0]
		h.spare = h.spare[:n-1]
		return b
	}
	return make([]byte, 0, 1600)
}

// queue sends a frame made in a buffer.
func (h *Host) queue(f []byte) {
	switch {
	case !h.up:
		h.counts.OutNoCarrier++
		h.spare = append(h.spare, f)
	case len(h.out) >= queueLimit:
		h.counts.OutQueueFull++
		h.spare = append(h.spare, f)
	default:
		h.counts.Out++
		h.counts.OutBytes += uint64(len(f))
		h.out = append(h.out, f)
	}
}

// frame takes one received frame.
func (h *Host) frame(now clock.Time, f wire.Ethernet) {
	if len(f) < wire.EthernetLen {
		h.counts.Malformed++
		return
	}
	if d := f.Dst(); d != h.config.MAC && !d.IsGroup() {
		h.counts.NotForUs++
		return
	}
	switch f.Type() {
	case wire.EtherARP:
		h.arp(now, f.Payload())
	case wire.EtherIPv4:
		h.packet(now, wire.IPv4(f.Payload()))
	default:
		h.counts.Unwanted++
	}
}
