package parser_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/parser"
)

// colours is a tail of at most two words: a colour, then "on".
type colours struct{}

func (colours) Judge(token string) (int, bool) { return len(token), true }
func (colours) Show() string                   { return "LINE" }
func (colours) Rank() parser.Rank              { return parser.Free }

func (colours) Next(words []string) (rows []parser.Row, complete, ok bool) {
	switch len(words) {
	case 0:
		return []parser.Row{{Token: "<1-9>", Text: "Shade"}, {Token: "green", Text: "Green"}, {Token: "grey", Text: "Grey"}}, false, true
	case 1:
		return []parser.Row{{Token: "on", Text: "Lit"}}, true, words[0] != "no"
	}
	return nil, true, len(words) == 2
}

func TestTail(t *testing.T) {
	g, err := parser.New("", parser.Types{"colours": colours{}}, parser.Command{
		Syntax: "paint <colour:colours>", Help: map[string]string{"paint": "Paint", "colour": "Colour"}, No: "-",
	})
	require.NoError(t, err)
	ctx := parser.Context{}
	require.Equal(t, "  <1-9>  Shade\n  green  Green\n  grey   Grey\n", g.Help("paint ", ctx).Render(80))
	require.Equal(t, "green  grey  \n", g.Help("paint gr", ctx).Render(80))
	require.Equal(t, "<1-9>  \n", g.Help("paint 4", ctx).Render(80))
	require.Equal(t, "  on    Lit\n  <cr>\n", g.Help("paint grey ", ctx).Render(80))
	require.Equal(t, "% Unrecognized command\n", g.Help("paint grey x", ctx).Render(80))
	require.Equal(t, "% Unrecognized command\n", g.Help("paint no ", ctx).Render(80))
	for typed, want := range map[string]string{
		"paint gre":     "paint gre",
		"paint gree":    "paint green ",
		"paint green o": "paint green on ",
		"paint 1":       "paint 1",
	} {
		got, _ := g.Complete(typed, ctx)
		require.Equal(t, want, got)
	}
	require.Equal(t, "grey on", g.Match("paint grey on", ctx).Args.Get("colour"))
	_, err = parser.New("", parser.Types{"colours": colours{}}, parser.Command{
		Syntax: "paint <colour:colours> now", Help: map[string]string{"paint": "Paint", "colour": "Colour", "now": "Now"}, No: "-",
	})
	require.ErrorContains(t, err, "takes all that follows it")
}

func TestCommandWithOnlyItsNoForm(t *testing.T) {
	g, err := parser.New("", nil,
		parser.Command{Syntax: "group <n:1-9> name <x:word>", Help: map[string]string{
			"group": "Group", "n": "Number", "name": "Name", "x": "Name",
		}},
		parser.Command{No: "group <n:1-9>", Help: map[string]string{"group": "Group", "n": "Number"}, Value: "gone"})
	require.NoError(t, err)
	require.Equal(t, parser.Incomplete, g.MatchConfig("group 1", parser.Context{}).Outcome)
	m := g.MatchConfig("no group 1", parser.Context{})
	require.Equal(t, "gone", m.Command.Value)
}
