package appliance_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/ipc/sctp"
	"tandem/lab"
	"tandem/wire"
)

// transit is a router between the two of the pair, and what it takes of long
// packets.
const transit = `hostname Transit
interface GigabitEthernet0/0
 ip address 192.168.1.254 255.255.255.0
 no shutdown
interface GigabitEthernet0/1
 ip address 192.168.2.254 255.255.255.0
 ip mtu 1000
 no shutdown
end
`

const transitLab = `name: transit
routers:
  RouterA:
    chassis: c3845
    modules: {1: NM-2FE2W-V2}
    config: RouterA.cfg
    ports: {GigabitEthernet0/0: inside, GigabitEthernet0/1: outside, FastEthernet1/0: near}
  RouterB:
    chassis: c3845
    modules: {1: NM-2FE2W-V2}
    config: RouterB.cfg
    ports: {GigabitEthernet0/0: inside, GigabitEthernet0/1: outside, FastEthernet1/1: far}
  Transit:
    chassis: c3845
    config: Transit.cfg
    ports: {GigabitEthernet0/0: near, GigabitEthernet0/1: far}
segments: {inside: {}, outside: {}, near: {}, far: {}}
hosts:
  pc: {port: inside, address: 10.0.0.100/24, gateway: 10.0.0.3}
  server: {port: outside, address: 211.0.0.100/24, gateway: 211.0.0.3, serve: [tcp/7, udp/7]}
`

// newTransit is the two-path lab with one path, that leads through a third
// router; edit changes its configuration.
func newTransit(t *testing.T, edit func(config string) string) *pair {
	t.Helper()
	folder := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	for name, change := range map[string]*strings.Replacer{
		"RouterA.cfg": strings.NewReplacer("-ip 192.168.1.1 192.168.2.1", "-ip 192.168.1.1", "-ip 192.168.1.2 192.168.2.2", "-ip 192.168.2.2",
			"line con 0", "ip route 192.168.2.0 255.255.255.0 192.168.1.254\nline con 0", " ip address 192.168.2.1 255.255.255.0", " shutdown"),
		"RouterB.cfg": strings.NewReplacer("-ip 192.168.1.2 192.168.2.2", "-ip 192.168.2.2", "-ip 192.168.1.1 192.168.2.1", "-ip 192.168.1.1",
			"line con 0", "ip route 192.168.1.0 255.255.255.0 192.168.2.254\nline con 0", " ip address 192.168.1.2 255.255.255.0", " shutdown"),
	} {
		text, err := os.ReadFile(filepath.Join(twoPath, name))
		require.NoError(t, err)
		write(name, change.Replace(string(text)))
	}
	write("Transit.cfg", edit(transit))
	write("lab.yaml", transitLab)
	p, err := startLab(folder, lab.Options{Seed: 1})
	require.NoError(t, err)
	p.t = t
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	active, _ := p.settle(time.Minute)
	require.Equal(t, "RouterA", active)
	return p
}

// burst opens so many flows at once that their records fill long packets, and
// waits until the standby has them.
func (p *pair) burst() {
	p.t.Helper()
	for range 200 {
		p.host("pc", "connect udp 211.0.0.100 7 rate 1")
	}
	require.NoError(p.t, p.Advance(3*time.Second))
	require.True(p.t, p.copied("RouterB"), p.portrait())
	require.Equal(p.t, sctp.Established, p.association("RouterA").State)
}

// A router on the way refuses long packets with DF: its ICMP error comes back
// through RouterA's forwarding, and what was refused is sent again in pieces
// that fit (RFC 9260 section 7.3).
func TestTheAssociationLearnsThePathMTU(t *testing.T) {
	p := newTransit(t, func(config string) string { return config })
	p.burst()
	s := p.association("RouterA")
	require.Equal(t, 1000, s.Paths[0].MTU)
	require.Equal(t, uint64(1), s.Statistics.MTULowered)
	require.Zero(t, s.Statistics.T3Expired)
	require.Zero(t, s.Faults.FalseICMP)
	through := p.router("Transit").Plane().Traffic()
	require.Positive(t, through.CannotFragment)
	require.Positive(t, through.ICMPOut[wire.ICMPUnreachable])
	refused := through.CannotFragment
	p.burst()
	require.Equal(t, refused, p.router("Transit").Plane().Traffic().CannotFragment, "nothing too long is sent any more")
}

// Where the router on the way says nothing, packets go without DF after two
// expiries, and it cuts them up.
func TestTheAssociationSurvivesAPathThatTellsNothing(t *testing.T) {
	p := newTransit(t, func(config string) string {
		return strings.ReplaceAll(config, " no shutdown", " no ip unreachables\n no shutdown")
	})
	p.burst()
	s := p.association("RouterA")
	require.Equal(t, 1500, s.Paths[0].MTU)
	require.Equal(t, uint64(2), s.Statistics.T3Expired)
	through := p.router("Transit").Plane().Traffic()
	require.Positive(t, through.Fragmented)
	require.Zero(t, through.ICMPOut[wire.ICMPUnreachable])
}

// The own interface may be the narrowest of the way.
func TestTheAssociationKeepsToItsOwnInterface(t *testing.T) {
	p := newTransit(t, func(config string) string { return strings.ReplaceAll(config, " ip mtu 1000\n", "") })
	p.configure("RouterA", "interface FastEthernet1/0", "ip mtu 800")
	p.burst()
	s := p.association("RouterA")
	require.Equal(t, 800, s.Paths[0].MTU)
	require.Zero(t, s.Statistics.T3Expired)
}
