package bench_test

import (
	"io"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"testing"
	"time"

	pion "github.com/pion/sctp"
	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/ipc/sctp"
	"tandem/wire"
)

// Messages of one exchange, and their length in bytes: that of a checkpoint.
const (
	exchanged     = 64
	messageLength = 1200
)

// BenchmarkSCTP sends unordered messages through one association whose two
// ends share this process and one processor: ours, and pion's. Its pump takes
// the packets across in memory, without a network below.
func BenchmarkSCTP(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	ours, theirs := ourAssociation(b), pionAssociation(b)
	require.Equal(b, exchanged*messageLength, ours())
	require.Equal(b, exchanged*messageLength, theirs())
	ourAllocs, theirAllocs := testing.AllocsPerRun(50, func() { ours() }), testing.AllocsPerRun(50, func() { theirs() })
	var mine, peer time.Duration
	for b.Loop() {
		start := time.Now()
		ours()
		middle := time.Now()
		theirs()
		mine += middle.Sub(start)
		peer += time.Since(middle)
	}
	messages := float64(b.N) * exchanged
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(mine)/messages, "ours-ns")
	b.ReportMetric(float64(peer)/messages, "peer-ns")
	b.ReportMetric(float64(peer)/float64(mine), "times-faster")
	b.ReportMetric(messages*messageLength*8/float64(mine), "ours-Gbit/s")
	b.ReportMetric(ourAllocs/exchanged, "ours-allocs")
	b.ReportMetric(theirAllocs/exchanged, "peer-allocs")
}

// ourAssociation returns a function that takes one exchange across and tells
// the bytes that arrived.
func ourAssociation(b *testing.B) func() int {
	near, far := wire.MustAddr("10.0.0.1"), wire.MustAddr("10.0.0.2")
	end := func(local, remote wire.Addr, seed byte) *sctp.Endpoint {
		e, err := sctp.New(sctp.Config{
			LocalPort: 5000, RemotePort: 5000, Local: []wire.Addr{local}, Remote: []wire.Addr{remote}, Random: rand.NewChaCha8([32]byte{seed}),
		})
		require.NoError(b, err)
		return e
	}
	x, y := end(near, far, 1), end(far, near, 2)
	now, got := clock.Time(0), 0
	take := func(_ uint16, msg []byte) { got += len(msg) }
	toY := func(src, dst wire.Addr, p []byte) { y.Input(now, src, dst, p) }
	toX := func(src, dst wire.Addr, p []byte) { x.Input(now, src, dst, p) }
	turn := func() {
		now += clock.Time(time.Microsecond)
		x.Packets(now, toY)
		y.Receive(take)
		y.Packets(now, toX)
	}
	x.Connect(0)
	for x.State() != sctp.Established || y.State() != sctp.Established {
		turn()
	}
	msg := make([]byte, messageLength)
	return func() int {
		got = 0
		for sent := 0; got < exchanged*messageLength; turn() {
			for ; sent < exchanged && x.Writable() >= len(msg); sent++ {
				require.NoError(b, x.Send(0, sctp.Unordered, msg))
			}
		}
		return got
	}
}

// pionAssociation is ourAssociation with pion's SCTP.
func pionAssociation(b *testing.B) func() int {
	near, far := newCord()
	type opened struct {
		a   *pion.Association
		err error
	}
	server := make(chan opened, 1)
	go func() {
		a, err := pion.ServerWithOptions(pion.WithNetConn(far))
		server <- opened{a, err}
	}()
	client, err := pion.ClientWithOptions(pion.WithNetConn(near))
	require.NoError(b, err)
	s := <-server
	require.NoError(b, s.err)
	b.Cleanup(func() {
		_, _ = client.Close(), s.a.Close()
		_, _ = near.Close(), far.Close()
	})
	out, err := client.OpenStream(1, pion.PayloadTypeWebRTCBinary)
	require.NoError(b, err)
	out.SetReliabilityParams(true, pion.ReliabilityTypeReliable, 0)
	msg, buf := make([]byte, messageLength), make([]byte, 1<<16)
	_, err = out.Write(msg)
	require.NoError(b, err)
	in, err := s.a.AcceptStream()
	require.NoError(b, err)
	_, err = in.Read(buf)
	require.NoError(b, err)
	return func() int {
		got := 0
		for range exchanged {
			if _, err := out.Write(msg); err != nil {
				b.Fatal(err)
			}
		}
		for range exchanged {
			n, err := in.Read(buf)
			if err != nil {
				b.Fatal(err)
			}
			got += n
		}
		return got
	}
}

// cord is one end of a medium of packets in memory, with buffers that go back
// and forth.
type cord struct {
	in, out    chan []byte
	back, free chan []byte // buffers read, buffers to write into
	closed     chan struct{}
}

func newCord() (near, far *cord) {
	const depth = 4096
	ab, ba, freeA, freeB := make(chan []byte, depth), make(chan []byte, depth), make(chan []byte, depth), make(chan []byte, depth)
	return &cord{ba, ab, freeB, freeA, make(chan struct{})}, &cord{ab, ba, freeA, freeB, make(chan struct{})}
}

func (c *cord) Read(b []byte) (int, error) {
	select {
	case p := <-c.in:
		n := copy(b, p)
		select {
		case c.back <- p:
		default:
		}
		return n, nil
	case <-c.closed:
		return 0, io.EOF
	}
}

func (c *cord) Write(b []byte) (int, error) {
	var p []byte
	select {
	case p = <-c.free:
	default:
		p = make([]byte, 0, 2048)
	}
	select {
	case c.out <- append(p[:0], b...):
		return len(b), nil
	case <-c.closed:
		return 0, os.ErrClosed
	}
}

func (c *cord) Close() error {
	select {
	case <-c.closed:
	default:
		close(c.closed)
	}
	return nil
}

func (c *cord) LocalAddr() net.Addr              { return &net.UDPAddr{} }
func (c *cord) RemoteAddr() net.Addr             { return &net.UDPAddr{} }
func (c *cord) SetDeadline(time.Time) error      { return nil }
func (c *cord) SetReadDeadline(time.Time) error  { return nil }
func (c *cord) SetWriteDeadline(time.Time) error { return nil }
