package modes

import (
	"tandem/forward"
	"tandem/parser"
	"tandem/platform"
)

// switchPortType is what the ports of EtherSwitch cards are.
const switchPortType = "10/100BaseTX"

// switchPorts are the wanted ports of EtherSwitch cards.
func switchPorts(x *Exec, a parser.Args) (ports []forward.Interface) {
	for _, i := range wanted(x, a) {
		if hw, ok := x.Device.Hardware().Interface(i.Name); ok && hw.Kind == platform.SwitchPort {
			ports = append(ports, i)
		}
	}
	return ports
}

// showTrunk tells of a port that it is no trunk, as none is: every port is in
// VLAN 1. The tables are those of 12.4 as remembered. Without a port the command
// is refused (sample caret-cases).
func showTrunk(x *Exec, a parser.Args) {
	for _, i := range switchPorts(x, a) {
		name := short(i.Name)
		x.Printf("\nPort      Mode         Encapsulation  Status        Native vlan\n%-9s %-12s %-14s %-13s %d\n", name, "off", "802.1q", "not-trunking", 1)
		forwarding := "none"
		if i.AdminUp && i.LineUp {
			forwarding = "1"
		}
		x.Printf("\nPort      Vlans allowed on trunk\n%-9s 1\n", name)
		x.Printf("\nPort      Vlans allowed and active in management domain\n%-9s 1\n", name)
		x.Printf("\nPort      Vlans in spanning tree forwarding state and not pruned\n%-9s %s\n", name, forwarding)
	}
}

// showCapabilities says what a switch port can do here; the layout is
// remembered.
func showCapabilities(x *Exec, a parser.Args) {
	for _, i := range switchPorts(x, a) {
		hw, _ := x.Device.Hardware().Interface(i.Name)
		x.Print(i.Name + "\n")
		for _, row := range [][2]string{
			{"Model:", x.Device.Hardware().Module(hw.Slot)},
			{"Type:", switchPortType},
			{"Speed:", "10,100,auto"},
			{"Duplex:", "half,full,auto"},
			{"Trunk encap. type:", "none"},
			{"Trunk mode:", "off"},
			{"Channel:", "no"},
		} {
			x.Printf("  %-22s %s\n", row[0], row[1])
		}
		x.Print("\n")
	}
}
