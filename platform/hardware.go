package platform

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Errors of New, wrapped in text that names what exists.
var (
	ErrChassis = errors.New("platform: no such chassis")
	ErrSlot    = errors.New("platform: no such slot")
	ErrModule  = errors.New("platform: module does not fit")
)

// vlanPort is the last byte of the address that all Vlan interfaces share.
const vlanPort = 0xf0

// fitted is a card in its slot.
type fitted struct {
	slot
	card  card
	index int // of the slot in its chassis, from 1
}

// number returns the slot's first number.
func (f fitted) number() int {
	first, _, _ := strings.Cut(f.name, "/")
	n, _ := strconv.Atoi(first) // slot names of the catalogue are numbers
	return n
}

// Hardware is one router as it left the bench.
type Hardware struct {
	chassis    *chassis
	fitted     []fitted // in the order of the slots
	identity   Identity
	seed       uint64
	interfaces []Interface
	order      map[string]int // name to index in interfaces
}

// New builds a router: a chassis of Chassis, slots and the modules in them
// ("0/1": "HWIC-D-9ESW"), and the router's name, which its serial numbers and
// addresses are made from.
func New(chassis string, modules map[string]string, name string) (*Hardware, error) {
	c := findChassis(chassis)
	if c == nil {
		return nil, fmt.Errorf("%w: %q; there are %s", ErrChassis, chassis, strings.Join(Chassis(), ", "))
	}
	h := &Hardware{chassis: c, identity: c.identity, seed: seed(chassis, name), order: map[string]int{}}
	h.identity.Extra = slices.Clone(c.identity.Extra)
	h.identity.Board = serial("FTX", h.seed)
	if err := h.Install(""); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		if err := h.check(name, modules); err != nil {
			return nil, err
		}
	}
	for i, s := range c.slots {
		if pid, ok := modules[s.name]; ok {
			h.fitted = append(h.fitted, fitted{s, *findCard(pid), i + 1})
		}
	}
	h.build()
	return h, nil
}

// check tells whether the module of one slot can be there.
func (h *Hardware) check(name string, modules map[string]string) error {
	at := slices.IndexFunc(h.chassis.slots, func(s slot) bool { return s.name == name })
	if at < 0 {
		return fmt.Errorf("%w: a %s has no slot %q; it has %s", ErrSlot, h.chassis.id, name, strings.Join(h.slotNames(), ", "))
	}
	s, pid := h.chassis.slots[at], modules[name]
	c := findCard(pid)
	if c == nil || !s.bay.takes(c.bay) {
		var fit []string
		for _, m := range cards {
			if s.bay.takes(m.bay) {
				fit = append(fit, m.pid)
			}
		}
		return fmt.Errorf("%w: %q in slot %s of a %s; it takes %s", ErrModule, pid, name, h.chassis.id, strings.Join(fit, ", "))
	}
	if !c.wide {
		return nil
	}
	if at%2 == 0 {
		return fmt.Errorf("%w: %s in slot %s: it is two slots wide and goes into %s", ErrModule, pid, name, h.chassis.slots[at+1].name)
	}
	if left := h.chassis.slots[at-1].name; modules[left] != "" {
		return fmt.Errorf("%w: %s in slot %s covers slot %s, which holds %s", ErrModule, pid, name, left, modules[left])
	}
	return nil
}

func (h *Hardware) slotNames() []string {
	var out []string
	for _, s := range h.chassis.slots {
		out = append(out, s.name)
	}
	return out
}

// build makes the interfaces in the order of the configuration: onboard, by
// slot, and Vlan1 where a card switches (reference cli 4.2).
func (h *Hardware) build() {
	h.add(h.chassis.onboard, "0", "", 0)
	switches := false
	for _, f := range h.fitted {
		h.add(f.card.ports, f.name, f.name, 16*f.index)
		for _, p := range f.card.ports {
			switches = switches || p.kind == SwitchPort
		}
	}
	if switches {
		h.interfaces = append(h.interfaces, h.vlan("Vlan1"))
	}
	for i, intf := range h.interfaces {
		h.order[intf.Name] = i
	}
}

// add appends ports named unit/0, unit/1, ... Their addresses count from base.
func (h *Hardware) add(groups []ports, unit, slot string, base int) {
	n := 0
	for _, g := range groups {
		kbit, usec := speed(g.family)
		for p := range g.count {
			h.interfaces = append(h.interfaces, Interface{
				Name: fmt.Sprintf("%s%s/%d", g.family, unit, p), Kind: g.kind, Hardware: g.hardware,
				MAC:           address(h.seed, byte(base+n)),
				BandwidthKbit: kbit, DelayUsec: usec, MTU: 1500,
				Media: g.media, Slot: slot, Untouched: g.untouched,
			})
			n++
		}
	}
}

// vlan is the layer 3 side of a VLAN (hardware text of a public capture).
func (h *Hardware) vlan(name string) Interface {
	return Interface{
		Name: name, Kind: VLAN, Hardware: "EtherSVI", MAC: address(h.seed, vlanPort),
		BandwidthKbit: 100000, DelayUsec: 100, MTU: 1500, Untouched: addressOnly,
	}
}

