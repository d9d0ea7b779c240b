package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/lab"
)

// Two labs of one router each: their LANs are UDP tunnels, raw Ethernet in
// datagrams. HSRP elects across them, and a host in one lab reaches a host in
// the other through whichever router is Active.
func TestTwoLabsJoinedByTunnels(t *testing.T) {
	insideA, insideB, outsideA, outsideB := freePort(t), freePort(t), freePort(t), freePort(t)
	side := func(router string, inside, outside [2]string, host string) *plant {
		return live(t, pairFolder(t, fmt.Sprintf(`
name: NAME-%s
routers:
  %[1]s:
    config: %[1]s.cfg%[2]ssegments:
  inside: {udp: "%[3]s->%[4]s"}
  outside: {udp: "%[5]s->%[6]s"}
hosts:
  %[7]s
`, router, pairRouter, inside[0], inside[1], outside[0], outside[1], host)), "")
	}
	first := side("RouterA", [2]string{insideA, insideB}, [2]string{outsideA, outsideB},
		"pc: {port: inside, address: 10.0.0.100/24, gateway: 10.0.0.3}")
	second := side("RouterB", [2]string{insideB, insideA}, [2]string{outsideB, outsideA},
		"server: {port: outside, address: 211.0.0.100/24, gateway: 211.0.0.3, serve: [tcp/7, udp/7]}")

	a, b, pc := telnet(t, first, "RouterA"), telnet(t, second, "RouterB"), telnet(t, first, "pc")
	pc.until("pc> ")
	a.privileged("RouterA")
	b.privileged("RouterB")
	a.sees("(SSO)\r\n") // the standby in the other lab has every session
	require.Contains(t, a.command("show standby brief", "RouterA#"), "Active   local           10.0.0.2")
	require.Contains(t, b.command("show standby brief", "RouterB#"), "Standby  10.0.0.1        local")
	require.Contains(t, pc.command("ping 211.0.0.100 count 3", "pc> "), "answer from 211.0.0.100", "the first ones wait for ARP")
	pc.send("connect tcp 211.0.0.100 7 rate 50\r")
	pc.sees(" established after ")

	require.NoError(t, first.live.Power("RouterA", lab.Off))
	b.sees("Grp 1 state Standby -> Active\r\n")
	b.sees("Grp 2 state Standby -> Active\r\n")
	pc.send("\r")
	pc.until("\npc> ")
	require.Contains(t, pc.command("ping 211.0.0.100 count 4", "pc> "), "answer from 211.0.0.100", "through the router of the other lab")
	require.Contains(t, pc.command("show flows", "pc> "), "established")
}

// freePort returns a loopback address on which nobody listens for datagrams.
func freePort(t *testing.T) string {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	defer c.Close()
	return c.LocalAddr().String()
}

// startIn is start on the thread of a namespace: TAP devices, and the sockets
// of the consoles, belong to it.
func startIn(home *namespace, dir string) *plant {
	home.t.Helper()
	var p *plant
	require.NoError(home.t, home.Do(func() (err error) {
		p, err = start(dir, settings{seed: 1, log: func(text string) { home.t.Log(text) }})
		return err
	}))
	home.t.Cleanup(func() { require.NoError(home.t, p.stop()) })
	return p
}

// telnetIn is telnet to a lab that runs in a namespace.
func telnetIn(home *namespace, t *testing.T, p *plant, node string) *user {
	t.Helper()
	for _, c := range p.consoles {
		if c.Node == node {
			conn, err := home.Dial("tcp", c.Address)
			require.NoError(t, err)
			t.Cleanup(func() { conn.Close() })
			return &user{t: t, conn: conn}
		}
	}
	t.Fatalf("no console %s", node)
	return nil
}

// The LANs of the pair lead out through TAP devices, and at both ends there is
// the kernel's own stack: ARP, ping and TCP through the firewall, from inside
// to outside only. tshark reads what passes the devices.
func TestKernelThroughThePair(t *testing.T) {
	home := newNamespace(t)
	inside := join(home, "tin", "10.0.0.100/24", "10.0.0.3")
	outside := join(home, "tout", "211.0.0.100/24", "211.0.0.3")
	p := startIn(home, pairFolder(t, tappedPair))
	reads := sniff(t, home, "tin", "tout")
	a := telnetIn(home, t, p, "RouterA")
	a.privileged("RouterA")
	a.sees("Grp 2 state Standby -> Active\r\n")

	for _, address := range []string{"10.0.0.3", "10.0.0.1", "10.0.0.2", "211.0.0.100"} {
		inside.reaches(address)
	}
	neighbors, err := inside.Run("ip neigh show 10.0.0.3")
	require.NoError(t, err)
	require.Contains(t, neighbors, "00:00:0c:07:ac:01", "the virtual MAC of group 1")

	server := outside.serve("tcp", "211.0.0.100:7")
	through, err := inside.Dial("tcp", server)
	require.NoError(t, err)
	defer through.Close()
	require.Equal(t, "through the firewall\n", echoed(t, through, "through the firewall\n"))
	require.Contains(t, a.command("show ip inspect sessions", "RouterA#"), "=>(211.0.0.100:7) tcp SIS_OPEN")

	back := inside.serve("tcp", "10.0.0.100:7")
	_, err = outside.Dial("tcp", back)
	require.ErrorContains(t, err, "no route to host", "administratively prohibited")
	out, err := outside.Run("ping -n -c 3 -i 0.6 -W 1 10.0.0.100") // a router sends two errors a second at most
	require.Error(t, err)
	require.Contains(t, out, "Packet filtered")

	for _, file := range reads() {
		read(t, file, "hsrp", "tcp.port == 7", "icmp", "arp")
	}
}

