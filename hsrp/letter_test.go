package hsrp_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/hsrp"
	"tandem/wire"
)

// Every lettered event as debug prints it (reference ha 2.4, sample
// debug_standby_04).
func TestDebugLetters(t *testing.T) {
	hello := func(state hsrp.State, priority uint8) func(*device) {
		return func(d *device) { d.hear("10.0.0.1", from(wire.HSRPHello, state, priority)) }
	}
	wait := func(d *device) { d.until(d.now + 6*second) }
	for _, c := range []struct {
		state hsrp.State
		do    func(d *device)
		want  string
	}{
		{hsrp.Init, func(d *device) { d.up() }, "Init: a/HSRP enabled"},
		{hsrp.Active, func(d *device) { d.down() }, "Active: b/HSRP disabled (interface down)"},
		{hsrp.Standby, wait, "Standby: c/Active timer expired (10.0.0.9)"},
		{hsrp.Listen, wait, "Listen: d/Standby timer expired (unknown)"},
		{hsrp.Active, func(d *device) { hello(hsrp.Standby, 99)(d); wait(d) }, "Active: d/Standby timer expired (10.0.0.1)"},
		{hsrp.Speak, hello(hsrp.Speak, 101), "Speak: f/Hello rcvd from higher pri Speak router (101/10.0.0.1)"},
		{hsrp.Active, hello(hsrp.Active, 101), "Active: g/Hello rcvd from higher pri Active router (101/10.0.0.1)"},
		{hsrp.Active, hello(hsrp.Active, 99), "Active: h/Hello rcvd from lower pri Active router (99/10.0.0.1)"},
		{hsrp.Speak, func(d *device) { d.group(config(preempt, priority(210))); hello(hsrp.Active, 99)(d) }, "Speak: h/Hello rcvd from lower pri Active router (99/10.0.0.1)"},
		{hsrp.Standby, func(d *device) { d.hear("10.0.0.9", from(wire.HSRPResign, hsrp.Active, 200)) }, "Standby: i/Resign rcvd"},
		{hsrp.Active, func(d *device) { d.hear("10.0.0.1", from(wire.HSRPCoup, hsrp.Listen, 150)) }, "Active: j/Coup rcvd from higher pri router (150/10.0.0.1)"},
		{hsrp.Standby, hello(hsrp.Standby, 101), "Standby: k/Hello rcvd from higher pri Standby router (101/10.0.0.1)"},
		{hsrp.Speak, hello(hsrp.Standby, 99), "Speak: l/Hello rcvd from lower pri Standby router (99/10.0.0.1)"},
		{hsrp.Active, func(d *device) {
			d.group(config(func(c *hsrp.GroupConfig) { c.MAC = wire.MAC{0x40, 0, 0, 0, 0, 1} }))
		}, "Active: m/Standby mac address changed"},
		{hsrp.Active, func(d *device) {
			d.group(config(func(c *hsrp.GroupConfig) { c.VIP = wire.MustAddr("10.0.0.33") }))
		}, "Active: n/Standby IP address configured"},
	} {
		d := in(t, c.state)
		d.trace = nil
		c.do(d)
		require.Contains(t, d.trace, "HSRP: Gi0/0 Grp 1 "+c.want)
	}
}
