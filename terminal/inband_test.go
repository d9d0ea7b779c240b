package terminal_test

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/lab/host"
	"tandem/modes"
	"tandem/router"
	"tandem/terminal"
)

const inbandLab = `name: inband
routers: {R1: {config: R1.cfg, ports: {GigabitEthernet0/0: inside}}}
hosts: {pc: {port: inside, address: 10.0.0.100/24, gateway: 10.0.0.1}}
segments: {inside: {}}
`

// inband is a running lab with R1 as configured, and the way to its lines.
func inband(t *testing.T, text, config string) (*lab.Live, *terminal.Lines) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "R1.cfg"), []byte("hostname R1\n"+config+"end\n"), 0o600))
	topology, err := lab.Parse(filepath.Join(dir, "lab.yaml"), []byte(text), appliance.Known)
	require.NoError(t, err)
	shelf, err := appliance.New("")
	require.NoError(t, err)
	way := &appliance.Way{Name: "R1"}
	lines := terminal.NewLines(way)
	shelf.Accept = func(_ string, port uint16, conn net.Conn) { lines.Accept(port, conn) }
	live, err := lab.NewLive(topology, lab.Options{Boot: shelf.Boot, Seed: 1})
	require.NoError(t, err)
	way.Lead(live)
	t.Cleanup(func() {
		lines.Close()
		require.NoError(t, live.Stop())
		require.NoError(t, shelf.Close())
	})
	return live, lines
}

// lineOf is a line of R1 that somebody is on; otherwise nothing.
func lineOf(t *testing.T, live *lab.Live, number int) (on modes.TerminalLine) {
	require.NoError(t, live.Do("R1", func(now clock.Time, d lab.Device) {
		for _, l := range d.(*appliance.Device).TerminalLines(now) {
			if l.Number == number && l.Active {
				on = l
			}
		}
	}))
	return on
}

// A host of the lab reaches the router's lines through its interface.
func TestInbandTelnet(t *testing.T) {
	live, _ := inband(t, inbandLab, "interface GigabitEthernet0/0\n ip address 10.0.0.1 255.255.255.0\nline vty 0 4\n no login\n")
	var mu sync.Mutex
	var said strings.Builder
	host1 := func(line string) {
		require.NoError(t, live.DoHost("pc", func(now clock.Time, h *host.Host) {
			lab.NewSession(h, func(s router.Screen) {
				mu.Lock()
				defer mu.Unlock()
				said.WriteString(s.Text)
			}).Enter(now, line)
		}))
	}
	host1("connect tcp 10.0.0.1 23")
	require.Eventually(t, func() bool { return lineOf(t, live, 322).Location == "10.0.0.100" }, patience, 10*time.Millisecond)
	host1("connect tcp 10.0.0.1 22")
	require.Eventually(t, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return strings.Contains(said.String(), "refused")
	}, patience, 10*time.Millisecond, "no key, no SSH")
}

// Reverse telnet to the console of a service module: the incoming banner, then
// whatever that console says, which is nothing. Others find the line taken.
func TestReverseTelnet(t *testing.T) {
	live, lines := inband(t, strings.Replace(inbandLab, "config: R1.cfg", "config: R1.cfg, modules: {2: NME-16ES-1G-P}", 1),
		"banner incoming #the module's console, line $(line)#\ninterface GigabitEthernet0/0\n ip address 10.0.0.1 255.255.255.0\n"+
			"line 130\n no exec\n transport input all\n")
	call := func(port uint16) net.Conn {
		near, far := net.Pipe()
		go lines.Accept(port, near)
		require.NoError(t, far.SetDeadline(time.Now().Add(patience)))
		return far
	}
	gone := func() bool { return !lineOf(t, live, 130).Active }
	c := call(2130)
	expect(t, c, "the module's console, line 130\r\n")
	send(t, c, "show users\r")
	require.False(t, gone())
	for _, port := range []uint16{2130, 2131} { // taken, and not there
		_, err := io.ReadAll(call(port))
		require.NoError(t, err)
	}
	c.Close()
	require.Eventually(t, gone, patience, time.Millisecond)

	// and through the router's interface
	require.NoError(t, live.DoHost("pc", func(now clock.Time, h *host.Host) {
		lab.NewSession(h, func(router.Screen) {}).Enter(now, "connect tcp 10.0.0.1 2130")
	}))
	require.Eventually(t, func() bool { return lineOf(t, live, 130).Location == "10.0.0.100" }, patience, 10*time.Millisecond)
}
