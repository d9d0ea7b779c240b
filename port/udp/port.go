// Package udp is a port whose cable is a UDP tunnel: one datagram is one raw
// Ethernet frame without FCS and without any header, as dynamips' NIO_udp, the
// links of GNS3 and QEMU's dgram network back end have it.
package udp

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"syscall"

	"golang.org/x/net/ipv4"

	"tandem/port"
)

// Port is one end of a tunnel. It implements port.Counted. The format has no
// keepalive, so the carrier is up from Open to Close, whoever listens.
type Port struct {
	port.Meter
	conn   *net.UDPConn
	batch  *ipv4.PacketConn // the same socket: many datagrams a system call where there is one for it
	signal *port.Signal

	inbox []ipv4.Message // Read's, which has one caller at a time

	mu     sync.Mutex // guards outbox
	outbox []ipv4.Message
}

var _ port.Counted = (*Port)(nil)

// Open binds the local end of t. Datagrams from any other source than the
// remote end are not seen.
func Open(t Tunnel) (*Port, error) {
	conn, err := dial(t)
	if err != nil {
		return nil, err
	}
	return newPort(conn), nil
}

// Descriptor binds the local end of t as Open does, for a process that hands
// the descriptor on: a read is a frame, a write is a frame.
func Descriptor(t Tunnel) (*os.File, error) {
	conn, err := dial(t)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return conn.File()
}

// Inherit is Open with the descriptor of the tunnel already at hand, which it
// closes.
func Inherit(file *os.File) (*Port, error) {
	defer file.Close()
	conn, err := net.FileConn(file)
	if err != nil {
		return nil, fmt.Errorf("udp: inherited tunnel: %w", err)
	}
	c, ok := conn.(*net.UDPConn)
	if !ok {
		return nil, errors.Join(errors.New("udp: the inherited descriptor is no tunnel"), conn.Close())
	}
	return newPort(c), nil
}

func dial(t Tunnel) (*net.UDPConn, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	conn, err := net.DialUDP("udp", net.UDPAddrFromAddrPort(t.Local), net.UDPAddrFromAddrPort(t.Remote))
	if err != nil {
		return nil, fmt.Errorf("udp: tunnel %s: %w", t, err)
	}
	return conn, nil
}

func newPort(conn *net.UDPConn) *Port {
	return &Port{
		conn: conn, batch: ipv4.NewPacketConn(conn), signal: port.NewSignal(true),
		inbox: messages(), outbox: messages(),
	}
}

// messages returns room for a batch of datagrams of one buffer each.
func messages() []ipv4.Message {
	m := make([]ipv4.Message, port.BatchSize)
	for i := range m {
		m[i].Buffers = make([][]byte, 1)
	}
	return m
}

// Local is the bound address, for a tunnel whose local port the system chose.
func (p *Port) Local() net.Addr { return p.conn.LocalAddr() }

// Read implements port.Port. It outlives the errors that a host reports on a
// connected socket while nobody listens at the far end.
func (p *Port) Read(bufs [][]byte, sizes []int) (int, error) {
	inbox := p.inbox[:min(len(bufs), len(p.inbox))]
	for i := range inbox {
		inbox[i].Buffers[0] = bufs[i]
	}
	for {
		got, err := p.batch.ReadBatch(inbox, 0)
		if errors.Is(err, net.ErrClosed) {
			return 0, net.ErrClosed
		}
		if passing(err) {
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("udp: read: %w", err)
		}
		if n := p.accept(inbox[:got], bufs, sizes); n > 0 {
			return n, nil
		}
	}
}

// passing reports whether err is news about an earlier datagram, of which the
// next read is free: an ICMP error that came back for one of ours, or one of
// theirs that was cut off.
func passing(err error) bool {
	for _, e := range []syscall.Errno{
		syscall.ECONNREFUSED, syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.ENETDOWN,
		10054, 10040, // the same of Windows: WSAECONNRESET, WSAEMSGSIZE
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// accept moves the datagrams that are frames to the front and sizes them.
func (p *Port) accept(inbox []ipv4.Message, bufs [][]byte, sizes []int) int {
	var t port.Tally
	n := 0
	for i := range inbox {
		size := inbox[i].N
		if !t.Fits(size, port.DefaultMTU) {
			continue
		}
		if n != i {
			copy(bufs[n], bufs[i][:size])
		}
		sizes[n] = size
		n++
		t.Pass(size)
	}
	p.AddIn(t)
	return n
}

// Write implements port.Port.
func (p *Port) Write(frames [][]byte) (int, error) {
	if !p.signal.Up() {
		return 0, net.ErrClosed
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for taken := 0; taken < len(frames); {
		chunk := frames[taken:min(taken+port.BatchSize, len(frames))]
		if err := p.send(chunk); err != nil {
			return taken, err
		}
		taken += len(chunk)
	}
	return len(frames), nil
}

// send puts up to a batch of frames on the wire. A frame that the host refuses
// to send is lost, as it would be on a cable with nobody at its end.
func (p *Port) send(frames [][]byte) error {
	var t port.Tally
	out := p.outbox[:0]
	for _, f := range frames {
		if t.Fits(len(f), port.DefaultMTU) {
			out = out[:len(out)+1]
			out[len(out)-1].Buffers[0] = f
		}
	}
	defer func() { p.AddOut(t) }()
	for len(out) > 0 {
		n, err := p.batch.WriteBatch(out, 0)
		if errors.Is(err, net.ErrClosed) {
			return net.ErrClosed
		}
		if n <= 0 && err == nil {
			err = errShort
		}
		n = max(n, 0)
		for i := range n {
			t.Pass(len(out[i].Buffers[0]))
		}
		if out = out[n:]; err != nil && len(out) > 0 {
			t.Lost++
			out = out[1:]
		}
	}
	return nil
}

// errShort stands for a system call that sent nothing and did not say why.
var errShort = errors.New("udp: nothing sent")

// Carrier implements port.Port.
func (p *Port) Carrier() <-chan bool { return p.signal.Changes() }

// MTU implements port.Port.
func (p *Port) MTU() int { return port.DefaultMTU }

// Close implements port.Port.
func (p *Port) Close() error {
	if !p.signal.Close() {
		return nil
	}
	return p.conn.Close()
}
