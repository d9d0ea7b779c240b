package modes

import (
	"fmt"
	"strings"

	"tandem/ipc/sctp"
	"tandem/parser"
	"tandem/wire"
)

// The layouts of this file are those remembered in reference ha 4.5; no
// capture was found.

func showSCTPCommands() []Declaration {
	return []Declaration{
		Command{Syntax: "show ip sctp association list", Piped: true, Run: showSCTPList, Help: Words{
			"sctp": "SCTP information", "association": "SCTP associations", "list": "List of associations",
		}},
		Command{Syntax: "show ip sctp association parameters [<id:0-0>]", Piped: true, Run: showSCTPParameters, Help: Words{
			"parameters": "Parameters of an association", "id": "Association ID",
		}},
		Command{Syntax: "show ip sctp association statistics [<id:0-0>]", Piped: true, Run: showSCTPStatistics, Help: Words{
			"statistics": "Statistics of an association", "id": "Association ID",
		}},
		Command{Syntax: "show ip sctp errors", Piped: true, Run: showSCTPErrors, Help: Words{"errors": "SCTP error statistics"}},
		Command{Syntax: "show ipc status", Piped: true, Run: showIPCStatus, Help: Words{
			"ipc": "Interprocess communications commands", "status": "IPC status",
		}},
	}
}

func addressList(list []wire.Addr) string {
	text := make([]string, len(list))
	for i, a := range list {
		text[i] = a.String()
	}
	return strings.Join(text, " ")
}

func showSCTPList(x *Exec, _ parser.Args) {
	x.Print("\n** SCTP Association List **\n\n")
	s, ok := x.Device.IPC().Status(x.Now)
	if !ok {
		return
	}
	remote := make([]wire.Addr, len(s.Paths))
	for i, p := range s.Paths {
		remote[i] = p.Address
	}
	x.Printf("AssocID: 0,  Instance ID: 0\nCurrent state: %s\n", s.State)
	x.Printf("Local port: %d, Addrs: %s\nRemote port: %d, Addrs: %s\n\n", s.LocalPort, addressList(s.Local), s.RemotePort, addressList(remote))
}

func showSCTPParameters(x *Exec, _ parser.Args) {
	x.Print("\n** SCTP Association Parameters **\n\n")
	s, ok := x.Device.IPC().Status(x.Now)
	if !ok {
		return
	}
	t := s.Uptime
	up := fmt.Sprintf("%02d:%02d:%02d.%03d", int(t.Hours()), int(t.Minutes())%60, int(t.Seconds())%60, t.Milliseconds()%1000)
	x.Printf("AssocID: 0  Context: 0  InstanceID: 0\nAssoc state: %s  Uptime: %s\n", s.State, up)
	x.Printf("Local port: %d\nLocal addresses: %s\n\nRemote port: %d\n", s.LocalPort, addressList(s.Local), s.RemotePort)
	x.Printf("Primary dest addr: %s\nEffective primary dest addr: %s\nDestination addresses:\n\n", s.Primary, s.Effective)
	for _, p := range s.Paths {
		x.Print(sctpPath(p))
	}
	x.Printf("Local vertag: %08X  Remote vertag: %08X\n", s.LocalTag, s.RemoteTag)
	x.Printf("Num inbound streams: %d  outbound streams: %d\n", s.InStreams, s.OutStreams)
	x.Printf("Max assoc retrans: %d  Max init retrans: %d\n", s.AssocMaxRetrans, s.MaxInitRetrans)
	x.Printf("CumSack timeout: %d ms  Bundle timeout: %d ms\n", s.SackDelay.Milliseconds(), 0)
	x.Printf("Min RTO: %d ms  Max RTO: %d ms\n", s.RTOMin.Milliseconds(), s.RTOMax.Milliseconds())
	x.Printf("LocalRwnd: %d  Low: %d  RemoteRwnd: %d  Low: %d\n", s.LocalWindow, s.LocalWindowLow, s.RemoteWindow, s.RemoteWindowLow)
	x.Printf("Congest levels: 0  current level: 0  high mark: %d\n\n", s.ChunksQueuedHigh)
}

func sctpPath(p sctp.PathStatus) string {
	return fmt.Sprintf("%s:  State: %s\n  Heartbeats: Enabled  Timeout: %d ms\n  RTO/RTT/SRTT: %d/%d/%d ms  TOS: 0  MTU: %d\n"+
		"  cwnd: %d  ssthresh: %d  outstand: %d\n  Num retrans: %d  Max retrans: %d  Num times failed: %d\n\n",
		p.Address, p.State, p.Heartbeat.Milliseconds(), p.RTO.Milliseconds(), p.RTT.Milliseconds(), p.SRTT.Milliseconds(), p.MTU,
		p.Cwnd, p.Ssthresh, p.Outstanding, p.Errors, p.MaxRetrans, p.Failures)
}

