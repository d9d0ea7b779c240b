package appliance_test

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/ipc"
	"tandem/ipc/kernel"
	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/router"
)

// kernelChild is set in the environment of the test when it runs again inside a
// network namespace of its own.
const kernelChild = "TANDEM_KERNEL_NAMESPACE"

// twoPathOverKernel is the two-path lab with associations that the host's
// kernel carries.
func twoPathOverKernel(t *testing.T) *lab.Topology {
	t.Helper()
	topology, err := lab.Load(twoPath, appliance.Known)
	require.NoError(t, err)
	for i := range topology.Routers {
		topology.Routers[i].SCTP = "kernel"
	}
	return topology
}

// Where there is no kernel to ask, one line says so and the router's own SCTP
// does it.
func TestWithoutTheKernelsSCTPTheRoutersOwnIsUsed(t *testing.T) {
	shelf, err := appliance.New("")
	require.NoError(t, err)
	v, err := lab.NewVirtual(twoPathOverKernel(t), lab.Options{Seed: 1, Boot: shelf.Boot})
	require.NoError(t, err)
	p := &pair{Virtual: v, t: t, boots: map[string]int{}}
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	p.settle(time.Minute)
	const line = "a lab in virtual time has no kernel; the router's own SCTP is used"
	var console strings.Builder
	p.router("RouterA").OpenConsole(p.Now(), func(s router.Screen) { console.WriteString(s.Text) })
	require.Equal(t, 1, strings.Count(console.String(), "%TANDEM-4-NOSCTP: "+line+"\n"))
	require.False(t, p.router("RouterA").IPC().Host())
}

// On a host without SCTP the same holds for a live lab; with it, two routers
// meet over the kernel's two addresses a side, lose each other when one is
// switched off, and meet again.
func TestTheKernelCarriesTheAssociation(t *testing.T) {
	if os.Getenv(kernelChild) != "" {
		overKernel(t)
		return
	}
	_, noIP := exec.LookPath("ip")
	switch missing := kernel.Available(); {
	case testing.Short():
		t.Skip("skipped: a live test, and -short")
	case missing != nil:
		t.Skipf("skipped: %v", missing)
	case noIP != nil:
		t.Skip("skipped: no ip command: apt-get install iproute2")
	case os.Geteuid() != 0:
		t.Skip("skipped: a network namespace needs root")
	}
	c := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=2m")
	c.Env = append(os.Environ(), kernelChild+"=1")
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	out, err := c.CombinedOutput()
	t.Logf("%s", out)
	require.NoError(t, err)
}

func overKernel(t *testing.T) {
	shelf, err := appliance.New("")
	require.NoError(t, err)
	l, err := lab.NewLive(twoPathOverKernel(t), lab.Options{Boot: shelf.Boot, Seed: 1, Log: func(text string) { t.Log(text) }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Stop()) })
	shows := func(name, text string) {
		t.Helper()
		require.Eventuallyf(t, func() bool {
			found := false
			require.NoError(t, l.Do(name, func(now clock.Time, d lab.Device) {
				var out strings.Builder
				appliance.Type(now, d, "show ipc zones", func(s string) { out.WriteString(s) })
				found = strings.Contains(out.String(), text)
			}))
			return found
		}, 30*time.Second, 100*time.Millisecond, "%s: %s", name, text)
	}
	shows("RouterA", "Association 1: down (ipc: SCTP connect: cannot assign requested address)")
	addresses := exec.Command("sh", "-ec", "ip link set lo up; for a in 1.1 2.1 1.2 2.2; do ip addr add 192.168.$a/32 dev lo; done")
	out, err := addresses.CombinedOutput()
	require.NoError(t, err, "%s", out)
	for _, name := range routers {
		shows(name, "Association 1: up\n    SCTP of the host's kernel\n")
	}
	heard := func(name string) (c ipc.Counters) {
		require.NoError(t, l.Do(name, func(now clock.Time, d lab.Device) { c = d.(*appliance.Device).IPC().Counters(now) }))
		return c
	}
	require.Eventually(t, func() bool { return heard("RouterA").Received > 0 && heard("RouterB").Received > 0 }, 10*time.Second, 50*time.Millisecond)

	require.NoError(t, l.Power("RouterB", lab.Off))
	shows("RouterA", "Association 1: down")
	require.NoError(t, l.Power("RouterB", lab.On))
	for _, name := range routers {
		shows(name, "Association 1: up\n")
	}
	require.EqualValues(t, 2, heard("RouterA").Established)
}
