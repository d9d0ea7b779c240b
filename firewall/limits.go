package firewall

import (
	"slices"

	"tandem/wire"
)

// handle names a session whose slot may have been used again.
type handle struct{ slot, serial uint32 }

// queue holds half-open sessions in the order of their creation. Sessions that
// are not half-open any more are skipped when they come up; when they are the
// most, they are sorted out.
type queue struct {
	items []handle
	head  int
}

// push adds the newest session; live is the number of half-open ones in q.
func (q *queue) push(e *Engine, slot uint32, live int) {
	if len(q.items)-q.head > 2*live+64 {
		q.items = slices.DeleteFunc(q.items[q.head:], func(h handle) bool { return !e.halfOpen(h) })
		q.head = 0
	}
	q.items = append(q.items, handle{slot, e.table.at(slot).serial})
}

// oldest takes the oldest half-open session.
func (q *queue) oldest(e *Engine) (slot uint32, ok bool) {
	for q.head < len(q.items) {
		h := q.items[q.head]
		q.head++
		if e.halfOpen(h) {
			return h.slot, true
		}
	}
	q.items, q.head = q.items[:0], 0
	return 0, false
}

func (e *Engine) halfOpen(h handle) bool {
	s := e.table.at(h.slot)
	return s.serial == h.serial && s.inUse() && s.conn.state().HalfOpen() && s.marks&markStandby == 0
}

// rateSpan is the length in seconds of the window of the one-minute rate.
const rateSpan = 60

// limits are the half-open limits of ip inspect (reference firewall 2.4).
type limits struct {
	half       int // half-open TCP and UDP sessions
	queue      queue
	rate       [rateSpan]uint32 // sessions created, by second modulo rateSpan
	rateAt     uint32           // newest second in rate
	minute     uint32           // sum of rate
	aggressive bool
	alerts     bool // alerts are on for the line that went over the limit
	hosts      map[wire.Addr]*host
	blocked    []wire.Addr // hosts with a block, in the order they were blocked
}

// host counts the half-open TCP sessions to one address.
type host struct {
	half         int
	queue        queue
	over         bool   // the limit was exceeded and alerted
	blockedUntil uint32 // second; 0 without a block
}

// configure starts or stops counting by host when the limit changed.
func (l *limits) configure(e *Engine) {
	counting := e.config.Globals.MaxIncompleteHost != UnlimitedHost
	if counting == (l.hosts != nil) {
		return
	}
	l.hosts, l.blocked = nil, nil
	if !counting {
		return
	}
	l.hosts = map[wire.Addr]*host{}
	for _, h := range l.queue.items[l.queue.head:] {
		if s := e.table.at(h.slot); e.halfOpen(h) && s.proto == wire.ProtoTCP {
			l.host(s.responder).add(e, h.slot)
		}
	}
}

func (l *limits) host(a wire.Addr) *host {
	h := l.hosts[a]
	if h == nil {
		h = &host{}
		l.hosts[a] = h
	}
	return h
}

func (h *host) add(e *Engine, slot uint32) {
	h.half++
	h.queue.push(e, slot, h.half)
}

// advance moves the window of the rate to second now.
func (l *limits) advance(now uint32) {
	if now-l.rateAt >= rateSpan {
		l.rate, l.minute = [rateSpan]uint32{}, 0
		l.rateAt = now
		return
	}
	for l.rateAt < now {
		l.rateAt++
		l.minute -= l.rate[l.rateAt%rateSpan]
		l.rate[l.rateAt%rateSpan] = 0
	}
}

// admit makes room for a new session, or refuses it.
func (e *Engine) admit(p *wire.Packet, l *line) Fault {
	e.limits.advance(e.sec)
	if p.Proto == wire.ProtoTCP && e.limits.hosts != nil {
		if fault := e.admitHost(p.Dst, l); fault != NoFault {
			return fault
		}
	}
	if e.limits.aggressive && p.Proto != wire.ProtoICMP {
		if slot, ok := e.limits.queue.oldest(e); ok {
			e.abort(slot)
		}
	}
	return NoFault
}

