package hsrplayer_test

import (
	"net"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/stretchr/testify/require"

	"tandem/wire"
	"tandem/wire/hsrplayer"
)

func frame(t *testing.T, h *hsrplayer.HSRP) []byte {
	t.Helper()
	ip := &layers.IPv4{
		Version: 4, TTL: wire.HSRPTTL, TOS: wire.HSRPTOS, Protocol: layers.IPProtocolUDP,
		SrcIP: net.IP{10, 0, 0, 1}, DstIP: net.IP{224, 0, 0, 2},
	}
	udp := &layers.UDP{SrcPort: 1985, DstPort: 1985}
	require.NoError(t, udp.SetNetworkLayerForChecksum(ip))
	eth := &layers.Ethernet{SrcMAC: make([]byte, 6), DstMAC: make([]byte, 6), EthernetType: layers.EthernetTypeIPv4}
	b := gopacket.NewSerializeBuffer()
	require.NoError(t, gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, eth, ip, udp, h))
	return b.Bytes()
}

func TestWholeFramesDecodeToWhatWasSerialized(t *testing.T) {
	hsrplayer.Register()
	for _, want := range []hsrplayer.HSRP{
		{Message: wire.HSRP{Version: 1, Auth: wire.HSRPAuthText, State: wire.HSRPActive, Group: 1, Hello: time.Second, Hold: 5 * time.Second, Priority: 100}},
		{Message: wire.HSRP{Version: 2, Auth: wire.HSRPAuthText, State: wire.HSRPSpeak, Group: 300, Priority: 90}},
		{Advertise: wire.HSRPAdvertise{Version: 1, State: wire.HSRPPassive, Passive: 1}, IsAdvertise: true},
		{Advertise: wire.HSRPAdvertise{Version: 2, Active: 1}, IsAdvertise: true},
	} {
		p := gopacket.NewPacket(frame(t, &want), layers.LayerTypeEthernet, gopacket.Default)
		require.Nil(t, p.ErrorLayer())
		got, ok := p.Layer(hsrplayer.LayerType).(*hsrplayer.HSRP)
		require.True(t, ok)
		got.BaseLayer = layers.BaseLayer{}
		require.Equal(t, &want, got)
	}
}

func FuzzLayer(f *testing.F) {
	f.Add([]byte{0, 0, 16, 1, 5, 100, 1, 0, 'c', 'i', 's', 'c', 'o', 0, 0, 0, 10, 0, 0, 3})
	f.Fuzz(func(t *testing.T, b []byte) {
		p := gopacket.NewPacket(b, hsrplayer.LayerType, gopacket.DecodeOptions{SkipDecodeRecovery: true})
		if h, ok := p.Layer(hsrplayer.LayerType).(*hsrplayer.HSRP); ok {
			require.LessOrEqual(t, len(h.Contents), len(b))
		}
	})
}
