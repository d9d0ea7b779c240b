package router_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// configured is a router in configuration mode, its hostname taken away from
// the prompt's way.
func configured(t *testing.T, lines ...string) *bench {
	t.Helper()
	b := newBench(t, "RouterA", nil)
	b.privileged()
	b.enter("configure terminal")
	for _, l := range lines {
		require.Empty(t, b.answer(l), "line %q", l)
	}
	return b
}

// answer is enter without the log messages that come in between.
func (b *bench) answer(line string) string {
	b.enter(line)
	var out strings.Builder
	for _, s := range b.screens {
		if !s.Log {
			out.WriteString(s.Text)
		}
	}
	return out.String()
}

const inside = "interface GigabitEthernet0/0"

// block returns the lines of a block of the running configuration, unindented.
func block(b *bench, header string) []string {
	_, rest, _ := strings.Cut(b.Listing(), "\n"+header+"\n")
	var lines []string
	for _, l := range strings.Split(rest, "\n") {
		if !strings.HasPrefix(l, " ") {
			break
		}
		if l = strings.TrimLeft(l, " "); header != inside || strings.HasPrefix(l, "standby") {
			lines = append(lines, l)
		}
	}
	return lines
}

func TestStandbyLinesPrintInOrder(t *testing.T) {
	b := configured(t, inside, "ip address 10.0.0.1 255.255.255.0",
		"standby 2 track 7 shutdown", "standby 2 track GigabitEthernet0/1 30", "standby 2 track 6 decrement 20", "standby 2 track 5",
		"standby 2 authentication md5 key-string 7 060506324F41 timeout 60",
		"standby 2 ip 10.0.0.9", "standby 2 timers 1 5", "standby 2 follow LEAD",
		"standby version 2", "standby redirects timers 20 60 unknown", "standby mac-refresh 45", "standby delay reload 120",
		"standby 1 ip 10.0.0.3", "standby 1 authentication md5 key-chain keys", "standby ip 10.0.0.7", "standby authentication hello")
	require.Equal(t, []string{
		"standby mac-refresh 45", "standby redirects timers 20 60 unknown", "standby delay reload 120", "standby version 2",
		"standby ip 10.0.0.7", "standby authentication hello",
		"standby 1 ip 10.0.0.3", "standby 1 authentication md5 key-chain keys",
		"standby 2 ip 10.0.0.9", "standby 2 follow LEAD", "standby 2 timers 1 5",
		"standby 2 authentication md5 key-string 7 060506324F41 timeout 60",
	}, block(b, inside)[:12])
	require.ElementsMatch(t, []string{
		"standby 2 track 7 shutdown", "standby 2 track GigabitEthernet0/1 30", "standby 2 track 6 decrement 20", "standby 2 track 5",
	}, block(b, inside)[12:])

	// One authentication line a group, and each line goes with its no form.
	for _, l := range []string{
		"standby 2 authentication plain", "no standby 2 track 7", "no standby 2 track GigabitEthernet0/1", "no standby 2 track 6 decrement 20",
		"no standby 2 track 5 decrement 10", "no standby 2 follow LEAD", "no standby redirects", "no standby mac-refresh", "no standby 1 authentication",
	} {
		require.Empty(t, b.answer(l), "line %q", l)
	}
	require.Equal(t, []string{
		"standby redirects disable", "standby delay reload 120", "standby version 2",
		"standby ip 10.0.0.7", "standby authentication hello", "standby 1 ip 10.0.0.3",
		"standby 2 ip 10.0.0.9", "standby 2 timers 1 5", "standby 2 authentication plain",
	}, block(b, inside))
}

