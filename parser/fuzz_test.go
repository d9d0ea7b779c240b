package parser_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/parser"
)

func FuzzLine(f *testing.F) {
	for _, line := range []string{
		"", "  ", "no", "show ip route 1.2.3.4/8", "no standby 1 timers msec 3 10", "int gi 0/0", "int gi0/9.1.2",
		"permit tcp any host 1.2.3.4 eq 80 log log est", "description  a b | c ", "def interf vl 1", "\x00\xff\t*",
		"clear line *", "password 7 00", "password 8", "clock 1:2:3", "hex 0x", "int \u0130gi0/0", "do show ip",
	} {
		f.Add(line, 15)
		f.Add(line, 1)
	}
	g := graph(f,
		plain("show ip route [<a:ip> [<m:ip> | longer]]"), plain("show ip"), plain("show ipv6"), plain("do <cmd:line>"),
		plain("standby [<group:0-255>] timers [msec@m1] <hello:1-254> [msec@m2] <hold:1-255>"),
		parser.Command{Syntax: "standby [<group:0-255>] name <name:word>", Privilege: 7},
		plain("{permit | deny} {tcp | udp | <p:0-255>} {any@s | host@sh <src:ip> | <src:ip> <sw:ip>} {any@d | host@dh <dst:ip>} {log | eq <port:0-65535> | established}*"),
		parser.Command{Syntax: "description <text:line>"}, plain("interface <if:interface>"),
		plain("interface range {<if:interface>}*"),
		parser.Command{Syntax: "password {0@clear <pw:line> | 7@coded <coded:hex> | <pw:line>}", No: "password"},
		plain("clear line {* | <n:0-99>}"), plain("clock <t:time>"), plain("mac <m:mac>"), plain("hex <h:hex>"),
		parser.Command{Syntax: "service internal", Hidden: true, No: "-"}, plain("vlan <v:1-4094>"), plain("vlan <w:1-99> narrow"),
		plain("a [b [c [d <x:word>]]] {e | f}*"), plain("aa {<x:word>}*"),
	)
	f.Fuzz(func(t *testing.T, line string, privilege int) {
		ctx := parser.Context{Privilege: privilege, Valid: device}
		for _, match := range []func(string, parser.Context) parser.Match{g.Match, g.MatchConfig} {
			m := match(line, ctx)
			switch m.Outcome {
			case parser.Invalid:
				require.GreaterOrEqual(t, m.Offset, 0)
				require.Less(t, m.Offset, len(line))
			case parser.Matched:
				require.NotNil(t, m.Command)
				require.NotEmpty(t, m.Args)
				again := match(strings.TrimLeft(m.Form.String()+" "+m.Args.String(), " "), ctx)
				for i := range again.Args {
					again.Args[i].Start = m.Args[i].Start // the full words stand elsewhere
				}
				require.Equal(t, m, again)
			case parser.Empty:
				require.Empty(t, strings.Trim(line, " \t"))
			}
		}
		for _, h := range []parser.Help{g.Help(line, ctx), g.HelpConfig(line, ctx)} {
			h.Render(80)
			require.True(t, strings.HasSuffix(h.Render(privilege%100), "\n"))
		}
		if whole, ok := g.CompleteConfig(line, ctx); ok {
			require.Equal(t, parser.Matched, g.HelpConfig(whole, ctx).Outcome)
			again, _ := g.CompleteConfig(strings.TrimSuffix(whole, " "), ctx)
			require.Equal(t, whole, again)
		}
	})
}