func showSCTPStatistics(x *Exec, _ parser.Args) {
	x.Print("\n** SCTP Association Statistics **\n\n")
	s, ok := x.Device.IPC().Status(x.Now)
	if !ok {
		return
	}
	c := s.Statistics
	x.Printf("AssocID/InstanceID: 0/0\nCurrent State: %s\n", s.State)
	x.Printf("Control Chunks\n  Sent: %d  Rcvd: %d\n", c.ControlSent, c.ControlRcvd)
	x.Printf("Data Chunks Sent\n  Total: %d  Retransmitted: %d\n  Ordered: %d  Unordered: %d\n  Avg bundled: %d  Total Bytes: %d\n",
		c.DataSent, c.DataRetransmitted, c.OrderedSent, c.UnorderedSent, ratio(c.DataSent, c.DataPacketsSent), c.BytesSent)
	x.Printf("Data Chunks Rcvd\n  Total: %d  Discarded: %d\n  Ordered: %d  Unordered: %d\n  Avg bundled: %d  Total Bytes: %d\n  Out of Seq TSN: %d\n",
		c.DataRcvd, c.DataDiscarded, c.OrderedRcvd, c.UnorderedRcvd, ratio(c.DataRcvd, c.DataPacketsRcvd), c.BytesRcvd, c.OutOfSequence)
	x.Printf("ULP Dgrams\n  Sent: %d  Ready: %d  Rcvd: %d\n\n", c.MessagesSent, s.MessagesQueued, c.MessagesRcvd)
}

func ratio(n, of uint64) uint64 {
	if of == 0 {
		return 0
	}
	return (n + of/2) / of
}

// SCTPFault is one reason of show ip sctp errors and debug ip sctp warnings.
type SCTPFault struct {
	Name string
	Of   func(f *sctp.Faults) uint64
}

// SCTPFaults are the reasons in the order of show ip sctp errors.
var SCTPFaults = []SCTPFault{
	{"Communication Lost", func(f *sctp.Faults) uint64 { return f.CommunicationLost }},
	{"Destination Address Failed", func(f *sctp.Faults) uint64 { return f.AddressFailed }},
	{"Protocol violations", func(f *sctp.Faults) uint64 { return f.Violations }},
	{"Unknown INIT params rcvd", func(f *sctp.Faults) uint64 { return f.UnknownInitParams }},
	{"Unknown chunks rcvd", func(f *sctp.Faults) uint64 { return f.UnknownChunks }},
	{"Stale cookies", func(f *sctp.Faults) uint64 { return f.StaleCookies }},
	{"Forged cookies", func(f *sctp.Faults) uint64 { return f.ForgedCookies }},
	{"Invalid verification tags", func(f *sctp.Faults) uint64 { return f.InvalidTags }},
	{"Invalid checksums", func(f *sctp.Faults) uint64 { return f.Checksums }},
	{"Malformed packets", func(f *sctp.Faults) uint64 { return f.Malformed }},
	{"Unknown peer addresses", func(f *sctp.Faults) uint64 { return f.StrayAddresses }},
	{"Packets of no association", func(f *sctp.Faults) uint64 { return f.OutOfTheBlue }},
	{"ICMP errors not believed", func(f *sctp.Faults) uint64 { return f.FalseICMP }},
	{"Answers withheld", func(f *sctp.Faults) uint64 { return f.ControlDropped }},
	{"No room for incoming data", func(f *sctp.Faults) uint64 { return f.NoRoom }},
}

// showSCTPErrors counts over all associations since the router started, or
// since clear ip sctp statistics.
func showSCTPErrors(x *Exec, _ parser.Args) {
	x.Print("\n*** SCTP Error Statistics **\n\n")
	_, faults := x.Device.IPC().Totals(x.Now)
	none := true
	for _, f := range SCTPFaults {
		if n := f.Of(&faults); n > 0 {
			none = false
			x.Printf("%-28s%d\n", f.Name+":", n)
		}
	}
	if none {
		x.Print("No SCTP errors logged.\n")
	}
}

func showIPCStatus(x *Exec, _ parser.Args) {
	z := x.Device.IPC()
	c := z.Counters(x.Now)
	x.Printf("IPC System Status\n\nZone default, association %d: %s\n\n", z.Config().Association, associationState(x))
	for _, row := range []struct {
		name string
		n    uint64
	}{
		{"Messages sent", c.Sent},
		{"Messages received", c.Received},
		{"Messages acknowledged", c.Acknowledged},
		{"Chunks retransmitted", c.Retransmitted},
		{"Messages refused", c.Refused},
		{"Messages dropped", c.Dropped},
		{"Association established", c.Established},
		{"Association lost", c.Lost},
	} {
		x.Printf("  %-26s %d\n", row.name, row.n)
	}
}
