package forward_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/forward"
	"tandem/wire"
)

func static(p, via string) forward.Route {
	return forward.Route{Prefix: prefix(p), Source: forward.Static, NextHop: wire.MustAddr(via), Interface: forward.NoInterface, Distance: 1}
}

func routes(r *rig) (out []string) {
	for _, i := range r.Routes() {
		out = append(out, fmt.Sprintf("%d %s [%d/%d] out %d gw %s", i.Source, i.Prefix, i.Distance, i.Metric, i.Out, i.Gateway))
	}
	return out
}

func TestRecursiveRoutes(t *testing.T) {
	r := coldRig(t)
	add := func(route forward.Route) { require.NoError(t, r.AddRoute(r.now, route)) }
	add(static("0.0.0.0/0", "80.80.80.1"))
	connected := []string{"0 10.0.0.0/24 [0/0] out 0 gw 0.0.0.0", "0 211.0.0.0/24 [0/0] out 1 gw 0.0.0.0"}
	require.Equal(t, connected, routes(r), "a default cannot be its own way")

	add(static("80.80.80.0/24", "70.0.0.1"))
	add(static("70.0.0.0/8", "10.0.0.2"))
	require.Equal(t, []string{
		"1 0.0.0.0/0 [1/0] out 0 gw 10.0.0.2", connected[0], "1 70.0.0.0/8 [1/0] out 0 gw 10.0.0.2",
		"1 80.80.80.0/24 [1/0] out 0 gw 10.0.0.2", connected[1],
	}, routes(r))

	require.True(t, r.RemoveRoute(r.now, static("70.0.0.0/8", "10.0.0.2")))
	require.False(t, r.RemoveRoute(r.now, static("70.0.0.0/8", "10.0.0.2")))
	require.Equal(t, connected, routes(r))

	add(static("20.0.0.0/8", "30.0.0.1"))
	add(static("30.0.0.0/8", "20.0.0.1"))
	require.Equal(t, connected, routes(r), "two that lean on each other")
}

func TestFloatingAndPermanentRoutes(t *testing.T) {
	r := coldRig(t)
	backup := static("0.0.0.0/0", "10.0.0.2")
	backup.Distance = 250
	require.NoError(t, r.SetRoutes(r.now, forward.Static, []forward.Route{backup, static("0.0.0.0/0", "211.0.0.254")}))
	require.Equal(t, wire.MustAddr("211.0.0.254"), r.Lookup(srv + 1<<24)[0].Gateway)
	down := outsideCfg()
	down.LineUp = false
	r.SetInterface(r.now, outside, down)
	require.Equal(t, wire.MustAddr("10.0.0.2"), r.Lookup(srv)[0].Gateway)

	forever := static("9.0.0.0/8", "211.0.0.254")
	forever.Interface, forever.Permanent = outside, true
	require.NoError(t, r.AddRoute(r.now, forever))
	require.Equal(t, outside, r.Lookup(wire.MustAddr("9.9.9.9"))[0].Out)
	r.meet(inside, pcMAC, pc, routerIn)
	r.send(inside, fromPC(udp(pc, wire.MustAddr("9.9.9.9"), 1)))
	require.Equal(t, "1 interface down", r.drops(inside))
}

func TestNullAndAttachedRoutes(t *testing.T) {
	r := newRig(t)
	require.NoError(t, r.AddRoute(r.now, forward.Route{Prefix: prefix("9.0.0.0/8"), Source: forward.Static, Interface: null, Distance: 1}))
	require.NoError(t, r.AddRoute(r.now, forward.Route{Prefix: prefix("8.0.0.0/8"), Source: forward.Static, Interface: outside, Distance: 1}))
	require.Equal(t, []string{"0: 00aa.0000.0005 10.0.0.1>10.0.0.5 ttl 255 icmp 3/1"}, r.send(inside, fromPC(udp(pc, wire.MustAddr("9.9.9.9"), 1))))
	require.Equal(t, []string{"1: ffff.ffff.ffff arp who-has 8.8.8.8 tell 211.0.0.1"}, r.send(inside, fromPC(udp(pc, wire.MustAddr("8.8.8.8"), 1))))
	require.Equal(t, "1 encapsulation failed, 1 null interface", r.drops(inside))
}

func TestEqualPathsShareByAddressPair(t *testing.T) {
	r := coldRig(t)
	require.NoError(t, r.SetRoutes(r.now, forward.RIP, []forward.Route{
		{Prefix: prefix("9.0.0.0/8"), NextHop: wire.MustAddr("10.0.0.2"), Interface: inside, Distance: 120, Metric: 1},
		{Prefix: prefix("9.0.0.0/8"), NextHop: wire.MustAddr("211.0.0.2"), Interface: outside, Distance: 120, Metric: 1},
		{Prefix: prefix("9.0.0.0/8"), NextHop: wire.MustAddr("211.0.0.3"), Interface: outside, Distance: 120, Metric: 2},
	}))
	require.Len(t, r.Lookup(wire.MustAddr("9.1.1.1")), 2)
	require.NoError(t, r.SetRoutes(r.now, forward.RIP, nil))
	require.Empty(t, r.Lookup(wire.MustAddr("9.1.1.1")))
}

func TestRoutesThatCannotBe(t *testing.T) {
	r := coldRig(t)
	require.ErrorIs(t, r.AddRoute(r.now, static("9.0.0.1/8", "10.0.0.2")), forward.ErrHostBits)
	require.ErrorIs(t, r.AddRoute(r.now, static("224.0.0.0/4", "10.0.0.2")), forward.ErrDestination)
	require.ErrorIs(t, r.AddRoute(r.now, static("9.0.0.0/8", "10.0.0.1")), forward.ErrOwnNextHop)
	require.ErrorIs(t, r.AddRoute(r.now, forward.Route{Prefix: prefix("9.0.0.0/8"), Interface: forward.NoInterface}), forward.ErrNoWay)
}

// The trie agrees with a search through all prefixes.
func TestLongestMatch(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 5, 300, 3000} {
		r := coldRig(t)
		var list []forward.Route
		seen := map[wire.Prefix]bool{}
		for len(list) < n {
			p := wire.Prefix{Addr: wire.Addr(rnd.Uint32() >> 2), Bits: uint8(rnd.IntN(33))}.Network()
			if !seen[p] && !p.Addr.IsLoopback() {
				seen[p] = true
				list = append(list, forward.Route{Prefix: p, NextHop: wire.Addr(len(list) + 1), Interface: outside, Distance: 1})
			}
		}
		require.NoError(t, r.SetRoutes(r.now, forward.Static, list))
		table := r.Routes()
		for i := range 3000 {
			a := wire.Addr(rnd.Uint32())
			if len(list) > 0 && i%2 == 0 {
				p := list[rnd.IntN(len(list))].Prefix
				a = p.Addr | wire.Addr(rnd.Uint32())&^p.Mask()
			}
			want := -1
			for i, e := range table {
				if e.Prefix.Contains(a) && (want < 0 || e.Prefix.Bits > table[want].Prefix.Bits) {
					want = i
				}
			}
			got := r.Lookup(a)
			if want < 0 {
				require.Empty(t, got)
				continue
			}
			require.Equal(t, table[want], got[0], "%s among %d", a, n)
		}
	}
}
