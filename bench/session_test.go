package bench_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/router"
	"tandem/terminal"
)

const sessionLab = "name: one\nrouters: {R1: {config: R1.cfg, ports: {GigabitEthernet0/0: inside}}}\nsegments: {inside: {}}\n"

// frontDoor boots a live router and returns where its vty lines are reached by
// telnet.
func frontDoor(b *testing.B) string {
	dir := b.TempDir()
	config := "hostname R1\nline vty 0 255\n no login\n privilege level 15\n length 0\nend\n"
	require.NoError(b, os.WriteFile(filepath.Join(dir, "R1.cfg"), []byte(config), 0o600))
	topology, err := lab.Parse(filepath.Join(dir, "lab.yaml"), []byte(sessionLab), appliance.Known)
	require.NoError(b, err)
	shelf, err := appliance.New("")
	require.NoError(b, err)
	live, err := lab.NewLive(topology, lab.Options{Boot: shelf.Boot, Seed: 1})
	require.NoError(b, err)
	way := &appliance.Way{Name: "R1"}
	way.Lead(live)
	lines := terminal.NewLines(way)
	serve, err := lines.Port(router.TelnetPort)
	require.NoError(b, err)
	server, err := terminal.Listen("127.0.0.1:0", serve)
	require.NoError(b, err)
	b.Cleanup(func() {
		lines.Close()
		require.NoError(b, server.Close())
		require.NoError(b, live.Stop())
		require.NoError(b, shelf.Close())
	})
	return server.Addr().String()
}

// shell is a telnet session at a prompt.
type shell struct {
	b      *testing.B
	conn   net.Conn
	in     *bufio.Reader
	prompt string
}

func dial(b *testing.B, address, prompt string) *shell {
	conn, err := net.Dial("tcp", address)
	require.NoError(b, err)
	b.Cleanup(func() { conn.Close() })
	s := &shell{b, conn, bufio.NewReaderSize(conn, 64<<10), prompt}
	s.until(prompt)
	return s
}

// until reads to a text and returns how many lines came before it.
func (s *shell) until(end string) (lines int) {
	var tail []byte
	for !strings.HasSuffix(string(tail), end) {
		c, err := s.in.ReadByte()
		if err != nil {
			s.b.Fatalf("%v after %q", err, tail)
		}
		if c == '\n' {
			lines++
		}
		if tail = append(tail, c); len(tail) > 256 {
			tail = append(tail[:0], tail[128:]...)
		}
	}
	return lines
}

func (s *shell) types(line string) (lines int) {
	if _, err := io.WriteString(s.conn, line+"\r"); err != nil {
		s.b.Fatal(err)
	}
	return s.until(s.prompt)
}

// BenchmarkSession/command is one command after the other on one telnet
// session, each sent when the prompt is back. The peer is the telnet vty of
// FRR's ripd.
func BenchmarkSession(b *testing.B) {
	b.Run("command", func(b *testing.B) {
		ours, peer := dial(b, frontDoor(b), "R1#"), frr(b)
		require.Greater(b, ours.types("show version"), 10)
		require.Greater(b, peer.types("show version"), 3)
		versus(b, func() { ours.types("show version") }, func() { peer.types("show version") })
	})
	b.Run("paste", func(b *testing.B) { // 10,000 lines without a pause
		var used time.Duration
		for b.Loop() {
			b.StopTimer()
			s := dial(b, frontDoor(b), "R1#")
			b.StartTimer()
			used -= processTime()
			paste(s)
			used += processTime()
		}
		b.ReportMetric(used.Seconds()/float64(b.N), "cpu-s")
	})
	b.Run("print", func(b *testing.B) {
		s := dial(b, frontDoor(b), "R1#")
		paste(s)
		used := -processTime()
		for b.Loop() {
			require.Greater(b, s.types("show running-config"), pasted)
		}
		b.ReportMetric((used+processTime()).Seconds()/float64(b.N), "cpu-s")
	})
	b.Run("idle", idleSessions)
}

// pasted is how many lines paste adds to a configuration.
const pasted = 10000

func paste(s *shell) {
	var text strings.Builder
	text.WriteString("configure terminal\r")
	for i := range pasted {
		fmt.Fprintf(&text, "access-list 101 permit udp host 10.%d.%d.%d any eq ntp\r", i>>16, i>>8&255, i&255)
	}
	text.WriteString("end\rshow running-config | count ^access-list 101\r")
	go io.WriteString(s.conn, text.String()) // the echo has to be read meanwhile
	s.until("match regexp = " + strconv.Itoa(pasted) + "\r\n" + s.prompt)
}

// idleSessions reports the heap and the stacks that one logged-in telnet
// session holds, the client's half of its connection included.
func idleSessions(b *testing.B) {
	const sessions = 200
	address := frontDoor(b)
	dial(b, address, "R1#")
	for b.Loop() {
		heap, goroutines := held()
		var open []*shell
		for range sessions {
			s := dial(b, address, "R1#")
			s.in = nil // the client's buffer is not the session's
			open = append(open, s)
		}
		now, running := held()
		b.ReportMetric(float64(now-heap)/sessions, "bytes/session")
		b.ReportMetric(float64(running-goroutines)/sessions, "goroutines/session")
		for _, s := range open {
			s.conn.Close()
		}
		for running > goroutines {
			runtime.Gosched()
			_, running = held()
		}
	}
	b.ReportMetric(0, "ns/op")
}

// held is the heap alive and the stacks in use, in bytes, and the goroutines.
func held() (bytes, goroutines int) {
	runtime.GC()
	s := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(s)
	return int(s[0].Value.Uint64() + s[1].Value.Uint64()), runtime.NumGoroutine()
}

// frr starts FRR's ripd with nothing to do and returns a session on its vty.
func frr(b *testing.B) *shell {
	const program = "/usr/lib/frr/ripd"
	if _, err := os.Stat(program); err != nil {
		b.Skipf("the peer is FRR, and there is no %s", program)
	}
	if _, err := user.Lookup("frr"); err != nil || os.Getuid() != 0 {
		b.Skip("FRR's daemons run as the user frr, started by root")
	}
	dir := b.TempDir()
	config := filepath.Join(dir, "ripd.conf")
	require.NoError(b, os.WriteFile(config, []byte("hostname peer\nline vty\n no login\n"), 0o644))
	for at := dir; at != os.TempDir() && at != "/"; at = filepath.Dir(at) {
		require.NoError(b, os.Chmod(at, 0o777)) // it writes its socket here
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	address := free.Addr().String()
	require.NoError(b, free.Close())
	_, port, err := net.SplitHostPort(address)
	require.NoError(b, err)
	command := exec.Command(program, "-A", "127.0.0.1", "-P", port, "-f", config, "-i", filepath.Join(dir, "pid"),
		"--vty_socket", dir, "-z", filepath.Join(dir, "zebra"), "-u", "frr", "-g", "frr")
	require.NoError(b, command.Start())
	b.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait() // it was killed
	})
	require.Eventually(b, func() bool {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
		}
		return err == nil
	}, 10*time.Second, 50*time.Millisecond, "ripd listens")
	s := dial(b, address, "peer> ")
	s.prompt = "peer# "
	s.types("enable")
	s.types("terminal length 0")
	return s
}
