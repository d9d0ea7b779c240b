package firewall

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"tandem/clock"
	"tandem/wire"
)

func benchKeys(n int) []key {
	r := rand.New(rand.NewPCG(1, 1))
	keys := make([]key, n)
	for i := range keys {
		keys[i] = key{wire.Addr(0x0a000000 + i), wire.Addr(r.Uint32()), uint16(r.Uint32()), 80, 6}
	}
	return keys
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkTable measures the session table at a million sessions, and a map
// of pointers beside it. Insert and bytes/session count index, slab and wheel.
func BenchmarkTable(b *testing.B) {
	const million = 1_000_000
	keys := benchKeys(2 * million)
	before := heap()
	t := &table{seed: [2]uint64{1, 2}}
	w := &wheel{}
	for i := range keys[:million] {
		slot, _ := t.insert(&keys[i], t.hash(&keys[i]))
		t.at(slot).armed = w.arm(slot, uint32(i%126))
	}
	size := float64(heap()-before) / million
	b.Run("slab/hit", func(b *testing.B) {
		for i := range b.N {
			k := &keys[i*7919%million]
			if _, _, ok := t.find(k, t.hash(k)); !ok {
				b.Fatal("lost")
			}
		}
		b.ReportMetric(size, "B/session")
	})
	b.Run("slab/miss", func(b *testing.B) {
		for i := range b.N {
			k := &keys[million+i*7919%million]
			t.find(k, t.hash(k))
		}
	})
	b.Run("slab/insert+remove", func(b *testing.B) {
		for i := range b.N {
			k := &keys[million+i%million]
			slot, _ := t.insert(k, t.hash(k))
			t.unlink(slot)
			t.release(slot)
		}
	})
	b.Run("slab/grow", func(b *testing.B) {
		grown := &table{}
		for i := range b.N {
			k := &keys[i%(2*million)]
			k.proto = uint8(i / (2 * million))
			grown.insert(k, grown.hash(k))
		}
	})
	b.Run("slab/gc", func(b *testing.B) {
		for range b.N {
			runtime.GC()
		}
	})
	runtime.KeepAlive(t)
	benchMap(b, benchKeys(2*million))
}

func benchMap(b *testing.B, keys []key) {
	million := len(keys) / 2
	before := heap()
	m := map[key]*session{}
	for i := range keys[:million] {
		m[keys[i]] = &session{serial: uint32(i)}
	}
	size := float64(heap()-before) / float64(million)
	b.Run("map/hit", func(b *testing.B) {
		for i := range b.N {
			if m[keys[i*7919%million]] == nil {
				b.Fatal("lost")
			}
		}
		b.ReportMetric(size, "B/session")
	})
	b.Run("map/miss", func(b *testing.B) {
		for i := range b.N {
			_ = m[keys[million+i*7919%million]]
		}
	})
	b.Run("map/insert+remove", func(b *testing.B) {
		for i := range b.N {
			k := keys[million+i%million]
			m[k] = &session{}
			delete(m, k)
		}
	})
	b.Run("map/gc", func(b *testing.B) {
		for range b.N {
			runtime.GC()
		}
	})
	runtime.KeepAlive(m)
}

// filled is an engine with n answered UDP sessions, and a packet of each.
func filled(b *testing.B, n int) (*Engine, []wire.Packet) {
	e := applyBed(b)
	e.config.Globals = Defaults(Release12411T)
	e.config.Globals.UDPIdleTime = e.config.Globals.TCPIdleTime
	if err := e.Configure(0, e.config); err != nil {
		b.Fatal(err)
	}
	e.ha.promoted = true
	body := wire.AppendUDP(nil, 1, 2, 4000, 4000, make([]byte, 18))
	ip := append(wire.AppendIPv4(nil, wire.IPv4Header{TTL: 64, Proto: wire.ProtoUDP, Src: 1, Dst: 2}, len(body)), body...)
	packets := make([]wire.Packet, n)
	for i := range packets {
		p := &packets[i]
		p.DecodeIP(ip, 0, 0)
		p.Src, p.Dst, p.Out = wire.Addr(0x0a000000+i), 7, 1
		e.Input(1e9, p)
		e.Output(1e9, p)
		back := *p
		back.Src, back.Dst, back.In, back.Out = p.Dst, p.Src, 1, 0
		e.Input(1e9, &back)
		e.Output(1e9, &back)
	}
	return e, packets
}

// BenchmarkMatch is the cost of a packet of a known session, in batches of 64
// taken from all over the table.
func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{1000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			e, packets := filled(b, n)
			rand.New(rand.NewPCG(1, 2)).Shuffle(n, func(i, j int) { packets[i], packets[j] = packets[j], packets[i] })
			batch := make([]wire.Packet, vector)
			b.ResetTimer()
			for i := 0; i < b.N; i += vector {
				at := i % (n - vector)
				copy(batch, packets[at:at+vector])
				for j := range batch {
					batch[j].Verdict = wire.Pass
				}
				e.Match(2e9, batch)
				if batch[vector-1].Verdict != wire.Fast {
					b.Fatal("not fast")
				}
			}
		})
	}
}

