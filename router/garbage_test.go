package router_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/wire"
)

// frameTo wraps an IP payload for the router's inside interface.
func frameTo(b *bench, dstMAC wire.MAC, src, dst wire.Addr, proto uint8, payload []byte) []byte {
	f := make([]byte, wire.EthernetLen)
	wire.Ethernet(f).Put(dstMAC, wire.MAC{2, 0, 0, 0, 0, 9}, wire.EtherIPv4)
	f = wire.AppendIPv4(f, wire.IPv4Header{TTL: 64, Proto: proto, Src: src, Dst: dst}, len(payload))
	return append(f, payload...)
}

// A peer that speaks garbage is dropped, counted by reason and logged, once
// for many.
func TestGarbageIsCountedAndLoggedOnce(t *testing.T) {
	b := newBench(t, "RouterA", []byte(golden(t, "RouterA")))
	b.Carrier(0, 0, true)
	b.privileged()
	b.enter("terminal length 0")
	peer, own := wire.MustAddr("10.0.0.2"), wire.MustAddr("10.0.0.1")
	mac := b.Interface("GigabitEthernet0/0").MAC
	for i := range 50 {
		now := clock.Time(time.Second) + clock.Time(i)
		hello := wire.AppendUDP(nil, peer, wire.AllRouters, 1985, 1985, []byte{0, 9, 16, 1, 5})
		b.Input(now, 0, [][]byte{
			frameTo(b, mac, peer, own, wire.ProtoSCTP, []byte("this is no SCTP packet")),
			frameTo(b, wire.AllRouters.MulticastMAC(), peer, wire.AllRouters, wire.ProtoUDP, hello),
			frameTo(b, mac, peer, own, wire.ProtoTCP, []byte{1, 2, 3}),
			{1, 2, 3},
		})
	}
	logged := 0
	for _, s := range b.screens {
		if strings.Contains(s.Text, "%TANDEM-4-BAD_SCTP") {
			logged++
		}
	}
	require.Equal(t, 1, logged)
	drops := b.Plane().Traffic().Drops
	require.EqualValues(t, 50, drops[wire.BadSCTP])
	require.EqualValues(t, 50, drops[wire.BadHSRP])
	require.EqualValues(t, 50, drops[wire.BadTransport])
	require.EqualValues(t, 50, drops[wire.BadEthernet])
}
