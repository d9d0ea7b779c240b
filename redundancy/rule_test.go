package redundancy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/redundancy"
	"tandem/wire"
)

// The rows of reference ha 3.3 and what surrounds them.
func TestReloadRule(t *testing.T) {
	for _, c := range []struct {
		my   redundancy.State
		on   redundancy.Trigger
		peer redundancy.Presence
		then redundancy.Verdict
	}{
		{redundancy.Active, redundancy.GroupBeaten, redundancy.Present, redundancy.SelfReload},
		{redundancy.Active, redundancy.GroupBeaten, redundancy.Absent, redundancy.SelfReload}, // split healed by HSRP only
		{redundancy.Active, redundancy.GroupChanged, redundancy.Present, redundancy.SelfReload},
		{redundancy.Active, redundancy.GroupLost, redundancy.Present, redundancy.SelfReload},
		{redundancy.Active, redundancy.GroupLost, redundancy.Absent, redundancy.Negotiate},
		{redundancy.Active, redundancy.GroupChanged, redundancy.Absent, redundancy.Negotiate},
		{redundancy.StandbyHot, redundancy.GroupActive, redundancy.Present, redundancy.TakeOver},
		{redundancy.StandbyCold, redundancy.GroupActive, redundancy.Absent, redundancy.TakeOver},
		{redundancy.StandbyBulk, redundancy.GroupActive, redundancy.Present, redundancy.TakeOver},
		{redundancy.StandbyHot, redundancy.PeerLost, redundancy.Present, redundancy.FallBack},
		{redundancy.Active, redundancy.PeerLost, redundancy.Absent, redundancy.Nothing},
		{redundancy.Negotiation, redundancy.GroupActive, redundancy.Absent, redundancy.TakeOver},
		{redundancy.Negotiation, redundancy.GroupStandby, redundancy.Absent, redundancy.GoStandby},
		{redundancy.Negotiation, redundancy.GroupIdle, redundancy.Present, redundancy.Nothing},
		{redundancy.StandbyHot, redundancy.GroupIdle, redundancy.Present, redundancy.Negotiate},
		{redundancy.Active, redundancy.GroupActive, redundancy.Present, redundancy.Nothing},
	} {
		require.Equal(t, c.then, redundancy.Judge(c.my, c.on, c.peer), "%s, trigger %d, peer %d", c.my, c.on, c.peer)
	}
}

const reloadLog = "%RF_INTERDEV-4-RELOAD: % RF induced self-reload. my state = ACTIVE peer state = STANDBY HOT"

func TestCoupAgainstActiveWithHotPeer(t *testing.T) {
	w := hot(t, 20)
	w.b.move(wire.HSRPActive, redundancy.Elected)
	require.Equal(t, redundancy.Active, w.b.my())
	require.NotContains(t, w.b.logs, "SYNC_INCOMPLETE")
	w.a.move(wire.HSRPSpeak, redundancy.Outranked)
	require.Contains(t, w.a.logs, reloadLog)
	require.NotEmpty(t, w.a.reload)
	require.Empty(t, w.a.step(redundancy.Tick{At: w.now}), "nothing matters any more")
	_, runs := w.a.timers.Next()
	require.False(t, runs)

	w.cut()
	w.a.boot()
	w.join()
	w.a.move(wire.HSRPStandby, redundancy.Elected)
	w.until(w.now + 5*second)
	require.Equal(t, redundancy.StandbyHot, w.a.my())
	require.Equal(t, redundancy.UserInitiated, w.b.f.Switchovers()[0].Reason)
}

// The interface of the group is lost: reload if the peer was there within the
// hold time, by the association or by HSRP.
func TestInterfaceLost(t *testing.T) {
	w := hot(t, 1)
	w.a.move(wire.HSRPInit, redundancy.InterfaceLost)
	require.Contains(t, w.a.logs, reloadLog)

	w = hot(t, 1)
	w.cut()
	w.until(w.now + 4*second)
	w.a.move(wire.HSRPInit, redundancy.InterfaceLost)
	require.NotEmpty(t, w.a.reload, "heard within the hold time")

	w = hot(t, 1)
	w.cut()
	w.until(w.now + 10*second)
	w.a.move(wire.HSRPInit, redundancy.InterfaceLost)
	require.Empty(t, w.a.reload)
	require.Equal(t, redundancy.Negotiation, w.a.my())
	require.False(t, w.a.table.active)

	w = newWorld(t, 1)
	w.a.boot()
	w.a.move(wire.HSRPActive, redundancy.Elected)
	w.a.move(wire.HSRPInit, redundancy.InterfaceLost)
	require.Empty(t, w.a.reload, "no peer ever seen: a reload would loop")

	w.a.move(wire.HSRPActive, redundancy.Elected)
	w.a.step(redundancy.GroupPeer{At: w.now, Name: "HAin", Known: true})
	w.until(w.now + 100*second)
	w.a.step(redundancy.GroupPeer{At: w.now, Name: "HAin"})
	w.a.move(wire.HSRPInit, redundancy.InterfaceLost)
	require.NotEmpty(t, w.a.reload, "seen in HSRP a moment ago")
}

