package terminal_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"

	"tandem/clock"
	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/router"
	"tandem/terminal"
)

// neighbours are two live routers on one LAN, 10.0.0.1 and 10.0.0.2.
type neighbours struct {
	t     *testing.T
	live  *lab.Live
	lines map[string]*terminal.Lines
	front string // where R1's vty lines are reached by telnet
}

const neighboursLab = `name: two
routers:
  R1: {config: R1.cfg, ports: {GigabitEthernet0/0: inside}}
  R2: {config: R2.cfg, ports: {GigabitEthernet0/0: inside}}
segments: {inside: {}}
`

func newNeighbours(t *testing.T, first, second string) *neighbours {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"R1": "line vty 0 4\n no login\n privilege level 15\ninterface GigabitEthernet0/0\n ip address 10.0.0.1 255.255.255.0\n" + first,
		"R2": "interface GigabitEthernet0/0\n ip address 10.0.0.2 255.255.255.0\n" + second,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name+".cfg"), []byte("hostname "+name+"\n"+text+"\nend\n"), 0o600))
	}
	topology, err := lab.Parse(filepath.Join(dir, "lab.yaml"), []byte(neighboursLab), appliance.Known)
	require.NoError(t, err)
	shelf, err := appliance.New("")
	require.NoError(t, err)
	n := &neighbours{t: t, lines: map[string]*terminal.Lines{}}
	ways := map[string]*appliance.Way{"R1": {Name: "R1"}, "R2": {Name: "R2"}}
	for name, way := range ways {
		n.lines[name] = terminal.NewLines(way)
	}
	shelf.Accept = func(name string, port uint16, conn net.Conn) { n.lines[name].Accept(port, conn) }
	shelf.Call = terminal.Call
	n.live, err = lab.NewLive(topology, lab.Options{Boot: shelf.Boot, Seed: 1})
	require.NoError(t, err)
	for name, way := range ways {
		way.Lead(n.live)
		require.NoError(t, n.lines[name].Prepare())
	}
	serve, err := n.lines["R1"].Port(router.TelnetPort)
	require.NoError(t, err)
	server, err := terminal.Listen("127.0.0.1:0", serve)
	require.NoError(t, err)
	n.front = server.Addr().String()
	t.Cleanup(func() {
		for _, l := range n.lines {
			l.Close()
		}
		require.NoError(t, server.Close())
		require.NoError(t, n.live.Stop())
		require.NoError(t, shelf.Close())
	})
	return n
}

// traveller is somebody logged in on R1.
type traveller struct {
	net.Conn
	t *testing.T
}

func (n *neighbours) user() traveller {
	n.t.Helper()
	r := remote{t: n.t}
	u := traveller{r.dial(n.front), n.t}
	expect(n.t, u, "R1#")
	return u
}

// types sends keys and returns what the screen shows up to an end.
func (u traveller) types(keys, end string) string {
	u.t.Helper()
	send(u.t, u, keys)
	return expect(u.t, u, end)
}

const leave = "\x1ex" // Ctrl-Shift-6 x

// A telnet session from router to router: opened, left, resumed, listed,
// closed from either end, word by word.
func TestTelnetClient(t *testing.T) {
	n := newNeighbours(t, "ip host R2 10.0.0.2", "username cisco privilege 15 password sesame\nline vty 0 4\n login local")
	u := n.user()
	require.Equal(t, "telnet 10.0.0.2\r\nTrying 10.0.0.2 ... Open\r\n\r\n\r\nUser Access Verification\r\n\r\nUsername: ", u.types("telnet 10.0.0.2\r", "Username: "))
	require.Equal(t, "cisco\r\nPassword: ", u.types("cisco\r", "Password: "))
	require.Equal(t, "\r\nR2#", u.types("sesame\r", "R2#"))
	require.Contains(t, u.types("show users\r", "Address\r\nR2#"), "10.0.0.1\r\n")
	require.Equal(t, "\r\nR1#", u.types(leave, "R1#"))
	require.Equal(t, "show sessions\r\nConn Host                Address             Byte  Idle Conn Name\r\n"+
		"*  1 10.0.0.2            10.0.0.2               0     0 10.0.0.2\r\nR1#", u.types("show sessions\r", "R1#"))
	require.Contains(t, u.types("show users\r", "Address\r\nR1#"), "vty 0                10.0.0.2             00:00:00   127.0.0.1\r\n")
	require.Equal(t, "\r\n[Resuming connection 1 to 10.0.0.2 ... ]\r\n", u.types("\r", " ... ]\r\n"))
	require.Contains(t, u.types("\r", "R2#"), "R2#")
	require.Equal(t, "exit\r\n\r\n[Connection to 10.0.0.2 closed by foreign host]\r\nR1#", u.types("exit\r", "R1#"))

	require.Equal(t, "r2\r\nTrying r2 (10.0.0.2) ... Open\r\n", u.types("r2\r", "Open\r\n"), "a word that is no command")
	expect(t, u, "Username: ")
	u.types(leave, "R1#")
	require.Equal(t, "disconnect\r\nClosing connection to r2 [confirm]", u.types("disconnect\r", "[confirm]"))
	require.Equal(t, "\r\nR1#", u.types("\r", "R1#"))
	require.Equal(t, "resume\r\n% No connections open\r\nR1#", u.types("resume\r", "R1#"))
}

