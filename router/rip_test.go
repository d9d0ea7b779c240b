package router_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// ripLines is a "router rip" with every line, in the order of the listing.
const ripLines = `router rip
 version 2
 no validate-update-source
 timers basic 5 15 0 20
 redistribute connected
 redistribute static metric 3
 offset-list 0 out 2 GigabitEthernet0/1
 passive-interface default
 no passive-interface GigabitEthernet0/1
 network 10.0.0.0
 network 192.168.1.0
 neighbor 192.168.1.2
 maximum-paths 2
 default-information originate
 default-metric 4
 distance 100
 no auto-summary
!
`

func routerRIP(b *bench) string {
	text := b.Listing()
	i := strings.Index(text, "router rip\n")
	if i < 0 {
		return ""
	}
	text = text[i:]
	return strings.ReplaceAll(text[:strings.Index(text, "!\n")+2], "\n  ", "\n ")
}

func paste(t *testing.T, b *bench, text string) {
	t.Helper()
	b.enter("configure terminal")
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		require.NotContains(t, b.enter(line), "%", "line %q", line)
	}
	b.enter("end")
}

func TestRouterRIPPrintsBack(t *testing.T) {
	b := newBench(t, "RouterA", nil)
	b.privileged()
	paste(t, b, ripLines)
	require.Equal(t, ripLines, routerRIP(b))
	listing := b.Listing()
	paste(t, b, ripLines)
	require.Equal(t, listing, b.Listing(), "the same again changes nothing")
	require.Contains(t, b.enter("show ip protocols"), `Routing Protocol is "rip"
  Outgoing update filter list for all interfaces is not set
  Incoming update filter list for all interfaces is not set
  Sending updates every 5 seconds, next due in `)

	paste(t, b, `router rip
no validate-update-source
no timers basic
no redistribute connected
no redistribute static
no offset-list 0 out 2 GigabitEthernet0/1
no passive-interface default
passive-interface GigabitEthernet0/0
no network 10.1.2.3
no neighbor 192.168.1.2
no maximum-paths 2
no default-information originate
no default-metric
no distance
auto-summary
no version
validate-update-source`)
	require.Equal(t, "router rip\n passive-interface GigabitEthernet0/0\n network 192.168.1.0\n!\n", routerRIP(b))
	paste(t, b, "no router rip")
	require.Empty(t, routerRIP(b))
	require.Empty(t, b.enter("show ip protocols"))
	require.NotContains(t, b.enter("configure terminal"), "%")
	require.Contains(t, b.enter("router rip"), "")
	require.Contains(t, b.enter("network 224.0.0.1"), "% Invalid input detected")
	require.Contains(t, b.enter("neighbor 0.0.0.0"), "% Invalid input detected")
}

func TestDebugIPRIP(t *testing.T) {
	b := newBench(t, "RouterA", nil)
	b.privileged()
	require.Equal(t, "RIP protocol debugging is on\n", b.enter("debug ip rip"))
	require.Equal(t, "IP routing:\n  RIP protocol debugging is on\n", b.enter("show debugging"))
	require.Equal(t, "RIP protocol debugging is off\n", b.enter("no debug ip rip"))
	require.Equal(t, "RIP event debugging is on\n", b.enter("debug ip rip events"))
	b.enter("undebug all")
	require.Empty(t, b.enter("show debugging"))
}

func TestInterfaceLinesOfRIPPrintBack(t *testing.T) {
	b := newBench(t, "RouterA", nil)
	b.privileged()
	paste(t, b, "interface GigabitEthernet0/0\nip address 10.0.0.1 255.255.255.0\nno ip split-horizon\nip rip send version 1 2\nip rip receive version 2")
	for _, line := range []string{"no ip split-horizon\n", "ip rip send version 1 2\n", "ip rip receive version 2\n"} {
		require.Contains(t, b.Listing(), line)
	}
	require.Contains(t, b.enter("show ip interface GigabitEthernet0/0"), "Split horizon is disabled")
	paste(t, b, "interface GigabitEthernet0/0\nip split-horizon\nno ip rip send version\nno ip rip receive version")
	require.NotContains(t, b.Listing(), "ip rip")
	require.NotContains(t, b.Listing(), "horizon")
}

// HSRP and RIP listen to groups of their own: neither may take the other's.
func TestRIPAndHSRPShareAnInterface(t *testing.T) {
	b := newBench(t, "RouterA", nil)
	b.privileged()
	b.Carrier(1, 0, true)
	paste(t, b, "interface GigabitEthernet0/0\nip address 10.0.0.1 255.255.255.0\nno shutdown\nrouter rip\nversion 2\nnetwork 10.0.0.0")
	paste(t, b, "interface GigabitEthernet0/0\nstandby 1 ip 10.0.0.3")
	require.Contains(t, b.enter("show ip interface GigabitEthernet0/0"), "groups joined: 224.0.0.9 224.0.0.2\n")
	paste(t, b, "interface GigabitEthernet0/0\nno standby 1")
	require.Contains(t, b.enter("show ip interface GigabitEthernet0/0"), "groups joined: 224.0.0.9\n")
	paste(t, b, "no router rip")
	require.NotContains(t, b.enter("show ip interface GigabitEthernet0/0"), "groups joined")
}

// A wrong version must not lead out of the mode.
func TestVersionThatThereIsNot(t *testing.T) {
	b := newPrivileged(t)
	b.enter("configure terminal")
	require.Empty(t, b.enter("version 12.4"))
	b.enter("router rip")
	require.Equal(t, strings.Repeat(" ", 30)+"^\n% Invalid input detected at '^' marker.\n\n", b.enter("version 5"))
	require.Equal(t, "Router(config-router)#", b.prompt())
	require.Empty(t, b.enter("version 2"))
}
