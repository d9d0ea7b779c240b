package host_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab/host"
	"tandem/lab/host/tcp"
	"tandem/wire"
)

var (
	ownMAC  = wire.MAC{2, 0, 0, 0, 0, 1}
	peerMAC = wire.MAC{2, 0, 0, 0, 0, 2}
	own     = wire.MustAddr("10.0.0.1")
	peer    = wire.MustAddr("10.0.0.2")
)

func newHost(t testing.TB) *host.Host {
	h, err := host.New(host.Config{
		Name: "pc", MAC: ownMAC, Address: wire.Prefix{Addr: own, Bits: 24},
		Gateway: wire.MustAddr("10.0.0.254"), Serve: []host.Service{{Proto: "tcp", Port: 7}, {Proto: "udp", Port: 7}},
	},
		tcp.New(own, 1))
	require.NoError(t, err)
	h.Carrier(0, 0, true)
	return h
}

func drain(h *host.Host) (out [][]byte) {
	h.Drain(func(_ int, frames [][]byte) {
		for _, f := range frames {
			out = append(out, bytes.Clone(f))
		}
	})
	return out
}

func arp(op uint16, dst wire.MAC, from wire.MAC, sender, target wire.Addr) []byte {
	f := make([]byte, wire.EthernetLen)
	wire.Ethernet(f).Put(dst, from, wire.EtherARP)
	m := wire.ARP{Op: op, SenderMAC: from, Sender: sender, Target: target}
	return m.Append(f)
}

func datagram(from, to wire.Addr, src, dst uint16, data string) []byte {
	f := make([]byte, wire.EthernetLen)
	wire.Ethernet(f).Put(ownMAC, peerMAC, wire.EtherIPv4)
	f = wire.AppendIPv4(f, wire.IPv4Header{TTL: 9, Proto: wire.ProtoUDP, Src: from, Dst: to}, wire.UDPLen+len(data))
	return wire.AppendUDP(f, from, to, src, dst, []byte(data))
}

func TestAHostAnswersARPAndFollowsAMovedNeighbour(t *testing.T) {
	h := newHost(t)
	h.Input(0, 0, [][]byte{arp(wire.ARPRequest, wire.BroadcastMAC, peerMAC, peer, own)})
	out := drain(h)
	require.Len(t, out, 1)
	require.Len(t, out[0], 60)
	require.Equal(t, peerMAC, wire.Ethernet(out[0]).Dst())
	var m wire.ARP
	require.NoError(t, m.Decode(wire.Ethernet(out[0]).Payload()))
	require.Equal(t, wire.ARP{Op: wire.ARPReply, SenderMAC: ownMAC, Sender: own, TargetMAC: peerMAC, Target: peer}, m)

	virtual := wire.MAC{0, 0, 0x0c, 7, 0xac, 1}
	h.Input(1, 0, [][]byte{arp(wire.ARPRequest, wire.BroadcastMAC, virtual, peer, peer)})
	h.Input(2, 0, [][]byte{datagram(peer, own, 9, 7, "hello")})
	out = drain(h)
	require.Len(t, out, 1)
	require.Equal(t, virtual, wire.Ethernet(out[0]).Dst(), "gratuitous ARP moved the neighbour")
}

func TestAnUnknownNeighbourIsAskedThreeTimes(t *testing.T) {
	h := newHost(t)
	asked := 0
	h.Input(0, 0, [][]byte{datagram(wire.MustAddr("10.9.9.9"), own, 9, 7, "via the gateway")})
	for now, ok := clock.Time(0), true; ok; now, ok = h.NextWake() {
		h.Wake(now)
		for _, f := range drain(h) {
			var m wire.ARP
			require.NoError(t, m.Decode(wire.Ethernet(f).Payload()))
			require.Equal(t, wire.MustAddr("10.0.0.254"), m.Target)
			asked++
		}
	}
	require.Equal(t, 3, asked)
}

func TestWhatIsNotForAHostIsCounted(t *testing.T) {
	h := newHost(t)
	foreign := datagram(peer, own, 1, 2, "x")
	wire.Ethernet(foreign).Put(peerMAC, ownMAC, wire.EtherIPv4)
	broken := datagram(peer, own, 1, 2, "x")
	broken[20] ^= 1
	fragment := datagram(peer, own, 1, 2, "x")[:wire.EthernetLen]
	fragment = wire.AppendIPv4(fragment, wire.IPv4Header{TTL: 1, Proto: 17, Fragment: wire.MoreFragments, Src: peer, Dst: own}, 0)
	h.Input(0, 0, [][]byte{foreign, broken, fragment, {1, 2, 3}, datagram(peer, wire.AllRouters, 1, 2, "x")})
	require.Empty(t, drain(h))
	var out strings.Builder
	h.NewShell(func(s string) { out.WriteString(s) }).Exec(0, "show interface")
	require.Contains(t, out.String(), "1 for others, 2 malformed, 1 unwanted, 1 fragments")
}

