package lab_test

import (
	"bytes"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab"
	"tandem/lab/host"
)

func live(t *testing.T, text string, o lab.Options) *lab.Live {
	t.Helper()
	top, err := lab.Parse("bridged/lab.yaml", []byte(text), nil)
	require.NoError(t, err)
	if o.Capture == nil {
		o.Capture = new(files).create
	}
	if o.Boot == nil {
		o.Boot = bootBridge
	}
	l, err := lab.NewLive(top, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Stop()) })
	return l
}

// console is a shell on a live host whose output can be waited for.
type console struct {
	t    *testing.T
	lab  *lab.Live
	name string
	s    *host.Shell
	mu   sync.Mutex
	text strings.Builder
	news chan struct{}
}

func open(t *testing.T, l *lab.Live, name string) *console {
	c := &console{t: t, lab: l, name: name, news: make(chan struct{}, 1)}
	require.NoError(t, l.DoHost(name, func(_ clock.Time, h *host.Host) {
		c.s = h.NewShell(func(text string) {
			c.mu.Lock()
			c.text.WriteString(text)
			c.mu.Unlock()
			select {
			case c.news <- struct{}{}:
			default:
			}
		})
	}))
	return c
}

func (c *console) exec(line string) {
	require.NoError(c.t, c.lab.DoHost(c.name, func(now clock.Time, _ *host.Host) { c.s.Exec(now, line) }))
}

// until waits for text in the output, and forgets the output up to it.
func (c *console) until(want string) {
	c.t.Helper()
	limit := time.After(20 * time.Second)
	for {
		c.mu.Lock()
		all := c.text.String()
		if _, rest, found := strings.Cut(all, want); found {
			c.text.Reset()
			c.text.WriteString(rest)
			c.mu.Unlock()
			return
		}
		c.mu.Unlock()
		select {
		case <-c.news:
		case <-limit:
			c.t.Fatalf("%q did not come; there is %q", want, all)
		}
	}
}

// received waits until a flow has so many records back.
func (c *console) received(number int, atLeast uint64) host.Flow {
	c.t.Helper()
	limit := time.After(20 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		var f host.Flow
		require.NoError(c.t, c.lab.DoHost(c.name, func(_ clock.Time, h *host.Host) { f = *h.Flows()[number-1] }))
		if f.Tally.Received >= atLeast {
			return f
		}
		select {
		case <-tick.C:
		case <-limit:
			c.t.Fatalf("flow %d has %d records back, not %d", number, f.Tally.Received, atLeast)
		}
	}
}

func TestLiveFlowsSurviveCutAndJoin(t *testing.T) {
	l := live(t, bridgeLab, lab.Options{})
	pc := open(t, l, "pc")
	pc.exec("ping 10.0.0.2 count 1")
	pc.until("1 sent, 1 received")
	pc.exec("connect tcp 10.0.0.2 7 rate 200")
	pc.until("established after")
	pc.exec("connect udp 10.0.0.2 7 rate 200")
	pc.until("answers")
	before := pc.received(1, 20)
	require.NoError(t, l.Cut("R1:GigabitEthernet0/1"))
	require.NoError(t, l.Join("R1:GigabitEthernet0/1"))
	pc.received(1, before.Tally.Received+50)
	pc.received(2, 50)
	pc.exec("stop 1")
	pc.until("closed")
	f := pc.received(1, 50)
	require.Equal(t, host.ClosedFlow, f.State)
	require.Equal(t, f.Tally.Sent, f.Tally.Received)
	require.Zero(t, f.Tally.Damaged)
	pc.exec("connect tcp 10.0.0.2 80")
	pc.until("refused")
	pc.exec("show arp")
	pc.until("0200.0000.0002")
}

