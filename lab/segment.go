package lab

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"tandem/clock"
)

// attachment is one end of a segment: a port of a router, a host, or a cable
// out of the lab. The segment's lock guards it.
type attachment struct {
	segment   *segment
	node      *node // nil for a cable out of the lab
	port      int   // of the node
	name      string
	iface     string // of a router
	cut       bool
	dark      bool // a cable out of the lab without carrier on the far side
	up        bool // carrier
	impair    Impairments
	captureID int

	// arrive takes frames for this attachment after a delay. They are borrowed
	// until it returns. It is called with the segment locked.
	arrive func(now clock.Time, after time.Duration, frames [][]byte)
}

// Counts are the counters of a segment, in frames.
type Counts struct {
	Sent      uint64
	NoCarrier uint64 // sent into a cut link
	Lost      uint64 // by impairment, counted per receiver
	Corrupted uint64 // likewise
	Overflow  uint64 // receiver's queue full or frame too long for it
}

// segment is a LAN that learns nothing: every frame goes to all others.
type segment struct {
	name string

	mu      sync.Mutex
	impair  Impairments
	rng     *rand.Rand
	ends    []*attachment
	cut     bool
	capture *capture
	flush   bool // the capture after each batch, for readers of a live lab
	counts  Counts
	fail    func(error)
	scratch []byte
	one     [1][]byte
}

// carrier is what a should have. A cut between two ends is seen by both.
func (s *segment) carrier(a *attachment) bool {
	if len(s.ends) == 2 {
		return !s.cut && s.ends[0].plugged() && s.ends[1].plugged()
	}
	return !s.cut && a.plugged()
}

func (a *attachment) plugged() bool { return !a.cut && !a.dark }

// send takes frames from one end to all others.
func (s *segment) send(now clock.Time, from *attachment, frames [][]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !from.up {
		s.counts.NoCarrier += uint64(len(frames))
		return
	}
	s.counts.Sent += uint64(len(frames))
	s.record(now, from, frames)
	for _, to := range s.ends {
		if to == from || !to.up {
			continue
		}
		m := s.impair.with(from.impair).with(to.impair)
		if m.certain() {
			to.arrive(now, m.Delay, frames)
			continue
		}
		for _, f := range frames {
			s.sendOne(now, to, m, f)
		}
	}
}

// sendOne lets chance decide about one frame on its way to one receiver.
func (s *segment) sendOne(now clock.Time, to *attachment, m Impairments, f []byte) {
	copies, after, corrupt := m.fate(s.rng, f)
	if copies == 0 {
		s.counts.Lost++
	}
	if corrupt >= 0 {
		s.counts.Corrupted++
		s.scratch = append(s.scratch[:0], f...)
		s.scratch[corrupt/8] ^= 1 << (corrupt % 8)
		f = s.scratch
	}
	s.one[0] = f
	for range copies {
		to.arrive(now, after, s.one[:])
	}
}

func (s *segment) record(now clock.Time, from *attachment, frames [][]byte) {
	if s.capture == nil {
		return
	}
	var err error
	for _, f := range frames {
		err = errors.Join(err, s.capture.write(now, from, f))
	}
	if s.flush {
		err = errors.Join(err, s.capture.w.Flush())
	}
	if err != nil { // a full disk ends the capture, not the lab
		s.fail(fmt.Errorf("lab: capture of %s ended: %w", s.name, errors.Join(err, s.capture.close())))
		s.capture = nil
	}
}

func (s *segment) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.capture == nil {
		return nil
	}
	c := s.capture
	s.capture = nil
	return c.close()
}

// change alters the cuts of the segment and returns the ends whose carrier
// changed.
func (s *segment) change(alter func()) []*attachment {
	s.mu.Lock()
	defer s.mu.Unlock()
	alter()
	var changed []*attachment
	for _, a := range s.ends {
		if up := s.carrier(a); up != a.up {
			a.up = up
			changed = append(changed, a)
		}
	}
	return changed
}

func (s *segment) attach(a *attachment) {
	a.segment = s
	s.ends = append(s.ends, a)
}