func TestStandbyRefusals(t *testing.T) {
	invalid := "% Invalid input detected at '^' marker.\n"
	for _, c := range []struct {
		before []string
		line   string
		want   string
	}{
		{nil, "standby 256 ip 10.0.0.3", invalid},
		{nil, "standby 4096 ip 10.0.0.3", invalid},
		{[]string{"standby version 2"}, "standby 4095 ip 10.0.0.3", ""},
		{[]string{"standby version 2", "standby 300 ip 10.0.0.3"}, "standby version 1", "% HSRP version 1 supports groups 0-255 only\n"},
		{nil, "standby 1 ip 10.0.0.1", "% Address cannot equal interface IP address\n"},
		{nil, "standby 1 ip 10.1.0.1", "% Warning: address is not within a subnet on this interface\n"},
		{nil, "standby 1 ip 10.0.0.4 secondary", "% Primary virtual IP address must be configured\n"},
		{nil, "standby 1 timers 5 5", "% Hold time must be greater than hello time\n"},
		{nil, "standby 1 timers msec 14 msec 50", invalid},
		{nil, "standby 1 authentication 123456789", "% Authentication string is limited to 8 characters\n"},
		{nil, "standby 1 authentication md5 key-string 7 zz", invalid},
		{[]string{"standby use-bia"}, "standby 1 mac-address 4000.1000.1060", "% Standby use-bia and mac-address cannot be used together\n"},
		{[]string{"standby 1 mac-address 4000.1000.1060"}, "standby use-bia", "% Standby use-bia and mac-address cannot be used together\n"},
		{[]string{"standby 2 name HAin"}, "standby 1 name HAin", "% Redundancy name HAin belongs to GigabitEthernet0/0 group 2\n"},
		{[]string{"standby 1 name HAin"}, "standby 1 name HAin", ""},
		{nil, "standby 1 track 501", invalid},
		{nil, "standby 1 track 1 decrement 0", invalid},
		{nil, "standby delay minimum 10001", invalid},
		{nil, "standby delay", "% Incomplete command.\n\n"},
		{nil, "standby 1 preempt delay", "% Incomplete command.\n\n"},
		{nil, "standby 1 ip 224.0.0.1", invalid},
		{nil, "standby 1 ip 255.255.255.255", invalid},
		{[]string{"standby 1 ip 10.0.0.3"}, "standby 1 ip 10.0.0.3 secondary", "% Address is a virtual IP address of this group already\n"},
		{[]string{"standby 1 ip 10.0.0.3", "standby 1 ip 10.0.0.4 secondary"}, "standby 1 ip 10.0.0.4", "% Address is a virtual IP address of this group already\n"},
		{[]string{"interface Loopback0"}, "standby 1 ip 10.0.0.3", "% HSRP is not supported on Loopback0\n"},
		{[]string{"interface Null0"}, "standby version 2", "% HSRP is not supported on Null0\n"},
	} {
		t.Run(c.line, func(t *testing.T) {
			b := configured(t, append([]string{inside, "ip address 10.0.0.1 255.255.255.0"}, c.before...)...)
			got := b.answer(c.line)
			if c.want == invalid {
				require.Contains(t, got, c.want)
				return
			}
			require.Equal(t, c.want, got)
		})
	}
}

// The secondary addresses of a group go with its primary one.
func TestStandbySecondary(t *testing.T) {
	b := configured(t, inside, "ip address 10.0.0.1 255.255.255.0")
	addresses := []string{"standby 1 ip 10.0.0.3", "standby 1 ip 10.0.0.4 secondary", "standby 1 ip 10.0.0.5 secondary"}
	for line, left := range map[string][]string{
		"standby 1 ip 10.0.0.6":              {"standby 1 ip 10.0.0.6", addresses[1], addresses[2]},
		"no standby 1 ip 10.0.0.4 secondary": {addresses[0], addresses[2]},
		"no standby 1 ip":                    nil,
		"standby 1 ip":                       {"standby 1 ip"}, // to be learned
	} {
		for _, l := range addresses {
			require.Empty(t, b.answer(l))
		}
		require.Equal(t, addresses, block(b, inside))
		require.Empty(t, b.answer(line))
		require.Equal(t, left, block(b, inside), "after %q", line)
		require.Empty(t, b.answer("no standby 1"))
	}
}

// A group that follows another takes the lines of an election with a warning.
func TestStandbyFollow(t *testing.T) {
	b := configured(t, inside, "ip address 10.0.0.1 255.255.255.0", "no shutdown", "standby delay reload 0 minimum 0", "standby mac-refresh 30",
		"standby 1 ip 10.0.0.3", "standby 1 name HAin", "standby 2 ip 10.0.0.4", "standby 2 follow HAin")
	warning := "% Warning: This setting has no effect while following another group.\n"
	for _, l := range []string{"standby 2 priority 110", "standby 2 timers 5 15", "standby 2 preempt delay minimum 300"} {
		require.Equal(t, warning, b.answer(l), "line %q", l)
		require.Contains(t, block(b, inside), l)
		require.Empty(t, b.answer("no "+l))
	}
	require.Empty(t, b.answer("standby 2 name second"))
	require.Equal(t, []string{
		"standby mac-refresh 30", "standby delay minimum 0 reload 0", "standby 1 ip 10.0.0.3", "standby 1 name HAin",
		"standby 2 ip 10.0.0.4", "standby 2 follow HAin", "standby 2 name second",
	}, block(b, inside))
	b.enter("end")
	require.NotContains(t, b.answer("show unsupported"), "standby")
	require.Equal(t, `GigabitEthernet0/0 - Group 2
  State is Init (interface down)
  Virtual IP address is 10.0.0.4
  Active virtual MAC address is unknown
    Local virtual MAC address is 0000.0c07.ac02 (v1 default)
  MAC refresh 30 secs
  Following "HAin"
  Active router is unknown
  Standby router is unknown
  IP redundancy name is "second" (cfgd)
`, b.answer("show standby GigabitEthernet0/0 2"))
	require.Contains(t, b.answer("show standby GigabitEthernet0/0 1"),
		"  IP redundancy name is \"HAin\" (cfgd)\n  Followed by groups:\n    Gi0/0 Grp 2 Init 10.0.0.4 0000.0c07.ac02 refresh 30 secs\n")
	b.enter("configure terminal")
	b.enter(inside)
	require.Empty(t, b.answer("no standby 2 follow"))
	require.Contains(t, b.answer("do show standby GigabitEthernet0/0 2"), "Preemption disabled")
}

