package tap_test

import (
	"fmt"
	"net"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"tandem/port"
	"tandem/port/tap"
	"tandem/wire"
)

// namespace moves the test into a network namespace of its own, which goes
// when the test ends because its thread does.
func namespace(t testing.TB) {
	t.Helper()
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		runtime.UnlockOSThread()
		t.Skipf("a network namespace needs root: %v", err)
	}
}

// host runs a command of the host inside the namespace.
func host(t testing.TB, command string) string {
	t.Helper()
	words := strings.Fields(command)
	path, err := exec.LookPath(words[0])
	if err != nil {
		t.Skipf("no %s on this system: %v", words[0], err)
	}
	out, err := exec.Command(path, words[1:]...).CombinedOutput()
	require.NoError(t, err, "%s: %s", command, out)
	return string(out)
}

func open(t testing.TB, name string) port.Counted {
	t.Helper()
	namespace(t)
	p, err := tap.Open(name)
	if err != nil {
		t.Skipf("no TAP device to be had: %v", err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// next waits for a change of carrier, for as long as a busy host may need.
func next(t testing.TB, p port.Port) bool {
	t.Helper()
	select {
	case up, ok := <-p.Carrier():
		require.True(t, ok)
		return up
	case <-time.After(10 * time.Second):
		require.Fail(t, "no change of carrier")
		return false
	}
}

const (
	station = "10.9.9.2"
	burned  = "0200.5e09.0902"
)

// answer makes the reply of a station to an ARP request or an ICMP echo in
// place, and reports whether there is one.
func answer(frame []byte) bool {
	me, mac := wire.MustAddr(station), must(wire.ParseMAC(burned))
	e := wire.Ethernet(frame)
	switch e.Type() {
	case wire.EtherARP:
		var m wire.ARP
		if m.Decode(e.Payload()) != nil || m.Op != wire.ARPRequest || m.Target != me {
			return false
		}
		m = wire.ARP{Op: wire.ARPReply, SenderMAC: mac, Sender: me, TargetMAC: m.SenderMAC, Target: m.Sender}
		m.Append(frame[:wire.EthernetLen])
	case wire.EtherIPv4:
		ip := wire.IPv4(e.Payload())
		if !ip.Valid() || ip.Dst() != me || ip.Proto() != wire.ProtoICMP || ip.Payload()[0] != 8 {
			return false
		}
		echo := ip.Payload()
		from, to := ip.Src().Bytes(), ip.Dst().Bytes()
		copy(ip[12:], to[:])
		copy(ip[16:], from[:])
		echo[0], echo[2], echo[3] = 0, 0, 0
		sum := wire.Checksum(echo)
		echo[2], echo[3] = byte(sum>>8), byte(sum)
	default:
		return false
	}
	e.Put(e.Src(), mac, e.Type())
	return true
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// respond answers for the station until the port is closed.
func respond(p port.Port) error {
	bufs, sizes := port.Batch()
	for {
		n, err := p.Read(bufs, sizes)
		if err != nil {
			return err
		}
		var replies [][]byte
		for i := range n {
			if f := bufs[i][:sizes[i]]; answer(f) {
				replies = append(replies, f)
			}
		}
		if _, err := p.Write(replies); err != nil {
			return err
		}
	}
}

func TestTheKernelPingsThroughTheDevice(t *testing.T) {
	p := open(t, "tandem0")
	require.False(t, next(t, p), "a new device is down")
	host(t, "ip addr add 10.9.9.1/24 dev tandem0")
	host(t, "ip link set tandem0 up")
	require.True(t, next(t, p))

	ended := make(chan error, 1)
	go func() { ended <- respond(p) }()
	out := host(t, "ping -n -c 3 -i 0.2 -W 5 "+station)
	require.Contains(t, out, " 0% packet loss")
	require.Contains(t, host(t, "ping -n -c 1 -s 1472 -M do -W 5 "+station), " 0% packet loss", "a full frame")
	counts := p.Counts()
	require.GreaterOrEqual(t, counts.FramesIn, uint64(5))
	require.GreaterOrEqual(t, counts.FramesOut, uint64(5))

	require.NoError(t, p.Close())
	require.ErrorIs(t, <-ended, net.ErrClosed)
	_, err := p.Write([][]byte{make([]byte, 60)})
	require.ErrorIs(t, err, net.ErrClosed)
	require.NoError(t, p.Close())
}

func TestCarrierIsTheOperationalState(t *testing.T) {
	p := open(t, "tandem1")
	require.False(t, next(t, p))
	_, err := p.Write([][]byte{make([]byte, 60)})
	require.ErrorIs(t, err, port.ErrDown)
	require.EqualValues(t, 1, p.Counts().NoCarrier)
	for range 3 {
		host(t, "ip link set tandem1 up")
		require.True(t, next(t, p))
		n, err := p.Write([][]byte{make([]byte, 60), make([]byte, 5), make([]byte, 60)})
		require.NoError(t, err)
		require.Equal(t, 3, n)
		host(t, "ip link set tandem1 down")
		require.False(t, next(t, p))
	}
	require.EqualValues(t, 6, p.Counts().FramesOut)
	require.EqualValues(t, 3, p.Counts().Runts)

	require.Equal(t, 1500, p.MTU())
	host(t, "ip link set tandem1 mtu 1400")
	host(t, "ip link set tandem1 up")
	require.True(t, next(t, p), "the message about the MTU came before this one")
	require.Equal(t, 1400, p.MTU())

	require.NoError(t, p.Close())
	for range p.Carrier() { // ends
	}
}

func TestNamesThatTheKernelWouldChange(t *testing.T) {
	for _, bad := range []string{"", ".", "..", "sixteencharacter", "tap%d", "a b", "a/b", "a:b", "tap\x00", "tap\u00e4"} {
		_, err := tap.Open(bad)
		require.ErrorIs(t, err, tap.ErrName, "%q", bad)
	}
	namespace(t)
	p, err := tap.Open("fifteencharacte")
	if err != nil {
		require.NotErrorIs(t, err, tap.ErrName)
		t.Skipf("no TAP device to be had: %v", err)
	}
	require.NoError(t, p.Close())
}

func TestADeviceInUseIsAnError(t *testing.T) {
	open(t, "tandem2")
	_, err := tap.Open("tandem2")
	require.ErrorIs(t, err, unix.EBUSY)
	require.ErrorContains(t, err, "tandem2")
}

// Frames written to one device come back from another over a bridge of the
// host, so what is measured is two system calls a frame and the kernel between.
func BenchmarkBridged(b *testing.B) {
	from := open(b, "tandem3")
	to, err := tap.Open("tandem4")
	require.NoError(b, err)
	defer to.Close()
	host(b, "sysctl -qw net.ipv6.conf.default.disable_ipv6=1")
	if out, err := exec.Command("ip", "link", "add", "br0", "type", "bridge").CombinedOutput(); err != nil {
		b.Skipf("no bridge to be had: %s", out)
	}
	for _, name := range []string{"tandem3", "tandem4"} {
		host(b, "sysctl -qw net.ipv6.conf."+name+".disable_ipv6=1")
		host(b, "ip link set "+name+" master br0")
		host(b, "ip link set "+name+" up")
	}
	host(b, "sysctl -qw net.ipv6.conf.br0.disable_ipv6=1")
	host(b, "ip link set br0 up")
	require.False(b, next(b, from))
	require.True(b, next(b, from))

	for _, batch := range []int{1, 8, port.BatchSize} {
		b.Run(fmt.Sprintf("64B/batch%d", batch), func(b *testing.B) {
			frames := make([][]byte, batch)
			for i := range frames {
				frames[i] = make([]byte, 64)
				wire.Ethernet(frames[i]).Put(wire.BroadcastMAC, wire.MAC{2, 0, 0, 0, 0, 1}, 0x88b5)
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

// A device that its user made outlives the programs that use it: the next one
// finds it where it was, on its bridge.
func TestLastingDeviceStays(t *testing.T) {
	namespace(t)
	host(t, "ip tuntap add dev lasting mode tap")
	for range 2 {
		p, err := tap.Open("lasting")
		require.NoError(t, err)
		require.NoError(t, p.Close())
		host(t, "ip link show dev lasting")
	}
	p, err := tap.Open("passing")
	require.NoError(t, err)
	require.NoError(t, p.Close())
	_, err = net.InterfaceByName("passing")
	require.Error(t, err, "a device of the port's own goes with it")
}
