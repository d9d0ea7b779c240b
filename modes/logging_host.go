package modes

import (
	"strings"

	"tandem/config"
	"tandem/parser"
	"tandem/syslog"
	"tandem/wire"
)

// Order of the lines about syslog hosts in their section.
const (
	rankLoggingFacility = iota + 1
	rankLoggingOrigin
	rankLoggingSource
	rankLoggingHost
)

var loggingFacility = Leaf[syslog.Facility]{
	In: ConfigMode, Syntax: "logging facility {" + strings.Join(syslog.Facilities(), " | ") + "}", No: "logging facility [" + strings.Join(syslog.Facilities(), " | ") + "]",
	Place: in(config.SectionManagement, rankLoggingFacility), Default: syslog.DefaultFacility,
	Help: facilityHelp(Words{"facility": "Facility parameter for syslog messages"}),
	Parse: func(_ *Exec, a parser.Args) (syslog.Facility, error) {
		return syslog.ParseFacility(a[len(a)-1].Value), nil
	},
	Print: func(_ parser.Args, f syslog.Facility) string {
		if f == syslog.DefaultFacility {
			return ""
		}
		return "logging facility " + f.String()
	},
	Apply: func(x *Exec, _ parser.Args, f syslog.Facility) error {
		x.Device.Log().Relay.Facility = f
		return nil
	},
	Examples: []string{"logging facility local2"},
}

func facilityHelp(more Words) Words {
	for _, name := range syslog.Facilities() {
		more[name] = strings.ToUpper(name[:1]) + name[1:] + " facility"
	}
	return more
}

// loggingOrigin puts the router's name in front of what it sends: hosts behind
// address translation can't tell otherwise.
var loggingOrigin = Leaf[string]{
	In: ConfigMode, Syntax: "logging origin-id {hostname | ip | string <text:line>}", No: "logging origin-id [hostname | ip | string <text:line>]",
	Place: in(config.SectionManagement, rankLoggingOrigin), Parse: typed,
	Help: Words{
		"origin-id": "Add origin ID to syslog messages", "hostname": "Use origin hostname as ID", "ip": "Use origin IP address as ID",
		"string": "Define a unique text string as ID", "text": "Text string",
	},
	Apply: func(x *Exec, a parser.Args, v string) error {
		device, text := x.Device, a.Get("text")
		relay := &device.Log().Relay
		switch {
		case v == "":
			relay.Origin = nil
		case a.Has("string"):
			relay.Origin = func() string { return text }
		case a.Has("hostname"):
			relay.Origin = device.Hostname
		default:
			relay.Origin = func() string { return device.SyslogSource().String() }
		}
		return nil
	},
	Examples: []string{"logging origin-id hostname", "logging origin-id string lab router"},
}

var loggingSource = Leaf[string]{
	In: ConfigMode, Syntax: "logging source-interface <if:interface>", No: "logging source-interface [<if:interface>]",
	Place: in(config.SectionManagement, rankLoggingSource), Parse: word("if"), Apply: kept[string],
	Help:     Words{"source-interface": "Specify interface for source address in logging transactions", "if": "Interface number"},
	Print:    func(_ parser.Args, v string) string { return "logging source-interface " + v },
	Examples: []string{"logging source-interface GigabitEthernet0/0"},
}

// LoggingSource returns the interface of logging source-interface, "" without
// one.
func LoggingSource(t *config.Tree) string { return loggingSource.Value(t.Root) }

// loggingHost is one syslog host; its value is the UDP port. It prints in the
// short form, as 12.4 lists it.
var loggingHost = Leaf[int]{
	In: ConfigMode, Syntax: "logging host <host:ip> [transport udp port <port:1-65535>]", No: "logging host <host:ip> [transport udp port <port:1-65535>]", Keys: []string{"host"},
	Help: Words{
		"host": "Set syslog server IP address and parameters", "transport": "Specify the transport protocol (default=UDP)",
		"udp": "User Datagram Protocol", "port": "Port number to use for the transport",
	},
	PlaceOf: hostPlace,
	Parse: func(_ *Exec, a parser.Args) (int, error) {
		if a.Has("port") {
			return atoi(a[len(a)-1].Value), nil
		}
		return syslog.Port, nil
	},
	Print: func(a parser.Args, port int) string {
		addr := hostOf(a)
		if port != syslog.Port {
			return "logging host " + addr + " transport udp port " + itoa(port)
		}
		return "logging " + addr
	},
	Name: func(a parser.Args) string { return hostOf(a) },
	Apply: func(x *Exec, a parser.Args, port int) error {
		addr, err := wire.ParseAddr(hostOf(a))
		if err != nil {
			return CaretError{Arg: "host"}
		}
		if relay := &x.Device.Log().Relay; port == 0 {
			relay.RemoveHost(addr)
		} else {
			relay.SetHost(addr, uint16(port))
		}
		return nil
	},
	Examples: []string{"logging 10.0.0.100", "logging host 10.0.0.100 transport udp port 5140"},
}

// hostOf is the address of a line that names a host in either form.
func hostOf(a parser.Args) string {
	for _, arg := range a {
		if arg.Name == "host" && arg.Value != "host" {
			return arg.Value
		}
	}
	return ""
}

func hostPlace(a parser.Args) config.Place {
	p := in(config.SectionManagement, rankLoggingHost)
	p.Text = hostOf(a)
	return p
}

// loggingHostOld is the form without the word host.
var loggingHostOld = Verb{
	In: ConfigMode, Syntax: "logging <host:ip>", Keys: []string{"host"}, Help: Words{"host": "IP address of the logging host"},
	Run: func(x *Exec, form parser.Form, a parser.Args) error {
		return loggingHost.set(x, parser.Match{Args: a, Form: form})
	},
}
