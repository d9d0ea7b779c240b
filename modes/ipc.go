package modes

import (
	"time"

	"tandem/config"
	"tandem/ipc"
	"tandem/parser"
	"tandem/wire"
)

// The nesting of the IPC zone (reference ha 4.1): zone, association, protocol,
// then the local and the remote side.
var (
	ipcZone = Block{
		In: ConfigMode, Syntax: "ipc zone default", Opens: "config-ipczone", Place: always(in(config.SectionIPC)),
		Help: Words{"ipc": "Configure IPC system", "zone": "Configure an IPC zone", "default": "Configure the default IPC zone"},
		Close: func(x *Exec, _ parser.Args) error {
			return x.Device.EditAssociation(x.Now, func(c *ipc.Config) { *c = ipc.Config{Running: c.Running} })
		},
	}
	ipcAssociation = Block{
		In: "config-ipczone", Syntax: "association <id:1-255>", Keys: []string{"id"}, Opens: "config-ipczone-assoc",
		Help:  Words{"association": "Create an association between two devices", "id": "Association ID"},
		Place: always(at(1)), Open: oneAssociation,
		New: func(x *Exec, n *config.Node) {
			slot := config.Slot{Leaf: assocShutdown.Syntax}
			n.Set(config.Entry{Slot: slot, Place: assocShutdown.Place, Value: true, Lines: line("shutdown")})
		},
		Close: ipcZone.Close, Examples: []string{"association 1"},
	}
	ipcProtocol = Block{
		In: "config-ipczone-assoc", Syntax: "protocol sctp", Opens: "config-ipc-protocol-sctp", Place: always(at(2)),
		Help: Words{"protocol": "Configure the transport protocol", "sctp": "Stream Control Transmission Protocol"},
		Open: func(x *Exec, _ parser.Args) error {
			return x.Device.EditAssociation(x.Now, func(c *ipc.Config) { c.SCTP = true })
		},
		Close: func(x *Exec, _ parser.Args) error {
			return x.Device.EditAssociation(x.Now, func(c *ipc.Config) {
				c.SCTP, c.LocalPort, c.LocalIP, c.RemotePort, c.RemoteIP = false, 0, nil, 0, nil
			})
		},
	}
	ipcLocal = Block{
		In: "config-ipc-protocol-sctp", Syntax: "local-port <port:1-65535>", No: "local-port [<port:1-65535>]",
		Opens: "config-ipc-local-sctp", Place: always(at(1)), Single: true,
		Help: Words{"local-port": "Define the local SCTP port", "port": "SCTP port number"},
		Open: func(x *Exec, a parser.Args) error {
			return x.Device.EditAssociation(x.Now, func(c *ipc.Config) { c.LocalPort = uint16(a.Int("port")) })
		},
		Close: func(x *Exec, _ parser.Args) error {
			return x.Device.EditAssociation(x.Now, func(c *ipc.Config) { c.LocalPort, c.LocalIP = 0, nil })
		},
		Examples: []string{"local-port 5000"},
	}
	ipcRemote = Block{
		In: "config-ipc-protocol-sctp", Syntax: "remote-port <port:1-65535>", No: "remote-port [<port:1-65535>]",
		Opens: "config-ipc-remote-sctp", Place: always(at(2)), Single: true,
		Help: Words{"remote-port": "Define the remote SCTP port", "port": "SCTP port number"},
		Open: func(x *Exec, a parser.Args) error {
			return x.Device.EditAssociation(x.Now, func(c *ipc.Config) { c.RemotePort = uint16(a.Int("port")) })
		},
		Close: func(x *Exec, _ parser.Args) error {
			return x.Device.EditAssociation(x.Now, func(c *ipc.Config) { c.RemotePort, c.RemoteIP = 0, nil })
		},
		Examples: []string{"remote-port 5000"},
	}
)

// oneAssociation keeps the zone to a single association, as IOS does.
func oneAssociation(x *Exec, a parser.Args) error {
	for _, c := range x.Node.Children() {
		if c.Header() != a.String() {
			return Refuse("%% Only one association is supported in this zone")
		}
	}
	return x.Device.EditAssociation(x.Now, func(c *ipc.Config) { c.Association = uint8(a.Int("id")) })
}

var assocShutdown = Leaf[bool]{
	In: "config-ipczone-assoc", Syntax: "shutdown", Place: at(0), Default: true, Always: true, Parse: given, Print: yesNo("shutdown"),
	Help: Words{"shutdown": "Shut down the association"},
	Apply: func(x *Exec, _ parser.Args, v bool) error {
		return x.Device.EditAssociation(x.Now, func(c *ipc.Config) { c.Running = !v })
	},
	Examples: []string{"no shutdown", "shutdown"},
}

// pair is one or two addresses of a side; the second is 0 when there is one.
type pair [2]wire.Addr

func (p pair) list() []wire.Addr {
	switch {
	case p[0] == 0:
		return nil
	case p[1] == 0:
		return []wire.Addr{p[0]}
	}
	return []wire.Addr{p[0], p[1]}
}

