package modes

import (
	"strings"
	"time"

	"tandem/config"
	"tandem/forward"
	"tandem/parser"
	"tandem/wire"
)

// Order of the lines inside an interface block (reference cli 4.3).
const (
	rankDescription = 10 * (iota + 1)
	rankBandwidth
	rankAddress
	rankAccessGroup
	rankIPOptions
	rankInspect
	rankShutdown
	rankLoadInterval
	rankDuplex
	rankSpeed
	rankMedia
	rankKeepalive
	rankSwitchport
	rankStandby
)

var interfaceBlock = Block{
	In: ConfigMode, Syntax: "interface <if:interface>", Keys: []string{"if"},
	Help: Words{"interface": "Select an interface to configure", "if": "Interface number"},
	Mode: func(a parser.Args) string {
		if strings.Contains(a.Get("if"), ".") {
			return "config-subif"
		}
		return "config-if"
	},
	Place: func(x *Exec, a parser.Args) config.Place {
		return in(config.SectionInterfaces, x.Device.InterfaceOrder(a.Get("if"))...)
	},
	Open:  func(x *Exec, a parser.Args) error { return x.Device.AddInterface(x.Now, a.Get("if")) },
	Reset: resetInterface,
	Close: func(x *Exec, a parser.Args) error {
		return x.Device.RemoveInterface(x.Now, a.Get("if"))
	},
	Examples: []string{"interface GigabitEthernet0/0"},
}

// interfaceName is the interface of the block a line is typed in.
func interfaceName(x *Exec) string {
	_, name, _ := strings.Cut(x.Node.Header(), " ")
	return name
}

var shutdown = Leaf[bool]{
	In: "config-if", Syntax: "shutdown", Place: at(rankShutdown), Parse: given,
	Help: Words{"shutdown": "Shutdown the selected interface"},
	Apply: func(x *Exec, _ parser.Args, v bool) error {
		return x.Device.SetShutdown(x.Now, interfaceName(x), v)
	},
	Examples: []string{"shutdown"},
}

var description = Leaf[string]{
	In: "config-if", Syntax: "description <text:line>", Place: at(rankDescription), Parse: word("text"),
	Help:  Words{"description": "Interface specific description", "text": "Up to 240 characters describing this interface"},
	Print: func(_ parser.Args, v string) string { return "description " + v },
	Apply: kept[string], Examples: []string{"description to the inside LAN"},
}

var bandwidth = Leaf[int]{
	In: "config-if", Syntax: "bandwidth <kbit:1-10000000>", Place: at(rankBandwidth), Parse: number("kbit"), Apply: kept[int],
	Help:     Words{"bandwidth": "Set bandwidth informational parameter", "kbit": "Bandwidth in kilobits"},
	Examples: []string{"bandwidth 100000"},
}

// DescriptionOf returns the description of an interface block.
func DescriptionOf(n *config.Node) string { return description.Value(n) }

// BandwidthOf returns the bandwidth of an interface block in kbit/s: what is
// configured, else that of the hardware.
func BandwidthOf(n *config.Node, hardware int) int {
	if v := bandwidth.Value(n); v > 0 {
		return v
	}
	return hardware
}

// DefaultLoadInterval is what the rates of show interfaces average over.
const DefaultLoadInterval = 5 * time.Minute

var loadInterval = Leaf[int]{
	In: "config-if", Syntax: "load-interval <seconds:30-600>", Place: at(rankLoadInterval), Default: int(DefaultLoadInterval / time.Second),
	Help: Words{"load-interval": "Specify interval for load calculation for an interface", "seconds": "Load interval delay in seconds"},
	Parse: func(_ *Exec, a parser.Args) (int, error) {
		if a.Int("seconds")%30 != 0 {
			return 0, CaretError{Arg: "seconds"} // assumed: only steps of 30 are taken
		}
		return a.Int("seconds"), nil
	},
	Apply: func(x *Exec, _ parser.Args, v int) error {
		x.Device.SetLoadInterval(interfaceName(x), time.Duration(v)*time.Second)
		return nil
	},
	Print: func(_ parser.Args, v int) string {
		if v == int(DefaultLoadInterval/time.Second) {
			return ""
		}
		return "load-interval " + itoa(v)
	},
	Examples: []string{"load-interval 30"},
}

// address is the primary address; an interface that routes prints its absence.
var address = Leaf[wire.Prefix]{
	In: "config-if", Syntax: "ip address <addr:ip> <mask:ip>", No: "ip address [<addr:ip> <mask:ip>]",
	Place: at(rankAddress, 2), Always: true, Parse: parseAddress,
	Help: Words{
		"ip": "Interface Internet Protocol config commands", "address": "Set the IP address of an interface",
		"mask": "IP subnet mask", "addr": "IP address",
	},
	Print: func(_ parser.Args, v wire.Prefix) string {
		if v == (wire.Prefix{}) {
			return "no ip address"
		}
		return "ip address " + v.Addr.String() + " " + v.Mask().String()
	},
	Apply: func(x *Exec, _ parser.Args, v wire.Prefix) error {
		return x.Device.EditInterface(x.Now, interfaceName(x), func(i *forward.Interface) {
			i.Primary = v
			if v == (wire.Prefix{}) {
				i.Secondary = nil
			}
		})
	},
	Examples: []string{"ip address 10.0.0.1 255.255.255.0", "no ip address"},
}