// sniff captures on devices of the lab's namespace until the function it
// returns is called, which names the files.
func sniff(t *testing.T, home *namespace, devices ...string) (stop func() []string) {
	t.Helper()
	dumpcap, err := exec.LookPath("dumpcap")
	if err != nil {
		t.Log("nothing is captured:", err)
		return func() []string { return nil }
	}
	var files []string
	var running []*exec.Cmd
	for _, d := range devices {
		file := filepath.Join(t.TempDir(), d+".pcapng")
		files = append(files, file)
		cmd := exec.Command(dumpcap, "-q", "-i", d, "-w", file)
		said, err := cmd.StderrPipe()
		require.NoError(t, err)
		require.NoError(t, home.Do(cmd.Start))
		running = append(running, cmd)
		lines := bufio.NewScanner(said)
		for lines.Scan() && !strings.HasPrefix(lines.Text(), "File:") {
		}
		go io.Copy(io.Discard, said)
	}
	return func() []string {
		for _, cmd := range running {
			_ = cmd.Process.Signal(os.Interrupt)
			_ = cmd.Wait()
		}
		return files
	}
}

// reaches pings an address until everything on the way knows its neighbours:
// a router drops what has to wait for ARP, as IOS does. Then nothing is lost.
func (s station) reaches(address string) {
	s.t.Helper()
	_, _ = s.Run("ping -n -c 4 -i 0.2 -W 1 " + address)
	_, err := s.Run("ping -n -c 3 -i 0.2 -W 5 " + address)
	require.NoError(s.t, err)
}

// serve echoes what comes to an address of the station until the test ends,
// and returns the address.
func (s station) serve(network, address string) string {
	s.t.Helper()
	var l net.Listener
	require.NoError(s.t, s.Do(func() (err error) {
		l, err = net.Listen(network, address)
		return err
	}))
	s.t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_, _ = io.Copy(c, c)
			}()
		}
	}()
	return l.Addr().String()
}

// echoed sends text over a connection and returns what comes back.
func echoed(t *testing.T, c net.Conn, text string) string {
	t.Helper()
	_, err := io.WriteString(c, text)
	require.NoError(t, err)
	back := make([]byte, len(text))
	_, err = io.ReadFull(c, back)
	require.NoError(t, err)
	return string(back)
}

// One router alone on a TAP device, as its user starts it: the console on
// standard input and output, the kernel at the other end of the cable. Setting
// the device up is plugging the cable in.
func TestRouterOnATap(t *testing.T) {
	home := newNamespace(t)
	home.ip("tuntap add dev t0 mode tap")
	home.ip("addr add 10.9.9.1/24 dev t0")

	cmd := exec.Command(os.Args[0], "router", "--port", "Gi0/0=tap:t0")
	cmd.Env = append(os.Environ(), playMain+"=1", "XDG_RUNTIME_DIR="+t.TempDir())
	cmd.Stderr = os.Stderr
	keys, err := cmd.StdinPipe()
	require.NoError(t, err)
	screen, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, home.Do(cmd.Start))
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	u := &user{t: t, conn: pipes{screen: screen.(*os.File), keys: keys}}

	u.until("[yes/no]: ")
	u.send("no\r")
	u.privileged("Router")
	u.command("configure terminal", "Router(config)#")
	u.command("interface Gi0/0", "Router(config-if)#")
	u.command("ip address 10.9.9.2 255.255.255.0", "Router(config-if)#")
	u.command("no shutdown", "Router(config-if)#")
	u.send("end\r")
	u.sees("Router#\r\n")
	u.sees("by console\r\n")
	require.Contains(t, u.command("show ip interface brief", "Router#"), "manual down                  down", "no carrier")
	home.ip("link set t0 up")
	u.sees("Interface GigabitEthernet0/0, changed state to up\r\n")
	answered := ""
	for !strings.Contains(answered, "!!!!") {
		answered = u.command("ping 10.9.9.1", "Router#")
	}
	out, err := home.Run("ping -n -c 3 -i 0.2 -W 5 10.9.9.2")
	require.NoError(t, err, out)
	home.ip("link set t0 down")
	u.sees("Interface GigabitEthernet0/0, changed state to down\r\n")

	u.send("\x1d")
	require.NoError(t, cmd.Wait(), "Ctrl-] ends the router")
}

// pipes are the screen and keyboard of a process, as a connection.
type pipes struct {
	net.Conn
	screen *os.File
	keys   io.Writer
}

func (p pipes) Read(b []byte) (int, error)        { return p.screen.Read(b) }
func (p pipes) Write(b []byte) (int, error)       { return p.keys.Write(b) }
func (p pipes) SetReadDeadline(t time.Time) error { return p.screen.SetReadDeadline(t) }
