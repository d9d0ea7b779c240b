package appliance_test

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab/host"
)

// redirected lists the ICMP redirects of a capture: who tells the gateway.
func redirected(t *testing.T, capture []byte) (out []string) {
	t.Helper()
	r, err := pcapgo.NewNgReader(bytes.NewReader(capture), pcapgo.DefaultNgReaderOptions)
	require.NoError(t, err)
	for {
		data, _, err := r.ReadPacketData()
		if err == io.EOF {
			return out
		}
		require.NoError(t, err)
		p := gopacket.NewPacket(data, layers.LayerTypeEthernet, gopacket.Default)
		if m, ok := p.Layer(layers.LayerTypeICMPv4).(*layers.ICMPv4); ok && m.TypeCode.Type() == layers.ICMPv4TypeRedirect {
			ip := p.Layer(layers.LayerTypeIPv4).(*layers.IPv4)
			out = append(out, ip.SrcIP.String()+" names "+net.IP(data[38:42]).String())
		}
	}
}

// pings has the PC send to an address that A reaches by way of B.
func (s *stage) pings(address string) {
	s.t.Helper()
	require.NoError(s.t, s.DoHost("pc", func(now clock.Time, h *host.Host) { h.NewShell(func(string) {}).Exec(now, "ping "+address+" count 1") }))
	s.wait(5 * time.Second)
}

// A host of the virtual gateway is redirected to other virtual addresses, but
// never to a passive router's own address.
func TestRedirectsKeepHostsOnVirtualAddresses(t *testing.T) {
	s := newStage(t, plain(1)+"ip route 172.16.0.0 255.255.0.0 10.0.0.2\n", plain(2))
	s.wait(40 * time.Second)
	require.Equal(t, "1 Active, 2 Active", s.states("A"))
	s.pings("172.16.0.1") // is lost while A asks for B's MAC
	s.enter("A", "debug standby events icmp")
	s.pings("172.16.0.1")
	require.Equal(t, 1, s.count("A", "HSRP: Gi0/0 ICMP redirect to 10.0.0.2 not sent, passive router"))
	require.Regexp(t, `\nPassive +Hits +Interface +Expires in\n10\.0\.0\.2 +1 +Gi0/0 +17\d\.\d{3}\n`, s.enter("A", "show standby redirect"))

	for _, r := range []string{"A", "B"} {
		s.configure(r, "interface GigabitEthernet0/0", "standby 3 ip 10.0.0.4", "standby 3 timers 1 5", "standby 3 preempt")
	}
	s.configure("B", "interface GigabitEthernet0/0", "standby 3 priority 110")
	s.wait(20 * time.Second)
	require.Equal(t, "1 Standby, 3 Active, 2 Standby", s.states("B"))
	s.pings("172.16.0.1")
	require.Equal(t, 1, s.count("A", "HSRP: Gi0/0 ICMP redirect to 10.0.0.2 sent as 10.0.0.4"))
	require.Regexp(t, `\n10\.0\.0\.2 +1 +Gi0/0 +3 +10\.0\.0\.4 +0000\.0c07\.ac03\n`, s.enter("A", "show standby redirect"))

	s.configure("A", "interface GigabitEthernet0/0", "standby redirects disable")
	s.pings("172.16.0.1")
	require.Equal(t, []string{"10.0.0.3 names 10.0.0.4", "10.0.0.3 names 10.0.0.2"}, redirected(t, s.captured()))
}

// A passive router is known by its advertisements alone, until it was silent
// for the hold-down.
func TestPassiveRouterIsForgotten(t *testing.T) {
	quiet := "standby redirects timers 10 30"
	s := newStage(t, plain(1, quiet), plain(2, quiet))
	s.wait(40 * time.Second)
	s.configure("B", "interface GigabitEthernet0/0", "standby 1 authentication other") // what it says of the group is refused
	s.wait(5 * time.Minute)
	require.NotContains(t, s.enter("A", "show standby redirect"), "\n10.0.0.2 ", "it is Active itself by now and advertises no more")
	s.configure("B", "interface GigabitEthernet0/0", "standby 1 ip 10.0.0.99", "no standby 1 ip", "standby 9 ip", "standby 9 priority 0") // learns, and hears nothing
	s.wait(5 * time.Minute)
	require.Contains(t, s.states("B"), "9 Learn")
	require.Regexp(t, `\n10\.0\.0\.2 +0 +Gi0/0 +2\d\.\d{3}\n`, s.enter("A", "show standby redirect"))
	require.NoError(t, s.Cut("B:GigabitEthernet0/0"))
	s.wait(31 * time.Second)
	require.NotContains(t, s.enter("A", "show standby redirect"), "\n10.0.0.2 ")
}
