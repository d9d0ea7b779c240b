package platform_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/platform"
)

func TestNames(t *testing.T) {
	for _, tc := range []struct{ typed, long, short string }{
		{"GigabitEthernet0/0", "GigabitEthernet0/0", "Gi0/0"},
		{"gi 0/1", "GigabitEthernet0/1", "Gi0/1"},
		{"g0/0.10", "GigabitEthernet0/0.10", "Gi0/0.10"},
		{"fa0/1/8", "FastEthernet0/1/8", "Fa0/1/8"},
		{"f1/0", "FastEthernet1/0", "Fa1/0"},
		{"e0/0", "Ethernet0/0", "Et0/0"},
		{"VLAN 1", "Vlan1", "Vl1"},
		{"lo0", "Loopback0", "Lo0"},
		{"tu5", "Tunnel5", "Tu5"},
		{"s0/0/0", "Serial0/0/0", "Se0/0/0"},
		{"n0", "Null0", "Nu0"},
		{"po1", "Port-channel1", "Po1"},
		{"bvi1", "BVI1", "BV1"},
		{"d0", "Dialer0", "Di0"},
	} {
		long, err := platform.LongName(tc.typed)
		require.NoError(t, err, tc.typed)
		require.Equal(t, tc.long, long)
		require.Equal(t, tc.short, platform.ShortName(long))
		again, err := platform.LongName(tc.short)
		require.NoError(t, err)
		require.Equal(t, long, again)
	}
	for _, typed := range []string{
		"", "0/0", " 0/0", "gi", "gix0/0", "gi0/", "gi/0", "gi0//0", "gi0/0/0/0", "gi-1/0", "gi+1", "gi0/00", "gi256/0",
		"vlan0", "vlan4095", "vlan1.1", "vlan1/1", "lo-1", "lo2147483648", "gi0/0.", "gi0/0.x", "gi0/0 ", "\x000", "xyz0",
	} {
		_, err := platform.LongName(typed)
		require.ErrorIs(t, err, platform.ErrName, typed)
	}
	require.Equal(t, "Embedded0/0", platform.ShortName("Embedded0/0"))
	require.Equal(t, "con", platform.ShortName("con"))
}

func TestTypesCarryHelp(t *testing.T) {
	require.True(t, slices.IsSortedFunc(platform.Types, func(a, b platform.Type) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	}))
	for _, k := range platform.Types {
		require.NotEmpty(t, k.Help)
		require.Len(t, k.Short, 2)
		require.True(t, k.Virtual || k.Max == 0)
	}
}

func FuzzLongName(f *testing.F) {
	for _, s := range []string{"gi0/0", "Vlan 1", "fa0/1/0.10", "0", "lo4294967296"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		long, err := platform.LongName(typed)
		if err != nil {
			require.ErrorIs(t, err, platform.ErrName)
			return
		}
		again, err := platform.LongName(long)
		require.NoError(t, err)
		require.Equal(t, long, again)
		again, err = platform.LongName(platform.ShortName(long))
		require.NoError(t, err)
		require.Equal(t, long, again)
	})
}
