package modes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tandem/clock"
	"tandem/forward"
	"tandem/parser"
	"tandem/platform"
	"tandem/rip"
	"tandem/syslog"
	"tandem/wire"
)

func showIPCommands() []Declaration {
	return []Declaration{
		Command{Syntax: "show ip interface brief", Piped: true, Run: showIPBrief, Help: Words{
			"ip": "IP information", "interface": "IP interface status and configuration",
			"brief": "Brief summary of IP status and configuration",
		}},
		Command{Syntax: "show ip interface [<if:interface>]", Piped: true, Run: showIPInterface, Help: Words{"if": "Interface number"}},
		Command{Syntax: "show ip route [<prefix:ip> [<mask:ip> [longer-prefixes]] | connected | static | rip]", Piped: true, Run: showIPRoute, Help: Words{
			"route": "IP routing table", "prefix": "Network to display information about",
			"mask": "Network mask", "longer-prefixes": "Show route matching the specified Network/Mask pair only",
			"connected": "Connected", "static": "Static routes", "rip": "Routing Information Protocol (RIP)",
		}},
		Command{Syntax: "show arp [<address:ip> | <if:interface>]", Piped: true, Run: showARP, Help: Words{
			"arp": "ARP table", "address": "IP address of ARP entry", "if": "Interface number",
		}},
		Command{Syntax: "show ip arp [<address:ip> | <if:interface>]", Piped: true, Run: showARP, Help: Words{
			"arp": "IP ARP table", "address": "IP address of ARP entry", "if": "Interface number",
		}},
		Command{Syntax: "show access-lists [<list:word>]", Piped: true, Run: showAccessLists, Help: Words{
			"access-lists": "List access lists", "list": "ACL name or number",
		}},
		Command{Syntax: "show ip access-lists [<list:word>]", Piped: true, Run: showAccessLists, Help: Words{
			"access-lists": "List IP access lists", "list": "Access list name or number",
		}},
		Command{Syntax: "show ip traffic", Piped: true, Run: showIPTraffic, Help: Words{"traffic": "IP protocol statistics"}},
	}
}

// status returns the words for an interface and its line protocol.
func status(i forward.Interface) (line, protocol string) {
	switch {
	case !i.AdminUp:
		return "administratively down", "down"
	case i.LineUp:
		return "up", "up"
	}
	return "down", "down"
}

func ownAddress(i forward.Interface, none string) string {
	if i.Primary.Addr == 0 {
		return none
	}
	return i.Primary.Addr.String()
}

// showIPBrief has its columns at 0, 27, 43, 47, 54 and 76 (reference firewall
// 6.3).
func showIPBrief(x *Exec, a parser.Args) {
	x.Print("Interface                  IP-Address      OK? Method Status                Protocol\n")
	for _, i := range wanted(x, a) {
		line, protocol := status(i)
		method := "unset"
		if i.Primary.Addr != 0 {
			method = x.Device.InterfaceState(i.Name).Method
		}
		x.Printf("%-26s %-15s YES %-6s %-21s %-8s\n", i.Name, ownAddress(i, "unassigned"), method, line, protocol)
	}
}

func showIPInterface(x *Exec, a parser.Args) {
	for _, i := range wanted(x, a) {
		x.Print(ipInterface(x, i))
	}
}

// ipInterface is one interface in the 12.4 layout (sample
// show_ip_interface_12.4); what this router lacks is printed as switched off.
func ipInterface(x *Exec, i forward.Interface) string {
	var b strings.Builder
	put := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line, protocol := status(i)
	put("%s is %s, line protocol is %s", i.Name, line, protocol)
	if i.Primary.Addr == 0 {
		put("  Internet protocol processing disabled")
		return b.String()
	}
	put("  Internet address is %s", i.Primary)
	put("  Broadcast address is 255.255.255.255")
	put("  Address determined by %s", map[bool]string{true: "non-volatile memory", false: "setup command"}[x.Device.InterfaceState(i.Name).Method == "NVRAM"])
	put("  MTU is %d bytes", i.MTU)
	put("  Helper address is not set")
	put("  Directed broadcast forwarding is disabled")
	for _, s := range i.Secondary {
		put("  Secondary address %s", s)
	}
	if groups := x.Device.MulticastGroups(i.Name); len(groups) > 0 {
		list := make([]string, len(groups))
		for n, g := range groups {
			list[n] = g.String()
		}
		put("  Multicast reserved groups joined: %s", strings.Join(list, " "))
	}
	filter := x.Device.Filter(i.Name)
	put("  Outgoing access list is %s", orNotSet(filter.AccessOut))
	put("  Inbound  access list is %s", orNotSet(filter.AccessIn))
	put("  Proxy ARP is %s", enabled(i.ProxyARP))
	put("  Local Proxy ARP is disabled")
	put("  Security level is default")
	put("  Split horizon is %s", enabled(x.Device.RIP().LinkConfig(i.Name).Horizon == rip.SplitHorizon))
	put("  ICMP redirects are %s sent", map[bool]string{true: "always", false: "never"}[i.Redirects])
	put("  ICMP unreachables are %s sent", map[bool]string{true: "always", false: "never"}[i.Unreachables])
	put("  ICMP mask replies are never sent")
	put("  IP fast switching is enabled")
	put("  IP fast switching on the same interface is disabled")
	put("  IP Flow switching is disabled")
	put("  IP CEF switching is enabled")
	put("  IP CEF Fast switching turbo vector")
	put("  IP multicast fast switching is enabled")
	put("  IP multicast distributed fast switching is disabled")
	put("  IP route-cache flags are Fast, CEF")
	put("  Router Discovery is disabled")
	put("  IP output packet accounting is disabled")
	put("  IP access violation accounting is disabled")
	put("  TCP/IP header compression is disabled")
	put("  RTP/IP header compression is disabled")
	put("  Policy routing is disabled")
	put("  Network address translation is disabled")
	put("  BGP Policy Mapping is disabled")
	put("  WCCP Redirect outbound is disabled")
	put("  WCCP Redirect inbound is disabled")
	put("  WCCP Redirect exclude is disabled")
	if filter.InspectIn.Rule != "" {
		put("  Inbound inspection rule is %s", filter.InspectIn.Rule)
	}
	if filter.InspectOut.Rule != "" {
		put("  Outgoing inspection rule is %s", filter.InspectOut.Rule)
	}
	return b.String()
}

