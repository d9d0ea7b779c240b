//go:build linux

package interop_test

import (
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/ipc/sctp"
	"tandem/wire"
)

// join is the addresses as the peer program wants them.
func join(list []wire.Addr) string {
	var words []string
	for _, a := range list {
		words = append(words, a.String())
	}
	return strings.Join(words, ",")
}

// setting is a way to reach the peer: by packets without IP header, or over
// one or two LANs of IP.
type setting struct {
	name string
	lans int // 0: no IP
}

var settings = []setting{{"no IP", 0}, {"one path", 1}, {"two paths", 2}}

// meet starts the peer and our side.
func (s setting) meet(t *testing.T) *station {
	t.Helper()
	if testing.Short() && s.lans > 0 {
		t.Skip("short: only the link without IP")
	}
	program := usrsctpPeer(t)
	if s.lans == 0 {
		m := newPair(t)
		cmd := exec.Command(program, "conn", strconv.Itoa(theirPort), strconv.Itoa(ourPort))
		cmd.ExtraFiles = []*os.File{m.remote}
		return newStation(t, config(ours[:1], theirs[:1]), m, startPeer(t, cmd))
	}
	m := newTunnels(t, s.lans)
	cmd := exec.Command(program, "raw", strconv.Itoa(theirPort), strconv.Itoa(ourPort), join(theirs[:s.lans]), join(ours[:s.lans]))
	return newStation(t, config(ours[:s.lans], theirs[:s.lans]), m, startPeer(t, cmd))
}

// again starts another peer in the place of one that was killed.
func (s *station) again() {
	s.peer.kill()
	old := s.peer.cmd
	cmd := exec.Command(old.Path, old.Args[1:]...)
	cmd.ExtraFiles = old.ExtraFiles
	s.peer = startPeer(s.t, cmd)
}

func (s *station) established() bool { return s.e.State() == sctp.Established && s.peer.told("up") }

// exchange sends small, fragmented and long messages both ways.
func (s *station) exchange() {
	s.t.Helper()
	for _, b := range []batch{
		{0, 4, 1, sctp.Ordered},
		{1, 100, 200, sctp.Ordered},
		{2, 1400, 60, sctp.Unordered},
		{3, 1452, 20, sctp.Ordered},
		{3, 1453, 20, sctp.Ordered},
		{15, 20_000, 12, sctp.Ordered},
		{0, 50_000, 3, sctp.Unordered},
	} {
		s.ours(b)
		s.theirs(b)
	}
}

// starts are the ways an association begins.
var starts = map[string]func(s *station){
	"we connect":       func(s *station) { s.e.Connect(s.now()) },
	"the peer does":    (*station).answer,
	"both at one time": (*station).collide,
}

// answer has our side read the peer's INIT.
func (s *station) answer() {
	a := s.firstInit()
	s.e.Input(s.now(), a.src, a.dst, a.packet)
}

// collide has our INIT sent before the peer's is read.
func (s *station) collide() {
	a := s.firstInit()
	s.e.Connect(s.now())
	s.drain()
	s.e.Input(s.now(), a.src, a.dst, a.packet)
}

// firstInit has the peer connect and returns its INIT. The peer is asked until
// it starts: it may not be through with the last association.
func (s *station) firstInit() arrival {
	for range 50 {
		s.peer.command("connect")
		select {
		case a := <-s.medium.arrivals():
			if sctp.ChunkType(a.packet[sctp.HeaderLen]) == sctp.Init {
				return a
			}
		case <-time.After(100 * time.Millisecond):
		}
	}
	s.t.Fatal("the peer does not connect")
	return arrival{}
}

// ends are the ways it ends: what our side then says, and the peer's.
var ends = []struct {
	name, event, line string
	do                func(s *station)
}{
	{"we shut down", "down: shut down", "ended", func(s *station) { s.e.Shutdown(s.now()) }},
	{"the peer shuts down", "down: shut down", "ended", func(s *station) { s.peer.command("shutdown") }},
	{"we abort", "down: aborted", "lost", func(s *station) { s.e.Abort(s.now()) }},
	{"the peer aborts", "down: aborted by peer", "lost", func(s *station) { s.peer.command("abort") }},
}

func each(t *testing.T, list []setting, test func(t *testing.T, with setting)) {
	for _, with := range list {
		t.Run(with.name, func(t *testing.T) { test(t, with) })
	}
}

func TestUsrsctpAssociationsStartAndEnd(t *testing.T) {
	each(t, settings, func(t *testing.T, with setting) {
		for name, begin := range starts {
			t.Run(name, func(t *testing.T) {
				s := with.meet(t)
				for _, end := range ends {
					begin(s)
					s.until("association", s.established)
					s.ours(batch{0, 3000, 3, sctp.Ordered})
					s.theirs(batch{0, 3000, 3, sctp.Ordered})
					end.do(s)
					s.until("end when "+end.name, func() bool {
						return s.e.State() == sctp.Closed && s.peer.told(end.line)
					})
					require.Truef(t, slices.ContainsFunc(s.events, func(ev string) bool { return strings.HasPrefix(ev, end.event) }), "%s: %v", end.name, s.events)
					s.events, s.peer.said = nil, nil
				}
				s.understood()
			})
		}
	})
}

