package open_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/port/open"
	"tandem/port/tap"
	"tandem/port/udp"
)

func TestPortOpensATunnel(t *testing.T) {
	p, err := open.Port("udp:->127.0.0.1:9")
	require.NoError(t, err)
	require.True(t, <-p.Carrier())
	require.NoError(t, p.Close())

	p, err = open.Port("udp:192.0.2.1:7->192.0.2.2:9")
	require.ErrorContains(t, err, "192.0.2.1:7", "not an address of this host")
	require.True(t, p == nil)
}

func TestPortExplainsBadText(t *testing.T) {
	for _, c := range []struct {
		spec string
		want error
		says string
	}{
		{"", open.ErrSpec, "tap:NAME"},
		{"tap0", open.ErrSpec, "tap:NAME"},
		{"pcap:eth0", open.ErrSpec, `unknown kind "pcap"`},
		{"udp:", udp.ErrSpec, "10001"},
		{"udp:127.0.0.1:1", udp.ErrSpec, "127.0.0.1:1"},
		{"tap:", tap.ErrName, ""},
		{"tap:a-name-of-22-characters", tap.ErrName, "longer than 15"},
	} {
		p, err := open.Port(c.spec)
		require.ErrorIs(t, err, c.want, c.spec)
		require.ErrorContains(t, err, c.says)
		require.True(t, p == nil)
	}
}

func TestParseBinding(t *testing.T) {
	b, err := open.ParseBinding("Gi0/0=udp:127.0.0.1:10001->127.0.0.1:10002")
	require.NoError(t, err)
	require.Equal(t, open.Binding{Interface: "Gi0/0", Spec: "udp:127.0.0.1:10001->127.0.0.1:10002"}, b)
	for _, bad := range []string{"", "=", "Gi0/0", "Gi0/0=", "=tap:tap0"} {
		_, err := open.ParseBinding(bad)
		require.ErrorIs(t, err, open.ErrSpec, bad)
	}
}

func FuzzParseBinding(f *testing.F) {
	f.Add("Gi0/0=tap:tap0")
	f.Add("a==b")
	f.Fuzz(func(t *testing.T, s string) {
		b, err := open.ParseBinding(s)
		if err != nil {
			return
		}
		require.Equal(t, s, b.String())
	})
}
