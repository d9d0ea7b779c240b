package modes

import (
	"tandem/parser"
)

// showSNMP has the layout of 12.4 as remembered.
func showSNMP(x *Exec, _ parser.Args) {
	s := SNMPOf(x.Device.Config())
	if !s.Running() {
		x.Print("%SNMP agent not enabled\n")
		return
	}
	x.Printf("Chassis: %s\n", chassisOf(x, s))
	if s.Contact != "" {
		x.Printf("Contact: %s\n", s.Contact)
	}
	if s.Location != "" {
		x.Printf("Location: %s\n", s.Location)
	}
	c := x.Device.SNMPCounters()
	x.Printf("%d SNMP packets input\n    %d Bad SNMP version errors\n    %d Unknown community name\n"+
		"    0 Illegal operation for community name supplied\n    %d Encoding errors\n    %d Number of requested variables\n"+
		"    0 Number of altered variables\n    %d Get-request PDUs\n    %d Get-next PDUs\n    %d Set-request PDUs\n",
		c.In, c.BadVersions, c.BadCommunities, c.Malformed, c.Variables, c.Gets, c.Nexts+c.Bulks, c.Sets)
	x.Printf("%d SNMP packets output\n    %d Too big errors (Maximum packet size 1500)\n    0 No such name errors\n    0 Bad values errors\n"+
		"    0 General errors\n    %d Response PDUs\n    %d Trap PDUs\n\n", c.Out+c.Traps, c.TooBig, c.Out, c.Traps)
	if len(s.Hosts) == 0 {
		x.Print("SNMP logging: disabled\n")
		return
	}
	x.Print("SNMP logging: enabled\n")
	for _, h := range s.Hosts {
		x.Printf("    Logging to %s.%d\n", h.Addr, h.Port)
	}
}

func showSNMPText(x *Exec, a parser.Args) {
	s := SNMPOf(x.Device.Config())
	switch {
	case a.Has("location"):
		x.Print(s.Location + "\n")
	case a.Has("contact"):
		x.Print(s.Contact + "\n")
	default:
		x.Print(chassisOf(x, s) + "\n")
	}
}

// chassisOf is the serial number of the board unless one is configured.
func chassisOf(x *Exec, s SNMP) string {
	if s.Chassis != "" {
		return s.Chassis
	}
	return x.Device.Hardware().Identity().Board
}

// showCommunities has the layout of 12.4 as remembered.
func showCommunities(x *Exec, _ parser.Args) {
	s := SNMPOf(x.Device.Config())
	for n, name := range s.Communities() {
		list, _ := s.Reads(name)
		if list != "" {
			list = "\taccess-list: " + list
		}
		x.Printf("\nCommunity name: %s\nCommunity Index: cisco%d\nCommunity SecurityName: %s\nstorage-type: nonvolatile\t active%s\n\n", name, n, name, list)
	}
}

// showTrapHosts has the layout of 12.4 as remembered.
func showTrapHosts(x *Exec, _ parser.Args) {
	for _, h := range SNMPOf(x.Device.Config()).Hosts {
		model := "v2c"
		if h.Old {
			model = "v1"
		}
		x.Printf("Notification host: %s\tudp-port: %d\ttype: trap\nuser: %s\tsecurity model: %s\n\n", h.Addr, h.Port, h.Community, model)
	}
}
