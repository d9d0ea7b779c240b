package appliance_test

import (
	"testing"
	"time"

	"github.com/google/gopacket/layers"
	"github.com/stretchr/testify/require"

	"tandem/examples"
	"tandem/wire"
)

const virtualMAC = "00:00:0c:07:ac:01"

// What captures of real routers show of every frame: TTL 1, TOS 0xC0, DF
// clear, real source address; the virtual MAC only on Active hellos.
func TestHellosOnTheWire(t *testing.T) {
	s := newStage(t, plain(1, "standby 1 priority 110"), plain(2))
	s.wait(40 * time.Second)
	require.Equal(t, "1 Active, 2 Active", s.states("A"))
	require.Equal(t, "1 Standby, 2 Standby", s.states("B"))
	seen := map[wire.HSRPState]int{}
	var announced []frame
	var active time.Duration
	for _, f := range s.frames(0) {
		if f.arp != nil {
			if f.eth.SrcMAC.String() == virtualMAC && f.arp.Operation == layers.ARPReply && string(f.arp.SourceProtAddress) == string(f.arp.DstProtAddress) {
				announced = append(announced, f)
			}
			continue
		}
		require.Equal(t, uint8(1), f.ip.TTL)
		require.Equal(t, uint8(0xc0), f.ip.TOS)
		require.Zero(t, f.ip.Flags&layers.IPv4DontFragment)
		require.NotEqual(t, "10.0.0.3", f.ip.SrcIP.String())
		m := f.hsrp.Message
		isActive := !f.hsrp.IsAdvertise && m.Op == wire.HSRPHello && m.State == wire.HSRPActive
		require.Equal(t, isActive, f.eth.SrcMAC.String() == virtualMAC, "%s %s at %s", m.Op, m.State, f.at)
		if isActive && active == 0 {
			active = f.at
		}
		if !f.hsrp.IsAdvertise {
			seen[m.State]++
		}
	}
	require.NotZero(t, seen[wire.HSRPSpeak])
	require.NotZero(t, seen[wire.HSRPStandby])
	require.NotZero(t, seen[wire.HSRPActive])

	require.Len(t, announced, 3)
	for i, want := range []struct {
		to    string
		after time.Duration
	}{{"ff:ff:ff:ff:ff:ff", 0}, {"01:00:0c:cd:cd:cd", 0}, {"ff:ff:ff:ff:ff:ff", 3 * time.Second}} {
		f := announced[i]
		require.Equal(t, want.to, f.eth.DstMAC.String())
		require.Equal(t, virtualMAC, f.eth.SrcMAC.String())
		require.Equal(t, want.after, (f.at - active).Round(time.Millisecond))
	}
}

// A preempting router: advertisement, Coup from the burned-in MAC,
// advertisement, Active hello, announcements. The loser speaks and does not
// resign.
func TestCoupOnTheWire(t *testing.T) {
	s := newStage(t, plain(1), plain(2))
	s.wait(40 * time.Second)
	require.Equal(t, "1 Active, 2 Active", s.states("A"))
	at := time.Duration(s.Now())
	s.configure("B", "interface GigabitEthernet0/0", "standby 1 priority 150", "standby 1 preempt")
	s.wait(3 * time.Second)
	require.Equal(t, "1 Active, 2 Standby", s.states("B"))
	require.Equal(t, "1 Speak, 2 Active", s.states("A"))
	require.Equal(t, 1, s.count("A", "Grp 1 state Active -> Speak"))

	var story []string
	for _, f := range s.frames(at) {
		switch {
		case f.arp != nil:
			if f.eth.SrcMAC.String() == virtualMAC {
				story = append(story, "announce "+f.eth.DstMAC.String())
			}
		case f.ip.SrcIP.String() == "10.0.0.2" && f.hsrp.IsAdvertise:
			story = append(story, "advertise")
		case f.ip.SrcIP.String() == "10.0.0.2":
			story = append(story, f.hsrp.Message.Op.String()+" "+f.hsrp.Message.State.String())
		case f.hsrp.IsAdvertise:
		default:
			require.NotEqual(t, wire.HSRPResign, f.hsrp.Message.Op)
			if f.hsrp.Message.State == wire.HSRPSpeak {
				story = append(story, "loser speaks")
			}
		}
	}
	for len(story) > 0 && story[0] == "Hello Standby" {
		story = story[1:]
	}
	require.GreaterOrEqual(t, len(story), 7)
	require.Equal(t, []string{
		"advertise", "Coup Standby", "advertise", "Hello Active", "announce ff:ff:ff:ff:ff:ff", "announce 01:00:0c:cd:cd:cd", "loser speaks",
	}, story[:7])
}