// BenchmarkPlain is the cost of an interface without list and rule.
func BenchmarkPlain(b *testing.B) {
	e := New(1)
	batch := make([]wire.Packet, vector)
	for i := 0; i < b.N; i += vector {
		e.Match(0, batch)
		for j := range batch {
			e.Input(0, &batch[j])
			e.Output(0, &batch[j])
		}
	}
}

func BenchmarkExpire(b *testing.B) {
	e, _ := filled(b, max(b.N, 1))
	b.ResetTimer()
	e.Wake(clock.Time(5000e9))
	if e.table.live != 0 {
		b.Fatal("not all expired")
	}
}

func BenchmarkCollect(b *testing.B) {
	const n = 100_000
	e, _ := filled(b, n)
	buf := make([]byte, 0, 1200)
	b.ResetTimer()
	for done := 0; done < b.N; {
		if e.Pending() == 0 {
			b.StopTimer()
			e.table.each(func(slot uint32, s *session) bool { e.change(slot, s); return true })
			b.StartTimer()
		}
		_, records := e.Collect(2e9, buf, 1200)
		done += records
	}
}

func BenchmarkApply(b *testing.B) {
	const n = 100_000
	e, _ := filled(b, n)
	out, _ := e.Collect(2e9, nil, n*updateLen)
	b.Run("new", func(b *testing.B) {
		var peer *Engine
		for done := 0; done < b.N; {
			if done%n == 0 {
				b.StopTimer()
				peer = applyBed(b)
				b.StartTimer()
			}
			at := done % n * updateLen
			k, err := peer.Apply(2e9, out[at:min(at+20*updateLen, len(out))])
			if err != nil {
				b.Fatal(err)
			}
			done += k
		}
	})
	b.Run("known", func(b *testing.B) {
		peer := applyBed(b)
		if _, err := peer.Apply(2e9, out); err != nil {
			b.Fatal(err)
		}
		b.ResetTimer()
		for done := 0; done < b.N; done += 20 {
			at := done % n * updateLen
			if _, err := peer.Apply(2e9, out[at:at+20*updateLen]); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// benchList makes a list of n entries of the kinds real lists have: hosts and
// networks on either side, with a service.
func benchList(n int) List {
	r := rand.New(rand.NewPCG(3, 3))
	l := List{Name: "x", Kind: Extended}
	for i := range n {
		e := Entry{Action: Action(i & 1), Proto: wire.ProtoTCP, Src: Any, Dst: Host(wire.Addr(0x0a000000 | r.Uint32N(1<<20)))}
		if r.IntN(2) == 0 {
			e.Src = AddrMatch{wire.Addr(r.Uint32()) &^ 0xff, 0xff}
		}
		if r.IntN(3) == 0 {
			e.Dst = AddrMatch{e.Dst.Addr &^ 0xff, 0xff}
		}
		e.DstPort = PortMatch{Op: Eq, Count: 1, Ports: [MaxPorts]uint16{[...]uint16{22, 25, 80, 443}[r.IntN(4)]}}
		if r.IntN(10) == 0 {
			e.DstPort = PortMatch{Op: Gt, Count: 1, Ports: [MaxPorts]uint16{1023}}
		}
		l.Entries = append(l.Entries, Numbered{uint32(10 * (i + 1)), e})
	}
	return l
}

// BenchmarkFilter compares the compiled form with reading the list from the top.
func BenchmarkFilter(b *testing.B) {
	for _, n := range []int{10, 1000, 10_000} {
		f := NewFilter(benchList(n), nil)
		packets := make([]wire.Packet, 1024)
		r := rand.New(rand.NewPCG(4, 4))
		for i := range packets {
			packets[i] = wire.Packet{
				Proto: wire.ProtoTCP, Src: wire.Addr(r.Uint32()), Dst: wire.Addr(0x0a000000 | r.Uint32N(1<<20)),
				SrcPort: 4000, DstPort: [...]uint16{22, 25, 80, 8080}[r.IntN(4)],
			}
		}
		linear := &classifier{entries: f.rules, matches: (*Entry).matches}
		b.Run(fmt.Sprintf("compiled/%d", n), func(b *testing.B) {
			for i := range b.N {
				f.whole.find(&packets[i%len(packets)])
			}
		})
		b.Run(fmt.Sprintf("linear/%d", n), func(b *testing.B) {
			for i := range b.N {
				linear.find(&packets[i%len(packets)])
			}
		})
	}
}
