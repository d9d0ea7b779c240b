// Package local is a live router's own TCP: gVisor's, behind plain net.Conns.
// Packets for the router's addresses go in, packets to be routed come out. It
// runs goroutines of its own, so virtual labs, which repeat themselves exactly,
// never start it. With lab/netstack it is the only package that imports
// gVisor, whose API makes no promises.
package local

import (
	"bytes"
	"errors"
	"fmt"
	"net"

	"gvisor.dev/gvisor/pkg/buffer"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/channel"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
)

const (
	nic   = 1
	mtu   = 1500
	queue = 1024 // packets waiting for Drain; more are dropped
)

// TCP is the transport of one router. Input and Drain belong to the goroutine
// that drives the router.
type TCP struct {
	stack     *stack.Stack
	link      *channel.Endpoint
	listeners []*gonet.TCPListener
}

// doorbell rings when a packet is to be sent.
type doorbell func()

// WriteNotify implements channel.Notification.
func (d doorbell) WriteNotify() { d() }

// New returns a TCP without listeners. wake is called from any goroutine when
// there is something to Drain.
func New(wake func()) (*TCP, error) {
	t := &TCP{
		stack: stack.New(stack.Options{
			NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol},
			TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol},
		}),
		link: channel.New(queue, mtu, ""),
	}
	if err := t.configure(); err != nil {
		t.Close()
		return nil, err
	}
	t.link.AddNotify(doorbell(wake))
	return t, nil
}

// configure lets the stack answer for every address: the router has decided
// which packets are its own, virtual addresses that come and go among them.
func (t *TCP) configure() error {
	if err := t.stack.CreateNIC(nic, t.link); err != nil {
		return fmt.Errorf("local: %s", err)
	}
	if err := t.stack.SetPromiscuousMode(nic, true); err != nil {
		return fmt.Errorf("local: %s", err)
	}
	if err := t.stack.SetSpoofing(nic, true); err != nil {
		return fmt.Errorf("local: %s", err)
	}
	t.stack.SetRouteTable([]tcpip.Route{{Destination: header.IPv4EmptySubnet, NIC: nic}})
	return nil
}

// Listen takes connections to a port of every address. accept is called in a
// goroutine of its own for each and owns the connection.
func (t *TCP) Listen(port uint16, accept func(net.Conn)) error {
	l, err := gonet.ListenTCP(t.stack, tcpip.FullAddress{NIC: nic, Port: port}, ipv4.ProtocolNumber)
	if err != nil {
		return fmt.Errorf("local: listen on %d: %w", port, err)
	}
	t.listeners = append(t.listeners, l)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil { // closed, the only way a listener fails
				return
			}
			go accept(conn)
		}
	}()
	return nil
}

// Input takes an IPv4 packet, from header to end; it is copied.
func (t *TCP) Input(packet []byte) {
	pkt := stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: buffer.MakeWithData(bytes.Clone(packet))})
	t.link.InjectInbound(ipv4.ProtocolNumber, pkt)
	pkt.DecRef()
}

// Drain emits the packets to route. They are valid until emit returns.
func (t *TCP) Drain(emit func(packet []byte)) {
	for pkt := t.link.Read(); pkt != nil; pkt = t.link.Read() {
		v := pkt.ToView()
		emit(v.AsSlice())
		v.Release()
		pkt.DecRef()
	}
}

// Close ends every connection without a word, as a loss of power does, and
// waits for the goroutines of the stack.
func (t *TCP) Close() error {
	var err error
	for _, l := range t.listeners {
		err = errors.Join(err, l.Close())
	}
	t.stack.Close()
	t.link.Close()
	t.stack.Wait()
	return err
}
