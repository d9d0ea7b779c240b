package appliance_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"tandem/ipc/sctp"
	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/lab/host"
	"tandem/lab/scenario"
	"tandem/redundancy"
	"tandem/wire"
)

// twoPath is the folder of the lab whose association has two cables of its own.
const twoPath = "../../examples/two-path"

func newTwoPath(t *testing.T, seed uint64) *pair {
	t.Helper()
	p, err := startLab(twoPath, lab.Options{Seed: seed})
	require.NoError(t, err)
	p.t = t
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	active, _ := p.settle(time.Minute)
	require.Equal(t, "RouterA", active)
	require.NoError(t, p.Advance(5*time.Second)) // both paths are confirmed
	return p
}

// association is how a router sees it.
func (p *pair) association(name string) sctp.Status {
	s, _ := p.router(name).IPC().Status(p.Now())
	return s
}

// copied reports whether a router has a session of every flow of the pc.
func (p *pair) copied(name string) bool {
	held := map[uint16]bool{}
	for _, s := range p.router(name).Firewall().HASessions(p.Now()) {
		held[s.InitPort] = true
	}
	for _, f := range p.flows("pc") {
		if f.State != host.Established || !held[f.Local] {
			return false
		}
	}
	return true
}

// undisturbed fails the test if a router gave up its role, or reloaded.
func (p *pair) undisturbed() {
	p.t.Helper()
	active, standby, ok := p.whole()
	require.True(p.t, ok && active == "RouterA" && standby == "RouterB", p.portrait())
	require.Equal(p.t, map[string]int{"RouterA": 1, "RouterB": 1}, p.boots)
}

func TestOnePathOfTwoIsEnough(t *testing.T) {
	for name, blow := range map[string]struct{ strike, mend func(p *pair) error }{
		"the cable is pulled": {
			func(p *pair) error { return p.Cut("first") }, func(p *pair) error { return p.Join("first") },
		},
		"frames vanish": {
			func(p *pair) error { return p.Impair("first", "loss", "100%") }, func(p *pair) error { return p.Impair("first", "none") },
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newTwoPath(t, 1)
			p.host("pc", "connect tcp 211.0.0.100 7 rate 10")
			require.NoError(t, p.Advance(3*time.Second))
			require.True(t, p.copied("RouterB"))

			require.NoError(t, blow.strike(p))
			p.host("pc", "connect tcp 211.0.0.100 7 rate 10")
			p.host("pc", "connect udp 211.0.0.100 7 rate 10")
			require.NoError(t, p.Advance(time.Second))
			require.True(t, p.copied("RouterB"), "replication goes on before the path is given up")
			require.NoError(t, p.Advance(30*time.Second))
			for _, router := range routers {
				s := p.association(router)
				require.Equal(t, sctp.Established, s.State)
				require.Equal(t, sctp.Inactive, s.Paths[0].State, router)
				require.Equal(t, s.Paths[1].Address, s.Effective)
			}
			p.host("pc", "connect tcp 211.0.0.100 7 rate 10")
			require.NoError(t, p.Advance(time.Second))
			require.True(t, p.copied("RouterB"))
			p.undisturbed()

			require.NoError(t, blow.mend(p))
			require.NoError(t, p.Advance(time.Minute)) // a heartbeat interval, and more
			for _, router := range routers {
				s := p.association(router)
				require.Equal(t, s.Paths[0].Address, s.Effective)
				require.Equal(t, uint64(1), p.router(router).IPC().Counters(p.Now()).Established)
			}
			p.undisturbed()
		})
	}
}

// A lost packet holds up its own records only: what is said after it is on the
// standby long before it is sent again.
func TestALostPacketHoldsUpNothing(t *testing.T) {
	p := newTwoPath(t, 1)
	sessions := func() (ports []uint16) {
		for _, s := range p.router("RouterB").Firewall().HASessions(p.Now()) {
			ports = append(ports, s.InitPort)
		}
		return ports
	}
	p.host("pc", "connect tcp 211.0.0.100 7 rate 10") // everybody knows the other's MAC address
	require.NoError(t, p.Advance(3*time.Second))
	before := sessions()
	require.Len(t, before, 1)
	require.NoError(t, p.Impair("first", "loss", "100%"))
	p.host("pc", "connect tcp 211.0.0.100 7 rate 10")
	require.NoError(t, p.Advance(20*time.Millisecond))
	require.NoError(t, p.Impair("first", "none"))
	p.host("pc", "connect tcp 211.0.0.100 7 rate 10")
	require.NoError(t, p.Advance(20*time.Millisecond))
	flows := p.flows("pc")
	require.Len(t, flows, 3)
	require.ElementsMatch(t, []uint16{before[0], flows[2].Local}, sessions())
	require.Equal(t, uint64(2), p.router("RouterA").Redundancy().Lag().AtRisk())
	require.NoError(t, p.Advance(time.Second))
	require.True(t, p.copied("RouterB"))
	require.Zero(t, p.router("RouterA").Redundancy().Lag().AtRisk())
}

