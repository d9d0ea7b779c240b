package lab

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"tandem/clock"
	"tandem/lab/host"
	"tandem/router"
	"tandem/wire"
)

// Options are what a lab needs besides its topology.
type Options struct {
	Boot Boot
	Seed uint64 // of everything random; a virtual lab repeats itself exactly
	// Capture opens the capture file of a segment; nil creates it beside the
	// lab file.
	Capture func(segment, file string) (io.WriteCloser, error)
	// Epoch is the calendar date of Time 0 in captures; zero is now in a live
	// lab and a fixed date in a virtual one.
	Epoch time.Time
	// Log takes what a user should know: a capture that ended, a router that
	// does not start. It may be called from any goroutine; nil is silence.
	Log func(text string)
	// Changed is told after each boot of a router (d is nil when its power went
	// off), in the goroutine that drives the router.
	Changed func(now clock.Time, name string, d Device)
	// Cable opens a way out of the lab, "udp:LOCAL->REMOTE" or "tap:NAME";
	// needed by live labs with such segments.
	Cable func(spec string) (Cable, error)
	// LastWords is told by a live lab what to say for a router if this process
	// dies: whenever that changes, in the goroutine that drives the router. nil
	// is nobody.
	LastWords func(name string, words []router.LastWord)
}

// Cable is a way out of the lab, in batches of raw Ethernet frames. The ports
// of package port have this shape.
type Cable interface {
	// Read blocks for at least one frame and returns how many buffers it
	// filled; after Close it returns an error.
	Read(bufs [][]byte, sizes []int) (n int, err error)
	Write(frames [][]byte) (n int, err error)
	// Carrier gives the present state of the far side at once and every change
	// after; Close ends it.
	Carrier() <-chan bool
	Close() error
}

// node is a router or host with its attachments. Its driver's goroutine owns it.
type node struct {
	name  string
	index int
	spec  *RouterSpec // nil for a host
	ports []*attachment

	core   router.Core // nil without power
	device Device      // nil for a host, and without power
	host   *host.Host
	boots  int

	reloads  int // at the moment reloadAt
	reloadAt clock.Time

	event  *event      // virtual: the next wake
	nudged atomic.Bool // virtual: Birth.Wake was called
	live   *liveNode
}

// fabric is what both drivers share: nodes, segments, names.
type fabric struct {
	topology *Topology
	options  Options
	nodes    []*node // routers, then hosts
	segments []*segment
}

