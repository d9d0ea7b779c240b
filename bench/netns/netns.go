// Package netns makes network namespaces of Linux for tests and measurements
// that need the kernel's own stack at the ends: hosts, bridges, TAP devices.
package netns

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// Namespace is a network namespace and the thread that lives in it. It has no
// name and nothing to clean up: it goes with its thread and the last socket or
// process in it.
type Namespace struct {
	thread int
	work   chan func()
}

// New makes a namespace whose loopback is up. It returns an error where there
// are none, where that is not permitted, and without an ip command.
func New() (*Namespace, error) {
	n := &Namespace{work: make(chan func())}
	made := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		var err error
		n.thread, err = unshare()
		made <- err
		for f := range n.work {
			f()
		}
	}()
	if err := <-made; err != nil {
		n.Close()
		return nil, fmt.Errorf("netns: %w", err)
	}
	_ = n.Do(func() error { // not there without IPv6, which only makes noise here
		return os.WriteFile("/proc/sys/net/ipv6/conf/default/disable_ipv6", []byte("1"), 0)
	})
	if err := n.IP("link set lo up"); err != nil {
		n.Close()
		return nil, err
	}
	return n, nil
}

// Close ends the thread. What was made in the namespace lives on until it is
// closed too.
func (n *Namespace) Close() { close(n.work) }

// Do calls f on the thread of the namespace: the sockets and processes that f
// makes belong to it.
func (n *Namespace) Do(f func() error) (err error) {
	done := make(chan struct{})
	n.work <- func() {
		defer close(done)
		err = f()
	}
	<-done
	return err
}

// Run runs a program in the namespace and returns what it printed, which is
// in the error too.
func (n *Namespace) Run(command string) (out string, err error) {
	words := strings.Fields(command)
	err = n.Do(func() error {
		text, err := exec.Command(words[0], words[1:]...).CombinedOutput()
		out = string(text)
		if err != nil {
			return fmt.Errorf("netns: %s: %w: %s", command, err, text)
		}
		return nil
	})
	return out, err
}

// IP runs the ip command once a line of commands.
func (n *Namespace) IP(commands ...string) error {
	for _, c := range commands {
		if _, err := n.Run("ip " + c); err != nil {
			return err
		}
	}
	return nil
}

// Dial connects from the namespace.
func (n *Namespace) Dial(network, address string) (c net.Conn, err error) {
	err = n.Do(func() error {
		c, err = net.Dial(network, address)
		return err
	})
	return c, err
}

// Listen listens in the namespace.
func (n *Namespace) Listen(network, address string) (l net.Listener, err error) {
	err = n.Do(func() error {
		l, err = net.Listen(network, address)
		return err
	})
	return l, err
}

// ListenPacket takes datagrams in the namespace.
func (n *Namespace) ListenPacket(network, address string) (c net.PacketConn, err error) {
	err = n.Do(func() error {
		c, err = net.ListenPacket(network, address)
		return err
	})
	return c, err
}

// Sysctl sets a value under /proc/sys.
func (n *Namespace) Sysctl(name, value string) error {
	return n.Do(func() error {
		return os.WriteFile("/proc/sys/"+strings.ReplaceAll(name, ".", "/"), []byte(value), 0)
	})
}

// Bridge makes a LAN: a bridge that forwards at once and floods multicast.
func (n *Namespace) Bridge(name string) error {
	return n.IP("link add "+name+" type bridge forward_delay 0 mcast_snooping 0", "link set "+name+" up")
}

// Tap makes a TAP device on a bridge and sets it up. It stays when its program
// ends.
func (n *Namespace) Tap(name, bridge string) error {
	return n.IP("tuntap add dev "+name+" mode tap", "link set "+name+" master "+bridge+" up")
}

// Plug connects another namespace to a bridge: its end of the cable is called
// inner and is up, the bridge's is called outer.
func (n *Namespace) Plug(outer, bridge string, to *Namespace, inner string) error {
	err := n.IP(fmt.Sprintf("link add %s type veth peer name %s netns %d", outer, inner, to.thread),
		"link set "+outer+" master "+bridge+" up")
	if err != nil {
		return err
	}
	return to.IP("link set " + inner + " up")
}

// Join connects two namespaces by a cable of two ends, both down.
func (n *Namespace) Join(inner string, to *Namespace, outer string) error {
	return n.IP(fmt.Sprintf("link add %s type veth peer name %s netns %d", inner, outer, to.thread))
}
