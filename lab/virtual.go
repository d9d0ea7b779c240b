package lab

import (
	"container/heap"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"tandem/clock"
	"tandem/lab/host"
	"tandem/lab/host/tcp"
	"tandem/router"
)

// latency is what every frame of a virtual lab takes at least, so that nothing
// is answered before it was sent and a loop of frames cannot stop time.
const latency = 10 * time.Microsecond

// inFlight bounds the frames on their way to one attachment in a virtual lab.
const inFlight = 4096

// virtualEpoch is the date of Time 0 in captures unless a lab says otherwise.
var virtualEpoch = time.Date(2006, time.March, 1, 0, 0, 0, 0, time.UTC)

// Virtual runs a lab in its own time: one scheduler for all routers, links and
// hosts, in order of time and, at one moment, in the order things were
// scheduled. The same topology, seed and calls give the same frames and
// captures, byte for byte. It is not safe for concurrent use. Segments with
// "udp" lead nowhere in it.
type Virtual struct {
	*fabric
	now    clock.Time
	queue  eventQueue
	seq    uint64
	spare  [][]byte
	flying map[*attachment]int
	errs   []error
	nudged atomic.Bool // some node's nudged is set
}

// event is one thing that will happen: frames arrive, a node wakes, or a
// script acts.
type event struct {
	at     clock.Time
	seq    uint64
	index  int // in the queue; -1 outside
	node   *node
	to     *attachment
	frames [][]byte
	do     func(now clock.Time)
}

// NewVirtual builds a lab, boots its routers and plugs in every cable at time
// 0. It returns what a Boot or a capture file returned.
func NewVirtual(t *Topology, o Options) (*Virtual, error) {
	if o.Epoch.IsZero() {
		o.Epoch = virtualEpoch
	}
	f, err := newFabric(t, o)
	if err != nil {
		return nil, err
	}
	v := &Virtual{fabric: f, flying: make(map[*attachment]int)}
	if err := f.openCaptures(o.Epoch); err != nil {
		return nil, errors.Join(err, f.closeCaptures())
	}
	for _, s := range f.segments {
		for _, a := range s.ends {
			a.up = true
			a.arrive = func(now clock.Time, after time.Duration, frames [][]byte) { v.arrive(a, now, after, frames) }
		}
	}
	for _, n := range f.nodes {
		n.event = &event{index: -1, node: n}
		if n.spec == nil {
			err = v.bootHost(n)
		} else {
			err = f.boot(0, n, PowerOn, v.waker(n))
			v.settle(n)
		}
		if err != nil {
			return nil, errors.Join(err, v.Close())
		}
	}
	return v, errors.Join(v.errs...)
}

func (v *Virtual) bootHost(n *node) error {
	c := v.hostConfig(n.index)
	h, err := host.New(c, tcp.New(c.Address.Addr, c.Seed))
	if err != nil {
		return fmt.Errorf("lab: %s: %w", n.name, err)
	}
	n.core, n.host = h, h
	h.Carrier(0, 0, true)
	v.settle(n)
	return nil
}

// waker is the Birth.Wake of a router.
func (v *Virtual) waker(n *node) func() {
	return func() {
		n.nudged.Store(true)
		v.nudged.Store(true)
	}
}

// Now is the lab's time.
func (v *Virtual) Now() clock.Time { return v.now }

// Advance lets d pass. It returns what went wrong meanwhile: a router that
// does not start again.
func (v *Virtual) Advance(d time.Duration) error {
	limit := v.now.Add(d)
	for v.step(limit) {
	}
	return v.takeErrors()
}

// RunUntil lets time pass until cond holds, asked after each event, but at most
// limit. It reports whether cond holds.
func (v *Virtual) RunUntil(cond func() bool, limit time.Duration) (bool, error) {
	end := v.now.Add(limit)
	for !cond() {
		if !v.step(end) {
			return cond(), v.takeErrors()
		}
	}
	return true, v.takeErrors()
}

// After calls do when d has passed.
func (v *Virtual) After(d time.Duration, do func(now clock.Time)) {
	v.schedule(&event{index: -1, do: do}, v.now.Add(max(d, 0)))
}

// Do calls f with a router's device, nil without power. It returns ErrNoNode
// for an unknown router.
func (v *Virtual) Do(name string, f func(now clock.Time, d Device)) error {
	n, err := v.node(name)
	if err != nil {
		return err
	}
	if n.spec == nil {
		return fmt.Errorf("%w: %q is a host", ErrNoNode, name)
	}
	f(v.now, n.device)
	v.settle(n)
	return v.takeErrors()
}

// DoHost calls f with a host. It returns ErrNoNode for an unknown one.
func (v *Virtual) DoHost(name string, f func(now clock.Time, h *host.Host)) error {
	n, err := v.node(name)
	if err != nil {
		return err
	}
	if n.host == nil {
		return fmt.Errorf("%w: %q is a router", ErrNoNode, name)
	}
	f(v.now, n.host)
	v.settle(n)
	return nil
}

// Cut pulls the cable that LINK names: ROUTER:INTERFACE, a host or a segment.
func (v *Virtual) Cut(text string) error {
	l, err := v.findLink(text)
	if err != nil {
		return err
	}
	v.tellCarrier(l.cut())
	return v.takeErrors()
}

