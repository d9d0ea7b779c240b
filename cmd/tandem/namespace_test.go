package main

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/bench/netns"
)

// namespace is a network namespace of one test.
type namespace struct {
	*netns.Namespace
	t testing.TB
}

// newNamespace makes a namespace. The test is skipped where that is not
// permitted.
func newNamespace(t testing.TB) *namespace {
	t.Helper()
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skipf("no ip command: %v", err)
	}
	n, err := netns.New()
	if err != nil {
		t.Skipf("no root, no network namespaces: %v", err)
	}
	t.Cleanup(n.Close)
	return &namespace{n, t}
}

// ip runs the ip command, which must succeed.
func (n *namespace) ip(arguments string) {
	n.t.Helper()
	require.NoError(n.t, n.IP(arguments))
}

// station is a host with the kernel's own stack on one of a lab's LANs: a
// namespace behind a bridge with the TAP device of the lab.
type station struct{ *namespace }

// join makes a host with an address and a default route, and the TAP device
// and the bridge that connect it to the segment of a lab that runs in home.
func join(home *namespace, tap, address, gateway string) station {
	home.t.Helper()
	s := station{newNamespace(home.t)}
	require.NoError(home.t, home.Bridge("b"+tap))
	require.NoError(home.t, home.Tap(tap, "b"+tap))
	require.NoError(home.t, home.Plug("v"+tap, "b"+tap, s.Namespace, "eth0"))
	s.ip("addr add " + address + " dev eth0")
	s.ip("route add default via " + gateway)
	return s
}
