package modes

import (
	"tandem/forward"
	"tandem/parser"
)

// pathHead is above the columns that show interfaces stats, accounting and
// switching share.
const pathHead = "    Pkts In   Chars In   Pkts Out  Chars Out\n"

// pathRow prints packets and characters, in and out, of one path or protocol.
func pathRow(x *Exec, name string, in, inBytes, out, outBytes uint64) {
	x.Printf("%24s %10d %10d %10d %10d\n", name, in, inBytes, out, outBytes)
}

// showStats has one switching path with numbers: there is one in this router.
func showStats(x *Exec, a parser.Args) {
	for _, i := range wanted(x, a) {
		index, _ := x.Device.InterfaceIndex(i.Name)
		c := x.Device.Plane().Counters(index)
		x.Print(i.Name + "\n          Switching path" + pathHead)
		pathRow(x, "Processor", c.InPackets, c.InBytes, c.OutPackets, c.OutBytes)
		pathRow(x, "Route cache", 0, 0, 0, 0)
		pathRow(x, "Total", c.InPackets, c.InBytes, c.OutPackets, c.OutBytes)
	}
}

// accounted are the frames of an interface by protocol, those with traffic.
func accounted(c forward.Counters) (rows []accountedProtocol) {
	for _, p := range []accountedProtocol{
		{"Other", c.OthersIn, c.OtherBytesIn, 0, 0},
		{
			"IP", c.InPackets - c.ARPsIn - c.OthersIn, c.InBytes - c.ARPBytesIn - c.OtherBytesIn,
			c.OutPackets - c.ARPsOut, c.OutBytes - c.ARPBytesOut,
		},
		{"ARP", c.ARPsIn, c.ARPBytesIn, c.ARPsOut, c.ARPBytesOut},
	} {
		if p.in+p.out > 0 {
			rows = append(rows, p)
		}
	}
	return rows
}

type accountedProtocol struct {
	name                       string
	in, inBytes, out, outBytes uint64
}

// showAccounting has the layout of 12.4 as remembered.
func showAccounting(x *Exec, a parser.Args) {
	for _, i := range wanted(x, a) {
		if !i.AdminUp {
			x.Printf("Interface %s is disabled\n\n", i.Name)
			continue
		}
		x.Print(i.Name + " " + descriptionOf(x, i.Name) + "\n                Protocol" + pathHead)
		index, _ := x.Device.InterfaceIndex(i.Name)
		rows := accounted(x.Device.Plane().Counters(index))
		for _, p := range rows {
			pathRow(x, p.name, p.in, p.inBytes, p.out, p.outBytes)
		}
		if len(rows) == 0 {
			x.Print("No traffic sent or received on this interface.\n")
		}
		x.Print("\n")
	}
}

// showSwitching has the layout of 12.4 as remembered. Every packet takes the
// process path, as in show interfaces stats.
func showSwitching(x *Exec, a parser.Args) {
	for _, i := range wanted(x, a) {
		index, _ := x.Device.InterfaceIndex(i.Name)
		c := x.Device.Plane().Counters(index)
		x.Print(i.Name + " " + descriptionOf(x, i.Name) + "\n")
		x.Printf("%24s %10d\n%24s %10s %10d %10s %10d\n", "Throttle count", 0, "Drops", "RP", c.Dropped(), "SP", 0)
		x.Printf("%24s %10s %10d %10s %10d\n%24s %10s %10d\n%24s %10s %10d %10s %10d\n\n",
			"SPD Flushes", "Fast", 0, "SSE", 0, "SPD Aggress", "Fast", 0, "SPD Priority", "Inputs", 0, "Drops", 0)
		for _, p := range accounted(c) {
			x.Printf("    Protocol  %-20s\n          Switching path%s", p.name, pathHead)
			pathRow(x, "Process", p.in, p.inBytes, p.out, p.outBytes)
			x.Printf("%24s %10d %10s %10s %10s\n", "Cache misses", 0, "-", "-", "-")
			pathRow(x, "Fast", 0, 0, 0, 0)
			pathRow(x, "Auton/SSE", 0, 0, 0, 0)
			x.Print("\n")
		}
		x.Print("    NOTE: all counts are cumulative and reset only after a reload.\n\n")
	}
}