func TestLivePowerAndReload(t *testing.T) {
	births := make(chan lab.Birth, 10)
	changes := make(chan string, 10)
	l := live(t, bridgeLab, lab.Options{
		Boot: func(_ string, _ lab.RouterSpec, b lab.Birth) (lab.Device, error) {
			births <- b
			return newBridge(b), nil
		},
		Changed: func(_ clock.Time, name string, d lab.Device) {
			if d == nil {
				name += " off"
			}
			changes <- name
		},
	})
	require.Equal(t, lab.PowerOn, (<-births).Cause)
	require.Equal(t, "R1", <-changes)
	require.NoError(t, l.Power("R1", lab.Off))
	require.Equal(t, "R1 off", <-changes)
	require.NoError(t, l.Do("R1", func(_ clock.Time, d lab.Device) {
		if d != nil {
			t.Error("a router without power has a device")
		}
	}))
	require.NoError(t, l.Power("R1", lab.On))
	require.Equal(t, lab.PowerOn, (<-births).Cause)
	require.NoError(t, l.Post("R1", func(_ clock.Time, d lab.Device) { d.(*bridge).reload = true }))
	require.Equal(t, lab.Reloaded, (<-births).Cause)
	pc := open(t, l, "pc")
	pc.exec("ping 10.0.0.2 count 1")
	pc.until("1 received")
	require.ErrorIs(t, l.Power("pc", lab.Off), lab.ErrNoPower)
}

func TestStopIsFinal(t *testing.T) {
	l := live(t, bridgeLab, lab.Options{})
	require.NoError(t, l.Stop())
	require.NoError(t, l.Stop())
	require.ErrorIs(t, l.Do("R1", func(clock.Time, lab.Device) {}), lab.ErrStopped)
	require.ErrorIs(t, l.Power("R1", lab.Cycle), lab.ErrStopped)
}

// pipe is a cable of which the test holds the other end.
type pipe struct {
	in, out chan []byte
	once    sync.Once
	closed  chan struct{}
	carrier chan bool
}

func newPipe() *pipe {
	p := &pipe{
		in: make(chan []byte, 100), out: make(chan []byte, 100), closed: make(chan struct{}),
		carrier: make(chan bool, 1),
	}
	p.carrier <- true
	return p
}

func (p *pipe) Carrier() <-chan bool { return p.carrier }

func (p *pipe) Read(bufs [][]byte, sizes []int) (int, error) {
	select {
	case f := <-p.in:
		sizes[0] = copy(bufs[0], f)
		return 1, nil
	case <-p.closed:
		return 0, net.ErrClosed
	}
}

func (p *pipe) Write(frames [][]byte) (int, error) {
	for i, f := range frames {
		select {
		case p.out <- append([]byte(nil), f...):
		default:
			return i, errors.New("full")
		}
	}
	return len(frames), nil
}

func (p *pipe) Close() error {
	p.once.Do(func() {
		close(p.closed)
		close(p.carrier)
	})
	return nil
}

func TestACableLeadsOutOfALiveLab(t *testing.T) {
	text := `
segments: {wan: {udp: "127.0.0.1:10001->127.0.0.1:10002"}}
hosts: {pc: {port: wan, address: 10.0.0.1/24}}
`
	p := newPipe()
	var asked string
	l := live(t, text, lab.Options{Cable: func(u string) (lab.Cable, error) {
		asked = u
		return p, nil
	}})
	require.Equal(t, "udp:127.0.0.1:10001->127.0.0.1:10002", asked)
	pc := open(t, l, "pc")
	pc.exec("ping 10.0.0.2 count 1")
	request := <-p.out
	require.Equal(t, byte(1), request[21], "an ARP request comes out")
	reply := append([]byte(nil), request...)
	copy(reply[0:6], request[6:12])
	reply[21] = 2
	copy(reply[22:28], []byte{2, 9, 9, 9, 9, 9})
	copy(reply[28:32], []byte{10, 0, 0, 2})
	copy(reply[32:38], request[6:12])
	copy(reply[38:42], []byte{10, 0, 0, 1})
	p.in <- reply
	echo := <-p.out
	require.Equal(t, []byte{2, 9, 9, 9, 9, 9}, echo[:6], "the echo request follows the answer")
}

