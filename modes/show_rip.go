package modes

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tandem/forward"
	"tandem/parser"
	"tandem/rip"
	"tandem/syslog"
	"tandem/wire"
)

func showRIPCommands() []Declaration {
	return []Declaration{
		Command{Syntax: "show ip protocols", Piped: true, Run: showIPProtocols, Help: Words{
			"protocols": "IP routing protocol process parameters and statistics",
		}},
		Command{Syntax: "show ip rip database [<prefix:ip> <mask:ip>]", Piped: true, Run: showRIPDatabase, Help: Words{
			"rip": "IP RIP show commands", "database": "IPv4 RIP routing database", "prefix": "Network to display information about", "mask": "Network mask",
		}},
		Command{Syntax: "clear ip route {<network:ip> [<mask:ip>] | *}", Privilege: 15, Run: clearIPRoute, Help: Words{
			"route": "Delete route table entries", "network": "Destination network route to delete", "mask": "Network mask", "*": "Delete all routes",
		}},
	}
}

// showIPProtocols has the layout of 12.4 (memory).
func showIPProtocols(x *Exec, _ parser.Args) {
	r := x.Device.RIP()
	if !r.Running() {
		return
	}
	c := r.Config()
	seconds := func(d time.Duration) int { return int(d / time.Second) }
	x.Print("Routing Protocol is \"rip\"\n")
	x.Print("  Outgoing update filter list for all interfaces is not set\n")
	x.Print("  Incoming update filter list for all interfaces is not set\n")
	x.Printf("  Sending updates every %d seconds, next due in %d seconds\n", seconds(c.Timers.Update), seconds(r.NextUpdate(x.Now)))
	x.Printf("  Invalid after %d seconds, hold down %d, flushed after %d\n", seconds(c.Timers.Invalid), seconds(c.Timers.HoldDown), seconds(c.Timers.Flush))
	x.Printf("  Redistributing: %s\n", strings.Join(redistributing(c), ", "))
	if c.DefaultMetric > 0 {
		x.Printf("  Default redistribution metric is %d\n", c.DefaultMetric)
	}
	x.Printf("  Default version control: %s\n", map[rip.Versions]string{
		0: "send version 1, receive any version", rip.Version1: "send version 1, receive version 1",
		rip.Version2: "send version 2, receive version 2",
	}[c.Version])
	showRIPLinks(x, r.Links())
	on := "in effect"
	if !c.AutoSummary {
		on = "not in effect"
	}
	x.Printf("  Automatic network summarization is %s\n  Maximum path: %d\n  Routing for Networks:\n", on, c.MaximumPaths)
	for _, n := range slices.Sorted(slices.Values(c.Networks)) {
		x.Printf("    %s\n", n)
	}
	if passive := passiveNames(x, c); len(passive) > 0 {
		x.Printf("  Passive Interface(s):\n    %s\n", strings.Join(passive, "\n    "))
	}
	x.Print("  Routing Information Sources:\n    Gateway         Distance      Last Update\n")
	for _, s := range r.Sources(x.Now) {
		x.Printf("    %-15s %8d      %s\n", s.Gateway, c.Distance, syslog.Age(s.Age))
	}
	x.Printf("  Distance: (default is %d)\n\n", c.Distance)
}

// redistributing lists the sources of routes, RIP itself included.
func redistributing(c rip.Config) []string {
	var out []string
	if c.Connected.On {
		out = append(out, "connected")
	}
	if c.Static.On {
		out = append(out, "static")
	}
	return append(out, "rip")
}

// showRIPLinks lists the interfaces that speak.
func showRIPLinks(x *Exec, links []rip.LinkStatus) {
	spoken := func(v rip.Versions) string {
		return map[rip.Versions]string{rip.Version1: "1", rip.Version2: "2", rip.Version1 | rip.Version2: "1 2"}[v]
	}
	x.Print("    Interface             Send  Recv  Triggered RIP  Key-chain\n")
	for _, l := range links {
		if !l.Passive {
			x.Printf("    %-21s %-5s %-36s\n", l.Interface, spoken(l.Send), spoken(l.Receive))
		}
	}
}

