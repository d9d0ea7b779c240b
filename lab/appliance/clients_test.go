package appliance_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab"
	"tandem/lab/appliance"
)

// typed enters one line as it is and returns what it printed.
func (p pair) typed(name, line string) string {
	p.t.Helper()
	var out strings.Builder
	require.NoError(p.t, p.Do(name, func(now clock.Time, d lab.Device) {
		appliance.Type(now, d, line, func(text string) { out.WriteString(text) })
	}))
	return out.String()
}

// collected is what RANCID's list for IOS asks for, the facts and network
// resources of Ansible and the getters of NAPALM, and what else the clients of
// reference cli 6.4 do.
var collected = []string{
	"show version", "show redundancy secondary", "show idprom backplane", "show install active", "show env all", "show rsp chassis-info",
	"show gsr chassis", "show diag chassis-info", "show boot", "show bootvar", "show variables boot", "show c7200", "show license",
	"show license udi", "show flash:", "dir /all nvram:", "dir /all bootflash:", "dir /all slot0:", "dir /all disk0:", "show controllers",
	"show controllers cbus", "show diagbus", "show diag", "show capture", "show module", "show spe version", "show cdp", "show inventory raw",
	"show vtp status", "show vlan", "show vlan-switch", "show debug", "show shun", "more system:running-config", "show running-config view full",
	"show running-config", "write term", "show switch virtual", "show inventory", "dir", "show memory statistics",
	"show processes cpu | include CPU utilization", "show interfaces", "show ip interface", "show ipv6 interface", "show lldp",
	"show lldp neighbors detail", "show cdp neighbors detail", "show running-config | section ^interface",
	"show running-config | section access-list", "show access-lists | include access list",
	"show running-config | include ^ip route .+ |^ipv6 route .+", "show logging | include Trap", "show running-config all | section ^service",
	"show hosts", "show ip interface brief", "show interface summary", "show arp | exclude Incomplete", "show proc cpu",
	"show env temperature status", "show startup-config", "show run | section username", "show vrf detail", "show ip protocols", "show ip cef",
	"show ip sockets", "show ip traffic", "show ip static route", "show ip route summary", "show ip route connected", "show ip route static",
	"show ip route 10.0.0.1", "show protocols", "show controllers summary", "show environment", "show terminal", "show clock detail",
	"show tech-support", "show redundancy", "show processes cpu history", "show interfaces counters", "show access-lists",
	"show ip access-lists interface GigabitEthernet0/1 in", "show aliases", "show history", "show privilege", "show standby", "show standby brief",
	"show ip inspect all", "show debugging", "show unsupported", "show memory", "show diag 0", "show ip interface brief GigabitEthernet0/0",
	"show arp GigabitEthernet0/0", "show ip arp 10.0.0.1", "show ip cef 10.0.0.1", "show license feature", "show license summary",
	"show activation-key", "show module switch", "show cellular 0 profile", "show hw-programmable all", "show dot1x", "show switch detail",
	"show sdm prefer", "show system mtu", "show lldp interface", "show lacp sys-id", "show access-list", "show snmp user",
	"show running-config | section ^hostname", "show running-config | section ^router bgp", "show running-config | section ^router ospf",
	"show running-config | section ^router ospfv3", "show running-config | section ^ip prefix-list|^ipv6 prefix-list",
	"show running-config | section ^lldp", "show running-config | section ^route-map", "show running-config | section ^ntp",
	"show running-config | section ^snmp-server", "show running-config | include logging",
	"show running-config | include ip(v6)* access-list|remark", "show running-config | begin banner exec", "show lldp neighbors",
	"show lldp entry *", "show bgp all summary", "show bgp all neighbors", "show ip bgp summary", "show run | include ntp server",
	"show run | include ntp peer", "show ntp associations", "show mac-address-table", "show mac address-table", "show run | section ip sla [0-9]",
	"show run | include snmp-server", "show ip route 10.0.0.0 255.255.255.0 longer-prefixes", "show ip cef 10.0.0.2 detail",
	"show ip protocols | include bgp", "show interfaces transceiver", "show vlan all-ports", "show vlan brief", "show ipv6 neighbors",
	"show ip vrf", "show running-config all", "show archive config differences system:running-config nvram:startup-config", "show file systems",
	"show archive config rollback timer", "dir flash:",
}

