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
	sum := wire.Checksum(options[14:38])
	options[24], options[25] = byte(sum>>8), byte(sum)
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
			n := min(int(b[0])<<8|int(b[1]), len(b)-2)
			frames = append(frames, bytes.Clone(b[2:2+n]))
			b = b[2+n:]
		}
		given := make([][]byte, len(frames))
		for i := range frames {
			given[i] = bytes.Clone(frames[i])
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
		out, indexes := r.frames()
		for i, f := range out {
			e := wire.Ethernet(f)
			if e.Type() == wire.EtherARP {
				continue
			}
			ip := wire.IPv4(e.Payload())
			require.True(t, ip.Valid() && ip.ChecksumOK() && ip.TotalLen() == len(ip), "%x", f)
			if indexes[i] == outside {
				require.LessOrEqual(t, len(ip), 100)
			}
		}
	})
}
