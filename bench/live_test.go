package bench_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/router"
	"tandem/wire"
)

const liveLab = `
name: replication
routers:
  R1: {config: "1", ports: {GigabitEthernet0/0: inside, GigabitEthernet0/1: outside}}
  R2: {config: "2", ports: {GigabitEthernet0/0: inside, GigabitEthernet0/1: outside}}
segments: {inside: {tap: inside}, outside: {tap: outside}}
`

// livePair is the pair of routerPair on the machine's clock: a goroutine each,
// joined by memory segments.
type livePair struct {
	*lab.Live
	b   *testing.B
	hot chan clock.Time // R2 became STANDBY HOT
}

func newLivePair(b *testing.B) *livePair {
	b.Helper()
	shelf, err := appliance.New("")
	require.NoError(b, err)
	quick := strings.ReplaceAll(pairConfig, "timers 1 5", "timers msec 200 1") // these seconds are real
	shelf.Open = func(path string) ([]byte, error) {
		n := int(path[len(path)-1] - '0')
		return fmt.Appendf(nil, quick, n, 3-n, 1+3*(n-1)), nil
	}
	topology, err := lab.Parse("lab.yaml", []byte(liveLab), appliance.Known)
	require.NoError(b, err)
	p := &livePair{b: b, hot: make(chan clock.Time, 1)}
	p.Live, err = lab.NewLive(topology, lab.Options{
		Boot: func(name string, spec lab.RouterSpec, birth lab.Birth) (lab.Device, error) {
			d, err := shelf.Boot(name, spec, birth)
			return &switched{Device: d}, err
		},
		Changed: p.watch,
		Cable:   func(string) (lab.Cable, error) { return newHosts(), nil },
	})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, p.Stop()) })
	<-p.hot
	for range 3 { // who has the hosts
		p.open(newFlows(), 0, 100)
	}
	return p
}

// switched is a router beside a switch: a segment repeats every frame to all,
// and what is for the hosts is not for the other router to sort out.
type switched struct {
	lab.Device
	others [][]byte
}

func (s *switched) Drain(emit func(port int, frames [][]byte)) {
	s.Device.Drain(func(port int, frames [][]byte) {
		s.others = s.others[:0]
		for _, f := range frames {
			if h := wire.Ethernet(f); h.Dst() != stationMAC || h.Type() == wire.EtherARP {
				s.others = append(s.others, f)
			}
		}
		emit(port, s.others)
	})
}

// watch waits on the console of R2 for what it says once it is in sync.
func (p *livePair) watch(now clock.Time, name string, d lab.Device) {
	if d == nil || name != "R2" {
		return
	}
	d.(*switched).Device.(*appliance.Device).OpenConsole(now, func(s router.Screen) {
		if s.Log && strings.Contains(s.Text, "Terminal state reached") {
			p.hot <- p.Now()
		}
	})
}

func (p *livePair) do(name string, f func(now clock.Time, r *router.Router)) {
	p.b.Helper()
	require.NoError(p.b, p.Do(name, func(now clock.Time, d lab.Device) { f(now, d.(*switched).Device.(*appliance.Device).Router) }))
}

// hosts are the hosts of a LAN: they answer address resolution, and take
// everything else. It is a lab.Cable.
type hosts struct {
	replies chan []byte
	carrier chan bool
	closed  chan struct{}
}

func newHosts() *hosts {
	h := &hosts{replies: make(chan []byte, 1024), carrier: make(chan bool, 1), closed: make(chan struct{})}
	h.carrier <- true
	return h
}

func (h *hosts) Carrier() <-chan bool { return h.carrier }

func (h *hosts) Write(frames [][]byte) (int, error) {
	for _, f := range frames {
		if reply := arpReply(f); reply != nil {
			select {
			case h.replies <- reply:
			default: // asked again
			}
		}
	}
	return len(frames), nil
}

func (h *hosts) Read(bufs [][]byte, sizes []int) (int, error) {
	select {
	case reply := <-h.replies:
		sizes[0] = copy(bufs[0], reply)
		return 1, nil
	case <-h.closed:
		return 0, net.ErrClosed
	}
}

func (h *hosts) Close() error {
	close(h.closed)
	close(h.carrier)
	return nil
}

// sliceSessions are the sessions that are begun at a time.
const sliceSessions = 512

// flows makes the frames of UDP sessions from one template a direction: those
// of a slice at a time, in batches as a port gives them.
type flows struct {
	frames [2][sliceSessions / 64][][]byte
	sum    [2]uint32 // of the IP header without the client's address
}

func newFlows() *flows {
	var f flows
	for way := range f.frames {
		to, src, dst := wire.HSRPVirtualMAC(1, uint16(1+way)), wire.Addr(0), server
		if way == 1 {
			src, dst = dst, src
		}
		h := make([]byte, wire.EthernetLen)
		wire.Ethernet(h).Put(to, stationMAC, wire.EtherIPv4)
		template := append(h, datagram(src, dst, 7000, 7000)...)
		template[24], template[25], template[40], template[41] = 0, 0, 0, 0
		for i := wire.EthernetLen; i < wire.EthernetLen+wire.IPv4Len; i += 2 {
			f.sum[way] += uint32(binary.BigEndian.Uint16(template[i:]))
		}
		for i := range sliceSessions {
			batch := &f.frames[way][i/64]
			*batch = append(*batch, append([]byte(nil), template...))
		}
	}
	return &f
}

