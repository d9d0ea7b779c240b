package lab

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"tandem/clock"
	"tandem/lab/host"
	"tandem/lab/netstack"
)

// Live runs a lab on the machine's clock: one goroutine a router or host, which
// sleeps until its next timer, a frame, or a call. An idle lab costs nothing.
// Its methods may be called from any goroutine but those of its nodes.
type Live struct {
	*fabric
	clock   clock.Source
	stop    chan struct{}
	once    sync.Once
	running sync.WaitGroup
	line    *delayLine
	cables  []Cable
	readers []func()   // of the cables
	links   sync.Mutex // keeps the order of carrier changes
}

// NewLive builds a lab, boots its routers, plugs in every cable and starts to
// run. Stop must be called when it returns no error.
func NewLive(t *Topology, o Options) (*Live, error) {
	if o.Epoch.IsZero() {
		o.Epoch = time.Now()
	}
	f, err := newFabric(t, o)
	if err != nil {
		return nil, err
	}
	l := &Live{fabric: f, clock: clock.NewHost(), stop: make(chan struct{})}
	l.line = newDelayLine(l)
	for _, n := range f.nodes {
		n.live = newLiveNode(l, n)
		for i, a := range n.ports {
			a.up = true
			a.arrive = n.live.arrival(a, n.live.queues[i])
		}
	}
	if err := l.start(o.Epoch); err != nil {
		return nil, errors.Join(err, l.Stop())
	}
	return l, nil
}

// start opens what may fail, then lets everything run.
func (l *Live) start(epoch time.Time) error {
	if err := l.openCables(); err != nil {
		return err
	}
	if err := l.openCaptures(epoch); err != nil {
		return err
	}
	for _, s := range l.segments {
		s.flush = true
	}
	now := l.clock.Now()
	for _, n := range l.nodes {
		if n.spec != nil {
			if err := l.boot(now, n, PowerOn, n.live.ring); err != nil {
				return err
			}
			continue
		}
		c := l.hostConfig(n.index)
		s, err := netstack.New(c.Address.Addr, n.live.ring)
		if err != nil {
			return fmt.Errorf("lab: %s: %w", n.name, err)
		}
		h, err := host.New(c, s)
		if err != nil {
			s.Shut()
			return fmt.Errorf("lab: %s: %w", n.name, err)
		}
		n.core, n.host = h, h
		h.Carrier(now, 0, true)
	}
	for _, n := range l.nodes {
		l.running.Go(n.live.run)
	}
	for _, read := range l.readers {
		l.running.Go(read)
	}
	return nil
}

// Stop ends everything that runs and completes the captures. Calls that wait
// return ErrStopped. A second Stop does nothing.
func (l *Live) Stop() error {
	var err error
	l.once.Do(func() {
		close(l.stop)
		for _, n := range l.nodes {
			n.live.ring()
		}
		l.line.ring()
		for _, c := range l.cables {
			err = errors.Join(err, c.Close())
		}
		l.running.Wait()
		for _, n := range l.nodes {
			if n.device != nil {
				n.device.Close()
			}
			if n.host != nil {
				n.host.Shut()
			}
		}
		err = errors.Join(err, l.closeCaptures())
	})
	return err
}

// Now is the time since the lab started.
func (l *Live) Now() clock.Time { return l.clock.Now() }

// Post calls f in the goroutine of a router, with its device or nil without
// power; it does not wait. It returns ErrNoNode or ErrStopped.
func (l *Live) Post(name string, f func(now clock.Time, d Device)) error {
	n, err := l.node(name)
	if err != nil {
		return err
	}
	if n.spec == nil {
		return fmt.Errorf("%w: %q is a host", ErrNoNode, name)
	}
	return n.live.post(func(now clock.Time) { f(now, n.device) })
}

// PostHost calls f in the goroutine of a host; it does not wait.
func (l *Live) PostHost(name string, f func(now clock.Time, h *host.Host)) error {
	n, err := l.node(name)
	if err != nil {
		return err
	}
	if n.host == nil {
		return fmt.Errorf("%w: %q is a router", ErrNoNode, name)
	}
	return n.live.post(func(now clock.Time) { f(now, n.host) })
}

// Do is Post that waits until f has run.
func (l *Live) Do(name string, f func(now clock.Time, d Device)) error {
	done := make(chan struct{})
	err := l.Post(name, func(now clock.Time, d Device) {
		f(now, d)
		close(done)
	})
	return l.wait(done, err)
}

// DoHost is PostHost that waits until f has run.
func (l *Live) DoHost(name string, f func(now clock.Time, h *host.Host)) error {
	done := make(chan struct{})
	err := l.PostHost(name, func(now clock.Time, h *host.Host) {
		f(now, h)
		close(done)
	})
	return l.wait(done, err)
}

func (l *Live) wait(done <-chan struct{}, err error) error {
	if err != nil {
		return err
	}
	select {
	case <-done:
		return nil
	case <-l.stop:
		return ErrStopped
	}
}

// Cut pulls the cable that LINK names: ROUTER:INTERFACE, a host or a segment.
func (l *Live) Cut(text string) error { return l.changeLink(text, link.cut) }

// Join plugs it in again.
func (l *Live) Join(text string) error { return l.changeLink(text, link.join) }

func (l *Live) changeLink(text string, change func(link) []*attachment) error {
	k, err := l.findLink(text)
	if err != nil {
		return err
	}
	l.links.Lock()
	defer l.links.Unlock()
	return l.tell(change(k))
}

// tell lets the nodes know of changed carriers, in the order of change: links
// is held.
func (l *Live) tell(changed []*attachment) (err error) {
	for _, a := range changed {
		if a.node == nil { // the far side of a cable out of the lab sees nothing
			continue
		}
		err = errors.Join(err, a.node.live.post(func(now clock.Time) {
			if a.node.core != nil {
				a.node.core.Carrier(now, a.port, a.carrier())
			}
		}))
	}
	return err
}

// Power turns a router's switch and waits until it is done. Links stay as they
// are.
func (l *Live) Power(name string, p Power) error {
	n, err := l.node(name)
	if err != nil {
		return err
	}
	if n.spec == nil {
		return fmt.Errorf("%w: %s", ErrNoPower, name)
	}
	done := make(chan struct{})
	var bootErr error
	err = n.live.post(func(now clock.Time) {
		defer close(done)
		if p != On {
			l.off(now, n)
		}
		if p != Off && n.device == nil {
			bootErr = l.boot(now, n, PowerOn, n.live.ring)
		}
		n.live.bequeath()
	})
	if err := l.wait(done, err); err != nil {
		return err
	}
	return bootErr
}
