package bench_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/modes"
	"tandem/nvram"
	"tandem/platform"
	"tandem/redundancy"
	"tandem/router"
	"tandem/wire"
)

// pairConfig is a stateful pair between an inside and an outside LAN; x is the
// number of the router. Nothing from outside gets in but by a session.
const pairConfig = `hostname R%[1]d
redundancy inter-device
 scheme standby HAin
ipc zone default
 association 1
  no shutdown
  protocol sctp
   local-port 5000
    local-ip 10.0.0.%[1]d
   remote-port 5000
    remote-ip 10.0.0.%[2]d
ip inspect max-incomplete high 20000000
ip inspect max-incomplete low 20000000
ip inspect one-minute high 20000000
ip inspect one-minute low 20000000
ip inspect tcp max-incomplete host 20000000 block-time 0
ip inspect name guard tcp
ip inspect name guard udp timeout 3600
interface GigabitEthernet0/0
 ip address 10.0.0.%[1]d 255.255.0.0
 standby delay minimum 0 reload %[3]d
 standby 1 ip 10.0.0.3
 standby 1 timers 1 5
 standby 1 name HAin
interface GigabitEthernet0/1
 ip address 211.0.0.%[1]d 255.255.255.0
 ip access-group fence in
 ip inspect guard out redundancy stateful HAin
 standby delay minimum 0 reload %[3]d
 standby 2 ip 211.0.0.3
 standby 2 timers 1 5
 standby 2 name HAout
ip access-list extended fence
 permit udp any host 224.0.0.2 eq 1985
 deny ip any any
`

// routerPair is two whole routers, their two LANs, and the hosts on them: all
// in one goroutine, so that the processor time of each router is known.
type routerPair struct {
	t     testing.TB
	now   clock.Time
	ends  [2]*end
	heard [2]func(frame []byte) // what the hosts of a LAN are told: inside, outside
	where [2]map[wire.MAC]int   // a switch on each LAN: behind which router an address is
}

// end is one router, what waits at its ports, and what it cost.
type end struct {
	*router.Router
	queue [2]mailbox
	off   bool
	spent time.Duration // processor time
}

// mailbox holds copies of frames, as the queue of a port does.
type mailbox struct {
	slab, spare []byte
	frames      [][]byte
}

func (m *mailbox) put(frame []byte) {
	if len(m.slab)+len(frame) > cap(m.slab) {
		m.slab = make([]byte, 0, 1<<20)
	}
	at := len(m.slab)
	m.slab = append(m.slab, frame...)
	m.frames = append(m.frames, m.slab[at:len(m.slab):len(m.slab)])
}

// take returns what waits, valid until the next call.
func (m *mailbox) take(into [][]byte) [][]byte {
	into = append(into[:0], m.frames...)
	m.frames = m.frames[:0]
	m.slab, m.spare = m.spare[:0], m.slab
	return into
}

// stationMAC is that of all hosts.
var stationMAC = wire.MAC{2, 0, 0, 0, 0, 9}

// newRouterPair boots two routers and lets them find their roles: the first is
// ACTIVE, the other STANDBY HOT.
func newRouterPair(t testing.TB) *routerPair {
	t.Helper()
	p := &routerPair{t: t, where: [2]map[wire.MAC]int{{}, {}}}
	for i := range p.ends {
		p.ends[i] = &end{off: true}
		p.power(i)
	}
	p.run(time.Minute)
	require.Equal(t, redundancy.Active, p.rf(0))
	require.Equal(t, redundancy.StandbyHot, p.rf(1))
	return p
}

func (p *routerPair) rf(i int) redundancy.State { return p.ends[i].Redundancy().States().My }

// power boots a router.
func (p *routerPair) power(i int) {
	p.t.Helper()
	grammar, err := modes.New()
	require.NoError(p.t, err)
	hardware, err := platform.New("c3845", nil, fmt.Sprint("R", i+1))
	require.NoError(p.t, err)
	p.ends[i].Router, err = router.New(p.now, router.Settings{
		Hardware: hardware, Store: nvram.NewMemory(1 << 20), Grammar: grammar,
		Startup: fmt.Appendf(nil, pairConfig, i+1, 2-i, 1+10*i),
		Ports:   []string{"GigabitEthernet0/0", "GigabitEthernet0/1"},
		Random:  rand.NewChaCha8([32]byte{byte(i)}), Cause: "power-on",
	})
	require.NoError(p.t, err)
	p.ends[i].off = false
	for port := range 2 {
		p.ends[i].Carrier(p.now, port, true)
	}
}

