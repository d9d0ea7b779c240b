package lab

import (
	"container/heap"
	"sync"

	"tandem/clock"
)

// delayLine holds the frames of a live lab that a segment delays. Its goroutine
// starts with the first of them.
type delayLine struct {
	lab   *Live
	bell  chan struct{}
	start sync.Once

	mu     sync.Mutex
	queue  eventQueue
	seq    uint64
	flying map[*attachment]int
	spare  [][]byte
}

func newDelayLine(l *Live) *delayLine {
	return &delayLine{lab: l, bell: make(chan struct{}, 1), flying: make(map[*attachment]int)}
}

// put copies frames that are to arrive at the given time, and returns how many
// were dropped.
func (d *delayLine) put(at clock.Time, to *attachment, frames [][]byte) (dropped int) {
	d.start.Do(func() { d.lab.running.Go(d.run) })
	d.mu.Lock()
	if room := inFlight - d.flying[to]; len(frames) > room {
		dropped = len(frames) - room
		frames = frames[:room]
	}
	if len(frames) > 0 {
		d.flying[to] += len(frames)
		e := &event{at: at, seq: d.seq, index: -1, to: to, frames: make([][]byte, len(frames))}
		d.seq++
		for i, f := range frames {
			var b []byte
			if n := len(d.spare); n > 0 {
				b, d.spare = d.spare[n-1][:0], d.spare[:n-1]
			}
			e.frames[i] = append(b, f...)
		}
		heap.Push(&d.queue, e)
	}
	d.mu.Unlock()
	d.ring()
	return dropped
}

func (d *delayLine) ring() {
	select {
	case d.bell <- struct{}{}:
	default:
	}
}

func (d *delayLine) run() {
	for {
		select {
		case <-d.lab.stop:
			return
		default:
		}
		e, next := d.due(d.lab.clock.Now())
		switch {
		case e != nil:
			d.deliver(e)
		case next > 0:
			d.lab.clock.Until(next, d.bell)
		default:
			select {
			case <-d.bell:
			case <-d.lab.stop:
			}
		}
	}
}

// due takes the first event that is due, or tells when there will be one.
func (d *delayLine) due(now clock.Time) (e *event, next clock.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case len(d.queue) == 0:
		return nil, 0
	case d.queue[0].at > now:
		return nil, d.queue[0].at
	}
	e = heap.Pop(&d.queue).(*event)
	d.flying[e.to] -= len(e.frames)
	return e, 0
}

func (d *delayLine) deliver(e *event) {
	s := e.to.segment
	s.mu.Lock()
	if e.to.up {
		e.to.arrive(e.at, 0, e.frames)
	}
	s.mu.Unlock()
	d.mu.Lock()
	d.spare = append(d.spare, e.frames...)
	d.mu.Unlock()
}
