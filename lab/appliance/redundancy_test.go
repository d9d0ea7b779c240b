package appliance_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/lab"
)

// hot boots a stateful pair and lets it settle: A ACTIVE, B STANDBY HOT.
func hot(t *testing.T, a, b string) *stage {
	t.Helper()
	s := newStage(t, a, b)
	s.wait(time.Minute)
	require.Equal(t, "ACTIVE, peer STANDBY HOT", s.rf("A"))
	require.Equal(t, "STANDBY HOT, peer ACTIVE", s.rf("B"))
	return s
}

// settled says that the two have changed sides, A after one reload.
func (s *stage) settled() {
	s.t.Helper()
	require.Equal(s.t, "ACTIVE, peer STANDBY HOT", s.rf("B"))
	require.Equal(s.t, "STANDBY HOT, peer ACTIVE", s.rf("A"))
	require.Equal(s.t, 2, s.boots["A"])
	require.Equal(s.t, 1, s.boots["B"])
}

// An active router that gives up control reloads and comes back as the hot
// standby (reference ha 3.3).
func TestRelinquishingReloads(t *testing.T) {
	const log = "%RF_INTERDEV-4-RELOAD: % RF induced self-reload. my state = ACTIVE peer state = STANDBY HOT"
	const lost = "%TANDEM-4-UNSAVED: what was configured since the last write memory is lost in this reload"
	t.Run("Coup", func(t *testing.T) {
		s := hot(t, stateful(1), stateful(2))
		s.configure("B", "interface GigabitEthernet0/0", "standby 1 priority 150", "standby 1 preempt")
		s.wait(2 * time.Minute)
		require.Equal(t, 1, s.count("A", log))
		require.Equal(t, 1, s.count("A", "%SYS-5-RELOAD: Reload requested by RF."))
		require.Zero(t, s.count("A", lost))
		s.settled()
	})
	t.Run("lost interface", func(t *testing.T) {
		s := hot(t, stateful(1), stateful(2))
		require.NoError(t, s.Cut("A:GigabitEthernet0/0"))
		s.wait(10 * time.Second)
		require.Equal(t, "ACTIVE, peer DISABLED", s.rf("B"))
		require.NoError(t, s.Join("A:GigabitEthernet0/0"))
		s.wait(2 * time.Minute)
		require.Equal(t, 1, s.count("A", "%RF_INTERDEV-4-RELOAD"))
		s.settled()
	})
	t.Run("command", func(t *testing.T) {
		s := hot(t, stateful(1), stateful(2))
		s.configure("A", "interface GigabitEthernet0/0", "shutdown")
		s.wait(2 * time.Minute) // the shutdown was never saved: the reload undoes it
		require.Equal(t, 1, s.count("A", log))
		require.Equal(t, 1, s.count("A", lost))
		s.settled()
	})
	t.Run("alone", func(t *testing.T) {
		s := newStage(t, stateful(1), "hostname other\n")
		s.wait(time.Minute)
		require.Equal(t, "ACTIVE, peer DISABLED", s.rf("A"))
		require.NoError(t, s.Cut("A:GigabitEthernet0/0"))
		s.wait(time.Minute)
		require.Equal(t, "NEGOTIATION, peer DISABLED", s.rf("A"))
		require.Equal(t, 1, s.boots["A"])
	})
}

// Losing the association changes no role.
func TestAssociationLossKeepsRoles(t *testing.T) {
	s := hot(t, stateful(1), stateful(2))
	s.configure("B", "ipc zone default", "association 1", "shutdown")
	s.wait(time.Minute)
	require.Equal(t, "ACTIVE, peer DISABLED", s.rf("A"))
	require.Equal(t, "STANDBY COLD, peer DISABLED", s.rf("B"))
	require.Contains(t, s.enter("A", "show redundancy states"), " Communications = Down      Reason: Failure\n")
	require.Contains(t, s.enter("A", "show ip sctp errors"), "SCTP Error Statistics")
	s.configure("B", "ipc zone default", "association 1", "no shutdown")
	s.wait(time.Minute)
	require.Equal(t, "ACTIVE, peer STANDBY HOT", s.rf("A"))
	require.Equal(t, 2, s.boots["A"]+s.boots["B"])
}

