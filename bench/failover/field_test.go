//go:build linux

package failover

import (
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/bench/netns"
)

// The plan of addresses, for both pairs: that of examples/dual-lan.
const (
	clientAddr = "10.0.0.100"
	serverAddr = "211.0.0.100"
	insideVIP  = "10.0.0.3"
	outsideVIP = "211.0.0.3"
)

// patience bounds every wait.
const patience = 60 * time.Second

// soon asks until the answer is yes, and gives up after a while.
func soon(t *testing.T, yes func() bool) bool {
	t.Helper()
	ask := time.NewTicker(20 * time.Millisecond)
	defer ask.Stop()
	for end := time.Now().Add(patience / 3); time.Now().Before(end); <-ask.C {
		if yes() {
			return true
		}
	}
	return false
}

// field is where a pair is tried: a bridge for each LAN, and on each a host
// with the kernel's own stack. The pair's ports go on the bridges.
type field struct {
	home, inside, outside *netns.Namespace
}

const (
	insideLAN  = "lan-in"
	outsideLAN = "lan-out"
)

// newNamespace skips the test where namespaces are not permitted.
func newNamespace(t *testing.T) *netns.Namespace {
	t.Helper()
	n, err := netns.New()
	if err != nil {
		t.Skipf("root, network namespaces and iproute2 are needed: %v", err)
	}
	t.Cleanup(n.Close)
	return n
}

func newField(t *testing.T) *field {
	t.Helper()
	if _, err := os.Stat("/dev/net/tun"); err != nil {
		t.Skipf("TAP devices are needed: %v", err)
	}
	f := &field{newNamespace(t), newNamespace(t), newNamespace(t)}
	require.NoError(t, f.home.Bridge(insideLAN))
	require.NoError(t, f.home.Bridge(outsideLAN))
	require.NoError(t, f.home.Plug("client", insideLAN, f.inside, "eth0"))
	require.NoError(t, f.home.Plug("server", outsideLAN, f.outside, "eth0"))
	require.NoError(t, f.inside.IP("addr add "+clientAddr+"/24 dev eth0", "route add default via "+insideVIP))
	require.NoError(t, f.outside.IP("addr add "+serverAddr+"/24 dev eth0", "route add default via "+outsideVIP))
	return f
}

// reach pings the server until everything on the way knows its neighbours.
func (f *field) reach(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, err := f.inside.Run("ping -n -c 1 -W 1 " + serverAddr)
		return err == nil
	}, patience, 10*time.Millisecond, "the server does not answer")
}

// echo sends back what comes to the server's TCP port 7.
func (f *field) echo(t *testing.T) {
	t.Helper()
	l, err := f.outside.Listen("tcp", serverAddr+":7")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func(c net.Conn) {
				defer c.Close()
				_, _ = io.Copy(c, c)
			}(c)
		}
	}()
}
