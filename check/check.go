package check

import (
	"fmt"
	"slices"
	"strings"

	"tandem/config"
	"tandem/firewall"
	"tandem/wire"
)

// Severity says what a finding means for failover.
type Severity uint8

// The severities.
const (
	Fault Severity = iota // it cannot work
	Doubt                 // it works, but perhaps not as meant
)

// String names s.
func (s Severity) String() string { return [...]string{"fault", "doubt"}[min(s, Doubt)] }

// Finding is one thing that stands in the way.
type Finding struct {
	Severity Severity
	Where    string // "GigabitEthernet0/1", "ipc zone default"
	Text     string // one sentence
}

// String prints a finding on one line.
func (f Finding) String() string { return fmt.Sprintf("%s: %s: %s", f.Severity, f.Where, f.Text) }

// Trees compares two running configurations.
func Trees(a, b *config.Tree) []Finding {
	return Listings(config.Print(a, config.IOS, config.Layout{}), config.Print(b, config.IOS, config.Layout{}))
}

// Listings compares two configurations as show running-config prints them. The
// findings come in the order of the first listing; none means that nothing
// known keeps the pair from failing over.
func Listings(a, b string) []Finding {
	c := comparison{a: read(a), b: read(b)}
	c.schemes()
	c.associations()
	for i := range c.a.interfaces {
		c.interfaces(&c.a.interfaces[i])
	}
	for i := range c.b.interfaces {
		if p := &c.b.interfaces[i]; len(p.groups) > 0 && c.a.port(p.name) == nil {
			c.fault(p.name, "only the second router has this interface, with HSRP group %s", p.groups[0].number)
		}
	}
	c.inspection()
	return c.found
}

// comparison collects what it finds.
type comparison struct {
	a, b  side
	found []Finding
}

func (c *comparison) fault(where, format string, args ...any) {
	c.found = append(c.found, Finding{Fault, where, fmt.Sprintf(format, args...)})
}

func (c *comparison) doubt(where, format string, args ...any) {
	c.found = append(c.found, Finding{Doubt, where, fmt.Sprintf(format, args...)})
}

func (s *side) port(name string) *port {
	for i := range s.interfaces {
		if s.interfaces[i].name == name {
			return &s.interfaces[i]
		}
	}
	return nil
}

// hasGroup reports whether a group of the side has that redundancy name.
func (s *side) hasGroup(name string) bool {
	return slices.ContainsFunc(s.interfaces, func(p port) bool {
		return slices.ContainsFunc(p.groups, func(g group) bool { return g.name == name })
	})
}

const (
	whereScheme = "redundancy inter-device"
	whereZone   = "ipc zone default"
)

func (c *comparison) schemes() {
	switch {
	case c.a.scheme == "" && c.b.scheme == "":
		c.fault(whereScheme, "no scheme on either router: sessions are not replicated")
		return
	case c.a.scheme == "" || c.b.scheme == "":
		c.fault(whereScheme, "a scheme on one router only")
	case c.a.scheme != c.b.scheme:
		c.fault(whereScheme, "scheme %s on the first router, %s on the second", c.a.scheme, c.b.scheme)
	}
	for i, s := range []*side{&c.a, &c.b} {
		if s.scheme != "" && !s.hasGroup(s.scheme) {
			c.fault(whereScheme, "no HSRP group of the %s router is named %s", ordinal(i), s.scheme)
		}
	}
}

func ordinal(i int) string { return [...]string{"first", "second"}[i] }

func (c *comparison) associations() {
	a, b := &c.a.assoc, &c.b.assoc
	for i, s := range []*side{&c.a, &c.b} {
		switch {
		case !s.assoc.defined:
			c.fault(whereZone, "no association on the %s router", ordinal(i))
		case !s.assoc.running:
			c.fault(whereZone, "the association of the %s router is shut", ordinal(i))
		}
		for _, local := range s.assoc.local {
			if !s.owns(local) {
				c.fault(whereZone, "local-ip %s of the %s router is on none of its interfaces", local, ordinal(i))
			}
		}
	}
	if !a.defined || !b.defined {
		return
	}
	for _, m := range []struct {
		what, one, other string
	}{
		{"local-ip of the first router (%s) is not remote-ip of the second (%s)", list(a.local), list(b.remote)},
		{"local-ip of the second router (%s) is not remote-ip of the first (%s)", list(b.local), list(a.remote)},
		{"local-port of the first router (%s) is not remote-port of the second (%s)", a.localPort, b.remotePort},
		{"local-port of the second router (%s) is not remote-port of the first (%s)", b.localPort, a.remotePort},
	} {
		if m.one != m.other {
			c.fault(whereZone, m.what, m.one, m.other)
		}
	}
	if !slices.Equal(a.timers, b.timers) {
		c.doubt(whereZone, "the retransmission settings differ")
	}
}

func list(words []string) string { return strings.Join(words, " ") }

func (s *side) owns(address string) bool {
	return slices.ContainsFunc(s.interfaces, func(p port) bool { return p.address.Addr.String() == address && p.address.Addr != 0 })
}

