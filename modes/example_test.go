package modes_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/config"
	"tandem/modes"
)

// way is how to get into a mode from global configuration.
var way = map[string][]string{
	"config":                   nil,
	"config-if":                {"interface GigabitEthernet0/0"},
	"config-if-range":          {"interface range GigabitEthernet0/0 , GigabitEthernet0/1"},
	"config-subif":             {"interface GigabitEthernet0/0.1"},
	"config-line":              {"line vty 0 4"},
	"config-ext-nacl":          {"ip access-list extended some"},
	"config-std-nacl":          {"ip access-list standard other"},
	"config-red-interdevice":   {"redundancy inter-device"},
	"config-red":               {"redundancy"},
	"config-ipczone":           {"ipc zone default"},
	"config-ipczone-assoc":     {"ipc zone default", "association 1"},
	"config-ipc-protocol-sctp": {"ipc zone default", "association 1", "protocol sctp"},
	"config-ipc-local-sctp":    {"ipc zone default", "association 1", "protocol sctp", "local-port 5000"},
	"config-ipc-remote-sctp":   {"ipc zone default", "association 1", "protocol sctp", "remote-port 5000"},
	"config-voicecard":         {"voice-card 0"},
	"config-cp":                {"control-plane"},
	"config-archive":           {"archive"},
	"config-archive-log-cfg":   {"archive", "log config"},
	"config-router":            {"router rip"},
	"config-track":             {"track 9 list boolean and"},
	"config-keychain":          {"key chain other"},
	"config-keychain-key":      {"key chain other", "key 9"},
}

// needs lists what must stand before an example can.
var needs = map[string][]string{
	"standby 1 ip 10.0.0.4 secondary":              {"standby 1 ip 10.0.0.3"},
	"aaa authentication login default none":        {"aaa new-model"},
	"aaa authentication enable default none":       {"aaa new-model"},
	"aaa authorization exec default none":          {"aaa new-model"},
	"aaa authorization commands 15 default none":   {"aaa new-model"},
	"aaa authentication attempts login 5":          {"aaa new-model"},
	"aaa authentication fail-message ^CGo away^C":  {"aaa new-model"},
	"aaa authentication username-prompt \"Who? \"": {"aaa new-model"},
	"aaa authentication password-prompt \"Who? \"": {"aaa new-model"},
	"aaa authorization console":                    {"aaa new-model"},
}

// undo is the line that takes a line back.
func undo(line string) string {
	if rest, ok := strings.CutPrefix(line, "no "); ok {
		return "default " + rest
	}
	return "no " + line
}

func trimmed(listing string) []string {
	lines := strings.Split(listing, "\n")
	for i := range lines {
		lines[i] = strings.TrimLeft(lines[i], " ")
	}
	return lines
}

func TestEveryLeafHasAnExample(t *testing.T) { require.Empty(t, modes.Undeclared()) }

// Each example is typed, prints back as it was typed, survives the listing
// being pasted, and is gone once it is taken back.
func TestExamplesRoundTrip(t *testing.T) {
	for _, e := range modes.AllExamples() {
		t.Run(e.Mode+"/"+e.Line, func(t *testing.T) {
			b := privileged(t, nil)
			b.enter("configure terminal")
			steps, known := way[e.Mode]
			require.True(t, known, "no way into %s", e.Mode)
			for _, s := range steps {
				require.Empty(t, b.enter(s))
			}
			for _, s := range needs[e.Line] {
				require.Empty(t, b.enter(s))
			}
			before := b.Listing()
			require.NotContains(t, b.enter(e.Line), "Invalid")
			after := b.Listing()
			require.Contains(t, trimmed(after), e.Line)
			paste(b, after)
			require.Equal(t, after, b.Listing(), "pasted")

			b.enter("configure terminal")
			for _, s := range steps {
				b.enter(s)
			}
			if slices.Contains(trimmed(before), e.Line) {
				return // the hardware prints it anyway
			}
			back := []string{undo(e.Line)}
			for _, l := range trimmed(before) { // what it replaced
				if !slices.Contains(trimmed(after), l) {
					back = []string{l}
				}
			}
			for _, l := range back {
				require.NotContains(t, b.enter(l), "%")
			}
			if b.Listing() != before { // "no" turns off what is on by default
				b.enter("default " + e.Line)
			}
			require.Equal(t, before, b.Listing(), "taken back")
		})
	}
}

