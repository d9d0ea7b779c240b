//go:build linux

package failover

import (
	"encoding/binary"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/port"
	"tandem/port/tap"
	"tandem/wire"
)

// crowd is a client inside and a server outside that hold more flows than the
// kernel's sockets could: they speak raw Ethernet on TAP devices of their own.
// A flow is a UDP datagram to the server and its echo.
type crowd struct {
	in, out    port.Counted
	inGateway  wire.MAC     // that the client's datagrams go to
	outGateway wire.MAC     // and the server's
	answered   []bool       // by flow
	count      atomic.Int64 // of answered
	echoes     chan uint32
}

var (
	crowdClient    = wire.MustAddr("10.0.0.200")
	crowdServer    = wire.MustAddr("211.0.0.200")
	crowdClientMAC = wire.MAC{2, 0, 0, 0, 1, 1}
	crowdServerMAC = wire.MAC{2, 0, 0, 0, 1, 2}
)

// The flows are numbered: a port of the client's for every so many of the
// server's.
const (
	portsPerClient = 50_000
	firstPort      = 10_000
	crowdWindow    = 512 // datagrams on their way at once
)

func newCrowd(t *testing.T, f *field, flows int) *crowd {
	t.Helper()
	c := &crowd{answered: make([]bool, flows), echoes: make(chan uint32, 2*crowdWindow)}
	require.NoError(t, f.home.Tap("crowd-in", insideLAN))
	require.NoError(t, f.home.Tap("crowd-out", outsideLAN))
	require.NoError(t, f.home.Do(func() (err error) {
		if c.in, err = tap.Open("crowd-in"); err != nil {
			return err
		}
		c.out, err = tap.Open("crowd-out")
		return err
	}))
	for _, p := range []port.Port{c.in, c.out} {
		for up := range p.Carrier() {
			if up {
				break
			}
		}
	}
	inFound, outFound := make(chan wire.MAC, 1), make(chan wire.MAC, 1)
	go c.serve(outFound)
	go c.listen(inFound)
	t.Cleanup(func() {
		c.in.Close()
		c.out.Close()
	})
	c.inGateway = resolve(t, c.in, crowdClientMAC, crowdClient, wire.MustAddr(insideVIP), inFound)
	c.outGateway = resolve(t, c.out, crowdServerMAC, crowdServer, wire.MustAddr(outsideVIP), outFound)
	return c
}

// resolve asks for a MAC until it is found.
func resolve(t *testing.T, p port.Port, mac wire.MAC, own, whose wire.Addr, found <-chan wire.MAC) wire.MAC {
	t.Helper()
	ask := wire.ARP{Op: wire.ARPRequest, SenderMAC: mac, Sender: own, Target: whose}
	for {
		_, err := p.Write([][]byte{arpFrame(wire.BroadcastMAC, ask)})
		require.NoError(t, err)
		select {
		case mac := <-found:
			return mac
		case <-time.After(time.Second): // lost: ask again
		}
	}
}

func arpFrame(to wire.MAC, m wire.ARP) []byte {
	b := make([]byte, wire.EthernetLen)
	wire.Ethernet(b).Put(to, m.SenderMAC, wire.EtherARP)
	return m.Append(b)
}

// datagram is that of one flow, from the client to the server.
func (c *crowd) datagram(flow int) []byte {
	b := make([]byte, wire.EthernetLen, 64)
	wire.Ethernet(b).Put(c.inGateway, crowdClientMAC, wire.EtherIPv4)
	return appendFlow(b, flow, crowdClient, crowdServer, uint16(firstPort+flow/portsPerClient), uint16(firstPort+flow%portsPerClient))
}

// answer is that of one flow, from the server to the client.
func (c *crowd) answer(flow int) []byte {
	b := make([]byte, wire.EthernetLen, 64)
	wire.Ethernet(b).Put(c.outGateway, crowdServerMAC, wire.EtherIPv4)
	return appendFlow(b, flow, crowdServer, crowdClient, uint16(firstPort+flow%portsPerClient), uint16(firstPort+flow/portsPerClient))
}

