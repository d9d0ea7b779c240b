package parser_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/parser"
)

func TestHelpAtAnEmptyPrompt(t *testing.T) {
	g, err := parser.New("Exec commands:", nil,
		parser.Command{Syntax: "mrinfo", Help: map[string]string{"mrinfo": "Request neighbor and version information from a multicast router"}},
		parser.Command{Syntax: "access-template", Help: map[string]string{"access-template": "Create a temporary Access-List entry"}},
		parser.Command{Syntax: "undebug", Help: map[string]string{"undebug": "Disable debugging functions (see also 'debug')"}, Privilege: 15},
		parser.Command{Syntax: "secret", Help: map[string]string{"secret": "x"}, Hidden: true},
	)
	require.NoError(t, err)
	// layout of the captured list: reference cli 1.5
	require.Equal(t, `Exec commands:
  access-template  Create a temporary Access-List entry
  mrinfo           Request neighbor and version information from a multicast
                   router
  undebug          Disable debugging functions (see also 'debug')
`, g.Help("", router).Render(80))
	require.NotContains(t, g.Help("", parser.Context{Privilege: 1}).Render(80), "undebug")
	require.Contains(t, g.Help(" ", router).Render(0), "multicast router\n")
}

func TestHelpRows(t *testing.T) {
	g := graph(t, plain("ip route <net:ip> <mask:ip> {<hop:ip> | <if:interface>} [<distance:1-255>]"),
		plain("ip host <n:word> <a:ip>"), plain("description <text:line>"), plain("shutdown"), plain("domain-lookup"),
		plain("domain-name <n:word>"), plain("domain"))
	for line, want := range map[string][]string{
		"ip ":                               {"host", "route"},
		"ip host ":                          {"WORD"},
		"ip route 1.0.0.0 255.0.0.0 ":       {"A.B.C.D", "FastEthernet", "GigabitEthernet", "Loopback", "Port-channel", "TenGigabitEthernet", "Tunnel", "Virtual-Template", "Vlan"},
		"ip route 1.0.0.0 255.0.0.0 gi ":    {"<0-2147483647>"},
		"ip route 1.0.0.0 255.0.0.0 gi0/0 ": {"<1-255>", "<cr>"},
		"shutdown ":                         {"<cr>"},
		"description ":                      {"LINE"},
		"no description ":                   {"LINE", "<cr>"},
		"no ":                               {"description", "domain", "domain-lookup", "domain-name", "ip", "shutdown"},
	} {
		h := g.HelpConfig(line, router)
		require.Equal(t, parser.Matched, h.Outcome, line)
		require.Empty(t, h.Title)
		var tokens []string
		for _, r := range h.Rows {
			tokens = append(tokens, r.Token)
		}
		require.Equal(t, want, tokens, line)
	}
	root := g.HelpConfig("", router)
	require.Contains(t, root.Rows, parser.Row{Token: "no", Text: "Negate a command or set its defaults"})
	require.Contains(t, root.Rows, parser.Row{Token: "default", Text: "Set a command to its defaults"})

	for line, want := range map[string]string{
		"no domai":                     "domain  domain-lookup  domain-name  \n",
		"ip route 10.":                 "A.B.C.D  \n",
		"ip route 1.1.1.1 2.2.2.2 g":   "GigabitEthernet  \n",
		"ip route 1.1.1.1 2.2.2.2 g0/": "<0-2147483647>  \n",
		"description some te":          "LINE  <cr>  \n",
		"description some ":            "LINE  <cr>  \n",
		"nothing":                      "% Unrecognized command\n",
		"ip nothing ":                  "% Unrecognized command\n",
		"d x ":                         "% Ambiguous command:  \"d x \"\n",
		"shutdown now":                 "% Unrecognized command\n",
	} {
		require.Equal(t, want, g.HelpConfig(line, router).Render(80), "%q", line)
	}
}

func TestRenderPutsEndLastAndFolds(t *testing.T) {
	h := parser.Help{Rows: []parser.Row{{"brief", "one two three"}, {"<cr>", ""}}}
	h.Rows = append(h.Rows, parser.Row{Token: "|", Text: "Output modifiers"})
	require.Equal(t, "  brief  one two three\n  |      Output modifiers\n  <cr>\n", h.Render(0))
	require.Equal(t, "  brief  one\n         two\n         three\n  |      Output\n         modifiers\n  <cr>\n", h.Render(12))
	words := parser.Help{Words: []string{"a", "bbbb", "cc", "d", "ee"}}
	require.Equal(t, "a  bbbb  cc  \nd  ee    \n", words.Render(13))
	require.Equal(t, "a     \nbbbb  \ncc    \nd     \nee    \n", words.Render(1))
	require.Equal(t, 1, strings.Count(words.Render(0), "\n"))
}

func TestComplete(t *testing.T) {
	g := graph(t, plain("erase startup-config"), plain("enable"), plain("show ip"), plain("show ipv6"), plain("name <n:word>"),
		plain("interface <if:interface>"), plain("default-gateway"), parser.Command{Syntax: "zz", Hidden: true})
	for line, want := range map[string]string{
		"erase start":    "erase startup-config ",
		" er STA":        " er startup-config ",
		"show ip":        "show ip ",
		"int gi":         "int GigabitEthernet ",
		"no sho":         "no show ",
		"nam":            "name ",
		"default-":       "default-gateway ",
		"e":              "",
		"show i":         "",
		"erase ":         "",
		"":               "",
		"name x":         "",
		"int gi0/0":      "",
		"nothing at all": "",
		"zz":             "",
	} {
		got, ok := g.CompleteConfig(line, router)
		if want == "" {
			want = line
			require.False(t, ok, line)
		}
		require.Equal(t, want, got)
	}
	got, ok := g.Complete("n", router)
	require.True(t, ok, "exec lines have no forms")
	require.Equal(t, "name ", got)
}
