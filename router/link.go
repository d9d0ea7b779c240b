package router

import (
	"slices"
	"strings"
	"time"

	"tandem/clock"
	"tandem/firewall"
	"tandem/forward"
	"tandem/hsrp"
	"tandem/modes"
	"tandem/platform"
	"tandem/syslog"
	"tandem/wire"
)

// protocolLogDelay is how long after the link the line protocol's message
// comes (reference cli 2.6). The protocol itself follows the link at once:
// failover must not wait for a message.
const protocolLogDelay = time.Second

// link is one interface: its plug, its switch and its message state.
type link struct {
	forward.Interface
	index   int
	port    int // of the driver; -1 without one
	carrier bool
	logged  bool // the line protocol state that was last logged
	state   modes.InterfaceState
	in, out meter
	load    time.Duration // load-interval: what the meters average over
	gone    bool          // removed by configuration; the index is not used again
}

func (l *link) up() bool { return l.AdminUp && l.LineUp }

// build makes the parts of the router from its hardware, unconfigured.
func (r *Router) build() error {
	seed, err := r.randomUint64()
	if err != nil {
		return err
	}
	r.engine = firewall.New(seed)
	r.filters = firewall.Config{Globals: firewall.Defaults(firewall.Release1249T)}
	r.plane = forward.New(&ear{Engine: r.engine, refused: r.helloRefused}, r.deliver)
	r.plane.FilterRedirects(r.redirect)
	r.standby = hsrp.New(hsrp.Settings{Jitter: r.Settings.Jitter})
	r.routing = r.newRouting()
	if err := r.buildIPC(); err != nil {
		return err
	}
	for _, hw := range r.Settings.Hardware.Interfaces() {
		r.addLink(hw)
	}
	if null, ok := r.Settings.Hardware.Interface("Null0"); ok {
		r.addLink(null).logged = true // there from the beginning, and nobody is told
	}
	r.byPort = make([]int, len(r.Ports))
	for port, name := range r.Ports {
		l := r.byName[name]
		l.port = port
		r.byPort[port] = l.index
	}
	return nil
}

// addLink makes an interface that the packet path knows.
func (r *Router) addLink(hw platform.Interface) *link {
	l := &link{index: len(r.links), port: -1, load: modes.DefaultLoadInterval, Interface: forward.Interface{
		Name: hw.Name, MAC: wire.MAC(hw.MAC), MTU: hw.MTU, AdminUp: true,
		Unreachables: true, Redirects: true, ProxyARP: true,
	}}
	switch {
	case strings.HasPrefix(hw.Name, "Null"):
		l.Kind, l.carrier = forward.Null, true
	case hw.Kind == platform.Virtual:
		l.Kind, l.carrier = forward.Loopback, true
	}
	l.LineUp = l.carrier
	r.links = append(r.links, l)
	r.byName[hw.Name] = l
	r.filters.Interfaces = append(r.filters.Interfaces, firewall.Interface{Name: hw.Name})
	r.stale = true
	return l
}

// update tells the packet path and HSRP how an interface is now; before is how
// it was.
func (r *Router) update(l *link, before forward.Interface) {
	wasUp := before.AdminUp && before.LineUp
	switch { // what ends a group says so while the interface still sends
	case wasUp && !l.up():
		r.step(hsrp.InterfaceDown{At: r.now, Interface: l.Name})
	case wasUp && (l.Primary != before.Primary || !slices.Equal(l.Secondary, before.Secondary)):
		r.step(hsrp.AddressChanged{At: r.now, Interface: l.Name, Addresses: addresses(l.Interface)})
	}
	r.plane.SetInterface(r.now, l.index, l.Interface)
	r.ripLink(l)
	if l.up() && !wasUp {
		r.step(hsrp.InterfaceUp{At: r.now, Interface: l.Name, Addresses: addresses(l.Interface), MAC: l.MAC})
	}
	if l.up() != wasUp {
		r.step(hsrp.TrackedInterface{At: r.now, Name: l.Name, Up: l.up()})
		r.timers.Set(clock.Key{Owner: ownerLine, Name: l.Name}, r.now.Add(protocolLogDelay))
		r.linkTrap(l)
	}
	r.trackInterface(l)
	r.readdressed = true
}

func addresses(i forward.Interface) []wire.Prefix {
	if i.Primary.Addr == 0 {
		return nil
	}
	return append([]wire.Prefix{i.Primary}, i.Secondary...)
}

