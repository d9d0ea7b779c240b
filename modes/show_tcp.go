package modes

import (
	"fmt"
	"hash/fnv"
	"net/netip"

	"tandem/parser"
)

// Listening is the state of a port that waits for connections.
const Listening = "LISTEN"

// TCPConnection is a TCP connection of the router itself, or a port that it
// listens on: then Local has the port alone and Remote is zero.
type TCPConnection struct {
	Local, Remote netip.AddrPort
	State         string // Listening, "ESTAB", ...
	Line          int    // absolute number of the line it has come in on, 0 for none
	Outgoing      bool   // a session on the router has opened it
}

// The layouts of show tcp are remembered; the numbers that this router's TCP
// keeps to itself are left out.
func showTCPCommands() []Declaration {
	return []Declaration{
		Command{Syntax: "show tcp brief [all] [numeric]", Piped: true, Run: showTCPBrief, Help: Words{
			"tcp": "Status of TCP connections", "brief": "Brief display", "all": "All end points", "numeric": "Do not resolve addresses",
		}},
		Command{Syntax: "show tcp [<line:0-999>]", Piped: true, Run: showTCP, Help: Words{"line": "Line number"}},
	}
}

// control is the made-up address of a connection's control block, the same as
// long as the connection lasts.
func (c TCPConnection) control() uint32 {
	h := fnv.New32a()
	fmt.Fprint(h, dotted(c.Local), " ", dotted(c.Remote))
	return 0x65000000 | h.Sum32()&0xfffffc
}

// dotted is an end as IOS writes it: the port behind a further dot.
func dotted(end netip.AddrPort) string {
	switch {
	case end.Addr().IsValid():
		return fmt.Sprintf("%s.%d", end.Addr(), end.Port())
	case end.Port() != 0:
		return fmt.Sprintf("*.%d", end.Port())
	}
	return "*.*"
}

func showTCPBrief(x *Exec, a parser.Args) {
	x.Print("TCB       Local Address           Foreign Address        (state)\n")
	for _, c := range x.Device.TCPConnections() {
		if c.State != Listening || a.Has("all") {
			x.Printf("%08X  %-23s %-23s %s\n", c.control(), dotted(c.Local), dotted(c.Remote), c.State)
		}
	}
}

func showTCP(x *Exec, a parser.Args) {
	names := map[int]string{}
	for _, l := range x.Device.TerminalLines(x.Now) {
		names[l.Number] = fmt.Sprintf("tty%d, virtual tty", l.Number)
	}
	for _, c := range x.Device.TCPConnections() {
		if c.State == Listening || a.Has("line") && c.Line != a.Int("line") {
			continue
		}
		switch name := names[c.Line]; {
		case c.Line != 0:
			x.Printf("\n%s from host %s\n", name, c.Remote.Addr())
		case c.Outgoing:
			x.Printf("\nStand-alone TCP connection to host %s\n", c.Remote.Addr())
		default:
			x.Printf("\nStand-alone TCP connection from host %s\n", c.Remote.Addr())
		}
		x.Printf("Connection state is %s, I/O status: 1, unread input bytes: 0\n", c.State)
		x.Printf("Local host: %s, Local port: %d\n", c.Local.Addr(), c.Local.Port())
		x.Printf("Foreign host: %s, Foreign port: %d\n", c.Remote.Addr(), c.Remote.Port())
	}
}
