package lab_test

import (
	"bytes"
	"io"
	"sync"

	"tandem/clock"
	"tandem/lab"
	"tandem/wire"
)

// bridge is a device for tests: it learns addresses, forwards between its
// ports, sends a hello every second and reloads when told to.
type bridge struct {
	up     map[int]bool
	seen   map[wire.MAC]int
	out    []sending
	hello  clock.Time
	reload bool
	closed func()
	birth  lab.Birth
}

type sending struct {
	port  int
	frame []byte
}

const helloType = 0x88b5

func newBridge(b lab.Birth) *bridge {
	return &bridge{up: make(map[int]bool), seen: make(map[wire.MAC]int), hello: b.Now.Add(1e9), birth: b}
}

func bootBridge(_ string, _ lab.RouterSpec, b lab.Birth) (lab.Device, error) {
	return newBridge(b), nil
}

func (b *bridge) Input(_ clock.Time, port int, frames [][]byte) {
	for _, f := range frames {
		e := wire.Ethernet(f)
		if len(f) < wire.EthernetLen || e.Type() == helloType {
			continue
		}
		b.seen[e.Src()] = port
		to, known := b.seen[e.Dst()]
		for p := range 2 {
			if p != port && (!known || to == p) && b.up[p] {
				b.out = append(b.out, sending{p, bytes.Clone(f)})
			}
		}
	}
}

func (b *bridge) Carrier(_ clock.Time, port int, up bool) {
	b.up[port] = up
	clear(b.seen)
}

func (b *bridge) Wake(now clock.Time) {
	for ; b.hello <= now; b.hello = b.hello.Add(1e9) {
		f := make([]byte, 60)
		wire.Ethernet(f).Put(wire.BroadcastMAC, wire.MAC{2, 1, 0, 0, 0, byte(b.birth.Index)}, helloType)
		for p := range 2 {
			b.out = append(b.out, sending{p, f})
		}
	}
}

func (b *bridge) NextWake() (clock.Time, bool) { return b.hello, true }

func (b *bridge) Drain(emit func(int, [][]byte)) {
	for _, s := range b.out {
		emit(s.port, [][]byte{s.frame})
	}
	b.out = nil
}

func (b *bridge) Reload() bool { return b.reload }

func (b *bridge) Close() {
	if b.closed != nil {
		b.closed()
	}
}

const bridgeLab = `
name: bridged
routers:
  R1:
    ports: {GigabitEthernet0/0: inside, GigabitEthernet0/1: outside}
segments:
  inside: {capture: inside.pcapng}
  outside: {delay: 2ms, capture: outside.pcapng}
hosts:
  pc: {port: inside, address: 10.0.0.1/24}
  server: {port: outside, address: 10.0.0.2/24, serve: [tcp/7, udp/7]}
`

// files keeps captures in memory.
type files struct {
	mu     sync.Mutex
	byName map[string]*bytes.Buffer
}

func (f *files) create(_, file string) (io.WriteCloser, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.byName == nil {
		f.byName = make(map[string]*bytes.Buffer)
	}
	b := new(bytes.Buffer)
	f.byName[file] = b
	return closer{b}, nil
}

type closer struct{ io.Writer }

func (closer) Close() error { return nil }
