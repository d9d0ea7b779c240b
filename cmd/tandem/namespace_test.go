package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// namespace is a network namespace of one test and the thread that lives in
// it. It has no name and nothing to clean up: it goes with its thread and the
// last socket in it.
type namespace struct {
	t      testing.TB
	thread int
	work   chan func()
}

// newNamespace makes a namespace whose loopback is up. The test is skipped
// where that is not permitted.
func newNamespace(t testing.TB) *namespace {
	t.Helper()
	n := &namespace{t: t, work: make(chan func())}
	made := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		n.thread = unix.Gettid()
		made <- unix.Unshare(unix.CLONE_NEWNET)
		for f := range n.work {
			f()
		}
	}()
	t.Cleanup(func() { close(n.work) })
	if err := <-made; err != nil {
		t.Skipf("no root, no network namespaces: %v", err)
	}
	_ = n.do(func() error { // not there without IPv6, which only makes noise here
		return os.WriteFile("/proc/sys/net/ipv6/conf/default/disable_ipv6", []byte("1"), 0)
	})
	n.ip("link set lo up")
	return n
}

// do calls f on the thread of the namespace: the sockets and processes that f
// makes belong to it.
func (n *namespace) do(f func() error) (err error) {
	done := make(chan struct{})
	n.work <- func() {
		defer close(done)
		err = f()
	}
	<-done
	return err
}

// run runs a program in the namespace and returns what it printed.
func (n *namespace) run(command string) (out string, err error) {
	words := strings.Fields(command)
	err = n.do(func() error {
		text, err := exec.Command(words[0], words[1:]...).CombinedOutput()
		out = string(text)
		if err != nil {
			return fmt.Errorf("%s: %w: %s", command, err, text)
		}
		return nil
	})
	return out, err
}

// ip runs the ip command, which must succeed.
func (n *namespace) ip(arguments string) {
	n.t.Helper()
	if _, err := exec.LookPath("ip"); err != nil {
		n.t.Skipf("no ip command: %v", err)
	}
	_, err := n.run("ip " + arguments)
	require.NoError(n.t, err)
}

// dial connects from the namespace.
func (n *namespace) dial(network, address string) (c net.Conn, err error) {
	err = n.do(func() error {
		c, err = net.Dial(network, address)
		return err
	})
	return c, err
}

// station is a host with the kernel's own stack on one of a lab's LANs: a
// namespace behind a bridge with the TAP device of the lab.
type station struct{ *namespace }

// join makes a host with an address and a default route, and the TAP device
// and the bridge that connect it to the segment of a lab that runs in home.
func join(home *namespace, tap, address, gateway string) station {
	home.t.Helper()
	s := station{newNamespace(home.t)}
	bridge, port := "b"+tap, "v"+tap
	home.ip("tuntap add dev " + tap + " mode tap")
	home.ip("link add " + bridge + " type bridge forward_delay 0")
	home.ip("link add " + port + " type veth peer name eth0 netns " + fmt.Sprint(s.thread))
	for _, member := range []string{tap, port} {
		home.ip("link set " + member + " master " + bridge + " up")
	}
	home.ip("link set " + bridge + " up")
	s.ip("addr add " + address + " dev eth0")
	s.ip("link set eth0 up")
	s.ip("route add default via " + gateway)
	return s
}