// setCarrier follows the cable.
func (r *Router) setCarrier(l *link, up bool) {
	if l.carrier == up {
		return
	}
	before := l.Interface
	l.carrier, l.LineUp = up, up
	l.state.Carrier, l.state.LastChange = up, r.now
	if !up {
		l.state.CarrierLost++
	}
	if l.AdminUp {
		r.linkLog(l, upDown(up))
	}
	r.update(l, before)
}

func upDown(up bool) string {
	if up {
		return "up"
	}
	return "down"
}

func (r *Router) linkLog(l *link, state string) {
	r.Message(r.now, syslog.Message{
		Facility: "LINK", Severity: syslog.Errors, Mnemonic: "UPDOWN",
		Text: "Interface " + l.Name + ", changed state to " + state,
	})
}

// lineProtocolLog says what the line protocol of an interface is, if that is
// news.
func (r *Router) lineProtocolLog(name string) {
	l := r.byName[name]
	if l == nil || l.up() == l.logged {
		return
	}
	l.logged = l.up()
	r.Message(r.now, syslog.Message{
		Facility: "LINEPROTO", Severity: syslog.Notifications, Mnemonic: "UPDOWN",
		Text: "Line protocol on Interface " + l.Name + ", changed state to " + upDown(l.logged),
	})
}

// SetShutdown implements modes.Device: shutdown and no shutdown.
func (r *Router) SetShutdown(now clock.Time, name string, down bool) error {
	l := r.byName[name]
	if l == nil {
		return modes.Refuse("%% Interface %s can't be shut down", name)
	}
	if l.AdminUp == !down {
		return nil
	}
	before := l.Interface
	l.AdminUp = !down
	if down {
		r.Message(now, syslog.Message{
			Facility: "LINK", Severity: syslog.Notifications, Mnemonic: "CHANGED",
			Text: "Interface " + l.Name + ", changed state to administratively down",
		})
	} else {
		r.linkLog(l, upDown(l.carrier))
	}
	r.update(l, before)
	return nil
}

// SetLoadInterval implements modes.Device.
func (r *Router) SetLoadInterval(name string, d time.Duration) {
	if l := r.byName[name]; l != nil {
		l.in.decay(r.now, l.load)
		l.out.decay(r.now, l.load)
		l.load = d
	}
}

// ClearCounters implements modes.Device.
func (r *Router) ClearCounters(now clock.Time, name string) {
	if l := r.byName[name]; l != nil {
		r.plane.ClearCounters(l.index)
		l.state.Cleared = now
		l.state.Resets, l.state.CarrierLost = 0, 0
	}
}

// EditInterface implements modes.Device.
func (r *Router) EditInterface(_ clock.Time, name string, edit func(i *forward.Interface)) error {
	l := r.byName[name]
	if l == nil {
		return modes.Refuse("%% IP is not supported on %s", name)
	}
	before := l.Interface
	before.Secondary = slices.Clone(before.Secondary)
	edit(&l.Interface)
	if l.Primary != before.Primary {
		l.state.Method = "manual"
		if r.loading {
			l.state.Method = "NVRAM"
		}
	}
	r.update(l, before)
	return nil
}

// AddInterface implements modes.Device: it creates what configuration may
// create.
func (r *Router) AddInterface(_ clock.Time, name string) error {
	if _, ok := r.byName[name]; ok {
		return nil
	}
	hw, ok := r.Settings.Hardware.Interface(name)
	if !ok {
		return modes.CaretError{Arg: "if"}
	}
	l := r.addLink(hw)
	r.applyFilters()
	r.update(l, forward.Interface{})
	if l.Kind != forward.Ethernet {
		r.linkLog(l, "up")
	}
	return nil
}

// RemoveInterface implements modes.Device.
func (r *Router) RemoveInterface(now clock.Time, name string) error {
	l := r.byName[name]
	hw, _ := r.Settings.Hardware.Interface(name)
	if l == nil || hw.Kind != platform.Virtual && hw.Kind != platform.SubInterface {
		return modes.Refuse("%% Removal of physical interfaces is not permitted")
	}
	if l.Kind == forward.Null { // it only loses what was configured
		return nil
	}
	before := l.Interface
	l.AdminUp, l.Primary, l.Secondary = false, wire.Prefix{}, nil
	r.update(l, before)
	r.plane.RemoveInterface(now, l.index)
	l.gone = true
	delete(r.byName, name)
	r.filters.Interfaces[l.index] = firewall.Interface{}
	r.stale = true
	return nil
}
