package modes

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tandem/config"
	"tandem/parser"
	"tandem/wire"
)

// mostAddresses is how many addresses a host may have.
const mostAddresses = 8

// hostEntry is "ip host": a name without a name server.
type hostEntry struct {
	port      int                      // telnet, 0 is the usual one
	addresses [mostAddresses]wire.Addr // in the order typed; 0 for none
}

// ipHost takes up to eight addresses.
var ipHost = Leaf[hostEntry]{
	In: ConfigMode, Syntax: "ip host <name:word> [<port:0-65535>] <address:ip>" + moreAddresses(mostAddresses-1),
	No: "ip host <name:word> [<port:0-65535>] [<address:ip>" + moreAddresses(mostAddresses-1) + "]", Keys: []string{"name"},
	Help: hostHelp(Words{
		"ip": "Global IP configuration subcommands", "host": "Add an entry to the ip hostname table", "name": "Name of host",
		"port": "Default telnet port number", "address": "Host IP address",
	}),
	PlaceOf: func(a parser.Args) config.Place {
		p := in(config.SectionInspect, 3)
		p.Text = a.Get("name")
		return p
	},
	Parse: func(_ *Exec, a parser.Args) (h hostEntry, err error) {
		if a.Has("port") {
			h.port = a.Int("port")
		}
		n := 0
		for _, arg := range a {
			if addr, err := wire.ParseAddr(arg.Value); err == nil && strings.HasPrefix(arg.Name, "address") {
				h.addresses[n] = addr
				n++
			}
		}
		return h, nil
	},
	Print: func(a parser.Args, h hostEntry) string {
		text := "ip host " + a.Get("name")
		if h.port != 0 {
			text += " " + itoa(h.port)
		}
		for _, addr := range h.list() {
			text += " " + addr.String()
		}
		return text
	},
	Apply:    kept[hostEntry],
	Examples: []string{"ip host pc 10.0.0.100", "ip host gateway 2001 10.0.0.1 211.0.0.1"},
}

// moreAddresses is the grammar of n further addresses.
func moreAddresses(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " [<address%d:ip>", i+2)
	}
	return b.String() + strings.Repeat("]", n)
}

func hostHelp(w Words) Words {
	for i := range mostAddresses - 1 {
		w["address"+strconv.Itoa(i+2)] = "Host IP address"
	}
	return w
}

func (h hostEntry) list() []wire.Addr {
	n := slices.Index(h.addresses[:], 0)
	if n < 0 {
		n = mostAddresses
	}
	return h.addresses[:n]
}

// nameServer is one of the kept lines: the emulated router asks nobody.
func nameServer() Leaf[string] {
	l := keptLine(ConfigMode, "ip name-server <address:ip>", Words{
		"name-server": "Specify address of name server to use", "address": "Domain server IP address",
	}, in(config.SectionInspect, 4), "ip name-server 10.0.0.53")
	l.Keys = []string{"address"}
	return l
}

func hostLines() []Declaration {
	return []Declaration{
		ipHost,
		Command{Syntax: "show hosts", Piped: true, Run: showHosts, Help: Words{"hosts": "IP domain-name, lookup style, nameservers, and host table"}},
	}
}

// resolve reads an address or a name of the host table.
func resolve(t *config.Tree, name string) (wire.Addr, bool) {
	if addr, err := wire.ParseAddr(name); err == nil {
		return addr, true
	}
	for _, e := range t.Root.Entries() {
		if h, ok := e.Value.(hostEntry); ok && strings.EqualFold(e.Slot.Instance, name) {
			return h.addresses[0], true
		}
	}
	return 0, false
}

// telnetPortOf is the port that the host table has for a name, or telnet's.
func telnetPortOf(t *config.Tree, name string) uint16 {
	for _, e := range t.Root.Entries() {
		if h, ok := e.Value.(hostEntry); ok && h.port != 0 && strings.EqualFold(e.Slot.Instance, name) {
			return uint16(h.port)
		}
	}
	return telnetPort
}

// unresolved answers a name that nobody knows, where a host is wanted.
func unresolved(x *Exec, name string) {
	if x.Device.NameLookup() {
		x.Print("Translating " + strconv.Quote(name) + "...domain server (255.255.255.255)\n")
	}
	x.Print("% Unrecognized host or address, or protocol not running.\n\n")
}

func showHosts(x *Exec, _ parser.Args) {
	domain, style, servers := "Default domain is not set", "domain service", []string{}
	type host struct {
		name string
		hostEntry
	}
	var hosts []host
	for _, e := range x.Device.Config().Root.Entries() {
		switch {
		case e.Slot.Leaf == nameServer().Syntax:
			servers = append(servers, e.Slot.Instance)
		case e.Slot.Leaf == ipHost.Syntax:
			hosts = append(hosts, host{e.Slot.Instance, e.Value.(hostEntry)})
		}
	}
	if name := DomainOf(x.Device.Config()); name != "" {
		domain = "Default domain is " + name
	}
	if !x.Device.NameLookup() {
		style = "static mappings"
	}
	if len(servers) == 0 {
		servers = []string{wire.Addr(0xffffffff).String()}
	}
	x.Printf("%s\nName/address lookup uses %s\nName servers are %s\n\n", domain, style, strings.Join(servers, ", "))
	x.Print("Codes: UN - unknown, EX - expired, OK - OK, ?? - revalidate\n" +
		"       temp - temporary, perm - permanent\n       NA - Not Applicable None - Not defined\n\n" +
		"Host                      Port  Flags      Age Type   Address(es)\n")
	slices.SortFunc(hosts, func(a, b host) int { return cmp.Compare(a.name, b.name) })
	for _, h := range hosts {
		port := "None"
		if h.port != 0 {
			port = itoa(h.port)
		}
		for n, addr := range h.list() {
			if n == 0 {
				x.Printf("%-25s %-5s (perm, OK)  0   IP       %s\n", h.name, port, addr)
				continue
			}
			x.Printf("%56s%s\n", "", addr)
		}
	}
}
