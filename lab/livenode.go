package lab

import (
	"sync"
	"time"

	"tandem/clock"
)

// liveNode is the goroutine of a router or host: its bell, what others want
// done, and its receive queues.
type liveNode struct {
	lab    *Live
	node   *node
	bell   chan struct{}
	queues []*frameQueue // one a port
	batch  [][]byte

	mu     sync.Mutex
	posted []func(now clock.Time)
}

func newLiveNode(l *Live, n *node) *liveNode {
	v := &liveNode{lab: l, node: n, bell: make(chan struct{}, 1)}
	for range n.ports {
		v.queues = append(v.queues, new(frameQueue))
	}
	return v
}

// ring wakes the node. Any goroutine may call it.
func (v *liveNode) ring() {
	select {
	case v.bell <- struct{}{}:
	default:
	}
}

func (v *liveNode) post(f func(now clock.Time)) error {
	select {
	case <-v.lab.stop:
		return ErrStopped
	default:
	}
	v.mu.Lock()
	v.posted = append(v.posted, f)
	v.mu.Unlock()
	v.ring()
	return nil
}

// arrival is how frames reach one port: into its queue, now or later. It is
// called with the segment locked.
func (v *liveNode) arrival(a *attachment, q *frameQueue) func(clock.Time, time.Duration, [][]byte) {
	return func(now clock.Time, after time.Duration, frames [][]byte) {
		if after > 0 {
			a.segment.counts.Overflow += uint64(v.lab.line.put(now.Add(after), a, frames))
			return
		}
		a.segment.counts.Overflow += uint64(q.put(frames))
		v.ring()
	}
}

// run is the loop of a live node. Each turn does what is there, then sleeps
// until the next timer or the bell.
func (v *liveNode) run() {
	for {
		select {
		case <-v.lab.stop:
			return
		default:
		}
		more := v.turn(v.lab.clock.Now())
		if more {
			continue
		}
		at, timed := clock.Time(0), false
		if v.node.core != nil {
			at, timed = v.node.core.NextWake()
		}
		if !v.sleep(at, timed) {
			return
		}
	}
}

// sleep returns at the time, when timed, or at the bell; false when the lab
// stops.
func (v *liveNode) sleep(at clock.Time, timed bool) bool {
	if timed {
		// Stop rings every bell, so a sleeper need not watch two channels.
		v.lab.clock.Until(at, v.bell)
		return true
	}
	select {
	case <-v.bell:
		return true
	case <-v.lab.stop:
		return false
	}
}

// turn runs what was posted, one batch a port, and the timers; it reports
// whether frames may be left.
func (v *liveNode) turn(now clock.Time) (more bool) {
	v.mu.Lock()
	posted := v.posted
	v.posted = nil
	v.mu.Unlock()
	for _, f := range posted {
		f(now)
		v.settle(now)
	}
	for i, q := range v.queues {
		v.batch = q.take(v.batch[:0])
		if len(v.batch) == 0 {
			continue
		}
		more = true
		if v.node.core != nil {
			v.node.core.Input(now, i, v.batch)
			v.settle(now)
		}
		q.give(v.batch)
	}
	if v.node.core != nil {
		v.node.core.Wake(now)
		v.settle(now)
	}
	return more
}

// settle lets frames leave and replaces a router that wants to reload.
func (v *liveNode) settle(now clock.Time) {
	for n := v.node; n.core != nil; {
		v.drain(now)
		if n.device == nil || !n.device.Reload() {
			return
		}
		v.finish(now)
		if err := v.lab.reload(now, n, v.ring); err != nil {
			v.lab.warn(err)
		}
	}
}

func (v *liveNode) drain(now clock.Time) {
	n := v.node
	n.core.Drain(func(port int, frames [][]byte) {
		if port >= 0 && port < len(n.ports) && len(frames) > 0 {
			a := n.ports[port]
			a.segment.send(now, a, frames)
		}
	})
}

// finish hands a router that goes down the frames that were there before its
// last ones left. Its successor saw them first and took them for somebody
// else's: without this a planned switchover loses them.
func (v *liveNode) finish(now clock.Time) {
	for i, q := range v.queues {
		for range queueFrames / batchFrames {
			batch := q.take(nil)
			if len(batch) == 0 {
				break
			}
			v.node.core.Input(now, i, batch)
			q.give(batch)
		}
	}
	v.drain(now)
}
