package modes

import (
	"fmt"
	"strings"
	"time"

	"tandem/parser"
	"tandem/redundancy"
	"tandem/syslog"
)

func showRedundancyCommands() []Declaration {
	words := Words{
		"redundancy": "Redundancy Facility (RF) information", "states": "RF states", "inter-device": "Inter-device redundancy state",
		"history": "RF history", "clients": "RF client list", "counters": "RF operational counters",
		"switchover": "Switchover information", "shistory": "Switchover history",
	}
	show := func(form string, run func(x *Exec, a parser.Args)) Command {
		help := Words{"redundancy": words["redundancy"]}
		for _, w := range strings.Fields(strings.NewReplacer("@shistory", "").Replace(form)) {
			if w == "history" && strings.HasPrefix(form, "switchover") {
				help["history"] = words["shistory"]
				continue
			}
			help[w] = words[w]
		}
		return Command{Syntax: strings.TrimSpace("show redundancy " + form), Piped: true, Run: run, Help: help}
	}
	return []Declaration{
		show("", showRedundancy), show("states", showRedundancyStates), show("inter-device", showInterDevice), show("history", showRedundancyHistory),
		show("clients", showRedundancyClients), show("counters", showRedundancyCounters),
		show("switchover history", showSwitchovers),
		Command{
			Syntax: "redundancy force-switchover", Privilege: 15, Help: Words{
				"redundancy": "Redundancy Facility (RF) exec commands", "force-switchover": "Force switchover to the standby unit",
			},
			Run: forceSwitchover,
		},
	}
}

// forceSwitchover asks about unsaved lines first, as reload does.
func forceSwitchover(x *Exec, _ parser.Args) {
	confirm := func(x *Exec) {
		x.Confirm("This will reload the active unit and force switchover to standby[confirm]", func(x *Exec) {
			if err := x.Device.ForceSwitchover(x.Now); err != nil {
				x.Print(refusal(err) + "\n")
			}
		})
	}
	if !x.Device.Unsaved() || !x.Device.Redundancy().MaySwitch() {
		confirm(x)
		return
	}
	x.Print("\n")
	askSave(x, confirm)
}

// showRedundancyStates is the two-router form of reference ha 3.5.
func showRedundancyStates(x *Exec, _ parser.Args) {
	s := x.Device.Redundancy().States()
	mode := "Simplex"
	if s.Duplex {
		mode = "Duplex"
	}
	communications := "Up"
	if !s.CommunicationsUp {
		communications = "Down      Reason: " + s.DownReason
	}
	x.Printf("       my state = %-2d -%s \n     peer state = %-2d -%s \n", s.My, s.My, s.Peer, s.Peer)
	x.Printf("           Mode = %s\n        Unit ID = %d\n\n", mode, s.UnitID)
	x.Printf("     Maintenance Mode = Disabled\n    Manual Swact = %s\n Communications = %s\n\n", s.ManualSwact, communications)
	x.Printf("   client count = %d\n client_notification_TMR = %d milliseconds\n", s.Clients, s.Notification/time.Millisecond)
	x.Printf("          keep_alive TMR = %d milliseconds\n        keep_alive count = %d \n    keep_alive threshold = %d \n",
		s.Keepalive/time.Millisecond, s.KeepaliveCount, s.KeepaliveThreshold)
	x.Print("           RF debug mask = 0x0   \n")
}

// showInterDevice has the layout remembered in reference ha 3.5.
func showInterDevice(x *Exec, _ parser.Args) {
	d := x.Device.Redundancy().InterDevice()
	x.Printf("Redundancy inter-device state: %s\n", d.State)
	if d.Scheme == "" {
		x.Print("  Scheme: <NOT CONFIGURED>\n")
	} else {
		x.Printf("  Scheme: Standby\n      Groupname: %s Group State: %s\n", d.Scheme, d.Group)
	}
	switch {
	case d.IsPending && d.Pending == "":
		x.Print("  Pending Scheme: <NOT CONFIGURED> (Will not take effect until next reload)\n")
	case d.IsPending:
		x.Print("  Pending Scheme: Standby (Will not take effect until next reload)\n")
		x.Printf("      Pending Groupname: %s\n", d.Pending)
	}
	security := "Not configured"
	if d.Security != "" {
		security = "IPsec profile " + d.Security
	}
	x.Printf("  Peer present: %s\n  Security: %s\n", d.PeerPresent, security)
}

func showRedundancyHistory(x *Exec, _ parser.Args) {
	for _, e := range x.Device.Redundancy().History() {
		x.Printf("%s %s\n", syslog.Age(e.At.Sub(x.Device.Calendar().Boot())), e)
	}
}

func showRedundancyClients(x *Exec, _ parser.Args) {
	for _, c := range x.Device.Redundancy().Clients() {
		x.Printf(" clientID = %-8d clientSeq = %-8d %s\n", c.ID, c.Sequence, c.Name)
	}
}

func showRedundancyCounters(x *Exec, _ parser.Args) {
	c := x.Device.Redundancy().Counters()
	x.Print("Redundancy Facility OMs\n")
	type row struct {
		name string
		n    uint64
	}
	rows := []row{
		{"comm link up", c.LinkUp},
		{"comm link down down", c.LinkDown},
		{"invalid client tx", c.InvalidSends},
		{"tx failures", c.SendFailures},
		{"buffers tx", c.Sent},
		{"buffers rx", c.Received},
		{"malformed rx", c.Malformed()},
		{"stale rx", c.Stale},
		{"duplicate rx", c.Duplicates},
		{"standby failures", c.StandbyFailures},
		{"switchovers", c.Switchovers},
		{"incomplete takeovers", c.Incomplete},
		{"messages not logged", c.Unlogged},
	}
	for fault, n := range c.Faulty {
		if n > 0 {
			rows = append(rows, row{redundancy.Fault(fault).String() + " rx", n})
		}
	}
	for _, row := range rows {
		x.Printf("%24s = %d\n", row.name, row.n)
	}
}

func showSwitchovers(x *Exec, _ parser.Args) {
	x.Print("Index  Previous  Current  Switchover             Switchover\n" +
		"       active    active   reason                 time\n" +
		"-----  --------  -------  ----------             ----------\n")
	for n, s := range x.Device.Redundancy().Switchovers() {
		x.Printf("%4d   %5d    %5d     %-22s %s\n", n+1, s.Previous, s.Current, reasonText(s.Reason),
			x.Device.Calendar().Date(s.At).Format("15:04:05 MST Mon Jan 2 2006"))
	}
}

func reasonText(r redundancy.Reason) string { return fmt.Sprint(r) }