// passiveNames lists the passive interfaces; with passive-interface default
// that is every one not excepted.
func passiveNames(x *Exec, c rip.Config) []string {
	var out []string
	for _, i := range x.Device.Interfaces() {
		if c.IsPassive(i.Name) {
			out = append(out, i.Name)
		}
	}
	return out
}

// showRIPDatabase lists each classful network in front of what lies in it, as
// IOS does whether it summarizes or not (memory).
func showRIPDatabase(x *Exec, a parser.Args) {
	var last wire.Prefix
	for n, s := range x.Device.RIP().Networks(x.Now) {
		if a.Has("prefix") {
			if s.Prefix.Addr.String() == a.Get("prefix") && s.Prefix.Mask().String() == a.Get("mask") {
				x.Print(ripNetworkText(s))
			}
			continue
		}
		if major := rip.Classful(s.Prefix.Addr); n == 0 || major != last {
			x.Printf("%s    auto-summary\n", major)
			last = major
		}
		x.Print(ripNetworkText(s))
	}
}

func ripNetworkText(s rip.NetworkStatus) string {
	var b strings.Builder
	switch s.Origin {
	case rip.Connected:
		fmt.Fprintf(&b, "%s    directly connected, %s\n", s.Prefix, s.Interface)
	case rip.Redistributed:
		fmt.Fprintf(&b, "%s    redistributed\n    [%d] via 0.0.0.0, \n", s.Prefix, s.Metric)
	case rip.Down:
		fmt.Fprintf(&b, "%s is possibly down\n", s.Prefix)
	default:
		fmt.Fprintf(&b, "%s\n", s.Prefix)
	}
	for _, p := range s.Paths {
		fmt.Fprintf(&b, "    [%d] via %s, %s, %s\n", s.Metric, p.NextHop, syslog.Age(p.Age), p.Interface)
	}
	return b.String()
}

// clearIPRoute forgets learned routes; RIP's are the only ones.
func clearIPRoute(x *Exec, a parser.Args) {
	if !a.Has("network") {
		x.Device.ClearRoutes(x.Now, nil)
		return
	}
	addr, mask := wire.MustAddr(a.Get("network")), wire.Addr(0)
	if a.Has("mask") {
		mask = wire.MustAddr(a.Get("mask"))
	}
	var what []wire.Prefix
	for _, s := range x.Device.RIP().Networks(x.Now) {
		if s.Prefix.Addr == addr && (!a.Has("mask") || s.Prefix.Mask() == mask) {
			what = append(what, s.Prefix)
		}
	}
	if len(what) > 0 {
		x.Device.ClearRoutes(x.Now, what)
	}
}

// ripAge is the age of a RIP route in the routing table.
func ripAge(x *Exec, r forward.Installed) string {
	age, _ := x.Device.RIP().Age(x.Now, r.Prefix, r.NextHop)
	return syslog.Age(age)
}

// ripFrom is the neighbour that announced a RIP route.
func ripFrom(x *Exec, r forward.Installed) wire.Addr {
	for _, s := range x.Device.RIP().Networks(x.Now) {
		for _, p := range s.Paths {
			if s.Prefix == r.Prefix && p.NextHop == r.NextHop {
				return p.From
			}
		}
	}
	return r.NextHop
}

// ripSource is what show ip route PREFIX says only of RIP's routes.
func ripSource(x *Exec, r forward.Installed) string {
	if r.Source != forward.RIP {
		return ""
	}
	return fmt.Sprintf("  Redistributing via rip\n  Last update from %s on %s, %s ago\n", ripFrom(x, r), interfaceAt(x, r.Out), ripAge(x, r))
}

// showRIPIgnored adds what RIP did not listen to to the drops by reason.
func showRIPIgnored(x *Exec) {
	for why, n := range x.Device.RIP().Ignored() {
		if n > 0 {
			x.Printf("  %-24s %d\n", "rip "+rip.Reason(why).String(), n)
		}
	}
}
