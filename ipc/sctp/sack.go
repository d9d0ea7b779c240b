package sctp

import "tandem/clock"

// tally is what one SACK acknowledged on one path.
type tally struct {
	before   int  // bytes in flight when it came
	acked    int  // bytes newly acknowledged
	advanced bool // the oldest outstanding chunk of the path was among them
	seen     bool // an outstanding chunk of the path was met in the walk
}

// handleSackChunk reads a SACK.
func (e *Endpoint) handleSackChunk(in *arrival, body []byte) error {
	v, err := ParseSack(body)
	if err != nil || !e.state.open() {
		return err
	}
	return e.handleSack(in, v)
}

// handleSack takes acknowledgements (RFC 9260 sections 6.2.1, 6.3.2 and 7.2).
// One that is older than what is known is ignored; one for data never sent
// ends the association.
func (e *Endpoint) handleSack(in *arrival, v SackView) error {
	s := &e.out
	if before(v.CumTSN, s.acked) {
		return nil
	}
	n := int(v.CumTSN - s.acked)
	if n > s.sent {
		e.violate(in, ProtocolViolation, nil)
		return nil
	}
	e.stats.SacksRcvd++
	s.answered, s.progress = true, n > 0
	var t [maxPaths]tally
	for i := range e.paths {
		t[i].before = e.paths[i].flight
	}
	for range n {
		e.ackOldest(in.now, &t)
	}
	if s.sent > 0 && (v.Gaps() > 0 || s.gaps > 0) {
		e.readGaps(in.now, v, &t)
	}
	s.burst = maxBurst
	for i := range e.paths {
		e.settle(in.now, i, &t[i])
		s.burst = max(s.burst, maxBurst/2*t[i].acked/e.paths[i].mtu)
	}
	s.window = max(0, int(min(v.Window, maxWindow))-s.flight)
	if e.state == ShutdownPending || e.state == ShutdownReceived {
		e.advanceShutdown(in.now)
	}
	return nil
}

// ackOldest drops the oldest chunk: the cumulative TSN passed it.
func (e *Endpoint) ackOldest(now clock.Time, t *[maxPaths]tally) {
	s := &e.out
	c := s.queue.at(0)
	switch c.state {
	case gapAcked:
		s.gaps--
	case lost:
		s.lost--
		t[c.path].acked += int(c.length)
	default:
		e.land(now, 0, c, &t[c.path])
	}
	t[c.path].advanced = true
	if c.flags&flagEnd != 0 {
		e.stats.MessagesAcked++
		s.messages--
	}
	s.bytes.free(int(c.length))
	s.queue.pop()
	s.acked++
	s.sent--
}

// land takes a chunk out of flight because it arrived.
func (e *Endpoint) land(now clock.Time, i int, c *outChunk, t *tally) {
	p := &e.paths[c.path]
	p.flight -= int(c.length)
	e.out.flight -= int(c.length)
	t.acked += int(c.length)
	if p.timing && p.timedTSN == e.out.tsn(i) {
		p.timing = false
		p.sample(&e.cfg, now.Sub(p.timedAt))
		e.traceRTO(int(c.path))
	}
}

// readGaps compares the gap blocks with the chunks sent: newly reported ones
// leave the flight, missing ones are counted towards fast retransmission, and
// ones the peer took back fly again.
func (e *Endpoint) readGaps(now clock.Time, v SackView, t *[maxPaths]tally) {
	s := &e.out
	last := 0 // one past the highest chunk covered, as index into queue
	for g := range v.Gaps() {
		b := v.Gap(g)
		start, end := int(b.Start)-1, min(int(b.End), s.sent)
		if start < last || start >= end {
			break // not ascending, or beyond what was sent
		}
		for i := start; i < end; i++ {
			s.queue.at(i).mark = true
		}
		last = end
	}
	highest := -1 // newly acknowledged
	for i := range s.sent {
		c := s.queue.at(i)
		covered := c.mark
		c.mark = false
		pt := &t[c.path]
		switch {
		case covered && c.state != gapAcked:
			if c.state == lost {
				s.lost--
				pt.acked += int(c.length)
			} else {
				e.land(now, i, c, pt)
				pt.advanced = pt.advanced || !pt.seen
			}
			c.state = gapAcked
			s.gaps++
			highest = i
		case !covered && c.state == gapAcked:
			e.takenBack(now, c)
		}
		pt.seen = pt.seen || c.state == inFlight
	}
	e.countMissing(last, highest)
}

