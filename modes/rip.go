package modes

import (
	"slices"
	"time"

	"tandem/clock"
	"tandem/config"
	"tandem/parser"
	"tandem/rip"
	"tandem/wire"
)

// Routing is access to the routing protocol.
type Routing interface {
	RIP() *rip.Router
	EditRIP(now clock.Time, edit func(c *rip.Config)) error
	EditRIPLink(now clock.Time, name string, edit func(c *rip.LinkConfig)) error
	// ClearRoutes forgets what was learned of some networks, of all for nil,
	// and asks the neighbours again.
	ClearRoutes(now clock.Time, what []wire.Prefix)
}

// Order of the lines of "router rip" (memory).
const (
	rankVersion = iota + 1
	rankValidate
	rankTimers
	rankRedistribute
	rankOffset
	rankPassive
	rankNetwork
	rankNeighbor
	rankPaths
	rankOriginate
	rankMetric
	rankDistance
	rankSummary
)

var routerRIP = Block{
	In: ConfigMode, Syntax: "router rip", Opens: "config-router", Place: always(in(config.SectionRouting, 9)),
	Help: Words{"router": "Enable a routing process", "rip": "Routing Information Protocol (RIP)"},
	Open: func(x *Exec, _ parser.Args) error {
		if x.Device.RIP().Running() {
			return nil
		}
		return x.Device.EditRIP(x.Now, func(c *rip.Config) { *c = rip.Default() })
	},
	Close: func(x *Exec, _ parser.Args) error {
		return x.Device.EditRIP(x.Now, func(c *rip.Config) { *c = rip.Config{} })
	},
	Examples: []string{"router rip"},
}

// ripLeaf fills in what all lines of "router rip" have in common; set gets the
// line's arguments and its value, the default one for no and default.
func ripLeaf[T comparable](l Leaf[T], set func(c *rip.Config, a parser.Args, v T)) Leaf[T] {
	l.In = "config-router"
	l.Apply = func(x *Exec, a parser.Args, v T) error {
		return x.Device.EditRIP(x.Now, func(c *rip.Config) { set(c, a, v) })
	}
	return l
}

// ripSwitch is a line that is on by default.
func ripSwitch(text string, rank int, help Words, set func(c *rip.Config, v bool)) Leaf[bool] {
	return ripLeaf(Leaf[bool]{
		Syntax: text, Help: help, Place: at(rank), Default: true, Parse: given, Print: yesNo(text), Examples: []string{"no " + text},
	}, func(c *rip.Config, _ parser.Args, v bool) { set(c, v) })
}

// ripNumber is a line of one number.
func ripNumber(syntax, name string, rank, standard int, help Words, set func(c *rip.Config, v int), example string) Leaf[int] {
	return ripLeaf(Leaf[int]{
		Syntax: syntax, Help: help, Place: at(rank), Default: standard, Parse: number(name), Examples: []string{example},
	}, func(c *rip.Config, _ parser.Args, v int) { set(c, v) })
}

// ripNetwork is "network": whatever is typed, its classful network is meant.
var ripNetwork = ripLeaf(Leaf[wire.Addr]{
	Syntax: "network <addr:ip>", Place: at(rankNetwork),
	Help: Words{"network": "Enable routing on an IP network", "addr": "Network number"},
	Name: func(a parser.Args) string { return classfulOf(a).String() },
	Parse: func(_ *Exec, a parser.Args) (wire.Addr, error) {
		if n := classfulOf(a); n != 0 && n>>28 < 0xe && !n.IsLoopback() {
			return n, nil
		}
		return 0, CaretError{Arg: "addr"}
	},
	PlaceOf: func(a parser.Args) config.Place { return at(rankNetwork, int(classfulOf(a))) },
	Print: func(_ parser.Args, v wire.Addr) string {
		if v == 0 {
			return ""
		}
		return "network " + v.String()
	},
	Examples: []string{"network 10.0.0.0", "network 192.168.1.0"},
}, func(c *rip.Config, a parser.Args, v wire.Addr) {
	c.Networks = toggled(c.Networks, classfulOf(a), v != 0)
})

func classfulOf(a parser.Args) wire.Addr {
	addr, err := wire.ParseAddr(a.Get("addr"))
	if err != nil {
		return 0
	}
	return rip.Classful(addr).Addr
}

// toggled returns list with v in it or not.
func toggled[T comparable](list []T, v T, present bool) []T {
	list = slices.DeleteFunc(slices.Clone(list), func(o T) bool { return o == v })
	if present {
		list = append(list, v)
	}
	return list
}

var ripVersion = ripNumber("version <release:1-2>", "release", rankVersion, 0,
	Words{"version": "Set routing protocol version", "release": "version"},
	func(c *rip.Config, v int) { c.Version = rip.Versions(v) }, "version 2")

