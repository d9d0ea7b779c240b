package forward_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/forward"
	"tandem/wire"
)

// FuzzInput feeds frames cut from arbitrary bytes: nothing panics, every frame
// ends in exactly one counter, and what leaves is well-formed.
func FuzzInput(f *testing.F) {
	seed := func(frames ...[]byte) {
		var b []byte
		for _, frame := range frames {
			b = append(append(b, byte(len(frame)>>8), byte(len(frame))), frame...)
		}
		f.Add(b)
	}
	a := wire.MustAddr
	seed(fromPC(udp(pc, srv, 10)), fromPC(echo(pc, routerIn)), whoHas(routerIn), whoHas(srv))
	seed(fromPC(udp(pc, a("9.9.9.9"), 10)), fromPC(udp(pc, a("211.0.0.77"), 10)), fromPC(udp(pc, routerIn, 3)))
	seed(fromPC(ip4(wire.IPv4Header{ID: 7, Fragment: wire.MoreFragments, Proto: wire.ProtoICMP, Src: pc, Dst: routerIn}, make([]byte, 16))),
		fromPC(ip4(wire.IPv4Header{ID: 7, Fragment: 2, Proto: wire.ProtoICMP, Src: pc, Dst: routerIn}, make([]byte, 9))))
	seed(fromPC(ip4(wire.IPv4Header{Proto: wire.ProtoICMP, Src: pc, Dst: routerIn},
		wire.AppendICMP(nil, wire.ICMPUnreachable, 3, 0, udp(routerIn, pc, 0)))))
	options := fromPC(append([]byte{0x46, 0, 0, 24, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 5, 211, 0, 0, 9, 0x83, 3, 4, 0}, udp(pc, srv, 0)[20:]...))
	options[17] = 32
	seed(options, eth(wire.AllRouters.MulticastMAC(), pcMAC, wire.EtherIPv4, udp(pc, wire.AllRouters, 20)))

	f.Fuzz(func(t *testing.T, b []byte) {
		r := newRig(t)
		r.Own(r.now, inside, vip, virtualMAC)
		r.Join(inside, wire.AllRouters)
		small := outsideCfg()
		small.MTU = 100
		r.SetInterface(r.now, outside, small)
		r.StartPing(r.now, forward.PingOptions{Target: pc})
		r.StartTraceroute(r.now, forward.TracerouteOptions{Target: srv})
		var frames [][]byte
		for len(b) > 2 {
			n := min(int(b[0]&0x7f)<<8|int(b[1]), len(b)-2)
			frame := bytes.Clone(b[2 : 2+n])
			if b[0]&0x80 == 0 {
				repair(frame)
			}
			frames = append(frames, frame)
			b = b[2+n:]
		}
		var given [][]byte
		for _, frame := range frames {
			given = append(given, bytes.Clone(frame))
		}
		before := r.Counters(inside)
		r.Input(r.now, inside, frames)
		require.Equal(t, given, frames, "input is borrowed")
		for range 50 {
			at, ok := r.NextWake()
			if !ok || at > r.now.Add(time.Minute) {
				break
			}
			r.now = max(r.now, at)
			r.Wake(r.now)
		}
		c := r.Counters(inside)
		require.EqualValues(t, len(frames), c.InPackets-before.InPackets)
		require.Equal(t, c.InPackets, c.Forwarded+c.Delivered+c.Dropped())
		require.Zero(t, c.Drops[wire.NotDropped])
		for _, ip := range wellFormed(t, r) {
			require.True(t, ip.ChecksumOK(), "%x", ip)
		}
		for _, frame := range frames { // as packets of the router itself
			packet := frame[min(len(frame), wire.EthernetLen):]
			r.Send(r.now, packet)
			r.SendOn(r.now, outside, wire.MAC{}, packet)
		}
		wellFormed(t, r)
	})
}

// wellFormed returns the IPv4 packets that left, each whole and within the MTU.
func wellFormed(t *testing.T, r *rig) (ips []wire.IPv4) {
	out, indexes := r.frames()
	for i, f := range out {
		if wire.Ethernet(f).Type() != wire.EtherIPv4 {
			continue
		}
		ip := wire.IPv4(wire.Ethernet(f).Payload())
		require.True(t, ip.Valid() && ip.TotalLen() == len(ip), "%x", f)
		if indexes[i] == outside {
			require.LessOrEqual(t, len(ip), 100)
		}
		ips = append(ips, ip)
	}
	return ips
}

// repair makes checksums right, so that mutations get past them.
func repair(frame []byte) {
	if len(frame) < wire.EthernetLen || wire.Ethernet(frame).Type() != wire.EtherIPv4 {
		return
	}
	ip := wire.IPv4(frame[wire.EthernetLen:])
	if !ip.Valid() {
		return
	}
	if m := ip.Payload(); ip.Proto() == wire.ProtoICMP && len(m) >= wire.ICMPLen {
		m[2], m[3] = 0, 0
		sum := wire.Checksum(m)
		m[2], m[3] = byte(sum>>8), byte(sum)
	}
	ip[10], ip[11] = 0, 0
	sum := wire.Checksum(ip[:ip.HeaderLen()])
	ip[10], ip[11] = byte(sum>>8), byte(sum)
}
