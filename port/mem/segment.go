// Package mem joins ports inside one process: a LAN segment that repeats every
// frame to all its other ports, and a pair of ports on one cable. A frame is
// copied on its way, so no buffer is shared between two routers.
package mem

import (
	"net"
	"slices"
	"sync"

	"tandem/port"
)

// QueueFrames is how many frames wait at a port for its reader; what arrives
// beyond that is dropped and counted as the port's InputDrops.
const QueueFrames = 512

// Segment is a LAN. The zero value is one without ports. It is a repeater, not
// a switch: there is no address table that would have to learn where a virtual
// MAC address went, every port hears everything.
type Segment struct {
	mu    sync.RWMutex // held for reading while a batch is repeated
	ports []*Port
}

// Attach adds a port with its cable plugged in.
func (s *Segment) Attach() *Port {
	p := &Port{segment: s, signal: port.NewSignal(true)}
	p.arrived.L = &p.mu
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ports = append(s.ports, p)
	return p
}

// Pair returns the two ends of a cable: when one is cut or closed, both lose
// their carrier.
func Pair() (a, b *Port) {
	var s Segment
	a, b = s.Attach(), s.Attach()
	a.far, b.far = b, a
	return a, b
}

// Port is an attachment to a Segment. It implements port.Counted.
type Port struct {
	port.Meter
	segment *Segment
	signal  *port.Signal
	far     *Port // the other end of a cable, nil on a LAN

	cut bool // the cable is unplugged at this end; guarded by segment.mu

	mu      sync.Mutex
	arrived sync.Cond
	queue   queue
	closed  bool
}

var _ port.Counted = (*Port)(nil)

// Read implements port.Port.
func (p *Port) Read(bufs [][]byte, sizes []int) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.queue.count == 0 && !p.closed {
		p.arrived.Wait()
	}
	if p.closed {
		return 0, net.ErrClosed
	}
	return p.queue.pop(bufs, sizes), nil
}

// Write implements port.Port: every other port of the segment gets a copy.
func (p *Port) Write(frames [][]byte) (int, error) {
	p.segment.mu.RLock()
	defer p.segment.mu.RUnlock()
	if !p.signal.Up() {
		return 0, p.refuse(len(frames))
	}
	for _, to := range p.segment.ports {
		if to != p && to.signal.Up() {
			to.deliver(frames)
		}
	}
	var t port.Tally
	for _, f := range frames {
		if t.Fits(len(f), port.DefaultMTU) {
			t.Pass(len(f))
		}
	}
	p.AddOut(t)
	return len(frames), nil
}

// refuse counts n frames that cannot leave, and says why.
func (p *Port) refuse(n int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return net.ErrClosed
	}
	p.AddNoCarrier(n)
	return port.ErrDown
}

// deliver queues a batch for the reader. Frames of impossible length are the
// sender's to count.
func (p *Port) deliver(frames [][]byte) {
	var t, misfit port.Tally
	p.mu.Lock()
	for _, f := range frames {
		switch {
		case !misfit.Fits(len(f), port.DefaultMTU):
		case p.queue.push(f):
			t.Pass(len(f))
		default:
			t.Drops++
		}
	}
	p.mu.Unlock()
	if t.Frames > 0 {
		p.arrived.Signal()
	}
	p.AddIn(t)
}

// Carrier implements port.Port.
func (p *Port) Carrier() <-chan bool { return p.signal.Changes() }

// MTU implements port.Port.
func (p *Port) MTU() int { return port.DefaultMTU }

// Cut unplugs the cable at this port.
func (p *Port) Cut() { p.plug(true) }

// Join plugs it in again.
func (p *Port) Join() { p.plug(false) }

func (p *Port) plug(cut bool) {
	p.segment.mu.Lock()
	defer p.segment.mu.Unlock()
	p.cut = cut
	p.settle()
}

// settle derives the carrier from what is plugged in, at both ends of a cable.
func (p *Port) settle() {
	if p.far == nil {
		p.signal.Set(p.plugged())
		return
	}
	up := p.plugged() && p.far.plugged()
	p.signal.Set(up)
	p.far.signal.Set(up)
}

// plugged reports whether a cable ends here: a closed port holds none.
func (p *Port) plugged() bool { return !p.cut && slices.Contains(p.segment.ports, p) }

// Close implements port.Port. Frames that nobody read are discarded.
func (p *Port) Close() error {
	p.segment.mu.Lock()
	defer p.segment.mu.Unlock()
	p.segment.ports = slices.DeleteFunc(p.segment.ports, func(q *Port) bool { return q == p })
	p.signal.Close()
	p.settle()

	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.queue = queue{}
	p.arrived.Broadcast()
	return nil
}
