package router

import (
	"tandem/hsrp"
	"tandem/wire"
)

// LastWord is a frame that ends this router's part in one HSRP group: whoever
// outlives it may send it out of the port.
type LastWord struct {
	Port  int      // of the driver
	MAC   wire.MAC // virtual, of the group: frames to it are the successor's
	Frame []byte
}

// LastWordsVersion is another number after every change of LastWords. They
// change rarely: a driver may ask after every call.
func (r *Router) LastWordsVersion() int { return r.words }

// LastWords returns one frame for every group that is Active.
func (r *Router) LastWords() (words []LastWord) {
	for _, w := range r.standby.LastWords() {
		l := r.byName[w.Interface]
		if l.port < 0 {
			continue
		}
		frame := make([]byte, wire.EthernetLen)
		wire.Ethernet(frame).Put(w.Dst.MulticastMAC(), w.From, wire.EtherIPv4)
		words = append(words, LastWord{Port: l.port, MAC: w.MAC, Frame: append(frame, hsrpPacket(w.Send)...)})
	}
	return words
}

// hsrpPacket puts the headers of HSRP around a payload: UDP 1985 to 1985, TTL 1,
// TOS 0xc0, from the interface's own address.
func hsrpPacket(s hsrp.Send) []byte {
	b := wire.AppendIPv4(nil, wire.IPv4Header{
		TOS: wire.HSRPTOS, TTL: wire.HSRPTTL, Proto: wire.ProtoUDP, Src: s.Src, Dst: s.Dst,
	}, wire.UDPLen+len(s.Payload))
	return wire.AppendUDP(b, s.Src, s.Dst, hsrpPort, hsrpPort, s.Payload)
}
