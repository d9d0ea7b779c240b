package rip_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/rip"
	"tandem/wire"
)

func addr(s string) wire.Addr { return wire.MustAddr(s) }

func prefix(s string, bits uint8) wire.Prefix { return wire.Prefix{Addr: addr(s), Bits: bits} }

// device is a router of a test: the machine, its timers, its routing table.
type device struct {
	*rip.Router
	t      testing.TB
	name   string
	now    clock.Time
	timers clock.Timers
	ports  []*port
	routes map[wire.Prefix][]rip.Route
	joined map[string]int
	said   []string
	sent   []rip.Send
}

// port is an interface of a device on a segment.
type port struct {
	device  *device
	name    string
	address wire.Prefix
	segment *segment
}

type segment struct {
	ports []*port
	down  bool
	deaf  bool // carries nothing, and nobody can tell
}

func newDevice(t testing.TB, name string, seed uint64) *device {
	rng := rand.New(rand.NewPCG(seed, 1))
	return &device{
		Router: rip.New(rip.Settings{Random: rng.Uint64}), t: t, name: name,
		routes: map[wire.Prefix][]rip.Route{}, joined: map[string]int{},
	}
}

// step hands in an event and keeps what comes out.
func (d *device) step(ev rip.Event) {
	for _, action := range d.Step(ev, nil) {
		switch a := action.(type) {
		case rip.Arm:
			d.timers.Set(a.Timer, a.At)
		case rip.Stop:
			d.timers.Stop(a.Timer)
		case rip.Send:
			d.sent = append(d.sent, a)
		case rip.Join:
			d.joined[a.Interface]++
		case rip.Leave:
			d.joined[a.Interface]--
		case rip.Install:
			d.routes[a.Route.Prefix] = append(d.without(a.Route), a.Route)
		case rip.Withdraw:
			before := len(d.routes[a.Route.Prefix])
			d.routes[a.Route.Prefix] = d.without(a.Route)
			require.Len(d.t, d.routes[a.Route.Prefix], before-1, "%s withdraws what is not there: %v", d.name, a.Route)
		case rip.Debug:
			d.said = append(d.said, a.Text)
		}
	}
}

func (d *device) without(r rip.Route) []rip.Route {
	return slices.DeleteFunc(slices.Clone(d.routes[r.Prefix]), func(o rip.Route) bool {
		return o.NextHop == r.NextHop && o.Interface == r.Interface
	})
}

// configure changes the configuration of a device.
func (d *device) configure(edit func(c *rip.Config)) {
	c := d.Config()
	if !c.Running {
		c = rip.Default()
		c.Version, c.AutoSummary = rip.Version2, false
	}
	edit(&c)
	d.step(rip.Configure{At: d.now, Config: c})
}

// plug adds an interface that is up.
func (d *device) plug(name string, a wire.Prefix, s *segment) *port {
	p := &port{d, name, a, s}
	d.ports = append(d.ports, p)
	if s != nil {
		s.ports = append(s.ports, p)
	}
	p.changed()
	return p
}

// changed tells the device how the port is.
func (p *port) changed() {
	p.device.step(rip.LinkChanged{
		At: p.device.now, Interface: p.name, Up: p.segment == nil || !p.segment.down, Addresses: []wire.Prefix{p.address},
		Silent: p.segment == nil,
	})
}

// world is devices joined by segments, in virtual time.
type world struct {
	devices []*device
	now     clock.Time
	delay   time.Duration
	flights []flight
}

// flight is a datagram on its way.
type flight struct {
	at      clock.Time
	from    *port
	send    rip.Send
	segment *segment
}

func (w *world) add(d *device) *device {
	w.devices = append(w.devices, d)
	return d
}

// advance runs the world for a while.
func (w *world) advance(d time.Duration) {
	end := w.now.Add(d)
	for {
		w.launch()
		next, who := end, -1
		for i, d := range w.devices {
			if at, ok := d.timers.Next(); ok && at < next {
				next, who = at, i
			}
		}
		if len(w.flights) > 0 && w.flights[0].at <= next {
			f := w.flights[0]
			w.flights = w.flights[1:]
			w.land(f)
			continue
		}
		w.now = next
		if who < 0 {
			return
		}
		dev := w.devices[who]
		dev.now = w.now
		if k, ok := dev.timers.Pop(w.now); ok {
			dev.step(rip.Fired{At: w.now, Timer: k})
		}
	}
}

// launch puts what the devices sent on the wire.
func (w *world) launch() {
	for _, d := range w.devices {
		for _, s := range d.sent {
			for _, p := range d.ports {
				if p.name == s.Interface && p.segment != nil && !p.segment.down && !p.segment.deaf {
					w.flights = append(w.flights, flight{w.now.Add(w.delay), p, s, p.segment})
				}
			}
		}
		d.sent = nil
	}
}

func (w *world) land(f flight) {
	w.now = max(w.now, f.at)
	if f.segment.down {
		return
	}
	for _, p := range f.segment.ports {
		group := f.send.Dst.IsMulticast() && p.device.joined[p.name] > 0 || f.send.Dst == wire.Broadcast
		if p == f.from || !group && f.send.Dst != p.address.Addr {
			continue
		}
		p.device.now = w.now
		p.device.step(rip.Heard{
			At: w.now, Interface: p.name, Source: f.from.address.Addr, SourcePort: wire.RIPPort, Payload: f.send.Payload,
		})
	}
}

// set changes the carrier of a segment.
func (w *world) set(s *segment, down bool) {
	s.down = down
	for _, p := range s.ports {
		p.device.now = w.now
		p.changed()
	}
}

// metric is that of a network in a device's routing table, 0 without one.
func (d *device) metric(p wire.Prefix) int {
	if len(d.routes[p]) == 0 {
		return 0
	}
	return int(d.routes[p][0].Metric)
}

func (d *device) hops(p wire.Prefix) []string {
	var out []string
	for _, r := range d.routes[p] {
		out = append(out, r.NextHop.String())
	}
	slices.Sort(out)
	return out
}
