package lab

import (
	"slices"
	"sync"
	"time"

	"tandem/clock"
	"tandem/port"
)

// liveNode is the goroutine of a router or host: its bell, what others want
// done, and its receive queues.
type liveNode struct {
	lab    *Live
	node   *node
	bell   chan struct{}
	queues []*frameQueue // one a port
	batch  [][]byte

	outside []port.Waiter // cables out of the lab that lead to this node
	speaker Testator      // whose last words were told
	version int           // of them

	leaving Device     // the device that goes down, at the time leaves
	leaves  clock.Time // valid while leaving is the node's device

	mu     sync.Mutex
	posted []func(now clock.Time)
}

// lingering is how long a router that reloads goes on forwarding after its last
// frames left: until the other router has taken over and the switches know it,
// what is sent to the pair still comes here.
const lingering = 100 * time.Millisecond

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
		if !v.sleep(v.nextWake()) {
			return
		}
	}
}

// nextWake is when the node has something to do.
func (v *liveNode) nextWake() (at clock.Time, timed bool) {
	if v.node.core != nil {
		at, timed = v.node.core.NextWake()
	}
	if v.lingers() && (!timed || v.leaves < at) {
		return v.leaves, true
	}
	return at, timed
}

func (v *liveNode) lingers() bool { return v.leaving != nil && v.leaving == v.node.device }

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
// whether frames may be left. Control traffic that is there comes before the
// timers whatever there is of it, and when they are late what has arrived
// meanwhile does, too.
func (v *liveNode) turn(now clock.Time) (more bool) {
	left := v.runPosted(now)
	if slept := v.late(now); slept >= lateness {
		if d, ok := v.node.device.(Sleeper); ok && slept >= stall {
			d.Stalled(now, slept)
		}
		v.catchUp(now)
	}
	for urgent, rounds := true, queueFrames/batchFrames; urgent && rounds > 0; rounds-- {
		more, urgent = v.receive(now)
	}
	if v.node.core != nil {
		v.node.core.Wake(now)
		v.settle(now)
	}
	return more || left
}

// postedATurn is how much of what others want done comes before the frames and
// timers of a turn: who asks for much must not keep the other router waiting.
const postedATurn = 8

// runPosted runs some of what was posted and reports whether more is left.
func (v *liveNode) runPosted(now clock.Time) (left bool) {
	v.mu.Lock()
	n := min(len(v.posted), postedATurn)
	posted := v.posted[:n:n]
	if v.posted = v.posted[n:]; len(v.posted) == 0 {
		v.posted = nil
	}
	left = v.posted != nil
	v.mu.Unlock()
	for i, f := range posted {
		posted[i] = nil
		f(now)
		v.settle(now)
	}
	return left
}

// receive hands over one batch a port. It reports whether there was any, and
// whether control traffic is left.
func (v *liveNode) receive(now clock.Time) (any, urgent bool) {
	for i, q := range v.queues {
		var left bool
		v.batch, left = q.take(v.batch[:0])
		urgent = urgent || left
		if len(v.batch) == 0 {
			continue
		}
		any = true
		if v.node.core != nil {
			v.node.core.Input(now, i, v.batch)
			v.settle(now)
		}
		q.give(v.batch)
	}
	return any, urgent
}

// How late a timer may be before what has arrived meanwhile is waited for, and
// for how long.
const (
	lateness = 2 * time.Millisecond
	catching = 10 * time.Millisecond
	stall    = 5 * time.Millisecond // and before the device is told
)

// catchUp is for a machine that kept this process waiting. Its timers are late,
// and frames came that were not read: a hello among them proves the other
// router alive, so they are taken in before any timer fires.
func (v *liveNode) catchUp(now clock.Time) {
	for end := now.Add(catching); now < end && v.waiting(); now = v.lab.clock.Now() {
		v.lab.clock.Until(now.Add(time.Millisecond), v.bell)
	}
	v.ring() // whatever rang meanwhile is for the next turn
}

// late returns by how much the earliest timer is late.
func (v *liveNode) late(now clock.Time) time.Duration {
	at, timed := v.nextWake()
	if !timed {
		return 0
	}
	return now.Sub(at)
}

func (v *liveNode) waiting() bool {
	return slices.ContainsFunc(v.outside, port.Waiter.Waiting)
}

// settle lets frames leave and replaces a router that wants to reload, a little
// later.
func (v *liveNode) settle(now clock.Time) {
	defer v.bequeath()
	for n := v.node; n.core != nil; {
		v.drain(now)
		switch {
		case n.device == nil || !n.device.Reload():
			return
		case !v.lingers():
			v.leaving, v.leaves = n.device, now.Add(lingering)
			return
		case now < v.leaves:
			return
		}
		v.leaving = nil
		if err := v.lab.reload(now, n, v.ring); err != nil {
			v.lab.warn(err)
		}
	}
}

// bequeath tells the last words of the device when they have changed. Power
// that was turned off leaves none.
func (v *liveNode) bequeath() {
	tell := v.lab.options.LastWords
	if tell == nil {
		return
	}
	device, speaks := v.node.device.(Testator)
	switch {
	case !speaks:
		if v.speaker != nil {
			v.speaker = nil
			tell(v.node.name, nil)
		}
	case device != v.speaker || device.LastWordsVersion() != v.version:
		v.speaker, v.version = device, device.LastWordsVersion()
		tell(v.node.name, device.LastWords())
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
