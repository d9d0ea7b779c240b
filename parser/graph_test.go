package parser_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/parser"
)

// plain is a command that graph fills in the help of.
func plain(syntax string) parser.Command { return parser.Command{Syntax: syntax} }

// graph builds a graph and gives every word without a help text one.
func graph(t testing.TB, commands ...parser.Command) *parser.Graph {
	t.Helper()
	for i := range commands {
		if commands[i].Help == nil {
			commands[i].Help = everyWord(commands[i])
		}
	}
	g, err := parser.New("Test commands:", types, commands...)
	require.NoError(t, err)
	return g
}

// everyWord makes a text for each word of the grammars of a command.
func everyWord(c parser.Command) map[string]string {
	help := map[string]string{}
	no := strings.TrimPrefix(strings.TrimPrefix(c.No, "-"), "no ")
	for _, w := range strings.FieldsFunc(c.Syntax+" "+no, func(r rune) bool { return strings.ContainsRune(" []{}|", r) }) {
		name, typ, argument := strings.Cut(strings.Trim(w, "<>"), ":")
		if !argument {
			if _, label, ok := strings.Cut(w, "@"); ok {
				name = label
			}
		}
		if typ != "interface" {
			help[name] = "x"
		}
	}
	if strings.Contains(c.Syntax, "}*") {
		delete(help, "*")
	}
	return help
}

var types = parser.Types{
	"interface": parser.InterfaceType([]parser.Kind{
		{Name: "FastEthernet", Help: "FastEthernet IEEE 802.3"},
		{Name: "GigabitEthernet", Help: "GigabitEthernet IEEE 802.3z"},
		{Name: "Loopback", Help: "Loopback interface"},
		{Name: "Port-channel", Help: "Ethernet Channel of interfaces"},
		{Name: "Tunnel", Help: "Tunnel interface"},
		{Name: "TenGigabitEthernet", Help: "Ten Gigabit Ethernet"},
		{Name: "Vlan", Help: "Catalyst Vlans"},
		{Name: "Virtual-Template", Help: "Virtual Template interface"},
	}),
}

// device has Gi0/0, Gi0/1, Fa1/0 to Fa1/15 and every Vlan, Loopback and Tunnel.
func device(typeName, token string) bool {
	if typeName != "interface" {
		return true
	}
	if ports, ok := strings.CutPrefix(token, "FastEthernet1/"); ok {
		return len(ports) == 1 || len(ports) == 2 && ports[0] == '1' && ports[1] < '6'
	}
	switch {
	case strings.HasPrefix(token, "GigabitEthernet"):
		name, _, _ := strings.Cut(token, ".")
		return name == "GigabitEthernet0/0" || name == "GigabitEthernet0/1"
	case strings.HasPrefix(token, "FastEthernet"), strings.HasPrefix(token, "TenG"):
		return false
	}
	return true
}

var router = parser.Context{Privilege: 15, Valid: device}

// describe prints a match the way the tables write it.
func describe(m parser.Match) string {
	if m.Outcome != parser.Matched {
		return m.Outcome.String()
	}
	if m.Form != parser.Plain {
		return m.Form.String() + " " + m.Args.String()
	}
	return m.Args.String()
}

func TestNewReportsEveryFault(t *testing.T) {
	_, err := parser.New("Test commands:", parser.Types{"ip": parser.NewType("IP", parser.Free, nil)},
		parser.Command{Syntax: "one <a:word", Help: map[string]string{"one": "x"}},
		parser.Command{Syntax: "two [a | ]", Help: map[string]string{"two": "x"}},
		parser.Command{Syntax: "three <a:nothing>"},
		parser.Command{Syntax: "four <a:9-1>"},
		parser.Command{Syntax: "five <a:line> more"},
		parser.Command{Syntax: "[six]"},
		parser.Command{Syntax: "seven | eight"},
		parser.Command{Syntax: "nine", Help: map[string]string{"ten": "x", "nine": ""}, Keys: []string{"eleven"}},
		parser.Command{Syntax: "twelve {a", No: "-"},
		parser.Command{Syntax: "thirteen", No: "}"},
	)
	require.Error(t, err)
	for _, want := range []string{
		`type "ip" is built in`,
		"argument at 4 is not closed",
		"nothing at 9",
		`no type "nothing"`,
		`range "9-1"`,
		"takes all that follows it",
		`"[six]" accepts an empty line`,
		`unexpected "|"`,
		`help for "ten", which is not in it`,
		`empty help for "nine"`,
		`key "eleven", which is not in it`,
		"bracket at 7 is not closed",
		`no form of "thirteen"`,
	} {
		require.ErrorContains(t, err, want)
	}
}

func TestNewChecksHelpOfSharedPlaces(t *testing.T) {
	_, err := parser.New("Test commands:", types,
		parser.Command{Syntax: "standby [<group:0-255>] name <name:word>", Help: map[string]string{
			"standby": "HSRP", "group": "number", "name": "Redundancy name",
		}},
		parser.Command{Syntax: "standby <group:0-255> ip <ip:ip>", Help: map[string]string{"ip": "Enable"}},
	)
	require.NoError(t, err, "the second command finds its other texts in the first")

	_, err = parser.New("Test commands:", types,
		parser.Command{Syntax: "standby ip", Help: map[string]string{"standby": "HSRP"}},
		parser.Command{Syntax: "standby name", Help: map[string]string{"standby": "VRRP", "name": "x"}},
		parser.Command{Syntax: "stand", Help: map[string]string{"stand": "x"}},
		parser.Command{Syntax: "STAND"},
	)
	require.ErrorContains(t, err, `"stand" and "STAND" accept the same line`)
	require.ErrorContains(t, err, `"standby ip": no help for "ip"`)
	require.ErrorContains(t, err, `"standby": two help texts for "standby": "HSRP" and "VRRP"`)
}

func TestLabelsSeparateEqualKeywords(t *testing.T) {
	g := graph(t, plain("timers [msec@hellomsec] <hello:1-999> [msec@holdmsec] <hold:1-999>"))
	for line, want := range map[string][]string{
		"timers 3 10":           {"timers", "hello", "hold"},
		"timers msec 3 10":      {"timers", "hellomsec", "hello", "hold"},
		"timers 3 m 10":         {"timers", "hello", "holdmsec", "hold"},
		"timers msec 3 msec 10": {"timers", "hellomsec", "hello", "holdmsec", "hold"},
	} {
		m := g.Match(line, router)
		require.Equal(t, parser.Matched, m.Outcome, line)
		require.Equal(t, want, m.Args.Names())
		require.Equal(t, 10, m.Args.Int("hold"))
	}
}

func TestOptionsInAnyOrder(t *testing.T) {
	g := graph(t, plain("permit <proto:word> {log | eq <port:0-65535> | established}*"))
	m := g.Match("permit tcp est eq 80 log eq 443", router)
	require.Equal(t, "permit tcp established eq 80 log eq 443", describe(m))
	require.Equal(t, []string{"80", "443"}, m.Args.All("port"))
	require.True(t, m.Args.Has("established"))
	require.False(t, m.Args.Has("proto2"))
	require.Equal(t, "permit tcp", describe(g.Match("permit tcp", router)))
	require.Equal(t, parser.Incomplete, g.Match("permit tcp eq", router).Outcome)
}
