package modes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tandem/forward"
	"tandem/hsrp"
	"tandem/parser"
	"tandem/wire"
)

// showNetworkCommands are the views of addresses, routes and sockets beyond the
// everyday ones.
func showNetworkCommands() []Declaration {
	return []Declaration{
		Command{Syntax: "show ip interface brief <if:interface>", Piped: true, Run: showIPBrief, Help: Words{"if": "Interface number"}},
		Command{Syntax: "show ip route summary", Piped: true, Run: showRouteSummary, Help: Words{"summary": "Summary of all routes"}},
		Command{Syntax: "show ip static route", Piped: true, Run: showStaticRoutes, Help: Words{
			"static": "IP static entries", "route": "Static route entries",
		}},
		Command{Syntax: "show protocols [<if:interface>]", Piped: true, Run: showProtocols, Help: Words{
			"protocols": "Active network routing protocols", "if": "Interface number",
		}},
		Command{Syntax: "show ip cef [<address:ip> [detail]]", Piped: true, Run: showCEF, Help: Words{
			"cef": "Cisco Express Forwarding", "address": "Prefix to display", "detail": "Detailed display",
		}},
		Command{Syntax: "show ip sockets", Piped: true, Run: showSockets, Help: Words{"sockets": "Open IP sockets"}},
		Command{Syntax: "show ip access-lists interface <if:interface> [in | out]", Piped: true, Run: showAppliedLists, Help: Words{
			"interface": "List IP access lists of an interface", "if": "Interface number",
			"in": "Inbound access list", "out": "Outbound access list",
		}},
	}
}

// Bytes that a route and its overhead take in the summary (sample
// show_ip_route_summary_12.x).
const (
	routeOverhead = 72
	routeMemory   = 136
	majorMemory   = 1156
)

// showRouteSummary follows sample show_ip_route_summary_12.x.
func showRouteSummary(x *Exec, _ parser.Args) {
	type row struct{ networks, subnets int }
	sources := []forward.Source{forward.Connected, forward.Static}
	if x.Device.RIP().Running() {
		sources = append(sources, forward.RIP)
	}
	rows, majors := map[forward.Source]*row{}, map[wire.Prefix]bool{}
	for _, source := range sources {
		rows[source] = new(row)
	}
	for _, r := range x.Device.Plane().Routes() {
		of := rows[r.Source]
		if of == nil {
			continue
		}
		if major := classful(r.Prefix); major == r.Prefix {
			of.networks++
		} else {
			of.subnets++
			majors[major] = true
		}
	}
	x.Print("IP routing table name is Default-IP-Routing-Table(0)\nIP routing table maximum-paths is 16\n" +
		"Route Source    Networks    Subnets     Overhead    Memory (bytes)\n")
	var total row
	for _, source := range sources {
		r, name := rows[source], routeSource[source]
		n := r.networks + r.subnets
		x.Printf("%-16s%-12d%-12d%-12d%d\n", name, r.networks, r.subnets, n*routeOverhead, n*routeMemory)
		total.networks += r.networks
		total.subnets += r.subnets
	}
	n := total.networks + total.subnets
	x.Printf("%-16s%-36d%d\n", "internal", len(majors), len(majors)*majorMemory)
	x.Printf("%-16s%-12d%-12d%-12d%d\n", "Total", total.networks+len(majors), total.subnets, n*routeOverhead,
		n*routeMemory+len(majors)*majorMemory)
}

// staticCodes is the legend of sample show_ip_static_route, without the sources
// that this router lacks.
const staticCodes = `Codes: M - Manual static, A - AAA download, N - IP NAT, D - DHCP,
       G - GPRS, V - Crypto VPN, C - CASA, P - Channel interface processor,
       B - BootP, S - Service selection gateway
       DN - Default Network, T - Tracking object
       L - TL1, E - OER
Codes in []: A - active, N - non-active, P - permanent

`

// showStaticRoutes lists every configured route and whether it is in use.
func showStaticRoutes(x *Exec, _ parser.Args) {
	x.Print(staticCodes + "Static local RIB for default\n\n")
	active := x.Device.Plane().Routes()
	var last wire.Prefix
	listed := false
	for _, e := range x.Device.Config().Root.Entries() {
		r, ok := e.Value.(forward.Route)
		if !ok {
			continue
		}
		state := "N"
		if slices.ContainsFunc(active, func(i forward.Installed) bool { return i.Route == r }) {
			state = "A"
		}
		var way []string
		if r.Interface != forward.NoInterface {
			way = append(way, interfaceAt(x, r.Interface))
		}
		if r.NextHop != 0 {
			way = append(way, r.NextHop.String())
		}
		head := fmt.Sprintf("M  %s", r.Prefix)
		if listed && r.Prefix == last {
			head = fmt.Sprintf("%-*s", len(head), "M")
		}
		last, listed = r.Prefix, true
		x.Printf("%s [%d/0] via %s [%s]\n", head, r.Distance, strings.Join(way, " "), state)
	}
}

func showProtocols(x *Exec, a parser.Args) {
	if !a.Has("if") {
		x.Print("Global values:\n  Internet Protocol routing is enabled\n")
	}
	for _, i := range wanted(x, a) {
		line, protocol := status(i)
		x.Printf("%s is %s, line protocol is %s\n", i.Name, line, protocol)
		if i.Primary.Addr != 0 {
			x.Printf("  Internet address is %s\n", i.Primary)
		}
	}
}

// cefRow is one line of show ip cef.
type cefRow struct {
	prefix    wire.Prefix
	hop, link string
}