// What the far side of a cable loses, the router at this end loses too: a TAP
// device that is set down is a pulled cable.
func TestCarrierComesThroughACable(t *testing.T) {
	text := `
routers: {R1: {ports: {GigabitEthernet0/0: wan}}}
segments: {wan: {tap: tap0}}
`
	p := newPipe()
	carriers := make(chan bool, 10)
	live(t, text, lab.Options{
		Cable: func(string) (lab.Cable, error) { return p, nil },
		Boot: func(_ string, _ lab.RouterSpec, b lab.Birth) (lab.Device, error) {
			return &listener{newBridge(b), carriers}, nil
		},
	})
	require.True(t, <-carriers)
	for range 3 {
		p.carrier <- false
		require.False(t, <-carriers)
		p.carrier <- true
		require.True(t, <-carriers)
	}
}

// listener passes on what it is told of its carrier.
type listener struct {
	*bridge
	carriers chan<- bool
}

func (l *listener) Carrier(_ clock.Time, _ int, up bool) { l.carriers <- up }

// A router that reloads still forwards what reached it before its last frames
// left: whoever follows it could not know yet.
func TestFramesBeforeAReloadAreForwarded(t *testing.T) {
	text := `
routers: {R1: {ports: {GigabitEthernet0/0: inside, GigabitEthernet0/1: outside}}}
segments: {inside: {tap: tin}, outside: {tap: tout}}
`
	ends := map[string]*pipe{"tap:tin": newPipe(), "tap:tout": newPipe()}
	l := live(t, text, lab.Options{
		Cable: func(spec string) (lab.Cable, error) { return ends[spec], nil },
		Boot: func(_ string, _ lab.RouterSpec, b lab.Birth) (lab.Device, error) {
			if b.Cause == lab.Reloaded {
				return &booting{newBridge(b)}, nil
			}
			return newBridge(b), nil
		},
	})
	const frames = 64
	frame := append(bytes.Repeat([]byte{0xff}, 6), bytes.Repeat([]byte{2}, 54)...) // a broadcast
	require.NoError(t, l.Do("R1", func(_ clock.Time, d lab.Device) {
		for range frames { // they wait: R1 is busy here
			ends["tap:tin"].in <- frame
		}
		for sent := uint64(0); sent < frames; {
			counts, err := l.Counts("inside")
			if err != nil {
				t.Error(err)
				return
			}
			sent = counts.Sent
		}
		d.(*bridge).reload = true
	}))
	for range frames {
		require.Equal(t, frame, <-ends["tap:tout"].out)
	}
}

// Whoever posts a thousand things at once does not keep frames waiting until
// the last of them is done.
func TestFramesComeBetweenWhatIsPosted(t *testing.T) {
	text := `
routers: {R1: {ports: {GigabitEthernet0/0: inside}}}
segments: {inside: {tap: tin}}
`
	p := newPipe()
	l := live(t, text, lab.Options{
		Cable: func(string) (lab.Cable, error) { return p, nil },
		Boot: func(_ string, _ lab.RouterSpec, b lab.Birth) (lab.Device, error) {
			return &counting{bridge: newBridge(b)}, nil
		},
	})
	frame := append(bytes.Repeat([]byte{0xff}, 6), bytes.Repeat([]byte{2}, 54)...)
	const posted = 1000
	ran, before := 0, -1 // of the posted, before the frame
	require.NoError(t, l.Do("R1", func(clock.Time, lab.Device) {
		for range posted {
			err := l.Post("R1", func(_ clock.Time, d lab.Device) {
				if ran++; before < 0 && d.(*counting).inputs > 0 {
					before = ran
				}
			})
			if err != nil {
				t.Error(err)
				return
			}
		}
		p.in <- frame
		for sent := uint64(0); sent < 1; {
			counts, err := l.Counts("inside")
			if err != nil {
				t.Error(err)
				return
			}
			sent = counts.Sent
		}
	}))
	require.NoError(t, l.Do("R1", func(clock.Time, lab.Device) {}))
	require.Equal(t, posted, ran)
	require.Positive(t, before)
	require.Less(t, before, posted/10)
}

// counting counts the batches of frames that came.
type counting struct {
	*bridge
	inputs int
}

func (c *counting) Input(now clock.Time, port int, frames [][]byte) {
	c.inputs++
	c.bridge.Input(now, port, frames)
}

// booting forwards nothing yet.
type booting struct{ *bridge }

func (*booting) Input(clock.Time, int, [][]byte) {}