// takenBack puts a chunk that the peer dropped again back in flight.
func (e *Endpoint) takenBack(now clock.Time, c *outChunk) {
	p := &e.paths[c.path]
	c.state, c.missing = inFlight, 0
	e.out.gaps--
	e.out.flight += int(c.length)
	p.flight += int(c.length)
	if !p.t3.on {
		p.t3.set(now.Add(p.rto))
	}
}

// countMissing adds a report to each chunk below the highest newly
// acknowledged one, or in fast recovery with progress below the highest
// covered one, and retransmits fast at the third (RFC 9260 section 7.2.4).
func (e *Endpoint) countMissing(last, highest int) {
	s := &e.out
	for i := range last {
		c := s.queue.at(i)
		if c.state != inFlight || c.fast {
			continue
		}
		p := &e.paths[c.path]
		if i > highest && !(p.recovering && s.progress) {
			continue
		}
		if c.missing++; c.missing < 3 {
			continue
		}
		c.fast, s.fast = true, true
		e.lose(i, c)
		if !p.recovering {
			p.recovering, p.exit = true, s.tsn(s.sent-1)
			p.ssthresh = max(p.cwnd/2, 4*p.mtu)
			p.cwnd, p.partial = p.ssthresh, 0
			e.traceWindow(int(c.path), "fast recovery")
		}
		e.stats.FastRetransmits++
	}
}

// lose marks chunk i for retransmission.
func (e *Endpoint) lose(i int, c *outChunk) {
	p := &e.paths[c.path]
	c.state = lost
	e.out.lost++
	p.flight -= int(c.length)
	e.out.flight -= int(c.length)
	if p.timing && p.timedTSN == e.out.tsn(i) {
		p.timing = false // Karn: no sample from what is sent twice
	}
}

// settle updates path i after a SACK: error counts, window, T3.
func (e *Endpoint) settle(now clock.Time, i int, t *tally) {
	p := &e.paths[i]
	if t.acked > 0 {
		e.alive(i)
		was := p.cwnd
		if e.widen(p, t); p.cwnd != was {
			e.traceWindow(i, "window grows")
		}
	}
	if p.recovering && !before(e.out.acked, p.exit) {
		p.recovering = false
	}
	switch {
	case p.flight == 0:
		p.t3.stop()
		p.partial = 0
	case t.advanced || !p.t3.on:
		p.t3.set(now.Add(p.rto))
	}
}

// widen grows the congestion window: slow start up to ssthresh, then one MTU a
// window (RFC 9260 sections 7.2.1 and 7.2.2). A window that was not used does
// not grow. A SACK of many packets widens as much as the SACKs of every second
// of them would have (L of section 7.2.1): receivers that read in batches send
// few, and one MTU for each of those would keep a long copy slow.
func (e *Endpoint) widen(p *path, t *tally) {
	full := t.before+p.mtu > p.cwnd
	if !e.out.progress || p.recovering {
		return
	}
	if p.cwnd <= p.ssthresh {
		if full {
			p.cwnd += min(t.acked, max(p.mtu, t.acked/2))
		}
		return
	}
	p.partial += t.acked
	if p.partial >= p.cwnd && full {
		p.partial -= p.cwnd
		p.cwnd += p.mtu
	}
}

// fireT3 handles loss of everything in flight on path i (RFC 9260 section
// 6.3.3). Probes of a closed window that the peer answers are no errors.
func (e *Endpoint) fireT3(now clock.Time, i int) {
	s, p := &e.out, &e.paths[i]
	probing := s.window == 0 && s.answered && s.flight <= e.cfg.MTU
	s.answered = false
	if !probing && !e.strike(i) {
		return
	}
	e.stats.T3Expired++
	p.backOff(&e.cfg)
	e.suspect(now, i)
	p.ssthresh = max(p.cwnd/2, 4*p.mtu)
	p.cwnd, p.partial, p.recovering = p.mtu, 0, false
	e.traceRTO(i)
	e.traceWindow(i, "everything in flight is lost")
	for j := range s.sent {
		c := s.queue.at(j)
		if int(c.path) == i && c.state == inFlight {
			e.lose(j, c)
			c.fast = false
			c.missing = 0
		}
	}
	s.burst = maxBurst
}
