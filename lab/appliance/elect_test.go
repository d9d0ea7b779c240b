package appliance_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/hsrp"
	"tandem/lab"
	"tandem/lab/host"
	"tandem/redundancy"
	"tandem/wire"
)

// Started together, RouterA owns both groups within 15 s; RouterB follows, and
// has a copy of everything soon after.
func TestElection(t *testing.T) {
	p := newPair(t, lab.Options{Seed: 1})
	require.NoError(t, p.Advance(15*time.Second))
	for i := range 2 {
		require.Equal(t, hsrp.Active, p.group("RouterA", i))
		require.NotEqual(t, hsrp.Active, p.group("RouterB", i))
	}
	require.Equal(t, redundancy.Active, p.rf("RouterA"))
	active, standby := p.settle(15 * time.Second)
	require.Equal(t, "RouterA", active)
	require.Equal(t, "RouterB", standby)
	require.Contains(t, p.show("RouterA", "show standby brief"), "Gi0/0       1   100  P Active   local           10.0.0.2        10.0.0.3")
	require.Contains(t, p.show("RouterB", "show standby brief"), "Gi0/1       2   100  P Standby  211.0.0.1       local           211.0.0.3")
	require.Contains(t, p.show("RouterB", "show redundancy states"), "my state = 8  -STANDBY HOT")
}

// What inside begins comes back because of its session, and nothing else comes
// in.
func TestInspection(t *testing.T) {
	p := newPair(t, lab.Options{Seed: 1})
	p.settle(30 * time.Second)
	denied := func() uint64 {
		r := p.router("RouterA")
		index, ok := r.InterfaceIndex("GigabitEthernet0/1")
		require.True(t, ok)
		return r.Plane().Counters(index).Drops[wire.ACLDenied]
	}

	p.host("pc", "connect tcp 211.0.0.100 7 rate 10")
	require.NoError(t, p.Advance(5*time.Second))
	flow := p.flows("pc")[0]
	require.Equal(t, host.Established, flow.State)
	require.Zero(t, flow.Tally.Lost(p.Now())+flow.Tally.Damaged)
	require.GreaterOrEqual(t, flow.Tally.Received, uint64(40), "the first SYN may wait for ARP")
	require.Contains(t, p.show("RouterA", "show ip inspect sessions"), "=>(211.0.0.100:7) tcp SIS_OPEN")
	require.Contains(t, p.hostCommand("pc", "ping 211.0.0.100 count 3"), "3 sent, 3 received")
	require.Zero(t, denied(), "the session alone lets return traffic pass")

	p.host("server", "connect tcp 10.0.0.100 7 rate 10")
	require.NoError(t, p.Advance(5*time.Second))
	outside := p.flows("server")[0]
	require.NotEqual(t, host.Established, outside.State, "the list lets no connection in")
	require.Contains(t, outside.Why, "prohibited")
	require.NotZero(t, denied())

	p.host("server", "stop 1")
	was := denied()
	require.Contains(t, p.hostCommand("server", "ping 10.0.0.100 count 3"), "3 sent, 0 received")
	require.Equal(t, was+3, denied())
	require.Contains(t, p.show("RouterA", "show access-lists"), "deny ip any any (")

	// Without its session the very same traffic is refused.
	p.router("RouterA").Firewall().Clear(p.Now(), 0)
	was = denied()
	require.NoError(t, p.Advance(2*time.Second))
	require.Greater(t, denied(), was)
}
