package port

import (
	"sync"
	"sync/atomic"
)

// signalDepth is how many changes of carrier wait for a slow receiver.
const signalDepth = 16

// Signal is the carrier of one port, for the back ends: it remembers the state
// and feeds the channel that Port.Carrier gives out.
type Signal struct {
	up atomic.Bool

	mu      sync.Mutex
	closed  bool
	changes chan bool
}

// NewSignal returns a signal in the given first state, which is the first thing
// its channel gives.
func NewSignal(up bool) *Signal {
	s := &Signal{changes: make(chan bool, signalDepth)}
	s.up.Store(up)
	s.changes <- up
	return s
}

// Up reports the present state.
func (s *Signal) Up() bool { return s.up.Load() }

// Changes is the channel of states; it holds the state at birth and then only
// changes, and is closed by Close.
func (s *Signal) Changes() <-chan bool { return s.changes }

// Set records the state; nothing is sent when it is not new. A receiver that
// stopped reading loses the oldest two waiting changes, which undo each other,
// so the states it reads still alternate and end with the present one.
func (s *Signal) Set(up bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.up.Load() == up {
		return
	}
	s.up.Store(up)
	select {
	case s.changes <- up:
		return
	default:
	}
	for range 2 {
		select {
		case <-s.changes:
		default:
		}
	}
	s.changes <- up // only Set sends, under the lock: there is room now
}

// Close ends the signal: the state is down from now on, and the channel ends
// after what waits in it. It reports whether the signal was open until now.
func (s *Signal) Close() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.closed = true
	s.up.Store(false)
	close(s.changes)
	return true
}
