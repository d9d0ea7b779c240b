package rip_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/rip"
	"tandem/wire"
)

var (
	lan  = prefix("10.0.0.0", 24)
	wanA = prefix("192.168.1.0", 30)
	wanB = prefix("192.168.2.0", 30)
	far  = prefix("172.16.9.0", 24)
)

// trio is two routers on a LAN, each with a link to a provider; the provider
// prefers the first.
func trio(t testing.TB) (w *world, a, b, p *device, inside, linkA, linkB *segment) {
	w = &world{delay: time.Millisecond}
	inside, linkA, linkB = &segment{}, &segment{}, &segment{}
	a, b, p = w.add(newDevice(t, "a", 1)), w.add(newDevice(t, "b", 2)), w.add(newDevice(t, "p", 3))
	a.plug("in", prefix("10.0.0.1", 24), inside)
	b.plug("in", prefix("10.0.0.2", 24), inside)
	a.plug("wan", prefix("192.168.1.1", 30), linkA)
	b.plug("wan", prefix("192.168.2.1", 30), linkB)
	p.plug("a", prefix("192.168.1.2", 30), linkA)
	p.plug("b", prefix("192.168.2.2", 30), linkB)
	p.plug("far", prefix("172.16.9.1", 24), nil)
	for _, d := range []*device{a, b} {
		d.configure(func(c *rip.Config) {
			c.Networks = []wire.Addr{addr("10.0.0.0"), addr("192.168.1.0"), addr("192.168.2.0")}
			c.Passive = []string{"in"}
		})
	}
	b.configure(func(c *rip.Config) { c.Offsets = []rip.Offset{{Direction: rip.Out, Interface: "wan", Hops: 2}} })
	p.configure(func(c *rip.Config) {
		c.Networks = []wire.Addr{addr("172.16.0.0"), addr("192.168.1.0"), addr("192.168.2.0")}
		c.Originate = true
	})
	return w, a, b, p, inside, linkA, linkB
}

func TestNeighboursLearnAtOnce(t *testing.T) {
	w, a, b, p, _, _, _ := trio(t)
	w.advance(2 * time.Second)
	require.Equal(t, []string{"192.168.1.1"}, p.hops(lan))
	require.Equal(t, 1, p.metric(lan))
	for _, d := range []*device{a, b} {
		require.Equal(t, 1, d.metric(far))
		require.Equal(t, 1, d.metric(wire.Prefix{}), "default route")
	}
	require.Equal(t, 1, a.metric(wanB))
	require.Zero(t, a.metric(lan), "connected")
}

func TestLossOfALinkConvergesByTriggeredUpdates(t *testing.T) {
	w, _, b, p, _, linkA, _ := trio(t)
	w.advance(time.Minute + 3*time.Second)
	require.Equal(t, []string{"192.168.1.1"}, p.hops(lan))
	w.set(linkA, true)
	require.Empty(t, p.hops(lan))
	w.advance(10 * time.Millisecond)
	require.Equal(t, []string{"192.168.2.1"}, p.hops(lan), "the other router answers the poison")
	require.Equal(t, 3, p.metric(lan))
	require.Zero(t, b.metric(wanA), "poisoned too")
	w.set(linkA, false)
	w.advance(6 * time.Second)
	require.Equal(t, []string{"192.168.1.1"}, p.hops(lan), "and the better way is back")
}

func TestLossBehindTheNeighbourIsHeldDown(t *testing.T) {
	w, a, _, p, inside, _, _ := trio(t)
	w.advance(40 * time.Second)
	// only a loses the LAN: its own end of the cable
	inside.down = true
	a.now = w.now
	a.ports[0].changed()
	inside.down = false
	w.advance(5 * time.Second)
	require.Empty(t, p.hops(lan), "hold-down refuses worse news")
	require.Equal(t, rip.Down, state(t, p, lan).Origin)

	p.configure(func(c *rip.Config) { c.Timers.HoldDown = 0 })
	w.advance(70 * time.Second) // flushed, then heard from b
	require.Equal(t, []string{"192.168.2.1"}, p.hops(lan))
}

