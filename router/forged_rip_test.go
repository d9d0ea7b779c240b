package router_test

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/rip"
	"tandem/wire"
)

const ripBench = `interface GigabitEthernet0/0
 ip address 10.0.0.1 255.255.255.0
interface GigabitEthernet0/1
 ip address 211.0.0.1 255.255.255.0
router rip
 version 2
 timers basic 5 15 0 20
 network 10.0.0.0
 network 211.0.0.0
 no auto-summary
`

// ripFrame is a RIP datagram on the inside LAN.
func ripFrame(source wire.Addr, port uint16, payload []byte) []byte {
	b := make([]byte, wire.EthernetLen)
	wire.Ethernet(b).Put(wire.RIPv2Routers.MulticastMAC(), peerMAC, wire.EtherIPv4)
	b = wire.AppendIPv4(b, wire.IPv4Header{TTL: 1, Proto: wire.ProtoUDP, Src: source, Dst: wire.RIPv2Routers}, wire.UDPLen+len(payload))
	return wire.AppendUDP(b, source, wire.RIPv2Routers, port, wire.RIPPort, payload)
}

// forgedRIP returns one message: random routes, or a changed one.
func forgedRIP(random *rand.Rand) (source wire.Addr, port uint16, payload []byte) {
	m := wire.RIP{Command: wire.RIPResponse, Version: uint8(1 + random.IntN(2))}
	for range random.IntN(27) {
		p := wire.Prefix{Addr: wire.Addr(random.Uint32()), Bits: uint8(8 + random.IntN(25))}
		if random.IntN(4) == 0 {
			p = wire.Prefix{Addr: []wire.Addr{0, wire.MustAddr("10.0.0.0"), wire.MustAddr("211.0.0.0"), wire.MustAddr("172.16.0.0")}[random.IntN(4)], Bits: 24}
		}
		e := wire.RIPRoute(p.Network(), uint32(random.IntN(18)))
		e.NextHop = []wire.Addr{0, wire.MustAddr("10.0.0.1"), wire.MustAddr("10.0.0.3"), wire.Addr(random.Uint32())}[random.IntN(4)]
		m.Entries = append(m.Entries, e)
	}
	payload = m.Append(nil)
	switch random.IntN(4) {
	case 0:
		payload = payload[:random.IntN(len(payload)+1)]
	case 1:
		for range 1 + random.IntN(8) {
			i := random.IntN(8 * len(payload))
			payload[i/8] ^= 1 << (i % 8)
		}
	}
	source = []wire.Addr{wire.MustAddr("10.0.0.2"), wire.MustAddr("10.0.0.99"), wire.MustAddr("10.0.0.1"), wire.Addr(random.Uint32())}[random.IntN(4)]
	port = []uint16{wire.RIPPort, wire.RIPPort, uint16(random.Uint32())}[random.IntN(3)]
	return source, port, payload
}

// RIP of this router knows no passwords: a liar on the LAN is believed like any
// neighbour. But its own networks stay its own, garbage is counted, the table
// and the log are bounded, and when the liar falls silent everything is as
// before.
func TestForgedRIPPasses(t *testing.T) {
	b := newBench(t, "RouterA", []byte(ripBench))
	b.privileged()
	b.enter("terminal length 0")
	b.Carrier(0, 0, true)
	b.Carrier(0, 1, true)
	true1 := wire.RIP{Command: wire.RIPResponse, Version: 2, Entries: []wire.RIPEntry{wire.RIPRoute(wire.Prefix{Addr: wire.MustAddr("172.16.0.0"), Bits: 24}, 1)}}
	pass := func(d time.Duration) { b.until(b.now.Add(d), func([]byte) {}) }
	neighbour := func() {
		b.Input(b.now, 0, [][]byte{ripFrame(wire.MustAddr("10.0.0.2"), wire.RIPPort, true1.Append(nil))})
	}
	ages := regexp.MustCompile(`00:\d\d:\d\d`)
	routes := func() string { return ages.ReplaceAllString(b.answer("show ip route"), "") }
	neighbour()
	pass(time.Second)
	before := routes()
	require.Regexp(t, `R +172\.16\.0\.0 \[120/1\] via 10\.0\.0\.2`, before)

	random := rand.New(rand.NewPCG(3, 4))
	b.screens = nil
	const seconds = 10
	for range seconds {
		neighbour()
		for range 20 {
			var frames [][]byte
			for range max(1, forgedMessages/10_000/seconds) {
				frames = append(frames, ripFrame(forgedRIP(random)))
			}
			b.Input(b.now, 0, frames)
			pass(time.Second / 20)
		}
	}
	logged := 0
	for _, s := range b.screens {
		logged += bytes.Count([]byte(s.Text), []byte("%"))
	}
	require.LessOrEqual(t, logged, 10)
	during := b.answer("show ip route")
	require.Regexp(t, `C +10\.0\.0\.0.* is directly connected, GigabitEthernet0/0`, during)
	require.Regexp(t, `C +211\.0\.0\.0/24 is directly connected, GigabitEthernet0/1`, during)
	for _, why := range []rip.Reason{rip.Malformed, rip.WrongVersion, rip.WrongPort, rip.BadSource, rip.BadDestination, rip.BadMetric} {
		require.NotZero(t, b.RIP().Ignored()[why], why.String())
	}
	for range 12 {
		pass(5 * time.Second)
		neighbour()
	}
	require.Equal(t, before, routes())
	require.Empty(t, b.RIP().Networks(b.now)[3:], "nothing is left")
}
