package router_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestShowInterfaceAccounting(t *testing.T) {
	b := newShown(t)
	b.configure("interface GigabitEthernet0/0", "description the inside LAN", "interface GigabitEthernet0/1", "shutdown")
	b.Drain(func(int, [][]byte) {})
	b.enter("clear counters")
	b.enter("")
	before := b.enter("show interfaces GigabitEthernet0/0 accounting")
	b.enter("ping 10.0.0.9 repeat 1")
	b.at(5 * time.Second)
	after := b.enter("show interfaces GigabitEthernet0/0 accounting")
	require.NotEqual(t, before, after)
	require.Regexp(t, "^GigabitEthernet0/0 the inside LAN\n {16}Protocol    Pkts In   Chars In   Pkts Out  Chars Out\n"+
		" {21}ARP {10}0 {10}0 {10}[1-9] +\\d+\n\n$", after)
	require.Regexp(t, `Protocol  ARP +\n {10}Switching path    Pkts In   Chars In   Pkts Out  Chars Out\n`+
		` {17}Process          0          0          [1-9] +\d+\n`, b.enter("show interfaces GigabitEthernet0/0 switching"))
	require.Equal(t, "Interface GigabitEthernet0/1 is disabled\n\n", b.enter("show interfaces GigabitEthernet0/1 accounting"))
	require.Contains(t, b.enter("show interfaces accounting"), "Loopback0 \n                Protocol    Pkts In   Chars In   Pkts Out  Chars Out\n"+
		"No traffic sent or received on this interface.\n")
}

func TestShowSwitchPorts(t *testing.T) {
	b := newShown(t)
	require.Empty(t, b.enter("show interfaces GigabitEthernet0/0 trunk"))
	require.Contains(t, b.enter("show interfaces FastEthernet0/1/0 trunk"), "Fa0/1/0   off          802.1q         not-trunking  1\n")
	require.Contains(t, b.enter("show interfaces capabilities"), "FastEthernet0/1/8\n  Model:                 HWIC-D-9ESW\n")
	require.NotContains(t, b.enter("show interfaces capabilities"), "GigabitEthernet")
}

func TestShowMemoryAndEnvironment(t *testing.T) {
	b := newShown(t)
	require.Regexp(t, `Processor memory\n\n Alloc PC        Size     Blocks      Bytes    What\n\n(0x[0-9A-F]{8} +\d+ +1 +\d+    \S+\n){2}`, b.enter("show memory summary"))
	for line, want := range map[string]string{
		"show environment":                    "All measured values are normal\n",
		"show environment all":                "Battery is OK.\n",
		"show environment temperature":        "\tChassis inlet measured at 25C/77F\n",
		"show environment temperature status": "\tChassis outlet measured at 28C/82F\n",
		"show environment last":               "last shutdown reason - power-on\n",
		"show environment table":              "Chassis inlet     44C/111F     50C/122F      58C/136F\n",
	} {
		require.Contains(t, b.enter(line), want, line)
	}
}

func TestShowTrackByKind(t *testing.T) {
	b := newShown(t)
	b.configure("track 1 interface GigabitEthernet0/0 line-protocol", "exit", "track 2 ip route 172.16.4.0 255.255.255.0 reachability", "exit",
		"track 3 list boolean and", "object 1")
	require.Contains(t, b.enter("show track interface"), "Track 1\n")
	require.NotContains(t, b.enter("show track interface"), "Track 2\n")
	require.Contains(t, b.enter("show track ip route"), "Track 2\n")
	require.NotContains(t, b.enter("show track ip route"), "Track 3\n")
	require.Regexp(t, `^Track .*\n1 +interface GigabitEthernet0/0 +line-protocol .*\n$`, b.enter("show track interface brief"))
	require.Equal(t, "Object type              Poll Interval (s)\ninterface                     1\nip route                     15\n", b.enter("show track timers"))
	b.configure("track timer ip route 5", "track timer interface 2")
	require.Equal(t, "Object type              Poll Interval (s)\ninterface                     2\nip route                      5\n", b.enter("show track timers"))
	require.Contains(t, b.enter("show unsupported"), "  track timer interface 2\n")
	require.Contains(t, b.Listing(), "\ntrack timer interface 2\ntrack timer ip route 5\ntrack 1 interface GigabitEthernet0/0 line-protocol\n")
}

