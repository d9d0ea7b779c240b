package ipc

import (
	"io"
	"slices"

	"tandem/clock"
	"tandem/ipc/sctp"
	"tandem/wire"
)

// buffer is how many bytes of messages wait for their acknowledgement, and how
// many the peer may have on the way: half a million new sessions a second for
// 15 ms, and fewer packets than the queue of a port holds.
const buffer = 512 << 10

// maxReplies bounds the answers to packets of no association that wait for
// Packets.
const maxReplies = 16

// Zone is "ipc zone default" with its association. Make it with NewZone. It
// satisfies the transport that redundancy needs: Send and Ready.
type Zone struct {
	open   Open
	host   bool // addresses are the host's
	random io.Reader
	topics sctp.Topic // of trace lines
	traces []string   // of endpoints that are gone

	cfg     Config
	own     []wire.Addr
	virtual []wire.Addr

	assoc   Association
	used    Config // cfg as it was when assoc was made
	up      bool
	closing bool // assoc is being shut down
	retry   clock.Time
	waiting bool // retry runs
	err     error

	events   []sctp.Event
	replies  []reply
	counters Counters
	stray    sctp.Faults // packets that came while there was no endpoint
	gone     tally       // of endpoints that are gone
	cleared  tally       // of everything, when the user cleared the counters
	mark     tally       // of the endpoint, at that moment
}

// reply answers a packet that belongs to no association.
type reply struct {
	src, dst wire.Addr
	packet   []byte
}

// NewZone returns a zone without association. open makes its endpoint, as a
// rule UserSpace; random is read 32 bytes at a time whenever one is made.
func NewZone(open Open, random io.Reader) *Zone { return &Zone{open: open, random: random} }

// NewHostZone is NewZone for a back end that has the addresses of the host: an
// association needs none of the router's own interfaces.
func NewHostZone(open Open, random io.Reader) *Zone {
	return &Zone{open: open, host: true, random: random}
}

// Host reports whether the association has the addresses of the host.
func (z *Zone) Host() bool { return z.host }

// Configure puts cfg into effect. It returns a Refusal and changes nothing for
// a value out of range, and ErrRunning when the association is not shut and a
// value that is set would change (reference ha 4.3). Timers set on an
// association that is up take effect when it next starts.
func (z *Zone) Configure(now clock.Time, cfg Config) error {
	if err := cfg.check(); err != nil {
		return err
	}
	if z.cfg.Running && cfg.change(z.cfg) {
		return ErrRunning
	}
	for _, a := range cfg.LocalIP {
		if slices.Contains(z.virtual, a) && !slices.Contains(z.cfg.LocalIP, a) {
			return ErrVirtual
		}
	}
	cfg.LocalIP, cfg.RemoteIP = slices.Clone(cfg.LocalIP), slices.Clone(cfg.RemoteIP)
	z.cfg = cfg
	z.arrange(now)
	return nil
}

// Config returns the configuration in effect.
func (z *Zone) Config() Config { return z.cfg }

// Addresses tells the zone which addresses the router has on interfaces that
// are up, and which are virtual. Losing an address does not end an association
// that is up: its own timers find out whether the peer is still there.
func (z *Zone) Addresses(now clock.Time, own, virtual []wire.Addr) {
	z.own, z.virtual = slices.Clone(own), slices.Clone(virtual)
	z.arrange(now)
}

// Held returns why the association is not being started, or NotHeld.
func (z *Zone) Held() Hold {
	has := func(list []wire.Addr) func(wire.Addr) bool {
		return func(a wire.Addr) bool { return slices.Contains(list, a) }
	}
	switch {
	case !z.cfg.Running:
		return Shut
	case !z.cfg.complete():
		return Incomplete
	case slices.ContainsFunc(z.cfg.LocalIP, has(z.virtual)):
		return VirtualIP
	case !z.host && !slices.ContainsFunc(z.cfg.LocalIP, has(z.own)):
		return NoAddress
	case slices.ContainsFunc(z.cfg.RemoteIP, has(z.own)) || slices.ContainsFunc(z.cfg.RemoteIP, has(z.cfg.LocalIP)):
		return OwnPeer
	case z.err != nil:
		return NoBackEnd
	}
	return NotHeld
}

// Err returns the error of the back end when Held is NoBackEnd.
func (z *Zone) Err() error { return z.err }

