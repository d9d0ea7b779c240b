package modes

import (
	"maps"
	"slices"
	"strings"

	"tandem/config"
	"tandem/parser"
	"tandem/wire"
)

// Order of the lines about SNMP in their section.
const (
	rankCommunity = iota + 60
	rankTrapSource
	rankLocation
	rankContact
	rankChassis
	rankTraps
	rankTrapHost
)

// TrapPort is where trap hosts listen (RFC 3417).
const TrapPort = 162

// community is "snmp-server community": who may read. Nobody can write here;
// RW is kept as it is typed.
type community struct {
	write bool
	list  string // standard access list of who may ask, "" for anybody
}

var snmpCommunity = Leaf[community]{
	In: ConfigMode, Syntax: "snmp-server community <name:word> [ro | rw] [<number:1-99> | <list:word>]",
	No: "snmp-server community <name:word> [ro | rw] [<number:1-99> | <list:word>]", Keys: []string{"name"},
	Help: Words{
		"snmp-server": "Modify SNMP engine parameters", "community": "Enable SNMP; set community string and access privs", "name": "SNMP community string",
		"ro": "Read-only access with this community string", "rw": "Read-write access with this community string",
		"number": "Std IP accesslist allowing access with this community string", "list": "Access-list name",
	},
	PlaceOf: func(a parser.Args) config.Place {
		p := in(config.SectionManagement, rankCommunity)
		p.Text = a.Get("name")
		return p
	},
	Parse: func(_ *Exec, a parser.Args) (community, error) {
		c := community{write: a.Has("rw"), list: a.Get("list")}
		if a.Has("number") {
			c.list = a.Get("number")
		}
		return c, nil
	},
	// the zero value is a community too: absence is told by the tree
	Default: community{list: " "},
	Print: func(a parser.Args, c community) string {
		text := "snmp-server community " + a.Get("name") + " RO"
		if c.write {
			text = "snmp-server community " + a.Get("name") + " RW"
		}
		if c.list != "" {
			text += " " + c.list
		}
		return text
	},
	Apply:    kept[community],
	Examples: []string{"snmp-server community public RO", "snmp-server community lab RW 10", "snmp-server community other RO managers"},
}

// snmpText is "snmp-server location" and its kin.
func snmpText(name, help string, rank int) Leaf[string] {
	return Leaf[string]{
		In: ConfigMode, Syntax: "snmp-server " + name + " <text:line>", No: "snmp-server " + name + " [<text:line>]",
		Place: in(config.SectionManagement, rank), Parse: word("text"), Apply: kept[string],
		Help:     Words{name: help, "text": "Text"},
		Print:    func(_ parser.Args, v string) string { return "snmp-server " + name + " " + v },
		Examples: []string{"snmp-server " + name + " rack 7, left"},
	}
}

var (
	snmpLocation = snmpText("location", "Text for mib object sysLocation", rankLocation)
	snmpContact  = snmpText("contact", "Text for mib object sysContact", rankContact)
	snmpChassis  = snmpText("chassis-id", "String to uniquely identify this chassis", rankChassis)
)

var snmpTrapSource = Leaf[string]{
	In: ConfigMode, Syntax: "snmp-server trap-source <if:interface>", No: "snmp-server trap-source [<if:interface>]",
	Place: in(config.SectionManagement, rankTrapSource), Parse: word("if"), Apply: kept[string],
	Help:     Words{"trap-source": "Assign an interface for the source address of all traps", "if": "Interface number"},
	Print:    func(_ parser.Args, v string) string { return "snmp-server trap-source " + v },
	Examples: []string{"snmp-server trap-source GigabitEthernet0/0"},
}

// Trap is one kind of notification as configuration lines name it.
type Trap string

// The kinds of notification.
const (
	TrapHSRP           Trap = "hsrp"
	TrapRF             Trap = "rf"
	TrapSNMP           Trap = "snmp" // stands for the five below where hosts choose
	TrapAuthentication Trap = "authentication"
	TrapLinkDown       Trap = "linkdown"
	TrapLinkUp         Trap = "linkup"
	TrapColdStart      Trap = "coldstart"
	TrapWarmStart      Trap = "warmstart" // never sent: this router starts cold
)

// snmpTraps are the five of "snmp-server enable traps snmp", in the order of
// the listing.
var snmpTraps = []Trap{TrapAuthentication, TrapLinkDown, TrapLinkUp, TrapColdStart, TrapWarmStart}

// trapsIn lists those of a set that a line names.
func trapsIn(a parser.Args, set []Trap) string {
	var words []string
	for _, t := range set {
		if a.Has(string(t)) {
			words = append(words, string(t))
		}
	}
	return strings.Join(words, " ")
}