func TestWithoutHoldDownTheOtherNeighbourIsBelievedAtOnce(t *testing.T) {
	w, a, _, p, inside, _, _ := trio(t)
	p.configure(func(c *rip.Config) { c.Timers.HoldDown = 0 })
	w.advance(40 * time.Second)
	inside.down = true
	a.now = w.now
	a.ports[0].changed()
	inside.down = false
	w.advance(10 * time.Millisecond)
	require.Equal(t, []string{"192.168.2.1"}, p.hops(lan))
}

func TestSilenceInvalidatesThenFlushes(t *testing.T) {
	w, a, _, _, _, linkA, _ := trio(t)
	w.advance(2 * time.Second)
	linkA.deaf = true
	w.advance(176 * time.Second)
	require.Equal(t, 1, a.metric(far), "not yet invalid")
	w.advance(5 * time.Second)
	require.Zero(t, a.metric(far))
	require.Equal(t, rip.Down, state(t, a, far).Origin)
	w.advance(61 * time.Second)
	for _, n := range a.Networks(w.now) {
		require.NotEqual(t, far, n.Prefix, "flushed")
	}
}

func TestPassiveInterfacesListenAndAreSilent(t *testing.T) {
	w, a, b, _, _, _, linkB := trio(t)
	b.configure(func(c *rip.Config) { c.Passive = nil }) // b speaks on the LAN, a only listens
	w.advance(2 * time.Second)
	w.set(linkB, true)
	require.Zero(t, b.metric(far), "a says nothing on the LAN")
	require.Equal(t, 1, a.metric(far))
	w.set(linkB, false)
	a.configure(func(c *rip.Config) { c.PassiveDefault, c.Passive = true, []string{"in"} })
	w.advance(40 * time.Second)
	require.Equal(t, []string{"10.0.0.1"}, hopsOf(b, "in"), "now it does")
}

// hopsOf lists the next hops of a device on one interface.
func hopsOf(d *device, name string) []string {
	seen := map[string]bool{}
	var out []string
	for _, n := range d.Networks(d.now) {
		for _, p := range n.Paths {
			if p.Interface == name && !seen[p.NextHop.String()] {
				seen[p.NextHop.String()] = true
				out = append(out, p.NextHop.String())
			}
		}
	}
	return out
}

func TestEqualPathsShareTheLoad(t *testing.T) {
	w, _, b, p, _, _, linkB := trio(t)
	b.configure(func(c *rip.Config) { c.Offsets = nil })
	w.advance(35 * time.Second)
	require.Equal(t, []string{"192.168.1.1", "192.168.2.1"}, p.hops(lan))
	w.set(linkB, true)
	require.Equal(t, []string{"192.168.1.1"}, p.hops(lan))
}

func TestRedistribution(t *testing.T) {
	w, a, _, p, _, _, _ := trio(t)
	a.plug("other", prefix("10.9.0.1", 16), nil)
	a.configure(func(c *rip.Config) { c.Networks = []wire.Addr{addr("192.168.1.0")} })
	static := []rip.StaticRoute{{Prefix: prefix("10.77.0.0", 16), Distance: 1, Tag: 7}, {Prefix: prefix("10.78.0.0", 16), Distance: 200}}
	a.step(rip.Routed{At: a.now, Static: static})
	w.advance(2 * time.Second)
	require.Zero(t, p.metric(prefix("10.9.0.0", 16)))
	a.configure(func(c *rip.Config) {
		c.Connected, c.Static = rip.Redistribution{On: true, Metric: 5}, rip.Redistribution{On: true}
		c.DefaultMetric = 3
	})
	w.advance(5 * time.Second)
	require.Equal(t, 5, p.metric(prefix("10.9.0.0", 16)))
	require.Equal(t, 3, p.metric(prefix("10.77.0.0", 16)))
	require.Equal(t, uint16(7), p.routes[prefix("10.77.0.0", 16)][0].Tag)
	require.Equal(t, 3, p.metric(prefix("10.78.0.0", 16)))
	a.step(rip.Routed{At: a.now, Static: static[:1]})
	w.advance(5 * time.Second)
	require.Zero(t, p.metric(prefix("10.78.0.0", 16)), "taken back by a triggered update")
}

