package modes

import (
	"slices"
	"strings"

	"tandem/config"
	"tandem/firewall"
	"tandem/parser"
	"tandem/wire"
)

// Ports of the protocols.
const (
	telnetPort = 23
	sshPort    = 22
)

// connectCommands are the commands about sessions on other hosts.
func connectCommands() []Declaration {
	return []Declaration{
		telnetSource, sshSource,
		telnetCommand("telnet", "Open a telnet connection"), telnetCommand("connect", "Open a terminal connection"),
		Command{
			Syntax: "ssh {-l <user:word> | -p <port:1-65535> | -v <version:1-2>}* <host:word>", Run: runSSH, Help: Words{
				"ssh": "Open a secure shell client connection", "-l": "Log in using this user name", "user": "Login name",
				"-p": "Connect to this port", "port": "Port number", "-v": "Specify SSH Protocol Version", "version": "Protocol Version Supported",
				"host": "IP address or hostname of a remote system",
			},
		},
		Command{Syntax: "resume [<connection:word>]", Run: runResume, Help: Words{
			"resume": "Resume an active network connection", "connection": "Name or number of an active network connection",
		}},
		Command{Syntax: "disconnect [<connection:word>]", Run: runDisconnect, Help: Words{
			"disconnect": "Disconnect an existing network connection", "connection": "Name or number of an active network connection",
		}},
		Command{Syntax: "show sessions", Piped: true, Run: showSessions, Help: Words{"sessions": "Information about Telnet connections"}},
		Command{Syntax: "where", Run: showSessions, Help: Words{"where": "List active connections"}},
	}
}

func telnetCommand(word, help string) Command {
	return Command{
		Syntax: word + " <host:word> [<port:1-65535>] [/source-interface <if:interface>]", Run: runTelnet, Help: Words{
			word: help, "host": "IP address or hostname of a remote system", "port": "Port number",
			"/source-interface": "Specify source interface", "if": "Interface",
		},
	}
}

// sourceInterface is "ip telnet source-interface" or "ip ssh
// source-interface": whose address the router's own connections come from.
func sourceInterface(protocol string, more Words) Leaf[string] {
	more["source-interface"] = "Specify interface for source address in connections"
	more["if"] = "Interface"
	return Leaf[string]{
		In: ConfigMode, Syntax: "ip " + protocol + " source-interface <if:interface>", No: "ip " + protocol + " source-interface [<if:interface>]",
		Place: in(config.SectionInspect, 59), Parse: word("if"), Apply: kept[string], Help: more,
		Print: func(_ parser.Args, name string) string {
			if name == "" {
				return ""
			}
			return "ip " + protocol + " source-interface " + name
		},
		Examples: []string{"ip " + protocol + " source-interface GigabitEthernet0/0"},
	}
}

var (
	telnetSource = sourceInterface(Telnet, Words{"telnet": "Specify telnet options"})
	sshSource    = sourceInterface(SSH, Words{})
)

// sourceOf is the address that the router's connections of a protocol come
// from, 0 where the way out decides.
func sourceOf(d Device, protocol string) wire.Addr {
	leaf := telnetSource
	if protocol == SSH {
		leaf = sshSource
	}
	if name := leaf.Value(d.Config().Root); name != "" {
		return d.Interface(name).Primary.Addr
	}
	return 0
}

func runTelnet(x *Exec, a parser.Args) {
	o := Outgoing{Protocol: Telnet, Port: telnetPortOf(x.Device.Config(), a.Get("host"))}
	if a.Has("port") {
		o.Port = uint16(a.Int("port"))
	}
	if a.Has("if") {
		o.Source = x.Device.Interface(a.Get("if")).Primary.Addr
	}
	connect(x, a.Get("host"), o)
}

func runSSH(x *Exec, a parser.Args) {
	o := Outgoing{Protocol: SSH, Port: sshPort, User: a.Get("user")}
	if a.Has("port") {
		o.Port = uint16(a.Int("port"))
	}
	if o.User == "" {
		o.User = x.Shell.User
	}
	if o.User == "" {
		x.Print("% No user specified nor available for SSH client\n")
		return
	}
	connect(x, a.Get("host"), o)
}

// connectTo is a word that is no command: a host to telnet to (reference cli
// 1.10).
func connectTo(x *Exec, word string) {
	host, text, ok := lookUp(x, word)
	if !ok {
		x.Print(text + unknownCommand)
		if !x.Device.NameLookup() {
			x.Print("\n")
		}
		return
	}
	place(x, word, Outgoing{Protocol: Telnet, Port: telnetPortOf(x.Device.Config(), word), Host: host, Source: sourceOf(x.Device, Telnet)})
}