func TestForceSwitchover(t *testing.T) {
	s := hot(t, stateful(1), stateful(2))
	require.Contains(t, s.enter("B", "redundancy force-switchover", ""), "cannot be initiated from this the standby unit")
	require.Contains(t, s.enter("B", "show redundancy states"), `       my state = 8  -STANDBY HOT 
     peer state = 13 -ACTIVE 
           Mode = Duplex
        Unit ID = 0

     Maintenance Mode = Disabled
    Manual Swact = cannot be initiated from this the standby unit
 Communications = Up

   client count = 3
 client_notification_TMR = 30000 milliseconds
          keep_alive TMR = 4000 milliseconds
        keep_alive count = 0 
    keep_alive threshold = 7 
           RF debug mask = 0x0   
`)
	s.enter("A", "redundancy force-switchover", "")
	s.wait(time.Second)
	require.Equal(t, "1 Active, 2 Active", s.states("B")) // it resigned: nobody waits for a timer
	s.wait(2 * time.Minute)
	s.settled()
	require.Contains(t, s.enter("B", "show redundancy switchover history"), "   1       2        1     user forced            00:01:00 UTC Fri Mar 1 2002\n")
	history := s.enter("B", "show redundancy history")
	for _, line := range []string{
		"00:00:00 client added: RF_INTERNAL_MSG(0) seq=0\n",
		"00:00:00 *my state = INITIALIZATION(2) *peer state = DISABLED(1)\n",
		"*my state = STANDBY COLD(4) peer state = ACTIVE(13)\n",
		"*my state = STANDBY HOT(8) peer state = ACTIVE(13)\n",
		"00:01:00 *my state = ACTIVE(13) peer state = ",
	} {
		require.Contains(t, history, line)
	}
	require.Contains(t, s.enter("B", "show redundancy clients"), " clientID = 0        clientSeq = 0        RF_INTERNAL_MSG\n")
	require.True(t, strings.HasPrefix(s.enter("B", "show redundancy counters"), "Redundancy Facility OMs\n            comm link up = 2\n"))
	simplex := newStage(t, stateful(1), "hostname other\n")
	simplex.wait(time.Minute)
	require.Contains(t, simplex.enter("A", "redundancy force-switchover", ""), "disabled (system is simplex (no peer unit))")
}

// A router that falls silent has failed, whatever the association still says of
// it; one that says goodbye, or is preempted, has not.
func TestReasonsOfSwitchovers(t *testing.T) {
	for reason, strike := range map[string]func(s *stage){
		"active unit failed": func(s *stage) { require.NoError(t, s.Power("A", lab.Off)) },
		"user initiated":     func(s *stage) { s.enter("A", "reload", "") },
		"user forced":        func(s *stage) { s.enter("A", "redundancy force-switchover", "") },
	} {
		s := hot(t, stateful(1), stateful(2))
		strike(s)
		s.wait(10 * time.Second)
		require.Contains(t, s.enter("B", "show redundancy"), "        Last switchover reason = "+reason+"\n")
	}
}

// What was not saved is asked about before it is lost.
func TestForceSwitchoverAsksToSave(t *testing.T) {
	s := hot(t, stateful(1), stateful(2))
	s.configure("B", "banner motd #changed#")
	require.Equal(t, "\ncannot be initiated from this the standby unit\n", s.enter("B", "redundancy force-switchover", ""), "nothing would be lost")
	s.configure("A", "banner motd #changed#")
	s.enter("A", "redundancy force-switchover", "yes", "")
	s.wait(2 * time.Minute)
	s.settled()
	require.Contains(t, s.enter("A", "show running-config | include banner"), "changed")
}

// A scheme entered on a running router waits for the next reload.
func TestSchemeIsPendingUntilReload(t *testing.T) {
	scheme := "redundancy inter-device\n scheme standby HAin\n"
	s := newStage(t, strings.Replace(stateful(1), scheme, "", 1), strings.Replace(stateful(2), scheme, "", 1))
	s.wait(time.Minute)
	require.Equal(t, "ACTIVE, peer DISABLED", s.rf("A"))
	require.Equal(t,
		"% Standby scheme configuration cannot be processed now group HAin in active state\n",
		s.enter("A", "configure terminal", "redundancy inter-device", "scheme standby HAin"))
	require.Empty(t, s.enter("B", "configure terminal", "redundancy inter-device", "scheme standby HAin"))
	s.enter("A", "end", "write memory")
	s.enter("B", "end", "write memory")
	require.Equal(t, `Redundancy inter-device state: RF_INTERDEV_STATE_INIT
  Scheme: <NOT CONFIGURED>
  Pending Scheme: Standby (Will not take effect until next reload)
      Pending Groupname: HAin
  Peer present: UNKNOWN
  Security: Not configured
`, s.enter("A", "show redundancy inter-device"))
	s.enter("A", "reload", "")
	s.wait(20 * time.Second)
	s.enter("B", "reload", "")
	s.wait(2 * time.Minute)
	require.ElementsMatch(t, []string{"ACTIVE, peer STANDBY HOT", "STANDBY HOT, peer ACTIVE"}, []string{s.rf("A"), s.rf("B")})
	require.Contains(t, s.enter("A", "show redundancy inter-device"), "  Scheme: Standby\n      Groupname: HAin Group State: Active\n  Peer present: RF_INTERDEV_PEER_COMM\n")
	require.Empty(t, s.enter("A", "configure terminal", "redundancy inter-device", "scheme standby HAin"), "in effect already")
	s.enter("A", "no scheme standby HAin", "end")
	require.Contains(t, s.enter("A", "show redundancy inter-device"), `  Scheme: Standby
      Groupname: HAin Group State: Active
  Pending Scheme: <NOT CONFIGURED> (Will not take effect until next reload)
  Peer present: RF_INTERDEV_PEER_COMM
`)
}

