package appliance_test

import (
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/lab/host"
	"tandem/port/open"
	"tandem/router"
)

// frrChild is set in the environment of the test when it runs again inside a
// network namespace of its own.
const frrChild = "TANDEM_FRR_NAMESPACE"

// frrLab is the pair of lan-wan with FRR in the place of the provider, on two
// TAP devices.
const frrLab = `name: lan-wan-frr
routers:
  RouterA: {config: RouterA.cfg, ports: {GigabitEthernet0/0: inside, GigabitEthernet0/1: wan-a}}
  RouterB: {config: RouterB.cfg, ports: {GigabitEthernet0/0: inside, GigabitEthernet0/1: wan-b}}
segments:
  inside: {}
  wan-a: {tap: wana}
  wan-b: {tap: wanb}
hosts:
  pc: {port: inside, address: 10.0.0.100/24, gateway: 10.0.0.3}
`

const frrConfig = `hostname provider
router rip
 version 2
 default-information originate
 network wana
 network wanb
 redistribute connected
`

// TestFRRIsTheProvider has FRR's zebra and ripd exchange routes with the pair
// of lan-wan, and take the other link when one goes down.
func TestFRRIsTheProvider(t *testing.T) {
	if os.Getenv(frrChild) != "" {
		inNamespace(t)
		return
	}
	zebra, ripd := frrDaemon("zebra"), frrDaemon("ripd")
	_, noIP := exec.LookPath("ip")
	switch {
	case testing.Short():
		t.Skip("skipped: a live test, and -short")
	case zebra == "" || ripd == "":
		t.Skip("skipped: no zebra and ripd in PATH or /usr/lib/frr: apt-get install frr")
	case noIP != nil:
		t.Skip("skipped: no ip command: apt-get install iproute2")
	case os.Geteuid() != 0:
		t.Skip("skipped: a network namespace and TAP devices need root")
	}
	if f, err := os.OpenFile("/dev/net/tun", os.O_RDWR, 0); err != nil {
		t.Skipf("skipped: no TAP devices: %v", err)
	} else {
		require.NoError(t, f.Close())
	}
	c := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=2m")
	c.Env = append(os.Environ(), frrChild+"=1")
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	out, err := c.CombinedOutput()
	if errors.Is(err, syscall.EPERM) {
		t.Skipf("skipped: no network namespace: %v", err)
	}
	t.Logf("%s", out)
	require.NoError(t, err)
}

// frrDaemon finds a daemon where Debian and a build of one's own put it.
func frrDaemon(name string) string {
	for _, path := range []string{name, "/usr/lib/frr/" + name, "/usr/local/sbin/" + name} {
		if found, err := exec.LookPath(path); err == nil {
			return found
		}
	}
	return ""
}

// frr is the live lab and what runs beside it.
type frr struct {
	*lab.Live
	t *testing.T
}

func inNamespace(t *testing.T) {
	f := startFRRLab(t)
	f.ip("link set lo up")
	for _, a := range []string{"192.0.2.2/30 dev wana", "192.0.2.6/30 dev wanb", "203.0.113.1/24 dev lo"} {
		f.ip("address add " + a)
	}
	f.ip("link set wana up")
	f.ip("link set wanb up")
	echo(t, "203.0.113.1:7")
	startFRR(t)

	// both ways
	f.until("RouterA", "show ip route", `(?m)^R +203\.0\.113\.0/24 \[120/1\] via 192\.0\.2\.2, .*GigabitEthernet0/1$`)
	f.until("RouterB", "show ip route", `(?m)^R\* +0\.0\.0\.0/0 \[120/1\] via 192\.0\.2\.6,`)
	f.kernel("10.0.0.0/24", "via 192.0.2.1 ", 40*time.Second)
	f.until("RouterB", "show redundancy states", `my state = 8 +-STANDBY HOT`)
	f.host("connect tcp 203.0.113.1 7 rate 100")
	f.flows(`1 tcp +203\.0\.113\.1:7 +established +\d\d\d`)

	// the link to RouterA goes down at both ends
	f.ip("link set wana down")
	require.NoError(t, f.Cut("wan-a"))
	start := time.Now()
	f.kernel("10.0.0.0/24", "via 192.0.2.5 ", 8*time.Second)
	t.Logf("FRR found the other link after %v", time.Since(start).Round(time.Millisecond))
	f.until("RouterB", "show standby brief", `Gi0/0 +1 +100 +P Active +local`)
	f.goesOn(400)
	f.flows(`1 tcp +203\.0\.113\.1:7 +established +\d+ +\d+ +0 +0 +0 +0`)

	// and our own poison reaches FRR: the LAN is gone from the last router
	require.NoError(t, f.Cut("RouterB:GigabitEthernet0/0"))
	f.kernel("10.0.0.0/24", "", 8*time.Second)
}

// startFRRLab runs the pair with its WAN links on TAP devices.
func startFRRLab(t *testing.T) *frr {
	shelf, err := appliance.New("")
	require.NoError(t, err)
	folder, err := filepath.Abs("../../examples/lan-wan")
	require.NoError(t, err)
	topology, err := lab.Parse(filepath.Join(folder, "lab.yaml"), []byte(frrLab), appliance.Known)
	require.NoError(t, err)
	l, err := lab.NewLive(topology, lab.Options{
		Boot: shelf.Boot, Seed: 1, Log: func(text string) { t.Log(text) },
		Cable: func(spec string) (lab.Cable, error) { return open.Port(spec) },
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Stop()) })
	return &frr{l, t}
}