// connect begins a session on a host.
func connect(x *Exec, name string, o Outgoing) {
	host, text, ok := lookUp(x, name)
	if !ok {
		x.Print(text)
		if text != "" && x.Device.NameLookup() {
			x.Print("\n")
		}
		x.Print("% Bad IP address or host name\n")
		return
	}
	o.Host = host
	if o.Source == 0 {
		o.Source = sourceOf(x.Device, o.Protocol)
	}
	place(x, name, o)
}

// place makes the connection, where the line lets its user do so.
func place(x *Exec, name string, o Outgoing) {
	s := x.Shell
	if text := s.forbids(x, o); text != "" {
		x.Print(text + "\n")
		return
	}
	o.Length, o.Width = s.Terminal.Length, s.Terminal.Width
	c := &connection{name: name, out: o, typed: x.Now}
	if o.Protocol == Telnet {
		x.Print(trying(name, o))
	}
	call, err := x.Device.Call(x.Now, o, c.hear)
	if err != nil {
		if o.Protocol == Telnet {
			x.Print("\n")
		}
		x.Print(refusal(err) + "\n\n")
		return
	}
	c.call = call
	s.calls.add(c)
	c.show(x)
}

// trying announces a telnet connection; the port stands there where it is not
// telnet's (remembered).
func trying(name string, o Outgoing) string {
	text := "Trying " + name
	if name != o.Host.String() {
		text += " (" + o.Host.String() + ")"
	}
	if o.Port != telnetPort {
		text += ", " + itoa(int(o.Port))
	}
	return text + " ... "
}

// forbids is why the session may not connect, "" when it may: the line's
// "transport output", "session-limit" and "access-class out". Standard lists look at the
// address connected to.
func (s *Shell) forbids(x *Exec, o Outgoing) string {
	refused := "% " + o.Protocol + " connections not permitted from this terminal"
	if s.Single {
		return refused
	}
	if s.Settings == nil {
		return ""
	}
	line := s.Settings()
	if !line.Makes(o.Protocol) {
		return refused
	}
	if line.Sessions > 0 && len(s.calls.open) >= line.Sessions {
		return tooMany
	}
	list := x.Device.Firewall().Filter(line.AccessOut)
	if line.AccessOut == "" || list == nil {
		return ""
	}
	p := wire.Packet{Proto: wire.ProtoTCP, Src: o.Host, Dst: o.Host, DstPort: o.Port}
	if list.Check(&p) != firewall.Permit {
		return "% Connections to that host not permitted from this terminal"
	}
	return ""
}

func runResume(x *Exec, a parser.Args) {
	if c := chosen(x, a); c != nil {
		c.resume(x)
	}
}

func runDisconnect(x *Exec, a parser.Args) {
	c := chosen(x, a)
	if c == nil {
		return
	}
	x.Confirm(strings.Replace(closing, "%s", c.name, 1), func(*Exec) { c.end() })
}

// chosen is the connection that a command names, or the last one.
func chosen(x *Exec, a parser.Args) *connection {
	b := &x.Shell.calls
	c := b.current
	if len(b.open) == 0 {
		x.Print(noConnections)
		return nil
	}
	if a.Has("connection") {
		if c = b.named(a.Get("connection")); c == nil {
			x.Print(noSuchSession)
		}
	}
	return c
}

// showSessions lists the connections; the layout is remembered.
func showSessions(x *Exec, _ parser.Args) {
	b := &x.Shell.calls
	if len(b.open) == 0 {
		x.Print(noConnections)
		return
	}
	x.Print("Conn Host                Address             Byte  Idle Conn Name\n")
	for _, c := range b.open {
		star := " "
		if c == b.current {
			star = "*"
		}
		x.Printf("%s %2d %-19s %-19s %4d %5d %s\n", star, c.number, c.name, c.out.Host, len(c.held), c.idleMinutes(x.Now), c.name)
	}
}

// logout ends the session; one with connections to other hosts asks first.
func logout(x *Exec, _ parser.Args) {
	if len(x.Shell.calls.open) == 0 {
		x.Shell.closed = true
		return
	}
	x.Confirm(openConnection, func(x *Exec) {
		for _, c := range slices.Clone(x.Shell.calls.open) {
			x.Print("Closing: " + c.name + " !\n")
			c.end()
		}
		x.Shell.closed = true
	})
}