var secondaryAddress = Leaf[wire.Prefix]{
	In: "config-if", Syntax: "ip address <addr:ip> <mask:ip> secondary", Keys: []string{"addr", "mask"},
	Place: at(rankAddress, 1), Parse: parseAddress,
	Help: Words{"secondary": "Make this IP address a secondary address"},
	Apply: func(x *Exec, a parser.Args, v wire.Prefix) error {
		gone, err := parseAddress(x, a)
		if err != nil {
			return err
		}
		return x.Device.EditInterface(x.Now, interfaceName(x), func(i *forward.Interface) {
			var kept []wire.Prefix
			for _, p := range i.Secondary {
				if p != gone {
					kept = append(kept, p)
				}
			}
			if v != (wire.Prefix{}) {
				kept = append(kept, v)
			}
			i.Secondary = kept
		})
	},
	Examples: []string{"ip address 10.1.0.1 255.255.255.0 secondary"},
}

// parseAddress reads address and mask and refuses what IOS refuses
// (reference firewall 6.3).
func parseAddress(x *Exec, a parser.Args) (wire.Prefix, error) {
	addr, err := wire.ParseAddr(a.Get("addr"))
	if err != nil {
		return wire.Prefix{}, CaretError{Arg: "addr"}
	}
	mask, err := wire.ParseAddr(a.Get("mask"))
	if err != nil {
		return wire.Prefix{}, CaretError{Arg: "mask"}
	}
	bits, ok := wire.BitsOf(mask)
	if !ok {
		return wire.Prefix{}, Refuse("Bad mask 0x%X for address %s", uint32(mask), addr)
	}
	p := wire.Prefix{Addr: addr, Bits: bits}
	if addr.IsMulticast() || addr.IsLoopback() || addr == 0 || addr>>28 == 0xf {
		return p, Refuse("Not a valid host address - %s", addr)
	}
	if bits < 31 && (p.Network().Addr == addr || p.DirectedBroadcast() == addr) {
		return p, Refuse("Bad mask /%d for address %s", bits, addr)
	}
	own := interfaceName(x)
	for _, i := range x.Device.Interfaces() {
		if i.Name == own {
			continue
		}
		for _, other := range append([]wire.Prefix{i.Primary}, i.Secondary...) {
			if other.Bits > 0 && (other.Contains(addr) || p.Contains(other.Addr)) {
				return p, Refuse("%% %s overlaps with %s", p.Network().Addr, i.Name)
			}
		}
	}
	return p, nil
}

// ethernetMTU is the default of "ip mtu" in bytes, which is not printed.
const ethernetMTU = 1500

// ipMTU is the longest IP packet the interface sends whole.
var ipMTU = Leaf[int]{
	In: "config-if", Syntax: "ip mtu <bytes:68-1500>", No: "ip mtu [<bytes:68-1500>]", Place: at(rankIPOptions, 4),
	Help:  Words{"mtu": "Set IP Maximum Transmission Unit", "bytes": "MTU (bytes)"},
	Parse: number("bytes"), Default: ethernetMTU,
	Print: func(_ parser.Args, v int) string {
		if v == ethernetMTU {
			return ""
		}
		return "ip mtu " + itoa(v)
	},
	Apply: func(x *Exec, _ parser.Args, v int) error {
		name := interfaceName(x)
		if hw, ok := x.Device.Hardware().Interface(name); ok && v == ethernetMTU {
			v = hw.MTU
		}
		return x.Device.EditInterface(x.Now, name, func(i *forward.Interface) { i.MTU = v })
	},
	Examples: []string{"ip mtu 1400"},
}

// interfaceSwitch is a per-interface forwarding option that is on by default.
func interfaceSwitch(text string, rank int, help Words, field func(i *forward.Interface) *bool) Leaf[bool] {
	return Leaf[bool]{
		In: "config-if", Syntax: text, Help: help, Place: at(rankIPOptions, rank), Default: true, Parse: given,
		Print: yesNo(text), Examples: []string{"no " + text},
		Apply: func(x *Exec, _ parser.Args, v bool) error {
			return x.Device.EditInterface(x.Now, interfaceName(x), func(i *forward.Interface) { *field(i) = v })
		},
	}
}

// media is a property of the plug that a virtual port accepts and prints.
func media(syntax string, help Words, rank int, examples ...string) Leaf[string] {
	l := keptLine("config-if", syntax, help, at(rank), examples...)
	l.Always = true
	l.Default = examples[0]
	l.Print = func(_ parser.Args, v string) string { return v }
	return l
}

var (
	duplex = media("duplex {auto | full | half}", Words{
		"duplex": "Configure duplex operation.", "auto": "Enable AUTO duplex configuration",
		"full": "Force full duplex operation", "half": "Force half-duplex operation",
	}, rankDuplex, "duplex auto", "duplex full")
	speed = media("speed {10 | 100 | 1000 | auto}", Words{
		"speed": "Configure speed operation.", "10": "Force 10 Mbps operation", "100": "Force 100 Mbps operation",
		"1000": "Force 1000 Mbps operation", "auto": "Enable AUTO speed configuration",
	}, rankSpeed, "speed auto", "speed 100")
	mediaType = media("media-type {rj45 | sfp}", Words{
		"media-type": "Interface media type", "rj45": "Use RJ45 connector", "sfp": "Use SFP connector",
	}, rankMedia, "media-type rj45")
)

func interfaceLines() []Declaration {
	return []Declaration{
		interfaceBlock, interfaceRange, shutdown, description, bandwidth, loadInterval, address, secondaryAddress, ipMTU, duplex, speed, mediaType,
		interfaceSwitch("ip redirects", 1, Words{"redirects": "Enable sending ICMP Redirect messages"},
			func(i *forward.Interface) *bool { return &i.Redirects }),
		interfaceSwitch("ip unreachables", 2, Words{"unreachables": "Enable sending ICMP Unreachable messages"},
			func(i *forward.Interface) *bool { return &i.Unreachables }),
		interfaceSwitch("ip proxy-arp", 3, Words{"proxy-arp": "Enable proxy ARP"},
			func(i *forward.Interface) *bool { return &i.ProxyARP }),
	}
}
