//go:build linux && !386

package interop_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/ipc"
	"tandem/ipc/kernel"
	"tandem/ipc/sctp"
	"tandem/wire"
)

// peerEnv makes this test program the peer on the kernel's SCTP: its value is
// the peer's addresses, then ours.
const peerEnv = "TANDEM_KERNEL_SCTP_PEER"

func TestMain(m *testing.M) {
	if spec := os.Getenv(peerEnv); spec != "" {
		if err := runKernelPeer(spec); err != nil {
			fmt.Println("error", err)
		}
		return
	}
	code := m.Run()
	removePeer()
	os.Exit(code)
}

// kernelPeer speaks the lines of peer/peer.c over ipc/kernel. Sockets have a
// client and a server: with the higher address it listens, with the lower one
// it connects on command.
type kernelPeer struct {
	assoc   ipc.Association
	listens bool
	sending []batch
	sent    int
}

func runKernelPeer(spec string) error {
	local, remote, _ := strings.Cut(spec, " ")
	cfg := config(addresses(local), addresses(remote))
	cfg.LocalPort, cfg.RemotePort = theirPort, ourPort
	cfg.Random = rand.NewChaCha8([32]byte{})
	woken := make(chan struct{}, 1)
	assoc, err := kernel.Open(func() {
		select {
		case woken <- struct{}{}:
		default:
		}
	})(cfg)
	if err != nil {
		return err
	}
	p := &kernelPeer{assoc: assoc, listens: cfg.Local[0] > cfg.Remote[0]}
	if p.listens {
		p.assoc.Connect(0)
	}
	commands := make(chan string)
	go func() {
		defer close(commands)
		for scan := bufio.NewScanner(os.Stdin); scan.Scan(); {
			commands <- scan.Text()
		}
	}()
	fmt.Println("ready")
	room := time.NewTicker(time.Millisecond) // the kernel does not tell when it takes more
	for start := time.Now(); ; p.drain(clock.Time(time.Since(start))) {
		select {
		case line, ok := <-commands:
			if !ok {
				return nil
			}
			p.command(line)
		case <-woken:
		case <-room.C:
		}
	}
}

// addresses reads what join wrote.
func addresses(text string) (list []wire.Addr) {
	for _, word := range strings.Split(text, ",") {
		list = append(list, wire.MustAddr(word))
	}
	return list
}

func (p *kernelPeer) command(line string) {
	var b batch
	var order rune
	switch n, _ := fmt.Sscanf(line, "send %d %c %d %d", &b.stream, &order, &b.length, &b.count); {
	case n == 4:
		if order == 'u' {
			b.order = sctp.Unordered
		}
		p.sending = append(p.sending, b)
	case line == "connect":
		p.assoc.Connect(0)
	case line == "shutdown":
		p.assoc.Shutdown(0)
	case line == "abort":
		p.assoc.Abort(0)
	default:
		fmt.Println("error command", line)
	}
}

// drain sends what there is room for and tells what happened.
func (p *kernelPeer) drain(now clock.Time) {
	p.assoc.Wake(now)
	p.assoc.Events(func(ev sctp.Event) {
		switch ev.Kind {
		case sctp.Up:
			fmt.Println("up")
		case sctp.Restarted:
			fmt.Println("restarted")
		case sctp.PathUp:
			fmt.Printf("path %v up\n", ev.Path)
		case sctp.PathDown:
			fmt.Printf("path %v down\n", ev.Path)
		case sctp.Down:
			p.down(ev.Why)
		}
	})
	p.assoc.Receive(func(stream uint16, msg []byte) { fmt.Printf("message %d %d %08x\n", stream, len(msg), sum(msg)) })
	for len(p.sending) > 0 && p.assoc.Writable() >= p.sending[0].length {
		b := p.sending[0]
		if err := p.assoc.Send(uint16(b.stream), b.order, body(p.sent, b.length)); err != nil {
			fmt.Println("error", err)
			return
		}
		if p.sent++; p.sent == b.count {
			fmt.Println("sent", b.count)
			p.sending, p.sent = p.sending[1:], 0
		}
	}
}

