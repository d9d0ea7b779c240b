package appliance_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/lab"
)

// returns power-cycles A, which comes back with a higher priority than B, and
// tells how long after its groups could run it took group 1 back.
func (s *stage) returns(t *testing.T, limit time.Duration) (after time.Duration) {
	t.Helper()
	require.NoError(t, s.Power("A", lab.Off))
	s.wait(20 * time.Second)
	require.Contains(t, s.states("B"), "1 Active")
	require.NoError(t, s.Power("A", lab.On))
	s.wait(2 * time.Second)
	for after = 0; after < limit; after += 100 * time.Millisecond {
		s.wait(100 * time.Millisecond)
		if strings.Contains(s.states("A"), "1 Active") {
			return after
		}
	}
	t.Fatalf("%s, %s after %s", s.states("A"), s.rf("A"), limit)
	return 0
}

// preempt delay sync waits for the sessions of the peer, and no longer than
// they take; without an association it runs out, and without a scheme there is
// nobody to wait for.
func TestPreemptWaitsForSessions(t *testing.T) {
	first := []string{"standby 1 priority 110", "standby 1 preempt delay sync 60"}
	t.Run("in sync", func(t *testing.T) {
		s := hot(t, stateful(1, first...), stateful(2))
		s.logs["A"] = nil
		require.Less(t, s.returns(t, time.Minute), 40*time.Second)
		said := strings.Join(s.logs["A"], "\n")
		require.Contains(t, said, "%RF-5-RF_TERMINAL_STATE")
		require.Less(t, strings.Index(said, "%RF-5-RF_TERMINAL_STATE"), strings.Index(said, "Grp 1 state Standby -> Active"), said)
		require.NotContains(t, said, "SYNC_INCOMPLETE")
	})
	t.Run("no association", func(t *testing.T) {
		s := newStage(t, strings.Replace(stateful(1, first...), "no shutdown\n  protocol", "shutdown\n  protocol", 1), stateful(2))
		s.wait(40 * time.Second)
		require.InDelta(t, 60, s.returns(t, 2*time.Minute).Seconds(), 2)
	})
	t.Run("no scheme", func(t *testing.T) {
		s := newStage(t, plain(1, first...), plain(2))
		s.wait(40 * time.Second)
		require.Less(t, s.returns(t, 2*time.Minute), 2*time.Second)
	})
}
