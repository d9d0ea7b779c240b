package appliance_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/wire"
)

// Groups 11 and 12 follow group 1 on either router: they move with it when it
// is lost, hosts reach their addresses before and after, and all that is heard
// of them is one hello in ten seconds.
func TestFollowersMoveWithTheirLeader(t *testing.T) {
	behind := []string{"standby 11 ip 10.0.0.11", "standby 11 follow HAin", "standby 12 ip 10.0.0.12", "standby 12 follow HAin"}
	s := newStage(t, plain(1, behind...), plain(2, behind...))
	s.wait(40 * time.Second)
	require.Equal(t, "1 Active, 11 Active, 12 Active, 2 Active", s.states("A"))
	require.Equal(t, "1 Standby, 11 Standby, 12 Standby, 2 Standby", s.states("B"))
	require.Contains(t, s.enter("A", "show standby brief"), "Gi0/0       11  100    Active   local           10.0.0.2        10.0.0.11      \n")
	require.Regexp(t, `Followed by groups:
    Gi0/0 Grp 11 Active 10.0.0.11 0000.0c07.ac0b refresh 10 secs \(next \d\.\d{3}\)
    Gi0/0 Grp 12 Active 10.0.0.12 0000.0c07.ac0c refresh 10 secs \(next \d\.\d{3}\)
`, s.enter("A", "show standby gi0/0 1"))
	require.Regexp(t, `  MAC refresh 10 secs
  Following "HAin"
  Active router is 10.0.0.1, priority 100 \(expires in 4.\d{3} sec\)
  Standby router is local
`, s.enter("B", "show standby gi0/0 11"))
	require.Contains(t, s.enter("B", "show standby neighbors"), "  10.0.0.1\n    Active groups: 1, 11, 12\n")
	require.Contains(t, s.enter("B", "ping 10.0.0.12"), "Success rate is")
	require.Contains(t, s.enter("B", "ping 10.0.0.12"), "Success rate is 100 percent")

	require.NoError(t, s.Cut("A:GigabitEthernet0/0"))
	s.wait(7 * time.Second)
	require.Equal(t, "1 Init, 11 Init, 12 Init, 2 Active", s.states("A"))
	require.Equal(t, "1 Active, 11 Active, 12 Active, 2 Standby", s.states("B"))
	require.NoError(t, s.Join("A:GigabitEthernet0/0"))
	s.wait(20 * time.Second)
	require.Equal(t, "1 Standby, 11 Standby, 12 Standby, 2 Active", s.states("A"))

	hellos := map[uint16]int{}
	for _, f := range s.frames(20 * time.Second) {
		if f.arp != nil || f.hsrp.IsAdvertise {
			continue
		}
		m := f.hsrp.Message
		hellos[m.Group]++
		if m.Group != 1 {
			require.Equal(t, wire.HSRPActive, m.State)
			require.Equal(t, wire.HSRPVirtualMAC(1, m.Group).String(), wire.MAC(f.eth.SrcMAC).String())
		}
	}
	require.Greater(t, hellos[1], 60)
	for group, n := range hellos {
		if group != 1 {
			require.LessOrEqual(t, n, 7, "group %d", group)
			require.GreaterOrEqual(t, n, 3, "group %d", group)
		}
	}
	require.Len(t, hellos, 3)
}