func TestALearnedRouteThatIsNotInUseIsNotAnnounced(t *testing.T) {
	w, a, b, p, _, _, _ := trio(t)
	p.step(rip.Routed{Static: []rip.StaticRoute{{Prefix: lan, Distance: 1}}})
	w.advance(35 * time.Second)
	require.Equal(t, 1, p.metric(lan), "kept for the day the static route goes")
	require.Zero(t, a.metric(lan)+b.metric(lan))
}

func TestAutoSummaryAtTheBorderOfANetwork(t *testing.T) {
	w, a, _, p, _, _, _ := trio(t)
	a.configure(func(c *rip.Config) { c.AutoSummary = true })
	w.advance(5 * time.Minute)
	require.Equal(t, []string{"192.168.1.1"}, p.hops(prefix("10.0.0.0", 8)))
	require.Equal(t, []string{"192.168.2.1"}, p.hops(lan), "only b tells subnets")
}

func TestVersion1(t *testing.T) {
	w, a, _, p, _, _, _ := trio(t)
	a.configure(func(c *rip.Config) { c.Version = 0 })
	w.advance(5 * time.Minute)
	require.Equal(t, []string{"192.168.2.1"}, p.hops(lan), "version 2 routers refuse version 1")
	require.NotZero(t, p.Ignored()[rip.WrongVersion])
	p.step(rip.ConfigureLink{At: p.now, Interface: "a", Config: rip.LinkConfig{Receive: rip.Version1 | rip.Version2}})
	w.advance(31 * time.Second)
	require.Equal(t, []string{"192.168.1.1"}, p.hops(prefix("10.0.0.0", 8)), "without masks, whole classes")
}

func TestPoisonReverseAndNoHorizon(t *testing.T) {
	for horizon, want := range map[rip.Horizon]int{rip.SplitHorizon: -1, rip.PoisonReverse: 16, rip.NoHorizon: 2} {
		w, a, _, p, _, _, _ := trio(t)
		p.step(rip.ConfigureLink{Interface: "a", Config: rip.LinkConfig{Horizon: horizon}})
		w.advance(2 * time.Second)
		p.sent = nil
		p.step(rip.Heard{
			At: w.now, Interface: "a", Source: a.ports[1].address.Addr, SourcePort: wire.RIPPort,
			Payload: whole().Append(nil),
		})
		got := -1
		require.Len(t, p.sent, 1)
		require.Equal(t, a.ports[1].address.Addr, p.sent[0].Dst)
		var m wire.RIP
		require.NoError(t, m.Decode(p.sent[0].Payload))
		for _, e := range m.Entries {
			if e.Addr == lan.Addr {
				got = int(e.Metric)
			}
		}
		require.Equal(t, want, got, "horizon %d", horizon)
	}
}

func whole() *wire.RIP {
	m := wire.RIPWholeTable(2)
	return &m
}

func TestARequestForSomeNetworksGetsTheirMetrics(t *testing.T) {
	w, _, _, p, _, _, _ := trio(t)
	w.advance(2 * time.Second)
	p.sent = nil
	ask := wire.RIP{Command: wire.RIPRequest, Version: 2, Entries: []wire.RIPEntry{
		wire.RIPRoute(lan, 0), wire.RIPRoute(far, 0), wire.RIPRoute(prefix("9.0.0.0", 8), 0),
	}}
	p.step(rip.Heard{At: w.now, Interface: "a", Source: addr("192.168.1.1"), SourcePort: 40000, Payload: ask.Append(nil)})
	var m wire.RIP
	require.NoError(t, m.Decode(p.sent[0].Payload))
	require.Equal(t, uint16(40000), p.sent[0].Port)
	require.Equal(t, []uint32{2, 1, 16}, []uint32{m.Entries[0].Metric, m.Entries[1].Metric, m.Entries[2].Metric})
}

func TestBigTablesAreSplit(t *testing.T) {
	d := newDevice(t, "d", 1)
	d.plug("x", prefix("192.168.1.1", 24), &segment{})
	var static []rip.StaticRoute
	for i := range 60 {
		static = append(static, rip.StaticRoute{Prefix: prefix(fmt.Sprintf("10.%d.0.0", i), 16), Distance: 1})
	}
	d.step(rip.Routed{Static: static})
	d.configure(func(c *rip.Config) {
		c.Networks, c.Static = []wire.Addr{addr("192.168.1.0")}, rip.Redistribution{On: true}
	})
	var sizes []int
	for _, s := range d.sent {
		var m wire.RIP
		require.NoError(t, m.Decode(s.Payload))
		sizes = append(sizes, len(m.Entries))
	}
	require.Equal(t, []int{1, 25, 25, 10}, sizes, "a request and three messages")
}

