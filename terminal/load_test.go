package terminal_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"

	"tandem/router"
	"tandem/terminal"
)

// fronts forwards ports of the machine to the vty lines of both routers.
type fronts struct {
	*neighbours
	telnet, ssh map[string]string // by router
}

func newFronts(t *testing.T, lines string) *fronts {
	f := &fronts{newNeighbours(t, lines, lines), map[string]string{}, map[string]string{}}
	for name, l := range f.lines {
		for port, to := range map[uint16]map[string]string{router.TelnetPort: f.telnet, router.SSHPort: f.ssh} {
			serve, err := l.Port(port)
			require.NoError(t, err)
			server, err := terminal.Listen("127.0.0.1:0", serve)
			require.NoError(t, err)
			to[name] = server.Addr().String()
			t.Cleanup(func() {
				l.Close()
				require.NoError(t, server.Close())
			})
		}
	}
	return f
}

// footprint is what the process holds: bytes of heap that the collection just
// made found alive, and goroutines.
func footprint() (heap, goroutines int) {
	runtime.GC()
	alive := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(alive)
	return int(alive[0].Value.Uint64()), runtime.NumGoroutine()
}

// returns waits until the process holds no more than before, give or take.
func returns(t *testing.T, heap, goroutines, give int) {
	t.Helper()
	require.Eventually(t, func() bool {
		h, g := footprint()
		return g <= goroutines+1 && h <= heap+give // one goroutine is this one
	}, patience, 50*time.Millisecond, "it was %d bytes and %d goroutines", heap, goroutines)
}

// Ways of calling: what is sent, and what tells that a line was taken.
var callers = []struct {
	name, send, taken string
	ssh               bool
}{
	{"logs in", "cisco\rsesame\rterminal length 0\r", "terminal length 0\r\n%s#", false},
	{"says nothing", "", "Username: ", false},
	{"never ends its option", "\xff\xfa\x18\x00vt", "Username: ", false},
	{"never ends its version", "SSH-2.0-half", "SSH-2.0-Cisco-1.25\r\n", true},
	{"SSH", "", "", true},
}

// call opens one connection in one of the ways; nil when it was refused.
func (f *fronts) call(name string, way int) (io.ReadWriteCloser, error) {
	c := callers[way]
	if c.name == "SSH" {
		return f.shell(name)
	}
	address := f.telnet[name]
	if c.ssh {
		address = f.ssh[name]
	}
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, nil // reset as early as that
	}
	_ = conn.SetDeadline(time.Now().Add(3 * patience))
	_, _ = io.WriteString(conn, c.send) // a refusal shows in the answer
	taken := c.taken
	if strings.Contains(taken, "%s") {
		taken = fmt.Sprintf(taken, name)
	}
	var seen strings.Builder
	b := make([]byte, 1)
	for !strings.HasSuffix(seen.String(), taken) {
		n, err := conn.Read(b)
		seen.Write(b[:n])
		if err != nil && seen.Len() == 0 {
			conn.Close()
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w after %q", c.name, err, seen.String())
		}
	}
	return conn, nil
}

type sshShell struct {
	io.Writer
	io.Reader
	client *ssh.Client
}

func (s sshShell) Close() error { return s.client.Close() }

func (f *fronts) shell(name string) (io.ReadWriteCloser, error) {
	config := sshConfig("cisco", ssh.Password("sesame"))
	config.Timeout = 3 * patience
	client, err := ssh.Dial("tcp", f.ssh[name], config)
	if err != nil {
		return nil, nil
	}
	session, err := client.NewSession()
	if err != nil {
		return nil, err
	}
	in, err := session.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := session.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := session.Shell(); err != nil {
		return nil, err
	}
	_, err = io.ReadFull(out, make([]byte, len("\r\nR1#")))
	return sshShell{in, out, client}, err
}

