package modes

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/hsrp"
	"tandem/platform"
	"tandem/wire"
)

func mac(t *testing.T, s string) wire.MAC {
	t.Helper()
	m, err := wire.ParseMAC(s)
	require.NoError(t, err)
	return m
}

// Groups as captured on devices of the 12.4 era, column by column.
func TestShowStandbyText(t *testing.T) {
	remote := func(a string, priority uint8, expires time.Duration) hsrp.PeerStatus {
		return hsrp.PeerStatus{Role: hsrp.Remote, Address: wire.MustAddr(a), Priority: priority, Expires: expires * time.Millisecond}
	}
	text := hsrp.Authentication{Kind: wire.HSRPAuthText, Text: hsrp.DefaultText}
	for name, c := range map[string]struct {
		g    hsrp.GroupStatus
		want string
	}{
		"standby with secondary addresses": {hsrp.GroupStatus{
			Interface: "Vlan76", Group: 76, Version: 1, State: hsrp.Standby, Changes: 4, Age: "27w0d",
			VIP: wire.MustAddr("128.88.163.190"), Secondary: []wire.Addr{wire.MustAddr("128.88.8.129"), wire.MustAddr("192.168.73.94")},
			ActiveMAC: mac(t, "0000.0c07.ac4c"), LocalMAC: mac(t, "0000.0c07.ac4c"), MACNote: "v1 default",
			Hello: 3 * time.Second, Hold: 10 * time.Second, HelloIn: 1840 * time.Millisecond,
			Authentication: hsrp.Authentication{Kind: wire.HSRPAuthText, Text: "fweq12as"},
			Preempt:        hsrp.Preempt{Enabled: true, Minimum: 180 * time.Second, Reload: 300 * time.Second},
			Active:         remote("128.88.163.163", 255, 9648), Standby: hsrp.PeerStatus{Role: hsrp.Local},
			Priority: 250, PriorityConfigured: 250, Name: "hsrp-Vl76-76",
		}, `Vlan76 - Group 76
  State is Standby
    4 state changes, last state change 27w0d
  Virtual IP address is 128.88.163.190
    Secondary virtual IP address 128.88.8.129
    Secondary virtual IP address 192.168.73.94
  Active virtual MAC address is 0000.0c07.ac4c
    Local virtual MAC address is 0000.0c07.ac4c (v1 default)
  Hello time 3 sec, hold time 10 sec
    Next hello sent in 1.840 secs
  Authentication text, string "fweq12as"
  Preemption enabled, delay min 180 secs, reload 300 secs
  Active router is 128.88.163.163, priority 255 (expires in 9.648 sec)
  Standby router is local
  Priority 250 (configured 250)
  IP redundancy name is "hsrp-Vl76-76" (default)
`},
		"active, burned-in address": {hsrp.GroupStatus{
			Interface: "FastEthernet0/0", Group: 1, Version: 1, State: hsrp.Active, Changes: 8, Age: "00:13:07",
			VIP: wire.MustAddr("192.168.1.254"), ActiveMAC: mac(t, "0013.1986.0a20"), LocalMAC: mac(t, "0013.1986.0a20"), MACNote: "bia",
			Hello: 3 * time.Second, Hold: 10 * time.Second, HelloIn: 2756 * time.Millisecond, Authentication: text,
			Active: hsrp.PeerStatus{Role: hsrp.Local}, Standby: remote("192.168.1.2", 100, 9019),
			Priority: 105, PriorityConfigured: 105, Name: "hsrp-Fa0/0-1",
		}, `FastEthernet0/0 - Group 1
  State is Active
    8 state changes, last state change 00:13:07
  Virtual IP address is 192.168.1.254
  Active virtual MAC address is 0013.1986.0a20
    Local virtual MAC address is 0013.1986.0a20 (bia)
  Hello time 3 sec, hold time 10 sec
    Next hello sent in 2.756 secs
  Preemption disabled
  Active router is local
  Standby router is 192.168.1.2, priority 100 (expires in 9.019 sec)
  Priority 105 (configured 105)
  IP redundancy name is "hsrp-Fa0/0-1" (default)
`},
		"version 2, objects, milliseconds": {hsrp.GroupStatus{
			Interface: "GigabitEthernet1/0/1", Version: 2, State: hsrp.Active, Changes: 1, Age: "1w0d",
			VIP: wire.MustAddr("192.168.1.254"), ActiveMAC: mac(t, "0000.0c9f.f000"), LocalMAC: mac(t, "0000.0c9f.f000"), MACNote: "v2 default",
			Hello: 100 * time.Millisecond, Hold: 300 * time.Millisecond, HelloIn: 48 * time.Millisecond,
			Authentication: hsrp.Authentication{Kind: wire.HSRPAuthMD5, KeyChain: "5"},
			Preempt:        hsrp.Preempt{Enabled: true, Minimum: 5 * time.Second, Reload: 10 * time.Second, Sync: 20 * time.Second},
			Active:         hsrp.PeerStatus{Role: hsrp.Local}, Priority: 40, PriorityConfigured: 100, Name: "HAin", NameConfigured: true,
			Tracks: []hsrp.TrackStatus{
				{Track: hsrp.Track{Object: 1, Decrement: 60}, State: hsrp.TrackDown},
				{Track: hsrp.Track{Object: 2, Shutdown: true}, State: hsrp.TrackUp},
				{Track: hsrp.Track{Object: 3, Decrement: 10}},
			},
		}, `GigabitEthernet1/0/1 - Group 0 (version 2)
  State is Active
    1 state change, last state change 1w0d
    Track object 2 state Up
  Virtual IP address is 192.168.1.254
  Active virtual MAC address is 0000.0c9f.f000
    Local virtual MAC address is 0000.0c9f.f000 (v2 default)
  Hello time 100 msec, hold time 300 msec
    Next hello sent in 0.048 secs
  Authentication MD5, key-chain "5"
  Preemption enabled, delay min 5 secs, reload 10 secs, sync 20 secs
  Active router is local
  Standby router is unknown
  Priority 40 (default 100)
    Track object 1 state Down decrement 60
    Track object 3 (unknown)
  IP redundancy name is "HAin" (cfgd)
`},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, standbyLayouts[platform.Era124].group(c.g)) })
	}
}