func appendFlow(b []byte, flow int, src, dst wire.Addr, srcPort, dstPort uint16) []byte {
	payload := binary.BigEndian.AppendUint32(nil, uint32(flow))
	b = wire.AppendIPv4(b, wire.IPv4Header{TTL: 64, Proto: wire.ProtoUDP, Src: src, Dst: dst}, wire.UDPLen+len(payload))
	return wire.AppendUDP(b, src, dst, srcPort, dstPort, payload)
}

// frames reads from a port until it is closed, answers ARP for one address and
// reports who answers for another.
func frames(p port.Port, own wire.Addr, mac wire.MAC, whose wire.Addr, found chan<- wire.MAC, each func(frame []byte)) {
	bufs, sizes := port.Batch()
	for {
		n, err := p.Read(bufs, sizes)
		if err != nil {
			return
		}
		for i := range n {
			frame := bufs[i][:sizes[i]]
			e := wire.Ethernet(frame)
			var m wire.ARP
			switch {
			case e.Type() == wire.EtherIPv4 && e.Dst() == mac && len(frame) >= 46:
				each(frame)
			case e.Type() != wire.EtherARP || m.Decode(e.Payload()) != nil:
			case m.Op == wire.ARPRequest && m.Target == own:
				_, _ = p.Write([][]byte{arpFrame(m.SenderMAC, wire.ARP{
					Op: wire.ARPReply, SenderMAC: mac, Sender: own, TargetMAC: m.SenderMAC, Target: m.Sender,
				})})
			case m.Sender == whose:
				select {
				case found <- m.SenderMAC:
				default:
				}
			}
		}
	}
}

// serve sends the datagrams back.
func (c *crowd) serve(found chan<- wire.MAC) {
	frames(c.out, crowdServer, crowdServerMAC, wire.MustAddr(outsideVIP), found, func(frame []byte) {
		_, _ = c.out.Write([][]byte{c.answer(int(binary.BigEndian.Uint32(frame[42:])))})
	})
}

// listen reports the echoes.
func (c *crowd) listen(found chan<- wire.MAC) {
	frames(c.in, crowdClient, crowdClientMAC, wire.MustAddr(insideVIP), found, func(frame []byte) {
		c.echoes <- binary.BigEndian.Uint32(frame[42:])
	})
}

// alive returns how many of so many flows, spread over all, let an answer in
// that nobody has just asked for: the firewall must remember them.
func (c *crowd) alive(t *testing.T, sample int) (n int) {
	t.Helper()
	for i := range sample {
		_, err := c.out.Write([][]byte{c.answer(i * (len(c.answered) / sample))})
		require.NoError(t, err)
		if i%64 == 63 || i == sample-1 {
			for n <= i && c.echo() {
				n++
			}
		}
	}
	return n
}

// forget makes the next open go through every flow again.
func (c *crowd) forget() {
	clear(c.answered)
	c.count.Store(0)
}

// open makes a session of every flow: it sends and counts echoes, with a bounded
// number on their way, until none is missing.
func (c *crowd) open(t *testing.T) {
	t.Helper()
	end := time.Now().Add(10 * patience)
	for int(c.count.Load()) < len(c.answered) {
		require.True(t, time.Now().Before(end), "%d of %d flows have answers", c.count.Load(), len(c.answered))
		away := 0
		var batch [][]byte
		flush := func() {
			_, err := c.in.Write(batch)
			require.NoError(t, err)
			away, batch = away+len(batch), batch[:0]
		}
		for flow := range c.answered {
			if c.answered[flow] {
				continue
			}
			if batch = append(batch, c.datagram(flow)); len(batch) < port.BatchSize {
				continue
			}
			flush()
			for away > crowdWindow-port.BatchSize && c.echo() {
				away--
			}
		}
		flush()
		for away > 0 && c.echo() {
			away--
		}
	}
}

// echo takes in one echo, and reports false when none comes for a while.
func (c *crowd) echo() bool {
	select {
	case flow := <-c.echoes:
		if int(flow) < len(c.answered) && !c.answered[flow] {
			c.answered[flow] = true
			c.count.Add(1)
		}
		return true
	case <-time.After(50 * time.Millisecond):
		return false
	}
}
