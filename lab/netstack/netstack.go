// Package netstack is the full TCP of a live host: gVisor's, behind the host's
// Transport. It is the only package of the lab that imports gVisor, whose API
// makes no promises. It works on IPv4 packets; ARP, ICMP and UDP are the
// host's own.
package netstack

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sync"

	"gvisor.dev/gvisor/pkg/buffer"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/channel"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	gtcp "gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/waiter"

	"tandem/clock"
	"tandem/lab/host/tcp"
	"tandem/wire"
)

const (
	nic     = 1
	mtu     = 1500
	queue   = 1024 // packets waiting for Drain; more are dropped
	backlog = 256
)

// Stack implements the host's Transport. gVisor's own goroutines do no more
// than ring: every call that changes a connection comes from the goroutine
// that drives the host.
type Stack struct {
	stack *stack.Stack
	link  *channel.Endpoint
	addr  tcpip.Address
	wake  func()

	conns  map[tcp.Conn]*conn
	listen []*listener
	lastID tcp.Conn
	events []tcp.Event

	mu    sync.Mutex
	rung  []*conn // in the order they rang
	doors []*listener
}

type listener struct {
	port     uint16
	endpoint tcpip.Endpoint
	queue    *waiter.Queue
	rung     bool // guarded by Stack.mu
}

type conn struct {
	id       tcp.Conn
	endpoint tcpip.Endpoint
	queue    *waiter.Queue
	entry    waiter.Entry
	port     uint16
	peer     wire.Addr
	peerPort uint16
	rung     bool // guarded by Stack.mu

	established bool
	finished    bool
	closing     bool
	blocked     bool
}

// New returns the TCP of the host at addr. wake is called from any goroutine
// when there is something to Drain or an event to take.
func New(addr wire.Addr, wake func()) (*Stack, error) {
	s := &Stack{
		stack: stack.New(stack.Options{
			NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol},
			TransportProtocols: []stack.TransportProtocolFactory{gtcp.NewProtocol},
		}),
		link: channel.New(queue, mtu, ""),
		addr: tcpip.AddrFrom4(addr.Bytes()), wake: wake,
		conns: make(map[tcp.Conn]*conn),
	}
	if err := s.configure(); err != nil {
		s.Shut()
		return nil, err
	}
	s.link.AddNotify(doorbell(wake))
	return s, nil
}

// doorbell rings when a packet is to be sent.
type doorbell func()

// WriteNotify implements channel.Notification.
func (d doorbell) WriteNotify() { d() }

// configure sets the limits that the deterministic TCP has, too.
func (s *Stack) configure() error {
	if err := s.stack.CreateNIC(nic, s.link); err != nil {
		return fmt.Errorf("netstack: %s", err)
	}
	if err := s.stack.AddProtocolAddress(nic, tcpip.ProtocolAddress{
		Protocol: ipv4.ProtocolNumber, AddressWithPrefix: s.addr.WithPrefix(),
	}, stack.AddressProperties{}); err != nil {
		return fmt.Errorf("netstack: %s", err)
	}
	s.stack.SetRouteTable([]tcpip.Route{{Destination: header.IPv4EmptySubnet, NIC: nic}})
	if err := s.stack.SetPortRange(tcp.FirstPort, 65535); err != nil {
		return fmt.Errorf("netstack: %s", err)
	}
	minRTO, maxRTO := tcpip.TCPMinRTOOption(tcp.MinRTO), tcpip.TCPMaxRTOOption(tcp.MaxRTO)
	retries, rest := tcpip.TCPSynRetriesOption(tcp.SynRetries), tcpip.TCPTimeWaitTimeoutOption(tcp.TimeWait)
	// Loss probes are off: every write puts the next one back, so that a flow
	// that goes on writing never sends one, and while one is due there is no
	// retransmission either. A connection whose path broke in its first
	// moments then stayed silent for good.
	var probes tcpip.TCPRecovery
	for _, o := range []tcpip.SettableTransportProtocolOption{&minRTO, &maxRTO, &retries, &rest, &probes} {
		if err := s.stack.SetTransportProtocolOption(gtcp.ProtocolNumber, o); err != nil {
			return fmt.Errorf("netstack: %T: %s", o, err)
		}
	}
	return nil
}

// Input implements host.Transport.
func (s *Stack) Input(_ clock.Time, p wire.IPv4) {
	pkt := stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: buffer.MakeWithData(bytes.Clone(p))})
	s.link.InjectInbound(ipv4.ProtocolNumber, pkt)
	pkt.DecRef()
}

// Wake implements host.Transport: gVisor keeps its own timers.
func (s *Stack) Wake(clock.Time) {}

// NextWake implements host.Transport.
func (s *Stack) NextWake() (clock.Time, bool) { return 0, false }

// Drain implements host.Transport.
func (s *Stack) Drain(emit func(packet []byte)) {
	for pkt := s.link.Read(); pkt != nil; pkt = s.link.Read() {
		v := pkt.ToView()
		emit(v.AsSlice())
		v.Release()
		pkt.DecRef()
	}
}

