package impair

import (
	"bytes"
	"container/heap"
	"math/rand/v2"
	"sync"
	"time"

	"tandem/port"
)

// LateFrames is how many frames may be on their way at once; a frame that
// would be delayed beyond that is lost, and counted in Toll.Full.
const LateFrames = 4096

// Toll is what a line has done so far, in frames.
type Toll struct {
	Lost, Duplicated, Corrupted uint64
	Full                        uint64 // lost because too many were on their way
}

// Port is another port behind a bad line. Only what is written suffers: for
// both directions, both ends are wrapped.
type Port struct {
	port.Counted

	mu     sync.Mutex
	faults Faults
	random *rand.Rand
	late   schedule
	toll   Toll
	order  uint64

	changed chan struct{} // an earlier frame than all others waits
	done    chan struct{}
	courier sync.WaitGroup
	close   sync.Once
}

// New puts the line before p. Equal seeds give equal fates to equal sequences
// of frames.
func New(p port.Counted, f Faults, seed uint64) (*Port, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	bad := &Port{
		Counted: p, faults: f, random: rand.New(rand.NewPCG(seed, 0)),
		changed: make(chan struct{}, 1), done: make(chan struct{}),
	}
	bad.courier.Go(bad.deliver)
	return bad, nil
}

// Set changes the faults for the frames to come.
func (p *Port) Set(f Faults) error {
	if err := f.Check(); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = f
	return nil
}

// Toll returns what the line has done.
func (p *Port) Toll() Toll {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.toll
}

// Write implements port.Port. A frame that the line loses counts as taken.
func (p *Port) Write(frames [][]byte) (int, error) {
	if _, err := p.Counted.Write(nil); err != nil {
		return p.Counted.Write(frames) // down or closed: let it count and say so
	}
	if _, err := p.Counted.Write(p.spoil(frames)); err != nil {
		return 0, err
	}
	return len(frames), nil
}

// spoil settles the fate of each frame and returns those that go at once.
func (p *Port) spoil(frames [][]byte) [][]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	atOnce := make([][]byte, 0, 2*len(frames))
	for _, frame := range frames {
		what := p.faults.draw(p.random, len(frame))
		if what.copies == 0 {
			p.toll.Lost++
			continue
		}
		if what.bit >= 0 && len(frame) > 0 {
			p.toll.Corrupted++
			frame = bytes.Clone(frame)
			frame[what.bit/8] ^= 1 << (what.bit % 8)
		}
		p.toll.Duplicated += uint64(what.copies - 1)
		for range what.copies {
			if what.late == 0 {
				atOnce = append(atOnce, frame)
			} else {
				p.delay(frame, now.Add(what.late))
			}
		}
	}
	return atOnce
}

// delay keeps a copy of frame until its time.
func (p *Port) delay(frame []byte, due time.Time) {
	if len(p.late) >= LateFrames {
		p.toll.Full++
		return
	}
	p.order++
	heap.Push(&p.late, traveller{frame: bytes.Clone(frame), due: due, order: p.order})
	if p.late[0].order == p.order {
		select {
		case p.changed <- struct{}{}:
		default:
		}
	}
}

// deliver writes late frames when their time has come, until Close.
func (p *Port) deliver() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-p.done:
			return
		case <-p.changed:
		case <-timer.C:
		}
		due, wait := p.arrivals()
		if len(due) > 0 {
			// Down or closed: they are lost, as frames on a cut cable are.
			_, _ = p.Counted.Write(due)
		}
		timer.Reset(wait)
	}
}

// arrivals takes the frames that are due, and says how long the next one has.
func (p *Port) arrivals() (due [][]byte, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	for len(p.late) > 0 && !p.late[0].due.After(now) {
		due = append(due, heap.Pop(&p.late).(traveller).frame)
	}
	if len(p.late) == 0 {
		return due, time.Hour // until changed
	}
	return due, p.late[0].due.Sub(now)
}

// Close implements port.Port; frames on their way are lost.
func (p *Port) Close() error {
	p.close.Do(func() { close(p.done) })
	err := p.Counted.Close()
	p.courier.Wait()
	return err
}

// traveller is a frame on its way.
type traveller struct {
	frame []byte
	due   time.Time
	order uint64
}

// schedule is a heap by the time due, then by the order of writing.
type schedule []traveller

func (s schedule) Len() int { return len(s) }

func (s schedule) Less(i, j int) bool {
	if !s[i].due.Equal(s[j].due) {
		return s[i].due.Before(s[j].due)
	}
	return s[i].order < s[j].order
}

func (s schedule) Swap(i, j int) { s[i], s[j] = s[j], s[i] }

func (s *schedule) Push(x any) { *s = append(*s, x.(traveller)) }

func (s *schedule) Pop() any {
	old := *s
	last := old[len(old)-1]
	old[len(old)-1] = traveller{}
	*s = old[:len(old)-1]
	return last
}
