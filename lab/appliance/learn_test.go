package appliance_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A router without a virtual address and timers of its own learns both, shows
// so, and takes over with them: in seconds under version 1, in milliseconds
// under version 2, and version 1 does not teach those.
func TestLearnedGroupTakesOver(t *testing.T) {
	for name, c := range map[string]struct {
		lines []string
		shown string
		hold  time.Duration
	}{
		"version 1":            {[]string{"standby 1 timers 2 7"}, "Hello time 2 sec, hold time 7 sec", 7 * time.Second},
		"version 1, fine":      {[]string{"standby 1 timers msec 250 msec 800"}, "Hello time 3 sec, hold time 10 sec", 10 * time.Second},
		"version 2, fine":      {[]string{"standby version 2", "standby 1 timers msec 250 msec 800"}, "Hello time 250 msec, hold time 800 msec", 800 * time.Millisecond},
		"version 2, key chain": {[]string{"standby version 2", "standby 1 timers 2 7", "standby 1 authentication md5 key-string secret"}, "Hello time 2 sec, hold time 7 sec", 7 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			learner := []string{"no standby 1 timers", "standby 1 ip"}
			for _, l := range c.lines {
				if !strings.Contains(l, "timers") {
					learner = append(learner, l)
				}
			}
			s := newStage(t, plain(1, c.lines...), plain(2, learner...))
			s.wait(time.Minute)
			require.Contains(t, s.states("A"), "1 Active")
			require.Contains(t, s.states("B"), "1 Standby")
			shown := s.enter("B", "show standby gi0/0")
			require.Contains(t, shown, "  Virtual IP address is 10.0.0.3 (learnt)\n")
			require.Contains(t, shown, "  "+c.shown+"\n")
			require.NoError(t, s.Cut("A:GigabitEthernet0/0"))
			s.wait(c.hold + 50*time.Millisecond)
			require.Contains(t, s.states("B"), "1 Active")
			require.Contains(t, s.enter("B", "show ip arp 10.0.0.3"), "0000.0c")
		})
	}
}

// Nothing to learn: the group stays in Learn and says so.
func TestNothingToLearn(t *testing.T) {
	s := newStage(t, "hostname A\n", plain(2, "standby 1 ip"))
	s.wait(5 * time.Minute)
	require.Contains(t, s.states("B"), "1 Learn")
	require.Contains(t, s.enter("B", "show standby"), "  State is Learn\n  Virtual IP address is unknown\n  Active virtual MAC address is unknown\n")
	require.Contains(t, s.enter("B", "show standby brief"), "Gi0/0       1   100    Learn    unknown         unknown         unknown        \n")
}
