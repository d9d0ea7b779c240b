package router_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInterfaceRange(t *testing.T) {
	b := newBench(t, "RouterA", nil)
	b.privileged()
	b.configure("no logging console")
	b.enter("configure terminal")
	require.Empty(t, b.enter("int range fa0/1/0 -2,gi0/0 , Fast 0/1/2 - 2"))
	require.Equal(t, "Router(config-if-range)#", b.prompt())
	require.Empty(t, b.enter("description four of them"))
	require.Equal(t, 4, strings.Count(b.Listing(), "  description four of them\n"))
	require.Empty(t, b.enter("no description"))
	require.NotContains(t, b.Listing(), "four")

	b.enter("interface range gi0/0 - 1")
	b.enter("standby 5 priority 120")
	require.Equal(t, 2, strings.Count(b.Listing(), " standby 5 priority 120\n"))
	b.enter("no standby 5")
	require.NotContains(t, b.Listing(), "standby 5")
	b.enter("exit")
	require.Equal(t, "Router(config)#", b.prompt())

	for typed, column := range map[string]int{
		"interface range gi0/0 - 9": 31, "interface range gi0/0 , foo": 39, "interface range gi0/1 - 0": 31,
		"interface range g": 31, "interface range gi0/0,,gi0/1": 37, "interface range fa0/1/0 - 99999999999": 31,
		"interface range gi0/0,gi0/0,gi0/0,gi0/0,gi0/0,gi0/0": 61, "interface range loopback 1 - 3": 31,
	} {
		require.Equal(t, strings.Repeat(" ", column)+"^\n% Invalid input detected at '^' marker.\n\n", b.enter(typed), typed)
		require.Equal(t, "Router(config)#", b.prompt())
	}
	require.Equal(t, "% Incomplete command.\n\n", b.enter("interface range"))
}