func TestWhatIsIgnored(t *testing.T) {
	ok := wire.RIP{Command: wire.RIPResponse, Version: 2, Entries: []wire.RIPEntry{wire.RIPRoute(prefix("9.0.0.0", 8), 1)}}
	entry := func(e wire.RIPEntry) wire.RIP {
		return wire.RIP{Command: wire.RIPResponse, Version: 2, Entries: []wire.RIPEntry{e}}
	}
	password := append([]byte{2, 2, 0, 0, 0xff, 0xff, 0, 2}, make([]byte, 16)...)
	for name, c := range map[string]struct {
		from    string
		port    uint16
		iface   string
		message wire.RIP
		raw     []byte
		want    rip.Reason
	}{
		"elsewhere":     {"192.168.1.2", 520, "far", ok, nil, rip.NotRunning},
		"unknown":       {"192.168.1.2", 520, "nowhere", ok, nil, rip.NotRunning},
		"cut":           {"192.168.1.2", 520, "a", ok, []byte{2, 2, 0}, rip.Malformed},
		"version 1":     {"192.168.1.2", 520, "a", wire.RIP{Command: wire.RIPResponse, Version: 1}, nil, rip.WrongVersion},
		"port":          {"192.168.1.2", 521, "a", ok, nil, rip.WrongPort},
		"foreign":       {"192.168.9.9", 520, "a", ok, nil, rip.BadSource},
		"own":           {"192.168.1.1", 520, "a", ok, nil, rip.BadSource},
		"password":      {"192.168.1.2", 520, "a", ok, password, rip.Authenticated},
		"metric 0":      {"192.168.1.2", 520, "a", entry(wire.RIPRoute(prefix("9.0.0.0", 8), 0)), nil, rip.BadMetric},
		"metric 17":     {"192.168.1.2", 520, "a", entry(wire.RIPRoute(prefix("9.0.0.0", 8), 17)), nil, rip.BadMetric},
		"host bits":     {"192.168.1.2", 520, "a", entry(wire.RIPRoute(prefix("9.0.0.1", 8), 1)), nil, rip.BadDestination},
		"multicast":     {"192.168.1.2", 520, "a", entry(wire.RIPRoute(prefix("224.0.0.0", 8), 1)), nil, rip.BadDestination},
		"loopback":      {"192.168.1.2", 520, "a", entry(wire.RIPRoute(prefix("127.0.0.0", 8), 1)), nil, rip.BadDestination},
		"this network":  {"192.168.1.2", 520, "a", entry(wire.RIPRoute(prefix("0.0.1.0", 24), 1)), nil, rip.BadDestination},
		"zero":          {"192.168.1.2", 520, "a", entry(wire.RIPRoute(prefix("0.0.0.0", 8), 1)), nil, rip.BadDestination},
		"torn mask":     {"192.168.1.2", 520, "a", entry(wire.RIPEntry{Family: 2, Addr: addr("9.0.0.0"), Mask: addr("255.0.255.0"), Metric: 1}), nil, rip.BadDestination},
		"other family":  {"192.168.1.2", 520, "a", entry(wire.RIPEntry{Family: 10, Addr: addr("9.0.0.0"), Mask: addr("255.0.0.0"), Metric: 1}), nil, rip.BadDestination},
		"request, away": {"192.168.9.9", 520, "a", *whole(), nil, rip.BadSource},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDevice(t, "d", 1)
			d.plug("a", prefix("192.168.1.1", 30), &segment{})
			d.plug("far", prefix("172.16.9.1", 24), &segment{})
			d.configure(func(c *rip.Config) { c.Networks = []wire.Addr{addr("192.168.1.0")} })
			payload := c.raw
			if payload == nil {
				payload = c.message.Append(nil)
			}
			d.sent = nil
			d.step(rip.Heard{Interface: c.iface, Source: addr(c.from), SourcePort: c.port, Payload: payload})
			require.Equal(t, uint64(1), d.Ignored()[c.want])
			require.Empty(t, d.routes)
			require.Empty(t, d.sent)
			require.NotEmpty(t, c.want.String())
		})
	}
}

