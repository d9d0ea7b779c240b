package lab

import (
	"errors"
	"fmt"
	"time"

	"tandem/clock"
	"tandem/port"
)

// openCables opens the way out of every segment that has one. Its frames come
// in once the lab runs.
func (l *Live) openCables() error {
	for i, s := range l.segments {
		spec := l.topology.Segments[i].Cable
		if spec == "" {
			continue
		}
		if l.options.Cable == nil {
			return fmt.Errorf("lab: segment %s: no way to open a cable", s.name)
		}
		c, err := l.options.Cable(spec)
		if err != nil {
			return fmt.Errorf("lab: segment %s: %w", s.name, err)
		}
		l.cables = append(l.cables, c)
		a := &attachment{name: spec, dark: !<-c.Carrier()}
		a.arrive = func(now clock.Time, after time.Duration, frames [][]byte) {
			if after > 0 {
				s.counts.Overflow += uint64(l.line.put(now.Add(after), a, frames))
				return
			}
			n, _ := c.Write(frames) // what the outside does not take is lost, as on any wire
			s.counts.Overflow += uint64(len(frames) - n)
		}
		s.attach(a)
		if w, ok := c.(port.Waiter); ok {
			for _, end := range s.ends {
				if end.node != nil {
					end.node.live.outside = append(end.node.live.outside, w)
				}
			}
		}
		for _, end := range s.ends {
			end.up = s.carrier(end)
		}
		l.readers = append(l.readers, func() { l.readCable(c, a) }, func() { l.followCable(c, a) })
	}
	return nil
}

// followCable passes the carrier of the far side on to the lab: a TAP device
// that is set down is a pulled cable.
func (l *Live) followCable(c Cable, a *attachment) {
	for up := range c.Carrier() {
		l.links.Lock()
		err := l.tell(a.segment.change(func() { a.dark = !up }))
		l.links.Unlock()
		if err != nil {
			return // stopped
		}
	}
}

func (l *Live) readCable(c Cable, a *attachment) {
	bufs, sizes := make([][]byte, batchFrames), make([]int, batchFrames)
	frames := make([][]byte, batchFrames)
	for i := range bufs {
		bufs[i] = make([]byte, frameMax)
	}
	for {
		n, err := c.Read(bufs, sizes)
		for i := range n {
			frames[i] = bufs[i][:sizes[i]]
		}
		if n > 0 {
			a.segment.send(l.clock.Now(), a, frames[:n])
		}
		if err != nil {
			select {
			case <-l.stop:
			default:
				l.warn(errors.Join(fmt.Errorf("lab: cable of segment %s ended", a.segment.name), err))
			}
			return
		}
	}
}
