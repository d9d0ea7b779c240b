package wire_test

import (
	"bytes"
	"encoding/hex"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/wire"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err)
	return b
}

var cisco = [8]byte{'c', 'i', 's', 'c', 'o'}

const (
	hello1 = "0000100105640100 636973636f000000 0a000003"
	hello2 = "0128020006040001 020000000001 00000064 000003e8 00001388 0a000003 000000000000000000000000 0308 636973636f000000"
)

func TestReferencePackets(t *testing.T) {
	common := wire.HSRP{
		Op: wire.HSRPHello, State: wire.HSRPActive, Priority: 100, Group: 1, Hello: time.Second, Hold: 5 * time.Second,
		VIP: wire.MustAddr("10.0.0.3"), Auth: wire.HSRPAuthText, Text: cisco,
	}
	one, two := common, common
	one.Version = 1
	two.Version, two.Sender = 2, wire.MAC{2, 0, 0, 0, 0, 1}

	require.Equal(t, unhex(t, hello1), one.Append(nil))
	require.Equal(t, unhex(t, hello2), two.Append(nil))

	var got wire.HSRP
	n, err := got.Decode1(unhex(t, hello1))
	require.NoError(t, err)
	require.Equal(t, wire.HSRP1Len, n)
	require.Equal(t, one, got)
	n, err = got.Decode2(unhex(t, hello2))
	require.NoError(t, err)
	require.Equal(t, 52, n)
	require.Equal(t, two, got)
}

// The digests are published test vectors of password recovery tools.
func TestMD5Vectors(t *testing.T) {
	for _, v := range []struct{ key, payload, digest string }{
		{"password12345", "000004030a64010000000000000000000a000064041c010000000a000014000000000000000000000000" + "0000000000000000", "52e1db09d18d695b8fefb3730ff8d9d6"},
		{"openwall", "000004030a5a01000000000000000000ac102801041c01000000ac102814000000000000000000000000" + "0000000000000000", "f15dfa631a0679e0801f8e6b0c0c17ac"},
		{"openwall12345", "000010030a64010000000000000000000a000064041c010000000a000014000000000000000000000000" + "0000000000000000", "f02fc41b1b516e2d1261d8800d39ccea"},
	} {
		payload := unhex(t, v.payload)
		digest := wire.HSRPDigest(payload, v.key)
		require.Equal(t, v.digest, hex.EncodeToString(digest[:]))

		var m wire.HSRP
		n, err := m.Decode1(payload)
		require.NoError(t, err)
		require.Equal(t, len(payload), n)
		signed := m.AppendSigned(nil, v.key)
		require.Equal(t, v.digest, hex.EncodeToString(signed[len(signed)-16:]))
		require.True(t, wire.HSRPSigned(signed, v.key))
		require.False(t, wire.HSRPSigned(signed, v.key+"x"))
		signed[5]++
		require.False(t, wire.HSRPSigned(signed, v.key), "a changed priority breaks the digest")
	}
}

func TestSignedVersion2WithLongKey(t *testing.T) {
	m := wire.HSRP{Version: 2, Op: wire.HSRPCoup, State: wire.HSRPListen, Group: 4095, Priority: 255, Hello: 250 * time.Millisecond, Hold: time.Second}
	key := strings.Repeat("k", 64)
	b := m.AppendSigned(nil, key)
	require.Len(t, b, 72)
	require.True(t, wire.HSRPSigned(b, key))
	var back wire.HSRP
	_, err := back.Decode2(b)
	require.NoError(t, err)
	require.Equal(t, m, back)
}

func TestTimersFinerThanASecondAreNotTaught(t *testing.T) {
	m := wire.HSRP{Version: 1, Hello: 250 * time.Millisecond, Hold: time.Second}
	require.Equal(t, []byte{0, 0}, m.Append(nil)[3:5])
}