// frrFolder makes a folder that FRR's own user may write to. Where the package
// made no such user the daemons run as root.
func frrFolder(t *testing.T) (owner, dir string) {
	u, err := user.Lookup("frr")
	if err != nil {
		return "root", t.TempDir()
	}
	dir, err = os.MkdirTemp("", "frr")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	uid, err := strconv.Atoi(u.Uid)
	require.NoError(t, err)
	gid, err := strconv.Atoi(u.Gid)
	require.NoError(t, err)
	require.NoError(t, os.Chown(dir, uid, gid))
	return u.Username, dir
}

// startFRR runs zebra and ripd until the test ends.
func startFRR(t *testing.T) {
	owner, dir := frrFolder(t)
	config := filepath.Join(dir, "frr.conf")
	require.NoError(t, os.WriteFile(config, []byte(frrConfig), 0o644))
	socket := filepath.Join(dir, "zserv.api")
	for _, name := range []string{"zebra", "ripd"} {
		log, err := os.Create(filepath.Join(dir, name+".log"))
		require.NoError(t, err)
		c := exec.Command(frrDaemon(name), "-f", config, "-i", filepath.Join(dir, name+".pid"), "-z", socket,
			"--vty_socket", dir, "-P", "0", "-u", owner, "-g", owner, "--log", "stdout")
		c.Stdout, c.Stderr = log, log
		c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		require.NoError(t, c.Start())
		t.Cleanup(func() {
			_ = c.Process.Kill()
			_ = c.Wait()
			text, _ := os.ReadFile(log.Name())
			if t.Failed() {
				t.Logf("%s said:\n%s", name, text)
			}
			require.NoError(t, log.Close())
		})
		if name == "zebra" {
			require.Eventually(t, func() bool { _, err := os.Stat(socket); return err == nil }, 10*time.Second, 50*time.Millisecond)
		}
	}
}

// echo serves TCP as the far end of the flow, with the kernel's own TCP.
func echo(t *testing.T, address string) {
	l, err := net.Listen("tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
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
}

func (f *frr) ip(args string) string {
	f.t.Helper()
	out, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput()
	require.NoError(f.t, err, "ip %s: %s", args, out)
	return string(out)
}

// kernel waits until the kernel's route to a network says what is wanted; ""
// is no route.
func (f *frr) kernel(network, want string, limit time.Duration) {
	f.t.Helper()
	last := ""
	ok := func() bool {
		last = f.ip("route show " + network)
		return want == "" && last == "" || want != "" && strings.Contains(last, want)
	}
	if !soon(limit, ok) {
		f.t.Fatalf("route to %s: want %q, have %q", network, want, last)
	}
}

// soon asks until the answer is yes, and gives up after a while: FRR and the
// kernel tell nobody when they are done.
func soon(limit time.Duration, yes func() bool) bool {
	ask := time.NewTicker(20 * time.Millisecond)
	defer ask.Stop()
	for end := time.Now().Add(limit); !yes(); <-ask.C {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

// show types an exec line on a router.
func (f *frr) show(name, line string) string {
	f.t.Helper()
	var out strings.Builder
	require.NoError(f.t, f.Do(name, func(now clock.Time, d lab.Device) {
		appliance.Type(now, d, "enable", func(string) {})
		appliance.Type(now, d, line, func(text string) { out.WriteString(text) })
	}))
	return out.String()
}

func (f *frr) host(line string) string {
	f.t.Helper()
	var text string
	require.NoError(f.t, f.DoHost("pc", func(now clock.Time, h *host.Host) {
		var out strings.Builder // a flow writes on when its command has answered
		lab.NewSession(h, func(s router.Screen) { out.WriteString(s.Text) }).Enter(now, line)
		text = out.String()
	}))
	return text
}

func (f *frr) until(name, line, want string) {
	f.t.Helper()
	f.eventually(func() string { return f.show(name, line) }, want)
}

func (f *frr) flows(want string) {
	f.t.Helper()
	f.eventually(func() string { return f.host("show flows") }, want)
}

// goesOn waits until that many more records of the flow have come back.
func (f *frr) goesOn(records int) {
	f.t.Helper()
	received := regexp.MustCompile(`1 tcp +203\.0\.113\.1:7 +established +\d+ +(\d+)`)
	count := func() int {
		match := received.FindStringSubmatch(f.host("show flows"))
		if match == nil {
			return 0
		}
		n, err := strconv.Atoi(match[1])
		require.NoError(f.t, err)
		return n
	}
	from := count()
	require.Eventually(f.t, func() bool { return count() >= from+records }, 40*time.Second, 50*time.Millisecond, "the flow stands at %d", from)
}

func (f *frr) eventually(look func() string, want string) {
	f.t.Helper()
	pattern := regexp.MustCompile(want)
	last := ""
	came := soon(40*time.Second, func() bool {
		last = look()
		return pattern.MatchString(last)
	})
	if !came {
		f.t.Fatalf("%s did not come; last:\n%s", want, last)
	}
}