func TestSplitIsDecidedByHSRP(t *testing.T) {
	w := hot(t, 3)
	w.cut()
	w.b.move(wire.HSRPActive, redundancy.Elected)
	w.join()
	w.until(w.now + second)
	require.Equal(t, redundancy.Active, w.a.my())
	require.Equal(t, redundancy.Active, w.b.my())
	require.Contains(t, w.a.logs, "%TANDEM-4-BOTH_ACTIVE: the redundancy peer is ACTIVE too; HSRP decides")
	w.b.move(wire.HSRPSpeak, redundancy.Outranked)
	require.NotEmpty(t, w.b.reload)
	require.Empty(t, w.a.reload)
}

func TestUnlikePeersStayCold(t *testing.T) {
	w := newWorld(t, 1)
	w.b.config.Release = "12.4(9)T"
	w.a.boot()
	w.b.boot()
	w.a.move(wire.HSRPActive, redundancy.Elected)
	w.a.table.change(1, 1)
	w.join()
	w.b.move(wire.HSRPStandby, redundancy.Elected)
	w.until(w.now + 60*second)
	require.Equal(t, redundancy.StandbyCold, w.b.my())
	mismatch := func(m *machine, what string) int {
		n := 0
		for _, l := range m.logs {
			if l == "%TANDEM-4-PEER_MISMATCH: the redundancy peer has another "+what+"; the standby router stays STANDBY COLD" {
				n++
			}
		}
		return n
	}
	require.Equal(t, 1, mismatch(w.b, "software release (12.4(6)T)"), w.b.logs)
	require.Equal(t, 1, mismatch(w.a, "software release (12.4(9)T)"))

	w = hot(t, 3)
	w.a.table.digest = 9 // the inspection rules change on one side only
	w.until(w.now + 10*second)
	require.Equal(t, redundancy.StandbyCold, w.b.my())
	require.Equal(t, 1, mismatch(w.b, "inspection configuration"))
	w.b.table.digest = 9
	w.until(w.now + 10*second)
	require.Equal(t, redundancy.StandbyHot, w.b.my(), "alike again")
}

func TestSchemeIsPendingOnARunningRouter(t *testing.T) {
	w := newWorld(t, 1)
	w.a.config.Scheme = ""
	w.a.boot()
	require.Equal(t, redundancy.Active, w.a.my(), "an ordinary router")
	s := w.a.f.States()
	require.Equal(t, "Simplex mode", s.DownReason)
	require.Equal(t, redundancy.Disabled, s.Peer)
	require.False(t, s.Duplex)
	require.Equal(t, "disabled (system is simplex (no peer unit))", s.ManualSwact)

	require.Empty(t, w.a.f.CheckScheme("HAin"))
	w.a.move(wire.HSRPActive, redundancy.Elected)
	require.Equal(t, "% Standby scheme configuration cannot be processed now group HAin in active state", w.a.f.CheckScheme("HAin"))
	w.a.config.Scheme = "HAin"
	w.a.step(redundancy.Configure{At: w.now, Config: w.a.config})
	d := w.a.f.InterDevice()
	require.Equal(t, "", d.Scheme)
	require.Equal(t, "HAin", d.Pending)
	w.a.move(wire.HSRPSpeak, redundancy.Outranked)
	require.Empty(t, w.a.reload, "not in effect yet")

	w.a.boot()
	require.Equal(t, redundancy.Negotiation, w.a.my())
	require.False(t, w.a.f.InterDevice().IsPending)
	w.a.move(wire.HSRPActive, redundancy.Elected)
	require.Empty(t, w.a.f.CheckScheme("HAin"), "in effect already")
	w.a.move(wire.HSRPActive, redundancy.Elected)
	d = w.a.f.InterDevice()
	require.Equal(t, "RF_INTERDEV_STATE_ACT", d.State)
	require.Equal(t, wire.HSRPActive, d.Group)
	require.Equal(t, "UNKNOWN", d.PeerPresent)
	require.Equal(t, "Failure", w.a.f.States().DownReason)
}

