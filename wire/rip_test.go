package wire_test

import (
	"encoding/hex"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/wire"
)

// ripVectors are messages written down byte by byte from the drawings of RFC
// 2453 sections 3.6 and 4.
var ripVectors = []struct {
	name string
	hex  string
	want wire.RIP
}{
	{
		"request for everything", "01020000 0000 0000 00000000 00000000 00000000 00000010",
		wire.RIPWholeTable(2),
	},
	{
		"version 2 response", "02020000" +
			"0002 0000 0a000000 ffffff00 00000000 00000001" +
			"0002 002a c0a80400 fffffffc 0a000009 00000010",
		wire.RIP{Command: wire.RIPResponse, Version: 2, Entries: []wire.RIPEntry{
			{Family: 2, Addr: wire.MustAddr("10.0.0.0"), Mask: wire.MustAddr("255.255.255.0"), Metric: 1},
			{
				Family: 2, Tag: 42, Addr: wire.MustAddr("192.168.4.0"), Mask: wire.MustAddr("255.255.255.252"),
				NextHop: wire.MustAddr("10.0.0.9"), Metric: 16,
			},
		}},
	},
	{
		"version 1 response", "02010000 0002 0000 ac100000 00000000 00000000 00000003",
		wire.RIP{Command: wire.RIPResponse, Version: 1, Entries: []wire.RIPEntry{{Family: 2, Addr: wire.MustAddr("172.16.0.0"), Metric: 3}}},
	},
	{"no entries", "02020000", wire.RIP{Command: wire.RIPResponse, Version: 2}},
}

func ripBytes(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	require.NoError(t, err)
	return b
}

func TestRIPBothWays(t *testing.T) {
	for _, v := range ripVectors {
		b := ripBytes(t, v.hex)
		var m wire.RIP
		require.NoError(t, m.Decode(b), v.name)
		require.Equal(t, v.want, m, v.name)
		require.Equal(t, b, m.Append(nil), v.name)
	}
	m := wire.RIPWholeTable(2)
	require.True(t, m.IsWholeTable())
	require.False(t, (&ripVectors[1].want).IsWholeTable())
	require.Equal(t, ripVectors[1].want.Entries[0], wire.RIPRoute(wire.Prefix{Addr: wire.MustAddr("10.0.0.0"), Bits: 24}, 1))
}

func TestRIPVersion1CarriesNoMask(t *testing.T) {
	m := wire.RIP{Command: wire.RIPResponse, Version: 1, Entries: []wire.RIPEntry{
		wire.RIPRoute(wire.Prefix{Addr: wire.MustAddr("172.16.0.0"), Bits: 16}, 3),
	}}
	require.Equal(t, ripBytes(t, ripVectors[2].hex), m.Append(nil))
}

func TestRIPCredentialsAreSeenAndNotTakenForARoute(t *testing.T) {
	var m wire.RIP
	require.NoError(t, m.Decode(ripBytes(t, "02020000 ffff 0002 73656372 65740000 00000000 00000000 0002 0000 0a000000 ff000000 00000000 00000001")))
	require.True(t, m.Authenticated)
	require.Len(t, m.Entries, 1)
	require.True(t, m.Entries[0].IsRoute())
}

func TestRIPHigherVersionsReadAsVersion2(t *testing.T) {
	var m wire.RIP
	require.NoError(t, m.Decode(ripBytes(t, "02070000 0002 0000 0a000000 ff000000 00000000 00000001")))
	require.Equal(t, uint8(2), m.Version)
}

func TestRIPRefuses(t *testing.T) {
	for text, want := range map[string]error{
		"":                  io.ErrUnexpectedEOF,
		"020200":            io.ErrUnexpectedEOF,
		"02020000" + "0002": io.ErrUnexpectedEOF,
		"03020000":          wire.ErrFormat, // command
		"02000000":          wire.ErrFormat, // version
		"02010001":          wire.ErrFormat, // version 1, not zero
		"02010000 0002 0000 ac100000 ffff0000 00000000 00000003": wire.ErrFormat,
		"02020000" + strings.Repeat("00", 26*wire.RIPEntryLen):   wire.ErrFormat,
	} {
		var m wire.RIP
		require.ErrorIs(t, m.Decode(ripBytes(t, text)), want, "%.40s", text)
	}
}

func FuzzRIP(f *testing.F) {
	for _, v := range ripVectors {
		f.Add(ripBytes(f, v.hex))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var m, again wire.RIP
		if m.Decode(b) != nil || m.Authenticated {
			return
		}
		require.NoError(t, again.Decode(m.Append(nil)))
		require.Equal(t, m, again)
	})
}