func TestTrackAndKeyChainLines(t *testing.T) {
	b := configured(t,
		"track 3 list boolean and", "object 2 not", "object 1", "delay up 20 down 10",
		"track 1 interface gi0/1 line-protocol", "delay down 5", // falls through to global configuration
		"track 2 ip route 10.21.12.0 255.255.255.0 reachability",
		"key chain keys", "key 2", "key-string second", "key 1", "key-string 7 060506324F41")
	require.Equal(t, []string{"delay down 5"}, block(b, "track 1 interface GigabitEthernet0/1 line-protocol"))
	require.Equal(t, []string{"object 1", "object 2 not", "delay up 20 down 10"}, block(b, "track 3 list boolean and"))
	require.Equal(t, []string{"key 1", "key-string 7 060506324F41", "key 2", "key-string second"}, block(b, "key chain keys"))

	require.Equal(t, "Cannot change tracked object 1 - delete old config first\n", b.enter("track 1 list boolean or"))
	require.Contains(t, b.enter("track 501 list boolean or"), "% Invalid input")
	require.Empty(t, b.enter("track 3"))
	require.Equal(t, "Router(config-track)#", b.prompt())
	require.Contains(t, b.enter("object 3"), "% Invalid input")
	require.Empty(t, b.enter("no object 2"))
	require.Equal(t, []string{"object 1", "delay up 20 down 10"}, block(b, "track 3 list boolean and"))
	require.Empty(t, b.enter("no track 3"))
	require.NotContains(t, b.Listing(), "track 3")
	require.Empty(t, b.enter("track 1 interface GigabitEthernet0/1 line-protocol"))
	require.Contains(t, b.enter("object 2"), "% Invalid input")
	require.Empty(t, b.enter("no key chain keys"))
	require.NotContains(t, b.Listing(), "key")
}

func TestShowTrack(t *testing.T) {
	b := configured(t,
		"interface GigabitEthernet0/1", "ip address 211.0.0.1 255.255.255.0", "no shutdown", "exit",
		inside, "ip address 10.0.0.1 255.255.255.0", "no shutdown", "standby 1 ip 10.0.0.3", "standby 1 track 1 decrement 30", "standby 1 track 9",
		"track 1 interface GigabitEthernet0/1 line-protocol",
		"track 2 ip route 211.0.0.0 255.255.255.0 reachability", "delay up 20 down 10",
		"track 3 list boolean or", "object 1", "object 2 not")
	b.enter("end")
	require.Equal(t, `Track 1
  Interface GigabitEthernet0/1 line-protocol
  Line protocol is Down (hw down)
    0 changes, last change 00:00:00
  Tracked by:
    HSRP GigabitEthernet0/0 1
`, b.answer("show track 1"))
	b.Carrier(1, 1, true)
	require.Equal(t, `Track 2
  IP route 211.0.0.0 255.255.255.0 reachability
  Reachability is Down (no ip route), delayed Up (20 secs remaining) (connected)
    0 changes, last change 00:00:00
  Delay up 20 secs, down 10 secs
  First-hop interface is GigabitEthernet0/1
`, b.answer("show track 2"))
	require.Equal(t, `Track 3
  List boolean or
  Boolean OR is Up
    1 change, last change 00:00:00
    object 1 Up
    object 2 not Down
`, b.answer("show track 3"))
	require.Equal(t, `Track   Object                         Parameter        Value Last Change
1       interface GigabitEthernet0/1   line-protocol    Up    00:00:00
2       ip route  211.0.0.0/24         reachability     Down  00:00:00
3       list                           boolean or       Up    00:00:00
`, b.answer("show track brief"))
	require.Contains(t, b.answer("show standby"), "    Track object 1 state Up decrement 30\n    Track object 9 (unknown)\n")

	pass := func(d time.Duration) { b.until(b.now.Add(d), func([]byte) {}) }
	pass(21 * time.Second)
	require.Contains(t, b.answer("show track 2"), "  Reachability is Up (connected)\n")
	b.Carrier(b.now, 1, false)
	require.Contains(t, b.answer("show track 2"), "  Reachability is Up (connected), delayed Down (10 secs remaining) (no ip route)\n")
	pass(10 * time.Second)
	b.Carrier(b.now, 1, true)
	pass(19 * time.Second)
	require.Contains(t, b.answer("show track 2"), "  Reachability is Down (no ip route), delayed Up (1 sec remaining) (connected)\n", "sample show_track_02")
}