var ripTimers = ripLeaf(Leaf[rip.Timers]{
	Place:  at(rankTimers),
	Syntax: "timers basic <update:1-4294967295> <invalid:1-4294967295> <hold:0-4294967295> <flush:1-4294967295>",
	No:     "timers basic [<update:1-4294967295> <invalid:1-4294967295> <hold:0-4294967295> <flush:1-4294967295>]",
	Help: Words{
		"timers": "Adjust routing timers", "basic": "Basic routing protocol update timers",
		"update": "Interval between updates for RIP", "invalid": "Invalid", "hold": "Holddown", "flush": "Flush",
	},
	Default: rip.DefaultTimers(),
	Parse: func(_ *Exec, a parser.Args) (rip.Timers, error) {
		seconds := func(name string) time.Duration { return time.Duration(a.Int(name)) * time.Second }
		return rip.Timers{Update: seconds("update"), Invalid: seconds("invalid"), HoldDown: seconds("hold"), Flush: seconds("flush")}, nil
	},
	Examples: []string{"timers basic 5 15 0 20"},
}, func(c *rip.Config, _ parser.Args, v rip.Timers) { c.Timers = v })

// ripRedistribute is "redistribute" of one source.
func ripRedistribute(source, help string, rank int, field func(c *rip.Config) *rip.Redistribution) Leaf[rip.Redistribution] {
	return ripLeaf(Leaf[rip.Redistribution]{
		Syntax: "redistribute " + source + " [metric <hops:0-16>]", Place: at(rankRedistribute, rank),
		Help: Words{
			"redistribute": "Redistribute information from another routing protocol", source: help,
			"metric": "Metric for redistributed routes", "hops": "Default metric",
		},
		Parse: func(_ *Exec, a parser.Args) (rip.Redistribution, error) {
			return rip.Redistribution{On: true, Metric: uint8(a.Int("hops"))}, nil
		},
		Examples: []string{"redistribute " + source, "redistribute " + source + " metric 3"},
	}, func(c *rip.Config, _ parser.Args, v rip.Redistribution) { *field(c) = v })
}

// ripOffset is "offset-list" for every route: list 0.
var ripOffset = ripLeaf(Leaf[int]{
	Syntax: "offset-list 0 {in | out} <offset:0-16> [<if:interface>]", Place: at(rankOffset), Keys: []string{"in", "out", "if"},
	Help: Words{
		"offset-list": "Add or subtract offset from RIP metrics", "0": "All networks", "in": "Perform offset on incoming updates",
		"out": "Perform offset on outgoing updates", "offset": "Offset", "if": "Interface to match",
	},
	Default: -1,
	Parse:   number("offset"),
	Print: func(a parser.Args, v int) string {
		if v < 0 {
			return ""
		}
		return a.String()
	},
	Examples: []string{"offset-list 0 out 2", "offset-list 0 in 3 GigabitEthernet0/1"},
}, func(c *rip.Config, a parser.Args, v int) {
	o := rip.Offset{Direction: rip.In, Interface: a.Get("if")}
	if a.Has("out") {
		o.Direction = rip.Out
	}
	c.Offsets = slices.DeleteFunc(c.Offsets, func(old rip.Offset) bool {
		return old.Direction == o.Direction && old.Interface == o.Interface
	})
	if v >= 0 {
		o.Hops = uint8(v)
		c.Offsets = append(c.Offsets, o)
	}
})

// passiveSyntax names the lines about one interface.
const passiveSyntax = "passive-interface <if:interface>"

// passiveDefault is "passive-interface default". It starts from nothing: what
// was said of single interfaces goes.
var passiveDefault = Leaf[bool]{
	In: "config-router", Syntax: "passive-interface default", Place: at(rankPassive), Parse: given,
	Help: Words{
		"passive-interface": "Suppress routing updates on an interface", "default": "Suppress routing updates on all interfaces",
	},
	Apply: func(x *Exec, _ parser.Args, v bool) error {
		for _, e := range x.Node.Entries() {
			if e.Slot.Leaf == passiveSyntax {
				x.Node.Unset(e.Slot)
			}
		}
		return x.Device.EditRIP(x.Now, func(c *rip.Config) { c.PassiveDefault, c.Passive = v, nil })
	},
	Examples: []string{"passive-interface default"},
}

// passiveInterface is "passive-interface" of one interface: a line for those
// that differ from the default, which may be a line with "no".
var passiveInterface = Verb{
	In: "config-router", Syntax: passiveSyntax, Help: Words{"if": "Interface to suppress"},
	Run: func(x *Exec, form parser.Form, a parser.Args) error {
		name := a.Get("if")
		passive := form == parser.Plain
		differs := passive != x.Device.RIP().Config().PassiveDefault
		slot := config.Slot{Leaf: passiveSyntax, Instance: name}
		x.Node.Unset(slot)
		if differs {
			x.Node.Set(config.Entry{Slot: slot, Place: passivePlace(x, name), Value: passive, Lines: line(yesNo("passive-interface "+name)(a, passive))})
		}
		return x.Device.EditRIP(x.Now, func(c *rip.Config) { c.Passive = toggled(c.Passive, name, differs) })
	},
	Examples: []string{"passive-interface GigabitEthernet0/0"},
}

// passivePlace orders interfaces as their blocks are.
func passivePlace(x *Exec, name string) config.Place {
	p := at(rankPassive, 1)
	copy(p.Order[2:], x.Device.InterfaceOrder(name))
	return p
}