// Two hundred callers at once, most of them half open, on two routers with
// eighty lines each: every line serves one, the others are refused, whoever is
// logged in works on, and nothing of it all is left afterwards.
func TestTwoHundredCallers(t *testing.T) {
	const callersEach, linesEach = 100, 80
	f := newFronts(t, "username cisco privilege 15 password sesame\nline vty 0 79\n login local")
	heap, goroutines := footprint()
	type held struct {
		io.ReadWriteCloser
		router string
		way    int
	}
	var mu sync.Mutex
	var served []held
	refused := map[string]int{}
	var wg sync.WaitGroup
	for i := range 2 * callersEach {
		name, way := []string{"R1", "R2"}[i%2], i/2%len(callers)
		wg.Go(func() {
			c, err := f.call(name, way)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil:
				t.Errorf("%s: %v", name, err)
			case c == nil:
				refused[name]++
			default:
				served = append(served, held{c, name, way})
			}
		})
	}
	wg.Wait()
	require.Equal(t, map[string]int{"R1": callersEach - linesEach, "R2": callersEach - linesEach}, refused)
	require.Len(t, served, 2*linesEach)
	require.Equal(t, linesEach, f.active("R1"))

	for _, c := range served {
		if c.way == 0 || callers[c.way].name == "SSH" {
			send(t, c, "show privilege\r")
			require.Contains(t, expect(t, c, "15\r\n"+c.router+"#"), "Current privilege level is 15")
		}
	}
	for _, c := range served {
		c.Close()
	}
	require.Eventually(t, func() bool { return f.active("R1")+f.active("R2") == 0 }, patience, 20*time.Millisecond)
	returns(t, heap, goroutines, 2<<20)
}

// No free line is a refused connection for a neighbour too.
func TestANeighbourIsRefused(t *testing.T) {
	n := newNeighbours(t, "", "line vty 0 4\n no login")
	u := n.user()
	for range 5 {
		u.types("telnet 10.0.0.2\r", "R2>")
		u.types(leave, "R1#")
	}
	require.Equal(t, "telnet 10.0.0.2\r\nTrying 10.0.0.2 ... \r\n% Connection refused by remote host\r\n\r\nR1#", u.types("telnet 10.0.0.2\r", "\r\nR1#"))
}

// Whatever comes in on a line, it stays on that line: the memory is bounded,
// the connection can be ended, and somebody on another line notices nothing.
func TestGarbageStaysOnItsLine(t *testing.T) {
	f := newFronts(t, "username cisco privilege 15 password sesame\nline vty 0 79\n login local")
	// what one connection may hold is far below what it sends
	random := make([]byte, 256<<10)
	rand.NewChaCha8([32]byte{7}).Read(random)
	login := "cisco\rsesame\r"
	storm := strings.Repeat("\xff\xfb\x01\xff\xfd\x05\xff\xf6\xff\xfa\x18\x00x\xff\xf0\xff\xfa", 64<<10)
	long := strings.Repeat("x", 1<<20)
	witness, err := f.call("R1", 0)
	require.NoError(t, err)
	inputs := map[string]string{
		"random at login": string(random), "random at the prompt": login + string(random), "storm at login": storm, "storm": login + storm,
		"long line at login": long, "long line": login + long, "lines": login + strings.Repeat("show clock\r", 20000), "nothing but Enter": strings.Repeat("\r\n\x00", 1<<18),
	}
	heap, goroutines := footprint()
	for name, bytes := range inputs {
		for address, sent := range map[string]string{f.telnet["R1"]: bytes, f.ssh["R1"]: bytes, f.ssh["R2"]: "SSH-2.0-OpenSSH_9.9\r\n" + bytes} {
			conn, err := net.Dial("tcp", address)
			require.NoError(t, err)
			_ = conn.SetDeadline(time.Now().Add(time.Second)) // nothing is read: it may be stuck
			_, _ = io.WriteString(conn, sent)
			send(t, witness, "show privilege\r")
			require.Contains(t, expect(t, witness, "R1#"), "Current privilege level is 15", name)
			h, _ := footprint()
			require.Less(t, h, heap+16<<20, name)
			conn.Close()
		}
	}
	require.Eventually(t, func() bool { return f.active("R1") == 1 && f.active("R2") == 0 }, patience, 20*time.Millisecond)
	returns(t, heap, goroutines, 2<<20)
}
