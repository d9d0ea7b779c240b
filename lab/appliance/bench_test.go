package appliance_test

import (
	"testing"
	"time"

	"tandem/lab"
)

// BenchmarkPair runs a second of the dual-LAN pair with one TCP flow of 100
// records a second per iteration; virtual-s/s is how much faster than life.
func BenchmarkPair(b *testing.B) {
	p := newPair(b, lab.Options{Seed: 1})
	p.settle(30 * time.Second)
	p.host("pc", "connect tcp 211.0.0.100 7 rate 100")
	b.ReportAllocs()
	for b.Loop() {
		if err := p.Advance(time.Second); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "virtual-s/s")
}
