package modes

import (
	"fmt"
	"strings"
	"time"

	"tandem/forward"
	"tandem/parser"
	"tandem/wire"
)

func showPlatformCommands() []Declaration {
	return []Declaration{
		Command{Syntax: "show version", Piped: true, Run: showVersion, Help: Words{
			"version": "System hardware and software status",
		}},
		Command{Syntax: "show inventory", Piped: true, Run: showInventory, Help: Words{
			"inventory": "Show the physical inventory",
		}},
		Command{Syntax: "show interfaces [<if:interface>]", Piped: true, Run: showInterfaces, Help: Words{
			"interfaces": "Interface status and configuration", "if": "Interface number",
		}},
		Command{Syntax: "show interfaces description", Piped: true, Run: showDescriptions, Help: Words{
			"description": "Show interface description",
		}},
	}
}

// showVersion follows sample show-version-124-6T2-c180x (reference cli 4.1).
func showVersion(x *Exec, _ parser.Args) {
	id, cal := x.Device.Hardware().Identity(), x.Device.Calendar()
	x.Print(Banner(id))
	x.Printf("\nROM: %s\n\n%s uptime is %s\n", id.ROM, x.Device.Hostname(), uptime(cal.Uptime(x.Now)))
	x.Printf("System returned to ROM by %s\n", x.Device.ReloadReason())
	x.Printf("System image file is %q\n\n", id.ImageFile)
	x.Print(cryptoNotice)
	x.Printf("%s\nConfiguration register is %s\n\n", hardwareText(x.Device.Hardware()), id.Register)
}

// uptime prints "20 weeks, 5 days, 12 hours, 15 minutes".
func uptime(d time.Duration) string {
	minutes := int(d / time.Minute)
	parts := []struct {
		n    int
		name string
	}{
		{minutes / (60 * 24 * 365), "year"},
		{minutes / (60 * 24 * 7) % 52, "week"},
		{minutes / (60 * 24) % 7, "day"},
		{minutes / 60 % 24, "hour"},
		{minutes % 60, "minute"},
	}
	var out []string
	for _, p := range parts {
		if p.n > 0 || out != nil || p.name == "minute" {
			out = append(out, plural(p.n, p.name))
		}
	}
	return strings.Join(out, ", ")
}

func showInventory(x *Exec, _ parser.Args) {
	x.Print("\n")
	for _, p := range x.Device.Hardware().Inventory() {
		x.Print(p.String() + "\n")
	}
}

func showInterfaces(x *Exec, a parser.Args) {
	for _, i := range wanted(x, a) {
		x.Print(interfaceText(x, i))
	}
}

// interfaceText follows sample show_interfaces_gigabitethernet_3800; the first
// line and the MTU line end in a blank.
func interfaceText(x *Exec, i forward.Interface) string {
	var b strings.Builder
	put := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	hw, _ := x.Device.Hardware().Interface(i.Name)
	node := x.Device.Config().Root.Child("interface " + i.Name)
	line, protocol := status(i)
	put("%s is %s, line protocol is %s ", i.Name, line, protocol)
	if i.MAC == (wire.MAC{}) {
		put("  Hardware is %s", hw.Hardware)
	} else {
		put("  Hardware is %s, address is %s (bia %s)", hw.Hardware, i.MAC, wire.MAC(hw.MAC))
	}
	kbit := hw.BandwidthKbit
	if node != nil {
		if text := description.Value(node); text != "" {
			put("  Description: %s", text)
		}
		if v := bandwidth.Value(node); v > 0 {
			kbit = v
		}
	}
	if i.Primary.Addr != 0 {
		put("  Internet address is %s", i.Primary)
	}
	put("  MTU %d bytes, BW %d Kbit, DLY %d usec, ", hw.MTU, kbit, hw.DelayUsec)
	put("     reliability 255/255, txload 1/255, rxload 1/255")
	if i.Kind != forward.Ethernet {
		put("  Encapsulation LOOPBACK, loopback not set")
	} else {
		put("  Encapsulation ARPA, loopback not set")
		put("  Keepalive set (10 sec)")
	}
	if hw.Media != "" && node != nil {
		put("  %s, %s, %s", duplexText(duplex.Value(node)), speedText(speed.Value(node), kbit), hw.Media)
	}
	if i.Kind == forward.Ethernet {
		put("  ARP type: ARPA, ARP Timeout 04:00:00")
	}
	counters(x, i, put)
	return b.String()
}