func TestDebugStandby(t *testing.T) {
	b := newBench(t, "RouterA", nil)
	b.privileged()
	for _, c := range []struct{ line, want string }{
		{"debug standby", "HSRP debugging is on\n"},
		{"show debugging", "HSRP:\n  HSRP debugging is on\n"},
		{"undebug standby packets", "HSRP Packets debugging is off\n"},
		{"show debugging", "HSRP:\n  HSRP Errors debugging is on\n  HSRP Events debugging is on\n"},
		{"no debug standby", "HSRP debugging is off\n"},
		{"show debugging", ""},
		{"debug standby events", "HSRP Events debugging is on\n"},
		{"undebug all", "All possible debugging has been turned off\n"},
		{"debug standby errors", "HSRP Errors debugging is on\n"},
		{"debug standby events protocol detail", "HSRP Events debugging is on\n  (protocol)\n"},
		{"debug standby packets coup", "HSRP Packets debugging is on\n  (coup)\n"},
		{"debug standby packets resign detail", "HSRP Packets debugging is on\n  (resign)\n"},
		{"show debugging", "HSRP:\n  HSRP Errors debugging is on\n  HSRP Events debugging is on\n    (protocol)\n" +
			"  HSRP Packets debugging is on\n    (coup, resign)\n"},
		{"no debug all", "All possible debugging has been turned off\n"},
		{"debug standby terse", "HSRP Errors debugging is on\nHSRP Events debugging is on\nHSRP Packets debugging is on\n  (coup, resign)\n"},
		{"undebug standby", "HSRP debugging is off\n"},
		{"debug ip sctp state", "SCTP State debugging is on\n"},
		{"debug ip inspect ha", "INSPECT HA Manager debugging is on\nINSPECT HA Packet debugging is on\nINSPECT HA Update debugging is on\n"},
		{"undebug ip inspect ha update", "INSPECT HA Update debugging is off\n"},
		{"show debugging", "IP inspect HA:\n  INSPECT HA Manager debugging is on\n  INSPECT HA Packet debugging is on\nSCTP:\n  SCTP State debugging is on\n"},
		{"undebug all", "All possible debugging has been turned off\n"},
		{"debug condition standby gi0/0 1", "Condition 1 set\n"},
		{"debug condition standby gi0/0 1", "% Condition already set\n"},
		{"debug condition standby gi0/1 2", "Condition 2 set\n"},
		{"no debug condition standby gi0/0 1", "Condition 1 has been removed\n"},
		{"show debugging condition", "Condition 2: standby Gi0/1 group 2\n"},
	} {
		require.Equal(t, c.want, b.answer(c.line), c.line)
	}
	require.Contains(t, b.answer("undebug condition standby gi0/1 2"), "This condition is the last standby condition set.")
	require.Equal(t, "Condition 2 has been removed\n", b.answer("yes"))
}

// A condition lets only the lines of its group through, and of its interface.
func TestDebugCondition(t *testing.T) {
	b := configured(t, inside, "ip address 10.0.0.1 255.255.255.0", "no shutdown", "standby delay minimum 0 reload 0", "standby 1 ip 10.0.0.3", "standby 2 ip 10.0.0.4")
	b.enter("end")
	b.enter("debug standby events")
	b.enter("debug condition standby gi0/0 2")
	b.screens = nil
	b.Carrier(1, 0, true)
	var said strings.Builder
	for _, s := range b.screens {
		said.WriteString(s.Text)
	}
	require.Contains(t, said.String(), "HSRP: Gi0/0 Interface up\n")
	require.Contains(t, said.String(), "HSRP: Gi0/0 Grp 2 Init: a/HSRP enabled\n")
	require.NotContains(t, said.String(), "Grp 1")
}

// Interfaces are listed in the order of the configuration, whichever was
// configured first, and only those with standby lines.
func TestStandbyListsInOrder(t *testing.T) {
	b := configured(t, "interface GigabitEthernet0/1", "ip address 211.0.0.1 255.255.255.0", "standby 2 ip 211.0.0.3",
		inside, "ip address 10.0.0.1 255.255.255.0", "standby 1 ip 10.0.0.3", "standby delay minimum 7",
		"interface Loopback0", "ip address 1.1.1.1 255.255.255.255")
	b.enter("end")
	require.Equal(t, "Interface          Minimum Reload \nGigabitEthernet0/0 7       5      \nGigabitEthernet0/1 1       5      \n", b.answer("show standby delay"))
	brief := b.answer("show standby brief")
	require.Less(t, strings.Index(brief, "\nGi0/0 "), strings.Index(brief, "\nGi0/1 "))
}
