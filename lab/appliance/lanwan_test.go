package appliance_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/lab"
)

// lanWAN is the lan-wan lab in virtual time, once the standby router is hot
// and a TCP flow runs.
func lanWAN(t *testing.T, seed uint64) *pair {
	t.Helper()
	p, err := startLab("../../examples/lan-wan", lab.Options{Seed: seed})
	require.NoError(t, err)
	p.t = t
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	require.NoError(t, p.Advance(40*time.Second))
	require.Contains(t, p.show("RouterB", "show redundancy states"), "STANDBY HOT")
	p.host("pc", "connect tcp 203.0.113.100 7 rate 100")
	require.NoError(t, p.Advance(5*time.Second+time.Duration(seed)*333*time.Millisecond))
	return p
}

// provider is the line about the LAN in the provider's routing table.
func (p *pair) provider() string {
	return regexp.MustCompile(`(?m)^R +10\.0\.0\.0.*$`).FindString(p.show("Provider", "show ip route"))
}

// tcpFlow is what is to be seen of the flow that lost nothing.
const tcpFlow = `1 tcp +203.0.113.100:7 +established +\d+ +\d+ +0 +0 +0 +0`

func TestWANFailureMovesBothSidesAndKeepsTheSessions(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			p := lanWAN(t, seed)
			require.Contains(t, p.provider(), "[120/1] via 192.0.2.1")
			require.NoError(t, p.Cut("wan-a"))
			require.NoError(t, p.Advance(20*time.Millisecond))
			require.Contains(t, p.provider(), "[120/3] via 192.0.2.5", "two triggered updates of 2 ms each")
			require.NoError(t, p.Advance(1100*time.Millisecond))
			require.Regexp(t, `Gi0/0 +1 +100 +P Active +local`, p.show("RouterB", "show standby brief"), "the next hello carries the lower priority")
			require.NoError(t, p.Advance(5*time.Second))
			require.Regexp(t, tcpFlow, p.host("pc", "show flows"))
			require.Contains(t, p.show("RouterB", "show ip inspect sessions"), "10.0.0.100")
			// nobody ever learned the virtual address
			for _, r := range []string{"RouterA", "RouterB", "Provider"} {
				require.NotContains(t, p.show(r, "show ip rip database"), "10.0.0.3", r)
			}
		})
	}
}

// A route that RIP learned is looked at in the interval of "track timer"; what
// is seen moves the group with the next hello.
func TestTrackedRouteIsPolled(t *testing.T) {
	for line, c := range map[string]struct{ waits, moved time.Duration }{
		"no track timer ip route": {10 * time.Second, 17 * time.Second},
		"track timer ip route 2":  {20 * time.Millisecond, 3200 * time.Millisecond},
	} {
		t.Run(line, func(t *testing.T) {
			p := lanWAN(t, 1)
			p.configure("RouterA", line, "interface GigabitEthernet0/0", "standby 1 track 5 decrement 30",
				"track 5 ip route 203.0.113.0 255.255.255.0 reachability")
			require.NoError(t, p.Advance(time.Minute))
			require.Contains(t, p.show("RouterA", "show track 5"), "Reachability is Up (RIP)")
			p.configure("Provider", "interface FastEthernet1/0", "shutdown")
			require.NoError(t, p.Advance(c.waits))
			require.NotContains(t, p.show("RouterA", "show ip route"), "203.0.113.0")
			require.Regexp(t, `Gi0/0 +1 +100 +P Standby`, p.show("RouterB", "show standby brief"))
			require.NoError(t, p.Advance(c.moved-c.waits))
			require.Regexp(t, `Gi0/0 +1 +100 +P Active`, p.show("RouterB", "show standby brief"))
		})
	}
}

func TestInsideFailureIsTakenToTheProviderByAPoison(t *testing.T) {
	p := lanWAN(t, 1)
	require.NoError(t, p.Cut("RouterA:GigabitEthernet0/0"))
	require.NoError(t, p.Advance(20*time.Millisecond))
	require.Contains(t, p.provider(), "[120/3] via 192.0.2.5")
	require.NoError(t, p.Advance(8*time.Second)) // the hold time, then a retransmission
	require.Regexp(t, `Gi0/0 +1 +100 +P Active +local`, p.show("RouterB", "show standby brief"))
	require.NoError(t, p.Advance(8*time.Second))
	require.Regexp(t, tcpFlow, p.host("pc", "show flows"))
}