func TestShowLoggingXML(t *testing.T) {
	b := newShown(t)
	b.configure("logging buffered 8192 warnings", "logging count", "no logging trap")
	require.Regexp(t, `^<syslog-logging status="enabled" msg-dropped="0" .*
    <console-logging level="disabled" messages-logged="\d+"><xml>disabled</xml></console-logging>
    <monitor-logging level="debugging" .*
    <buffer-logging level="warnings" .*</buffer-logging>
    <logging-exception size="4096 bytes"></logging-exception>
    <count-and-timestamp-logging status="enabled"></count-and-timestamp-logging>
    <trap-logging level="disabled" messages-lines-logged="\d+"></trap-logging>
`, b.enter("show logging xml"))
}

func TestFilesCarryDates(t *testing.T) {
	b := newShown(t)
	b.dialogue("copy running-config flash:early", "")
	require.Regexp(t, `\n    1  -rw-  +\d+   Mar 1 2002 00:00:00 \+00:00  early\n`, b.enter("dir"))
	b.enter("clock set 12:34:56 27 nov 2026")
	b.dialogue("copy running-config flash:late", "")
	require.Regexp(t, `\n    2  -rw-  +\d+  Nov 27 2026 12:34:56 \+00:00  late\n`, b.enter("dir flash:"))
	require.Regexp(t, `\n2 +\d+ Nov 27 2026 12:34:56 \+00:00 late\n`, b.enter("show flash:"))
	b.configure("clock timezone EST -5")
	require.Contains(t, b.enter("dir flash:"), "  Nov 27 2026 07:34:56 -05:00  late\n")
	require.NoError(t, b.Store.Write("nvram:private-config", []byte("12345")))
	require.Contains(t, b.enter("dir nvram:"), "\n    1  ----           5                    <no date>  private-config\n")
}

func TestDirectories(t *testing.T) {
	b := newShown(t)
	b.enter("write memory")
	require.Equal(t, "flash:\n", b.enter("pwd"))
	require.Empty(t, b.enter("cd nvram:"))
	require.Equal(t, "nvram:\n", b.enter("pwd"))
	require.Contains(t, b.enter("dir"), "Directory of nvram:/\n")
	require.Regexp(t, `\* +\d+ +\d+ +nvram `, b.enter("show file systems"))
	b.dialogue("copy running-config mine", "mine")
	require.Contains(t, b.enter("dir nvram:"), "  mine\n")
	require.Contains(t, b.enter("verify /md5 mine"), "verify /md5 (nvram:mine) = ")
	require.Equal(t, "%Error changing to nvram:none (No such file or directory)\n", b.enter("cd none"))
	require.Equal(t, "%Error changing to tftp:/// (No such file or directory)\n", b.enter("cd tftp:"))
	require.Empty(t, b.enter("cd"))
	require.Equal(t, "flash:\n", b.enter("pwd"))
}

func TestFormatAndOldWrite(t *testing.T) {
	b := newShown(t)
	b.dialogue("copy running-config flash:one", "")
	require.Contains(t, b.dialogue("format flash:", "n"), "Format operation may take a while. Continue? [confirm]\n")
	b.dialogue("format flash:", "\r", "n")
	require.Contains(t, b.enter("dir flash:"), "  one\n")
	require.Contains(t, b.dialogue("format flash:", "\r", "\r"), "Format operation will destroy all data in \"flash:\".  Continue? [confirm]\n"+
		"Format: Total sectors in formatted partition: 125440\n")
	require.Contains(t, b.enter("dir flash:"), "No files in directory")
	require.Contains(t, b.dialogue("write network", ""), "'copy system:/running-config  <url>'\nAddress or name of remote host []? \n%Error: no remote host given\n")
	require.Contains(t, b.enter("show configuration lock"), "Owner PID : -1\nUser : unknown\nTTY : -1\nType : NO LOCK\nState : FREE\n")
}

