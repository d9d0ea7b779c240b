package modes

import (
	"fmt"

	"tandem/parser"
	"tandem/platform"
	"tandem/syslog"
)

// loggingLayout is what show logging of a release words differently.
type loggingLayout struct {
	fold      string // before the second half of the head
	filters   string // behind the head
	buffer    string // the row of the buffer begins so
	exception string
	extra     string // behind the row of the counts
	source    string // behind the hosts
}

// loggingLayouts are those of samples show-logging-124-buffered and
// show-logging-15x.
var loggingLayouts = map[platform.Era]loggingLayout{
	platform.Era124: {
		fold: "\n                ", buffer: "Buffer logging: ", exception: "Logging Exception size (%d bytes)",
	},
	platform.Era15: {
		fold: " ", filters: "\nNo Active Message Discriminator.\n\n\n\nNo Inactive Message Discriminator.\n\n\n", buffer: "Buffer logging:  ",
		exception: "Exception Logging: size (%d bytes)", extra: "    Persistent logging: disabled\n",
		source: "        Logging Source-Interface:       VRF Name:\n",
	},
}

// showLogging prints who gets messages and the buffer (reference cli 2.6).
func showLogging(x *Exec, _ parser.Args) {
	l, layout := x.Device.Log(), loggingLayouts[x.Device.Hardware().Identity().Era]
	state := "enabled"
	if l.Silent {
		state = "disabled"
	}
	x.Printf("Syslog logging: %s (%d messages dropped, %d messages rate-limited,%s0 flushes, 0 overruns, xml disabled, filtering disabled)\n%s",
		state, l.Dropped(), l.RateLimited, layout.fold, layout.filters)
	row := func(name string, d syslog.Destination, xml, indent string) {
		what := "disabled"
		if d.On {
			what = fmt.Sprintf("level %s, %d messages logged", levels[d.Level].name, d.Logged)
		}
		x.Printf("    %s%s, xml %s,\n%sfiltering disabled\n", name, what, xml, indent)
	}
	xml := enabled(l.XMLSize() > 0)
	if l.XMLSize() > 0 {
		xml += fmt.Sprintf(" (%d messages logged)", l.XMLLogged)
	}
	row("Console logging: ", l.Console, "disabled", "                     ")
	row("Monitor logging: ", l.Monitor, "disabled", "                     ")
	row(layout.buffer, l.Buffer, xml, "                    ")
	x.Printf("    %s\n    Count and timestamp logging messages: %s\n%s\nNo active filter modules.\n\n",
		fmt.Sprintf(layout.exception, loggingException.Value(x.Device.Config().Root)), enabled(l.Counting()), layout.extra)
	showTrap(x, l)
	x.Print(layout.source)
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

// showLoggingXML is the head of show logging as remembered from the command
// reference, and the XML buffer.
func showLoggingXML(x *Exec, _ parser.Args) {
	l := x.Device.Log()
	state := "enabled"
	if l.Silent {
		state = "disabled"
	}
	x.Printf("<syslog-logging status=\"%s\" msg-dropped=\"%d\" msg-rate-limited=\"%d\" flushes=\"0\" overruns=\"0\"><xml>disabled</xml></syslog-logging>\n",
		state, l.Dropped(), l.RateLimited)
	level := func(d syslog.Destination) string {
		if d.On {
			return levels[d.Level].name
		}
		return "disabled"
	}
	for _, to := range []struct {
		name string
		d    syslog.Destination
	}{{"console", l.Console}, {"monitor", l.Monitor}, {"buffer", l.Buffer}} {
		xml := "<xml>disabled</xml>"
		if to.name == "buffer" && l.XMLSize() > 0 {
			xml = fmt.Sprintf("<xml messages-logged=\"%d\">enabled</xml>", l.XMLLogged)
		}
		x.Printf("    <%s-logging level=\"%s\" messages-logged=\"%d\">%s</%[1]s-logging>\n", to.name, level(to.d), to.d.Logged, xml)
	}
	x.Printf("    <logging-exception size=\"%d bytes\"></logging-exception>\n"+
		"    <count-and-timestamp-logging status=\"%s\"></count-and-timestamp-logging>\n"+
		"    <trap-logging level=\"%s\" messages-lines-logged=\"%d\"></trap-logging>\n\n"+
		"<log-xml-buffer size=\"%d bytes\">", loggingException.Value(x.Device.Config().Root), enabled(l.Counting()), level(l.Trap), l.Trap.Logged, l.XMLSize())
	for i, m := range l.XMLLines() {
		if i == 0 {
			x.Print("\n")
		}
		x.Print(m + "\n")
	}
	x.Print("</log-xml-buffer>\n")
}
