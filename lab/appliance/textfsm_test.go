package appliance_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tandem/lab"
	"tandem/platform"

	"github.com/sirikothe/gotextfsm"
	"github.com/stretchr/testify/require"
)

// of15 is the command whose grammar knows the head of 15.x alone: 12.4 said
// Prio (reference ha 2.2), and its columns are held to the samples instead.
const of15 = "show standby brief"

// judged are the commands whose answers a public TextFSM grammar reads, and the
// fields that it must find in every record.
var judged = []struct {
	command, template string
	fields            []string
}{
	{"show version", "show_version", []string{"VERSION", "ROMMON", "HOSTNAME", "UPTIME_MINUTES", "RELOAD_REASON", "RUNNING_IMAGE", "CONFIG_REGISTER", "SOFTWARE_IMAGE"}},
	{"show inventory", "show_inventory", []string{"NAME", "DESCR", "PID", "SN"}},
	{"show inventory raw", "show_inventory", []string{"NAME", "DESCR", "PID", "SN"}},
	{"show interfaces", "show_interfaces", []string{"INTERFACE", "LINK_STATUS", "PROTOCOL_STATUS", "MTU", "BANDWIDTH", "INPUT_PACKETS", "OUTPUT_PACKETS", "INPUT_RATE", "QUEUE_MAX", "RUNTS", "CRC"}},
	{"show interfaces GigabitEthernet0/0", "show_interfaces", []string{"DUPLEX", "SPEED", "MEDIA_TYPE", "IP_ADDRESS", "MAC_ADDRESS"}},
	{"show interfaces description", "show_interfaces_description", []string{"PORT", "STATUS", "PROTOCOL"}},
	{"show interfaces status", "show_interfaces_status", []string{"PORT", "STATUS", "VLAN_ID", "DUPLEX", "SPEED", "TYPE"}},
	{"show ip interface", "show_ip_interface", []string{"INTERFACE", "LINK_STATUS", "PROTOCOL_STATUS"}},
	{"show ip interface GigabitEthernet0/1", "show_ip_interface", []string{"MTU", "INBOUND_ACL", "IP_ADDRESS"}},
	{"show ip interface brief", "show_ip_interface_brief", []string{"INTERFACE", "IP_ADDRESS", "STATUS", "PROTO"}},
	{"show ip route", "show_ip_route", []string{"PROTOCOL", "NETWORK", "PREFIX_LENGTH"}},
	{"show ip cef", "show_ip_cef", []string{"IP_ADDRESS", "PREFIX_LENGTH", "NEXTHOP"}},
	{"show arp", "show_arp", []string{"PROTOCOL", "ADDRESS", "AGE_MIN", "HARDWARE_ADDRESS", "TYPE"}},
	{"show ip arp", "show_ip_arp", []string{"IP_ADDRESS", "MAC_ADDRESS", "INTERFACE"}},
	{"show processes cpu", "show_processes_cpu", []string{"CPU_USAGE_5_SEC", "PROCESS_PID", "PROCESS_NAME"}},
	{"show processes cpu sorted 5min", "show_processes_cpu", []string{"PROCESS_PID"}},
	{"show processes memory sorted", "show_processes_memory_sorted", []string{"MEMORY_TOTAL", "MEMORY_USED", "MEMORY_FREE", "PROCESS"}},
	{"show clock", "show_clock", []string{"TIME", "TIMEZONE", "DAYWEEK", "MONTH", "DAY", "YEAR"}},
	{"show standby", "show_standby", []string{"INTERFACE", "GROUP", "STATE", "VIRTUAL_IP", "HELLO_TIME", "HOLD_TIME", "ACTIVE_ROUTER", "STANDBY_ROUTER", "PRIORITY", "GROUP_NAME"}},
	{of15, "show_standby_brief", []string{"INTERFACE", "GROUP", "PRIORITY", "STATE", "ACTIVE", "STANDBY", "VIRTUAL_IP_ADDRESS"}},
	{"show access-lists", "show_access-list", []string{"NAME", "TYPE", "SN", "ACTION"}},
	{"show ip access-lists", "show_ip_access-lists", []string{"ACL_TYPE", "ACL_NAME"}},
	{"show redundancy", "show_redundancy", []string{"SWITCHOVERS", "LAST_SWITCHOVER_REASON", "HARDWARE_MODE", "COMMUNICATION_STATUS", "ACTIVE_SLOT", "ACTIVE_SOFTWARE_STATE", "ACTIVE_CONFIG_REGISTER", "STANDBY_SOFTWARE_STATE"}},
	{"show logging", "show_logging", []string{"FACILITY", "MNEMONIC", "MESSAGE"}},
	{"show vlan", "", nil},
	{"dir", "dir", nil},
	{"dir nvram:", "dir", []string{"FILE_SYSTEM", "NAME", "SIZE"}},
	{"show archive", "show_archive", []string{"STATE"}},
}