// run lets time pass, from timer to timer.
func (p *routerPair) run(d time.Duration) {
	p.until(d, func() bool { return false })
}

// until is run that ends early, once done says so.
func (p *routerPair) until(d time.Duration, done func() bool) {
	for end := p.now.Add(d); ; {
		for p.turn(0) || p.turn(1) {
			if done() {
				return
			}
		}
		next := end
		for _, e := range p.ends {
			if at, ok := e.nextWake(); ok && at < next {
				next = max(at, p.now)
			}
		}
		if p.now = next; p.now >= end {
			return
		}
	}
}

func (e *end) nextWake() (clock.Time, bool) {
	if e.off {
		return 0, false
	}
	return e.NextWake()
}

// exchange moves frames at this moment until there are none.
func (p *routerPair) exchange() {
	for p.turn(0) || p.turn(1) {
	}
}

// turn lets one router read what waits at its ports, and send.
func (p *routerPair) turn(i int) (busy bool) {
	e := p.ends[i]
	if e.off {
		return false
	}
	start := cpuTime()
	var batch [][]byte
	for port := range e.queue {
		batch = e.queue[port].take(batch)
		for rest := batch; len(rest) > 0; {
			n := min(64, len(rest))
			e.Input(p.now, port, rest[:n])
			e.Drain(func(port int, frames [][]byte) { p.carry(i, port, frames) })
			rest = rest[n:]
			busy = true
		}
	}
	e.Wake(p.now)
	e.Drain(func(port int, frames [][]byte) {
		busy = true
		p.carry(i, port, frames)
	})
	e.spent += cpuTime() - start
	return busy
}

// carry takes frames of a router to the other one and to the hosts.
func (p *routerPair) carry(from, port int, frames [][]byte) {
	for _, f := range frames {
		h := wire.Ethernet(f)
		p.where[port][h.Src()] = from
		switch to, known := p.where[port][h.Dst()]; {
		case h.Dst() == stationMAC:
			if p.heard[port] != nil {
				p.heard[port](f)
			}
		case !known || to != from:
			p.ends[1-from].receive(port, f)
		}
		p.answer(port, f)
	}
}

func (e *end) receive(port int, frame []byte) {
	if !e.off {
		e.queue[port].put(frame)
	}
}

// answer is the address resolution of the hosts of a LAN.
func (p *routerPair) answer(port int, frame []byte) {
	if reply := arpReply(frame); reply != nil {
		p.deliver(port, reply)
	}
}

// arpReply answers for all hosts: those whose addresses end in 100 or more. It
// returns nil for what is no question about one.
func arpReply(frame []byte) []byte {
	var q wire.ARP
	h := wire.Ethernet(frame)
	if h.Type() != wire.EtherARP || q.Decode(frame[wire.EthernetLen:]) != nil || q.Op != wire.ARPRequest || q.Target&0xff < 100 {
		return nil
	}
	reply := wire.ARP{Op: wire.ARPReply, SenderMAC: stationMAC, Sender: q.Target, TargetMAC: q.SenderMAC, Target: q.Sender}
	b := make([]byte, wire.EthernetLen, wire.EthernetLen+wire.ARPLen)
	wire.Ethernet(b).Put(q.SenderMAC, stationMAC, wire.EtherARP)
	return reply.Append(b)
}

// send puts an IP packet of a host on a LAN.
func (p *routerPair) send(port int, to wire.MAC, packet []byte) {
	frame := make([]byte, wire.EthernetLen, wire.EthernetLen+len(packet))
	wire.Ethernet(frame).Put(to, stationMAC, wire.EtherIPv4)
	p.deliver(port, append(frame, packet...))
}

// deliver takes a frame of a host to where it goes.
func (p *routerPair) deliver(port int, frame []byte) {
	if i, known := p.where[port][wire.Ethernet(frame).Dst()]; known {
		p.ends[i].receive(port, frame)
		return
	}
	for _, e := range p.ends {
		e.receive(port, frame)
	}
}
