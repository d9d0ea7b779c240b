package forward_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/forward"
	"tandem/syslog"
	"tandem/wire"
)

// The rig is a router with two LANs and Null0:
//
//	pc 10.0.0.5 --- Gi0/0 10.0.0.1/24  [router]  211.0.0.1/24 Gi0/1 --- srv 211.0.0.9
const (
	inside, outside, null = 0, 1, 2
)

var (
	insideMAC  = mac("0011.2233.0000")
	outsideMAC = mac("0011.2233.0001")
	pcMAC      = mac("00aa.0000.0005")
	srvMAC     = mac("00bb.0000.0009")
	virtualMAC = mac("0000.0c07.ac01")
	pc, srv    = wire.MustAddr("10.0.0.5"), wire.MustAddr("211.0.0.9")
	routerIn   = wire.MustAddr("10.0.0.1")
	routerOut  = wire.MustAddr("211.0.0.1")
	vip        = wire.MustAddr("10.0.0.3")
	second     = clock.Time(time.Second)
)

func mac(s string) wire.MAC {
	m, err := wire.ParseMAC(s)
	if err != nil {
		panic(err)
	}
	return m
}

func prefix(s string) wire.Prefix {
	a, bits, _ := strings.Cut(s, "/")
	var n uint8
	fmt.Sscan(bits, &n)
	return wire.Prefix{Addr: wire.MustAddr(a), Bits: n}
}

func insideCfg() forward.Interface {
	return forward.Interface{
		Name: "GigabitEthernet0/0", MAC: insideMAC, Primary: prefix("10.0.0.1/24"), AdminUp: true, LineUp: true,
		Unreachables: true, Redirects: true, ProxyARP: true,
	}
}

func outsideCfg() forward.Interface {
	return forward.Interface{
		Name: "GigabitEthernet0/1", MAC: outsideMAC, Primary: prefix("211.0.0.1/24"), AdminUp: true, LineUp: true,
		Unreachables: true, Redirects: true, ProxyARP: true,
	}
}

type rig struct {
	*forward.Plane
	t      testing.TB
	now    clock.Time
	filter *script
	local  []string // what reached Local
	wanted func(p *wire.Packet) bool
}

// script is a Filter that tests tell what to do, packet by packet.
type script struct {
	match         func(p *wire.Packet)
	input, output func(p *wire.Packet) wire.Verdict
	calls         []string
	told          []wire.Packet
	invalid       int
}

func (s *script) Match(_ clock.Time, ps []wire.Packet) {
	for i := range ps {
		if s.match != nil {
			s.match(&ps[i])
		}
	}
}

func (s *script) Input(_ clock.Time, p *wire.Packet) wire.Verdict {
	s.calls = append(s.calls, "input")
	if s.input != nil {
		return s.input(p)
	}
	return wire.Pass
}

func (s *script) Output(_ clock.Time, p *wire.Packet) wire.Verdict {
	s.calls = append(s.calls, "output")
	if s.output != nil {
		return s.output(p)
	}
	return wire.Pass
}

func (s *script) Resolved(p *wire.Packet) { s.told = append(s.told, *p) }
func (s *script) Invalidate()             { s.invalid++ }

// newRig returns a rig whose neighbours are known and whose announcements were
// taken away.
func newRig(t testing.TB) *rig {
	r := coldRig(t)
	r.meet(inside, pcMAC, pc, routerIn)
	r.meet(outside, srvMAC, srv, routerOut)
	return r
}

func coldRig(t testing.TB) *rig {
	r := &rig{t: t, filter: &script{}, wanted: func(*wire.Packet) bool { return false }}
	r.Plane = forward.New(r.filter, func(_ clock.Time, p *wire.Packet) bool {
		if !r.wanted(p) {
			return false
		}
		r.local = append(r.local, fmt.Sprintf("%s>%s proto %d len %d", p.Src, p.Dst, p.Proto, len(p.IP())))
		return true
	})
	r.SetInterface(r.now, inside, insideCfg())
	r.SetInterface(r.now, outside, outsideCfg())
	r.SetInterface(r.now, null, forward.Interface{Name: "Null0", Kind: forward.Null, AdminUp: true, LineUp: true, Unreachables: true})
	r.out()
	return r
}

// meet makes a station ask for the router, which learns it from that.
func (r *rig) meet(index int, m wire.MAC, a, router wire.Addr) {
	r.Input(r.now, index, [][]byte{arp(wire.BroadcastMAC, wire.ARP{Op: wire.ARPRequest, SenderMAC: m, Sender: a, Target: router})})
	r.out()
}

// send hands over frames and returns what left, a line for each frame.
func (r *rig) send(index int, frames ...[]byte) []string {
	r.Input(r.now, index, frames)
	return r.out()
}

// wake moves time and returns what left then.
func (r *rig) wake(after time.Duration) []string {
	end := r.now.Add(after)
	var lines []string
	for at, ok := r.NextWake(); ok && at <= end; at, ok = r.NextWake() {
		r.now = max(r.now, at)
		r.Wake(r.now)
		lines = append(lines, r.out()...)
	}
	r.now = end
	return lines
}

func (r *rig) frames() (out [][]byte, indexes []int) {
	r.Drain(func(index int, frames [][]byte) {
		for _, f := range frames {
			out, indexes = append(out, bytes.Clone(f)), append(indexes, index)
		}
	})
	return out, indexes
}