// Two routers that inspect differently must not exchange sessions.
func TestDifferentInspectionStaysCold(t *testing.T) {
	s := newStage(t, stateful(1), strings.Replace(stateful(2), "name guard tcp", "name guard udp", 1))
	s.wait(time.Minute)
	require.Equal(t, "ACTIVE, peer STANDBY COLD", s.rf("A"))
	require.Equal(t, "STANDBY COLD, peer ACTIVE", s.rf("B"))
	require.Equal(t, 1, s.count("B", "%TANDEM-4-PEER_MISMATCH: the redundancy peer has another inspection configuration"))
	s.configure("B", "no ip inspect name guard udp", "ip inspect name guard tcp",
		"interface GigabitEthernet0/1", "ip inspect guard out redundancy stateful HAin")
	s.wait(time.Minute)
	require.Equal(t, "STANDBY HOT, peer ACTIVE", s.rf("B"))
}

// A router that takes over before it is in sync says what it may have lost.
func TestColdTakeoverIsLogged(t *testing.T) {
	s := newStage(t, stateful(1), strings.Replace(stateful(2), "name guard tcp", "name guard udp", 1))
	s.wait(time.Minute)
	require.NoError(t, s.Cut("A:GigabitEthernet0/0"))
	s.wait(10 * time.Second)
	require.Contains(t, s.rf("B"), "ACTIVE, ")
	require.Equal(t, 1, s.boots["B"])
	require.Equal(t, 1, s.count("B", "%TANDEM-4-SYNC_INCOMPLETE: takeover in state STANDBY COLD"))
}

// What the commands about the association print while it is up.
func TestAssociationShows(t *testing.T) {
	s := hot(t, stateful(1), stateful(2))
	require.Equal(t, `
** SCTP Association List **

AssocID: 0,  Instance ID: 0
Current state: ESTABLISHED
Local port: 5000, Addrs: 10.0.0.1
Remote port: 5000, Addrs: 10.0.0.2

`, s.enter("A", "show ip sctp association list"))
	require.Contains(t, s.enter("A", "show ip sctp instances"), "Instance ID: 0  Local port: 5000\nInstance state: available\nLocal addrs: 10.0.0.1\n")
	require.NotContains(t, s.enter("A", "show ip sctp statistics"), "ULP Dgrams\n  Sent: 0 ")
	require.Contains(t, s.enter("A", "clear ip sctp statistics", "show ip sctp statistics"), "ULP Dgrams\n  Sent: 0 ")
	require.Contains(t, s.enter("A", "show ipc nodes"), "There are 2 nodes in this IPC realm.\n")
	require.Contains(t, s.enter("A", "show ipc zones"), "  Association 1: up\n")
	require.Contains(t, s.enter("A", "show ipc queue"), "There are 0 IPC messages waiting for acknowledgement")
	require.Contains(t, s.enter("A", "show ipc ports"), "There are 2 ports defined.")
}

// The plain form lists the unit that was asked first, and knows since when the
// peer is what it is.
func TestShowRedundancy(t *testing.T) {
	s := hot(t, strings.Replace(stateful(1), "scheme standby HAin\n", "scheme standby HAin\n security ipsec guard\n", 1), stateful(2))
	active, standby := s.enter("A", "show redundancy"), s.enter("B", "show redundancy")
	require.Less(t, strings.Index(active, "Active Location"), strings.Index(active, "Standby Location"))
	require.Less(t, strings.Index(standby, "Active Location"), strings.Index(standby, "Standby Location"))
	for _, line := range []string{"Hardware Mode = Duplex\n", "Communications = Up\n", "Last switchover reason = none\n", "Switchovers system experienced = 0\n"} {
		require.Contains(t, active, line)
		require.Contains(t, standby, line)
	}
	require.Equal(t, 1, strings.Count(active, "Current Software state = STANDBY HOT\n"))
	s.wait(10 * time.Minute)
	require.NoError(t, s.Power("B", lab.Cycle))
	s.wait(45 * time.Second)
	require.Equal(t, "ACTIVE, peer STANDBY HOT", s.rf("A"))
	active = s.enter("A", "show redundancy")
	require.Contains(t, active, "Standby failures = 1\n")
	_, peer, _ := strings.Cut(active, "Peer Processor Information")
	require.Contains(t, peer, "Uptime in current state = 0 minutes\n")

	require.Contains(t, s.enter("A", "show redundancy inter-device"), "  Security: IPsec profile guard\n")
	require.Contains(t, s.enter("B", "show redundancy inter-device"), "  Security: Not configured\n")
	require.Contains(t, s.enter("B", "configure terminal", "redundancy inter-device", "security ipsec guard"), "is not protected")
	require.Contains(t, s.enter("B", "end", "show redundancy inter-device"), "  Security: IPsec profile guard\n")
	s.enter("B", "configure terminal", "redundancy inter-device", "no security ipsec guard", "end")
	require.Contains(t, s.enter("B", "show redundancy inter-device"), "  Security: Not configured\n")
}
