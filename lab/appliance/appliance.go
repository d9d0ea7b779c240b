// Package appliance makes the routers of a lab: it joins the lab's power
// switches and ports to router.Router and keeps each router's saved files over
// reloads.
package appliance

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"tandem/clock"
	"tandem/config"
	"tandem/ipc"
	"tandem/ipc/kernel"
	"tandem/lab"
	"tandem/modes"
	"tandem/nvram"
	"tandem/platform"
	"tandem/router"
	"tandem/syslog"
)

// DefaultChassis is what a router of a lab file without a chassis is.
const DefaultChassis = "c3845"

// Shelf holds the saved files of the routers of one lab and boots them.
type Shelf struct {
	// Open reads a startup configuration named by a lab file; nil is
	// os.ReadFile.
	Open func(path string) ([]byte, error)
	// Accept serves connections to the routers' own addresses; nil refuses
	// them, as virtual labs must: such connections run on goroutines.
	Accept func(name string, port uint16, conn net.Conn)
	// Call serves connections that the routers make; nil, and a nil Accept,
	// make none.
	Call func(c *router.Call)

	grammar *modes.Grammar
	dir     string
	mu      sync.Mutex
	stores  map[string]*nvram.Store
	battery map[string]*syslog.Battery // hardware calendars
}

// New returns a shelf that keeps files under dir, one folder a router, or in
// memory when dir is empty.
func New(dir string) (*Shelf, error) {
	grammar, err := modes.New()
	if err != nil {
		return nil, err
	}
	return &Shelf{grammar: grammar, dir: dir, stores: map[string]*nvram.Store{}, battery: map[string]*syslog.Battery{}}, nil
}

// Empty returns a shelf for another lab, with nothing saved yet, in memory.
func (s *Shelf) Empty() *Shelf {
	return &Shelf{Open: s.Open, grammar: s.grammar, stores: map[string]*nvram.Store{}, battery: map[string]*syslog.Battery{}}
}

// Close gives the files free for other processes.
func (s *Shelf) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	for _, store := range s.stores {
		err = errors.Join(err, store.Close())
	}
	clear(s.stores)
	return err
}

// Known is the lab.Catalogue of the hardware that exists.
func Known(spec lab.RouterSpec) ([]string, error) {
	hw, err := hardware(spec, "catalogue")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, i := range hw.Interfaces() {
		if i.Kind == platform.Routed || i.Kind == platform.ServiceModule {
			names = append(names, i.Name)
		}
	}
	return names, nil
}

func hardware(spec lab.RouterSpec, name string) (*platform.Hardware, error) {
	chassis := spec.Chassis
	if chassis == "" {
		chassis = DefaultChassis
	}
	fitted := make(map[string]string, len(spec.Modules))
	for _, m := range spec.Modules {
		fitted[m.Slot] = m.Name
	}
	hw, err := platform.New(chassis, fitted, name)
	if err != nil {
		return nil, err
	}
	return hw, hw.Install(spec.Release)
}

