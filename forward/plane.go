// Package forward is one router's IPv4 forwarding: interfaces and their
// addresses, ARP, the routing table, the packet path, ICMP errors, delivery to
// the router itself, and the ping and traceroute that originate here.
//
// A Plane belongs to one goroutine. It is pure: time is handed in, frames,
// events and log messages are taken out by Drain, Events and Messages. The
// stages of the path run in the order of reference firewall 2.1: what the
// router is asked about a packet (input lists and inspection), where it goes,
// and what the way out says (output lists and inspection).
//
// # Buffers
//
// Frames given to Input are borrowed until it returns and are only read. What
// leaves is copied into memory of the Plane, 12 ns for a full frame, and stays
// valid until emit returns in the next Drain. No buffer crosses routers.
package forward

import (
	"tandem/clock"
	"tandem/syslog"
	"tandem/wire"
)

// Filter is what the packet path asks of the firewall. A Plane always has one;
// PassAll asks for nothing.
type Filter interface {
	// Match sees a whole batch before anything else is decided. A packet that a
	// session covers gets Verdict Fast (or Drop with Why), Session, Reverse and,
	// where Resolved told one since the last Invalidate, Adj. Others are left.
	// ForUs, Out and NextHop are not known yet.
	Match(now clock.Time, ps []wire.Packet)
	// Input is the input access list and inbound inspection of p.In. ForUs is
	// set for packets to this router. Taken means the filter kept the packet.
	Input(now clock.Time, p *wire.Packet) wire.Verdict
	// Output is the output access list and outbound inspection of p.Out. It also
	// sees packets of this router: Local is set and In is NoInterface.
	Output(now clock.Time, p *wire.Packet) wire.Verdict
	// Resolved tells the adjacency, p.Adj, that the direction p.Reverse of the
	// session p.Session uses.
	Resolved(p *wire.Packet)
	// Invalidate makes every adjacency told so far void: routes, addresses or
	// neighbours changed.
	Invalidate()
}

// PassAll is the Filter of a router without access lists or inspection.
type PassAll struct{}

// Match implements Filter.
func (PassAll) Match(clock.Time, []wire.Packet) {}

// Input implements Filter.
func (PassAll) Input(clock.Time, *wire.Packet) wire.Verdict { return wire.Pass }

// Output implements Filter.
func (PassAll) Output(clock.Time, *wire.Packet) wire.Verdict { return wire.Pass }

// Resolved implements Filter.
func (PassAll) Resolved(*wire.Packet) {}

// Invalidate implements Filter.
func (PassAll) Invalidate() {}

// Local takes a packet addressed to this router that the Plane does not answer
// itself: TCP, UDP, SCTP, a group it joined, an ICMP error about something it
// sent. The packet is valid until Local returns. False says that nobody wants
// it; TCP is then reset, others get port or protocol unreachable. Local may
// call Send, SendOn, Own, Disown and Announce, but not Input, Wake or Drain. A
// packet that it takes and finds malformed it Discards, so that it is counted.
type Local func(now clock.Time, p *wire.Packet) bool

// batchSize is how many packets go through the path together: design 5.
const batchSize = 64

// NoInterface stands where an interface index is expected and there is none.
const NoInterface = -1

// Names of the Plane's timers.
var (
	timerARP        = clock.Key{Owner: "forward", Name: "arp"}
	timerReassembly = clock.Key{Owner: "forward", Name: "reassembly"}
	timerProbe      = clock.Key{Owner: "forward", Name: "probe"}
	timerSelf       = clock.Key{Owner: "forward", Name: "self"}
)

// Plane is the forwarding of one router.
type Plane struct {
	filter Filter
	local  Local

	ifs   []*iface
	own   map[wire.Addr]owned // this router's addresses and its broadcasts, on interfaces that are up
	rib   rib
	fib   fib
	stale bool // routes or addresses changed since the FIB was made

	neighbours neighbours
	fragments  []datagram
	redirect   Redirect
	quotas     quotas
	pings      []*ping
	traces     []*trace
	runs       int // pings and traceroutes started
	ident      uint16

	timers  clock.Timers
	arena   arena
	self    [][]byte // IP packets this router sent to itself
	busy    bool     // inside a call that settles self at its end
	batch   [batchSize]wire.Packet
	spare   *wire.Packet // for an own packet on its way; nil while one is
	path    []stage
	traffic Traffic
	tracing *[]Step
	events  []Event
	logs    []syslog.Message
}

// New returns a Plane without interfaces or routes.
func New(filter Filter, local Local) *Plane {
	return &Plane{
		filter: filter, local: local, path: stages(),
		own:        make(map[wire.Addr]owned),
		neighbours: newNeighbours(),
		quotas:     quotas{unreachable: quota{every: unreachableEvery}, tooBig: quota{every: unreachableEvery}, redirect: quota{every: redirectEvery}},
	}
}

// Wake runs everything due at or before now: ARP retries and ageing,
// reassembly time-outs, probes.
func (pl *Plane) Wake(now clock.Time) {
	pl.refresh()
	pl.busy = true
	for k, ok := pl.timers.Pop(now); ok; k, ok = pl.timers.Pop(now) {
		switch k {
		case timerARP:
			pl.ageNeighbours(now)
		case timerReassembly:
			pl.ageFragments(now)
		case timerProbe:
			pl.ageProbes(now)
		}
	}
	pl.busy = false
	pl.settle(now)
}

// NextWake returns the earliest moment at which Wake has something to do.
func (pl *Plane) NextWake() (clock.Time, bool) { return pl.timers.Next() }

// wakeBy makes sure that the timer k fires at the given time or earlier.
func (pl *Plane) wakeBy(k clock.Key, at clock.Time) {
	if due, ok := pl.timers.Deadline(k); !ok || at < due {
		pl.timers.Set(k, at)
	}
}

// Drain emits the frames to send, interface by interface, oldest first. They
// are valid until emit returns; emit must not call the Plane.
func (pl *Plane) Drain(emit func(index int, frames [][]byte)) {
	for _, f := range pl.ifs {
		if f == nil || len(f.queue) == 0 {
			continue
		}
		emit(int(f.index), f.queue)
		clear(f.queue)
		f.queue = f.queue[:0]
	}
	pl.arena.reset()
}

// Messages emits the log messages since the last call, oldest first.
func (pl *Plane) Messages(emit func(syslog.Message)) {
	logs := pl.logs
	pl.logs = nil
	for _, m := range logs {
		emit(m)
	}
}

// log keeps a message for Messages; a driver that never asks loses the newest.
func (pl *Plane) log(m syslog.Message) {
	if len(pl.logs) < logQueue {
		pl.logs = append(pl.logs, m)
	}
}

// refresh brings the FIB up to date.
func (pl *Plane) refresh() {
	if pl.stale {
		pl.stale = false
		pl.fib = pl.rib.install(pl.ifs)
		pl.filter.Invalidate()
	}
}

// change notes that addresses, lines or routes changed.
func (pl *Plane) change() { pl.stale = true }