// The columns of reference ha 2.2; a name that is too long wraps.
func TestShowStandbyBriefColumns(t *testing.T) {
	layout := standbyLayouts[platform.Era124]
	require.Equal(t, "Interface   Grp Prio P State    Active          Standby         Virtual IP     \n", layout.head)
	g := hsrp.GroupStatus{
		Interface: "Vlan110", Group: 11, State: hsrp.Standby, Priority: 80, Preempt: hsrp.Preempt{Enabled: true},
		VIP: wire.MustAddr("192.168.11.24"), Standby: hsrp.PeerStatus{Role: hsrp.Local},
		Active: hsrp.PeerStatus{Role: hsrp.Remote, Address: wire.MustAddr("192.168.11.252")},
	}
	require.Equal(t, "Vl110       11  80   P Standby  192.168.11.252  local           192.168.11.24  \n", layout.brief(g))
	g.Interface = "GigabitEthernet0/1.29511"
	require.Equal(t, "Gi0/1.29511 11  80   P Standby  192.168.11.252  local           192.168.11.24  \n", layout.brief(g))
	g.Interface, g.Preempt.Enabled = "GigabitEthernet0/1.295110", false
	require.Equal(t, "Gi0/1.295110\n            11  80     Standby  192.168.11.252  local           192.168.11.24  \n", layout.brief(g))
}

// Rows of samples show_standby_brief_01 to 04, and what 15.x says of a group in
// sample show_standby_all_01.
func TestShowStandbyOf15(t *testing.T) {
	layout := standbyLayouts[platform.Era15]
	require.Equal(t, "Interface   Grp  Pri P State   Active          Standby         Virtual IP\n", layout.head)
	active := hsrp.GroupStatus{
		Interface: "Vlan500", Group: 20, State: hsrp.Active, Priority: 100, Preempt: hsrp.Preempt{Enabled: true},
		VIP: wire.MustAddr("100.1.50.254"), Active: hsrp.PeerStatus{Role: hsrp.Local},
		Standby: hsrp.PeerStatus{Role: hsrp.Remote, Address: wire.MustAddr("100.1.50.2")}, Name: "hsrp-Vl500-20",
	}
	require.Equal(t, "Vl500       20   100 P Active  local           100.1.50.2      100.1.50.254\n", layout.brief(active))
	initial := hsrp.GroupStatus{Interface: "Vlan1309", Group: 1, State: hsrp.Init, Priority: 110, VIP: wire.MustAddr("40.1.31.100")}
	require.Equal(t, "Vl1309      1    110   Init    unknown         unknown         40.1.31.100\n", layout.brief(initial))
	require.Contains(t, layout.group(active), "  Active virtual MAC address is unknown (MAC In Use)\n")
	require.Contains(t, layout.group(active), "  Group name is \"hsrp-Vl500-20\" (default)\n")
	initial.State = hsrp.Disabled
	require.Contains(t, layout.group(initial), "  State is Disabled\n  Virtual IP address is 40.1.31.100\n  Active virtual MAC address is unknown (MAC Not In Use)\n")
}

func TestAuthenticationText(t *testing.T) {
	md5 := hsrp.Authentication{Kind: wire.HSRPAuthMD5, Key: "hush"}
	require.Equal(t, "  Authentication MD5, key-string\n", authenticationText(md5))
	md5.Timeout = 30 * time.Second
	require.Equal(t, "  Authentication MD5, key-string, timeout 30 secs\n", authenticationText(md5))
	md5.KeyChain = "keys"
	require.Equal(t, "  Authentication MD5, key-chain \"keys\"\n", authenticationText(md5))
}