func (r *rig) out() []string {
	var lines []string
	frames, indexes := r.frames()
	for i, f := range frames {
		checksums(r.t, f)
		lines = append(lines, fmt.Sprintf("%d: %s", indexes[i], describe(f)))
	}
	return lines
}

func (r *rig) logs() (out []string) {
	r.Messages(func(m syslog.Message) { out = append(out, m.String()) })
	return out
}

func (r *rig) marks() string {
	var b strings.Builder
	r.Events(func(e forward.Event) {
		switch {
		case e.Kind == forward.Finished:
			fmt.Fprintf(&b, " %d/%d", e.Received, e.Sent)
		case e.TTL == 0:
			b.WriteByte(e.Mark)
		case e.Mark == 0:
			fmt.Fprintf(&b, "[%d %s]", e.TTL, e.From)
		default:
			fmt.Fprintf(&b, "[%d %c]", e.TTL, e.Mark)
		}
	})
	return b.String()
}

// drops lists the drop counters of an interface that are not zero.
func (r *rig) drops(index int) string {
	var out []string
	c := r.Counters(index)
	for why, n := range c.Drops {
		if n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, wire.Reason(why)))
		}
	}
	return strings.Join(out, ", ")
}

func eth(dst, src wire.MAC, etherType uint16, body []byte) []byte {
	f := make([]byte, wire.EthernetLen, wire.EthernetLen+len(body))
	wire.Ethernet(f).Put(dst, src, etherType)
	return append(f, body...)
}

func arp(dst wire.MAC, m wire.ARP) []byte {
	return eth(dst, m.SenderMAC, wire.EtherARP, m.Append(nil))
}

func ip4(h wire.IPv4Header, body []byte) []byte {
	if h.TTL == 0 {
		h.TTL = 64
	}
	return append(wire.AppendIPv4(nil, h, len(body)), body...)
}

func udp(src, dst wire.Addr, size int) []byte {
	return ip4(wire.IPv4Header{Proto: wire.ProtoUDP, Src: src, Dst: dst}, wire.AppendUDP(nil, src, dst, 1000, 4000, bytes.Repeat([]byte{'x'}, size)))
}

func echo(src, dst wire.Addr) []byte {
	return ip4(wire.IPv4Header{Proto: wire.ProtoICMP, Src: src, Dst: dst}, wire.AppendICMP(nil, wire.ICMPEcho, 0, 7<<16|1, []byte("data")))
}

// fromPC is a packet of the PC in a frame to the router.
func fromPC(packet []byte) []byte { return eth(insideMAC, pcMAC, wire.EtherIPv4, packet) }

// describe prints a frame in one line.
func describe(f []byte) string {
	e := wire.Ethernet(f)
	if e.Type() == wire.EtherARP {
		var m wire.ARP
		if err := m.Decode(e.Payload()); err != nil {
			return err.Error()
		}
		if m.Op == wire.ARPRequest {
			return fmt.Sprintf("%s arp who-has %s tell %s", e.Dst(), m.Target, m.Sender)
		}
		return fmt.Sprintf("%s arp %s is-at %s tell %s", e.Dst(), m.Sender, m.SenderMAC, m.Target)
	}
	ip := wire.IPv4(e.Payload())
	s := fmt.Sprintf("%s %s>%s ttl %d", e.Dst(), ip.Src(), ip.Dst(), ip.TTL())
	t := ip.Payload()
	switch {
	case ip.Fragment()&^wire.DontFragment != 0:
		s += fmt.Sprintf(" fragment %d+%d more %t", int(ip.Fragment()&0x1fff)*8, len(t), ip.Fragment()&wire.MoreFragments != 0)
	case ip.Proto() == wire.ProtoICMP:
		s += fmt.Sprintf(" icmp %d/%d", t[0], t[1])
	case ip.Proto() == wire.ProtoUDP:
		s += fmt.Sprintf(" udp %d", len(t))
	case ip.Proto() == wire.ProtoTCP:
		s += fmt.Sprintf(" tcp flags %#x ack %d", t[13], wire.TCP(t).Ack())
	}
	return s
}

// checksums lets gopacket make the frame again and compares.
func checksums(t testing.TB, f []byte) {
	p := gopacket.NewPacket(f, layers.LayerTypeEthernet, gopacket.DecodeOptions{NoCopy: true})
	require.Nil(t, p.ErrorLayer(), "%x", f)
	var parts []gopacket.SerializableLayer
	for _, l := range p.Layers() {
		if ip, ok := l.(*layers.IPv4); ok && (ip.FragOffset > 0 || ip.Flags&layers.IPv4MoreFragments != 0) {
			parts = append(parts, ip, gopacket.Payload(ip.Payload))
			break
		}
		if u, ok := l.(*layers.UDP); ok {
			require.NoError(t, u.SetNetworkLayerForChecksum(p.NetworkLayer()))
			parts = append(parts, u, gopacket.Payload(u.Payload))
			break
		}
		if c, ok := l.(*layers.TCP); ok {
			require.NoError(t, c.SetNetworkLayerForChecksum(p.NetworkLayer()))
		}
		s, ok := l.(gopacket.SerializableLayer)
		if !ok {
			s = gopacket.Payload(l.LayerContents())
		}
		parts = append(parts, s)
	}
	b := gopacket.NewSerializeBuffer()
	require.NoError(t, gopacket.SerializeLayers(b, gopacket.SerializeOptions{ComputeChecksums: true}, parts...))
	require.Equal(t, f, b.Bytes()[:len(f)], "checksums as gopacket has them")
}