// Listen implements host.Transport.
func (s *Stack) Listen(port uint16) error {
	if slices.ContainsFunc(s.listen, func(l *listener) bool { return l.port == port }) {
		return fmt.Errorf("%w: %d", tcp.ErrPortInUse, port)
	}
	l := &listener{port: port, queue: new(waiter.Queue)}
	ep, err := s.stack.NewEndpoint(gtcp.ProtocolNumber, ipv4.ProtocolNumber, l.queue)
	if err != nil {
		return fmt.Errorf("netstack: %s", err)
	}
	l.endpoint = ep
	if err = ep.Bind(tcpip.FullAddress{Port: port}); err == nil {
		err = ep.Listen(backlog)
	}
	if err != nil {
		ep.Close()
		return fmt.Errorf("netstack: listen on %d: %s", port, err)
	}
	s.listen = append(s.listen, l)
	e := waiter.NewFunctionEntry(waiter.EventIn, func(waiter.EventMask) { s.ringDoor(l) })
	l.queue.EventRegister(&e)
	return nil
}

// Dial implements host.Transport.
func (s *Stack) Dial(_ clock.Time, to wire.Addr, port uint16) (tcp.Conn, error) {
	q := new(waiter.Queue)
	ep, err := s.stack.NewEndpoint(gtcp.ProtocolNumber, ipv4.ProtocolNumber, q)
	if err != nil {
		return 0, fmt.Errorf("netstack: %s", err)
	}
	c := s.add(ep, q, to, port)
	err = ep.Connect(tcpip.FullAddress{Addr: tcpip.AddrFrom4(to.Bytes()), Port: port})
	if _, started := err.(*tcpip.ErrConnectStarted); err != nil && !started {
		s.drop(c)
		if _, full := err.(*tcpip.ErrNoPortAvailable); full {
			return 0, tcp.ErrNoPort
		}
		return 0, fmt.Errorf("netstack: %s", err)
	}
	if local, err := ep.GetLocalAddress(); err == nil {
		c.port = local.Port
	}
	return c.id, nil
}

// Local implements host.Transport.
func (s *Stack) Local(id tcp.Conn) (uint16, bool) {
	c, ok := s.conns[id]
	if !ok {
		return 0, false
	}
	return c.port, true
}

// Write implements host.Transport.
func (s *Stack) Write(_ clock.Time, id tcp.Conn, b []byte) int {
	c, ok := s.conns[id]
	if !ok || len(b) == 0 || c.closing {
		return 0
	}
	n, err := c.endpoint.Write(bytes.NewReader(bytes.Clone(b)), tcpip.WriteOptions{})
	if err != nil {
		n = 0
	}
	if int(n) < len(b) {
		c.blocked = true
	}
	return int(n)
}

// Read implements host.Transport.
func (s *Stack) Read(_ clock.Time, id tcp.Conn, b []byte) int {
	c, ok := s.conns[id]
	if !ok {
		return 0
	}
	w := sink{b: b}
	if _, err := c.endpoint.Read(&w, tcpip.ReadOptions{}); err != nil {
		return 0
	}
	return w.n
}

// sink fills a slice and then stops the writer.
type sink struct {
	b []byte
	n int
}

var errFull = errors.New("netstack: buffer full")

// Write implements io.Writer.
func (w *sink) Write(p []byte) (int, error) {
	n := copy(w.b[w.n:], p)
	w.n += n
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

// Close implements host.Transport.
func (s *Stack) Close(_ clock.Time, id tcp.Conn) {
	c, ok := s.conns[id]
	if !ok || c.closing {
		return
	}
	if !c.established {
		s.drop(c)
		return
	}
	c.closing = true
	c.endpoint.Shutdown(tcpip.ShutdownWrite)
	s.ring(c)
}

// Shut implements host.Transport.
func (s *Stack) Shut() {
	for _, l := range s.listen {
		l.endpoint.Close()
	}
	for id := range s.conns {
		s.conns[id].endpoint.Abort()
	}
	s.stack.Close()
	s.link.Close()
	s.stack.Wait()
}

func (s *Stack) add(ep tcpip.Endpoint, q *waiter.Queue, peer wire.Addr, peerPort uint16) *conn {
	s.lastID++
	c := &conn{id: s.lastID, endpoint: ep, queue: q, peer: peer, peerPort: peerPort}
	s.conns[c.id] = c
	patience := tcpip.TCPUserTimeoutOption(tcp.UserTimeout)
	_ = ep.SetSockOpt(&patience) // refused only by endpoints that are gone
	ep.SocketOptions().SetDelayOption(false)
	c.entry = waiter.NewFunctionEntry(waiter.AllEvents, func(waiter.EventMask) { s.ring(c) })
	q.EventRegister(&c.entry)
	return c
}

func (s *Stack) drop(c *conn) {
	c.queue.EventUnregister(&c.entry)
	c.endpoint.Close()
	delete(s.conns, c.id)
}

// ring notes that something happened to c. Any goroutine may call it.
func (s *Stack) ring(c *conn) {
	s.mu.Lock()
	if !c.rung {
		c.rung = true
		s.rung = append(s.rung, c)
	}
	s.mu.Unlock()
	s.wake()
}

func (s *Stack) ringDoor(l *listener) {
	s.mu.Lock()
	if !l.rung {
		l.rung = true
		s.doors = append(s.doors, l)
	}
	s.mu.Unlock()
	s.wake()
}

// takeRung returns who rang since the last call.
func (s *Stack) takeRung() ([]*listener, []*conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	doors, conns := s.doors, s.rung
	s.doors, s.rung = nil, nil
	for _, l := range doors {
		l.rung = false
	}
	for _, c := range conns {
		c.rung = false
	}
	return doors, conns
}