func TestTheShellRefusesWhatItDoesNotKnow(t *testing.T) {
	h := newHost(t)
	for line, want := range map[string]string{
		"pong":                          "no such command",
		"show":                          "no such command",
		"ping":                          "an address is expected; usage: ping A [count N]",
		"ping 10.0.0.300":               "no IPv4 address",
		"ping 10.0.0.1":                 "is this host",
		"ping 224.0.0.1":                "no address of another host",
		"ping 10.0.0.2 count 0":         "count is a number from 1 to 65535",
		"ping 10.0.0.2 5":               "\"5\" is not understood",
		"connect tcp 10.0.0.2":          "a port is expected",
		"connect tcp 10.0.0.2 0":        "no port from 1 to 65535",
		"connect udp 10.0.0.2 7 rate x": "rate is a number from 1 to 10000",
		"serve tcp 7":                   "already served",
		"serve udp 7":                   "already served",
		"serve tcp 7 8":                 "\"8\" is not understood",
		"flood syn 10.0.0.2 80":         "a rate is expected",
		"stop":                          "the number of a flow is expected",
		"stop 4":                        "no flow 4",
		"show arp all":                  "\"all\" is not understood",
		"help":                          "numbered records",
		"?":                             "numbered records",
		"SHO FLO":                       "serving tcp port 7: 0 connections",
		"serve udp 9":                   "serving udp port 9",
	} {
		var out strings.Builder
		s := h.NewShell(func(text string) { out.WriteString(text) })
		s.Exec(0, line)
		require.False(t, s.Busy(), line)
		require.Contains(t, out.String(), want, line)
	}
}

func TestAServiceThatRunsTwiceIsRefused(t *testing.T) {
	_, err := host.New(host.Config{Serve: []host.Service{{Proto: "tcp", Port: 7}, {Proto: "tcp", Port: 7}}}, tcp.New(own, 1))
	require.ErrorIs(t, err, host.ErrServed)
	_, err = host.New(host.Config{Serve: []host.Service{{Proto: "sctp", Port: 7}}}, tcp.New(own, 1))
	require.ErrorIs(t, err, host.ErrProto)
}

// FuzzInput feeds frames to a host that pings and runs flows.
func FuzzInput(f *testing.F) {
	f.Add(datagram(peer, own, 9, 7, "echo"), arp(wire.ARPReply, ownMAC, peerMAC, peer, own))
	f.Add(datagram(peer, own, 9, 99, "none"), arp(wire.ARPRequest, wire.BroadcastMAC, peerMAC, peer, own))
	icmp := wire.AppendIPv4(make([]byte, wire.EthernetLen), wire.IPv4Header{TTL: 9, Proto: wire.ProtoICMP, Src: peer, Dst: own}, 36)
	icmp = wire.AppendICMP(icmp, wire.ICMPUnreachable, 3, 0, datagram(own, peer, 49152, 7, "")[wire.EthernetLen:])
	wire.Ethernet(icmp).Put(ownMAC, peerMAC, wire.EtherIPv4)
	f.Add(icmp, icmp)
	f.Fuzz(func(t *testing.T, first, second []byte) {
		h := newHost(t)
		for _, line := range []string{"ping 10.0.0.2", "connect udp 10.0.0.2 7", "connect tcp 10.0.0.2 7"} {
			h.NewShell(func(string) {}).Exec(0, line)
		}
		now := clock.Time(0)
		for _, frame := range [][]byte{first, second} {
			h.Input(now, 0, [][]byte{bytes.Clone(frame)})
			now = now.Add(100 * time.Millisecond)
			h.Wake(now)
			require.Less(t, len(drain(h)), 100)
		}
	})
}

// FuzzExec types a line.
func FuzzExec(f *testing.F) {
	for _, l := range []string{"ping 10.0.0.2 count 3", "connect tcp 1.2.3.4 5 rate 6", "show flows", "flood syn 9.9.9.9 1 rate 9", "?"} {
		f.Add(l)
	}
	f.Fuzz(func(t *testing.T, line string) {
		h := newHost(t)
		s := h.NewShell(func(string) {})
		s.Exec(0, line)
		h.Wake(clock.Time(time.Second))
		require.Less(t, len(drain(h)), 5000)
		s.Close(clock.Time(time.Second))
		require.False(t, s.Busy())
	})
}