func orNotSet(s string) string {
	if s == "" {
		return "not set"
	}
	return s
}

func enabled(on bool) string {
	if on {
		return "enabled"
	}
	return "disabled"
}

// routeCodes is the legend of 12.4 (reference firewall 6.2).
const routeCodes = `Codes: C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area 
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       o - ODR, P - periodic downloaded static route

`

var routeCode = map[forward.Source]string{forward.Connected: "C", forward.Static: "S", forward.RIP: "R"}

// routeSource names the sources of routes in full.
var routeSource = map[forward.Source]string{forward.Connected: "connected", forward.Static: "static", forward.RIP: "rip"}

func showIPRoute(x *Exec, a parser.Args) {
	var under wire.Prefix
	if a.Has("mask") {
		bits, ok := wire.BitsOf(wire.MustAddr(a.Get("mask")))
		if !ok {
			x.Print("% Inconsistent address and mask\n")
			return
		}
		under = wire.Prefix{Addr: wire.MustAddr(a.Get("prefix")), Bits: bits}
	}
	if a.Has("prefix") && !a.Has("longer-prefixes") {
		showIPRoutePrefix(x, wire.MustAddr(a.Get("prefix")), under)
		return
	}
	x.Print(routeCodes)
	routes := x.Device.Plane().Routes()
	gateway := "not set"
	for _, r := range routes {
		if r.Prefix.Bits == 0 {
			gateway = "0.0.0.0"
			if r.Gateway != 0 {
				gateway = r.Gateway.String()
			}
			gateway += " to network 0.0.0.0"
			break
		}
	}
	x.Printf("Gateway of last resort is %s\n\n", gateway)
	only := func(r forward.Installed) bool {
		return a.Has("connected") && r.Source != forward.Connected || a.Has("static") && r.Source != forward.Static ||
			a.Has("rip") && r.Source != forward.RIP || r.Prefix.Bits < under.Bits || !under.Contains(r.Prefix.Addr)
	}
	routes = slices.DeleteFunc(routes, only)
	// 12.4 lists the default route last (reference firewall 6.2)
	slices.SortStableFunc(routes, func(a, b forward.Installed) int {
		return cmp.Compare(isDefault(a.Prefix), isDefault(b.Prefix))
	})
	for len(routes) > 0 {
		major := classful(routes[0].Prefix)
		n := 1
		for n < len(routes) && routes[n].Prefix.Bits != 0 && classful(routes[n].Prefix) == major {
			n++
		}
		x.Print(routeGroup(x, major, routes[:n]))
		routes = routes[n:]
	}
}

func isDefault(p wire.Prefix) int {
	if p.Bits == 0 {
		return 1
	}
	return 0
}

// classful returns the class A, B or C network of a prefix; a supernet and the
// default route stand for themselves.
func classful(p wire.Prefix) wire.Prefix {
	bits := uint8(24)
	switch {
	case p.Addr>>31 == 0:
		bits = 8
	case p.Addr>>30 == 2:
		bits = 16
	}
	if p.Bits < bits {
		return p
	}
	return wire.Prefix{Addr: p.Addr & wire.MaskOf(bits), Bits: bits}
}

