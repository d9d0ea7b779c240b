package hsrp_test

import (
	"testing"
	"time"

	"tandem/clock"
	"tandem/hsrp"
	"tandem/wire"
)

// FuzzHeard throws payloads and the passage of time at a router with preempt and
// a group that follows.
// The harness checks that what is disowned was owned.
func FuzzHeard(f *testing.F) {
	m := message()
	f.Add(uint8(1), uint8(9), m.Append(nil), uint16(100))
	m.VIP = wire.MustAddr("48.48.48.48") // not of this subnet: must not be learned
	f.Add(uint8(0), uint8(9), m.Append(nil), uint16(363))
	m.Op = wire.HSRPCoup
	f.Add(uint8(1), uint8(1), m.Append(nil), uint16(9000))
	m.Version = 2
	f.Add(uint8(2), uint8(9), m.Append(nil), uint16(6000))
	f.Fuzz(func(t *testing.T, version, host uint8, payload []byte, wait uint16) {
		d := newDevice(t, "10.0.0.2")
		c := hsrp.DefaultInterface()
		c.Version, c.DelayReload = 1+version%2, 0
		d.step(hsrp.ConfigureInterface{Interface: gi00, Config: c})
		d.group(config(preempt, func(c *hsrp.GroupConfig) { c.VIP, c.Hello, c.Hold = 0, 0, 0 }))
		d.follow(hsrp.DefaultName(gi00, 1))
		d.up()
		for range 4 {
			d.step(hsrp.Heard{At: d.now, Interface: gi00, Source: wire.MustAddr("10.0.0.0") + wire.Addr(host), Payload: payload})
			d.until(d.now + clock.Time(wait)*ms)
			if owns := len(d.owned) > 0; owns != (d.state() == hsrp.Active) {
				t.Fatalf("owns %v in %s", owns, d.state())
			}
			if d.of2().State != d.state() {
				t.Fatalf("follows in %s a leader in %s", d.of2().State, d.state())
			}
		}
		for range 3 * len(payload) % 7 { // time alone must not make it busier than its timers
			d.until(d.now + second)
		}
		if n := len(of[hsrp.Send](d.actions)); n > 4*(int(wait)/15+8)+8 {
			t.Fatalf("%d messages", n)
		}
	})
}

// BenchmarkHello is one hello heard by a Standby router, debug off.
func BenchmarkHello(b *testing.B) {
	d := newDevice(b, "10.0.0.2")
	d.noDelay()
	d.group(config())
	d.up()
	d.r.SetDebug(0)
	m := message(func(m *wire.HSRP) { m.Priority = 200 })
	e := hsrp.Heard{Interface: gi00, Source: wire.MustAddr("10.0.0.9"), Payload: m.Append(nil)}
	var out []hsrp.Action
	b.ReportAllocs()
	for b.Loop() {
		e.At = e.At.Add(time.Millisecond)
		out = d.r.Step(e, out[:0])
	}
}

// BenchmarkHundredRouters is one second of a hundred Active groups.
func BenchmarkHundredRouters(b *testing.B) {
	var all []*device
	for range 100 {
		d := newDevice(b, "10.0.0.2")
		d.r.SetDebug(0)
		d.noDelay()
		d.group(config())
		d.up()
		d.until(20 * second)
		all = append(all, d)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, d := range all {
			d.until(d.now + second)
			d.actions = d.actions[:0]
		}
	}
}
