package router_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/wire"
)

// manyGroups is a router with n groups on its inside interface, alone there.
func manyGroups(t testing.TB, version, n int) *bench {
	t.Helper()
	var startup strings.Builder
	fmt.Fprintf(&startup, "interface GigabitEthernet0/0\n ip address 10.0.0.1 255.255.0.0\n standby version %d\n standby delay minimum 0 reload 0\n", version)
	for g := range n {
		fmt.Fprintf(&startup, " standby %d ip %s\n standby %d timers 1 5\n", g, groupVIP(g), g)
	}
	b := newBench(t, "RouterA", []byte(startup.String()))
	b.Carrier(0, 0, true)
	return b
}

func groupVIP(g int) wire.Addr { return wire.MustAddr("10.0.1.0") + wire.Addr(g) }

// until wakes the router whenever it wants to be, and gives its frames to emit.
func (b *bench) until(at clock.Time, emit func(frame []byte)) {
	drain := func() {
		b.Drain(func(_ int, frames [][]byte) {
			for _, f := range frames {
				emit(f)
			}
		})
	}
	for next, ok := b.NextWake(); ok && next <= at; next, ok = b.NextWake() {
		b.now = next
		b.Wake(next)
		drain()
	}
	b.now = at
	b.Wake(at)
	drain()
}

// As many groups as the version has numbers are Active at once on one
// interface: each sends its hello, answers for its address and MAC, and resigns.
func TestEveryGroupNumberAtOnce(t *testing.T) {
	for version, n := range map[int]int{1: 256, 2: 4096} {
		t.Run(fmt.Sprintf("version %d", version), func(t *testing.T) {
			b := manyGroups(t, version, n)
			b.until(clock.Time(11*time.Second), func([]byte) {})
			b.privileged()
			b.enter("terminal length 0")
			brief := b.answer("show standby brief")
			require.Equal(t, n, strings.Count(brief, " Active   local "), brief[:min(len(brief), 400)])

			hellos := map[uint16]int{}
			b.until(clock.Time(12*time.Second), func(frame []byte) {
				if m, ok := helloOf(version, frame); ok {
					require.Equal(t, wire.HSRPVirtualMAC(uint8(version), m.Group), wire.Ethernet(frame).Src())
					hellos[m.Group]++
				}
			})
			require.Len(t, hellos, n, "a hello of each group each second")

			for _, g := range []int{0, 1, 255, n - 1} {
				require.Equal(t, wire.HSRPVirtualMAC(uint8(version), uint16(g)), b.askARP(groupVIP(g)), "group %d", g)
				require.True(t, b.pings(wire.HSRPVirtualMAC(uint8(version), uint16(g)), groupVIP(g)), "group %d", g)
			}
			b.answer("configure terminal")
			b.answer(inside)
			b.answer("shutdown")
			resigned := 0
			b.until(b.now, func(frame []byte) {
				if m, ok := helloOf(version, frame); ok && m.Op == wire.HSRPResign {
					resigned++
				}
			})
			require.Equal(t, n, resigned)
			require.False(t, b.pings(wire.HSRPVirtualMAC(uint8(version), 1), groupVIP(1)))
		})
	}
}

// helloOf decodes the HSRP message of a group in a frame.
func helloOf(version int, frame []byte) (m wire.HSRP, ok bool) {
	const header = wire.EthernetLen + wire.IPv4Len + wire.UDPLen
	if len(frame) < header || wire.Ethernet(frame).Dst() != wire.HSRPGroupAddr(uint8(version)).MulticastMAC() {
		return m, false
	}
	payload := frame[header:]
	if wire.IsHSRPAdvertise(uint8(version), payload) {
		return m, false
	}
	decode := m.Decode1
	if version == 2 {
		decode = m.Decode2
	}
	_, err := decode(payload)
	return m, err == nil
}

var askingMAC, askingAddr = wire.MAC{2, 0, 0, 0, 0, 9}, wire.MustAddr("10.0.0.9")

// askARP returns who answers for an address on the inside LAN.
func (b *bench) askARP(target wire.Addr) (mac wire.MAC) {
	f := make([]byte, wire.EthernetLen)
	wire.Ethernet(f).Put(wire.BroadcastMAC, askingMAC, wire.EtherARP)
	question := wire.ARP{Op: wire.ARPRequest, SenderMAC: askingMAC, Sender: askingAddr, Target: target}
	b.Input(b.now, 0, [][]byte{question.Append(f)})
	b.until(b.now, func(frame []byte) {
		var m wire.ARP
		if wire.Ethernet(frame).Type() == wire.EtherARP && m.Decode(frame[wire.EthernetLen:]) == nil && m.Op == wire.ARPReply && m.Sender == target {
			mac = m.SenderMAC
		}
	})
	return mac
}

// pings reports whether an echo request to a MAC and address is answered.
func (b *bench) pings(mac wire.MAC, target wire.Addr) (answered bool) {
	echo := []byte{8, 0, 0, 0, 0, 1, 0, 1}
	sum := wire.Checksum(echo)
	echo[2], echo[3] = byte(sum>>8), byte(sum)
	b.Input(b.now, 0, [][]byte{frameTo(b, mac, askingAddr, target, wire.ProtoICMP, echo)})
	b.until(b.now, func(frame []byte) {
		p := frame[wire.EthernetLen:]
		answered = answered || wire.Ethernet(frame).Type() == wire.EtherIPv4 && p[9] == wire.ProtoICMP && p[wire.IPv4Len] == 0
	})
	return answered
}

// BenchmarkGroups is a second of a router with n Active groups, per group: the
// price of one must not depend on how many there are.
func BenchmarkGroups(b *testing.B) {
	for _, n := range []int{16, 256, 4096} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := manyGroups(b, 2, n)
			r.until(clock.Time(11*time.Second), func([]byte) {})
			for b.Loop() {
				r.until(r.now.Add(time.Second), func([]byte) {})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/group")
		})
	}
}