// What ends a group on the Active router with a word to the others: they take
// over without waiting for their timer.
func TestResignHandsOver(t *testing.T) {
	for name, lines := range map[string][]string{
		"shutdown":       {"interface GigabitEthernet0/0", "shutdown"},
		"removal":        {"interface GigabitEthernet0/0", "no standby 1"},
		"disabled":       {"interface GigabitEthernet0/0", "no standby 1 ip"},
		"no address":     {"interface GigabitEthernet0/0", "no ip address"},
		"other address":  {"interface GigabitEthernet0/0", "ip address 10.0.0.9 255.255.255.0"},
		"tracked object": {"track 1 interface GigabitEthernet0/1 line-protocol", "interface GigabitEthernet0/0", "standby 1 track 1 shutdown", "interface GigabitEthernet0/1", "shutdown"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, plain(1), plain(2))
			s.wait(40 * time.Second)
			require.Contains(t, s.states("A"), "1 Active")
			s.configure("A", lines...)
			s.wait(50 * time.Millisecond)
			require.Contains(t, s.states("B"), "1 Active")
			require.NotContains(t, s.states("A"), "1 Active")
			require.Equal(t, 1, s.boots["A"])
		})
	}
	t.Run("reload", func(t *testing.T) {
		s := newStage(t, plain(1), plain(2))
		s.wait(40 * time.Second)
		s.enter("A", "write memory", "reload", "")
		s.wait(50 * time.Millisecond)
		require.Equal(t, 2, s.boots["A"])
		require.Equal(t, "1 Active, 2 Active", s.states("B"))
		require.Equal(t, 1, s.count("A", "%SYS-5-RELOAD"))
		s.wait(time.Minute)
		require.Equal(t, "1 Standby, 2 Standby", s.states("A"))
	})
}

// A cable that is pulled cannot carry a Resign: the peer waits for its timer.
func TestSilentLossWaitsForHold(t *testing.T) {
	s := newStage(t, plain(1), plain(2))
	s.wait(40 * time.Second)
	require.NoError(t, s.Cut("A:GigabitEthernet0/0"))
	s.wait(3900 * time.Millisecond)
	require.Contains(t, s.states("B"), "1 Standby")
	require.Contains(t, s.states("A"), "1 Init")
	s.wait(1200 * time.Millisecond)
	require.Contains(t, s.states("B"), "1 Active")
	require.NoError(t, s.Join("A:GigabitEthernet0/0"))
	s.wait(15 * time.Second)
	require.Contains(t, s.states("A"), "1 Standby")
}

// The object form of tracking: the priority rides the next hello.
func TestTrackedObjectMovesTheGroup(t *testing.T) {
	s := newStage(t,
		"track 1 interface GigabitEthernet0/1 line-protocol\n"+plain(1, "standby 1 priority 110", "standby 1 preempt", "standby 1 track 1 decrement 30"),
		plain(2, "standby 1 preempt"))
	s.wait(40 * time.Second)
	require.NoError(t, s.Cut("A:GigabitEthernet0/1"))
	s.wait(1100 * time.Millisecond)
	require.Equal(t, 1, s.count("A", "%TRACKING-5-STATE: 1 interface Gi0/1 line-protocol Up->Down"))
	require.Contains(t, s.states("B"), "1 Active")
	require.Contains(t, s.enter("A", "show standby gi0/0"), "  Priority 80 (configured 110)\n    Track object 1 state Down decrement 30\n")
	require.NoError(t, s.Join("A:GigabitEthernet0/1"))
	s.wait(1100 * time.Millisecond)
	require.Equal(t, 1, s.count("A", "%TRACKING-5-STATE: 1 interface Gi0/1 line-protocol Down->Up"))
	require.Contains(t, s.states("A"), "1 Active")
}

