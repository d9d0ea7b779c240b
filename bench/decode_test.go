package bench_test

import (
	"encoding/binary"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/stretchr/testify/require"

	"tandem/wire"
)

// packets are frames of the protocols that a firewall sees most. The ports are
// of no protocol that gopacket would go on to decode.
var packets = []struct {
	name  string
	proto layers.IPProtocol
	top   gopacket.SerializableLayer
}{
	{"tcp", layers.IPProtocolTCP, &layers.TCP{SrcPort: 40000, DstPort: 5001, ACK: true, Window: 8192}},
	{"udp", layers.IPProtocolUDP, &layers.UDP{SrcPort: 40000, DstPort: 5001}},
	{"icmp", layers.IPProtocolICMPv4, &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(8, 0), Id: 1, Seq: 1}},
}

// encode returns the packet as a frame, built by the peer.
func encode(tb testing.TB, proto layers.IPProtocol, top gopacket.SerializableLayer) []byte {
	tb.Helper()
	ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: proto, SrcIP: []byte{10, 0, 0, 100}, DstIP: []byte{209, 0, 0, 9}}
	if over, ok := top.(interface {
		SetNetworkLayerForChecksum(gopacket.NetworkLayer) error
	}); ok {
		require.NoError(tb, over.SetNetworkLayerForChecksum(ip))
	}
	out := gopacket.NewSerializeBuffer()
	require.NoError(tb, gopacket.SerializeLayers(out, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true},
		&layers.Ethernet{SrcMAC: []byte{2, 0, 0, 0, 0, 1}, DstMAC: []byte{2, 0, 0, 0, 0, 2}, EthernetType: layers.EthernetTypeIPv4},
		ip, top, gopacket.Payload("sixteen payloads")))
	return out.Bytes()
}

// peerDecoder is gopacket at its fastest: layers reused, nothing allocated.
type peerDecoder struct {
	eth     layers.Ethernet
	ip      layers.IPv4
	tcp     layers.TCP
	udp     layers.UDP
	icmp    layers.ICMPv4
	payload gopacket.Payload
	found   []gopacket.LayerType
	parser  *gopacket.DecodingLayerParser
}

func newPeerDecoder() *peerDecoder {
	d := &peerDecoder{}
	d.parser = gopacket.NewDecodingLayerParser(layers.LayerTypeEthernet, &d.eth, &d.ip, &d.tcp, &d.udp, &d.icmp, &d.payload)
	return d
}

// flow returns what the packet is matched by.
func (d *peerDecoder) flow() (src, dst wire.Addr, sport, dport uint16) {
	src = wire.Addr(binary.BigEndian.Uint32(d.ip.SrcIP.To4()))
	dst = wire.Addr(binary.BigEndian.Uint32(d.ip.DstIP.To4()))
	switch d.ip.Protocol {
	case layers.IPProtocolTCP:
		return src, dst, uint16(d.tcp.SrcPort), uint16(d.tcp.DstPort)
	case layers.IPProtocolUDP:
		return src, dst, uint16(d.udp.SrcPort), uint16(d.udp.DstPort)
	}
	return src, dst, uint16(d.icmp.TypeCode.Type()), uint16(d.icmp.TypeCode.Code())
}

// BenchmarkDecode compares the decoding of one frame by wire with gopacket's
// DecodingLayerParser, once both were seen to find the same.
func BenchmarkDecode(b *testing.B) {
	for _, c := range packets {
		b.Run(c.name, func(b *testing.B) {
			frame := encode(b, c.proto, c.top)
			var p wire.Packet
			d := newPeerDecoder()
			require.Equal(b, wire.NotDropped, p.Decode(frame, 0))
			require.NoError(b, d.parser.DecodeLayers(frame, &d.found))
			src, dst, sport, dport := d.flow()
			require.Equal(b, []any{src, dst, sport, dport}, []any{p.Src, p.Dst, p.SrcPort, p.DstPort})

			versus(b,
				func() { p.Decode(frame, 0) },
				func() { _ = d.parser.DecodeLayers(frame, &d.found) })
		})
	}
}

// BenchmarkChecksum compares the Internet checksum of a full frame with the
// plain loop over 16-bit words of RFC 1071.
func BenchmarkChecksum(b *testing.B) {
	data := make([]byte, 1500)
	for i := range data {
		data[i] = byte(i * 7)
	}
	require.Equal(b, plainChecksum(data), wire.Checksum(data))
	var sink uint16
	versus(b, func() { sink += wire.Checksum(data) }, func() { sink += plainChecksum(data) })
}

func plainChecksum(data []byte) uint16 {
	var sum uint32
	for i := 0; i+1 < len(data); i += 2 {
		sum += uint32(data[i])<<8 | uint32(data[i+1])
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}