func TestAdvertisements(t *testing.T) {
	one := wire.HSRPAdvertise{Version: 1, State: wire.HSRPPresent, Active: 1, Passive: 2}
	require.Equal(t, unhex(t, "0003 0001 000a 03 00 0001 0002 00000000"), one.Append(nil))
	two := wire.HSRPAdvertise{Version: 2, Active: 1, Passive: 2}
	require.Equal(t, unhex(t, "0204 0001 0002"), two.Append(nil))
	for _, m := range []wire.HSRPAdvertise{one, two} {
		b := m.Append(nil)
		require.True(t, wire.IsHSRPAdvertise(m.Version, b))
		var back wire.HSRPAdvertise
		n, err := back.Decode(m.Version, b)
		require.NoError(t, err)
		require.Equal(t, len(b), n)
		require.Equal(t, m, back)
	}
	require.False(t, wire.IsHSRPAdvertise(1, unhex(t, hello1)))
}

func TestVirtualMACs(t *testing.T) {
	require.Equal(t, "0000.0c07.ac01", wire.HSRPVirtualMAC(1, 1).String())
	require.Equal(t, "0000.0c9f.f035", wire.HSRPVirtualMAC(2, 53).String())
	require.Equal(t, "0000.0c9f.ffff", wire.HSRPVirtualMAC(2, 4095).String())
}

func TestRefusedMessages(t *testing.T) {
	var m wire.HSRP
	good := unhex(t, hello1)
	for n := range good {
		_, err := m.Decode1(good[:n])
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	}
	for _, c := range []struct {
		why   string
		at    int
		value byte
	}{{"version 2 in place of version 1", 0, 1}, {"advertisement", 1, 3}, {"no such state", 2, 3}} {
		b := bytes.Clone(good)
		b[c.at] = c.value
		_, err := m.Decode1(b)
		require.ErrorIs(t, err, wire.ErrFormat, c.why)
	}
	good = unhex(t, hello2)
	for _, c := range []struct {
		why   string
		at    int
		value byte
	}{{"TLV type", 0, 9}, {"length", 1, 41}, {"version", 2, 1}, {"op", 3, 3}, {"state", 4, 7}, {"IPv6", 5, 6}, {"group", 6, 0x10}, {"priority", 16, 1}, {"text length", 43, 9}} {
		b := bytes.Clone(good)
		b[c.at] = c.value
		_, err := m.Decode2(b)
		require.ErrorIs(t, err, wire.ErrFormat, c.why)
	}
}

// clear zeroes the ranges from, to of b: fields that decoding ignores.
func clear(b []byte, ranges ...int) []byte {
	for i := 0; i < len(ranges); i += 2 {
		for j := ranges[i]; j < ranges[i+1] && j < len(b); j++ {
			b[j] = 0
		}
	}
	return b
}

func FuzzHSRP1(f *testing.F) {
	f.Add(unhex(f, hello1))
	f.Add(unhex(f, "000010030a64010000000000000000000a000064041c010000000a000014000000000000000000000000"+"0000000000000000"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var m wire.HSRP
		n, err := m.Decode1(b)
		if err != nil {
			return
		}
		require.Equal(t, clear(bytes.Clone(b[:n]), 7, 8, 23, 24), m.Append(nil))
	})
}

func FuzzHSRP2(f *testing.F) {
	f.Add(unhex(f, hello2))
	signed := wire.HSRP{Version: 2, Group: 7, State: wire.HSRPSpeak}
	f.Add(signed.AppendSigned(nil, "key"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var m wire.HSRP
		n, err := m.Decode2(b)
		if err != nil {
			return
		}
		b = clear(bytes.Clone(b[:n]), 30, 42)
		if m.Auth == wire.HSRPAuthMD5 {
			clear(b, 45, 46)
		}
		require.Equal(t, b, m.Append(nil))
	})
}

func FuzzHSRPAdvertise(f *testing.F) {
	f.Add(uint8(1), unhex(f, "0003 0001 000a 03 00 0001 0002 00000000"))
	f.Add(uint8(2), unhex(f, "0204 0001 0002"))
	f.Fuzz(func(t *testing.T, version uint8, b []byte) {
		var m wire.HSRPAdvertise
		n, err := m.Decode(version, b)
		if err != nil {
			return
		}
		b = bytes.Clone(b[:n])
		if m.Version == 1 {
			clear(b, 7, 8, 12, 16)
		}
		require.Equal(t, b, m.Append(nil))
	})
}