func TestLoggingHistory(t *testing.T) {
	b := newShown(t)
	head := "Syslog History Table:1 maximum table entries,\nsaving level warnings or higher\n"
	require.Contains(t, b.enter("show logging history"), head)
	b.configure("logging history size 2", "logging history notifications", "logging exception 8192")
	require.Contains(t, b.Listing(), "\nlogging history size 2\nlogging history notifications\nlogging exception 8192\n")
	require.Contains(t, b.enter("show logging"), "Logging Exception size (8192 bytes)\n")
	require.Contains(t, b.enter("show logging xml"), "size=\"8192 bytes\"></logging-exception>")
	b.configure("hostname A")
	b.configure("hostname B")
	out := b.enter("show logging history")
	require.Regexp(t, `^Syslog History Table:2 maximum table entries,
saving level notifications or higher
 \d+ messages ignored, 0 dropped, 0 recursion drops
 [1-9]\d* table entries flushed
 SNMP notifications not enabled
(   entry number \d+ : SYS-5-CONFIG_I
    Configured from console by console
    timestamp: \d+
){2}$`, out)
	b.configure("no logging history", "no logging history size", "no logging exception")
	require.NotContains(t, b.Listing(), "logging history")
	require.NotContains(t, b.Listing(), "logging exception")
	require.Contains(t, b.enter("show logging history"), head)
}

func TestOddHostname(t *testing.T) {
	b := newShown(t)
	b.enter("configure terminal")
	require.Equal(t, "% Hostname contains one or more illegal characters.\n", b.enter("hostname R_1"))
	require.Equal(t, "R_1(config)#", b.prompt())
	require.Empty(t, b.enter("hostname 1st-floor.lab"))
}

func TestXMLBuffer(t *testing.T) {
	b := newShown(t)
	require.Contains(t, b.enter("show logging xml"), "<log-xml-buffer size=\"0 bytes\"></log-xml-buffer>\n")
	b.configure("logging buffered xml 4096", "service timestamps log datetime msec")
	b.configure("hostname R1")
	require.Regexp(t, `<buffer-logging .*><xml messages-logged="2">enabled</xml></buffer-logging>\n(?s:.*)<log-xml-buffer size="4096 bytes">\n`+
		`(<ios-log-msg><facility>SYS</facility><severity>5</severity><msg-id>CONFIG_I</msg-id><time>\*Mar  1 00:00:00.\d{3}</time>`+
		`<args><arg id="0">Configured from console by console</arg></args></ios-log-msg>\n){2}</log-xml-buffer>\n$`, b.enter("show logging xml"))
	require.Contains(t, b.enter("show logging"), ", xml enabled (2 messages logged),\n")
	require.Contains(t, b.Listing(), "\nlogging buffered xml 4096\n")
	for range 40 {
		b.configure("hostname x")
	}
	require.Less(t, len(b.Log().XMLLines()), 30)
	b.dialogue("clear logging xml", "\r")
	require.Empty(t, b.Log().XMLLines())
	b.configure("no logging buffered xml")
	require.NotContains(t, b.Listing(), "xml")
	require.Contains(t, b.enter("show logging xml"), "0 bytes")
}

