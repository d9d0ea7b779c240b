// Package hsrplayer teaches gopacket HSRP, so that captures, traces and tests
// print it. It is the only package of wire that knows gopacket, and nothing on
// the forwarding path imports it.
package hsrplayer

import (
	"fmt"
	"sync"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"tandem/wire"
)

// LayerType identifies the layer. gopacket keeps layer types in one table of
// the process, so this is a variable of the package.
var LayerType = gopacket.RegisterLayerType(1985, gopacket.LayerTypeMetadata{
	Name: "HSRP", Decoder: gopacket.DecodeFunc(decode),
})

var register sync.Once

// Register makes gopacket decode UDP port 1985 as HSRP. A program calls it
// once, before it decodes; further calls do nothing.
func Register() {
	register.Do(func() {
		layers.RegisterUDPPortLayerType(layers.UDPPort(wire.HSRPPort), LayerType)
	})
}

// HSRP is one HSRP payload: a message of a group, or an advertisement.
type HSRP struct {
	layers.BaseLayer
	Message     wire.HSRP          // valid unless IsAdvertise
	Advertise   wire.HSRPAdvertise // valid when IsAdvertise
	IsAdvertise bool
}

// LayerType implements gopacket.Layer.
func (*HSRP) LayerType() gopacket.LayerType { return LayerType }

// CanDecode implements gopacket.DecodingLayer.
func (*HSRP) CanDecode() gopacket.LayerClass { return LayerType }

// NextLayerType implements gopacket.DecodingLayer; what follows is payload.
func (*HSRP) NextLayerType() gopacket.LayerType { return gopacket.LayerTypePayload }

// DecodeFromBytes implements gopacket.DecodingLayer. The version is told by
// the first byte: 0 is version 1, anything else a TLV of version 2.
func (h *HSRP) DecodeFromBytes(b []byte, df gopacket.DecodeFeedback) error {
	*h = HSRP{}
	version := uint8(1)
	if len(b) > 0 && b[0] != 0 {
		version = 2
	}
	var n int
	var err error
	switch h.IsAdvertise = wire.IsHSRPAdvertise(version, b); {
	case h.IsAdvertise:
		n, err = h.Advertise.Decode(version, b)
	case version == 2:
		n, err = h.Message.Decode2(b)
	default:
		n, err = h.Message.Decode1(b)
	}
	if err != nil {
		df.SetTruncated()
		return fmt.Errorf("hsrp: %w", err)
	}
	h.BaseLayer = layers.BaseLayer{Contents: b[:n], Payload: b[n:]}
	return nil
}

// SerializeTo implements gopacket.SerializableLayer. An MD5 digest is written
// as it stands.
func (h *HSRP) SerializeTo(b gopacket.SerializeBuffer, _ gopacket.SerializeOptions) error {
	encoded := h.Message.Append(nil)
	if h.IsAdvertise {
		encoded = h.Advertise.Append(nil)
	}
	room, err := b.PrependBytes(len(encoded))
	if err != nil {
		return fmt.Errorf("hsrp: %w", err)
	}
	copy(room, encoded)
	return nil
}

func decode(b []byte, p gopacket.PacketBuilder) error {
	h := &HSRP{}
	if err := h.DecodeFromBytes(b, p); err != nil {
		return err
	}
	p.AddLayer(h)
	if len(h.Payload) == 0 {
		return nil
	}
	return p.NextDecoder(h.NextLayerType())
}
