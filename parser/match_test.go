package parser_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/parser"
)

func TestMatch(t *testing.T) {
	g := graph(t,
		plain("show ip [route]"), plain("show ipc"), plain("show ipv6 route"), plain("show interfaces [<if:interface>]"),
		plain("show inventory"),
		plain("standby <group:0-255> ip"), plain("standby priority <p:0-255>"), plain("standby <name:word>"),
		plain("description <text:line>"), plain("exit"), plain("exception dump <a:ip>"),
		plain("vlan <id:1-4094>"), plain("vlan <ids:1-99> narrow"), plain("clock <t:time>"), plain("mac <m:mac>"),
		plain("key {hex <k:hex> | 0 <k:line> | <k:line>}"), plain("clear line {* | <n:0-9>}"),
		parser.Command{Syntax: "service internal", Hidden: true}, parser.Command{Syntax: "send log", Hidden: true},
		plain("setup"),
		parser.Command{Syntax: "reload", Privilege: 15}, plain("release"),
	)
	for line, want := range map[string]string{
		"":                          "empty",
		" \t ":                      "empty",
		"show ip":                   "show ip", // exact beats ipc and ipv6
		"  SHOW\tIP   Route ":       "show ip route",
		"sh ipv r":                  "show ipv6 route",
		"show i":                    "ambiguous",
		"show i nonsense":           "ambiguous", // the first word that fails decides
		"show in":                   "ambiguous",
		"show int":                  "show interfaces",
		"show":                      "incomplete",
		"sho ipv6":                  "incomplete",
		"show ipv6 x":               "invalid",
		"ex":                        "ambiguous",
		"exit now":                  "invalid",
		"standby 7 ip":              "standby 7 ip", // a range beats a word
		"standby 256":               "standby 256",  // no number of the range, so a word
		"standby p 10":              "standby priority 10",
		"standby px":                "standby px",
		"description  a  b? |  ":    "description a  b? |  ", // verbatim from the first character
		"description":               "incomplete",
		"vlan 7":                    "incomplete", // the narrower range has it
		"vlan 700":                  "vlan 700",
		"vlan 0":                    "invalid",
		"vlan 99999999999999999999": "invalid",
		"clock 23:59:59":            "clock 23:59:59",
		"clock 24:00:00":            "invalid",
		"clock 1:2":                 "invalid",
		"mac 0011.2233.4455":        "mac 0011.2233.4455",
		"mac 0011.2233":             "invalid",
		"key h ab12":                "key hex ab12",
		"key 0 ab cd":               "key 0 ab cd",
		"key 07 ab":                 "key 07 ab",
		"key xyz":                   "key xyz",
		"clear line *":              "clear line *",
		"se":                        "setup", // listed before hidden
		"ser i":                     "service internal",
		"service":                   "incomplete",
		"rel":                       "ambiguous",
	} {
		require.Equal(t, want, describe(g.Match(line, router)), "%q", line)
	}
	user := parser.Context{Privilege: 1}
	require.Equal(t, "release", describe(g.Match("rel", user)), "a command above the level does not count")
	require.Equal(t, parser.Match{Outcome: parser.Invalid, Offset: 3}, g.Match("reload", user))
}

func TestMatchInterfaceNames(t *testing.T) {
	g := graph(t, plain("interface <if:interface>"), plain("show {<if:interface> | version | <vlan:1-9>}"),
		plain("mtu <n:0-9> on <if:interface> now"))
	for line, want := range map[string]string{
		"interface GigabitEthernet0/0": "interface GigabitEthernet0/0",
		"int gi0/0":                    "interface GigabitEthernet0/0",
		"int gi 0/0":                   "interface GigabitEthernet0/0",
		"int GI00/01":                  "interface GigabitEthernet0/1",
		"int g0/1.100":                 "interface GigabitEthernet0/1.100",
		"int Vlan 1":                   "interface Vlan1",
		"int vl1":                      "interface Vlan1",
		"int v1":                       "ambiguous",
		"int v 1":                      "ambiguous",
		"int lo0":                      "interface Loopback0",
		"int port-channel 3":           "interface Port-channel3",
		"int fa1/15":                   "interface FastEthernet1/15",
		"int gi":                       "incomplete",
		"int gi 0/0 x":                 "invalid",
		"int gi0":                      "invalid",
		"show v":                       "ambiguous",
		"show ver":                     "show version",
		"show 7":                       "show 7",
		"show vl7":                     "show Vlan7",
		"mtu 1 on t0 now":              "ambiguous",
		"mtu 1 on tu0 n":               "mtu 1 on Tunnel0 now",
		"mtu 1 on tu 0 n":              "mtu 1 on Tunnel0 now",
	} {
		require.Equal(t, want, describe(g.Match(line, router)), "%q", line)
	}
	require.Equal(t, "GigabitEthernet0/0", g.Match("int g 0/0", router).Args.Get("if"))
	for line, offset := range map[string]int{
		"int gi0/9":       8, // 0/0 and 0/1 exist, so the last digit is at fault
		"int gi 0/9":      9,
		"int gi0/1x":      9,
		"int gi5/0":       6, // no interface differs only in its last part
		"int gi 5/0":      7,
		"int fa1/16":      9, // 1/1 begins existing numbers
		"int gigx0/0":     7,
		"int bvi1":        4,
		"int gi0/0.x":     10,
		"int gi0/0/0/0/0": 13,
		"int gi/0":        6,
	} {
		m := g.Match(line, router)
		require.Equal(t, parser.Invalid, m.Outcome, line)
		require.Equal(t, offset, m.Offset, line)
	}
}