// Trouble returns what a back end last complained about while the association
// is down, nil for nothing.
func (z *Zone) Trouble(now clock.Time) error {
	switch {
	case z.up:
		return nil
	case z.err != nil || z.assoc == nil:
		return z.err
	}
	return z.assoc.Status(now).Err
}

// arrange starts or ends the association as the configuration and the
// addresses ask for.
func (z *Zone) arrange(now clock.Time) {
	z.err = nil
	switch hold := z.Held(); {
	case hold == NotHeld && (z.assoc == nil || z.closing || (!z.up && z.stale())):
		z.discard(now)
		z.start(now)
	case hold == NotHeld && !z.up && !z.waiting:
		z.assoc.Connect(now)
		z.collect(now)
	case hold == Shut && z.up && !z.closing:
		z.closing = true
		z.assoc.Shutdown(now)
		z.collect(now)
	case hold != NotHeld && !z.up:
		z.discard(now)
	}
}

// start makes the endpoint and connects it.
func (z *Zone) start(now clock.Time) {
	low, high := z.cfg.timeouts()
	cfg := sctp.Config{
		LocalPort: z.cfg.LocalPort, RemotePort: z.cfg.RemotePort, Local: z.cfg.LocalIP, Remote: z.cfg.RemoteIP,
		RTOMin: low, RTOMax: high, PathMaxRetrans: z.cfg.PathRetransmit, AssocMaxRetrans: z.cfg.AssocRetransmit,
		SendBuffer: buffer, ReceiveWindow: buffer, Random: z.random,
	}
	z.assoc, z.err = z.open(cfg.WithDefaults())
	if z.err != nil {
		z.assoc = nil
		z.after(now)
		return
	}
	z.used = z.cfg
	z.Trace(z.topics)
	z.assoc.Connect(now)
	z.collect(now)
}

// after sets the time of the next attempt: the largest RTO.
func (z *Zone) after(now clock.Time) {
	_, high := z.cfg.timeouts()
	z.retry, z.waiting = now.Add(high), true
}

// discard ends the endpoint at once. What it wants to tell its peer still goes
// out with Packets.
func (z *Zone) discard(now clock.Time) {
	z.waiting = false
	if z.assoc == nil {
		return
	}
	z.assoc.Abort(now)
	z.takeEvents(now)
	z.forget(now)
}

// forget drops the endpoint, keeping its counters and last packets.
func (z *Zone) forget(now clock.Time) {
	z.assoc.Packets(now, func(src, dst wire.Addr, packet []byte) {
		if len(z.replies) < maxReplies {
			z.replies = append(z.replies, reply{src, dst, slices.Clone(packet)})
		}
	})
	z.Traces(func(line string) { z.traces = append(z.traces, line) })
	z.gone = z.gone.plus(z.assoc.Status(now))
	z.assoc, z.closing, z.up, z.mark = nil, false, false, tally{}
}

// collect takes the endpoint's events and acts on them.
func (z *Zone) collect(now clock.Time) {
	if z.assoc == nil {
		return
	}
	down := z.takeEvents(now)
	switch {
	case z.closing && down:
		z.forget(now)
	case down:
		z.after(now)
	}
}

// takeEvents passes the endpoint's events on and reports whether the last one
// left it down. The end of an attempt that never was up is no news.
func (z *Zone) takeEvents(now clock.Time) (down bool) {
	z.assoc.Events(func(ev sctp.Event) {
		switch ev.Kind {
		case sctp.Up, sctp.Restarted:
			z.up, down, z.waiting = true, false, false
			z.counters.Established++
		case sctp.Down:
			was := z.up
			z.up, down = false, true
			if !was {
				return
			}
			z.counters.Lost++
		}
		z.events = append(z.events, ev)
	})
	return down
}

// Input takes an SCTP packet that came from src for dst, an address of this
// router. It returns why it was dropped, or NotDropped. packet is borrowed.
func (z *Zone) Input(now clock.Time, src, dst wire.Addr, packet []byte) wire.Reason {
	if src.IsMulticast() || dst.IsMulticast() || src == 0 || src == wire.Broadcast || dst == wire.Broadcast {
		return wire.BadSource
	}
	if z.assoc == nil {
		z.stray.Stray(packet)
		if answer := sctp.OutOfTheBlue(packet); answer != nil && len(z.replies) < maxReplies {
			z.replies = append(z.replies, reply{dst, src, answer})
		}
		return wire.NoListener
	}
	why := z.assoc.Input(now, src, dst, packet)
	z.collect(now)
	return why
}

