package clients_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/examples"
)

// patience bounds a client's whole run, and so every wait in it.
const patience = 3 * time.Minute

// Who may log in, as testdata/RouterA.cfg and RouterB.cfg say.
const (
	user     = "oper"  // lands at >
	engineer = "admin" // lands at #
	password = "lab"
	secret   = "letmein"
)

// build builds the program as the Makefile does.
func build(t *testing.T) (program string) {
	t.Helper()
	program = filepath.Join(t.TempDir(), "tandem")
	cmd := exec.Command("go", "build", "-trimpath", "-o", program, "tandem/cmd/tandem")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return program
}

// device is a router of the lab as its clients reach it: ports of 127.0.0.1.
type device struct {
	name        string
	ssh, telnet int    // TCP
	snmp        int    // UDP
	saved       string // the file that holds its startup-config
}

// pair is a running lab of two routers: those of examples/dual-lan, with users
// on them.
type pair []device

// start runs the program on a lab of the test's own until the test ends.
func start(t *testing.T, program string) pair {
	t.Helper()
	for {
		folder := t.TempDir()
		p := write(t, folder)
		if !up(t, program, folder) {
			continue // somebody else took a port since it was free
		}
		return p
	}
}

// write makes the lab's folder.
func write(t *testing.T, folder string) pair {
	t.Helper()
	lab := "name: clients\nrouters:\n"
	var p pair
	ports := freePorts(t, 6)
	for n, name := range []string{"RouterA", "RouterB"} {
		d := device{name: name, ssh: ports[3*n], telnet: ports[3*n+1], snmp: ports[3*n+2], saved: filepath.Join(folder, ".tandem", name, "nvram", "startup-config")}
		lab += fmt.Sprintf("  %s:\n    config: %[1]s.cfg\n    modules: {0/1: HWIC-D-9ESW, 1: NM-2FE2W-V2, 2: NME-16ES-1G-P}\n"+
			"    ports: {GigabitEthernet0/0: inside, GigabitEthernet0/1: outside}\n"+
			"    forward: {127.0.0.1:%d: 22, 127.0.0.1:%d: 23, 127.0.0.1:%d: 161}\n", name, d.ssh, d.telnet, d.snmp)
		config, err := examples.Files.ReadFile("dual-lan/" + name + ".cfg")
		require.NoError(t, err)
		users, err := os.ReadFile("testdata/" + name + ".cfg")
		require.NoError(t, err)
		text := strings.TrimSuffix(string(config), "end\n") + string(users)
		require.NoError(t, os.WriteFile(filepath.Join(folder, name+".cfg"), []byte(text), 0o600))
		p = append(p, d)
	}
	lab += "segments: {inside: {}, outside: {}}\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "lab.yaml"), []byte(lab), 0o600))
	return p
}

// freePorts returns n TCP ports that nobody listens on.
func freePorts(t *testing.T, n int) (ports []int) {
	t.Helper()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer l.Close() // all at once, or a port could come twice
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports
}

// up starts a lab and waits until it says that it is up; false when a port was
// taken. It is stopped as Ctrl-C would, and must then end well.
func up(t *testing.T, program, folder string) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	cmd := exec.CommandContext(ctx, program, "up", folder, "--console-base", "0", "--seed", "1")
	cmd.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+folder)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	ready := false
	lines := bufio.NewScanner(out)
	for !ready && lines.Scan() {
		ready = lines.Text() == "lab clients is up"
	}
	if !ready {
		err := cmd.Wait()
		cancel()
		if strings.Contains(complaints.String(), "address already in use") {
			return false
		}
		t.Fatalf("tandem up: %v\n%s", err, complaints.String())
	}
	t.Cleanup(func() {
		defer cancel()
		require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		for lines.Scan() {
		}
		require.NoError(t, cmd.Wait(), complaints.String())
	})
	return true
}

// startup reads the startup-config that the router has saved.
func (d device) startup(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(d.saved)
	if errors.Is(err, os.ErrNotExist) {
		return ""
	}
	require.NoError(t, err)
	_, config, _ := strings.Cut(string(text), "\n") // the frame of a file in NVRAM
	return config
}

// mark is what a client with a number configures on each router: an interface
// and a list of its own.
func mark(number int) []string {
	return []string{
		fmt.Sprintf("interface Loopback%d", number),
		" description client " + strconv.Itoa(number),
		fmt.Sprintf(" ip address 192.0.2.%d 255.255.255.255", number),
		fmt.Sprintf("ip access-list extended client-%d", number),
		fmt.Sprintf(" permit tcp any host 192.0.2.%d eq 22", number),
		" deny   ip any any log",
	}
}
