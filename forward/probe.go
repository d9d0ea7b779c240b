package forward

import (
	"time"

	"tandem/clock"
	"tandem/wire"
)

// EventKind tells the kinds of Event apart.
type EventKind uint8

// The kinds of event.
const (
	Probed   EventKind = iota // one probe got an answer or none
	Finished                  // the last event of a ping or traceroute
)

// Event is news of a ping or traceroute, for the display that waits for it.
type Event struct {
	ID   int // as StartPing or StartTraceroute returned it
	Kind EventKind
	// Mark is what the display prints. Ping: '!' reply, '.' none in time, 'U'
	// unreachable, 'Q' source quench, 'M' could not fragment, '&' life time
	// exceeded, '?' another type. Traceroute: 0 for a plain time, '*' none in
	// time, or the letter behind "!": H, N, P, A, Q, U, M.
	Mark byte
	Seq  int           // probe of the ping, or of the hop, from 0
	TTL  int           // hop of the traceroute
	From wire.Addr     // who answered; 0 for nobody
	RTT  time.Duration // until the answer

	Sent, Received int           // in Finished of a ping
	Min, Avg, Max  time.Duration // of the replies, in Finished of a ping
}

// Events emits the events since the last call, oldest first.
func (pl *Plane) Events(emit func(Event)) {
	events := pl.events
	pl.events = nil
	for _, e := range events {
		emit(e)
	}
}

// event keeps an event for Events; a driver that never asks loses the newest.
func (pl *Plane) event(e Event) {
	if len(pl.events) < eventQueue {
		pl.events = append(pl.events, e)
	}
}

// probe is what ping and traceroute share: one question is out, or the next is
// due.
type probe struct {
	id      int
	waiting bool // for an answer to the last probe
	sent    clock.Time
	due     clock.Time // end of waiting, or the moment of the next probe
}

// sentAt notes that a probe left.
func (pl *Plane) sentAt(g *probe, now clock.Time, timeout time.Duration) {
	g.waiting, g.sent, g.due = true, now, now.Add(timeout)
	pl.wakeBy(timerProbe, g.due)
}

// answered ends the waiting. The next probe leaves at once, but not within a
// millisecond of this one: no router is faster, and time must go on.
func (pl *Plane) answered(g *probe, now clock.Time) {
	g.waiting, g.due = false, max(now, g.sent.Add(probeGap))
	pl.wakeBy(timerProbe, g.due)
}

// ageProbes sends the probes that are due and ends the waiting for others.
func (pl *Plane) ageProbes(now clock.Time) {
	for i := 0; i < len(pl.pings); i++ {
		if g := pl.pings[i]; g.due <= now && pl.stepPing(now, g) {
			pl.pings = append(pl.pings[:i], pl.pings[i+1:]...)
			i--
		}
	}
	for i := 0; i < len(pl.traces); i++ {
		if t := pl.traces[i]; t.due <= now && pl.stepTrace(now, t) {
			pl.traces = append(pl.traces[:i], pl.traces[i+1:]...)
			i--
		}
	}
	for _, g := range pl.pings {
		pl.wakeBy(timerProbe, g.due)
	}
	for _, t := range pl.traces {
		pl.wakeBy(timerProbe, t.due)
	}
}

// Stop ends a ping or traceroute at once, as the escape sequence does: its
// Finished event follows. An unknown id is ignored.
func (pl *Plane) Stop(now clock.Time, id int) {
	for i, g := range pl.pings {
		if g.id == id {
			pl.pings = append(pl.pings[:i], pl.pings[i+1:]...)
			pl.event(g.summary())
			return
		}
	}
	for i, t := range pl.traces {
		if t.id == id {
			pl.traces = append(pl.traces[:i], pl.traces[i+1:]...)
			pl.event(Event{ID: id, Kind: Finished})
			return
		}
	}
}

// probeRefused gives an ICMP error to the probe it quotes, and reports whether
// there is one.
func (pl *Plane) probeRefused(now clock.Time, p *wire.Packet) bool {
	m := wire.ICMP(p.Transport())
	ip := wire.IPv4(m.Payload())
	if len(ip) < wire.IPv4Len || ip[0]>>4 != 4 || ip.HeaderLen() < wire.IPv4Len || len(ip) < ip.HeaderLen()+8 || ip.Fragment()&0x1fff != 0 {
		return false
	}
	quoted := ip[ip.HeaderLen():]
	switch ip.Proto() {
	case wire.ProtoICMP:
		return pl.pingRefused(now, p, wire.ICMP(quoted), ip.Dst())
	case wire.ProtoUDP:
		return pl.traceAnswered(now, p, wire.UDP(quoted), ip.Dst())
	}
	return false
}