// admitHost keeps the number of half-open connections to one host in bounds.
func (e *Engine) admitHost(a wire.Addr, l *line) Fault {
	h := e.limits.hosts[a]
	if h == nil {
		return NoFault
	}
	limit, block := e.config.Globals.MaxIncompleteHost, e.config.Globals.BlockTime
	if h.blockedUntil > e.sec {
		return HostBlocked
	}
	if uint32(h.half) < limit {
		return NoFault
	}
	if !h.over && l.alert {
		e.log.hostAlert(limit, a)
	}
	h.over = true
	if block == 0 {
		if slot, ok := h.queue.oldest(e); ok {
			e.abort(slot)
		}
		return NoFault
	}
	for slot, ok := h.queue.oldest(e); ok; slot, ok = h.queue.oldest(e) {
		e.abort(slot)
	}
	h = e.limits.host(a) // the last session took the old one along
	h.over, h.blockedUntil = true, e.sec+seconds(block)
	e.limits.blocked = append(e.limits.blocked, a)
	if l.alert {
		e.log.blocked(a, block, limit)
	}
	return HostBlocked
}

// began counts a new session.
func (l *limits) began(e *Engine, slot uint32, s *session) {
	l.advance(e.sec)
	l.rate[e.sec%rateSpan]++
	l.minute++
	if s.proto != wire.ProtoICMP {
		l.half++
		l.queue.push(e, slot, l.half)
		if l.hosts != nil && s.proto == wire.ProtoTCP {
			l.host(s.responder).add(e, slot)
		}
	}
	g := &e.config.Globals
	if !l.aggressive && (l.half > int(g.MaxIncompleteHigh) || l.minute > g.OneMinuteHigh) {
		l.aggressive = true
		if l.alerts = e.policies.list[s.policy].line.alert; l.alerts {
			e.log.aggressive(l.half, g.MaxIncompleteHigh, l.minute)
		}
	}
}

// ended counts a session that is not half-open any more.
func (l *limits) ended(e *Engine, s *session) {
	if s.proto == wire.ProtoICMP {
		return
	}
	l.half--
	if h := l.hosts[s.responder]; h != nil && s.proto == wire.ProtoTCP {
		h.half--
		h.over = h.over && uint32(h.half) >= e.config.Globals.MaxIncompleteHost-1
		if h.half == 0 && h.blockedUntil == 0 {
			delete(l.hosts, s.responder)
		}
	}
	l.calm(e)
}

// calm ends the aggressive mode when both reasons for it are over.
func (l *limits) calm(e *Engine) {
	g := &e.config.Globals
	if !l.aggressive || l.half >= int(g.MaxIncompleteLow) || l.minute >= g.OneMinuteLow {
		return
	}
	l.aggressive = false
	if l.alerts {
		e.log.calm(l.half, g.MaxIncompleteLow, l.minute)
	}
}

// wake runs the timers of the limits.
func (l *limits) wake(e *Engine) {
	l.advance(e.sec)
	l.calm(e)
	l.blocked = slices.DeleteFunc(l.blocked, func(a wire.Addr) bool {
		h := l.hosts[a]
		if h != nil && h.blockedUntil > e.sec {
			return false
		}
		e.log.unblocked(a)
		if h != nil {
			if h.blockedUntil = 0; h.half == 0 {
				delete(l.hosts, a)
			}
		}
		return true
	})
}

// next returns the second in which wake has something to do.
func (l *limits) next(now uint32) (second uint32, ok bool) {
	if l.aggressive {
		return now + 1, true
	}
	for _, a := range l.blocked {
		if h := l.hosts[a]; h != nil && (!ok || h.blockedUntil < second) {
			second, ok = h.blockedUntil, true
		}
	}
	return second, ok
}