var ripNeighbor = ripLeaf(Leaf[bool]{
	Syntax: "neighbor <addr:ip>", Keys: []string{"addr"}, Place: at(rankNeighbor),
	Help: Words{"neighbor": "Specify a neighbor router", "addr": "Neighbor address"},
	Parse: func(_ *Exec, a parser.Args) (bool, error) {
		addr, err := wire.ParseAddr(a.Get("addr"))
		if err != nil || addr == 0 || addr >= 0xe0000000 {
			return false, CaretError{Arg: "addr"}
		}
		return true, nil
	},
	Examples: []string{"neighbor 192.168.1.2"},
}, func(c *rip.Config, a parser.Args, v bool) {
	if addr, err := wire.ParseAddr(a.Get("addr")); err == nil {
		c.Neighbors = toggled(c.Neighbors, addr, v)
	}
})

var ripOriginate = ripLeaf(Leaf[bool]{
	Syntax: "default-information originate", Place: at(rankOriginate), Parse: given,
	Help: Words{
		"default-information": "Control distribution of default information", "originate": "Distribute a default route",
	},
	Examples: []string{"default-information originate"},
}, func(c *rip.Config, _ parser.Args, v bool) { c.Originate = v })

// splitHorizon is the only choice that IOS gives: all or nothing.
var splitHorizon = Leaf[bool]{
	In: "config-if", Syntax: "ip split-horizon", Place: at(rankIPOptions, 9), Default: true, Parse: given,
	Help: Words{"split-horizon": "Perform split horizon"}, Print: yesNo("ip split-horizon"),
	Apply: func(x *Exec, _ parser.Args, v bool) error {
		return x.Device.EditRIPLink(x.Now, interfaceName(x), func(c *rip.LinkConfig) {
			c.Horizon = rip.NoHorizon
			if v {
				c.Horizon = rip.SplitHorizon
			}
		})
	},
	Examples: []string{"no ip split-horizon"},
}

// ripVersions is "ip rip send|receive version".
func ripVersions(direction, help string, rank int, set func(c *rip.LinkConfig, v rip.Versions)) Leaf[rip.Versions] {
	return Leaf[rip.Versions]{
		In: "config-if", Syntax: "ip rip " + direction + " version {1 [2@both] | 2}", No: "ip rip " + direction + " version [1 [2@both] | 2]",
		Place: at(rankIPOptions, rank), Help: Words{
			"rip": "Router Information Protocol", direction: help, "version": "version control",
			"1": "RIP version 1", "2": "RIP version 2", "both": "RIP version 2",
		},
		Parse: func(_ *Exec, a parser.Args) (rip.Versions, error) {
			var v rip.Versions
			if a.Has("1") {
				v |= rip.Version1
			}
			if a.Has("2") || a.Has("both") {
				v |= rip.Version2
			}
			return v, nil
		},
		Apply: func(x *Exec, _ parser.Args, v rip.Versions) error {
			return x.Device.EditRIPLink(x.Now, interfaceName(x), func(c *rip.LinkConfig) { set(c, v) })
		},
		Examples: []string{"ip rip " + direction + " version 2", "ip rip " + direction + " version 1 2"},
	}
}

func ripLines() []Declaration {
	return []Declaration{
		routerRIP, ripNetwork, ripVersion, ripTimers, ripOffset, passiveDefault, passiveInterface, ripNeighbor, ripOriginate,
		ripSwitch("validate-update-source", rankValidate, Words{"validate-update-source": "Perform sanity checks against source address of routing updates"},
			func(c *rip.Config, v bool) { c.AnySource = !v }),
		ripSwitch("auto-summary", rankSummary, Words{"auto-summary": "Enable automatic network number summarization"},
			func(c *rip.Config, v bool) { c.AutoSummary = v }),
		ripRedistribute("connected", "Connected", 1, func(c *rip.Config) *rip.Redistribution { return &c.Connected }),
		ripRedistribute("static", "Static routes", 2, func(c *rip.Config) *rip.Redistribution { return &c.Static }),
		ripNumber("default-metric <hops:1-16>", "hops", rankMetric, 0, Words{"default-metric": "Set metric of redistributed routes", "hops": "Default metric"},
			func(c *rip.Config, v int) { c.DefaultMetric = uint8(v) }, "default-metric 3"),
		ripNumber("distance <weight:1-255>", "weight", rankDistance, rip.DefaultDistance,
			Words{"distance": "Define an administrative distance", "weight": "Administrative distance"},
			func(c *rip.Config, v int) { c.Distance = uint8(v) }, "distance 100"),
		ripNumber("maximum-paths <paths:1-16>", "paths", rankPaths, 4, Words{"maximum-paths": "Forward packets over multiple paths", "paths": "Number of paths"},
			func(c *rip.Config, v int) { c.MaximumPaths = v }, "maximum-paths 2"),
		splitHorizon,
		ripVersions("send", "advertisement transmission", 10, func(c *rip.LinkConfig, v rip.Versions) { c.Send = v }),
		ripVersions("receive", "advertisement reception", 11, func(c *rip.LinkConfig, v rip.Versions) { c.Receive = v }),
	}
}