func (p *kernelPeer) down(why sctp.Why) {
	if why == sctp.ShutdownDone {
		fmt.Println("ended")
	} else {
		fmt.Println("lost")
	}
	p.sending, p.sent = nil, 0
	if p.listens {
		p.assoc.Connect(0)
	}
}

// meetKernel starts the peer and our side, which has the addresses of local.
func meetKernel(t *testing.T, local []wire.Addr) *station {
	t.Helper()
	if err := kernel.Available(); err != nil {
		t.Skip(err)
	}
	lans := len(local)
	m := newTunnels(t, lans)
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), peerEnv+"="+join(theirs[:lans])+" "+join(local))
	s := newStation(t, config(local, theirs[:lans]), m, startPeer(t, cmd))
	s.single = true
	return s
}

// kernelSides are the two: it listens to a lower address, and connects to a
// higher one.
var kernelSides = []struct {
	name  string
	local []wire.Addr
	begin func(s *station)
}{
	{"we connect", ours, (*station).reach},
	{"the kernel does", higher, func(s *station) {
		s.peer.command("connect")
		s.until("association", s.established)
	}},
}

// reach connects until the peer's socket is there to answer; before, the
// kernel aborts the attempt.
func (s *station) reach() {
	s.until("association", func() bool {
		s.e.Connect(s.now()) // unless that is under way
		return s.established()
	})
	s.events = []string{"up"}
}

func eachKernel(t *testing.T, test func(t *testing.T, meet func(t *testing.T) *station, begin func(s *station))) {
	for _, side := range kernelSides {
		for lans := 1; lans <= 2; lans++ {
			t.Run(fmt.Sprintf("%s, %d LANs", side.name, lans), func(t *testing.T) {
				test(t, func(t *testing.T) *station { return meetKernel(t, side.local[:lans]) }, side.begin)
			})
		}
	}
}

func TestKernelAssociationsStartAndEnd(t *testing.T) {
	eachKernel(t, func(t *testing.T, meet func(t *testing.T) *station, begin func(s *station)) {
		s := meet(t)
		for _, end := range ends {
			begin(s)
			s.ours(batch{0, 3000, 3, sctp.Ordered})
			s.theirs(batch{0, 3000, 3, sctp.Ordered})
			end.do(s)
			s.until("end when "+end.name, func() bool {
				return s.e.State() == sctp.Closed && (s.peer.told("ended") || s.peer.told("lost"))
			})
			require.Truef(t, slices.ContainsFunc(s.events, func(ev string) bool { return strings.HasPrefix(ev, end.event) }), "%s: %v", end.name, s.events)
			s.events, s.peer.said = nil, nil
		}
		s.understood()
	})
}

func TestKernelCarriesMessages(t *testing.T) {
	for _, loss := range []float64{0, 0.05} {
		t.Run(fmt.Sprint("loss ", loss), func(t *testing.T) {
			eachKernel(t, func(t *testing.T, meet func(t *testing.T) *station, begin func(s *station)) {
				s := meet(t)
				begin(s)
				s.loss = loss
				s.exchange()
				s.understood()
			})
		})
	}
}

func TestKernelSeesOurRestart(t *testing.T) {
	for lans := 1; lans <= 2; lans++ {
		t.Run(fmt.Sprintf("%d LANs", lans), func(t *testing.T) {
			s := meetKernel(t, ours[:lans])
			s.reach()
			s.ours(batch{0, 3000, 3, sctp.Ordered})
			s.power(10)
			s.peer.said = nil
			s.e.Connect(s.now())
			s.until("restart", func() bool { return s.e.State() == sctp.Established && s.peer.told("restarted") })
			s.exchange()
		})
	}
}

func TestKernelFailsOverBetweenPaths(t *testing.T) {
	s := meetKernel(t, ours)
	s.reach()
	s.failOver(func() bool { // the path of the handshake needs no confirmation
		return s.peer.told("path "+ours[0].String()+" up") || s.peer.told("path "+ours[1].String()+" up")
	})
}