// Boot is the lab.Boot of the shelf's routers.
func (s *Shelf) Boot(name string, spec lab.RouterSpec, b lab.Birth) (lab.Device, error) {
	hw, err := hardware(spec, name)
	if err != nil {
		return nil, err
	}
	store, err := s.store(name, hw)
	if err != nil {
		return nil, err
	}
	startup, err := s.startup(spec, b)
	if err != nil {
		return nil, err
	}
	ports := make([]string, len(spec.Ports))
	for i, p := range spec.Ports {
		ports[i] = p.Interface
	}
	style := config.IOS
	if spec.Listing == "document" {
		style = config.Document
	}
	r, err := router.New(b.Now, router.Settings{
		Hardware: hw, Store: store, Grammar: s.grammar, Style: style, Startup: startup,
		Ports: ports, Random: random(b.Seed), Inband: s.inband(name, b), Post: b.Post, Cause: b.Cause.String(), Jitter: jitter(b),
		HostSCTP: hostSCTP(spec, b), Battery: s.calendar(name),
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &Device{Router: r}, nil
}

// inband is how connections to a router's addresses are served.
func (s *Shelf) inband(name string, b lab.Birth) *router.Inband {
	if s.Accept == nil {
		return nil
	}
	return &router.Inband{Wake: b.Wake, Accept: func(port uint16, conn net.Conn) { s.Accept(name, port, conn) }, Call: s.Call}
}

// errVirtual is why a router of a virtual lab cannot use the host's SCTP.
var errVirtual = errors.New("a lab in virtual time has no kernel")

// hostSCTP is how a router gets at the SCTP of the host's kernel, nil when it
// is to use its own.
func hostSCTP(spec lab.RouterSpec, b lab.Birth) func() (ipc.Open, error) {
	if spec.SCTP != "kernel" {
		return nil
	}
	return func() (ipc.Open, error) {
		if !b.Live {
			return nil, errVirtual
		}
		if err := kernel.Available(); err != nil {
			return nil, err
		}
		return kernel.Open(b.Wake), nil
	}
}

// calendar returns the hardware calendar of a router, which goes on while the
// lab does.
func (s *Shelf) calendar(name string) *syslog.Battery {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.battery[name] == nil {
		s.battery[name] = &syslog.Battery{}
	}
	return s.battery[name]
}

// store opens the saved files of a router, once.
func (s *Shelf) store(name string, hw *platform.Hardware) (*nvram.Store, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if store := s.stores[name]; store != nil {
		return store, nil
	}
	size := nvram.Usable(hw.Identity().NVRAM)
	store := nvram.NewMemory(size)
	if s.dir != "" {
		var err error
		if store, err = nvram.Open(filepath.Join(s.dir, name), size); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	s.stores[name] = store
	return store, nil
}

func (s *Shelf) startup(spec lab.RouterSpec, b lab.Birth) ([]byte, error) {
	if spec.Config == "" {
		return nil, nil
	}
	open := s.Open
	if open == nil {
		open = os.ReadFile
	}
	path := spec.Config
	if !filepath.IsAbs(path) {
		path = filepath.Join(b.Dir, path)
	}
	text, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: startup configuration: %w", spec.Name, err)
	}
	return text, nil
}

// jitter is how hellos of a live lab keep out of step: each comes up to a
// sixteenth of its interval early (assumed; captures only show that they
// are jittered). In virtual time they are exact, which keeps a lab repeatable.
func jitter(b lab.Birth) func(hello time.Duration) time.Duration {
	if !b.Live {
		return nil
	}
	source := rand.New(random(b.Seed ^ jitterSeed))
	return func(hello time.Duration) time.Duration {
		return hello - time.Duration(source.Int64N(int64(hello)/16+1))
	}
}

// jitterSeed keeps the numbers of jitter apart from the router's other ones.
const jitterSeed = 0x6a69747465720000

// random spreads a seed over a source of bytes.
func random(seed uint64) *rand.ChaCha8 {
	var key [32]byte
	for i := range 4 {
		binary.LittleEndian.PutUint64(key[8*i:], seed+uint64(i))
	}
	return rand.NewChaCha8(key)
}

// Device is a router under power.
type Device struct {
	*router.Router
	script *typist
}

// Close implements lab.Device: power is lost, and nothing is left running.
func (d *Device) Close() { d.Router.Close() }

// typist is the console of a device in a script's hands.
type typist struct {
	session router.Session
	want    router.Want
	out     func(text string)
}

// Type enters one line on a device's console, for scenario scripts: at the
// first line the console is brought to its prompt. Log messages are left out:
// show logging has them.
func Type(now clock.Time, d lab.Device, line string, out func(text string)) (done func() bool) {
	dev := d.(*Device)
	if dev.script == nil {
		t := &typist{out: func(string) {}}
		dev.script = t
		t.session = dev.OpenConsole(now, t.show)
		if t.want == router.WantAnswer {
			t.session.Enter(now, "no")
		}
		t.session.Enter(now, "")
	}
	t := dev.script
	t.out = out
	if t.want == router.WantKey {
		key := byte('\r')
		if line != "" {
			key = line[0]
		}
		t.session.Key(now, key)
	} else {
		t.session.Enter(now, line)
	}
	return func() bool { return t.want != router.WantNothing }
}

// Help returns what "?" lists behind a line typed on the same console as Type.
func Help(now clock.Time, d lab.Device, line string) string {
	var text string
	t := d.(*Device).script
	t.out = func(more string) { text += more }
	t.session.Help(now, line)
	return text
}

func (t *typist) show(s router.Screen) {
	if s.Log {
		return
	}
	t.want = s.Want
	t.out(s.Text)
	switch s.Want {
	case router.WantAnswer, router.WantSecret, router.WantKey: // a question is output, a prompt is not
		t.out(s.Prompt + "\n")
	}
}
