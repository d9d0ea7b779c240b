package hsrp_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/hsrp"
	"tandem/wire"
)

const gi00 = "GigabitEthernet0/0"

// device drives one hsrp.Router: it keeps its timers and records what it does.
type device struct {
	t       testing.TB
	r       *hsrp.Router
	now     clock.Time
	timers  clock.Timers
	address wire.Addr
	mac     wire.MAC
	trace   []string // debug lines and logs
	actions []hsrp.Action
	owned   map[wire.Addr]wire.MAC
	send    func(hsrp.Send) // nil drops
}

func newDevice(t testing.TB, address string) *device {
	a := wire.MustAddr(address)
	d := &device{
		t: t, r: hsrp.New(hsrp.Settings{Debug: hsrp.DebugAll}), address: a,
		mac: wire.MAC{2, 0, 0, 0, 0, byte(a)}, owned: map[wire.Addr]wire.MAC{},
	}
	return d
}

func (d *device) step(ev hsrp.Event) []hsrp.Action {
	out := d.r.Step(ev, nil)
	d.actions = append(d.actions, out...)
	for _, a := range out {
		switch a := a.(type) {
		case hsrp.Arm:
			d.timers.Set(a.Timer, a.At)
		case hsrp.Stop:
			d.timers.Stop(a.Timer)
		case hsrp.Own:
			require.NotContains(d.t, d.owned, a.VIP, "owned twice")
			d.owned[a.VIP] = a.MAC
		case hsrp.Disown:
			require.Equal(d.t, d.owned[a.VIP], a.MAC, "disowned what it does not own")
			delete(d.owned, a.VIP)
		case hsrp.Log:
			d.trace = append(d.trace, a.Message.String())
		case hsrp.Debug:
			d.trace = append(d.trace, a.Text)
		case hsrp.Send:
			if d.send != nil {
				d.send(a)
			}
		}
	}
	return out
}

// until runs all timers up to the given time.
func (d *device) until(at clock.Time) {
	for {
		next, ok := d.timers.Next()
		if !ok || next > at {
			d.now = at
			return
		}
		d.now = next
		k, _ := d.timers.Pop(next)
		d.step(hsrp.Fired{At: next, Timer: k})
	}
}

func (d *device) up() []hsrp.Action { return d.upOn(gi00) }

func (d *device) upOn(name string) []hsrp.Action {
	return d.step(hsrp.InterfaceUp{At: d.now, Interface: name, Addresses: []wire.Prefix{{Addr: d.address, Bits: 24}}, MAC: d.mac})
}

func (d *device) down() []hsrp.Action {
	return d.step(hsrp.InterfaceDown{At: d.now, Interface: gi00})
}

// noDelay takes the interface delays away.
func (d *device) noDelay() {
	c := hsrp.DefaultInterface()
	c.DelayMinimum, c.DelayReload = 0, 0
	d.step(hsrp.ConfigureInterface{At: d.now, Interface: gi00, Config: c})
}

func (d *device) group(c hsrp.GroupConfig) []hsrp.Action {
	return d.step(hsrp.ConfigureGroup{At: d.now, Interface: gi00, Group: 1, Config: c})
}

// config is a group with timers 1/5 and the virtual address 10.0.0.3.
func config(changes ...func(*hsrp.GroupConfig)) hsrp.GroupConfig {
	c := hsrp.DefaultGroup()
	c.Enabled, c.VIP = true, wire.MustAddr("10.0.0.3")
	c.Hello, c.Hold = time.Second, 5*time.Second
	for _, f := range changes {
		f(&c)
	}
	return c
}

func priority(p uint8) func(*hsrp.GroupConfig) {
	return func(c *hsrp.GroupConfig) { c.Priority = p }
}

func preempt(c *hsrp.GroupConfig) { c.Preempt.Enabled = true }

func (d *device) state() hsrp.State { return d.status().State }

func (d *device) status() hsrp.GroupStatus {
	all := d.r.Status(d.now)
	require.NotEmpty(d.t, all)
	return all[0]
}

// message returns a message of group 1 from another router.
func message(changes ...func(*wire.HSRP)) wire.HSRP {
	m := wire.HSRP{
		Version: 1, State: hsrp.Active, Priority: 100, Group: 1, Hello: time.Second, Hold: 5 * time.Second,
		VIP: wire.MustAddr("10.0.0.3"), Auth: wire.HSRPAuthText, Text: [8]byte{'c', 'i', 's', 'c', 'o'},
	}
	for _, f := range changes {
		f(&m)
	}
	return m
}

func (d *device) hear(from string, m wire.HSRP) []hsrp.Action {
	source := wire.MustAddr(from)
	mac := wire.MAC{2, 0, 0, 0, 0, byte(source)}
	if m.State == hsrp.Active && m.Op == wire.HSRPHello {
		mac = wire.HSRPVirtualMAC(1, 1)
	}
	return d.step(hsrp.Heard{At: d.now, Interface: gi00, Source: source, MAC: mac, Payload: m.Append(nil)})
}

// of picks the actions of one type.
func of[A hsrp.Action](actions []hsrp.Action) []A {
	var picked []A
	for _, a := range actions {
		if a, ok := a.(A); ok {
			picked = append(picked, a)
		}
	}
	return picked
}

// sent decodes the group messages among actions.
func sent(t testing.TB, actions []hsrp.Action) []wire.HSRP {
	var all []wire.HSRP
	for _, s := range of[hsrp.Send](actions) {
		if wire.IsHSRPAdvertise(1, s.Payload) {
			continue
		}
		var m wire.HSRP
		_, err := m.Decode1(s.Payload)
		require.NoError(t, err)
		all = append(all, m)
	}
	return all
}

