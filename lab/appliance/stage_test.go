package appliance_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/router"
	"tandem/wire/hsrplayer"
)

// stage is two routers between an inside and an outside LAN in virtual time,
// with everything their consoles and the inside LAN said.
type stage struct {
	*lab.Virtual
	t       *testing.T
	logs    map[string][]string // messages on the console, by router
	boots   map[string]int
	capture *file
}

// file is a capture in memory.
type file struct{ bytes.Buffer }

func (*file) Close() error { return nil }

const stageLab = `
name: stage
routers:
  A: {config: A.cfg, ports: {GigabitEthernet0/0: inside, GigabitEthernet0/1: outside}}
  B: {config: B.cfg, ports: {GigabitEthernet0/0: inside, GigabitEthernet0/1: outside}}
segments:
  inside: {capture: inside.pcapng}
  outside: {}
hosts: # a segment of two ends would be one cable, which both routers lose at once
  pc: {port: inside, address: 10.0.0.100/24, gateway: 10.0.0.3}
  server: {port: outside, address: 211.0.0.100/24, gateway: 211.0.0.30, serve: [tcp/7]}
`

// newStage boots two routers with these startup configurations.
func newStage(t *testing.T, a, b string) *stage {
	t.Helper()
	s := &stage{t: t, logs: map[string][]string{}, boots: map[string]int{}, capture: &file{}}
	shelf, err := appliance.New("")
	require.NoError(t, err)
	shelf.Open = func(path string) ([]byte, error) {
		if strings.HasSuffix(path, "A.cfg") {
			return []byte(a), nil
		}
		return []byte(b), nil
	}
	topology, err := lab.Parse("lab.yaml", []byte(stageLab), appliance.Known)
	require.NoError(t, err)
	s.Virtual, err = lab.NewVirtual(topology, lab.Options{
		Boot: shelf.Boot, Seed: 1, Changed: s.watch,
		Capture: func(string, string) (io.WriteCloser, error) { return s.capture, nil },
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// watch reads the console of a router that came up.
func (s *stage) watch(now clock.Time, name string, d lab.Device) {
	if d == nil {
		return
	}
	s.boots[name]++
	d.(*appliance.Device).OpenConsole(now, func(screen router.Screen) {
		if screen.Log {
			s.logs[name] = append(s.logs[name], strings.TrimSpace(screen.Text))
		}
	})
}

// wait lets time pass.
func (s *stage) wait(d time.Duration) {
	s.t.Helper()
	require.NoError(s.t, s.Advance(d))
}

// enter types exec lines; the last one's output is returned. A line may reload
// the router: then there is none.
func (s *stage) enter(name string, lines ...string) string {
	s.t.Helper()
	var out strings.Builder
	for _, line := range append([]string{"enable"}, lines...) {
		out.Reset()
		boots := s.boots[name]
		done := func() bool { return true }
		require.NoError(s.t, s.Do(name, func(now clock.Time, d lab.Device) {
			done = appliance.Type(now, d, line, func(text string) { out.WriteString(text) })
		}))
		ok, err := s.RunUntil(func() bool { return done() || s.boots[name] > boots }, time.Minute)
		require.NoError(s.t, err)
		require.True(s.t, ok, "%s: %s does not end", name, line)
	}
	return out.String()
}

// configure types configuration lines.
func (s *stage) configure(name string, lines ...string) {
	s.t.Helper()
	s.enter(name, append(append([]string{"configure terminal"}, lines...), "end")...)
}

// count returns how many log messages of a router hold a text.
func (s *stage) count(name, text string) (n int) {
	for _, l := range s.logs[name] {
		if strings.Contains(l, text) {
			n++
		}
	}
	return n
}

// states is the state of each group on a router: "1 Active, 2 Init".
func (s *stage) states(name string) string {
	s.t.Helper()
	var out []string
	require.NoError(s.t, s.Do(name, func(now clock.Time, d lab.Device) {
		for _, g := range d.(*appliance.Device).Standby().Status(now) {
			out = append(out, fmt.Sprintf("%d %s", g.Group, g.State))
		}
	}))
	return strings.Join(out, ", ")
}

// rf is the RF state of a router and what it thinks of its peer.
func (s *stage) rf(name string) string {
	s.t.Helper()
	var out string
	require.NoError(s.t, s.Do(name, func(_ clock.Time, d lab.Device) {
		states := d.(*appliance.Device).Redundancy().States()
		out = fmt.Sprintf("%s, peer %s", states.My, states.Peer)
	}))
	return out
}

// frame is one frame of the inside LAN: HSRP or ARP.
type frame struct {
	at   time.Duration
	eth  *layers.Ethernet
	ip   *layers.IPv4    // nil in ARP
	hsrp *hsrplayer.HSRP // nil in ARP
	arp  *layers.ARP     // nil in HSRP
}

// frames decodes the HSRP and ARP of the capture from a moment on.
func (s *stage) frames(from time.Duration) []frame {
	s.t.Helper()
	hsrplayer.Register()
	r, err := pcapgo.NewNgReader(bytes.NewReader(s.captured()), pcapgo.DefaultNgReaderOptions)
	require.NoError(s.t, err)
	var out []frame
	for {
		data, info, err := r.ReadPacketData()
		if err == io.EOF {
			return out
		}
		require.NoError(s.t, err)
		f := frame{at: info.Timestamp.Sub(time.Date(2006, time.March, 1, 0, 0, 0, 0, time.UTC))}
		p := gopacket.NewPacket(data, layers.LayerTypeEthernet, gopacket.Default)
		f.eth, _ = p.Layer(layers.LayerTypeEthernet).(*layers.Ethernet)
		f.ip, _ = p.Layer(layers.LayerTypeIPv4).(*layers.IPv4)
		f.hsrp, _ = p.Layer(hsrplayer.LayerType).(*hsrplayer.HSRP)
		f.arp, _ = p.Layer(layers.LayerTypeARP).(*layers.ARP)
		if f.at >= from && (f.hsrp != nil || f.arp != nil) {
			out = append(out, f)
		}
	}
}

// captured returns the capture so far; it ends the lab, for the writer keeps
// the last frames until then.
func (s *stage) captured() []byte {
	s.t.Helper()
	require.NoError(s.t, s.Close())
	return s.capture.Bytes()
}

// plain is a router with one group a side and timers 1/5; x is its number.
func plain(x int, extra ...string) string {
	inside, outside := "", ""
	for _, l := range extra {
		if strings.HasPrefix(l, "outside ") {
			outside += " " + strings.TrimPrefix(l, "outside ") + "\n"
		} else {
			inside += " " + l + "\n"
		}
	}
	return fmt.Sprintf(`hostname R%[1]d
interface GigabitEthernet0/0
 ip address 10.0.0.%[1]d 255.255.255.0
 standby delay minimum 0 reload %[2]d
 standby 1 ip 10.0.0.3
 standby 1 timers 1 5
 standby 1 name HAin
%[3]sinterface GigabitEthernet0/1
 ip address 211.0.0.%[1]d 255.255.255.0
 standby delay minimum 0 reload %[2]d
 standby 2 ip 211.0.0.30
 standby 2 timers 1 5
%[4]s`, x, 1+6*(x-1), inside, outside)
}

// stateful is plain with a scheme, inspection and an association.
func stateful(x int, extra ...string) string {
	return `redundancy inter-device
 scheme standby HAin
ipc zone default
 association 1
  no shutdown
  protocol sctp
   local-port 5000
    local-ip 10.0.0.` + fmt.Sprint(x) + `
    retransmit-timeout 300 1000
   remote-port 5000
    remote-ip 10.0.0.` + fmt.Sprint(3-x) + `
ip inspect name guard tcp
` + plain(x, append([]string{"outside ip inspect guard out redundancy stateful HAin"}, extra...)...)
}