func TestMatchConfigForms(t *testing.T) {
	g := graph(t,
		parser.Command{Syntax: "standby [<group:0-255>] timers [msec] <hello:1-254> <hold:1-255>"},
		parser.Command{Syntax: "standby [<group:0-255>] preempt [delay {minimum <min:0-9> | reload <rel:0-9>}*]"},
		plain("shutdown"), plain("speed {10 | 100 | auto}"),
		parser.Command{Syntax: "ip host <name:word> <addr:ip>", Keys: []string{"name"}},
		parser.Command{Syntax: "ip address <addr:ip> <mask:ip>"}, plain("ip address dhcp"),
		parser.Command{Syntax: "ip access-group <acl:word> {in | out}", Keys: []string{"in", "out"}},
		parser.Command{Syntax: "exit", No: "-"},
		parser.Command{Syntax: "banner motd <text:line>", No: "no banner motd"},
		parser.Command{Syntax: "{permit | deny} <what:word>"},
		plain("ntp server <a:ip>"),
	)
	for line, want := range map[string]string{
		"standby 1 timers 3 10":      "standby 1 timers 3 10",
		"no standby 1 timers":        "no standby 1 timers",
		"no standby 1 timers 3 10":   "no standby 1 timers 3 10",
		"no stand time msec 3 10":    "no standby timers msec 3 10",
		"no standby 1 timers 3":      "incomplete",
		"no standby 1 pre":           "no standby 1 preempt",
		"no standby 1 preempt delay": "no standby 1 preempt delay",
		"default standby 1 timers":   "default standby 1 timers",
		"def shut":                   "default shutdown",
		"no sh":                      "no shutdown",
		"n":                          "ambiguous", // no, ntp
		"no":                         "incomplete",
		"no speed":                   "no speed",
		"no ip host":                 "incomplete",
		"no ip host a":               "no ip host a",
		"no ip host a 1.2.3.4":       "no ip host a 1.2.3.4",
		"no ip address":              "no ip address",
		"no ip address dhcp":         "no ip address dhcp",
		"no ip access-group x":       "incomplete",
		"no ip access-group x in":    "no ip access-group x in",
		"no exit":                    "invalid",
		"exit":                       "exit",
		"no banner motd":             "no banner motd",
		"no banner motd x":           "invalid",
		"no permit":                  "incomplete",
		"no permit x":                "no permit x",
	} {
		require.Equal(t, want, describe(g.MatchConfig(line, router)), "%q", line)
	}
	require.Equal(t, parser.Defaulted, g.MatchConfig("default speed", router).Form)
	require.Equal(t, parser.Invalid, g.Match("no shutdown", router).Outcome, "exec lines have no forms")
	require.Equal(t, "ip address <addr:ip> <mask:ip>", g.MatchConfig("no ip address", router).Command.Syntax)
}

// The lines are those of ten public captures; the keywords are stand-ins for
// what the release must have had (reference cli 1.3).
func TestCaretCases(t *testing.T) {
	for _, c := range []struct {
		prompt, line, caret string
		commands            []string
	}{
		{"R1(config)#", "logging 0255.255.1", "                   ^", []string{"logging <a:ip>", "logging on"}},
		{"route-views>", "show ip route 5.16.126.49/22", "                                     ^", []string{"show ip route [<a:ip> [<m:ip>]]"}},
		{"route-views>", "show ip route 94.251.41.120 /32", "                                        ^", []string{"show ip route <a:ip> [<m:ip> | longer-prefixes]"}},
		{"Shelter-SW1#", "show interaface trunk", "                      ^", []string{"show interfaces", "show ip"}},
		{"sw3(config-if-range)#", "show lacp neighbor", "                       ^", []string{"shutdown", "switchport"}},
		{"CM-S6-H001(config)#", "ipv6 nd raquard policy HOST_POLICY", "                             ^", []string{"ipv6 nd raguard policy <p:word>", "ipv6 nd inspection"}},
		{"R1>", "enable cisco", "          ^", []string{"enable [<level:0-15> | view]"}},
		{"R1(config)#", "cisco", "              ^", []string{"cisp enable", "class-map"}},
		{"Switch(config)#", "host name S2", "                         ^", []string{"hostname <n:word>"}},
		{"cisco1>", "show foooooooo", "              ^", []string{"show format", "show flash"}},
		{"R1#", "aoeu", "    ^", []string{"archive", "access-enable"}}, // transport preferred none
	} {
		var commands []parser.Command
		for _, syntax := range c.commands {
			commands = append(commands, plain(syntax))
		}
		m := graph(t, commands...).MatchConfig(c.line, router)
		require.Equal(t, parser.Invalid, m.Outcome, c.line)
		require.Equal(t, c.caret, parser.Caret(c.prompt, c.line, m.Offset), "%s%s", c.prompt, c.line)
	}
}

