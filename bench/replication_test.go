package bench_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/wire"
)

// million is how many sessions the figures are about.
const million = 1_000_000

// perTick is how many sessions begin in a millisecond: 500,000 a second.
const perTick = 500

var (
	firstClient = wire.MustAddr("10.0.1.100")
	server      = wire.MustAddr("211.0.0.100")
)

// client is the inside end of session n.
func client(n int) (wire.Addr, uint16) {
	return firstClient + wire.Addr(n%100), uint16(1024 + n/100)
}

// open begins UDP sessions from number n on and has them answered, so that
// they are established and replicated.
func (p *routerPair) open(n, count int) {
	inside, outside := wire.HSRPVirtualMAC(1, 1), wire.HSRPVirtualMAC(1, 2)
	for i := n; i < n+count; i++ {
		addr, port := client(i)
		p.send(0, inside, datagram(addr, server, port, 7000))
	}
	p.exchange()
	for i := n; i < n+count; i++ {
		addr, port := client(i)
		p.send(1, outside, datagram(server, addr, 7000, port))
	}
	p.exchange()
}

func datagram(src, dst wire.Addr, srcPort, dstPort uint16) []byte {
	body := wire.AppendUDP(nil, src, dst, srcPort, dstPort, make([]byte, 18))
	b := wire.AppendIPv4(make([]byte, 0, wire.IPv4Len+len(body)), wire.IPv4Header{TTL: 64, Proto: wire.ProtoUDP, Src: src, Dst: dst}, len(body))
	return append(b, body...)
}

// warm resolves the addresses of all hosts.
func (p *routerPair) warm() {
	for range 3 {
		p.open(0, 100)
		p.run(time.Second)
	}
}

func heapBytes() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// BenchmarkStreaming begins a million sessions at 500,000 a second on a router
// with a hot standby and, in turns, on one without any.
func BenchmarkStreaming(b *testing.B) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var active, standby, alone time.Duration
	var worst uint64
	for b.Loop() {
		b.StopTimer()
		pair, single := newRouterPair(b), newRouterPair(b)
		single.ends[1].off = true
		pair.warm()
		single.run(time.Minute)
		single.warm()
		for _, p := range []*routerPair{pair, single} {
			p.ends[0].spent, p.ends[1].spent = 0, 0
		}
		b.StartTimer()
		for n := 100; n < million; n += perTick {
			for _, p := range []*routerPair{pair, single} {
				p.now += 1_000_000
				p.open(n, perTick)
			}
			worst = max(worst, pair.ends[0].Redundancy().Lag().AtRisk())
		}
		pair.run(time.Second)
		require.Equal(b, pair.ends[0].Firewall().HAStatistics(pair.now).Active, pair.ends[1].Redundancy().Statistics().StandbySessions)
		active += pair.ends[0].spent
		standby += pair.ends[1].spent
		alone += single.ends[0].spent
	}
	total := float64(b.N) * million
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(active-alone)/total, "active-ns/session")
	b.ReportMetric(float64(standby)/total, "standby-ns/session")
	b.ReportMetric(float64(alone)/total, "create-ns/session")
	b.ReportMetric(float64(worst)/perTick, "lag-ms")
}

// BenchmarkBulkSync brings up a standby beside a router with a million
// sessions.
func BenchmarkBulkSync(b *testing.B) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var spent [2]time.Duration
	var virtual time.Duration
	for b.Loop() {
		b.StopTimer()
		p := newRouterPair(b)
		p.ends[1].off = true
		p.run(time.Minute)
		p.warm()
		for n := 100; n < million; n += perTick {
			p.now += 1_000_000
			p.open(n, perTick)
		}
		p.power(1)
		p.until(time.Minute, func() bool { return p.rf(1).String() == "STANDBY COLD-BULK" })
		p.ends[0].spent, p.ends[1].spent = 0, 0
		from := p.now
		b.StartTimer()
		p.until(time.Minute, func() bool { return p.rf(1).String() == "STANDBY HOT" })
		b.StopTimer()
		virtual += p.now.Sub(from)
		require.GreaterOrEqual(b, p.ends[1].Redundancy().Statistics().StandbySessions, million)
		for i := range spent {
			spent[i] += p.ends[i].spent
		}
		b.StartTimer()
	}
	total := float64(b.N)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(spent[0].Milliseconds())/total, "active-ms")
	b.ReportMetric(float64(spent[1].Milliseconds())/total, "standby-ms")
	b.ReportMetric(float64(virtual.Milliseconds())/total, "virtual-ms")
}

// BenchmarkMemory measures the heap of a router with a million sessions, and
// that of its standby.
func BenchmarkMemory(b *testing.B) {
	var active, standby float64
	for b.Loop() {
		p := newRouterPair(b)
		p.ends[1].off = true
		p.run(time.Minute)
		p.warm()
		empty := heapBytes()
		for n := 100; n < million; n += perTick {
			p.now += 1_000_000
			p.open(n, perTick)
		}
		full := heapBytes()
		p.power(1)
		p.until(time.Minute, func() bool { return p.rf(1).String() == "STANDBY HOT" })
		both := heapBytes()
		active, standby = (full-empty)/million, (both-full)/million
		runtime.KeepAlive(p)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(active, "active-B/session")
	b.ReportMetric(standby, "standby-B/session")
}
