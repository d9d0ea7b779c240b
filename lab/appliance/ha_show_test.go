package appliance_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab"
	"tandem/lab/host"
)

// What an operator sees of replicated sessions on both routers, before and
// after a takeover, and what clear does (reference firewall 3.3 and 3.4).
func TestReplicatedSessionsShown(t *testing.T) {
	s := hot(t, stateful(1), stateful(2))
	s.enter("B", "terminal length 0")
	port := s.connect()
	s.wait(5 * time.Second)
	line := func(state string) string {
		return fmt.Sprintf("(10.0.0.100:%d)=>(211.0.0.100:7) tcp SIS_OPEN  %s", port, state)
	}
	require.Contains(t, s.enter("A", "show ip inspect ha sessions"), line("HA_ACTIVE"))
	require.Contains(t, s.enter("B", "show ip inspect ha sessions"), line("HA_STANDBY"))
	require.NotContains(t, s.enter("B", "show ip inspect sessions"), "SIS_OPEN")
	detail := s.enter("B", "show ip inspect ha sessions detail")
	require.Contains(t, detail, "Last heard never")
	require.Contains(t, detail, "Bytes sent (initiator:responder) [0:0]")
	require.Contains(t, detail, "HA state: HA_STANDBY")

	require.Equal(t, "1", s.statistic("A", "Sessions active"))
	require.Equal(t, "1", s.statistic("B", "Sessions standby"))
	require.Equal(t, "0", s.statistic("A", "Sessions not sent"))
	require.Equal(t, s.statistic("A", "Sessions sent"), s.statistic("A", "Sessions acknowledged"))
	require.Equal(t, s.statistic("A", "Sessions sent"), s.statistic("A", "Sessions applied by the peer"))
	require.Equal(t, "0", s.statistic("A", "Lost by a failover now"))
	require.Equal(t, "0", s.statistic("A", "Failovers"), "the first of a pair took over from nobody")
	require.Equal(t, "0", s.statistic("B", "Failovers"))

	// Cut off from its standby the active router counts what would be lost.
	s.configure("B", "ipc zone default", "association 1", "shutdown")
	s.connect()
	s.wait(3 * time.Second)
	require.NotEqual(t, "0", s.statistic("A", "Lost by a failover now"))
	s.configure("B", "ipc zone default", "association 1", "no shutdown")
	s.wait(20 * time.Second)
	require.Equal(t, "0", s.statistic("A", "Lost by a failover now"))
	require.Equal(t, "2", s.statistic("B", "Sessions standby"))

	// The first packets after a takeover are worth a debug line.
	s.enter("B", "debug ip inspect ha")
	require.NoError(t, s.Power("A", lab.Off))
	s.wait(20 * time.Second)
	require.Equal(t, 1, s.count("B", "INSPECT-HA: failovers, 1"))
	require.Positive(t, s.count("B", "INSPECT-HA: first packet after a failover, sessions, "))
	require.Equal(t, 1, s.count("B", "%FW_HA-6-AUDIT_TRAIL_STDBY_TO_ACT: Sessions matching HSRP group HAin are being transitioned from Standby to Active state"))
	require.Contains(t, s.enter("B", "show ip inspect ha sessions"), line("HA_ACTIVE"))
	require.Equal(t, "1", s.statistic("B", "Failovers"))
	require.Equal(t, "2", s.statistic("B", "Lost by a failover now"), "there is no standby any more")
	require.Equal(t, "2", s.statistic("B", "Sessions with traffic since"))

	s.enter("B", "clear ip inspect ha statistics")
	require.Equal(t, "0", s.statistic("B", "Failovers"))
	require.Equal(t, "2", s.statistic("B", "Sessions active"))
	s.enter("B", "clear ip inspect ha sessions-all")
	require.Equal(t, "0", s.statistic("B", "Sessions active"))
}

// connect opens a TCP flow from the inside host and returns its port.
func (s *stage) connect() (port uint16) {
	s.t.Helper()
	require.NoError(s.t, s.DoHost("pc", func(now clock.Time, h *host.Host) {
		h.NewShell(func(string) {}).Exec(now, "connect tcp 211.0.0.100 7 rate 5")
		flows := h.Flows()
		port = flows[len(flows)-1].Local
	}))
	return port
}

// statistic is one value of show ip inspect ha statistics.
func (s *stage) statistic(name, what string) string {
	s.t.Helper()
	for l := range strings.Lines(s.enter(name, "show ip inspect ha statistics")) {
		if k, v, ok := strings.Cut(l, ":"); ok && strings.TrimSpace(k) == what {
			return strings.TrimSpace(v)
		}
	}
	s.t.Fatalf("%s: no %q", name, what)
	return ""
}