// The failures of the sample telnet-client-errors.
func TestTelnetClientErrors(t *testing.T) {
	n := newNeighbours(t, "ip route 10.3.0.0 255.255.0.0 10.0.0.2", "line vty 0 4\n transport input none\nip access-list extended no\n deny tcp any any\n permit ip any any\ninterface GigabitEthernet0/0\n ip access-group no in")
	u := n.user()
	for line, answer := range map[string]string{
		"telnet R2":              "Translating \"R2\"...domain server (255.255.255.255)\r\n\r\n% Bad IP address or host name\r\nR1#",
		"telnet 20.0.01":         "% Bad IP address or host name\r\nR1#",
		"telnet 50.0.0.1":        "Trying 50.0.0.1 ... \r\n% Destination unreachable; gateway or host down\r\n\r\nR1#",
		"telnet 10.3.0.1 80":     "Trying 10.3.0.1, 80 ... \r\n% Destination unreachable; gateway or host down\r\n\r\nR1#", // the other router's list
		"telnet 10.0.0.1 7":      "Trying 10.0.0.1, 7 ... \r\n% Connection refused by remote host\r\n\r\nR1#",
		"ssh 10.0.0.2":           "% No user specified nor available for SSH client\r\nR1#",
		"ssh -l a -p 9 10.0.0.1": "% Connection refused by remote host\r\n\r\nR1#",
		"disconnect 1":           "% No connections open\r\nR1#",
	} {
		require.Equal(t, line+"\r\n"+answer, u.types(line+"\r", "\r\nR1#"))
	}
	// Nobody answers: the user gives up.
	require.Equal(t, "telnet 10.0.0.77\r\nTrying 10.0.0.77 ... ", u.types("telnet 10.0.0.77\r", "... "))
	require.Equal(t, "\r\nR1#", u.types(leave, "R1#"))
	require.Contains(t, u.types("where\r", "R1#"), "% No connections open")
}

// What the line does not allow stays at home.
func TestOutgoingConnectionsAreAllowedByTheLine(t *testing.T) {
	n := newNeighbours(t, "access-list 7 deny host 10.0.0.2\naccess-list 7 permit any\nline vty 0 4\n access-class 7 out\n transport output telnet\n session-timeout 1", "line vty 0 4\n no login")
	u := n.user()
	require.Equal(t, "telnet 10.0.0.2\r\n% Connections to that host not permitted from this terminal\r\nR1#", u.types("telnet 10.0.0.2\r", "\r\nR1#"))
	require.Equal(t, "ssh -l a 10.0.0.2\r\n% ssh connections not permitted from this terminal\r\nR1#", u.types("ssh -l a 10.0.0.2\r", "\r\nR1#"))
}

