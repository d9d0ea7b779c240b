package appliance_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/wire"
)

// keyed is a router of the stage whose inside group signs by a key chain: key 1
// until noon, key 2 from noon, each accepted a little longer than it is sent.
func keyed(x int, accept1, accept2 string) string {
	return fmt.Sprintf(`key chain keys
 key 1
  key-string old
  accept-lifetime 00:00:00 Jan 1 2002 %s Mar 1 2002
  send-lifetime 00:00:00 Jan 1 2002 12:00:00 Mar 1 2002
 key 2
  key-string new
  accept-lifetime %s Mar 1 2002 infinite
  send-lifetime 12:00:00 Mar 1 2002 infinite
`, accept1, accept2) + plain(x, "standby 1 authentication md5 key-chain keys")
}

// badAuth is how many messages the inside group of a router has refused.
func (s *stage) badAuth(name string) (n uint64) {
	s.t.Helper()
	require.NoError(s.t, s.Do(name, func(now clock.Time, d lab.Device) {
		n = d.(*appliance.Device).Standby().Status(now)[0].Counters.BadAuth
	}))
	return n
}

// Two routers whose clocks are a minute apart change their key at noon each
// and accept both keys for five minutes around it: nobody moves.
func TestKeyRollover(t *testing.T) {
	s := newStage(t, keyed(1, "12:05:00", "11:55:00"), keyed(2, "12:05:00", "11:55:00"))
	s.wait(40 * time.Second)
	require.Equal(t, "1 Active, 2 Active", s.states("A"))
	require.Equal(t, "1 Standby, 2 Standby", s.states("B"))
	s.enter("A", "clock set 11:58:00 1 Mar 2002")
	s.enter("B", "clock set 11:57:00 1 Mar 2002")
	moves := s.count("A", "STATECHANGE") + s.count("B", "STATECHANGE")
	s.wait(10 * time.Minute)
	require.Equal(t, "1 Active, 2 Active", s.states("A"))
	require.Equal(t, "1 Standby, 2 Standby", s.states("B"))
	require.Equal(t, moves, s.count("A", "STATECHANGE")+s.count("B", "STATECHANGE"))
	require.Zero(t, s.badAuth("A")+s.badAuth("B"))
	require.Contains(t, s.enter("B", "show key chain"), `    key 1 -- text "old"
        accept lifetime (00:00:00 UTC Jan 1 2002) - (12:05:00 UTC Mar 1 2002)
        send lifetime (00:00:00 UTC Jan 1 2002) - (12:00:00 UTC Mar 1 2002)
    key 2 -- text "new"
        accept lifetime (11:55:00 UTC Mar 1 2002) - (infinite) [valid now]
`)
	ids := map[string][]uint32{} // in the order in which they came, by sender
	for _, f := range s.frames(0) {
		if f.arp != nil || f.hsrp.IsAdvertise {
			continue
		}
		from, id := f.ip.SrcIP.String(), f.hsrp.Message.MD5.KeyID
		if l := len(ids[from]); l == 0 || ids[from][l-1] != id {
			ids[from] = append(ids[from], id)
		}
		require.Equal(t, wire.HSRPAuthMD5, f.hsrp.Message.Auth)
	}
	require.Equal(t, map[string][]uint32{"10.0.0.1": {1, 2}, "10.0.0.2": {1, 2}}, ids)
}

// Without an overlap the router whose clock is behind signs with a key that the
// other one has given up: refused, counted, logged, and both are Active until
// the clocks meet again.
func TestExpiredKeyIsRefused(t *testing.T) {
	s := newStage(t, keyed(1, "12:00:00", "12:00:00"), keyed(2, "12:00:00", "12:00:00"))
	s.wait(40 * time.Second)
	s.enter("A", "clock set 11:59:50 1 Mar 2002")
	s.enter("B", "clock set 11:59:20 1 Mar 2002")
	s.wait(25 * time.Second)
	require.Equal(t, "1 Active, 2 Active", s.states("A"))
	require.Equal(t, "1 Active, 2 Standby", s.states("B"))
	require.NotZero(t, s.badAuth("A"))
	require.NotZero(t, s.badAuth("B"))
	require.NotZero(t, s.count("A", "%HSRP-4-BADAUTH: Bad authentication from 10.0.0.2, group 1, remote state"))
	s.wait(30 * time.Second)
	require.Equal(t, "1 Standby, 2 Active", s.states("A")) // equal priorities: the higher address
	require.Equal(t, "1 Active, 2 Standby", s.states("B"))
}

// A group whose keys are all over says nothing and believes nobody.
func TestNoKeyIsValid(t *testing.T) {
	over := "key chain keys\n key 1\n  key-string old\n  send-lifetime 00:00:00 Jan 1 2002 duration 60\n  accept-lifetime 00:00:00 Jan 1 2002 duration 60\n"
	s := newStage(t, over+plain(1, "standby 1 authentication md5 key-chain keys"), plain(2, "standby 1 authentication md5 key-string old"))
	s.wait(30 * time.Second)
	require.Equal(t, "1 Active, 2 Active", s.states("A"))
	require.Equal(t, "1 Active, 2 Standby", s.states("B"))
	require.NotZero(t, s.badAuth("A"))
	require.Zero(t, s.badAuth("B"))
	require.Equal(t, 1, s.count("A", "%HSRP-4-NOKEY: GigabitEthernet0/0 Grp 1 key chain keys has no key that is valid for sending"))
	s.enter("A", "clock set 00:00:10 1 Jan 2002") // key 1 is valid again; its number differs from that of a key string
	s.configure("B", "key chain keys", "key 1", "key-string old", "interface gi0/0", "standby 1 authentication md5 key-chain keys")
	s.wait(10 * time.Second)
	require.Equal(t, "1 Standby, 2 Active", s.states("A"))
	s.wait(60 * time.Second) // over again
	require.Equal(t, "1 Active, 2 Active", s.states("A"))
	for _, f := range s.frames(0) {
		silent := f.at < 30*time.Second
		require.False(t, silent && f.arp == nil && !f.hsrp.IsAdvertise && f.ip.SrcIP.String() == "10.0.0.1")
	}
}

// A router comes back from a reload with the date of its hardware calendar, and
// so with keys that are valid; one whose calendar nobody set has none.
func TestKeysAfterAReload(t *testing.T) {
	for update, want := range map[string]string{"clock update-calendar": "1 Standby, 2 Standby", "show calendar": "1 Active, 2 Standby"} {
		t.Run(update, func(t *testing.T) {
			chain := "key chain keys\n key 1\n  key-string k\n  accept-lifetime 00:00:00 Jan 1 2026 infinite\n  send-lifetime 00:00:00 Jan 1 2026 infinite\n"
			s := newStage(t, chain+plain(1, "standby 1 authentication md5 key-chain keys"), chain+plain(2, "standby 1 authentication md5 key-chain keys"))
			for _, name := range []string{"A", "B"} {
				s.enter(name, "clock set 12:00:00 1 Mar 2026", update)
			}
			s.wait(40 * time.Second)
			require.Equal(t, "1 Active, 2 Active", s.states("A"))
			require.Equal(t, "1 Standby, 2 Standby", s.states("B"))
			s.enter("A", "reload", "")
			s.wait(40 * time.Second)
			require.Equal(t, 2, s.boots["A"])
			require.Equal(t, want, s.states("A"))
			require.Equal(t, "1 Active, 2 Active", s.states("B"))
		})
	}
}