func duplexText(v string) string {
	if v == "duplex half" {
		return "Half-duplex"
	}
	return "Full-duplex"
}

func speedText(v string, kbit int) string {
	if _, n, ok := strings.Cut(v, " "); ok && n != "auto" {
		return n + "Mb/s"
	}
	return itoa(kbit/1000) + "Mb/s"
}

// counters prints what the packet path counted on an interface.
func counters(x *Exec, i forward.Interface, put func(format string, args ...any)) {
	index, _ := x.Device.InterfaceIndex(i.Name)
	c, s := x.Device.Plane().Counters(index), x.Device.InterfaceState(i.Name)
	put("  Last input %s, output %s, output hang never", since(x.Now, s.LastInput), since(x.Now, s.LastSent))
	put("  Last clearing of \"show interface\" counters %s", since(x.Now, s.Cleared))
	put("  Input queue: 0/75/%d/0 (size/max/drops/flushes); Total output drops: %d", c.Drops[wire.QueueFull], c.OutDrops)
	put("  Queueing strategy: fifo")
	put("  Output queue: 0/40 (size/max)")
	interval := loadText(x, i.Name)
	put("  %s input rate %d bits/sec, %d packets/sec", interval, s.InputBits, s.InputPackets)
	put("  %s output rate %d bits/sec, %d packets/sec", interval, s.OutputBits, s.OutputPackets)
	put("     %d packets input, %d bytes, 0 no buffer", c.InPackets, c.InBytes)
	put("     Received %d broadcasts (%d IP multicasts)", c.InBroadcasts+c.InMulticasts, c.InMulticasts)
	put("     0 runts, 0 giants, 0 throttles")
	broken := c.Drops[wire.BadEthernet] + c.Drops[wire.BadIPHeader] + c.Drops[wire.BadIPChecksum] + c.Drops[wire.BadARP] + c.Drops[wire.BadTransport]
	put("     %d input errors, %d CRC, %d frame, 0 overrun, 0 ignored", broken, 0, broken)
	put("     0 watchdog, %d multicast, 0 pause input", c.InMulticasts)
	put("     0 input packets with dribble condition detected")
	put("     %d packets output, %d bytes, 0 underruns", c.OutPackets, c.OutBytes)
	put("     0 output errors, 0 collisions, %d interface resets", s.Resets)
	put("     0 babbles, 0 late collision, 0 deferred")
	put("     %d lost carrier, 0 no carrier, 0 pause output", s.CarrierLost)
	put("     0 output buffer failures, 0 output buffers swapped out")
}

// loadText is the load interval in words: "5 minute", "30 second".
func loadText(x *Exec, name string) string {
	seconds := int(DefaultLoadInterval / time.Second)
	if node := x.Device.Config().Root.Child("interface " + name); node != nil {
		seconds = loadInterval.Value(node)
	}
	if seconds%60 == 0 {
		return itoa(seconds/60) + " minute"
	}
	return itoa(seconds) + " second"
}

func showDescriptions(x *Exec, a parser.Args) {
	x.Print("Interface                      Status         Protocol Description\n")
	for _, i := range wanted(x, a) {
		line, protocol := status(i)
		if line == "administratively down" {
			line = "admin down"
		}
		x.Printf("%-30s %-14s %-8s %s\n", short(i.Name), line, protocol, descriptionOf(x, i.Name))
	}
}

// descriptionOf is what the description line of an interface says, or "".
func descriptionOf(x *Exec, name string) string {
	if node := x.Device.Config().Root.Child("interface " + name); node != nil {
		return description.Value(node)
	}
	return ""
}