func TestBadAuthentication(t *testing.T) {
	s := newStage(t, plain(1, "standby 1 authentication one"), plain(2, "standby 1 authentication two"))
	s.wait(25 * time.Second)
	require.Contains(t, s.states("A")+s.states("B"), "1 Active")
	require.Equal(t, 1, s.count("B", "%HSRP-4-BADAUTH: Bad authentication from 10.0.0.1, group 1, remote state "))
	s.wait(20 * time.Second)
	require.LessOrEqual(t, s.count("B", "BADAUTH"), 3) // one in 30 s
	s.configure("B", "interface GigabitEthernet0/0", "standby 1 authentication one")
	s.wait(20 * time.Second)
	require.Contains(t, s.states("A"), "1 Standby") // equal priorities: the higher address stays
	require.Contains(t, s.states("B"), "1 Active")
}

// Two key chains meet in one key; the numbers must be the same on both.
func TestKeyChains(t *testing.T) {
	chain := "key chain keys\n key 1\n  key-string old\n key 2\n  key-string new\n"
	s := newStage(t, chain+plain(1, "standby 1 authentication md5 key-chain keys"), chain+plain(2, "standby 1 authentication md5 key-chain keys"))
	s.wait(40 * time.Second)
	require.Contains(t, s.states("B"), "1 Standby")
	require.Contains(t, s.enter("A", "show standby gi0/0"), "  Authentication MD5, key-chain \"keys\"\n")
	s.configure("A", "key chain keys", "no key 1") // signs with key 2 now, which B has
	s.wait(10 * time.Second)
	require.Contains(t, s.states("B"), "1 Standby")
	s.configure("B", "no key chain keys")
	s.wait(10 * time.Second)
	require.Contains(t, s.states("B"), "1 Active")
	require.NotZero(t, s.count("B", "BADAUTH"))
}

func TestDifferentVirtualAddresses(t *testing.T) {
	s := newStage(t, plain(1), plain(2, "standby 1 ip 10.0.0.4"))
	s.wait(40 * time.Second)
	require.NotZero(t, s.count("B", "%HSRP-4-DIFFVIP1: GigabitEthernet0/0 Grp 1 active routers virtual IP address 10.0.0.3 is different to the locally configured address 10.0.0.4"))
}

// The paper's own list lets no hello of group 2 through: both routers are
// Active outside, and each says why, once.
func TestListThatDeniesHSRPIsNamed(t *testing.T) {
	list := "ip access-list extended fw-ha-acl\n permit ip host 211.0.0.2 host 211.0.0.1\n permit ip host 211.0.0.1 host 211.0.0.2\n deny ip any any\n"
	s := newStage(t, list+plain(1, "outside ip access-group fw-ha-acl in"), list+plain(2, "outside ip access-group fw-ha-acl in"))
	s.wait(2 * time.Minute)
	require.Equal(t, "1 Active, 2 Active", s.states("A"))
	require.Equal(t, "1 Standby, 2 Active", s.states("B"))
	for name, peer := range map[string]string{"A": "211.0.0.2", "B": "211.0.0.1"} {
		require.Equal(t, 1, s.count(name, "%TANDEM-4-HSRP_DENIED: access list fw-ha-acl on GigabitEthernet0/1 denies HSRP from "+peer))
	}
}

// The two listings of the paper as printed give both routers the same
// addresses. They say so and go on: no association, no reload.
func TestPaperVerbatimSurvives(t *testing.T) {
	read := func(name string) string {
		text, err := examples.Files.ReadFile("paper/" + name + ".cfg")
		require.NoError(t, err)
		return string(text)
	}
	s := newStage(t, read("RouterA"), read("RouterB"))
	s.wait(10 * time.Minute)
	for _, name := range []string{"A", "B"} {
		require.Equal(t, 1, s.boots[name], name)
		require.NotZero(t, s.count(name, "%IP-4-DUPADDR: Duplicate address 10.0.0.1 on GigabitEthernet0/0, sourced by "), name)
		require.Zero(t, s.count(name, "PEER_COMM"), name)
		require.Contains(t, s.enter(name, "show ipc status"), ": down")
		require.Contains(t, s.enter(name, "show redundancy states"), "peer state = 1  -DISABLED")
	}
}