// Nine expiries end the association, in turn on either path, with RTO from 300
// to 600 ms (reference ha 4.4): 300 on each, then 600 seven times.
const bothLost = 2*300*time.Millisecond + 7*600*time.Millisecond

func TestWithBothPathsLostTheAssociationFailsInTimeAndReturns(t *testing.T) {
	for seed := range uint64(5) {
		p := newTwoPath(t, seed)
		p.host("pc", "connect tcp 211.0.0.100 7 rate 10")
		require.NoError(t, p.Advance(3*time.Second))
		for _, segment := range []string{"first", "second"} {
			require.NoError(t, p.Impair(segment, "loss", "100%"))
		}
		p.host("pc", "connect tcp 211.0.0.100 7 rate 10")
		lost, err := p.RunUntil(func() bool { return p.association("RouterA").Outstanding > 0 }, 10*time.Second)
		require.NoError(t, err)
		require.True(t, lost)
		from := p.Now()
		down, err := p.RunUntil(func() bool { return !p.router("RouterA").IPC().Up() }, time.Minute)
		require.NoError(t, err)
		require.True(t, down)
		require.Equal(t, bothLost, p.Now().Sub(from), "seed %d", seed)

		require.NoError(t, p.Advance(30*time.Second))
		require.False(t, p.router("RouterB").IPC().Up())
		for i := range 2 {
			require.Equal(t, "Active", p.group("RouterA", i).String())
			require.Equal(t, "Standby", p.group("RouterB", i).String())
		}
		require.Equal(t, redundancy.Active, p.rf("RouterA"))
		p.host("pc", "connect udp 211.0.0.100 7 rate 10")
		require.NoError(t, p.Advance(time.Second))
		require.False(t, p.copied("RouterB"))

		for _, segment := range []string{"first", "second"} {
			require.NoError(t, p.Impair(segment, "none"))
		}
		p.settle(15 * time.Second)
		require.NoError(t, p.Advance(time.Second))
		require.True(t, p.copied("RouterB"), "what happened meanwhile is made good")
		p.undisturbed()
		for _, f := range p.flows("pc") {
			require.Zero(t, f.Tally.Lost(p.Now()))
		}
	}
}

// With both cables pulled the addresses themselves are gone; they and the
// association come back with the carrier.
func TestBothCablesPulled(t *testing.T) {
	p := newTwoPath(t, 1)
	require.NoError(t, p.Cut("first"))
	require.NoError(t, p.Cut("second"))
	require.NoError(t, p.Advance(time.Minute))
	for _, router := range routers {
		require.False(t, p.router(router).IPC().Up())
	}
	require.NoError(t, p.Join("second"))
	p.settle(15 * time.Second)
	require.Equal(t, wire.MustAddr("192.168.2.2"), p.association("RouterA").Effective)
	require.NoError(t, p.Join("first"))
	require.NoError(t, p.Advance(time.Minute))
	require.Equal(t, wire.MustAddr("192.168.1.2"), p.association("RouterA").Effective)
	p.undisturbed()
}

// The session in a README is a script: it runs, and what it says comes.
func TestReadmesTellTheTruth(t *testing.T) {
	block := regexp.MustCompile("(?s)```scenario\n(.*?)```")
	for _, folder := range []string{twoPath} {
		text, err := os.ReadFile(filepath.Join(folder, "README.md"))
		require.NoError(t, err)
		path, err := filepath.Abs(folder)
		require.NoError(t, err)
		scripts := t.TempDir()
		for _, m := range block.FindAllSubmatch(text, -1) {
			script := regexp.MustCompile(`(?m)^lab \.$`).ReplaceAll(m[1], []byte("lab "+path))
			require.NoError(t, os.WriteFile(filepath.Join(scripts, filepath.Base(folder)+".txtar"), script, 0o600))
		}
		shelf, err := appliance.New("")
		require.NoError(t, err)
		h := scenario.Harness{Boot: func() lab.Boot { return shelf.Empty().Boot }, Known: appliance.Known, Type: appliance.Type}
		testscript.Run(t, h.Params(scripts))
	}
}
