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
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/bench/netns"
)

// linuxPair is two Linux routers as their authors would set them up: keepalived
// moves the virtual addresses, conntrackd copies the connections, nftables lets
// out what is new and in what is known.
type linuxPair struct {
	field   *field
	advert  string // seconds between two advertisements
	routers map[string]*linuxRouter
}

type linuxRouter struct {
	*netns.Namespace
	pair       *linuxPair
	name, dir  string
	number     int // 1 or 2: the host part of its addresses
	keepalived *exec.Cmd
	conntrackd *exec.Cmd
}

const (
	firewallRules = `table inet fw {
	chain forward {
		type filter hook forward priority 0; policy drop;
		ct state established,related accept
		iifname "eth0" oifname "eth1" ct state new accept
	}
}
`
	// FTFW is conntrackd's own recommendation for a pair. The kernel table
	// is filled at takeover, by the script that comes with it.
	conntrackdConf = `Sync {
	Mode FTFW {
	}
	Multicast {
		IPv4_address 225.0.0.50
		Group 3780
		IPv4_interface 172.16.0.%[1]d
		Interface sync
		SndSocketBuffer 1249280
		RcvSocketBuffer 1249280
		Checksum on
	}
}
General {
	HashSize 262144
	HashLimit 4194304
	LogFile off
	LockFile %[2]s/lock
	UNIX {
		Path %[2]s/ctl
	}
	NetlinkBufferSize 2097152
	NetlinkBufferSizeMaxGrowth 134217728
	Filter From Userspace {
		Protocol Accept {
			TCP
			UDP
			ICMP
		}
		Address Ignore {
			IPv4_address 127.0.0.1
			IPv4_address 10.0.0.1
			IPv4_address 10.0.0.2
			IPv4_address 10.0.0.3
			IPv4_address 211.0.0.1
			IPv4_address 211.0.0.2
			IPv4_address 211.0.0.3
			IPv4_address 172.16.0.1
			IPv4_address 172.16.0.2
		}
	}
}
`
	keepalivedConf = `global_defs {
	vrrp_version 3
	script_user root
}
vrrp_sync_group both {
	group {
		in
		out
	}
	notify_master "%[2]s/notify primary"
	notify_backup "%[2]s/notify backup"
	notify_fault "%[2]s/notify fault"
}
vrrp_instance in {
	state BACKUP
	nopreempt
	interface eth0
	virtual_router_id 1
	priority 250
	advert_int %[1]s
	virtual_ipaddress {
		10.0.0.3/24
	}
}
vrrp_instance out {
	state BACKUP
	nopreempt
	interface eth1
	virtual_router_id 2
	priority 250
	advert_int %[1]s
	virtual_ipaddress {
		211.0.0.3/24
	}
}
`
	// what conntrackd's example script does at each transition
	notifyScript = `#!/bin/sh
c="conntrackd -C %[1]s/conntrackd.conf"
case "$1" in
primary) $c -c; $c -f; $c -R; $c -B ;;
backup) $c -t; $c -n ;;
fault) $c -t ;;
esac
`
)

