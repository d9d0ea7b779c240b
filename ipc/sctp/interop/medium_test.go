//go:build linux

package interop_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"tandem/wire"
)

// Addresses of the two LANs. The peer has .2; we have .1 or .3, because the
// side with the lower address is the one that connects where a kernel decides.
var (
	ours   = []wire.Addr{wire.MustAddr("10.77.0.1"), wire.MustAddr("10.78.0.1")}
	higher = []wire.Addr{wire.MustAddr("10.77.0.3"), wire.MustAddr("10.78.0.3")}
	theirs = []wire.Addr{wire.MustAddr("10.77.0.2"), wire.MustAddr("10.78.0.2")}
)

// lanOf returns the LAN that an address of the peer is on.
func lanOf(a wire.Addr) int {
	if a == theirs[1] {
		return 1
	}
	return 0
}

// pair is a medium of one datagram socket: SCTP packets without IP header.
type pair struct {
	local, remote *os.File
	in            chan arrival
}

// newPair joins ours[0] and theirs[0].
func newPair(t *testing.T) *pair {
	t.Helper()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_SEQPACKET|syscall.SOCK_CLOEXEC, 0)
	require.NoError(t, err)
	require.NoError(t, syscall.SetNonblock(fds[0], true))
	p := &pair{local: os.NewFile(uintptr(fds[0]), "pair"), remote: os.NewFile(uintptr(fds[1]), "pair"), in: make(chan arrival, 4096)}
	go read(p.local, p.in, func(packet []byte) (arrival, bool) { return arrival{0, theirs[0], ours[0], packet}, true })
	t.Cleanup(func() { _, _ = p.local.Close(), p.remote.Close() })
	return p
}

func (p *pair) arrivals() <-chan arrival { return p.in }

func (p *pair) send(_, _ wire.Addr, packet []byte) error {
	_, err := p.local.Write(packet)
	return err
}

// read moves what a file gives to in until the file is closed.
func read(f *os.File, in chan<- arrival, open func(b []byte) (arrival, bool)) {
	for {
		b := make([]byte, 65536)
		n, err := f.Read(b)
		if err != nil {
			return
		}
		if a, ok := open(b[:n:n]); ok {
			in <- a
		}
	}
}

// tunnels is a medium of one layer-3 interface a LAN, in a network namespace
// of their own where the peer has their addresses.
type tunnels struct {
	files []*os.File
	in    chan arrival
}

// newTunnels moves the calling goroutine to a thread in a new network
// namespace, which ends with the test, or skips the test and says why. The
// kernel there has theirs, as many as lans.
func newTunnels(t *testing.T, lans int) *tunnels {
	t.Helper()
	runtime.LockOSThread() // for good: the thread is spoilt for others
	if err := syscall.Unshare(syscall.CLONE_NEWNET); err != nil {
		t.Skipf("no network namespace for two real paths: %v", err)
	}
	w := &tunnels{in: make(chan arrival, 4096)}
	for i := range lans {
		name := fmt.Sprintf("lan%d", i)
		f, err := openTun(name)
		if err != nil {
			t.Skipf("no layer-3 interface: %v", err)
		}
		t.Cleanup(func() { _ = f.Close() })
		w.files = append(w.files, f)
		for _, args := range [][]string{{"addr", "add", theirs[i].String() + "/24", "dev", name}, {"link", "set", name, "up"}} {
			if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
				t.Skipf("ip %v: %v %s", args, err, out)
			}
		}
		go read(f, w.in, func(b []byte) (arrival, bool) { return unwrap(i, b) })
	}
	return w
}

// openTun makes an interface that gives and takes bare IP packets.
func openTun(name string) (*os.File, error) {
	fd, err := syscall.Open("/dev/net/tun", syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	var request [40]byte // struct ifreq
	copy(request[:15], name)
	*(*uint16)(unsafe.Pointer(&request[16])) = syscall.IFF_TUN | syscall.IFF_NO_PI
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), syscall.TUNSETIFF, uintptr(unsafe.Pointer(&request))); errno != 0 {
		_ = syscall.Close(fd)
		return nil, fmt.Errorf("TUNSETIFF: %w", errno)
	}
	if err := syscall.SetNonblock(fd, true); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), name), nil
}

// unwrap takes the IP header off an SCTP packet.
func unwrap(lan int, b []byte) (arrival, bool) {
	ip := wire.IPv4(b)
	if len(b) < wire.IPv4Len || !ip.Valid() || ip.Proto() != wire.ProtoSCTP {
		return arrival{}, false
	}
	return arrival{lan, ip.Src(), ip.Dst(), ip.Payload()}, true
}

func (w *tunnels) arrivals() <-chan arrival { return w.in }

func (w *tunnels) send(src, dst wire.Addr, packet []byte) error {
	b := wire.AppendIPv4(nil, wire.IPv4Header{Fragment: wire.DontFragment, TTL: 64, Proto: wire.ProtoSCTP, Src: src, Dst: dst}, len(packet))
	_, err := w.files[lanOf(dst)].Write(append(b, packet...))
	return err
}