func parsePair(_ *Exec, a parser.Args) (pair, error) {
	var p pair
	for i, name := range []string{"first", "second"} {
		if !a.Has(name) {
			break
		}
		addr, err := wire.ParseAddr(a.Get(name))
		if err != nil || addr == 0 || addr.IsMulticast() || addr == p[0] {
			return p, CaretError{Arg: name}
		}
		p[i] = addr
	}
	return p, nil
}

// side is local-ip or remote-ip.
func side(mode, name, help string, set func(c *ipc.Config, list []wire.Addr)) Leaf[pair] {
	return Leaf[pair]{
		In: mode, Syntax: name + " <first:ip> [<second:ip>]", Place: at(1), Parse: parsePair,
		Help: Words{name: help, "first": "IP address", "second": "Second IP address"},
		Apply: func(x *Exec, _ parser.Args, v pair) error {
			return x.Device.EditAssociation(x.Now, func(c *ipc.Config) { set(c, v.list()) })
		},
		Examples: []string{name + " 10.0.0.1", name + " 10.0.0.1 10.1.0.1"},
	}
}

var (
	localIP = side("config-ipc-local-sctp", "local-ip", "Define the local IP address",
		func(c *ipc.Config, list []wire.Addr) { c.LocalIP = list })
	remoteIP = side("config-ipc-remote-sctp", "remote-ip", "Define the remote IP address",
		func(c *ipc.Config, list []wire.Addr) { c.RemoteIP = list })
)

// timeouts is "retransmit-timeout", in milliseconds.
type timeouts struct{ min, max int }

// The defaults are not printed, and are the same as none (reference ha 4.2).
var defaultTimeouts = timeouts{int(ipc.DefaultMin.Milliseconds()), int(ipc.DefaultMax.Milliseconds())}

var retransmitTimeout = Leaf[timeouts]{
	In: "config-ipc-local-sctp", Place: at(2),
	Syntax: "retransmit-timeout <min:300-60000> [msec@minmsec] <max:300-60000> [msec@maxmsec]",
	Help: Words{
		"retransmit-timeout": "Configure the retransmission timeout", "min": "Minimum retransmission timeout in milliseconds",
		"max": "Maximum retransmission timeout in milliseconds", "minmsec": "Milliseconds", "maxmsec": "Milliseconds",
	},
	Parse:   func(_ *Exec, a parser.Args) (timeouts, error) { return timeouts{a.Int("min"), a.Int("max")}, nil },
	Default: defaultTimeouts,
	Print: func(_ parser.Args, v timeouts) string {
		if v == defaultTimeouts {
			return ""
		}
		return "retransmit-timeout " + itoa(v.min) + " " + itoa(v.max)
	},
	Apply: func(x *Exec, _ parser.Args, v timeouts) error {
		if v == defaultTimeouts {
			v = timeouts{}
		}
		return x.Device.EditAssociation(x.Now, func(c *ipc.Config) {
			c.RetransmitMin = time.Duration(v.min) * time.Millisecond
			c.RetransmitMax = time.Duration(v.max) * time.Millisecond
		})
	},
	Examples: []string{"retransmit-timeout 300 10000"},
}

func retries(name, help string, rank int, set func(c *ipc.Config, n int)) Leaf[int] {
	return Leaf[int]{
		In: "config-ipc-local-sctp", Syntax: name + " <retries:2-10>", Place: at(rank), Parse: number("retries"),
		Help: Words{name: help, "retries": "Number of retransmissions"}, Default: ipc.DefaultRetransmit,
		Print: func(_ parser.Args, v int) string {
			if v == ipc.DefaultRetransmit {
				return ""
			}
			return name + " " + itoa(v)
		},
		Apply: func(x *Exec, _ parser.Args, v int) error {
			if v == ipc.DefaultRetransmit {
				v = 0
			}
			return x.Device.EditAssociation(x.Now, func(c *ipc.Config) { set(c, v) })
		},
		Examples: []string{name + " 10"},
	}
}

var (
	pathRetransmit = retries("path-retransmit", "Configure the path retransmissions", 3,
		func(c *ipc.Config, n int) { c.PathRetransmit = n })
	assocRetransmit = retries("assoc-retransmit", "Configure the association retransmissions", 4,
		func(c *ipc.Config, n int) { c.AssocRetransmit = n })
)

// atProtocol lets a line of the local side be typed one level higher, where
// some texts put it (reference ha 4.1); it is stored with the local side.
func atProtocol[T comparable](l Leaf[T]) Verb {
	return Verb{
		In: "config-ipc-protocol-sctp", Syntax: l.Syntax, Help: l.Help,
		Run: func(x *Exec, form parser.Form, a parser.Args) error {
			for _, c := range x.Node.Children() {
				if c.Mode() == l.In {
					x.Node = c
					return l.set(x, parser.Match{Form: form, Args: a})
				}
			}
			return Refuse("%% local-port must be configured first")
		},
	}
}

func ipcLines() []Declaration {
	return []Declaration{
		ipcZone, ipcAssociation, assocShutdown, ipcProtocol, ipcLocal, ipcRemote, localIP, remoteIP,
		retransmitTimeout, pathRetransmit, assocRetransmit,
		atProtocol(retransmitTimeout), atProtocol(pathRetransmit), atProtocol(assocRetransmit),
	}
}
