package udp_test

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/port"
	"tandem/port/udp"
)

// socket is a plain UDP socket on a loopback address: the neighbour that
// another emulator would be.
func socket(t testing.TB, loopback string) *net.UDPConn {
	t.Helper()
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(loopback), 0)))
	if err != nil {
		t.Skipf("no loopback %s here: %v", loopback, err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func addr(c *net.UDPConn) netip.AddrPort { return c.LocalAddr().(*net.UDPAddr).AddrPort() }

// towards opens a tunnel to a socket and returns where it is bound.
func towards(t testing.TB, remote netip.AddrPort) (*udp.Port, netip.AddrPort) {
	t.Helper()
	p, err := udp.Open(udp.Tunnel{Local: netip.AddrPortFrom(remote.Addr(), 0), Remote: remote})
	require.NoError(t, err)
	t.Cleanup(func() { p.Close() })
	return p, p.Local().(*net.UDPAddr).AddrPort()
}

// pair opens both ends of a tunnel: the second by the spec text that a user
// would write once the first one's port is known.
func pair(t testing.TB, loopback string) (a, b *udp.Port) {
	t.Helper()
	c := socket(t, loopback)
	end := addr(c)
	a, local := towards(t, end)
	require.NoError(t, c.Close())
	tunnel, err := udp.ParseTunnel(fmt.Sprintf("%s->%s", end, local))
	require.NoError(t, err)
	b, err = udp.Open(tunnel)
	require.NoError(t, err)
	t.Cleanup(func() { b.Close() })
	return a, b
}

func frame(n int, mark byte) []byte { return bytes.Repeat([]byte{mark}, n) }

func TestFramesCrossTheTunnelInOrder(t *testing.T) {
	for _, loopback := range []string{"127.0.0.1", "::1"} {
		t.Run(loopback, func(t *testing.T) {
			a, b := pair(t, loopback)
			var want [][]byte
			for i := range 100 { // more than a batch
				want = append(want, frame(60+i, byte(i)))
			}
			n, err := a.Write(want)
			require.NoError(t, err)
			require.Equal(t, 100, n)

			bufs, sizes := port.Batch()
			var got [][]byte
			for len(got) < 100 {
				n, err := b.Read(bufs, sizes)
				require.NoError(t, err)
				for i := range n {
					got = append(got, bytes.Clone(bufs[i][:sizes[i]]))
				}
			}
			require.Equal(t, want, got)
			require.EqualValues(t, 100, a.Counts().FramesOut)
			require.EqualValues(t, 100, b.Counts().FramesIn)
			require.Equal(t, a.Counts().BytesOut, b.Counts().BytesIn)
		})
	}
}

// What another emulator sees is the frame and nothing else, and what is no
// frame is dropped and counted.
func TestADatagramIsAFrame(t *testing.T) {
	c := socket(t, "127.0.0.1")
	p, local := towards(t, addr(c))
	_, err := p.Write([][]byte{frame(13, 1), frame(60, 2), frame(1519, 3)})
	require.NoError(t, err)
	got := make([]byte, 4096)
	n, from, err := c.ReadFromUDPAddrPort(got)
	require.NoError(t, err)
	require.Equal(t, local, from)
	require.Equal(t, frame(60, 2), got[:n])

	for _, f := range [][]byte{{}, frame(13, 1), frame(3000, 2), frame(2048, 2), frame(64, 3)} {
		_, err := c.WriteToUDPAddrPort(f, local)
		require.NoError(t, err)
	}
	stranger := socket(t, "127.0.0.1")
	_, err = stranger.WriteToUDPAddrPort(frame(64, 66), local)
	require.NoError(t, err)
	_, err = c.WriteToUDPAddrPort(frame(64, 4), local)
	require.NoError(t, err)

	bufs, sizes := port.Batch()
	var marks []byte
	for len(marks) < 2 {
		n, err := p.Read(bufs, sizes)
		require.NoError(t, err)
		for i := range n {
			require.Equal(t, 64, sizes[i])
			marks = append(marks, bufs[i][0])
		}
	}
	require.Equal(t, []byte{3, 4}, marks, "a stranger's datagram is not seen")
	counts := p.Counts()
	require.EqualValues(t, 3, counts.Runts, "one sent, two received")
	require.EqualValues(t, 3, counts.Giants)
}

// A neighbour that starts late or restarts is an ordinary thing in a lab: the
// host's complaints about it end neither Read nor Write.
func TestTheFarEndMayComeLate(t *testing.T) {
	c := socket(t, "127.0.0.1")
	end := addr(c)
	p, local := towards(t, end)
	require.NoError(t, c.Close())

	ready := make(chan []byte, 1)
	go func() {
		bufs, sizes := port.Batch()
		if n, err := p.Read(bufs, sizes); err == nil && n > 0 {
			ready <- bufs[0][:sizes[0]]
		}
		close(ready)
	}()
	for range 10 {
		n, err := p.Write([][]byte{frame(60, 1), frame(60, 2)})
		require.NoError(t, err)
		require.Equal(t, 2, n)
	}
	counts := p.Counts()
	require.EqualValues(t, 20, counts.FramesOut+counts.Lost, "every frame is accounted for")

	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(end))
	require.NoError(t, err)
	defer c.Close()
	_, err = c.WriteToUDPAddrPort(frame(60, 9), local)
	require.NoError(t, err)
	require.Equal(t, frame(60, 9), <-ready)
}

func TestCloseEndsRead(t *testing.T) {
	p, _ := towards(t, addr(socket(t, "127.0.0.1")))
	require.True(t, <-p.Carrier())
	ended := make(chan error)
	go func() {
		bufs, sizes := port.Batch()
		_, err := p.Read(bufs, sizes)
		ended <- err
	}()
	require.NoError(t, p.Close())
	require.ErrorIs(t, <-ended, net.ErrClosed)
	_, err := p.Write([][]byte{frame(60, 1)})
	require.ErrorIs(t, err, net.ErrClosed)
	_, open := <-p.Carrier()
	require.False(t, open)
	require.NoError(t, p.Close())
}

func TestAPortInUseIsAnError(t *testing.T) {
	_, local := towards(t, addr(socket(t, "127.0.0.1")))
	_, err := udp.Open(udp.Tunnel{Local: local, Remote: netip.MustParseAddrPort("127.0.0.1:9")})
	require.ErrorContains(t, err, local.String())
}

func TestParseTunnel(t *testing.T) {
	for _, good := range []struct{ text, prints string }{
		{"127.0.0.1:10001->127.0.0.1:10002", "127.0.0.1:10001->127.0.0.1:10002"},
		{" 0.0.0.0:10001 -> 192.0.2.1:10002 ", "0.0.0.0:10001->192.0.2.1:10002"},
		{"->192.0.2.1:10002", "0.0.0.0:0->192.0.2.1:10002"},
		{"[::1]:1->[::1]:65535", "[::1]:1->[::1]:65535"},
		{"->[2001:db8::1]:7", "[::]:0->[2001:db8::1]:7"},
	} {
		got, err := udp.ParseTunnel(good.text)
		require.NoError(t, err, good.text)
		require.Equal(t, good.prints, got.String())
	}
	for _, bad := range []string{
		"", "->", "127.0.0.1:1", "127.0.0.1:1->", "127.0.0.1:1->127.0.0.1", "127.0.0.1:1->127.0.0.1:0",
		"127.0.0.1:1->127.0.0.1:65536", "127.0.0.1:1->localhost:2", "localhost:1->127.0.0.1:2",
		"[::1]:1->127.0.0.1:2", "127.0.0.1:1->224.0.0.1:2", "127.0.0.1:1->0.0.0.0:2", "127.0.0.1:1->127.0.0.1:1",
		"127.0.0.1:1->127.0.0.1:2->127.0.0.1:3",
	} {
		_, err := udp.ParseTunnel(bad)
		require.ErrorIs(t, err, udp.ErrSpec, bad)
	}
}

func FuzzParseTunnel(f *testing.F) {
	f.Add("127.0.0.1:10001->127.0.0.1:10002")
	f.Add("->[fe80::1%eth0]:7")
	f.Add("[::ffff:127.0.0.1]:1->127.0.0.1:2")
	f.Fuzz(func(t *testing.T, s string) {
		tunnel, err := udp.ParseTunnel(s)
		if err != nil {
			require.ErrorIs(t, err, udp.ErrSpec)
			return
		}
		again, err := udp.ParseTunnel(tunnel.String())
		require.NoError(t, err)
		require.Equal(t, tunnel, again)
	})
}

func BenchmarkLoopback(b *testing.B) {
	for _, batch := range []int{1, 8, port.BatchSize} {
		b.Run(fmt.Sprintf("64B/batch%d", batch), func(b *testing.B) {
			from, to := pair(b, "127.0.0.1")
			frames := make([][]byte, batch)
			for i := range frames {
				frames[i] = frame(64, 1)
			}
			bufs, sizes := port.Batch()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := from.Write(frames); err != nil {
					b.Fatal(err)
				}
				for got := 0; got < batch; {
					n, err := to.Read(bufs, sizes)
					if err != nil {
						b.Fatal(err)
					}
					got += n
				}
			}
			b.ReportMetric(float64(b.N)*float64(batch)/b.Elapsed().Seconds(), "frames/s")
		})
	}
}
