//go:build linux

package failover

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// program builds the tandem command, once.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "tandem-failover")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "tandem")
	out, err := exec.Command("go", "build", "-o", path, "tandem/cmd/tandem").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return path, nil
})

// tandemPair is two processes of "tandem router", each with a TAP device on
// either LAN, and the configurations of examples/dual-lan.
type tandemPair struct {
	field   *field
	dir     string
	routers map[string]*process
}

// process is one router.
type process struct {
	pair    *tandemPair
	name    string
	port    int // TCP port of the console
	cmd     *exec.Cmd
	console *console
}

// tap is the router's device on a LAN.
func (r *process) tap(lan string) string {
	return strings.ToLower(r.name[len("Router"):]) + lan[len("lan"):]
}

func startTandem(t *testing.T, f *field, timers string) *tandemPair {
	t.Helper()
	_, err := program()
	require.NoError(t, err)
	p := &tandemPair{field: f, dir: t.TempDir(), routers: map[string]*process{}}
	edit := strings.NewReplacer("timers 1 5", timers, "reload 7", "reload 1",
		"ip inspect tcp idle-time", "ip inspect udp idle-time 36000\nip inspect tcp idle-time", // a crowd is quiet for long
		"ip cef\n", "ip cef\n!\nno logging console\n") // the console is for answers
	for i, name := range []string{"RouterA", "RouterB"} {
		text, err := os.ReadFile(filepath.Join("../../examples/dual-lan", name+".cfg"))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(p.dir, name+".cfg"), []byte(edit.Replace(string(text))), 0o600))
		r := &process{pair: p, name: name, port: 2001 + i}
		p.routers[name] = r
		for _, lan := range []string{insideLAN, outsideLAN} {
			require.NoError(t, f.home.Tap(r.tap(lan), lan))
		}
		r.start(t)
	}
	t.Cleanup(func() {
		for _, r := range p.routers {
			r.kill()
		}
	})
	return p
}

// start starts the process.
func (r *process) start(t *testing.T) {
	t.Helper()
	path, _ := program()
	r.cmd = command(loadNice, path, "router", "--nice", strconv.Itoa(pairNice), "--name", r.name, "--config", filepath.Join(r.pair.dir, r.name+".cfg"),
		"--module", "0/1=HWIC-D-9ESW", "--module", "1=NM-2FE2W-V2", "--module", "2=NME-16ES-1G-P", "--listing", "document",
		"--port", "Gi0/0=tap:"+r.tap(insideLAN), "--port", "Gi0/1=tap:"+r.tap(outsideLAN), "--console", strconv.Itoa(r.port))
	r.cmd.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+r.pair.dir)
	r.cmd.Stderr = os.Stderr
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	_, err := r.cmd.StdinPipe() // open until the process ends
	require.NoError(t, err)
	require.NoError(t, r.pair.field.home.Do(r.cmd.Start))
	r.connect(t)
}

// connect opens the console, once the process listens. One that was killed
// before it may still be on its way out, and closes what it is asked.
func (r *process) connect(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		conn, err := r.pair.field.home.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", r.port))
		if err != nil {
			return false
		}
		r.console = &console{conn: conn}
		if err := r.console.open(r.name); err != nil {
			conn.Close()
			return false
		}
		return true
	}, patience, 5*time.Millisecond, "%s has no console", r.name)
}

// kill ends the process and all that belongs to it at once, as power does.
func (r *process) kill() {
	_ = syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL)
	_ = r.cmd.Wait()
	r.console.conn.Close()
}

// show types a command, after a reload as well as before.
func (r *process) show(t *testing.T, line string) string {
	t.Helper()
	out, err := r.console.command(line)
	require.NoError(t, err, "%s: %s", r.name, line)
	return out
}

var groupRow = regexp.MustCompile(`(?m)^Gi0/\d +\d +\d+ +P? +(\w+) `)

// in reports whether the router is in a state of redundancy with both its
// groups in one of HSRP.
func (r *process) in(t *testing.T, rf, group string) bool {
	t.Helper()
	if !strings.Contains(r.show(t, "show redundancy states"), "my state = "+rf) {
		return false
	}
	rows := groupRow.FindAllStringSubmatch(r.show(t, "show standby brief"), -1)
	return len(rows) == 2 && rows[0][1] == group && rows[1][1] == group
}

func (p *tandemPair) settle(t *testing.T) (active, standby string) {
	t.Helper()
	t.Cleanup(func() {
		if t.Failed() {
			p.report(t)
		}
	})
	names := [][2]string{{"RouterA", "RouterB"}, {"RouterB", "RouterA"}}
	require.Eventually(t, func() bool {
		for _, n := range names {
			if p.routers[n[0]].in(t, "13 -ACTIVE", "Active") && p.routers[n[1]].in(t, "8  -STANDBY HOT", "Standby") {
				active, standby = n[0], n[1]
				return true
			}
		}
		return false
	}, patience, 20*time.Millisecond, "no pair of an active and a hot standby router")
	return active, standby
}

// report logs what the routers think, for a test that failed.
func (p *tandemPair) report(t *testing.T) {
	for _, r := range p.routers {
		for _, line := range []string{"show redundancy states", "show redundancy history", "show standby brief", "show ip inspect ha statistics", "show ip inspect statistics"} {
			out, err := r.console.command(line)
			t.Logf("%s: %s\n%s %v", r.name, line, out, err)
		}
	}
}

var standbySessions = regexp.MustCompile(`Sessions standby +: (\d+)`)

func (p *tandemPair) copied(router string) (int, error) {
	out, err := p.routers[router].console.command("show ip inspect ha statistics")
	if err != nil {
		return 0, err
	}
	return number(standbySessions, out)
}

func (p *tandemPair) worker(t *testing.T, router string) int {
	t.Helper()
	return p.routers[router].child(t)
}

// lan is the one whose cable is pulled in a run.
func lan(run int) string { return []string{insideLAN, outsideLAN}[run%2] }

func (p *tandemPair) strike(t *testing.T, b blow, active string, run int) {
	t.Helper()
	r := p.routers[active]
	switch b {
	case planned:
		require.NoError(t, r.console.send("redundancy force-switchover\r"))
		_, err := r.console.until("[confirm]")
		require.NoError(t, err)
		require.NoError(t, r.console.send("\r"))
	case cable:
		require.NoError(t, p.field.home.IP("link set "+r.tap(lan(run))+" down"))
	case killed:
		require.NoError(t, syscall.Kill(r.child(t), syscall.SIGKILL))
	case silent:
		r.kill()
	}
}

// child is the process of the router itself: the one that was started guards it.
func (r *process) child(t *testing.T) int {
	t.Helper()
	out, err := exec.Command("pgrep", "-P", strconv.Itoa(r.cmd.Process.Pid)).Output()
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(out)))
	require.NoError(t, err)
	return pid
}

func (p *tandemPair) mend(t *testing.T, b blow, router string, run int) {
	t.Helper()
	r := p.routers[router]
	switch b {
	case cable:
		require.NoError(t, p.field.home.IP("link set "+r.tap(lan(run))+" up"))
	case killed:
		require.Error(t, r.cmd.Wait(), "the guard tells that its router died")
		r.start(t)
	case silent:
		r.start(t)
	}
	if b == planned || b == cable {
		_, err := r.console.until("started!")
		require.NoError(t, err)
		require.NoError(t, r.console.open(router))
	}
}
