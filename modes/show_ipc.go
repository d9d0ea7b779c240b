package modes

import (
	"tandem/ipc/sctp"
	"tandem/parser"
)

// No reachable source shows these outputs for a zone with an association: the
// heads of ports, queue and instances are remembered, the rest is ours
// (reference ha 4.5).

func showIPCCommands() []Declaration {
	show := func(what, help string, run func(x *Exec, a parser.Args)) Command {
		return Command{Syntax: "show ipc " + what, Piped: true, Run: run, Help: Words{what: help}}
	}
	return []Declaration{
		show("nodes", "IPC nodes", showIPCNodes), show("ports", "IPC ports", showIPCPorts),
		show("queue", "IPC retransmission queue", showIPCQueue), show("zones", "IPC zones", showIPCZones),
		Command{Syntax: "show ip sctp instances", Piped: true, Run: showSCTPInstances, Help: Words{"instances": "SCTP instances"}},
		Command{Syntax: "show ip sctp statistics", Piped: true, Run: showSCTPOverall, Help: Words{"statistics": "SCTP overall statistics"}},
		Command{
			Syntax: "clear ip sctp statistics", Privilege: 15, Help: Words{"sctp": "Clear SCTP information", "statistics": "Clear SCTP statistics"},
			Run: func(x *Exec, _ parser.Args) { x.Device.IPC().ClearStatistics(x.Now) },
		},
	}
}

// seats are the two ends of the association, the far one as long as it is up.
func seats(x *Exec) int {
	if x.Device.IPC().Up() {
		return 2
	}
	return 1
}

func showIPCNodes(x *Exec, _ parser.Args) {
	c := x.Device.IPC().Counters(x.Now)
	n := seats(x)
	are := "are"
	if n == 1 {
		are = "is"
	}
	x.Printf("There %s %s in this IPC realm.\n   ID    Type       Name                     Sent       Heard\n", are, plural(n, "node"))
	x.Printf("%6d   %-10s %-20s %8d    %8d\n", 1, "Local", x.Device.Hostname(), c.Sent, c.Received)
	if n > 1 {
		x.Printf("%6d   %-10s %-20s %8d    %8d\n", 2, "SCTP", "peer", c.Received, c.Sent)
	}
}

func showIPCPorts(x *Exec, _ parser.Args) {
	x.Printf("There are %s defined.\n\nPort ID   Type       Name\n", plural(len(ipcPorts), "port"))
	for i, name := range ipcPorts {
		x.Printf("%7d   %-10s %s\n", i+1, "Unicast", name)
	}
}

// ipcPorts are what talks over the association.
var ipcPorts = []string{"RF : Default.1", "CF : Default.1"}

func showIPCQueue(x *Exec, _ parser.Args) {
	waiting, queued := 0, 0
	if s, ok := x.Device.IPC().Status(x.Now); ok {
		waiting, queued = s.MessagesQueued, s.Queued
	}
	x.Printf("There are %s waiting for acknowledgement in the transmit queue.\n", plural(waiting, "IPC message"))
	x.Printf("There are %s waiting to be sent.\n", plural(queued, "SCTP chunk"))
}

func showIPCZones(x *Exec, _ parser.Args) {
	c := x.Device.IPC().Config()
	x.Print("IPC zone default\n")
	if c.Association == 0 {
		x.Print("  No association\n")
		return
	}
	x.Printf("  Association %d: %s\n", c.Association, associationState(x))
	if x.Device.IPC().Host() {
		x.Print("    SCTP of the host's kernel\n")
	}
	x.Printf("    Local  port %d, addresses %s\n", c.LocalPort, addressList(c.LocalIP))
	x.Printf("    Remote port %d, addresses %s\n", c.RemotePort, addressList(c.RemoteIP))
}

// associationState is "up", or "down" and why.
func associationState(x *Exec) string {
	z := x.Device.IPC()
	if z.Up() {
		return "up"
	}
	why := z.Held().String()
	if err := z.Trouble(x.Now); err != nil {
		why = err.Error()
	}
	if why != "" {
		return "down (" + why + ")"
	}
	return "down"
}

func showSCTPInstances(x *Exec, _ parser.Args) {
	x.Print("\n*** SCTP Instances ****\n\n")
	c := x.Device.IPC().Config()
	if !c.SCTP || c.LocalPort == 0 {
		return
	}
	state := "unavailable"
	s, ok := x.Device.IPC().Status(x.Now)
	if ok {
		state = "available"
	}
	x.Printf("Instance ID: 0  Local port: %d\nInstance state: %s\nLocal addrs: %s\n", c.LocalPort, state, addressList(c.LocalIP))
	if !ok {
		return
	}
	x.Printf("Default streams inbound: %d  outbound: %d\n Current associations: (max allowed: 1)\n", s.InStreams, s.OutStreams)
	x.Printf(" AssocID: 0  State: %s  Remote port: %d\n  Dest addrs: %s\n", s.State, s.RemotePort, addressList(c.RemoteIP))
}

func showSCTPOverall(x *Exec, _ parser.Args) {
	x.Print("\n*** SCTP Overall Statistics ****\n\n")
	s, _ := x.Device.IPC().Status(x.Now)
	c, _ := x.Device.IPC().Totals(x.Now)
	x.Printf("Control Chunks\n  Sent: %d  Rcvd: %d\n", c.ControlSent, c.ControlRcvd)
	x.Printf("Data Chunks Sent\n  Total: %d  Retransmitted: %d\n  Ordered: %d  Unordered: %d\n  Total Bytes: %d\n",
		c.DataSent, c.DataRetransmitted, c.OrderedSent, c.UnorderedSent, c.BytesSent)
	x.Printf("Data Chunks Rcvd\n  Total: %d  Discarded: %d\n  Ordered: %d  Unordered: %d\n  Total Bytes: %d\n  Out of Seq TSN: %d\n",
		c.DataRcvd, c.DataDiscarded, c.OrderedRcvd, c.UnorderedRcvd, c.BytesRcvd, c.OutOfSequence)
	x.Printf("SCTP Dgrams\n  Sent: %d  Rcvd: %d\nULP Dgrams\n  Sent: %d  Ready: %d  Rcvd: %d\n", c.PacketsSent, c.PacketsRcvd, c.MessagesSent, s.MessagesQueued, c.MessagesRcvd)
	x.Printf("\nAdditional Stats\n  Assocs Currently Estab: %d\n  T3 Expired: %d  Fast retransmits: %d\n  Path MTU lowered: %d\n", established(s), c.T3Expired, c.FastRetransmits, c.MTULowered)
}

func established(s sctp.Status) int {
	if s.Uptime > 0 {
		return 1
	}
	return 0
}