func TestUsrsctpCarriesMessages(t *testing.T) {
	each(t, settings, func(t *testing.T, with setting) {
		s := with.meet(t)
		s.e.Connect(s.now())
		s.until("association", s.established)
		s.exchange()
		s.understood()
	})
}

func TestUsrsctpCarriesMessagesOverALossyLink(t *testing.T) {
	for _, loss := range []float64{0.02, 0.1} {
		t.Run(strconv.FormatFloat(loss, 'g', -1, 64), func(t *testing.T) {
			each(t, settings, func(t *testing.T, with setting) {
				s := with.meet(t)
				s.loss = loss
				s.peer.command("connect")
				s.until("association", s.established)
				for _, b := range []batch{{1, 100, 300, sctp.Ordered}, {2, 1400, 200, sctp.Unordered}, {3, 20_000, 20, sctp.Ordered}} {
					s.ours(b)
					s.theirs(b)
				}
				require.NotZero(t, s.lost)
				s.e.Shutdown(s.now())
				s.until("shutdown", func() bool { return s.e.State() == sctp.Closed && (s.peer.told("ended") || s.peer.told("lost")) })
			})
		})
	}
}

func TestUsrsctpSeesOurRestart(t *testing.T) {
	each(t, settings, func(t *testing.T, with setting) {
		s := with.meet(t)
		s.e.Connect(s.now())
		s.until("association", s.established)
		s.ours(batch{0, 3000, 3, sctp.Ordered})
		for seed := range byte(3) {
			s.peer.said = nil
			s.power(10 + seed)
			s.e.Connect(s.now())
			s.until("restart", func() bool { return s.e.State() == sctp.Established && s.peer.told("restarted") })
			s.theirs(batch{0, 3000, 3, sctp.Ordered})
		}
		s.exchange()
	})
}

func TestWeSeeTheRestartOfUsrsctp(t *testing.T) {
	each(t, settings, func(t *testing.T, with setting) {
		s := with.meet(t)
		s.e.Connect(s.now())
		s.until("association", s.established)
		s.theirs(batch{0, 3000, 3, sctp.Ordered})
		s.run(50 * time.Millisecond) // whatever is on its way arrives
		s.again()
		s.answer()
		s.until("restart", func() bool { return s.happened("restarted") && s.peer.told("up") })
		s.exchange()
	})
}

func TestUsrsctpWaitsForOurWindow(t *testing.T) {
	s := settings[0].meet(t)
	s.e.Connect(s.now())
	s.until("association", s.established)
	s.deaf = true
	const count = 400
	s.peer.command("send 0 o 1000 %d", count)
	s.until("closed window", func() bool { return s.e.Status(s.now()).LocalWindow < 1500 })
	s.run(time.Second)
	require.Equal(t, sctp.Established, s.e.State())
	require.Empty(t, s.got)
	s.deaf = false
	s.until("all messages", func() bool { return len(s.got) == count })
}

func TestUsrsctpFailsOverBetweenPaths(t *testing.T) {
	s := setting{"two paths", 2}.meet(t)
	s.e.Connect(s.now())
	s.until("association", s.established)
	s.failOver(func() bool { return s.peer.told("path " + ours[1].String() + " confirmed") })
}

// failOver waits until both sides know both paths, then cuts the first LAN,
// joins it again, and cuts both.
func (s *station) failOver(confirmed func() bool) {
	first := theirs[0].String()
	s.until("both paths", func() bool {
		paths := s.e.Status(s.now()).Paths
		return paths[0].State == sctp.Active && paths[1].State == sctp.Active && confirmed()
	})
	s.ours(batch{0, 3000, 10, sctp.Ordered})

	s.cut[0] = true
	s.ours(batch{0, 3000, 10, sctp.Ordered})
	s.theirs(batch{1, 3000, 10, sctp.Ordered})
	s.until("both to notice", func() bool {
		return s.happened("path down "+first) && s.peer.told("path "+ours[0].String()+" down")
	})
	require.Equal(s.t, theirs[1], s.e.Status(s.now()).Effective)
	s.exchange()

	s.events, s.peer.said = nil, nil
	s.cut[0] = false
	s.until("the first path's return", func() bool {
		return s.happened("path up "+first) && s.peer.told("path "+ours[0].String()+" up")
	})
	require.Equal(s.t, theirs[0], s.e.Status(s.now()).Effective)
	s.exchange()

	s.cut = [2]bool{true, true}
	s.until("failure", func() bool { return s.happened("down: peer unreachable") && s.peer.told("lost") })
}