// of returns the frames of some sessions, 64 at most, in one direction. They
// are those of a batch of the slice.
func (f *flows) of(way, batch, n, count int) [][]byte {
	frames := f.frames[way][batch][:count]
	for i, frame := range frames {
		addr, port := client(n + i)
		ip, udp := frame[wire.EthernetLen:], frame[wire.EthernetLen+wire.IPv4Len:]
		binary.BigEndian.PutUint32(ip[12+4*way:], uint32(addr))
		binary.BigEndian.PutUint16(udp[2*way:], port)
		sum := f.sum[way] + uint32(addr>>16) + uint32(addr&0xffff)
		sum = sum>>16 + sum&0xffff
		binary.BigEndian.PutUint16(ip[10:], ^uint16(sum>>16+sum))
	}
	return frames
}

// post has R1 begin sessions from number n on, a slice at most, and get their
// answers.
func (p *livePair) post(f *flows, n, count int) {
	p.b.Helper()
	for at := 0; at < count; at += 64 {
		for way := range f.frames {
			frames := f.of(way, at/64, n+at, min(count-at, 64))
			require.NoError(p.b, p.Post("R1", func(now clock.Time, d lab.Device) {
				d.(*switched).Device.(*appliance.Device).Input(now, way, frames)
			}))
		}
	}
}

// open begins sessions from number n on and has them answered. It returns when
// all of it has gone through R1.
func (p *livePair) open(f *flows, n, count int) {
	p.b.Helper()
	for end := n + count; n < end; n += sliceSessions {
		p.post(f, n, min(end-n, sliceSessions))
		p.do("R1", func(clock.Time, *router.Router) {})
	}
}

// BenchmarkLiveBulkSync is the time until a standby that boots beside a router
// with a million sessions has them all, on the machine's clock.
func BenchmarkLiveBulkSync(b *testing.B) {
	p := newLivePair(b)
	require.NoError(b, p.Power("R2", lab.Off))
	p.open(newFlows(), 100, million-100)
	var took time.Duration
	b.ResetTimer()
	for b.Loop() {
		require.NoError(b, p.Power("R2", lab.On))
		<-p.hot
		p.do("R2", func(now clock.Time, r *router.Router) {
			var from, to clock.Time
			for _, e := range r.Redundancy().History() {
				switch s := e.String(); {
				case strings.HasPrefix(s, "*my state = STANDBY COLD-BULK"):
					from = e.At
				case strings.HasPrefix(s, "*my state = STANDBY HOT"):
					to = e.At
				}
			}
			took += to.Sub(from)
			if n := r.Redundancy().Statistics().StandbySessions; n < million {
				b.Errorf("%d sessions on the standby", n)
			}
		})
		require.NoError(b, p.Power("R2", lab.Off))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(took.Seconds()/float64(b.N), "s/million")
}

// BenchmarkLiveStreaming begins a million sessions at 500,000 a second, or as
// many as the machine takes, on the machine's clock. A slice of them is made
// while R1 has the one before.
func BenchmarkLiveStreaming(b *testing.B) {
	var worst, took time.Duration
	for b.Loop() {
		b.StopTimer()
		p := newLivePair(b)
		spare := make(chan *flows, 3)
		for range cap(spare) {
			spare <- newFlows()
		}
		b.StartTimer()
		lag := newLagMeter()
		start := p.Now()
		for n := 100; n < million; {
			if early := time.Duration(n-100)*time.Second/500_000 - p.Now().Sub(start); early > 0 {
				<-time.After(early)
			}
			due := 100 + int(p.Now().Sub(start).Seconds()*500_000)
			f, count := <-spare, min(due-n, million-n, sliceSessions)
			p.post(f, n, count)
			n += count
			require.NoError(b, p.Post("R1", func(_ clock.Time, d lab.Device) {
				lag.look(p.Now(), n, d.(*switched).Device.(*appliance.Device).Redundancy().Lag().AtRisk())
				spare <- f
			}))
		}
		p.do("R1", func(clock.Time, *router.Router) { took, worst = took+p.Now().Sub(start), max(worst, lag.worst) })
		b.StopTimer()
		require.NoError(b, p.Stop())
		b.StartTimer()
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(b.N)*million/took.Seconds()/1000, "k-sessions/s")
	b.ReportMetric(float64(worst.Microseconds())/1000, "lag-ms")
}

// lagMeter finds how old the oldest change is that the standby has not
// acknowledged.
type lagMeter struct {
	at    []clock.Time
	made  []int
	worst time.Duration
}

func newLagMeter() *lagMeter { return &lagMeter{} }

func (l *lagMeter) look(now clock.Time, made int, waiting uint64) {
	l.at, l.made = append(l.at, now), append(l.made, made)
	safe := made - int(min(waiting, math.MaxInt32))
	for len(l.made) > 1 && l.made[0] <= safe {
		l.at, l.made = l.at[1:], l.made[1:]
	}
	if l.made[0] > safe {
		l.worst = max(l.worst, now.Sub(l.at[0]))
	}
}
