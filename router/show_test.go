package router_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// newShown is a router with what show commands have something to say about.
func newShown(t *testing.T) *bench {
	b := newPrivileged(t)
	b.configure("interface GigabitEthernet0/0", "ip address 10.0.0.1 255.255.255.0", "no shutdown",
		"interface Loopback0", "ip address 192.168.1.1 255.255.255.255", "exit",
		"ip route 172.16.4.0 255.255.255.0 Null0", "ip route 172.16.5.0 255.255.255.0 Null0")
	b.Carrier(1, 0, true)
	return b
}

func TestShowForms(t *testing.T) {
	b := newShown(t)
	for line, want := range map[string]string{
		"show interfaces stats":                                     "\nGigabitEthernet0/1\n          Switching path    Pkts In   Chars In   Pkts Out  Chars Out\n               Processor          0",
		"show interfaces Gi0/0 stats":                               "GigabitEthernet0/0\n          Switching path",
		"show interfaces GigabitEthernet0/0 status":                 "Port      Name               Status",
		"show ip route 172.16.4.0 255.255.255.0":                    "Routing entry for 172.16.4.0/24\n",
		"show ip route 172.16.0.0 255.255.0.0":                      "% Network not in table\n",
		"show ip route 172.16.0.0 255.0.255.0":                      "% Inconsistent address and mask\n",
		"show ip route 172.16.4.0 255.255.254.0 longer-prefixes":    "S       172.16.5.0 is directly connected, Null0\n",
		"show processes":                                            " PID QTy       PC Runtime (ms)    Invoked   uSecs    Stacks TTY Process\n",
		"show processes memory":                                     "Processor Pool Total:",
		"show protocols Loopback0":                                  "Loopback0 is up, line protocol is up\n  Internet address is 192.168.1.1/32\n",
		"show controllers GigabitEthernet0/1":                       "Interface GigabitEthernet0/1\nHardware is BCM1125",
		"show running-config brief":                                 "Current configuration : ",
		"show archive log config statistics":                        "Config Log Session Info:\n",
		"show ip route 172.16.4.0 255.255.255.0 longer-prefixes":    "S       172.16.4.0 is directly connected, Null0\n",
		"show ip route 10.0.0.0 255.255.255.0 | include Descriptor": "  Routing Descriptor Blocks:\n",
	} {
		require.Contains(t, b.enter(line), want, line)
	}
	require.NotContains(t, b.enter("show ip route 172.16.4.0 255.255.255.0 longer-prefixes"), "172.16.5.0 is")
	require.NotContains(t, b.enter("show controllers GigabitEthernet0/1"), "GigabitEthernet0/0")
}

func TestHostTable(t *testing.T) {
	b := newShown(t)
	require.Contains(t, b.enter("show hosts"), "Default domain is not set\nName/address lookup uses domain service\nName servers are 255.255.255.255\n")
	b.configure("ip host self 10.0.0.1", "ip host gateway 2001 10.0.0.1 211.0.0.1", "ip name-server 10.0.0.53", "ip domain name lab.example")
	require.Contains(t, b.Listing(), "\nip host gateway 2001 10.0.0.1 211.0.0.1\nip host self 10.0.0.1\n")
	require.Regexp(t, `^Default domain is lab\.example
Name/address lookup uses domain service
Name servers are 10\.0\.0\.53
(.*\n)+gateway +2001  \(perm, OK\)  0   IP       10\.0\.0\.1
 {56}211\.0\.0\.1
self +None  \(perm, OK\)  0   IP       10\.0\.0\.1
$`, b.enter("show hosts"))
	require.Contains(t, b.enter("ping SELF repeat 1"), "Sending 1, 100-byte ICMP Echos to 10.0.0.1, timeout is 2 seconds:\n")
	require.Contains(t, b.at(5*time.Second), "Success rate is ")
	require.Equal(t, "Translating \"nobody\"...domain server (255.255.255.255)\n% Unrecognized host or address, or protocol not running.\n\n", b.enter("ping nobody"))
	b.configure("no ip host self")
	require.NotContains(t, b.enter("show hosts"), "self")
}