// cefRows are the prefixes that every router has, those of its interfaces and
// its neighbours, and its routes (reference firewall 6.6).
func cefRows(x *Exec) []cefRow {
	rows := map[wire.Prefix]cefRow{}
	add := func(p wire.Prefix, hop, link string) {
		if _, known := rows[p]; !known {
			rows[p] = cefRow{p, hop, link}
		}
	}
	receive := func(a wire.Addr, link string) { add(wire.Prefix{Addr: a, Bits: 32}, "receive", link) }
	for _, i := range x.Device.Interfaces() {
		for _, p := range append([]wire.Prefix{i.Primary}, i.Secondary...) {
			if p.Addr == 0 || !i.AdminUp || !i.LineUp {
				continue
			}
			receive(p.Addr, "")
			if p.Bits < 31 {
				receive(p.Network().Addr, "")
				receive(p.DirectedBroadcast(), "")
			}
		}
	}
	for _, r := range x.Device.Plane().Routes() {
		switch {
		case strings.HasPrefix(interfaceAt(x, r.Out), "Null"):
			add(r.Prefix, "attached", interfaceAt(x, r.Out))
		case r.NextHop == 0:
			add(r.Prefix, "attached", interfaceAt(x, r.Out))
		default:
			add(r.Prefix, r.NextHop.String(), interfaceAt(x, r.Out))
		}
	}
	for _, e := range x.Device.Plane().ARPTable(x.Now) {
		if !e.Own && !e.Incomplete {
			add(wire.Prefix{Addr: e.Addr, Bits: 32}, e.Addr.String(), interfaceAt(x, e.Interface))
		}
		if e.Own {
			receive(e.Addr, "")
		}
	}
	add(wire.Prefix{}, "no route", "")
	receive(0, "")
	add(wire.Prefix{Addr: 0xe0000000, Bits: 4}, "drop", "")
	add(wire.Prefix{Addr: 0xe0000000, Bits: 24}, "receive", "")
	add(wire.Prefix{Addr: 0xf0000000, Bits: 4}, "drop", "")
	receive(0xffffffff, "")
	out := make([]cefRow, 0, len(rows))
	for _, r := range rows {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b cefRow) int {
		return cmp.Or(cmp.Compare(a.prefix.Addr, b.prefix.Addr), cmp.Compare(a.prefix.Bits, b.prefix.Bits))
	})
	return out
}

func showCEF(x *Exec, a parser.Args) {
	rows := cefRows(x)
	if a.Has("address") {
		want := wire.MustAddr(a.Get("address"))
		rows = slices.DeleteFunc(rows, func(r cefRow) bool { return !r.prefix.Contains(want) })
		best := slices.MaxFunc(rows, func(a, b cefRow) int { return cmp.Compare(a.prefix.Bits, b.prefix.Bits) })
		rows = []cefRow{best}
	}
	x.Print("Prefix               Next Hop             Interface\n")
	for _, r := range rows {
		x.Print(strings.TrimRight(fmt.Sprintf("%-20s %-20s %s", r.prefix, r.hop, r.link), " ") + "\n")
	}
}

// showSockets lists what this router listens on: HSRP, RIP, SNMP and the association
// (columns of sample show_ip_sockets).
func showSockets(x *Exec, _ parser.Args) {
	x.Print("Proto        Remote      Port      Local       Port  In Out  Stat TTY OutputIF\n")
	row := func(proto int, remote string, rport int, local string, lport int) {
		x.Printf("%3d %15s %8d %-15s %5d   0   0     0   0 \n", proto, remote, rport, local, lport)
	}
	if slices.ContainsFunc(x.Device.Standby().Status(x.Now), func(g hsrp.GroupStatus) bool { return g.State != hsrp.Disabled }) {
		row(int(wire.ProtoUDP), "0.0.0.0", 0, "--any--", hsrpPort)
	}
	if x.Device.RIP().Running() {
		row(int(wire.ProtoUDP), "0.0.0.0", 0, "--any--", wire.RIPPort)
	}
	if SNMPOf(x.Device.Config()).Running() {
		row(int(wire.ProtoUDP), "0.0.0.0", 0, "--any--", snmpPort)
	}
	if c := x.Device.IPC().Config(); c.Running && c.SCTP && len(c.LocalIP) > 0 && len(c.RemoteIP) > 0 {
		row(int(wire.ProtoSCTP), c.RemoteIP[0].String(), int(c.RemotePort), c.LocalIP[0].String(), int(c.LocalPort))
	}
}

// Where HSRP (reference ha 1.1) and the SNMP agent (RFC 3417) listen.
const (
	hsrpPort = 1985
	snmpPort = 161
)

// showAppliedLists is show ip access-lists of one interface.
func showAppliedLists(x *Exec, a parser.Args) {
	filter := x.Device.Filter(a.Get("if"))
	for _, way := range []struct{ word, suffix, list string }{{"in", " in", filter.AccessIn}, {"out", " out", filter.AccessOut}} {
		if way.list == "" || (a.Has("in") || a.Has("out")) && !a.Has(way.word) {
			continue
		}
		for _, l := range x.Device.Firewall().Filters() {
			if l.List().Name != way.list {
				continue
			}
			for n, text := range l.Show() {
				if n == 0 {
					text += way.suffix
				}
				x.Print(text + "\n")
			}
		}
	}
}

// arpShown reports whether an entry is among those that the words of show arp
// ask for.
func arpShown(x *Exec, a parser.Args, e forward.ARPEntry) bool {
	switch {
	case a.Has("address"):
		return e.Addr.String() == a.Get("address")
	case a.Has("if"):
		return interfaceAt(x, e.Interface) == a.Get("if")
	}
	return true
}
