//go:build linux

package failover

import (
	"flag"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"tandem/bench/netns"
)

// burden names the variable of the environment that makes the test binary
// another process: "spin", "flood ADDRESS" or "echo ADDRESS".
const burden = "TANDEM_BURDEN"

func TestMain(m *testing.M) {
	switch kind := os.Getenv(burden); kind {
	case "":
		hurry()
		code := m.Run()
		if path, err := program(); err == nil {
			_ = os.RemoveAll(filepath.Dir(path))
		}
		os.Exit(code)
	case "spin":
		for n := 0; ; n++ {
			_ = n
		}
	default:
		what, address, _ := strings.Cut(kind, " ")
		do := map[string]func(string) error{"flood": flood, "echo": echo}[what]
		if err := do(address); err != nil {
			panic(err)
		}
	}
}

// What runs here at which priority: the flows before the pairs, which are
// equal, and those before every other load.
const (
	ownNice  = -15
	pairNice = -10
	loadNice = 0
)

// hurry lets the flows run before what they measure.
func hurry() {
	tasks, _ := os.ReadDir("/proc/self/task")
	for _, task := range tasks {
		if id, err := strconv.Atoi(task.Name()); err == nil {
			_ = unix.Setpriority(unix.PRIO_PROCESS, id, ownNice) // without root the tests skip
		}
	}
}

// command is exec.Command at another priority.
func command(nice int, program string, arguments ...string) *exec.Cmd {
	return exec.Command("nice", append([]string{"-n", strconv.Itoa(nice - ownNice), program}, arguments...)...)
}

// echo sends back what comes over TCP.
func echo(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			small := make([]byte, 64) // io.Copy would take a pipe for each
			_, _ = io.CopyBuffer(struct{ io.Writer }{c}, struct{ io.Reader }{c}, small)
		}()
	}
}

// flood sends datagrams as fast as the kernel takes them.
func flood(address string) error {
	c, err := net.Dial("udp", address)
	if err != nil {
		return err
	}
	b := make([]byte, 64)
	for {
		_, _ = c.Write(b) // refused now and then: a full queue, news of a lost one
	}
}

// load starts a process of the given burden in a namespace, until the test ends.
func load(t *testing.T, n *netns.Namespace, kind string) {
	t.Helper()
	cmd := command(loadNice, os.Args[0])
	cmd.Env = append(os.Environ(), burden+"="+kind, "GOMAXPROCS=1")
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	require.NoError(t, n.Do(cmd.Start))
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
}

var soak = flag.Duration("soak", 5*time.Second, "how long the pair works under load")

var stateChanges = regexp.MustCompile(`(\d+) state changes?`)

// changes adds up how often the groups of both routers changed their states.
func (p *tandemPair) changes(t *testing.T) (n int) {
	t.Helper()
	for _, r := range p.routers {
		rows := stateChanges.FindAllStringSubmatch(r.show(t, "show standby"), -1)
		require.Len(t, rows, 2)
		for _, row := range rows {
			more, err := strconv.Atoi(row[1])
			require.NoError(t, err)
			n += more
		}
	}
	return n
}

// The fastest timers, the data plane flooded through the active router, and
// every core of the machine busy besides: nobody should take over. How often
// somebody does is printed and not asserted, for a machine may be busier yet;
// but the pair is whole again afterwards, and no connection was lost.
func TestTakeoversUnderLoad(t *testing.T) {
	f := newField(t)
	p := startTandem(t, f, "timers msec 15 msec 50")
	p.settle(t)
	f.reach(t)
	s := startStream(t, f)
	before := p.changes(t)
	for range runtime.NumCPU() {
		load(t, f.home, "spin")
	}
	load(t, f.inside, "flood "+serverAddr+":9")
	<-time.After(*soak)
	p.settle(t)
	t.Logf("%d changes of state in %v under load", p.changes(t)-before, *soak)
	require.NoError(t, s.finish())
}
