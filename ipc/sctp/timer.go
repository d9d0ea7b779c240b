package sctp

import "tandem/clock"

// The timers by number: four of the association, then four a path. Timers due
// at the same moment go off in this order.
const (
	timerT1 = iota
	timerT2
	timerT5
	timerSack
	assocTimers
	pathTimers = 4
)

// alarm returns timer i.
func (e *Endpoint) alarm(i int) *alarm {
	switch i {
	case timerT1:
		return &e.t1
	case timerT2:
		return &e.t2
	case timerT5:
		return &e.t5
	case timerSack:
		return &e.in.delay
	}
	p := &e.paths[(i-assocTimers)/pathTimers]
	return [...]*alarm{&p.t3, &p.answer, &p.heartbeat, &p.widen}[(i-assocTimers)%pathTimers]
}

// fire does what timer i is for.
func (e *Endpoint) fire(now clock.Time, i int) {
	switch i {
	case timerT1:
		e.fireT1(now)
	case timerT2:
		e.fireT2(now)
	case timerT5:
		e.fireT5()
	case timerSack:
		e.in.urgent = true
	default:
		at := (i - assocTimers) / pathTimers
		switch (i - assocTimers) % pathTimers {
		case 0:
			e.fireT3(now, at)
		case 1:
			e.fireAnswer(now, at)
		case 2:
			e.fireHeartbeat(now, at)
		case 3:
			e.fireWiden(at)
		}
	}
}

// earliest returns the running timer that goes off first, and false for none.
func (e *Endpoint) earliest() (first int, ok bool) {
	var at clock.Time
	for i := range assocTimers + pathTimers*len(e.paths) {
		if a := e.alarm(i); a.on && (!ok || a.at < at) {
			first, at, ok = i, a.at, true
		}
	}
	return first, ok
}

// NextWake returns the earliest moment at which Wake has something to do, and
// false when no timer runs.
func (e *Endpoint) NextWake() (clock.Time, bool) {
	i, ok := e.earliest()
	if !ok {
		return 0, false
	}
	return e.alarm(i).at, true
}

// Wake runs every timer due at or before now, the earliest first.
func (e *Endpoint) Wake(now clock.Time) {
	for {
		i, ok := e.earliest()
		if !ok || e.alarm(i).at > now {
			return
		}
		e.alarm(i).stop()
		e.traceTimer(now, i)
		e.fire(now, i)
	}
}