func newFabric(t *Topology, o Options) (*fabric, error) {
	f := &fabric{topology: t, options: o}
	byName := make(map[string]*segment)
	for _, s := range t.Segments {
		seg := &segment{
			name: s.Name, impair: s.Impairments, fail: f.warn,
			rng: rand.New(rand.NewPCG(seedFor(o.Seed, "segment "+s.Name), 0)),
		}
		f.segments = append(f.segments, seg)
		byName[s.Name] = seg
	}
	attach := func(n *node, segment, iface, name string) error {
		s := byName[segment]
		if s == nil {
			return fmt.Errorf("%w: %s is on unknown segment %q", ErrNoLink, name, segment)
		}
		a := &attachment{node: n, port: len(n.ports), iface: iface, name: name}
		n.ports = append(n.ports, a)
		s.attach(a)
		return nil
	}
	for i := range t.Routers {
		r := &t.Routers[i]
		n := &node{name: r.Name, index: i, spec: r}
		f.nodes = append(f.nodes, n)
		for _, p := range r.Ports {
			if err := attach(n, p.Segment, p.Interface, r.Name+":"+p.Interface); err != nil {
				return nil, err
			}
		}
	}
	for i, h := range t.Hosts {
		n := &node{name: h.Name, index: i}
		f.nodes = append(f.nodes, n)
		if err := attach(n, h.Segment, "", h.Name); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// openCaptures starts the captures of the lab file, once every end is attached.
func (f *fabric) openCaptures(epoch time.Time) error {
	open := f.options.Capture
	if open == nil {
		open = func(_, file string) (io.WriteCloser, error) {
			if !filepath.IsAbs(file) {
				file = filepath.Join(f.topology.Dir, file)
			}
			return os.Create(file)
		}
	}
	for i, s := range f.segments {
		name := f.topology.Segments[i].Capture
		if name == "" || len(s.ends) == 0 {
			continue
		}
		file, err := open(s.name, name)
		if err != nil {
			return fmt.Errorf("lab: capture of %s: %w", s.name, err)
		}
		if s.capture, err = newCapture(file, epoch, s.name, s.ends); err != nil {
			return err
		}
	}
	return nil
}

func (f *fabric) closeCaptures() error {
	var err error
	for _, s := range f.segments {
		err = errors.Join(err, s.close())
	}
	return err
}

func (f *fabric) warn(err error) {
	if f.options.Log != nil {
		f.options.Log(err.Error())
	}
}

func (f *fabric) node(name string) (*node, error) {
	for _, n := range f.nodes {
		if n.name == name {
			return n, nil
		}
	}
	return nil, fmt.Errorf("%w: %q", ErrNoNode, name)
}

// hostConfig is the configuration of host number i.
func (f *fabric) hostConfig(i int) host.Config {
	h := f.topology.Hosts[i]
	return host.Config{
		Name: h.Name, MAC: wire.MAC{0x02, 0, 0, 0, byte((i + 1) >> 8), byte(i + 1)},
		Address: h.Address, Gateway: h.Gateway, Serve: h.Serve, Seed: seedFor(f.options.Seed, "host "+h.Name),
	}
}

// boot gives a router a fresh device; its carriers are told.
func (f *fabric) boot(now clock.Time, n *node, cause Cause, wake func()) error {
	n.boots++
	var post func(func(clock.Time))
	if n.live != nil {
		post = func(f func(clock.Time)) { _ = n.live.post(f) } // an error means that the lab has stopped
	}
	d, err := f.options.Boot(n.name, *n.spec, Birth{
		Now: now, Dir: f.topology.Dir, Index: n.index, Cause: cause, Wake: wake, Live: n.live != nil, Post: post,
		Seed: seedFor(f.options.Seed, fmt.Sprint("router ", n.name, " boot ", n.boots)),
	})
	if err != nil {
		return fmt.Errorf("lab: %s does not start: %w", n.name, err)
	}
	n.core, n.device = d, d
	for _, a := range n.ports {
		if a.carrier() {
			d.Carrier(now, a.port, true)
		}
	}
	f.changed(now, n)
	return nil
}

// off takes the power of a router.
func (f *fabric) off(now clock.Time, n *node) {
	if n.device == nil {
		return
	}
	n.device.Close()
	n.core, n.device = nil, nil
	f.changed(now, n)
}

func (f *fabric) changed(now clock.Time, n *node) {
	if f.options.Changed != nil {
		f.options.Changed(now, n.name, n.device)
	}
}

// reload replaces the device of a router that asks for it, as often as it asks,
// but not without end.
func (f *fabric) reload(now clock.Time, n *node, wake func()) error {
	if n.reloadAt != now {
		n.reloadAt, n.reloads = now, 0
	}
	f.off(now, n)
	if n.reloads++; n.reloads > maxReloads {
		return fmt.Errorf("%w: %s", ErrReloads, n.name)
	}
	return f.boot(now, n, Reloaded, wake)
}

func (a *attachment) carrier() bool {
	a.segment.mu.Lock()
	defer a.segment.mu.Unlock()
	return a.up
}

// link is what a LINK names: a whole segment or one end of it.
type link struct {
	segment *segment
	end     *attachment // nil for the whole segment
}

// findLink reads LINK: a segment, a host, or ROUTER:INTERFACE where the
// interface may be shortened as on a command line.
func (f *fabric) findLink(text string) (link, error) {
	name, iface, isPort := strings.Cut(text, ":")
	if !isPort {
		for _, s := range f.segments {
			if s.name == text {
				return link{segment: s}, nil
			}
		}
	}
	n, err := f.node(name)
	switch {
	case err != nil:
		return link{}, fmt.Errorf("%w: %q is no segment, host or ROUTER:INTERFACE", ErrNoLink, text)
	case isPort == (n.spec == nil), !isPort && len(n.ports) != 1:
		return link{}, fmt.Errorf("%w: %q: a router's link is ROUTER:INTERFACE, a host's is its name", ErrNoLink, text)
	case !isPort:
		return link{n.ports[0].segment, n.ports[0]}, nil
	}
	var found []*attachment
	for _, a := range n.ports {
		if a.iface == iface {
			return link{a.segment, a}, nil
		}
		if abbreviates(iface, a.iface) {
			found = append(found, a)
		}
	}
	if len(found) != 1 {
		return link{}, fmt.Errorf("%w: %s has no single port %q", ErrNoLink, name, iface)
	}
	return link{found[0].segment, found[0]}, nil
}

// abbreviates reports whether short, such as gi0/1, stands for full.
func abbreviates(short, full string) bool {
	split := func(s string) (string, string) {
		i := strings.IndexAny(s, "0123456789")
		if i < 0 {
			return s, ""
		}
		return strings.ToLower(strings.TrimSpace(s[:i])), s[i:]
	}
	a, m := split(short)
	b, n := split(full)
	return a != "" && m == n && strings.HasPrefix(b, a)
}

// cut alters a link and returns the ends whose carrier changed.
func (l link) cut() []*attachment {
	return l.segment.change(func() {
		if l.end != nil {
			l.end.cut = true
		} else {
			l.segment.cut = true
		}
	})
}

// join mends a link; joining a segment mends all its ends.
func (l link) join() []*attachment {
	return l.segment.change(func() {
		if l.end != nil {
			l.end.cut = false
			return
		}
		l.segment.cut = false
		for _, a := range l.segment.ends {
			a.cut = false
		}
	})
}

// Impair changes what the link does to frames: settings such as "delay 20ms",
// "loss 5%" or, alone, "none".
func (f *fabric) Impair(text string, settings ...string) error {
	l, err := f.findLink(text)
	if err != nil {
		return err
	}
	l.segment.mu.Lock()
	defer l.segment.mu.Unlock()
	target := &l.segment.impair
	if l.end != nil {
		target = &l.end.impair
	}
	m := *target
	if len(settings) == 1 && settings[0] == "none" {
		m = Impairments{}
	} else if len(settings) == 0 || len(settings)%2 != 0 {
		return errors.New("lab: pairs such as \"delay 20ms loss 5%\", or \"none\", are expected")
	} else {
		for i := 0; i < len(settings); i += 2 {
			if err := m.Set(settings[i], settings[i+1]); err == errUnknown {
				return fmt.Errorf("lab: delay, loss, reorder, duplicate or corrupt is expected, not %q", settings[i])
			} else if err != nil {
				return fmt.Errorf("lab: %w", err)
			}
		}
	}
	*target = m
	return nil
}

// Counts returns the counters of a segment.
func (f *fabric) Counts(segment string) (Counts, error) {
	for _, s := range f.segments {
		if s.name == segment {
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.counts, nil
		}
	}
	return Counts{}, fmt.Errorf("%w: segment %q", ErrNoLink, segment)
}

// Topology returns what the lab was made from.
func (f *fabric) Topology() *Topology { return f.topology }