func TestForcedSwitchover(t *testing.T) {
	w := hot(t, 3)
	out := w.b.step(redundancy.ForceSwitchover{At: w.now})
	require.Equal(t, []redundancy.Action{redundancy.Refused{Text: "cannot be initiated from this the standby unit"}}, out)
	require.Equal(t, "Enabled", w.a.f.States().ManualSwact)
	w.b.move(wire.HSRPListen, redundancy.Elected)
	w.until(w.now + second)
	require.Equal(t, "disabled (this unit is still initializing)", w.b.f.States().ManualSwact)
	out = w.a.step(redundancy.ForceSwitchover{At: w.now})
	require.Equal(t, []redundancy.Action{redundancy.Refused{Text: "disabled (the peer unit is still initializing)"}}, out)
	w.b.move(wire.HSRPStandby, redundancy.Elected)
	w.until(w.now + 5*second)
	w.a.step(redundancy.ForceSwitchover{At: w.now})
	require.NotEmpty(t, w.a.reload)
	w.until(w.now + 10*ms)
	w.b.move(wire.HSRPActive, redundancy.Elected)
	require.Equal(t, redundancy.UserForced, w.b.f.Switchovers()[0].Reason)
	require.Equal(t, "user forced", w.b.f.States().LastReason.String())
}

// A peer that falls silent on a standing association is given up after seven
// keepalives, and found again when it speaks.
func TestSilence(t *testing.T) {
	w := hot(t, 3)
	w.loss = 1
	w.until(w.now + 27*second)
	require.True(t, w.a.f.States().Duplex)
	w.until(w.now + 12*second)
	require.False(t, w.a.f.States().Duplex)
	require.Equal(t, redundancy.StandbyCold, w.b.my())
	require.EqualValues(t, 1, w.a.f.States().Counters.StandbyFailures)
	w.loss = 0
	w.until(w.now + 10*second)
	require.Equal(t, redundancy.StandbyHot, w.b.my())
}

func TestHistory(t *testing.T) {
	w := hot(t, 1)
	var lines []string
	for _, e := range w.b.f.History() {
		lines = append(lines, e.String())
	}
	require.Equal(t, []string{
		"client added: RF_INTERNAL_MSG(0) seq=0",
		"client added: Firewall Inspect HA Client(44) seq=440",
		"client added: RF_LAST_CLIENT(65000) seq=65000",
		"*my state = INITIALIZATION(2) *peer state = DISABLED(1)",
		"RF_PROG_INITIALIZATION(100) RF_INTERNAL_MSG(0) op=0 rc=11",
	}, lines[:5])
	for _, want := range []string{
		"*my state = NEGOTIATION(3) peer state = DISABLED(1)", "RF_STATUS_PEER_PRESENCE(400) op=1", "RF_EVENT_GO_STANDBY(512) op=0",
		"*my state = STANDBY COLD(4) peer state = DISABLED(1)", "my state = STANDBY COLD(4) *peer state = ACTIVE(13)",
		"*my state = STANDBY HOT(8) peer state = ACTIVE(13)",
	} {
		require.Contains(t, lines, want)
	}
	require.Len(t, w.b.f.Clients(), w.b.f.States().Clients)
	require.Equal(t, "RF_INTERDEV_STATE_STDBY", w.b.f.InterDevice().State)
	require.Equal(t, "RF_INTERDEV_PEER_COMM", w.b.f.InterDevice().PeerPresent)

	for range 200 { // bounded
		w.cut()
		w.join()
		w.until(w.now + second)
	}
	require.LessOrEqual(t, len(w.b.f.History()), 256)
}

func TestUpdateInterval(t *testing.T) {
	w := hot(t, 1)
	w.a.config.UpdateInterval = 60 * time.Second
	w.a.step(redundancy.Configure{At: w.now, Config: w.a.config})
	w.until(w.now + 20*second) // the running wait ends first
	before := w.a.table.refreshes
	w.until(w.now + 600*second)
	require.Equal(t, 10, w.a.table.refreshes-before)
}

// While the other groups are Active on the peer, the role follows them: once
// the peer is hot, and only from the active router.
func TestDividedGroupsAreUnited(t *testing.T) {
	w := hot(t, 5)
	w.b.step(redundancy.Divided{At: w.now, Divided: true})
	require.Empty(t, w.b.reload, "the standby has nothing to hand over")
	w.a.step(redundancy.Divided{At: w.now, Divided: true})
	require.Contains(t, w.a.logs, reloadLog)
	require.Contains(t, w.a.reload, "divided")

	w = newWorld(t, 1)
	w.a.boot()
	w.b.boot()
	w.a.move(wire.HSRPActive, redundancy.Elected)
	w.a.step(redundancy.Divided{At: w.now, Divided: true})
	w.join()
	w.until(w.now + 60*second)
	require.Empty(t, w.a.reload, "nobody could take over")
	w.b.move(wire.HSRPStandby, redundancy.Elected)
	w.until(w.now + 5*second)
	require.NotEmpty(t, w.a.reload)
	require.Len(t, w.b.table.sessions, len(w.a.table.sessions))
}