// Unreachable takes an ICMP destination unreachable that quotes an SCTP packet;
// see sctp.Endpoint.Unreachable. NoListener means that there is no association
// whose packet it could quote.
func (z *Zone) Unreachable(now clock.Time, code uint8, mtu int, quoted []byte) wire.Reason {
	if z.assoc == nil {
		z.stray.FalseICMP++
		return wire.NoListener
	}
	why := z.assoc.Unreachable(now, code, mtu, quoted)
	z.collect(now)
	return why
}

// DontFragment reports whether a packet of n bytes, IPv4 header included, to
// dst is to carry DF.
func (z *Zone) DontFragment(dst wire.Addr, n int) bool {
	return z.assoc == nil || z.assoc.DontFragment(dst, n)
}

// Wake runs every timer due at or before now.
func (z *Zone) Wake(now clock.Time) {
	if z.waiting && z.retry <= now {
		z.waiting = false
		if z.assoc == nil {
			z.arrange(now)
		} else if z.Held() == NotHeld {
			z.restart(now)
		}
	}
	if z.assoc != nil {
		z.assoc.Wake(now)
		z.collect(now)
	}
}

// restart connects again, with a new endpoint if timers were set meanwhile.
func (z *Zone) restart(now clock.Time) {
	if z.stale() {
		z.discard(now)
		z.start(now)
		return
	}
	z.assoc.Connect(now)
	z.collect(now)
}

// stale reports whether the endpoint was made for another configuration.
func (z *Zone) stale() bool { return z.cfg.change(z.used) || z.used.change(z.cfg) }

// NextWake returns the earliest moment at which Wake has something to do.
func (z *Zone) NextWake() (at clock.Time, ok bool) {
	if z.assoc != nil {
		at, ok = z.assoc.NextWake()
	}
	if z.waiting && (!ok || z.retry < at) {
		at, ok = z.retry, true
	}
	return at, ok
}

// Packets emits the SCTP packets to send, oldest first, each valid until emit
// returns. The router's forwarding puts the IP header on (protocol 132).
func (z *Zone) Packets(now clock.Time, emit func(src, dst wire.Addr, packet []byte)) {
	for _, r := range z.replies {
		emit(r.src, r.dst, r.packet)
	}
	z.replies = z.replies[:0]
	if z.assoc != nil {
		z.assoc.Packets(now, emit)
	}
}

// Events emits what happened to the association since the last call.
func (z *Zone) Events(emit func(sctp.Event)) {
	for _, ev := range z.events {
		emit(ev)
	}
	z.events = z.events[:0]
}

// Receive emits the messages of the peer, each valid until emit returns.
func (z *Zone) Receive(emit func(msg []byte)) {
	if z.assoc == nil {
		return
	}
	z.assoc.Receive(func(_ uint16, msg []byte) {
		z.counters.Received++
		emit(msg)
	})
}

// Ready returns the length in bytes of the longest message that Send takes
// now; 0 while the association is down.
func (z *Zone) Ready() int {
	if z.assoc == nil {
		return 0
	}
	return min(z.assoc.Writable(), z.assoc.MaxMessage())
}

// Whole returns the length of the longest message that travels in one packet,
// so that SendUnordered can be of use; 0 while there is no endpoint.
func (z *Zone) Whole() int {
	if z.assoc == nil {
		return 0
	}
	return z.assoc.MaxWhole()
}

// Send queues a copy of msg for the peer and reports whether it did; messages
// arrive in the order sent. It takes any of 1 to Ready bytes.
func (z *Zone) Send(msg []byte) bool { return z.send(sctp.Ordered, msg) }

// SendUnordered is Send for a message that may overtake others and be
// overtaken, so that one lost packet does not hold up the rest.
func (z *Zone) SendUnordered(msg []byte) bool { return z.send(sctp.Unordered, msg) }

func (z *Zone) send(order sctp.Order, msg []byte) bool {
	if z.assoc == nil || z.assoc.Send(0, order, msg) != nil {
		z.counters.Refused++
		return false
	}
	z.counters.Sent++
	return true
}

// Close gives up the association for good: its router has no power any more.
// The user-space endpoint vanishes without a word, as a router does; the host's
// sockets must be given back, and their kernel tells the peer.
func (z *Zone) Close() {
	if z.host && z.assoc != nil {
		z.assoc.Abort(0)
	}
}

// Up reports whether the association is established.
func (z *Zone) Up() bool { return z.up }
