package firewall

import (
	"time"

	"tandem/clock"
)

// Wake runs every timer due at or before now: sessions that ran out, the
// sliding rate, blocked hosts and the summaries of logging entries.
func (e *Engine) Wake(now clock.Time) {
	if e.sec = uint32(now.Seconds()); e.wheel.tick < e.sec {
		e.wheel.run(e.sec, e.expire)
	}
	e.limits.wake(e)
	e.acl.wake(e)
	e.stats.most = e.stats.most.most(e.counts[0])
	e.pieces.forget(e.sec)
	e.expect.forget(e.sec)
}

// NextWake returns when Wake has something to do next; an engine without
// sessions sleeps.
func (e *Engine) NextWake() (at clock.Time, ok bool) {
	next, ok := e.wheel.next()
	if s, due := e.limits.next(e.sec); due && (!ok || s < next) {
		next, ok = s, true
	}
	if len(e.acl.flows) > 0 && (!ok || e.acl.due < next) {
		next, ok = e.acl.due, true
	}
	return clock.Time(next) * clock.Time(time.Second), ok
}
