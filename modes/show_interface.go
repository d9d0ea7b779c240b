package modes

import (
	"strings"

	"tandem/forward"
	"tandem/parser"
	"tandem/platform"
	"tandem/wire"
)

// showInterfaceCommands are the tables of show interfaces.
func showInterfaceCommands() []Declaration {
	return []Declaration{
		Command{Syntax: "show interfaces <if:interface> description", Piped: true, Run: showDescriptions, Help: Words{
			"description": "Show interface description",
		}},
		Command{Syntax: "show interfaces [<if:interface>] accounting", Piped: true, Run: showAccounting, Help: Words{
			"accounting": "Show interface accounting",
		}},
		Command{Syntax: "show interfaces [<if:interface>] switching", Piped: true, Run: showSwitching, Help: Words{
			"switching": "Show interface switching",
		}},
		Command{Syntax: "show interfaces <if:interface> trunk", Piped: true, Run: showTrunk, Help: Words{
			"trunk": "Show interface trunk information",
		}},
		Command{Syntax: "show interfaces [<if:interface>] capabilities", Piped: true, Run: showCapabilities, Help: Words{
			"capabilities": "Show interface capabilities information",
		}},
		Command{Syntax: "show interfaces [<if:interface>] stats", Piped: true, Run: showStats, Help: Words{
			"stats": "Show interface packets & octets, in & out, by switching path",
		}},
		Command{Syntax: "show interfaces [<if:interface>] status", Piped: true, Run: showStatus, Help: Words{"status": "Show interface line status"}},
		Command{Syntax: "show interfaces [<if:interface>] summary", Piped: true, Run: showSummary, Help: Words{"summary": "Show interface summary"}},
		Command{Syntax: "show interfaces [<if:interface>] counters", Piped: true, Run: showCounters, Help: Words{"counters": "Show interface counters"}},
	}
}

// wanted returns the interfaces that a command names, or all.
func wanted(x *Exec, a parser.Args) []forward.Interface {
	if a.Has("if") {
		return []forward.Interface{x.Device.Interface(a.Get("if"))}
	}
	return x.Device.Interfaces()
}

// showStatus lists the ports of switch modules, which are the ones it knows.
func showStatus(x *Exec, a parser.Args) {
	x.Print("\nPort      Name               Status       Vlan       Duplex  Speed Type\n")
	for _, i := range wanted(x, a) {
		hw, _ := x.Device.Hardware().Interface(i.Name)
		if hw.Kind != platform.SwitchPort {
			continue
		}
		state := "notconnect"
		switch {
		case !i.AdminUp:
			state = "disabled"
		case i.LineUp:
			state = "connected"
		}
		x.Printf("%-9s %-18.18s %-12s %-10s %6s %6s %s\n", short(i.Name), descriptionOf(x, i.Name), state, "1", "auto", "auto", switchPortType)
	}
}

// showSummary has the layout of 12.4 as remembered.
func showSummary(x *Exec, a parser.Args) {
	x.Print("\n *: interface is up\n" +
		" IHQ: pkts in input hold queue     IQD: pkts dropped from input queue\n" +
		" OHQ: pkts in output hold queue    OQD: pkts dropped from output queue\n" +
		" RXBS: rx rate (bits/sec)          RXPS: rx rate (pkts/sec)\n" +
		" TXBS: tx rate (bits/sec)          TXPS: tx rate (pkts/sec)\n TRTL: throttle count\n\n" +
		"  Interface              IHQ   IQD  OHQ   OQD  RXBS RXPS  TXBS TXPS TRTL\n" + strings.Repeat("-", 72) + "\n")
	for _, i := range wanted(x, a) {
		index, _ := x.Device.InterfaceIndex(i.Name)
		c, s := x.Device.Plane().Counters(index), x.Device.InterfaceState(i.Name)
		up := " "
		if i.AdminUp && i.LineUp {
			up = "*"
		}
		x.Printf("%s %-21s %5d %5d %4d %5d %5d %4d %5d %4d %4d\n", up, i.Name, 0, c.Drops[wire.QueueFull], 0, c.OutDrops,
			s.InputBits, s.InputPackets, s.OutputBits, s.OutputPackets, 0)
	}
}

// showCounters is the table that switch modules bring.
func showCounters(x *Exec, a parser.Args) {
	list := wanted(x, a)
	table := func(head string, row func(c forward.Counters) [4]uint64) {
		x.Print("\n" + head + "\n")
		for _, i := range list {
			index, _ := x.Device.InterfaceIndex(i.Name)
			v := row(x.Device.Plane().Counters(index))
			x.Printf("%-10s %15d %15d %15d %15d\n", short(i.Name), v[0], v[1], v[2], v[3])
		}
	}
	table("Port              InOctets     InUcastPkts     InMcastPkts     InBcastPkts", func(c forward.Counters) [4]uint64 {
		return [4]uint64{c.InBytes, c.InPackets - c.InMulticasts - c.InBroadcasts, c.InMulticasts, c.InBroadcasts}
	})
	table("Port             OutOctets         OutPkts        OutDrops         InDrops", func(c forward.Counters) [4]uint64 {
		return [4]uint64{c.OutBytes, c.OutPackets, c.OutDrops, c.Dropped()}
	})
}
