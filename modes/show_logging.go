package modes

import (
	"fmt"

	"tandem/parser"
	"tandem/syslog"
)

// showLogging prints the 12.4 layout (reference cli 2.6).
func showLogging(x *Exec, _ parser.Args) {
	l := x.Device.Log()
	state := "enabled"
	if l.Silent {
		state = "disabled"
	}
	x.Printf("Syslog logging: %s (%d messages dropped, %d messages rate-limited,\n"+
		"                0 flushes, 0 overruns, xml disabled, filtering disabled)\n", state, l.Dropped(), l.RateLimited)
	row := func(name string, d syslog.Destination, indent string) {
		what := "disabled"
		if d.On {
			what = fmt.Sprintf("level %s, %d messages logged", levels[d.Level].name, d.Logged)
		}
		x.Printf("    %s logging: %s, xml disabled,\n%sfiltering disabled\n", name, what, indent)
	}
	row("Console", l.Console, "                     ")
	row("Monitor", l.Monitor, "                     ")
	row("Buffer", l.Buffer, "                    ")
	x.Printf("    Logging Exception size (4096 bytes)\n    Count and timestamp logging messages: %s\n\n"+
		"No active filter modules.\n\n", enabled(l.Counting()))
	showTrap(x, l)
	if !l.Buffer.On {
		x.Print("\n")
		return
	}
	x.Printf("\nLog Buffer (%d bytes):\n\n", l.BufferSize())
	for _, text := range l.Lines() {
		x.Print(text + "\n")
	}
}

// showTrap prints the level for syslog hosts and what each of them got.
func showTrap(x *Exec, l *syslog.Log) {
	if !l.Trap.On {
		x.Print("    Trap logging: disabled\n")
		return
	}
	x.Printf("    Trap logging: level %s, %d message lines logged\n", levels[l.Trap.Level].name, l.Trap.Logged)
	for _, h := range l.Relay.Hosts {
		link := "up"
		if h.Down {
			link = "down"
		}
		const indent = "              "
		x.Printf("        Logging to %s  (udp port %d, audit disabled,\n"+indent+"link %s),\n"+
			indent+"%d message lines logged,\n"+indent+"0 message lines rate-limited,\n"+indent+"0 message lines dropped-by-MD,\n"+
			indent+"xml disabled, sequence number disabled\n"+indent+"filtering disabled\n", h.Addr, h.Port, link, h.Lines)
	}
}

// showLoggingCount lists how often each message came, facility by facility; the
// columns are assumed.
func showLoggingCount(x *Exec, _ parser.Args) {
	l := x.Device.Log()
	if !l.Counting() {
		x.Print("Logging of counts is disabled\n")
		return
	}
	x.Print("Facility        Message Name                     Sev Occur     Last Time\n" +
		"=======================================================================\n")
	list := l.Tallies()
	total := 0
	for n, t := range list {
		x.Printf("%-14s%-35s%3d%6d   %s\n", t.Facility, t.Mnemonic, t.Severity, t.Count, t.Last)
		total += t.Count
		if n+1 < len(list) && list[n+1].Facility == t.Facility {
			continue
		}
		x.Printf("------------- ------------------------------- -----------------------\n%-49s%9d\n\n", t.Facility+" TOTAL", total)
		total = 0
	}
}