var snmpEnableStandard = Leaf[string]{
	In: ConfigMode, Syntax: "snmp-server enable traps snmp {authentication | linkdown | linkup | coldstart | warmstart}*", Place: in(config.SectionManagement, rankTraps, 1),
	Help: Words{
		"enable": "Enable SNMP Traps", "traps": "Enable SNMP Traps", "snmp": "Enable SNMP traps", "authentication": "Enable authentication trap",
		"linkdown": "Enable linkDown trap", "linkup": "Enable linkUp trap", "coldstart": "Enable coldStart trap", "warmstart": "Enable warmStart trap",
	},
	Parse: func(_ *Exec, a parser.Args) (string, error) {
		if words := trapsIn(a, snmpTraps); words != "" {
			return words, nil
		}
		return allStandardTraps(), nil
	},
	Print: func(_ parser.Args, v string) string { return "snmp-server enable traps snmp " + v },
	Apply: kept[string], Examples: []string{"snmp-server enable traps snmp linkdown linkup"},
}

func allStandardTraps() string {
	words := make([]string, len(snmpTraps))
	for i, t := range snmpTraps {
		words[i] = string(t)
	}
	return strings.Join(words, " ")
}

// snmpEnable is "snmp-server enable traps hsrp" and "... rf".
func snmpEnable(t Trap, help string, rank int) Leaf[bool] {
	line := "snmp-server enable traps " + string(t)
	return Leaf[bool]{
		In: ConfigMode, Syntax: line, Place: in(config.SectionManagement, rankTraps, rank), Parse: given,
		Help: Words{string(t): help}, Apply: kept[bool], Examples: []string{line},
	}
}

var (
	snmpEnableHSRP = snmpEnable(TrapHSRP, "Enable SNMP HSRP traps", 2)
	snmpEnableRF   = snmpEnable(TrapRF, "Enable all SNMP traps defined in CISCO-RF-MIB", 3)
)

// snmpEnableAll is the line without a kind: it stands for one line a kind.
var snmpEnableAll = Verb{
	In: ConfigMode, Syntax: "snmp-server enable traps", No: "snmp-server enable traps", Help: Words{},
	Run: func(x *Exec, form parser.Form, _ parser.Args) error {
		all, on := allStandardTraps(), form == parser.Plain
		if !on {
			all = ""
		}
		snmpEnableStandard.store(x.Node, config.Slot{Leaf: snmpEnableStandard.Syntax}, nil, all)
		for _, l := range []Leaf[bool]{snmpEnableHSRP, snmpEnableRF} {
			x.Node.Unset(config.Slot{Leaf: l.Syntax})
			if on {
				x.Node.Set(config.Entry{Slot: config.Slot{Leaf: l.Syntax}, Place: l.Place, Value: true, Lines: line(l.Syntax)})
			}
		}
		return nil
	},
}

// trapHost is "snmp-server host".
type trapHost struct {
	newer bool // SNMPv2c
	port  int
	kinds string // "" for every kind
}

var snmpHost = Leaf[trapHost]{
	In: ConfigMode,
	Syntax: "snmp-server host <address:ip> [traps] [version {1 | 2c}] <string:word> [udp-port <port:1-65535>] " +
		"{hsrp | rf | snmp}*",
	No: "snmp-server host <address:ip> [traps] [version {1 | 2c}] <string:word> [udp-port <port:1-65535>] {hsrp | rf | snmp}*", Keys: []string{"address", "string"},
	Help: Words{
		"host": "Specify hosts to receive SNMP notifications", "address": "IP address of SNMP notification host", "traps": "Send Trap messages to this host", "version": "SNMP version to use for notification messages",
		"1": "Use SNMPv1", "2c": "Use SNMPv2c", "string": "SNMPv1/v2c community string", "udp-port": "The notification host's UDP port number (default port 162)",
		"port": "UDP port number", "hsrp": "Allow SNMP HSRP traps", "rf": "Allow all SNMP traps defined in CISCO-RF-MIB", "snmp": "Allow SNMP-type notifications",
	},
	PlaceOf: func(a parser.Args) config.Place {
		p := in(config.SectionManagement, rankTrapHost)
		p.Text = a.Get("address") + " " + a.Get("string")
		return p
	},
	Parse: func(_ *Exec, a parser.Args) (trapHost, error) {
		h := trapHost{newer: a.Has("2c"), port: TrapPort, kinds: trapsIn(a, []Trap{TrapSNMP, TrapHSRP, TrapRF})}
		if a.Has("port") {
			h.port = a.Int("port")
		}
		return h, nil
	},
	Print: func(a parser.Args, h trapHost) string {
		text := "snmp-server host " + a.Get("address") + " "
		if h.newer {
			text += "version 2c "
		}
		text += a.Get("string")
		if h.port != TrapPort {
			text += " udp-port " + itoa(h.port)
		}
		if h.kinds != "" {
			text += "  " + h.kinds
		}
		return text
	},
	Apply:    kept[trapHost],
	Examples: []string{"snmp-server host 10.0.0.100 public", "snmp-server host 10.0.0.100 version 2c traps udp-port 1162  hsrp rf"},
}

