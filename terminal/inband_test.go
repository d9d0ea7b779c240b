package terminal_test

import (
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

// A host of the lab reaches the router's lines through its interface.
func TestInbandTelnet(t *testing.T) {
	dir := t.TempDir()
	config := "hostname R1\ninterface GigabitEthernet0/0\n ip address 10.0.0.1 255.255.255.0\nline vty 0 4\n no login\nend\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "R1.cfg"), []byte(config), 0o600))
	topology, err := lab.Parse(filepath.Join(dir, "lab.yaml"), []byte(inbandLab), appliance.Known)
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
	require.Eventually(t, func() bool {
		var on modes.TerminalLine
		require.NoError(t, live.Do("R1", func(now clock.Time, d lab.Device) {
			for _, l := range d.(*appliance.Device).TerminalLines(now) {
				if l.Number == 322 {
					on = l
				}
			}
		}))
		return on.Active && on.Location == "10.0.0.100"
	}, patience, 10*time.Millisecond)
	host1("connect tcp 10.0.0.1 22")
	require.Eventually(t, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return strings.Contains(said.String(), "refused")
	}, patience, 10*time.Millisecond, "no key, no SSH")
}