// startLinux starts the pair. The test is skipped where a part of it is not
// installed or the kernel lacks it.
func startLinux(t *testing.T, f *field, advert string) *linuxPair {
	t.Helper()
	for _, tool := range []string{"keepalived", "conntrackd", "nft"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("the Linux pair needs keepalived, conntrackd and nftables: %v", err)
		}
	}
	p := &linuxPair{field: f, advert: advert, routers: map[string]*linuxRouter{}}
	for i, name := range []string{"la", "lb"} {
		r := &linuxRouter{Namespace: newNamespace(t), pair: p, name: name, dir: t.TempDir(), number: i + 1}
		p.routers[name] = r
		require.NoError(t, f.home.Plug(r.plug(insideLAN), insideLAN, r.Namespace, "eth0"))
		require.NoError(t, f.home.Plug(r.plug(outsideLAN), outsideLAN, r.Namespace, "eth1"))
		require.NoError(t, r.Sysctl("net.ipv4.ip_forward", "1"))
		require.NoError(t, r.IP(fmt.Sprintf("addr add 10.0.0.%d/24 dev eth0", r.number), fmt.Sprintf("addr add 211.0.0.%d/24 dev eth1", r.number)))
		r.write(t, "rules", firewallRules)
		r.write(t, "conntrackd.conf", fmt.Sprintf(conntrackdConf, r.number, r.dir))
		r.write(t, "keepalived.conf", fmt.Sprintf(keepalivedConf, advert, r.dir))
		r.write(t, "notify", fmt.Sprintf(notifyScript, r.dir))
	}
	require.NoError(t, p.routers["la"].Join("sync", p.routers["lb"].Namespace, "sync"))
	for _, r := range p.routers {
		require.NoError(t, r.IP("link set sync up", fmt.Sprintf("addr add 172.16.0.%d/30 dev sync", r.number)))
		if out, err := r.Run("nft -f " + r.dir + "/rules"); err != nil {
			t.Skipf("the kernel has no nftables with conntrack: %v %s", err, out)
		}
		// a connection that was not copied must not pass for a new one
		require.NoError(t, r.Sysctl("net.netfilter.nf_conntrack_tcp_loose", "0"))
		for _, timeout := range []string{"udp_timeout", "udp_timeout_stream"} { // a crowd is quiet for long
			require.NoError(t, r.Sysctl("net.netfilter.nf_conntrack_"+timeout, "36000"))
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

// makeRoom lets the kernel's table hold so many connections a namespace until
// the test ends: its bounds are those of the whole machine.
func makeRoom(t *testing.T, connections int) {
	t.Helper()
	for name, least := range map[string]int{"max": 2 * connections, "buckets": connections / 4} {
		path := "/proc/sys/net/netfilter/nf_conntrack_" + name
		text, err := os.ReadFile(path)
		if err != nil {
			t.Skipf("the kernel has no nf_conntrack: %v", err)
		}
		if n, err := strconv.Atoi(strings.TrimSpace(string(text))); err != nil || n >= least {
			continue
		}
		if err := os.WriteFile(path, []byte(strconv.Itoa(least)), 0); err != nil {
			t.Skipf("the kernel's table may not grow: %v", err)
		}
		t.Cleanup(func() { _ = os.WriteFile(path, text, 0) })
	}
}

func (r *linuxRouter) write(t *testing.T, name, text string) {
	t.Helper()
	mode := os.FileMode(0o600)
	if strings.HasPrefix(text, "#!") {
		mode = 0o700 // keepalived refuses a configuration that is executable
	}
	require.NoError(t, os.WriteFile(filepath.Join(r.dir, name), []byte(text), mode))
}

// plug is the bridge's end of the router's cable to a LAN.
func (r *linuxRouter) plug(lan string) string { return r.name + lan[len("lan"):] }

func (r *linuxRouter) start(t *testing.T) {
	t.Helper()
	r.conntrackd = r.run(t, "conntrackd", "-C", r.dir+"/conntrackd.conf")
	require.Eventually(t, func() bool {
		_, err := r.ask("-s")
		return err == nil
	}, patience, 20*time.Millisecond, "conntrackd does not start")
	r.startKeepalived(t)
}

func (r *linuxRouter) startKeepalived(t *testing.T) {
	t.Helper()
	r.keepalived = r.run(t, "keepalived", "-n", "-l", "-P", "-f", r.dir+"/keepalived.conf", "-p", r.dir+"/pid", "-r", r.dir+"/vrrp.pid")
}

func (r *linuxRouter) run(t *testing.T, program string, arguments ...string) *exec.Cmd {
	t.Helper()
	cmd := command(pairNice, program, arguments...)
	log, err := os.OpenFile(r.dir+"/"+program+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	require.NoError(t, r.Do(cmd.Start))
	return cmd
}

// kill ends both daemons as power does, and forgets what the kernel remembers.
func (r *linuxRouter) kill() {
	for _, cmd := range []*exec.Cmd{r.keepalived, r.conntrackd} {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		if vrrp, err := r.vrrp(); err == nil && cmd == r.keepalived {
			_ = syscall.Kill(vrrp, syscall.SIGKILL)
		}
		_ = cmd.Wait()
	}
	for _, left := range []string{"lock", "pid", "vrrp.pid"} {
		_ = os.Remove(filepath.Join(r.dir, left))
	}
	_, _ = r.Run("ip addr del 10.0.0.3/24 dev eth0")
	_, _ = r.Run("ip addr del 211.0.0.3/24 dev eth1")
	_, _ = r.Run("conntrack -F")
}

// vrrp is the process of keepalived that does the work; the one that was
// started guards it.
func (r *linuxRouter) vrrp() (int, error) {
	text, err := os.ReadFile(r.dir + "/vrrp.pid")
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(text)))
}

// master reports whether the router has both virtual addresses.
func (r *linuxRouter) master() (in, out bool) {
	text, err := r.Run("ip -o -4 addr show")
	return err == nil && strings.Contains(text, insideVIP+"/24"), err == nil && strings.Contains(text, outsideVIP+"/24")
}

func (p *linuxPair) settle(t *testing.T) (active, standby string) {
	t.Helper()
	t.Cleanup(func() {
		if t.Failed() || t.Skipped() {
			p.report(t)
		}
	})
	names := [][2]string{{"la", "lb"}, {"lb", "la"}}
	quiet := 0
	settled := soon(t, func() bool {
		for _, n := range names {
			in, out := p.routers[n[0]].master()
			otherIn, otherOut := p.routers[n[1]].master()
			if in && out && !otherIn && !otherOut && p.routers[n[1]].ready() {
				if active != n[0] {
					quiet = 0
				}
				active, standby = n[0], n[1]
				quiet++
				return quiet > 10 // keepalived does not tell when it is done
			}
		}
		return false
	})
	if !settled { // it is not what is under test here
		t.Skip("the Linux pair does not find its roles")
	}
	return active, standby
}

// report logs what the routers have, for a test that failed.
func (p *linuxPair) report(t *testing.T) {
	for _, r := range p.routers {
		addresses, err := r.Run("ip -o -4 addr show")
		log, _ := os.ReadFile(r.dir + "/keepalived.log")
		t.Logf("%s: %v\n%s\n%s", r.name, err, addresses, log)
	}
}

// ready reports whether the router could take over: its keepalived is there.
func (r *linuxRouter) ready() bool {
	pid, err := r.vrrp()
	return err == nil && syscall.Kill(pid, 0) == nil
}

var externalCache = regexp.MustCompile(`(?s)cache external:\s+current active connections:\s+(\d+)`)

func (p *linuxPair) copied(router string) (int, error) {
	text, err := p.routers[router].ask("-s")
	if err != nil {
		return 0, err
	}
	return number(externalCache, text)
}

// ask has the router's conntrackd do something.
func (r *linuxRouter) ask(option string) (string, error) {
	return r.Run("conntrackd -C " + r.dir + "/conntrackd.conf " + option)
}

func (p *linuxPair) worker(_ *testing.T, router string) int {
	return p.routers[router].conntrackd.Process.Pid
}

func (p *linuxPair) strike(t *testing.T, b blow, active string, run int) {
	t.Helper()
	r, home := p.routers[active], p.field.home
	switch b {
	case planned: // systemctl stop keepalived
		require.NoError(t, r.keepalived.Process.Signal(syscall.SIGTERM))
	case cable:
		require.NoError(t, home.IP("link set "+r.plug(lan(run))+" down"))
	case killed:
		pid, err := r.vrrp()
		require.NoError(t, err)
		require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	case silent: // the other one sees no link go down
		require.NoError(t, home.IP("link set "+r.plug(insideLAN)+" down", "link set "+r.plug(outsideLAN)+" down"))
	}
}

func (p *linuxPair) mend(t *testing.T, b blow, router string, run int) {
	t.Helper()
	r, home := p.routers[router], p.field.home
	switch b {
	case planned:
		_ = r.keepalived.Wait()
		r.startKeepalived(t)
	case cable:
		require.NoError(t, home.IP("link set "+r.plug(lan(run))+" up"))
	case killed: // its guard gives up after some deaths
		r.kill()
		r.start(t)
	case silent:
		r.kill()
		require.NoError(t, home.IP("link set "+r.plug(insideLAN)+" up", "link set "+r.plug(outsideLAN)+" up"))
		r.start(t)
	}
}