// snmpNone is "no snmp-server": everything about the agent goes.
var snmpNone = Verb{
	In: ConfigMode, Syntax: "snmp-server", No: "snmp-server", Help: Words{},
	Run: func(x *Exec, form parser.Form, _ parser.Args) error {
		if form == parser.Plain {
			return errIncomplete
		}
		for _, e := range x.Node.Entries() {
			if strings.HasPrefix(e.Slot.Leaf, "snmp-server ") {
				x.Node.Unset(e.Slot)
			}
		}
		return nil
	},
}

func snmpLines() []Declaration {
	return []Declaration{
		snmpCommunity, snmpLocation, snmpContact, snmpChassis, snmpTrapSource,
		snmpNone, snmpEnableAll, snmpEnableStandard, snmpEnableHSRP, snmpEnableRF, snmpHost,
		Command{Syntax: "show snmp", Piped: true, Run: showSNMP, Help: Words{"snmp": "snmp statistics"}},
		Command{Syntax: "show snmp {location | contact | chassis}", Piped: true, Run: showSNMPText, Help: Words{
			"location": "show snmp location", "contact": "show snmp contact", "chassis": "show snmp chassis",
		}},
		Command{Syntax: "show snmp community", Piped: true, Privilege: 15, Run: showCommunities, Help: Words{"community": "show snmp communities"}},
		Command{Syntax: "show snmp host", Piped: true, Privilege: 15, Run: showTrapHosts, Help: Words{"host": "show snmp hosts"}},
		Command{
			Syntax: "show snmp user", Piped: true, Run: func(*Exec, parser.Args) {}, // SNMPv3 has users, and is not here
			Help: Words{"user": "show snmp users"},
		},
	}
}

// SNMP is what the configuration says about the agent.
type SNMP struct {
	Location, Contact, Chassis string
	TrapSource                 string // interface, "" for the way out
	Hosts                      []TrapHost
	communities                map[string]community
	enabled                    map[Trap]bool
}

// TrapHost is one host that gets traps.
type TrapHost struct {
	Addr      wire.Addr
	Port      uint16 // UDP
	Community string
	Old       bool // SNMPv1
	kinds     string
}

// SNMPOf reads the configuration of the agent.
func SNMPOf(t *config.Tree) SNMP {
	s := SNMP{
		Location: snmpLocation.Value(t.Root), Contact: snmpContact.Value(t.Root), Chassis: snmpChassis.Value(t.Root),
		TrapSource: snmpTrapSource.Value(t.Root), communities: map[string]community{}, enabled: map[Trap]bool{
			TrapHSRP: snmpEnableHSRP.Value(t.Root), TrapRF: snmpEnableRF.Value(t.Root),
		},
	}
	for _, kind := range strings.Fields(snmpEnableStandard.Value(t.Root)) {
		s.enabled[Trap(kind)] = true
	}
	for _, e := range t.Root.Entries() {
		switch v := e.Value.(type) {
		case community:
			s.communities[e.Slot.Instance] = v
		case trapHost:
			host, name, _ := strings.Cut(e.Slot.Instance, " ")
			s.Hosts = append(s.Hosts, TrapHost{Addr: wire.MustAddr(host), Port: uint16(v.port), Community: name, Old: !v.newer, kinds: v.kinds})
		}
	}
	return s
}

// Communities lists the names in alphabetical order.
func (s SNMP) Communities() []string { return slices.Sorted(maps.Keys(s.communities)) }

// Running reports whether there is an agent at all.
func (s SNMP) Running() bool { return len(s.communities) > 0 || len(s.Hosts) > 0 }

// Reads reports whether a community may read, and the access list that those
// who ask must pass, "" without one.
func (s SNMP) Reads(name string) (list string, ok bool) {
	c, ok := s.communities[name]
	return c.list, ok
}

// Enabled reports whether a kind of notification is sent at all.
func (s SNMP) Enabled(t Trap) bool { return s.enabled[t] }

// Sends reports whether a host gets a kind of notification.
func (s SNMP) Sends(h TrapHost, t Trap) bool {
	kind := t
	if slices.Contains(snmpTraps, t) {
		kind = TrapSNMP
	}
	return s.enabled[t] && (h.kinds == "" || slices.Contains(strings.Fields(h.kinds), string(kind)))
}
