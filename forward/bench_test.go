package forward_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/forward"
	"tandem/wire"
)

// hits is a Filter for which every packet belongs to a session whose adjacency
// is known after the first.
type hits struct{ adj [2]uint32 }

func (h *hits) Match(_ clock.Time, ps []wire.Packet) {
	for i := range ps {
		ps[i].Verdict, ps[i].Session, ps[i].Adj = wire.Fast, 1, h.adj[ps[i].In]
	}
}
func (h *hits) Input(clock.Time, *wire.Packet) wire.Verdict  { return wire.Pass }
func (h *hits) Output(clock.Time, *wire.Packet) wire.Verdict { return wire.Pass }
func (h *hits) Resolved(p *wire.Packet)                      { h.adj[p.In] = p.Adj }
func (h *hits) Invalidate()                                  { h.adj = [2]uint32{} }

const benchBatch = 64

// benchPlane is a router that knows pc and srv.
func benchPlane(filter forward.Filter) *forward.Plane {
	pl := forward.New(filter, func(clock.Time, *wire.Packet) bool { return false })
	pl.SetInterface(0, inside, insideCfg())
	pl.SetInterface(0, outside, outsideCfg())
	pl.Input(0, outside, [][]byte{arp(wire.BroadcastMAC, wire.ARP{Op: wire.ARPRequest, SenderMAC: srvMAC, Sender: srv, Target: routerOut})})
	pl.Drain(func(int, [][]byte) {})
	return pl
}

// benchFrames is flows frames of 64 bytes, in batches.
func benchFrames(flows int) [][][]byte {
	var out [][][]byte
	for i := 0; i < max(flows, benchBatch); i++ {
		if i%benchBatch == 0 {
			out = append(out, nil)
		}
		u := wire.AppendUDP(nil, pc, srv, uint16(1024+i%flows), 4000, make([]byte, 22))
		out[len(out)-1] = append(out[len(out)-1], fromPC(ip4(wire.IPv4Header{Proto: wire.ProtoUDP, Src: pc, Dst: srv}, u)))
	}
	if last := out[len(out)-1]; len(last) < benchBatch {
		out = out[:len(out)-1]
	}
	return out
}

// parseAndCopy is what no forwarder can do without.
func parseAndCopy(batches [][][]byte, n int) time.Duration {
	var p wire.Packet
	buf := make([]byte, benchBatch*2048)
	start := time.Now()
	for i := 0; i < n; i += benchBatch {
		for j, f := range batches[i/benchBatch%len(batches)] {
			if p.Decode(f, 0) != wire.NotDropped || !p.IP().ChecksumOK() {
				panic("bad frame")
			}
			copy(buf[j*2048:], f)
		}
	}
	return time.Since(start)
}

func BenchmarkForward(b *testing.B) {
	for _, c := range []struct {
		name   string
		filter func() forward.Filter
	}{{"PassAll", func() forward.Filter { return forward.PassAll{} }}, {"hits", func() forward.Filter { return &hits{} }}} {
		for _, flows := range []int{1, 1000} {
			b.Run(fmt.Sprintf("%s/%d", c.name, flows), func(b *testing.B) {
				pl, batches := benchPlane(c.filter()), benchFrames(flows)
				sent := 0
				emit := func(_ int, frames [][]byte) { sent += len(frames) }
				b.ReportAllocs()
				b.ResetTimer()
				for i := 0; i < b.N; i += benchBatch {
					pl.Input(0, inside, batches[i/benchBatch%len(batches)])
					pl.Drain(emit)
				}
				took := b.Elapsed()
				b.StopTimer()
				require.Zero(b, sent%benchBatch)
				require.GreaterOrEqual(b, sent, b.N)
				bare := parseAndCopy(batches, max(b.N, 1<<20))
				bareNS := float64(bare) / float64(max(b.N, 1<<20))
				b.ReportMetric(float64(took)/float64(sent)/bareNS, "x-bare")
			})
		}
	}
}

func BenchmarkForwardWith100kRoutes(b *testing.B) {
	pl := benchPlane(forward.PassAll{})
	var list []forward.Route
	for i := range 100_000 {
		p := wire.Prefix{Addr: wire.Addr(uint32(i)*2654435761) &^ (1 << 31), Bits: 24}.Network()
		if !p.Addr.IsLoopback() {
			list = append(list, forward.Route{Prefix: p, NextHop: srv, Interface: forward.NoInterface, Distance: 1})
		}
	}
	require.NoError(b, pl.SetRoutes(0, forward.Static, list))
	start := time.Now()
	pl.Lookup(pc)
	rebuild := time.Since(start)
	frames := benchFrames(1)[0]
	b.ResetTimer()
	for i := 0; i < b.N; i += benchBatch {
		pl.Input(0, inside, frames)
		pl.Drain(func(int, [][]byte) {})
	}
	b.ReportMetric(float64(rebuild.Milliseconds()), "ms-rebuild")
}

func TestFastPathDoesNotAllocate(t *testing.T) {
	for _, filter := range []forward.Filter{&hits{}, forward.PassAll{}} {
		pl, batch := benchPlane(filter), benchFrames(64)[0]
		sent := 0
		emit := func(_ int, frames [][]byte) { sent += len(frames) }
		run := func() { pl.Input(0, inside, batch); pl.Drain(emit) }
		run()
		require.Zero(t, testing.AllocsPerRun(100, run))
		require.Equal(t, 102*benchBatch, sent)
	}
}

// What the router sends itself, such as the association's packets, costs no
// more.
func TestSendDoesNotAllocate(t *testing.T) {
	pl := benchPlane(forward.PassAll{})
	packet := wire.AppendIPv4(nil, wire.IPv4Header{Fragment: wire.DontFragment, TTL: 255, Proto: wire.ProtoSCTP, Src: routerOut, Dst: srv}, 1200)
	packet = append(packet, make([]byte, 1200)...)
	emit := func(int, [][]byte) {}
	send := func() {
		if why := pl.Send(0, packet); why != wire.NotDropped {
			t.Fatal(why)
		}
		pl.Drain(emit)
	}
	send()
	require.Zero(t, testing.AllocsPerRun(100, send))
}