func TestNextHopOnTheSameSubnetIsUsed(t *testing.T) {
	d := newDevice(t, "d", 1)
	d.plug("a", prefix("192.168.1.1", 24), &segment{})
	d.configure(func(c *rip.Config) { c.Networks = []wire.Addr{addr("192.168.1.0")} })
	for named, want := range map[string]string{
		"0.0.0.0": "192.168.1.2", "192.168.1.3": "192.168.1.3", "10.0.0.1": "192.168.1.2",
		"192.168.1.1": "192.168.1.2", "192.168.1.255": "192.168.1.2",
	} {
		e := wire.RIPRoute(prefix("9.0.0.0", 8), 1)
		e.NextHop = addr(named)
		m := wire.RIP{Command: wire.RIPResponse, Version: 2, Entries: []wire.RIPEntry{e}}
		d.step(rip.Heard{Interface: "a", Source: addr("192.168.1.2"), SourcePort: wire.RIPPort, Payload: m.Append(nil)})
		require.Equal(t, []string{want}, d.hops(prefix("9.0.0.0", 8)), named)
	}
}

func TestNoRouterRIPTakesEverythingBack(t *testing.T) {
	w, a, _, _, _, _, _ := trio(t)
	w.advance(2 * time.Second)
	require.Equal(t, 1, a.joined["wan"])
	a.step(rip.Configure{At: w.now})
	for p := range a.routes {
		require.Zero(t, a.metric(p))
	}
	require.Zero(t, a.joined["wan"]+a.joined["in"])
	_, running := a.timers.Next()
	require.False(t, running)
	a.configure(func(c *rip.Config) { c.Networks = []wire.Addr{addr("192.168.1.0")} })
	w.advance(2 * time.Second)
	require.Equal(t, 1, a.metric(far), "and it can begin again")
	a.step(rip.Clear{At: w.now, Everyone: true})
	require.Zero(t, a.metric(far))
	w.advance(time.Second)
	require.Equal(t, 1, a.metric(far), "asked again")
}

func TestDebugLines(t *testing.T) {
	d := newDevice(t, "d", 1)
	d.plug("Serial0", prefix("172.16.4.2", 24), &segment{})
	d.plug("Loopback0", prefix("172.16.2.1", 24), nil)
	d.SetDebug(rip.DebugAll)
	d.configure(func(c *rip.Config) { c.Networks = []wire.Addr{addr("172.16.0.0")} })
	m := wire.RIP{Command: wire.RIPResponse, Version: 2, Entries: []wire.RIPEntry{wire.RIPRoute(prefix("172.16.1.0", 24), 1)}}
	d.step(rip.Heard{Interface: "Serial0", Source: addr("172.16.4.1"), SourcePort: 520, Payload: m.Append(nil)})
	require.Equal(t, []string{
		"RIP: sending request on Serial0 to 224.0.0.9",
		"RIP: sending v2 flash update to 224.0.0.9 via Serial0 (172.16.4.2)",
		"RIP: build flash update entries",
		"\t172.16.2.0/24 via 0.0.0.0, metric 1, tag 0",
		"RIP: received v2 update from 172.16.4.1 on Serial0",
		"     172.16.1.0/24 via 0.0.0.0 in 1 hops",
	}, d.said)
}