// lan joins devices by a switch with loss, in virtual time.
type lan struct {
	t       testing.TB
	now     clock.Time
	devices []*device
	cut     map[*device]bool
	loss    float64
	random  *rand.Rand
	flight  []delivery
}

type delivery struct {
	at   clock.Time
	to   *device
	from *device
	mac  wire.MAC
	data []byte
}

func newLAN(t testing.TB, seed uint64, devices ...*device) *lan {
	l := &lan{t: t, devices: devices, cut: map[*device]bool{}, random: rand.New(rand.NewPCG(seed, 1))}
	for _, d := range devices {
		d.send = func(s hsrp.Send) {
			for _, to := range l.devices {
				if to == d || l.cut[d] || l.random.Float64() < l.loss {
					continue
				}
				l.flight = append(l.flight, delivery{l.now.Add(time.Millisecond), to, d, s.From, s.Payload})
			}
		}
	}
	return l
}

// until runs everything up to the given time, calling check after each step.
func (l *lan) until(at clock.Time, check func()) {
	for {
		next, deliver, ok := l.next()
		if !ok || next > at {
			break
		}
		l.now = next
		for _, d := range l.devices {
			d.now = next
		}
		if deliver {
			l.deliver()
		} else {
			l.fire()
		}
		if check != nil {
			check()
		}
	}
	l.now = at
	for _, d := range l.devices {
		d.now = at
	}
}

func (l *lan) next() (at clock.Time, deliver, ok bool) {
	if len(l.flight) > 0 {
		at, deliver, ok = l.flight[0].at, true, true
	}
	for _, d := range l.devices {
		if t, runs := d.timers.Next(); runs && (!ok || t < at) {
			at, deliver, ok = t, false, true
		}
	}
	return at, deliver, ok
}

func (l *lan) deliver() {
	f := l.flight[0]
	l.flight = slices.Delete(l.flight, 0, 1)
	if !l.cut[f.to] {
		f.to.step(hsrp.Heard{At: l.now, Interface: gi00, Source: f.from.address, MAC: f.mac, Payload: f.data})
	}
}

func (l *lan) fire() {
	for _, d := range l.devices {
		if k, ok := d.timers.Pop(l.now); ok {
			d.step(hsrp.Fired{At: l.now, Timer: k})
			return
		}
	}
}

func (l *lan) owners() (n int) {
	for _, d := range l.devices {
		n += min(1, len(d.owned))
	}
	return n
}

func pair(t testing.TB, seed uint64) *lan { return group(t, seed, "10.0.0.1", "10.0.0.2") }

// group makes a LAN of routers with the same configuration.
func group(t testing.TB, seed uint64, addresses ...string) *lan {
	var devices []*device
	for _, a := range addresses {
		devices = append(devices, newDevice(t, a))
	}
	l := newLAN(t, seed, devices...)
	for _, d := range l.devices {
		d.noDelay()
		d.group(config(preempt))
		d.up()
	}
	return l
}

const second = clock.Time(time.Second)

// Whatever was lost and cut, once the LAN is quiet there is exactly one owner,
// and a takeover from a Standby takes no longer than hold and hello.
func TestOwnersAfterLossAndCuts(t *testing.T) {
	for seed := uint64(1); seed <= 60; seed++ {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			l := group(t, seed, []string{"10.0.0.1", "10.0.0.2", "10.0.0.4"}[:2+seed%2]...)
			l.devices[0].group(config(preempt, priority(uint8(90+l.random.IntN(30)))))
			for range 12 {
				l.loss = 0.3 * l.random.Float64()
				for _, d := range l.devices {
					l.cut[d] = l.random.IntN(4) == 0
				}
				l.until(l.now+clock.Time(l.random.Int64N(int64(12*time.Second))), nil)

				l.loss = 0
				clear(l.cut)
				l.until(l.now+11*second, nil) // two holds and a hello
				l.until(l.now+10*second, func() { require.Equal(t, 1, l.owners(), "at %s", l.now) })
			}
		})
	}
}

func TestTakeoverWithinHoldAndHello(t *testing.T) {
	for seed := uint64(1); seed <= 40; seed++ {
		l := pair(t, seed)
		l.until(30*second+clock.Time(l.random.Int64N(int64(3*time.Second))), nil)
		a, b := l.devices[0], l.devices[1]
		if a.state() != hsrp.Active {
			a, b = b, a
		}
		require.Equal(t, hsrp.Active, a.state())
		require.Equal(t, hsrp.Standby, b.state())
		lost := l.now
		l.cut[a] = true
		l.until(lost+6*second, nil)
		require.NotEmpty(t, b.owned, "seed %d", seed)

		// Two Actives do not survive the return of the link by more than a hello.
		l.cut[a] = false
		l.until(l.now+1100*clock.Time(time.Millisecond), nil)
		require.Equal(t, 1, l.owners(), "seed %d", seed)
		require.NotEmpty(t, l.devices[1].owned, "of two Actives the higher address stays")
	}
}

// A LAN is reproducible: the same seed gives the same trace.
func TestSameSeedSameTrace(t *testing.T) {
	run := func() []string {
		l := pair(t, 7)
		l.loss = 0.2
		l.until(200*second, nil)
		return append(l.devices[0].trace, l.devices[1].trace...)
	}
	require.Equal(t, run(), run())
}
