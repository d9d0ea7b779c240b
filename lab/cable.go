package lab

import (
	"errors"
	"fmt"
	"time"

	"tandem/clock"
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
		a := &attachment{name: spec, up: true}
		a.arrive = func(now clock.Time, after time.Duration, frames [][]byte) {
			if after > 0 {
				s.counts.Overflow += uint64(l.line.put(now.Add(after), a, frames))
				return
			}
			n, _ := c.Write(frames) // what the outside does not take is lost, as on any wire
			s.counts.Overflow += uint64(len(frames) - n)
		}
		s.attach(a)
		l.readers = append(l.readers, func() { l.readCable(c, a) })
	}
	return nil
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