// routeGroup prints the routes of one major network.
func routeGroup(x *Exec, major wire.Prefix, routes []forward.Installed) string {
	var b strings.Builder
	masks, subnets := map[uint8]bool{}, map[wire.Prefix]bool{}
	for _, r := range routes {
		masks[r.Prefix.Bits], subnets[r.Prefix] = true, true
	}
	flat := len(masks) == 1 && masks[major.Bits]
	switch {
	case flat:
	case len(masks) == 1:
		fmt.Fprintf(&b, "     %s/%d is subnetted, %d subnets\n", major.Addr, routes[0].Prefix.Bits, len(subnets))
	default:
		fmt.Fprintf(&b, "     %s is variably subnetted, %d subnets, %d masks\n", major, len(subnets), len(masks))
	}
	var last wire.Prefix
	for n, r := range routes {
		code := routeCode[r.Source]
		if r.Prefix.Bits == 0 {
			code += "*"
		}
		name := r.Prefix.String()
		if !flat && len(masks) == 1 {
			name = r.Prefix.Addr.String()
		}
		head := fmt.Sprintf("%-5s", code)
		if !flat {
			head = fmt.Sprintf("%-8s", code)
		}
		head += name
		if n > 0 && r.Prefix == last {
			head = strings.Repeat(" ", len(head))
		}
		last = r.Prefix
		fmt.Fprintf(&b, "%s%s\n", head, routeWay(x, r))
	}
	return b.String()
}

// routeWay is the part of a route's line behind the prefix.
func routeWay(x *Exec, r forward.Installed) string {
	metric := fmt.Sprintf(" [%d/%d]", r.Distance, r.Metric)
	switch {
	case r.NextHop == 0:
		return " is directly connected, " + interfaceAt(x, r.Out)
	case r.Source == forward.RIP:
		return fmt.Sprintf("%s via %s, %s, %s", metric, r.NextHop, ripAge(x, r), interfaceAt(x, r.Out))
	case r.Interface != forward.NoInterface:
		return fmt.Sprintf("%s via %s, %s", metric, r.NextHop, interfaceAt(x, r.Interface))
	}
	return fmt.Sprintf("%s via %s", metric, r.NextHop)
}

func interfaceAt(x *Exec, index int) string { return x.Device.InterfaceName(index) }

// showIPRoutePrefix follows sample show_ip_route_prefix. exact is the prefix
// that must be in the table; a zero one takes the best.
func showIPRoutePrefix(x *Exec, a wire.Addr, exact wire.Prefix) {
	paths := x.Device.Plane().Lookup(a)
	if len(paths) == 0 || exact.Bits > 0 && paths[0].Prefix != exact.Network() {
		x.Print("% Network not in table\n")
		return
	}
	r := paths[0]
	x.Printf("Routing entry for %s\n", r.Prefix)
	known := routeSource[r.Source]
	x.Printf("  Known via %q, distance %d, metric %d", known, r.Distance, r.Metric)
	if r.Source == forward.Connected {
		x.Print(" (connected, via interface)")
	}
	if r.Prefix.Bits == 0 {
		x.Print(", candidate default path")
	}
	x.Print("\n" + ripSource(x, r) + "  Routing Descriptor Blocks:\n")
	for n, p := range paths {
		mark := "  "
		if n == 0 {
			mark = "* "
		}
		switch {
		case p.NextHop == 0:
			x.Printf("  %sdirectly connected, via %s\n", mark, interfaceAt(x, p.Out))
		case p.Source == forward.RIP:
			x.Printf("  %s%s, from %s, %s ago, via %s\n", mark, p.NextHop, ripFrom(x, p), ripAge(x, p), interfaceAt(x, p.Out))
		default:
			x.Printf("  %s%s\n", mark, p.NextHop)
		}
		x.Printf("      Route metric is %d, traffic share count is 1\n", p.Metric)
	}
}

// showARP follows sample show_arp.
func showARP(x *Exec, a parser.Args) {
	x.Print("Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n")
	for _, e := range x.Device.Plane().ARPTable(x.Now) {
		if !arpShown(x, a, e) {
			continue
		}
		age, mac, name := itoa(int(e.Age/time.Minute)), e.MAC.String(), interfaceAt(x, e.Interface)
		if e.Own {
			age = "-"
		}
		if e.Incomplete {
			age, mac, name = "0", "Incomplete", ""
		}
		x.Print(strings.TrimRight(fmt.Sprintf("Internet  %-15s %9s   %-14s  ARPA   %s", e.Addr, age, mac, name), " ") + "\n")
	}
}

func showAccessLists(x *Exec, a parser.Args) {
	for _, l := range x.Device.Firewall().Filters() {
		if a.Has("list") && l.List().Name != a.Get("list") {
			continue
		}
		for _, text := range l.Show() {
			x.Print(text + "\n")
		}
	}
}

// since prints how long ago something was, or "never".
func since(now, then clock.Time) string {
	if then == 0 {
		return "never"
	}
	return syslog.Age(now.Sub(then))
}

// short is the name of an interface in tables.
func short(name string) string { return platform.ShortName(name) }
