package modes_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func (b *bench) help(text string) string {
	b.out.Reset()
	b.console.Help(b.now, text)
	return b.out.String()
}

func (b *bench) complete(text string) string {
	b.console.Complete(b.now, text)
	return b.last.Line
}

func TestAliasesInHelpAndCompletion(t *testing.T) {
	b := privileged(t, []byte("alias exec sib show ip interface brief\nalias exec P show processes\nend\n"))
	require.Regexp(t, `^\*s=show  +\*sib="show ip interface brief"  +\w`, b.help("s"))
	require.Equal(t, "*sib=\"show ip interface brief\"  \n", b.help("sib"))
	require.Regexp(t, `^\*u=undebug  \*un=undebug  undebug  `, b.help("u"))
	require.NotContains(t, b.help(""), "*")
	require.NotContains(t, b.help("show s"), "*")
	require.Equal(t, b.help("show ip ro"), b.help("s ip ro"))
	require.Equal(t, b.help("show ip interface brief "), b.help("sib "))
	require.Equal(t, "s clock ", b.complete("s clo"))
	require.Equal(t, "  s ip route ", b.complete("  s ip rou"))
	require.Equal(t, "s nothing", b.complete("s nothing"))
	require.Equal(t, "sib | i", b.complete("sib | i"))
	b.enter("configure terminal")
	require.Regexp(t, `^\*s=show  `, b.help("do s"))
	require.Equal(t, "do s clock ", b.complete("do s clo"))
	require.NotContains(t, b.help("s"), "*", "exec aliases are none of a configuration mode")
}