// SSH from router to router, with a password that is wrong once and a command
// that the far end ends.
func TestSSHClient(t *testing.T) {
	n := newNeighbours(t, "", "username cisco privilege 15 password sesame")
	u := n.user()
	require.Equal(t, "ssh -l cisco 10.0.0.2\r\n\r\nPassword: ", u.types("ssh -l cisco 10.0.0.2\r", "Password: "))
	require.Equal(t, "\r\n\r\nPassword: ", u.types("wrong\r", "Password: "), "and nothing of it was shown")
	require.Equal(t, "\r\n\r\nR2#", u.types("sesame\r", "R2#"))
	require.Contains(t, u.types("show ssh\r", "R2#"), "cisco")
	u.types(leave, "R1#")
	require.Contains(t, u.types("resume 1\r", "... ]\r\n"), "[Resuming connection 1 to 10.0.0.2 ... ]")
	require.Equal(t, "exit\r\n\r\n[Connection to 10.0.0.2 closed by foreign host]\r\nR1#", u.types("exit\r", "R1#"))

	u.types("ssh -l cisco 10.0.0.2\r", "Password: ")
	u.types("a\r", "Password: ")
	u.types("b\r", "Password: ")
	require.Equal(t, "\r\n\r\n[Connection to 10.0.0.2 closed by foreign host]\r\nR1#", u.types("c\r", "R1#"))
}

// The far end learns the size of the terminal, and each change of it.
func TestWindowOfAConnection(t *testing.T) {
	n := newNeighbours(t, "", "username cisco privilege 15 password sesame\nline vty 0 4\n no login\n privilege level 15")
	u := n.user()
	const window = "\xff\xfa\x1f\x00\x64\x00\x28\xff\xf0" // 100 columns, 40 lines
	u.types("\xff\xfb\x1f"+window+"\r", "R1#")
	u.types("telnet 10.0.0.2\r", "R2#")
	require.Eventually(t, func() bool {
		return strings.Contains(u.types("show terminal | include Length\r", "\r\nR2#"), "Length: 40 lines, Width: 100 columns")
	}, patience, 10*time.Millisecond)
	send(t, u, strings.Replace(window, "\x28", "\x32", 1))
	require.Eventually(t, func() bool {
		return strings.Contains(u.types("show terminal | include Length\r", "\r\nR2#"), "Length: 50 lines, Width: 100 columns")
	}, patience, 10*time.Millisecond)
	u.types("exit\r", "R1#")

	u.types("ssh -l cisco 10.0.0.2\r", "Password: ")
	u.types("sesame\r", "R2#")
	require.Contains(t, u.types("show terminal | include Length\r", "\r\nR2#"), "Length: 50 lines, Width: 100 columns")
	send(t, u, window)
	require.Eventually(t, func() bool {
		return strings.Contains(u.types("show terminal | include Length\r", "\r\nR2#"), "Length: 40 lines, Width: 100 columns")
	}, patience, 10*time.Millisecond)
}

// Logging out with open connections asks, and closes them.
func TestLogoutClosesConnections(t *testing.T) {
	n := newNeighbours(t, "", "line vty 0 4\n no login\n privilege level 15")
	u := n.user()
	for range 2 {
		u.types("telnet 10.0.0.2\r", "R2#")
		u.types(leave, "R1#")
	}
	require.Equal(t, "exit\r\nYou have open connections [confirm]", u.types("exit\r", "[confirm]"))
	rest := u.types("\r", "Closing: 10.0.0.2 !\r\nClosing: 10.0.0.2 !\r\n")
	require.Equal(t, "\r\nClosing: 10.0.0.2 !\r\nClosing: 10.0.0.2 !\r\n", rest)
	require.Eventually(t, func() bool { return n.active("R2") == 0 }, patience, 10*time.Millisecond, "the far end noticed")
}

// active counts the vty lines in use.
func (n *neighbours) active(name string) (count int) {
	require.NoError(n.t, n.live.Do(name, func(now clock.Time, d lab.Device) {
		for _, l := range d.(*appliance.Device).TerminalLines(now) {
			if l.Active && l.Number >= 322 {
				count++
			}
		}
	}))
	return count
}