func TestCaretCountsCharacters(t *testing.T) {
	require.Equal(t, "    ^", parser.Caret("R#", "\t\tx", 2))
	require.Equal(t, "   ^", parser.Caret("Ré#", "x", 0))
	require.Equal(t, " ^", parser.Caret("", "x", 99))
}

func TestOffsetOfWrongArguments(t *testing.T) {
	g := graph(t, plain("a <n:1-100>"), plain("b <a:ip>"), plain("c <m:mac>"), plain("d <t:time>"), plain("e <h:hex>"),
		plain("f {<n:1-100> | name}"))
	for line, offset := range map[string]int{
		"a 101": 2, "a 1o": 3, "a x": 2, "a 1 2": 4,
		"b 1.2.3": 2, "b 1.2.3.400": 2, "b 1.2..": 6, "b 1.2.3.4.5": 9, "b x": 2,
		"c 0011.22334": 11, "c 001g": 5, "d 12:3x": 6, "d 123": 4, "d 12:60:00": 2, "e 0x": 2, "e 12g": 4,
		"f nax": 4, "f 1000": 2, "f x": 2, "f": 0, "  zz": 2,
	} {
		m := g.Match(line, router)
		if line == "f" {
			require.Equal(t, parser.Incomplete, m.Outcome)
			continue
		}
		require.Equal(t, parser.Invalid, m.Outcome, line)
		require.Equal(t, offset, m.Offset, line)
	}
}

func TestCallerTypes(t *testing.T) {
	even := parser.NewType("EVEN", parser.Shaped, func(token string) (int, bool) {
		return len(token), strings.TrimLeft(token, "02468") == ""
	})
	g, err := parser.New("", parser.Types{"even": even}, parser.Command{
		Syntax: "take {<n:even> | <w:word>}", Help: map[string]string{"take": "x", "n": "x", "w": "x"},
	})
	require.NoError(t, err)
	require.Equal(t, "2468", g.Match("take 2468", router).Args.Get("n"))
	require.Equal(t, "13", g.Match("take 13", router).Args.Get("w"))
	veto := parser.Context{Valid: func(name, token string) bool { return name != "even" || token != "22" }}
	require.Equal(t, "22", g.Match("take 22", veto).Args.Get("w"))
}

// benchGraph has 400 commands of the size and shape of configuration commands.
func benchGraph(b *testing.B) *parser.Graph {
	var commands []parser.Command
	for i := range 100 {
		w := fmt.Sprintf("%c%c-word%d", 'a'+i%26, 'a'+i%7, i)
		commands = append(commands,
			plain(w+" [<group:0-255>] name <name:word>"),
			plain(w+" [<group:0-255>] timers [msec@m1] <hello:1-254> [msec@m2] <hold:1-255>"),
			plain(w+" {permit | deny} {tcp | udp} {any@a | host <src:ip> | <src:ip> <wild:ip>} {log | established}*"),
			plain(w+" output <if:interface>"))
	}
	return graph(b, commands...)
}

func BenchmarkPasteTenThousandLines(b *testing.B) {
	g := benchGraph(b)
	var lines []string
	for i := range 10_000 {
		w := fmt.Sprintf("%c%c-word%d", 'a'+i%100%26, 'a'+i%100%7, i%100)
		lines = append(lines, []string{
			w + " 1 name HAin", " " + w + " 7 timers msec 250 10", w + " permit tcp host 10.0.0.1 log est",
			w + " output gi0/1", "no " + w + " 7 timers", w + " nonsense",
		}[i%6])
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, line := range lines {
			g.MatchConfig(line, router)
		}
	}
}

func BenchmarkNew400Commands(b *testing.B) {
	for b.Loop() {
		benchGraph(b)
	}
}