// paste types a listing as a user would, from the privileged prompt.
func paste(b *bench, listing string) (said string) {
	b.enter("end")
	b.enter("configure terminal")
	for _, l := range strings.Split(strings.TrimSuffix(listing, "\n"), "\n") {
		said += b.enter(l)
	}
	return said
}

// Loading a listing, printing it and pasting what was printed, twice, changes
// nothing: for both listings of the paper, the shipped pair and samples of other
// routers as far as their lines are supported.
func TestListingsPasteUnchanged(t *testing.T) {
	for _, name := range []string{"paper/RouterA.cfg", "paper/RouterB.cfg", "dual-lan/RouterA.cfg", "dual-lan/RouterB.cfg"} {
		for _, style := range []config.Style{config.IOS, config.Document} {
			t.Run(name+" "+style.String(), func(t *testing.T) {
				b := newBench(t, "RouterA", style, example(t, name))
				b.enter("enable")
				first := b.Listing()
				for range 2 {
					said := paste(b, first)
					require.NotContains(t, said, "Invalid")
					require.Equal(t, first, b.Listing())
				}
				loaded := newBench(t, "RouterA", style, []byte(first))
				require.Equal(t, first, loaded.Listing(), "parse(print(tree)) = tree")
				require.True(t, b.Config().Equal(loaded.Config()))
			})
		}
	}
}

// supported is made of the lines of public 12.4 configurations that this
// router has.
const supported = `!
version 12.4
service timestamps debug datetime msec localtime show-timezone
service timestamps log datetime msec localtime show-timezone
service password-encryption
!
hostname Foo
!
no logging console
!
ip subnet-zero
no ip domain lookup
ip inspect max-incomplete high 300
ip inspect max-incomplete low 300
ip inspect dns-timeout 8
ip inspect tcp idle-time 7200
ip inspect tcp finwait-time 8
ip inspect tcp max-incomplete host 100 block-time 1
ip inspect name EXT_OUT ftp alert on audit-trail off
ip inspect name EXT_OUT tcp alert on audit-trail off
ip inspect name EXT_OUT udp alert on audit-trail off
ip inspect name EXT_OUT icmp alert on audit-trail on
!
interface Loopback0
 description SEE the template
 ip address 172.16.0.1 255.255.255.255
 no ip redirects
 no ip unreachables
 no ip proxy-arp
!
interface GigabitEthernet0/0
 ip address 172.16.2.1 255.255.255.0
 ip access-group ETH0_0_IN in
 ip access-group BLACKHOLE out
 no ip unreachables
 no ip proxy-arp
 ip inspect EXT_OUT out
!
ip classless
ip route 0.0.0.0 0.0.0.0 172.16.2.254 254
ip route 172.16.255.254 255.255.255.255 Null0
!
ip access-list standard INTERNAL_NETWORKS
 permit 172.16.0.1
 permit 172.16.1.0 0.0.0.255
 permit 172.16.2.0 0.0.0.255
ip access-list standard PERMIT_ANY
 permit any
!
ip access-list extended BLACKHOLE
 deny   ip host 81.7.148.87 any
 deny   ip host 140.211.166.205 any log
 permit ip any any
ip access-list extended ETH0_0_IN
 remark deny Windows Media Player Updates
 deny   tcp any 207.46.248.0 0.0.0.255 eq www
 permit udp host 1.1.1.1 eq ntp any
 permit icmp any any unreachable
 permit esp any any log
access-list 11 remark JAVA access-list
access-list 11 permit any
access-list 12 permit 172.16.1.5
access-list 99 permit 172.16.1.0 0.0.0.255
!
end
`

func TestSampleLinesPasteUnchanged(t *testing.T) {
	b := privileged(t, []byte(supported))
	first := b.Listing()
	for _, l := range strings.Split(strings.TrimSpace(supported), "\n") {
		require.Contains(t, first, l+"\n")
	}
	for range 2 {
		require.NotContains(t, paste(b, first), "Invalid")
		require.Equal(t, first, b.Listing())
	}
	loaded := privileged(t, []byte(first))
	require.Equal(t, first, loaded.Listing())
}