// The dialogue of samples ping_dialog and ping_acl_denied_extended_dialog.
func TestExtendedPing(t *testing.T) {
	b := newShown(t)
	b.configure("interface GigabitEthernet0/0", "ip address 10.0.0.1 255.255.255.0", "no shutdown")
	b.Carrier(b.now, 0, true)
	out := b.dialogue("ping", "", "10.0.0.9", "2", "", "1", "yes", "gi0/0", "16", "y", "y", "0x1234", "", "")
	require.Contains(t, out, "Protocol [ip]: \nTarget IP address: 10.0.0.9\nRepeat count [5]: 2\nDatagram size [100]: \nTimeout in seconds [2]: 1\n"+
		"Extended commands [n]: yes\nSource address or interface: gi0/0\nType of service [0]: 16\nSet DF bit in IP header? [no]: y\n"+
		"Validate reply data? [no]: y\nData pattern [0xABCD]: 0x1234\nLoose, Strict, Record, Timestamp, Verbose[none]: \nSweep range of sizes [n]: \n"+
		"\nType escape sequence to abort.\nSending 2, 100-byte ICMP Echos to 10.0.0.9, timeout is 1 seconds:\n"+
		"Packet sent with a source address of 10.0.0.1 \nPacket sent with the DF bit set\nReply data will be validated\nPacket has data pattern 0x1234\n")
	b.console.Escape(b.now)
	for refused, dialogue := range map[string][]string{
		"% Bad IP address\n":                                                     {"ping", "", ""},
		"% A decimal number between 1 and 2147483647.\n":                         {"ping", "", "10.0.0.9", "0"},
		"% Invalid source address- IP address not on any of our up interfaces\n": {"ping", "", "10.0.0.9", "", "", "", "y", "10.0.0.77"},
		"% Bad data pattern\n":                                                   {"ping", "", "10.0.0.9", "", "", "", "y", "", "", "", "", "wxyz"},
		"% IP options are not supported\n":                                       {"ping", "", "10.0.0.9", "", "", "", "y", "", "", "", "", "", "record"},
		"% A sweep of sizes is not supported\n":                                  {"ping", "", "10.0.0.9", "", "", "", "", "y"},
	} {
		require.Contains(t, b.dialogue(dialogue...), refused)
	}
	require.Equal(t, "% Bad data pattern\n", b.enter("ping 10.0.0.9 data 12345"))
	require.Contains(t, b.enter("ping 10.0.0.9 data ff validate repeat 1"), "Reply data will be validated\nPacket has data pattern 0x00FF\n")
	b.console.Escape(b.now)
	require.Equal(t, "% Not allowed to clear current line\n", b.enter("clear line 0"))
}

func TestTracerouteAsks(t *testing.T) {
	b := newShown(t)
	b.configure("interface GigabitEthernet0/0", "ip address 10.0.0.1 255.255.255.0", "no shutdown")
	b.Carrier(b.now, 0, true)
	out := b.dialogue("traceroute", "", "10.0.0.1", "gi0/0", "", "1", "2", "1", "3", "", "")
	require.Contains(t, out, "Protocol [ip]: \nTarget IP address: 10.0.0.1\nSource address: gi0/0\nNumeric display [n]: \nTimeout in seconds [3]: 1\n"+
		"Probe count [3]: 2\nMinimum Time to Live [1]: 1\nMaximum Time to Live [30]: 3\nPort Number [33434]: \nLoose, Strict, Record, Timestamp, Verbose[none]: \n"+
		"\nType escape sequence to abort.\nTracing the route to 10.0.0.1\n\n")
	b.console.Escape(b.now)
	require.Contains(t, b.dialogue("traceroute", "", "10.0.0.1", "", "", "", "", "5", "4"), "% A decimal number between 5 and 255.\n")
	require.Contains(t, b.enter("traceroute 10.0.0.9 source gi0/0 numeric probe 1 timeout 1 ttl 2 4 port 4000"), "Tracing the route to 10.0.0.9\n\n")
	require.Regexp(t, `^  2  \* \n  3  \* \n  4  \* \n`, b.at(60e9))
	require.Equal(t, "% The maximum time to live is less than the minimum\n", b.enter("traceroute 10.0.0.9 ttl 4 2"))
	require.Contains(t, b.enter("traceroute 10.0.0.9 source 10.0.0.8"), "% Invalid source address")
}
