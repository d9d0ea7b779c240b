package bench_test

import (
	"fmt"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/port"
	"tandem/port/mem"
	"tandem/port/udp"
)

// BenchmarkBatch compares 64 small frames moved through a port in one batch
// with the same frames moved one by one.
func BenchmarkBatch(b *testing.B) {
	b.Run("mem", func(b *testing.B) {
		from, to := mem.Pair()
		batching(b, from, to)
	})
	b.Run("udp", func(b *testing.B) {
		from, to := tunnel(b)
		batching(b, from, to)
	})
}

func batching(b *testing.B, from, to port.Port) {
	frames := make([][]byte, port.BatchSize)
	for i := range frames {
		frames[i] = make([]byte, 64)
	}
	bufs, sizes := port.Batch()
	move := func(frames [][]byte) {
		if _, err := from.Write(frames); err != nil {
			b.Fatal(err)
		}
		for got := 0; got < len(frames); {
			n, err := to.Read(bufs, sizes)
			if err != nil {
				b.Fatal(err)
			}
			got += n
		}
	}
	versus(b, func() { move(frames) }, func() {
		for i := range frames {
			move(frames[i : i+1])
		}
	})
}

// tunnel opens both ends of a UDP tunnel over the loopback.
func tunnel(b *testing.B) (from, to *udp.Port) {
	b.Helper()
	free, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	require.NoError(b, err)
	end := free.LocalAddr().String()
	first, err := udp.ParseTunnel("127.0.0.1:0->" + end)
	require.NoError(b, err)
	from, err = udp.Open(first)
	require.NoError(b, err)
	require.NoError(b, free.Close())
	second, err := udp.ParseTunnel(fmt.Sprintf("%s->%s", end, from.Local()))
	require.NoError(b, err)
	to, err = udp.Open(second)
	require.NoError(b, err)
	b.Cleanup(func() { from.Close(); to.Close() })
	return from, to
}