// interfaces compares an interface of the first router with its namesake.
func (c *comparison) interfaces(a *port) {
	b := c.b.port(a.name)
	switch {
	case len(a.groups) == 0 && (b == nil || len(b.groups) == 0):
		return
	case b == nil || len(b.groups) == 0:
		c.fault(a.name, "HSRP on the first router only")
		return
	case len(a.groups) == 0:
		c.fault(a.name, "HSRP on the second router only")
		return
	}
	switch {
	case a.address.Addr == b.address.Addr:
		c.fault(a.name, "both routers have the address %s", a.address.Addr)
	case a.address.Network() != b.address.Network():
		c.fault(a.name, "%s and %s are in different subnets", a.address.Addr, b.address.Addr)
	}
	if a.version != b.version {
		c.fault(a.name, "HSRP version %s on the first router, %s on the second", a.version, b.version)
	}
	for i, p := range []*port{a, b} {
		if p.shut {
			c.fault(a.name, "the interface of the %s router is shut down", ordinal(i))
		}
	}
	c.hears(&c.a, a, b, 0)
	c.hears(&c.b, b, a, 1)
	c.groups(a, b)
}

// hears checks that the input list of an interface lets the hellos of the
// other router through.
func (c *comparison) hears(s *side, p, peer *port, which int) {
	l := s.lists[p.listIn]
	if l == nil {
		return
	}
	dst := wire.AllRouters
	if p.version == "2" {
		dst = wire.AllHSRPv2
	}
	hello := wire.Packet{Src: peer.address.Addr, Dst: dst, Proto: wire.ProtoUDP, SrcPort: wire.HSRPPort, DstPort: wire.HSRPPort, TTL: wire.HSRPTTL, TOS: wire.HSRPTOS}
	if firewall.NewFilter(*l, nil).Check(&hello) == firewall.Deny {
		c.fault(p.name, "access list %s of the %s router denies HSRP: it never hears the other one and both are Active; "+
			"permit udp any host %s eq %d", p.listIn, ordinal(which), dst, wire.HSRPPort)
	}
}

func (c *comparison) groups(a, b *port) {
	for _, g := range a.groups {
		i := slices.IndexFunc(b.groups, func(o group) bool { return o.number == g.number })
		if i < 0 {
			c.fault(a.name, "group %s is on the first router only", g.number)
			continue
		}
		c.group(a.name+" group "+g.number, a.address, &g, &b.groups[i])
	}
	for _, g := range b.groups {
		if !slices.ContainsFunc(a.groups, func(o group) bool { return o.number == g.number }) {
			c.fault(a.name, "group %s is on the second router only", g.number)
		}
	}
}

// group compares one group on both routers.
func (c *comparison) group(where string, subnet wire.Prefix, a, b *group) {
	for _, m := range []struct{ what, one, other string }{
		{"virtual address", a.vip, b.vip},
		{"redundancy name", a.name, b.name},
		{"authentication", a.authentication, b.authentication},
		{"group to follow", a.follow, b.follow},
	} {
		if m.one != m.other {
			c.fault(where, "the %s is %s on the first router, %s on the second", m.what, orNone(m.one), orNone(m.other))
		}
	}
	c.keys(where, a, b)
	if vip, err := wire.ParseAddr(a.vip); err == nil && !subnet.Contains(vip) {
		c.fault(where, "virtual address %s is in no subnet of the interface", vip)
	}
	if a.timers != b.timers {
		c.doubt(where, "the timers are %s on the first router, %s on the second", orNone(a.timers), orNone(b.timers))
	}
	switch {
	case a.follow != "":
	case a.priority != b.priority && (a.preempt || b.preempt) && (a.tracks || b.tracks):
		c.doubt(where, "priorities %d and %d: the higher router preempts when it returns, and the active one reloads", a.priority, b.priority)
	case a.priority == b.priority && (a.tracks && !b.preempt || b.tracks && !a.preempt):
		c.doubt(where, "a tracked failure moves the group only if the other router has preempt")
	}
}

func orNone(s string) string {
	if s == "" {
		return "not set"
	}
	return s
}

// inspection compares what the firewalls do: a difference leaves the standby
// cold.
func (c *comparison) inspection() {
	if !slices.Equal(c.a.globals, c.b.globals) {
		c.fault("ip inspect", "the inspection differs: %s", difference(c.a.globals, c.b.globals))
	}
	stateful := false
	for i := range c.a.interfaces {
		a := &c.a.interfaces[i]
		b := c.b.port(a.name)
		if b == nil {
			continue
		}
		stateful = stateful || a.scheme != ""
		if !slices.Equal(a.inspect, b.inspect) {
			c.fault(a.name, "the inspection differs: %s", difference(a.inspect, b.inspect))
		}
		for which, p := range []*port{a, b} {
			if s := []*side{&c.a, &c.b}[which]; p.scheme != "" && p.scheme != s.scheme {
				c.fault(a.name, "redundancy stateful %s of the %s router does not name its scheme", p.scheme, ordinal(which))
			}
		}
	}
	if !stateful && c.a.scheme != "" {
		c.fault("ip inspect", "no rule has redundancy stateful: nothing is replicated")
	}
}

// difference names the first line that only one side has.
func difference(a, b []string) string {
	for _, l := range a {
		if !slices.Contains(b, l) {
			return fmt.Sprintf("%q is on the first router only", l)
		}
	}
	for _, l := range b {
		if !slices.Contains(a, l) {
			return fmt.Sprintf("%q is on the second router only", l)
		}
	}
	return "the order of lines"
}
