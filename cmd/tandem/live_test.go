package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/lab"
)

// patience bounds the wait for a live lab to do what it must.
const patience = 30 * time.Second

// live starts a lab for one test, its control socket in a folder of its own.
func live(t *testing.T, name, state string) *plant {
	t.Helper()
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	p, err := start(name, settings{state: state, seed: 1, log: func(text string) { t.Log(text) }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.stop()) })
	return p
}

// user is somebody at a telnet client.
type user struct {
	t    *testing.T
	conn net.Conn
	tn   client
	seen string // what came and was not asked for yet
	last string // what was asked for last
}

func telnet(t *testing.T, p *plant, node string) *user {
	t.Helper()
	for _, c := range p.consoles {
		if c.Node == node {
			conn, err := net.Dial("tcp", c.Address)
			require.NoError(t, err)
			t.Cleanup(func() { conn.Close() })
			return &user{t: t, conn: conn}
		}
	}
	t.Fatalf("no console %s", node)
	return nil
}

// send types text as it is.
func (u *user) send(text string) {
	u.t.Helper()
	_, err := u.conn.Write([]byte(text))
	require.NoError(u.t, err)
}

// until reads up to the first of the given texts and returns everything up to
// there.
func (u *user) until(ends ...string) string {
	u.t.Helper()
	u.read(ends, func(screen string) int {
		for _, e := range ends {
			if i := strings.Index(screen, e); i >= 0 {
				return i + len(e)
			}
		}
		return -1
	})
	return u.last
}

// sees reads until the text was on the screen, and forgets what came up to it.
func (u *user) sees(text string) {
	u.t.Helper()
	u.read(text, func(screen string) int {
		if i := strings.Index(screen, text); i >= 0 {
			return i + len(text)
		}
		return -1
	})
}

// read waits until found returns how much of the screen is done with.
func (u *user) read(want any, found func(screen string) int) {
	u.t.Helper()
	require.NoError(u.t, u.conn.SetReadDeadline(time.Now().Add(patience)))
	buf := make([]byte, 4096)
	for {
		if n := found(u.seen); n >= 0 {
			u.last, u.seen = u.seen[:n], u.seen[n:]
			return
		}
		n, err := u.conn.Read(buf)
		text, answer := u.tn.take(buf[:n])
		u.seen += string(text)
		require.NoError(u.t, err, "waiting for %q, the screen is %q", want, u.seen)
		if len(answer) > 0 {
			_, err := u.conn.Write(answer)
			require.NoError(u.t, err)
		}
	}
}

// command types one line at a prompt and returns what it printed.
func (u *user) command(line, prompt string) string {
	u.t.Helper()
	before := len(u.seen)
	u.send(line + "\r")
	// a message may follow the prompt at once, so the screen need not end there
	u.read(prompt, func(screen string) int {
		if i := strings.Index(screen[before:], "\n"+prompt); i >= 0 {
			return before + i + len("\n"+prompt)
		}
		return -1
	})
	out := strings.TrimPrefix(u.last[before:], line)
	return strings.ReplaceAll(strings.TrimSuffix(out, prompt), "\r\n", "\n")
}

// privileged goes from a fresh console to the privileged prompt.
func (u *user) privileged(host string) {
	u.t.Helper()
	u.sees("started!\r\n")
	u.send("\r")
	u.until(host + ">")
	u.send("enable\r")
	u.until(host + "#")
	u.send("terminal length 0\r")
	u.until("\n" + host + "#")
}

func golden(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../examples/paper/" + name + ".cfg")
	require.NoError(t, err)
	return string(text)
}

var sizes = map[string]string{"RouterA": "2623", "RouterB": "2150"}

// The whole listing goes into the console in one write: no pacing, no exit
// lines. show run prints it back to the letter.
func TestPasteOverTelnetPrintsBackVerbatim(t *testing.T) {
	p := live(t, "../../examples/paper", t.TempDir())
	for name, size := range sizes {
		want := golden(t, name)
		u := telnet(t, p, name)
		u.until("initial configuration dialog? [yes/no]: ")
		u.send("no\r")
		u.privileged("Router")
		u.command("configure terminal", "Router(config)#")
		u.send(strings.ReplaceAll(want, "\n", "\r") + "!end of paste\r")
		u.sees("by console\r\n!end of paste\r\n" + name + "#")
		u.command("terminal length 0", name+"#")
		u.send("show run\r")
		out := u.until("end\r\n\r\n" + name + "#")
		_, out, ok := strings.Cut(out, "Building configuration...\r\n\r\n")
		require.True(t, ok)
		require.Equal(t, "Current configuration : "+size+" bytes\n"+want+"\n"+name+"#", strings.ReplaceAll(out, "\r\n", "\n"))
	}
}