// Random meshes, random cuts: once it is quiet, every router reaches every
// network by a shortest way, and nothing else is in its table.
func TestMeshesConvergeToShortestPaths(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 7))
		w := &world{delay: time.Millisecond}
		const size = 6
		for i := range size {
			d := w.add(newDevice(t, fmt.Sprint(i), seed*100+uint64(i)))
			d.plug("lan", prefix(fmt.Sprintf("10.0.%d.1", i), 24), nil)
			d.configure(func(c *rip.Config) {
				c.Networks = []wire.Addr{addr("10.0.0.0")}
				c.Timers.HoldDown = 0
			})
		}
		type edge struct{ i, j int }
		links := map[edge]*segment{}
		var order []edge
		for i := range size {
			for j := range i {
				if j == i-1 || rng.IntN(3) == 0 {
					s := &segment{}
					n := len(order)
					w.devices[i].plug(fmt.Sprintf("l%d", n), prefix(fmt.Sprintf("10.1.%d.1", n), 30), s)
					w.devices[j].plug(fmt.Sprintf("l%d", n), prefix(fmt.Sprintf("10.1.%d.2", n), 30), s)
					links[edge{i, j}] = s
					order = append(order, edge{i, j})
				}
			}
		}
		for range 4 {
			w.advance(time.Duration(rng.IntN(60_000)) * time.Millisecond)
			e := order[rng.IntN(len(order))]
			w.set(links[e], !links[e].down)
		}
		w.advance(10 * time.Minute)
		for from := range size {
			dist := distances(size, from, func(i, j int) bool {
				s := links[edge{max(i, j), min(i, j)}]
				return s != nil && !s.down
			})
			for to, want := range dist {
				require.Equal(t, want, w.devices[from].metric(prefix(fmt.Sprintf("10.0.%d.0", to), 24)), "seed %d: %d to %d", seed, from, to)
			}
		}
	}
}

// distances counts hops by breadth; 0 is unreachable or oneself.
func distances(size, from int, joined func(i, j int) bool) []int {
	dist := make([]int, size)
	edge := []int{from}
	for hops := 1; len(edge) > 0; hops++ {
		var next []int
		for _, i := range edge {
			for j := range size {
				if i != j && j != from && dist[j] == 0 && joined(i, j) {
					dist[j] = hops
					next = append(next, j)
				}
			}
		}
		edge = next
	}
	return dist
}

func state(t *testing.T, d *device, p wire.Prefix) rip.NetworkStatus {
	t.Helper()
	for _, n := range d.Networks(d.now) {
		if n.Prefix == p {
			return n
		}
	}
	t.Fatalf("%s does not know %s", d.name, p)
	return rip.NetworkStatus{}
}

func FuzzHeard(f *testing.F) {
	f.Add(whole().Append(nil), uint16(520))
	m := wire.RIP{Command: wire.RIPResponse, Version: 2, Entries: []wire.RIPEntry{wire.RIPRoute(far, 3), wire.RIPRoute(lan, 16)}}
	f.Add(m.Append(nil), uint16(520))
	m.Version = 1
	f.Add(m.Append(nil), uint16(520))
	f.Fuzz(func(t *testing.T, payload []byte, port uint16) {
		d := newDevice(t, "d", 1)
		d.plug("a", prefix("10.0.0.1", 24), &segment{})
		d.configure(func(c *rip.Config) { c.Version, c.Networks = 0, []wire.Addr{addr("10.0.0.0")} })
		d.step(rip.Heard{Interface: "a", Source: addr("10.0.0.2"), SourcePort: port, Payload: payload})
		for _, s := range d.sent {
			var m wire.RIP
			require.NoError(t, m.Decode(s.Payload))
		}
		for _, n := range d.Networks(0) {
			require.Equal(t, n.Prefix, n.Prefix.Network())
		}
	})
}

func BenchmarkUpdateOf1000Routes(b *testing.B) {
	d := newDevice(b, "d", 1)
	d.plug("a", prefix("10.0.0.1", 24), &segment{})
	d.configure(func(c *rip.Config) { c.Networks = []wire.Addr{addr("10.0.0.0")} })
	var payloads [][]byte
	for i := 0; i < 1000; i += wire.RIPMaxEntries {
		m := wire.RIP{Command: wire.RIPResponse, Version: 2}
		for j := range wire.RIPMaxEntries {
			m.Entries = append(m.Entries, wire.RIPRoute(wire.Prefix{Addr: wire.Addr(0xac100000 + (i+j)<<8), Bits: 24}, 2))
		}
		payloads = append(payloads, m.Append(nil))
	}
	for b.Loop() {
		for _, p := range payloads {
			d.sent = nil
			d.step(rip.Heard{Interface: "a", Source: addr("10.0.0.2"), SourcePort: 520, Payload: p})
		}
	}
}
