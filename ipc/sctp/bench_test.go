package sctp_test

import (
	"fmt"
	"testing"

	"tandem/clock"
	"tandem/ipc/sctp"
	"tandem/wire"
)

// BenchmarkBulk sends messages through a pair in one process; the bytes are
// user data. Compare with BenchmarkCopy of the same size in the same run.
func BenchmarkBulk(b *testing.B) {
	for _, size := range []int{100, 1200, 16_000} {
		b.Run(fmt.Sprintf("%d bytes", size), func(b *testing.B) {
			ca, cb := configs(1, 1)
			x, err := sctp.New(ca)
			if err != nil {
				b.Fatal(err)
			}
			y, err := sctp.New(cb)
			if err != nil {
				b.Fatal(err)
			}
			now, got := clock.Time(0), 0
			take := func(uint16, []byte) { got++ }
			toY := func(src, dst wire.Addr, p []byte) { y.Input(now, src, dst, p) }
			toX := func(src, dst wire.Addr, p []byte) { x.Input(now, src, dst, p) }
			turn := func() {
				now += 1000
				x.Packets(now, toY)
				y.Receive(take)
				y.Packets(now, toX)
			}
			x.Connect(0)
			for x.State() != sctp.Established || y.State() != sctp.Established {
				turn()
			}
			msg := make([]byte, size)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			b.ResetTimer()
			for sent := 0; got < b.N; {
				for sent < b.N && x.Writable() >= size {
					if err := x.Send(0, sctp.Unordered, msg); err != nil {
						b.Fatal(err)
					}
					sent++
				}
				turn()
				if x.State() != sctp.Established {
					b.Fatal("association lost")
				}
			}
		})
	}
}

// BenchmarkCopy is the yardstick: the four copies that a message cannot avoid
// (into the send buffer, into a packet, into the receive buffer, out of it).
func BenchmarkCopy(b *testing.B) {
	for _, size := range []int{100, 1200, 16_000} {
		b.Run(fmt.Sprintf("%d bytes", size), func(b *testing.B) {
			var bufs [5][]byte
			for i := range bufs {
				bufs[i] = make([]byte, size)
			}
			b.SetBytes(int64(size))
			for b.Loop() {
				for i := range 4 {
					copy(bufs[i+1], bufs[i])
				}
			}
		})
	}
}