// refused are the commands of that list that a 3845 does not have.
var refused = regexp.MustCompile(`^(show (idprom|install|rsp|gsr|diag chassis|variables|c7200|license|controllers cbus|diagbus|` +
	`capture|module|spe|vtp|vlan|shun|switch|ipv6|vrf|redundancy secondary|activation-key|cellular|hw-programmable|` +
	`dot1x|sdm|system|lacp|bgp|ip bgp|ntp|mac|interfaces transceiver|ip vrf)|` +
	`dir /all (bootflash|slot0|disk0):)`)

// Every command either answers or has its caret; none leaves the session
// anywhere but at the prompt.
func TestCollectorsEndCleanly(t *testing.T) {
	p := busy(t, "")
	for _, line := range collected {
		out := p.show("RouterA", line)
		caret := strings.HasSuffix(out, "^\n% Invalid input detected at '^' marker.\n\n") || strings.HasPrefix(out, "%Error opening ")
		if refused.MatchString(line) {
			require.True(t, caret, "%s: %s", line, out)
		} else {
			require.False(t, caret, "%s: %s", line, out)
		}
	}
	for _, line := range []string{"more system:running-config", "show running-config view full", "show running-config", "write term"} {
		require.Contains(t, p.show("RouterA", line), "\nend\n", line)
	}
}

// mistaken are the words that clients take for errors wherever they stand
// (reference cli 6.2).
var mistaken = []*regexp.Regexp{
	regexp.MustCompile(`% ?Error`), regexp.MustCompile(`(?i)ERROR:`), regexp.MustCompile(`% ?Bad secret`), regexp.MustCompile(`(?i)invalid input`),
	regexp.MustCompile(`(?i)(incomplete|ambiguous) command`), regexp.MustCompile(`(?i)connection timed out`), regexp.MustCompile(`(?i)[^\r\n]+ not found`),
	regexp.MustCompile(`(?i)'[^']' +returned error code: ?\d+`), regexp.MustCompile(`Bad mask`), regexp.MustCompile(`% \S+ overlaps with \S+`),
	regexp.MustCompile(`% \S+ (Error|Informational): `), regexp.MustCompile(`(?i)command authorization failed`), regexp.MustCompile(`Command rejected: `),
	regexp.MustCompile(`(?i)% ?IPv6 routing not enabled`), regexp.MustCompile(`(?i)% Invalid`), regexp.MustCompile(`% Unknown command`),
	regexp.MustCompile(`% (Bad passwords|Authentication failed)`), regexp.MustCompile(`Login failed`), regexp.MustCompile(`Sorry`),
}

func TestAnswersHoldNoWordsOfErrors(t *testing.T) {
	p := busy(t, "")
	for _, router := range []string{"RouterA", "RouterB"} {
		for _, line := range collected {
			if refused.MatchString(line) {
				continue
			}
			out := p.show(router, line)
			for _, pattern := range mistaken {
				require.NotRegexp(t, pattern, out, "%s: %s", router, line)
			}
		}
		for _, line := range p.everyShow(router) {
			out := p.show(router, line)
			if strings.Contains(out, "% Incomplete command.") || strings.HasPrefix(out, "%") && strings.Count(out, "\n") == 1 {
				continue
			}
			for _, pattern := range mistaken {
				require.NotRegexp(t, pattern, out, "%s: %s", router, line)
			}
		}
	}
}

// everyShow returns the show commands that help lists and that are complete.
func (p pair) everyShow(router string) []string {
	p.t.Helper()
	var lines []string
	var walk func(prefix string, depth int)
	walk = func(prefix string, depth int) {
		var help string
		require.NoError(p.t, p.Do(router, func(now clock.Time, d lab.Device) { help = appliance.Help(now, d, prefix+" ") }))
		for _, row := range strings.Split(help, "\n") {
			words := strings.Fields(row)
			switch {
			case len(words) == 0 || words[0] == "|" || !strings.HasPrefix(row, "  ") || strings.HasPrefix(row, "   "):
			case words[0] == "<cr>":
				lines = append(lines, prefix)
			case words[0][0] == '<' || 'A' <= words[0][0] && words[0][0] <= 'Z':
			case depth < 5:
				walk(prefix+" "+words[0], depth+1)
			}
		}
	}
	walk("show", 0)
	require.Greater(p.t, len(lines), 40)
	return lines
}