// Join plugs it in again.
func (v *Virtual) Join(text string) error {
	l, err := v.findLink(text)
	if err != nil {
		return err
	}
	v.tellCarrier(l.join())
	return v.takeErrors()
}

func (v *Virtual) tellCarrier(changed []*attachment) {
	for _, a := range changed {
		if a.node.core != nil {
			a.node.core.Carrier(v.now, a.port, a.up)
			v.settle(a.node)
		}
	}
}

// Power turns a router's switch. Its links stay as they are.
func (v *Virtual) Power(name string, p Power) error {
	n, err := v.node(name)
	if err != nil {
		return err
	}
	if n.spec == nil {
		return fmt.Errorf("%w: %s", ErrNoPower, name)
	}
	if p != On {
		v.off(v.now, n)
	}
	if p != Off && n.device == nil {
		if err := v.boot(v.now, n, PowerOn, v.waker(n)); err != nil {
			return err
		}
	}
	v.settle(n)
	return v.takeErrors()
}

// Close ends the devices and completes the captures.
func (v *Virtual) Close() error {
	for _, n := range v.nodes {
		if n.device != nil {
			n.device.Close()
			n.core, n.device = nil, nil
		}
	}
	return v.closeCaptures()
}

func (v *Virtual) takeErrors() error {
	err := errors.Join(v.errs...)
	v.errs = nil
	return err
}

// step runs the next event, and reports false when there is none up to limit;
// then it is limit.
func (v *Virtual) step(limit clock.Time) bool {
	v.wakeNudged()
	if len(v.queue) == 0 || v.queue[0].at > limit {
		v.now = limit
		return false
	}
	e := heap.Pop(&v.queue).(*event)
	v.now = max(v.now, e.at)
	switch {
	case e.do != nil:
		e.do(v.now)
	case e.to != nil:
		v.deliver(e)
	case e.node.core != nil:
		e.node.core.Wake(v.now)
		v.settle(e.node)
	}
	return true
}

func (v *Virtual) wakeNudged() {
	if !v.nudged.Swap(false) {
		return
	}
	for _, n := range v.nodes {
		if n.nudged.Swap(false) && n.core != nil {
			n.core.Wake(v.now)
			v.settle(n)
		}
	}
}

// deliver hands frames to a node, unless the cable was pulled meanwhile.
func (v *Virtual) deliver(e *event) {
	v.flying[e.to] -= len(e.frames)
	if n := e.to.node; e.to.up && n.core != nil {
		n.core.Input(v.now, e.to.port, e.frames)
		v.settle(n)
	}
	v.spare = append(v.spare, e.frames...)
}

// settle lets a node's frames leave, replaces a router that wants to reload,
// and schedules the next wake. It runs after every call to a node.
func (v *Virtual) settle(n *node) {
	for n.core != nil {
		v.drain(n.core, n)
		if n.device == nil || !n.device.Reload() {
			break
		}
		if err := v.reload(v.now, n, v.waker(n)); err != nil {
			v.errs = append(v.errs, err)
			v.warn(err)
		}
	}
	v.scheduleWake(n)
}

func (v *Virtual) drain(c router.Core, n *node) {
	c.Drain(func(port int, frames [][]byte) {
		if port >= 0 && port < len(n.ports) && len(frames) > 0 {
			a := n.ports[port]
			a.segment.send(v.now, a, frames)
		}
	})
}

func (v *Virtual) scheduleWake(n *node) {
	var at clock.Time
	ok := false
	if n.core != nil {
		at, ok = n.core.NextWake()
	}
	if !ok {
		if n.event.index >= 0 {
			heap.Remove(&v.queue, n.event.index)
		}
		return
	}
	if at <= v.now { // a device that is never done must not stop time
		at = v.now + 1
	}
	if n.event.index < 0 || n.event.at != at {
		v.schedule(n.event, at)
	}
}

// arrive copies frames for a receiver and schedules their arrival.
func (v *Virtual) arrive(a *attachment, now clock.Time, after time.Duration, frames [][]byte) {
	if room := inFlight - v.flying[a]; len(frames) > room {
		a.segment.counts.Overflow += uint64(len(frames) - room)
		frames = frames[:room]
	}
	if len(frames) == 0 {
		return
	}
	v.flying[a] += len(frames)
	e := &event{index: -1, to: a, frames: make([][]byte, len(frames))}
	for i, f := range frames {
		var b []byte
		if n := len(v.spare); n > 0 {
			b, v.spare = v.spare[n-1][:0], v.spare[:n-1]
		}
		e.frames[i] = append(b, f...)
	}
	v.schedule(e, now.Add(latency+after))
}

func (v *Virtual) schedule(e *event, at clock.Time) {
	v.seq++
	e.at, e.seq = at, v.seq
	if e.index >= 0 {
		heap.Fix(&v.queue, e.index)
		return
	}
	heap.Push(&v.queue, e)
}

// eventQueue is a heap by time, then by the order of scheduling.
type eventQueue []*event

func (q eventQueue) Len() int { return len(q) }

func (q eventQueue) Less(i, j int) bool {
	if q[i].at != q[j].at {
		return q[i].at < q[j].at
	}
	return q[i].seq < q[j].seq
}

func (q eventQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *eventQueue) Push(x any) {
	e := x.(*event)
	e.index = len(*q)
	*q = append(*q, e)
}

func (q *eventQueue) Pop() any {
	old := *q
	e := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	e.index = -1
	return e
}
