package sctp

import (
	"encoding/binary"
	"math"
	"math/bits"
	"time"

	"tandem/clock"
	"tandem/wire"
)

// PathState is what is known of one address of the peer.
type PathState uint8

// The states of a path.
const (
	Unconfirmed PathState = iota // not yet shown to belong to the peer
	Active
	Inactive // failed Path.Max.Retrans times; still probed
	Unlisted // the peer does not have it
)

var pathStateNames = [...]string{"UNCONFIRMED", "ACTIVE", "INACTIVE", "UNLISTED"}

// String names s in the capitals of show ip sctp association parameters.
func (s PathState) String() string { return pathStateNames[s] }

// path is the way to one address of the peer, with its own round-trip time,
// congestion window and error count (RFC 9260 sections 6.3, 7.2 and 8.2).
type path struct {
	remote, local wire.Addr
	state         PathState
	errors        int // Path.Max.Retrans counts these
	failures      int // times it went inactive
	retransmitted uint64

	rto, rtt, srtt, rttvar time.Duration
	measured               bool
	timing                 bool // the round trip of timedTSN is being measured
	timedTSN               uint32
	timedAt                clock.Time

	cwnd, ssthresh, partial int // bytes
	flight                  int // bytes sent here and not acknowledged
	recovering              bool
	exit                    uint32 // TSN whose acknowledgement ends fast recovery
	used                    clock.Time

	mtu      int   // bytes of IP that packets are cut to
	carries  int   // bytes of IP that pass whole; below mtu when that is smaller than minMTU
	swallows bool  // may drop what is too big without a word
	widen    alarm // when the first MTU is tried again

	t3, heartbeat, answer alarm // data, next HEARTBEAT, deadline of its answer
	nonce                 uint64
	probed                clock.Time
}

// newPath returns the path to Config.Remote[i].
func newPath(cfg *Config, i int) path {
	return path{
		remote: cfg.Remote[i], local: sourceFor(cfg.Remote[i], i, cfg.Local), rto: cfg.RTOInitial,
		mtu: cfg.MTU, carries: cfg.MTU,
	}
}

// sourceFor picks the own address that packets to remote come from: the one
// that shares the longest prefix, which on two LANs is the one on the same
// LAN; in doubt the one at the same place in its list.
func sourceFor(remote wire.Addr, i int, local []wire.Addr) wire.Addr {
	best := local[min(i, len(local)-1)]
	for _, l := range local {
		if bits.LeadingZeros32(uint32(l^remote)) > bits.LeadingZeros32(uint32(best^remote)) {
			best = l
		}
	}
	return best
}

// open starts congestion control (RFC 9260 section 7.2.1).
func (p *path) open(t terms) {
	p.cwnd = min(4*p.mtu, max(2*p.mtu, 4404))
	p.ssthresh = int(min(t.window, math.MaxInt32))
	p.partial, p.flight, p.errors = 0, 0, 0
}

// sample takes one round-trip time (RFC 9260 section 6.3.1).
func (p *path) sample(cfg *Config, rtt time.Duration) {
	p.rtt = rtt
	if !p.measured {
		p.measured, p.srtt, p.rttvar = true, rtt, rtt/2
	} else {
		p.rttvar += ((p.srtt - rtt).Abs() - p.rttvar) / 4
		p.srtt += (rtt - p.srtt) / 8
	}
	p.rto = min(max(p.srtt+4*p.rttvar, cfg.RTOMin), cfg.RTOMax)
}

// backOff doubles the RTO (RFC 9260 section 6.3.3 E2).
func (p *path) backOff(cfg *Config) { p.rto = min(2*p.rto, cfg.RTOMax) }

// route returns the index of the path for new data and control chunks: the
// primary while it is active, else another active one, else any of the peer's.
func (e *Endpoint) route() int {
	if e.paths[e.primary].state == Active {
		return e.primary
	}
	for i := range e.paths {
		if e.paths[i].state == Active {
			return i
		}
	}
	for i := range e.paths {
		if e.paths[i].state == Inactive { // an unconfirmed address gets no data
			return i
		}
	}
	return e.primary
}

// routeAgain returns the path for what was lost on path i: another active one
// if there is, and when none is active the other one in turn.
func (e *Endpoint) routeAgain(i int) int {
	other := -1
	for j := range e.paths {
		switch s := e.paths[j].state; {
		case j == i || s == Unlisted || s == Unconfirmed:
		case s == Active:
			return j
		default:
			other = j
		}
	}
	if other >= 0 && e.paths[i].state != Active {
		return other
	}
	return i
}