// lookbehind is what Go's regular expressions lack; the templates use it to
// refine a match that stands without it.
var lookbehind = regexp.MustCompile(`\(\?<[=!](\[[^\]]*\]|[^()])*\)\+?`)

// template reads one grammar; the folder is not part of this repository.
func template(t *testing.T, folder, name string) gotextfsm.TextFSM {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "cisco_ios_"+name+".textfsm"))
	if os.IsNotExist(err) {
		t.Skipf("NTC_TEMPLATES has no %s", name)
	}
	require.NoError(t, err)
	var fsm gotextfsm.TextFSM
	require.NoError(t, fsm.ParseString(lookbehind.ReplaceAllString(string(text), "")))
	return fsm
}

// busy is the shipped pair with a software release, after elections, with
// traffic, logs and lists of every kind on it.
func busy(t *testing.T, release string) *pair {
	t.Helper()
	p := newPair(t, lab.Options{Seed: 1}, func(top *lab.Topology) {
		for i := range top.Routers {
			top.Routers[i].Release = release
		}
	})
	p.Advance(15 * time.Second)
	p.configure("RouterA", "logging buffered 16384", "ip route 0.0.0.0 0.0.0.0 211.0.0.100", "ip route 10.9.0.0 255.255.0.0 Null0 250",
		"ip route 172.16.0.0 255.255.0.0 10.0.0.100", "ip route 172.16.0.0 255.255.0.0 10.0.0.101", "ip route 172.17.4.0 255.255.255.0 10.0.0.100",
		"access-list 10 permit 10.0.0.0 0.0.0.255", "access-list 10 deny any log", "ip access-list standard hosts", "permit host 10.0.0.1",
		"ip access-list extended all", "permit tcp any host 10.0.0.1 eq www 443 log", "deny udp host 10.0.0.9 range 1 9 any",
		"permit icmp any any echo", "interface Loopback0", "ip address 192.168.1.1 255.255.255.255", "description the loopback",
		"interface GigabitEthernet0/0", "description the inside LAN")
	p.host("pc", "connect tcp 211.0.0.100 7 rate 50")
	p.host("pc", "ping 211.0.0.100")
	p.Advance(20 * time.Second)
	return p
}

// configure types lines in configuration mode.
func (p *pair) configure(name string, lines ...string) {
	p.t.Helper()
	require.Contains(p.t, p.show(name, "configure terminal"), "Enter configuration commands")
	for _, l := range lines {
		require.NotContains(p.t, p.typed(name, l), "%", l)
	}
	p.typed(name, "end")
}

func TestAnswersSatisfyPublicGrammars(t *testing.T) {
	folder := os.Getenv("NTC_TEMPLATES")
	if folder == "" {
		t.Skip("NTC_TEMPLATES does not name a folder of ntc-templates")
	}
	for _, release := range platform.Releases() {
		t.Run(release, func(t *testing.T) { judge(t, folder, release) })
	}
}

// judge holds the answers of a release to the grammars.
func judge(t *testing.T, folder, release string) {
	p := busy(t, release)
	for _, router := range []string{"RouterA", "RouterB"} {
		for _, j := range judged {
			if j.command == of15 && p.router(router).Hardware().Identity().Era != platform.Era15 {
				continue
			}
			t.Run(router+" "+j.command, func(t *testing.T) {
				answer := p.show(router, j.command)
				if j.template == "" {
					require.Contains(t, answer, "% Invalid input detected at '^' marker.")
					return
				}
				var parsed gotextfsm.ParserOutput
				err := parsed.ParseTextString(strings.ReplaceAll(answer, "\n", "\r\n"), template(t, folder, j.template), true)
				require.NoError(t, err, answer)
				if j.fields == nil || router == "RouterB" && j.command == "show logging" {
					return
				}
				require.NotEmpty(t, parsed.Dict, answer)
				for _, field := range j.fields {
					found := false
					for _, record := range parsed.Dict {
						switch v := record[field].(type) {
						case string:
							found = found || v != ""
						case []string:
							found = found || len(v) > 0
						}
					}
					require.True(t, found, "%s in\n%s", field, answer)
				}
			})
		}
	}
}