// Interfaces returns what exists before any configuration, in the order of
// show running-config.
func (h *Hardware) Interfaces() []Interface { return slices.Clone(h.interfaces) }

// Interface returns the interface with that full name: one that exists, or one
// that configuration can create (Loopback, Tunnel, Null, Vlan, a sub-interface
// of a port). ok is false for a name this router cannot have. Bandwidth,
// delay and MTU of virtual interfaces are from memory.
func (h *Hardware) Interface(name string) (i Interface, ok bool) {
	if at, ok := h.order[name]; ok {
		return h.interfaces[at], true
	}
	t, number, known := split(name)
	if !known || t.number(number) != nil {
		return Interface{}, false
	}
	if port, _, dotted := strings.Cut(name, "."); dotted {
		i, ok = h.Interface(port)
		if !ok || i.Kind != Routed && i.Kind != ServiceModule {
			return Interface{}, false
		}
		i.Name, i.Kind, i.Media, i.Untouched = name, SubInterface, "", subInterface
		return i, true
	}
	i = Interface{Name: name, Kind: Virtual, Hardware: t.Name, MTU: 1514, Untouched: addressOnly}
	switch t.Name {
	case "Vlan":
		if _, switches := h.order["Vlan1"]; !switches {
			return Interface{}, false
		}
		return h.vlan(name), true
	case "Loopback":
		i.BandwidthKbit, i.DelayUsec = 8000000, 5000
	case "Tunnel":
		i.BandwidthKbit, i.DelayUsec = 9, 500000
	case "Null":
		i.BandwidthKbit, i.MTU, i.Untouched = 10000000, 1500, Untouched{}
	default:
		return Interface{}, false
	}
	return i, true
}

// Order returns the place of an interface's block among the others: types that
// configuration creates, hardware in the order of Interfaces, Vlan, the rest.
// Sub-interfaces follow their port.
func (h *Hardware) Order(name string) [4]int {
	t, number, ok := split(name)
	if !ok {
		return [4]int{math.MaxInt}
	}
	port, sub, _ := strings.Cut(name, ".")
	if t.class == classPhysical {
		at, ok := h.order[port]
		if !ok {
			at = math.MaxInt
		}
		n, _ := plain(sub) // "" is the port itself
		return [4]int{classPhysical, at, n}
	}
	n, _ := plain(number) // a name that is none goes first in its type
	rank := slices.IndexFunc(Types, func(o Type) bool { return o.Name == t.Name })
	return [4]int{t.class, rank, n}
}

// Identity returns what show version needs.
func (h *Hardware) Identity() Identity { return h.identity }

// Chassis returns the name the router was built by.
func (h *Hardware) Chassis() string { return h.chassis.id }

// Module returns the part number of the card in a slot, "" when there is none.
func (h *Hardware) Module(slot string) string {
	for _, f := range h.fitted {
		if f.slot.name == slot {
			return f.card.pid
		}
	}
	return ""
}

// HasNetworkModules reports whether a network module slot is occupied.
func (h *Hardware) HasNetworkModules() bool {
	return slices.ContainsFunc(h.fitted, func(f fitted) bool { return f.bay == nm || f.bay == nme })
}

// ClockSlots returns the slots that print "no network-clock-participate slot
// N" when nobody set it.
func (h *Hardware) ClockSlots() []int {
	var out []int
	for _, f := range h.fitted {
		if f.card.clock {
			out = append(out, f.number())
		}
	}
	return out
}

// VoiceCards returns the numbers of the voice-card blocks.
func (h *Hardware) VoiceCards() []int {
	if h.chassis.voice {
		return []int{0}
	}
	return nil
}

// Inventory returns the parts of show inventory.
func (h *Hardware) Inventory() []Part {
	var out []Part
	for i, p := range h.chassis.parts {
		p.Serial = h.identity.Board
		if i > 0 {
			p.Serial = serial("FOC", seed(h.identity.Board, p.Name))
		}
		out = append(out, p)
	}
	for _, f := range h.fitted {
		p := f.card.part
		p.Name = p.Descr + " on " + f.place
		if h.chassis.byPlace {
			p.Name = f.place
		}
		p.PID, p.Serial = f.card.pid, serial("FOC", seed(h.identity.Board, f.name))
		out = append(out, p)
	}
	return out
}

// Counts returns the lines of show version that count interfaces and lines:
// "9 FastEthernet interfaces".
func (h *Hardware) Counts() []string {
	count := map[string]int{}
	for _, i := range h.interfaces {
		if t, _, ok := split(i.Name); ok {
			count[t.Name]++
		}
	}
	tty := 0
	for _, l := range h.Lines() {
		if l.Kind == TTY {
			tty += l.Count
		}
	}
	var out []string
	for _, row := range []struct {
		n    int
		what string
	}{
		{count["FastEthernet"], "FastEthernet interface"}, {count["GigabitEthernet"], "Gigabit Ethernet interface"}, {tty, "terminal line"},
	} {
		switch {
		case row.n == 1:
			out = append(out, "1 "+row.what)
		case row.n > 1:
			out = append(out, fmt.Sprintf("%d %ss", row.n, row.what))
		}
	}
	return out
}
