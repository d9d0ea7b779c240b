// Package clients_test drives a running lab with the programs that people use
// on routers. Each configures a pair of them, reads it back and saves it; what
// was saved is then looked up in NVRAM. docs/clients.md is the table that a run
// fills in:
//
//	go test ./clients -update
package clients_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// client is a program and what it does to the lab.
type client struct {
	name     string
	needs    []string // programs and files that must be there
	provider string   // what to install
	version  func(*run) string
	drive    func(*run)
}

// all are the rows of the table. The place is the number of a client's mark.
var all = []client{
	{"OpenSSH ssh and scp", []string{"ssh", "scp", "ssh-keygen"}, "openssh-client", opensshVersion, driveOpenSSH},
	{"PuTTY plink and pscp", []string{"plink", "pscp", "ssh-keyscan", "ssh-keygen"}, "putty-tools, openssh-client", puttyVersion, drivePuTTY},
	{"inetutils telnet", []string{"telnet"}, "telnet", telnetVersion, driveTelnet},
	{"expect", []string{"expect", "ssh", "telnet"}, "expect", expectVersion, driveExpect},
	{"netmiko", []string{python, library + "/netmiko"}, "python3-netmiko", netmikoVersion, driveNetmiko},
	{"Ansible cisco.ios", []string{"ansible-playbook", library + "/ansible_collections/cisco/ios"}, "ansible", ansibleVersion, driveAnsible},
	{"RANCID", []string{rancid + "/rancid", rancid + "/clogin"}, "rancid", rancidVersion, driveRancid},
	{"scrapligo", []string{"go", "ssh"}, "openssh-client, and the module by go mod download", scrapligoVersion, driveScrapligo},
	{"snmpwalk", []string{"snmpwalk"}, "snmp", snmpVersion, driveSNMP},
}

// Where Debian puts what has no command in PATH. Its Python is not always the
// first in PATH.
const (
	python  = "/usr/bin/python3"
	library = "/usr/lib/python3/dist-packages"
	rancid  = "/usr/lib/rancid/bin"
)

// run is one client at work on a lab of its own.
type run struct {
	*testing.T
	pair
	number int    // of the client
	home   string // an empty folder: its HOME, where it works
	row    row
}

func TestClients(t *testing.T) {
	program, rows := build(t), make([]row, len(all))
	t.Run("drive", func(t *testing.T) {
		for n, c := range all {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				r := &run{T: t, number: n + 1, home: t.TempDir(), row: row{client: c.name}}
				c.require(t)
				r.row.version = c.version(r)
				r.pair = start(t, program)
				c.drive(r)
				rows[n] = r.row
			})
		}
	})
	report(t, rows)
}

// require looks whether the client is there.
func (c client) require(t *testing.T) {
	t.Helper()
	for _, name := range c.needs {
		_, err := exec.LookPath(name)
		if strings.HasPrefix(name, "/") {
			_, err = os.Stat(name)
		}
		if err != nil {
			absent(t, "no %s on this machine: install %s", name, c.provider)
		}
	}
}

// absent skips for want of a client, or fails where all must be there: the
// check of the project installs them.
func absent(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

// drove notes what has just worked. What was noted for one router is not noted
// again for the other.
func (r *run) drove(what string) {
	r.Helper()
	require.NotRegexp(r, "[;|]", what, "these divide the table")
	if !slices.Contains(r.row.drives, what) {
		r.row.drives = append(r.row.drives, what)
	}
}

// command is a client program that starts in its home, with nothing of the
// user's around it.
func (r *run) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = r.home
	cmd.Env = []string{
		"HOME=" + r.home, "PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8", "TERM=vt100",
		"DEVICE_USER=" + user, "DEVICE_ENGINEER=" + engineer, "DEVICE_PASSWORD=" + password, "DEVICE_SECRET=" + secret,
		"CLIENT_NUMBER=" + strconv.Itoa(r.number),
	}
	// A client's own children must not outlive it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	return cmd
}

// try runs a client program to its end and returns what it printed.
func (r *run) try(input, name string, args ...string) (string, error) {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	cmd := r.command(ctx, name, args...)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		err = errors.Join(ctx.Err(), err)
	}
	return string(out), err
}

// does is try for a program that must succeed. Lines of its own that begin with
// "drove: " say what it has done by then.
func (r *run) does(name string, args ...string) string {
	r.Helper()
	out, err := r.try("", name, args...)
	require.NoError(r, err, "%s %s\n%s", name, strings.Join(args, " "), out)
	for line := range strings.Lines(out) {
		if what, ok := strings.CutPrefix(strings.TrimSpace(line), "drove: "); ok {
			r.drove(what)
		}
	}
	return out
}

// script copies a file of testdata to the client's home and returns its name.
func (r *run) script(name string) string {
	r.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(r, err)
	return r.file(name, string(text))
}

// file writes a file into the client's home and returns its name.
func (r *run) file(name, text string) string {
	r.Helper()
	path := filepath.Join(r.home, name)
	require.NoError(r, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// saved asserts that a router's startup-config holds lines in this order.
func (r *run) saved(d device, lines ...string) {
	r.Helper()
	config := d.startup(r.T)
	at := 0
	for _, line := range lines {
		i := strings.Index(config[at:], "\n"+line+"\n")
		require.GreaterOrEqual(r, i, 0, "%s has not saved %q:\n%s", d.name, line, config)
		at += i + len(line) + 1
	}
}

// golden compares a transcript with testdata/golden/NAME; -update writes it.
func (r *run) golden(name, got string) {
	r.Helper()
	got = strings.ReplaceAll(got, "\r\n", "\n")
	path := filepath.Join("testdata", "golden", name)
	if *update {
		require.NoError(r, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(r, err)
	require.Equal(r, string(want), got, "%s: go test ./clients -update rewrites it", path)
}

// Clients wait more than they work: all of them run at a time.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", strconv.Itoa(len(all))); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