func TestConfiguredPaperPrintsBackVerbatim(t *testing.T) {
	p := live(t, "../../examples/paper/configured.yaml", t.TempDir())
	for name, size := range sizes {
		u := telnet(t, p, name)
		u.privileged(name)
		out := u.command("show running-config", name+"#")
		_, out, _ = strings.Cut(out, "\n\n")
		require.Equal(t, "Current configuration : "+size+" bytes\n"+golden(t, name)+"\n", out)
	}
}

// What write memory saved is there after a reload and after the process died:
// another one on the same folder finds it.
func TestSavedConfigurationComesBack(t *testing.T) {
	state := t.TempDir()
	p := live(t, "../../examples/dual-lan", state)
	u := telnet(t, p, "RouterA")
	u.privileged("RouterA")
	u.command("configure terminal", "RouterA(config)#")
	u.command("hostname Renamed", "Renamed(config)#")
	u.send("end\r")
	u.until("by console\r\n")
	require.Contains(t, u.command("write memory", "Renamed#"), "[OK]")
	u.send("reload\r")
	u.until("[confirm]")
	u.send("\r")
	boot := u.until("started!\r\n")
	require.Contains(t, boot, "Restricted Rights Legend")
	require.NotContains(t, boot, "has no power")
	u.send("\r")
	u.until("Renamed>")
	require.NoError(t, p.stop())
	*p = plant{shelf: p.shelf}

	again := live(t, "../../examples/dual-lan", state)
	v := telnet(t, again, "RouterA")
	v.privileged("Renamed")
}

func TestStartRefusesInOneLine(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer busy.Close()
	dir := t.TempDir()
	bad := filepath.Join(dir, "lab.yaml")
	require.NoError(t, os.WriteFile(bad, []byte("name: x\nrouters:\n  R:\n    colour: red\n"), 0o600))

	corrupt := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(corrupt, "RouterA", "nvram"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(corrupt, "RouterA", "nvram", "startup-config"), []byte("rubbish"), 0o600))

	for _, c := range []struct {
		name, lab string
		settings  settings
		want      string
	}{
		{"port in use", "", settings{base: busy.Addr().(*net.TCPAddr).Port}, "address already in use"},
		{"no such lab", "/nonexistent", settings{}, "/nonexistent"},
		{"unknown key", bad, settings{}, bad + ":4:5: "},
		{"corrupt NVRAM", "../../examples/dual-lan", settings{state: corrupt}, "startup-config"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
			_, err := start(c.lab, c.settings)
			require.Error(t, err)
			require.Contains(t, err.Error(), c.want)
			require.NotContains(t, err.Error(), "\n", "one line")
		})
	}
}

func TestRemoteControl(t *testing.T) {
	p := live(t, "", "")
	for _, c := range []struct {
		args []string
		want string // part of the error; "" is success
	}{
		{[]string{"link", "dual-lan", "cut", "RouterA:GigabitEthernet0/0"}, ""},
		{[]string{"link", "dual-lan", "join", "RouterA:GigabitEthernet0/0"}, ""},
		{[]string{"link", "dual-lan", "impair", "inside", "loss", "5%"}, ""},
		{[]string{"link", "dual-lan", "cut", "RouterA:GigabitEthernet9/9"}, "GigabitEthernet9/9"},
		{[]string{"link", "dual-lan", "saw", "pc"}, "cut, join or impair"},
		{[]string{"link", "elsewhere", "cut", "pc"}, "is not running"},
		{[]string{"power", "dual-lan", "off", "RouterA"}, ""},
		{[]string{"power", "dual-lan", "on", "RouterA"}, ""},
		{[]string{"power", "dual-lan", "on", "pc"}, "no power switch"},
		{[]string{"console", "dual-lan"}, "LAB/NODE"},
		{[]string{"console", "dual-lan/nobody"}, "RouterA, RouterB, pc, server"},
	} {
		cmd := root()
		cmd.SetArgs(c.args)
		err := cmd.Execute()
		if c.want == "" {
			require.NoError(t, err, "%v", c.args)
		} else {
			require.ErrorContains(t, err, c.want, "%v", c.args)
		}
	}
	require.Equal(t, lab.Remote("dual-lan"), lab.Remote(p.topology.Name))
}