// strike counts an error on path i, the answer to a lost packet, and fails the
// path or the association (RFC 9260 sections 8.1 and 8.2). It reports whether
// the association lives on.
func (e *Endpoint) strike(i int) bool {
	p := &e.paths[i]
	p.errors++
	if p.state != Unconfirmed {
		e.errors++
	}
	if p.errors > e.cfg.PathMaxRetrans && p.state == Active {
		p.state = Inactive
		p.failures++
		e.faults.AddressFailed++
		e.tracef(TraceMultihome, "destaddr %v failed %d times and is inactive", p.remote, p.errors)
		e.event(Event{Kind: PathDown, Path: p.remote})
	}
	if e.errors > e.cfg.AssocMaxRetrans {
		e.close(Event{Kind: Down, Why: Unreachable})
		return false
	}
	return true
}

// alive clears the error counts: path i answered.
func (e *Endpoint) alive(i int) {
	p := &e.paths[i]
	p.errors, e.errors = 0, 0
	if p.state == Inactive {
		p.state = Active
		e.tracef(TraceMultihome, "destaddr %v answers and is active", p.remote)
		e.event(Event{Kind: PathUp, Path: p.remote})
	}
}

// scheduleHeartbeat sets the next HEARTBEAT of p: the interval plus the RTO
// with up to half of it either way (RFC 9260 section 8.3). An address still to
// be confirmed is probed every RTO (section 5.4).
func (e *Endpoint) scheduleHeartbeat(now clock.Time, p *path) {
	if p.state == Unconfirmed {
		p.heartbeat.set(now.Add(p.rto))
		return
	}
	jitter := time.Duration(e.random.Uint64() % uint64(p.rto+1))
	p.heartbeat.set(now.Add(e.cfg.HeartbeatInterval + p.rto/2 + jitter))
}

// heartbeatLen is the length of our heartbeat information: path, nonce, time.
const heartbeatLen = 4 + 8 + 8

// fireHeartbeat probes path i if it is idle.
func (e *Endpoint) fireHeartbeat(now clock.Time, i int) {
	p := &e.paths[i]
	p.heartbeat.stop()
	if p.flight > 0 || p.answer.on || e.state >= ShutdownSent {
		e.scheduleHeartbeat(now, p) // data or the last probe tests it already
		return
	}
	if p.state == Active && now.Sub(p.used) < e.cfg.HeartbeatInterval {
		e.scheduleHeartbeat(now, p)
		return
	}
	p.nonce = e.random.Uint64()
	p.probed = now
	var info [4 + heartbeatLen]byte
	binary.BigEndian.PutUint16(info[:], uint16(HeartbeatInfo))
	binary.BigEndian.PutUint16(info[2:], uint16(len(info)))
	binary.BigEndian.PutUint32(info[4:], uint32(p.remote))
	binary.BigEndian.PutUint64(info[8:], p.nonce)
	binary.BigEndian.PutUint64(info[16:], uint64(now))
	e.sendOn(i, Chunk{Type: Heartbeat, Body: info[:]})
	p.answer.set(now.Add(p.rto))
}

// fireAnswer counts a HEARTBEAT that was not answered within the RTO.
func (e *Endpoint) fireAnswer(now clock.Time, i int) {
	p := &e.paths[i]
	p.answer.stop()
	if !e.strike(i) {
		return
	}
	p.backOff(&e.cfg)
	e.traceRTO(i)
	if p.state == Unconfirmed && p.errors <= e.cfg.PathMaxRetrans {
		p.heartbeat.set(now)
		return
	}
	jitter := time.Duration(e.random.Uint64() % uint64(p.rto+1))
	p.heartbeat.set(now.Add(e.cfg.HeartbeatInterval + jitter - p.rto/2))
}

// handleHeartbeat sends the information back to where it came from.
func (e *Endpoint) handleHeartbeat(in *arrival, body []byte) {
	if e.terms.peer != 0 {
		e.send(in.dst, in.src, e.terms.peer, Chunk{Type: HeartbeatAck, Body: body})
	}
}

// handleHeartbeatAck confirms the path whose nonce comes back.
func (e *Endpoint) handleHeartbeatAck(in *arrival, body []byte) {
	if len(body) != 4+heartbeatLen || !e.state.open() {
		return
	}
	remote := wire.Addr(binary.BigEndian.Uint32(body[4:]))
	nonce := binary.BigEndian.Uint64(body[8:])
	for i := range e.paths {
		p := &e.paths[i]
		if p.remote != remote || p.nonce != nonce || nonce == 0 || p.state == Unlisted {
			continue
		}
		p.nonce = 0
		p.answer.stop()
		e.alive(i)
		if p.state == Unconfirmed {
			p.state = Active
			e.tracef(TraceMultihome, "destaddr %v is confirmed", p.remote)
			e.event(Event{Kind: PathUp, Path: p.remote})
		}
		p.sample(&e.cfg, in.now.Sub(p.probed))
		e.traceRTO(i)
		e.scheduleHeartbeat(in.now, p)
	}
}