// A router's scp: client and another's scp server, the password typed on a
// terminal or sent along with one command.
func TestCopyBetweenRouters(t *testing.T) {
	n := newNeighbours(t, "username cisco privilege 15 password sesame", "username cisco privilege 15 password sesame\nip scp server enable\nline vty 0 4\n login local")
	u := n.user()
	u.types("copy running-config scp:\r", "host []? ")
	u.types("10.0.0.2\r", "Destination username [R1]? ")
	u.types("cisco\r", "Destination filename [r1-confg]? ")
	require.Equal(t, "flash:one\r\nWriting flash:one \r\nPassword: ", u.types("flash:one\r", "Password: "))
	require.Regexp(t, `^\r\n Sink: C0644 \d+ flash:one\r\n!\r\n\d+ bytes copied in [\d.]+ secs \(\d+ bytes/sec\)\r\nR1#$`, u.types("sesame\r", "R1#"))

	serve, err := n.lines["R1"].Port(router.SSHPort)
	require.NoError(t, err)
	server, err := terminal.Listen("127.0.0.1:0", serve)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	client, err := ssh.Dial("tcp", server.Addr().String(), &ssh.ClientConfig{
		User: "cisco", Auth: []ssh.AuthMethod{ssh.Password("sesame")}, HostKeyCallback: ssh.InsecureIgnoreHostKey(),
	})
	require.NoError(t, err)
	t.Cleanup(func() { client.Close() })
	session, err := client.NewSession()
	require.NoError(t, err)
	session.Stdin = strings.NewReader("\nsesame\n")
	out, err := session.Output("copy running-config scp://cisco@10.0.0.2/flash:two")
	require.NoError(t, err)
	require.Contains(t, string(out), " bytes copied in ")

	u.types("telnet 10.0.0.2\r", "Username: ")
	u.types("cisco\r", "Password: ")
	u.types("sesame\r", "R2#")
	listing := u.types("dir flash:\r", "free)\r\n")
	require.Contains(t, listing, "  one\r\n")
	require.Contains(t, listing, "  two\r\n")
}

func TestShowTCP(t *testing.T) {
	n := newNeighbours(t, "", "line vty 0 4\n no login\n privilege level 15\n")
	u := n.user()
	require.Equal(t, "show tcp brief\r\nTCB       Local Address           Foreign Address        (state)\r\nR1#", u.types("show tcp brief\r", "R1#"))
	require.Regexp(t, `[0-9A-F]{8}  \*\.23 {20}\*\.\* {21}LISTEN\r\n`, u.types("show tcp brief all\r", "R1#"))
	u.types("telnet 10.0.0.2\r", "R2#")
	require.Regexp(t, `\r\n65[0-9A-F]{6}  10\.0\.0\.2\.23 {13}10\.0\.0\.1\.\d{5} {10}ESTAB\r\nR2#`, u.types("show tcp brief\r", "R2#"))
	require.Regexp(t, `show tcp 322\r\n\r\ntty322, virtual tty from host 10\.0\.0\.1\r\nConnection state is ESTAB, .*\r\n`+
		`Local host: 10\.0\.0\.2, Local port: 23\r\nForeign host: 10\.0\.0\.1, Foreign port: \d+\r\nR2#`, u.types("show tcp 322\r", "R2#"))
	u.types(leave, "R1#")
	require.Contains(t, u.types("show tcp\r", "R1#"), "\r\nStand-alone TCP connection to host 10.0.0.2\r\n")
}

func TestEscapeCharacter(t *testing.T) {
	n := newNeighbours(t, "line vty 0 4\n escape-character 20\n", "line vty 0 4\n no login\n privilege level 15\n")
	u := n.user()
	require.Contains(t, u.types("show terminal | include none   -\r", "R1#"), "\r\n                ^Tx    none ")
	u.types("telnet 10.0.0.2\r", "R2#")
	require.Equal(t, "show clock | count x\r\nNumber of lines which match regexp = 0\r\nR2#", u.types(leave+"show clock | count x\r", "R2#"), "not this one")
	u.types("\x14x", "R1#")
	u.types("terminal escape-character ~\r", "R1#")
	u.types("\r", "... ]\r\n")
	u.types("\r", "R2#")
	u.types("~x", "R1#")
	u.types("terminal no escape-character\r", "R1#")
	u.types("\r", "... ]\r\n")
	u.types("\r", "R2#")
	u.types("exit\r", "R1#")
	u.types("terminal default escape-character\r", "R1#")
	require.Contains(t, u.types("show terminal | include none   -\r", "R1#"), " ^Tx ")
}
