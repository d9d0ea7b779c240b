package firewall

import "strconv"

// helpOf explains a word of a table. A port name is followed by its number, as
// on the command line.
func helpOf(words []word, name string) string {
	text := wordHelp[name]
	for i := range words {
		if words[i].name != name {
			continue
		}
		switch number := strconv.Itoa(int(words[i].number)); {
		case &words[0] == &tcpPortWords[0]:
			return tcpPortHelp[name] + " (" + number + ")"
		case &words[0] == &udpPortWords[0]:
			return udpPortHelp[name] + " (" + number + ")"
		case &words[0] == &icmpWords[0]:
			return icmpHelp[name]
		case &words[0] == &dscpWords[0] && text == "":
			return "Match packets with dscp value " + number
		case &words[0] == &precedenceWords[0]:
			return "Match packets with " + name + " precedence (" + number + ")"
		case &words[0] == &tosWords[0]:
			return "Match packets with TOS value " + name + " (" + number + ")"
		}
	}
	return text
}

// wordHelp explains the words that mean one thing wherever they stand.
var wordHelp = map[string]string{
	"permit": "Specify packets to forward",
	"deny":   "Specify packets to reject",
	"remark": "Access list entry comment",

	"ahp":    "Authentication Header Protocol",
	"eigrp":  "Cisco's EIGRP routing protocol",
	"esp":    "Encapsulation Security Payload",
	"gre":    "Cisco's GRE tunneling",
	"icmp":   "Internet Control Message Protocol",
	"igmp":   "Internet Gateway Message Protocol",
	"ip":     "Any Internet Protocol",
	"ipinip": "IP in IP tunneling",
	"nos":    "KA9Q NOS compatible IP over IP tunneling",
	"ospf":   "OSPF routing protocol",
	"pcp":    "Payload Compression Protocol",
	"pim":    "Protocol Independent Multicast",
	"tcp":    "Transmission Control Protocol",
	"udp":    "User Datagram Protocol",

	"any":  "Any host",
	"host": "A single host",

	"eq":    "Match only packets on a given port number",
	"gt":    "Match only packets with a greater port number",
	"lt":    "Match only packets with a lower port number",
	"neq":   "Match only packets not on a given port number",
	"range": "Match only packets in the range of port numbers",

	"established": "Match established connections",
	"match-all":   "Match packets with all of the flags that follow",
	"match-any":   "Match packets with any of the flags that follow",
	"ack":         "Match on the ACK bit",
	"fin":         "Match on the FIN bit",
	"psh":         "Match on the PSH bit",
	"rst":         "Match on the RST bit",
	"syn":         "Match on the SYN bit",
	"urg":         "Match on the URG bit",
	"dscp":        "Match packets with given dscp value",
	"fragments":   "Check non-initial fragments",
	"log":         "Log matches against this entry",
	"log-input":   "Log matches against this entry, including input interface",
	"precedence":  "Match packets with given precedence value",
	"tos":         "Match packets with given TOS value",
	"ttl":         "Match packets with given TTL value",

	"default": "Match packets with default dscp (0)",
	"ef":      "Match packets with EF dscp (46)",
}

var tcpPortHelp = map[string]string{
	"bgp": "Border Gateway Protocol", "chargen": "Character generator", "cmd": "Remote commands", "daytime": "Daytime",
	"discard": "Discard", "domain": "Domain Name Service", "echo": "Echo", "exec": "Exec", "finger": "Finger",
	"ftp": "File Transfer Protocol", "ftp-data": "FTP data connections", "gopher": "Gopher",
	"hostname": "NIC hostname server", "ident": "Ident Protocol", "irc": "Internet Relay Chat",
	"klogin": "Kerberos login", "kshell": "Kerberos shell", "login": "Login", "lpd": "Printer service",
	"msrpc": "MS Remote Procedure Call", "nntp": "Network News Transport Protocol", "onep-plain": "Onep Cleartext",
	"onep-tls": "Onep Encrypted", "pim-auto-rp": "PIM Auto-RP", "pop2": "Post Office Protocol v2",
	"pop3": "Post Office Protocol v3", "smtp": "Simple Mail Transport Protocol", "sunrpc": "Sun Remote Procedure Call",
	"tacacs": "TAC Access Control System", "talk": "Talk", "telnet": "Telnet", "time": "Time",
	"uucp": "Unix-to-Unix Copy Program", "whois": "Nicname", "www": "World Wide Web",
}

var udpPortHelp = map[string]string{
	"biff": "Mail notification", "bootpc": "Bootstrap Protocol client", "bootps": "Bootstrap Protocol server",
	"discard": "Discard", "dnsix": "DNSIX security protocol auditing", "domain": "Domain Name Service", "echo": "Echo",
	"isakmp": "Internet Security Association and Key Management Protocol", "mobile-ip": "Mobile IP registration",
	"nameserver": "IEN116 name service", "netbios-dgm": "NetBios datagram service", "netbios-ns": "NetBios name service",
	"netbios-ss": "NetBios session service", "non500-isakmp": "ISAKMP behind address translation",
	"ntp": "Network Time Protocol", "pim-auto-rp": "PIM Auto-RP", "rip": "Routing Information Protocol",
	"ripv6": "Routing Information Protocol for IPv6", "snmp": "Simple Network Management Protocol",
	"snmptrap": "SNMP Traps", "sunrpc": "Sun Remote Procedure Call", "syslog": "System Logger",
	"tacacs": "TAC Access Control System", "talk": "Talk", "tftp": "Trivial File Transfer Protocol", "time": "Time",
	"who": "Who service", "xdmcp": "X Display Manager Control Protocol",
}

var icmpHelp = map[string]string{
	"administratively-prohibited": "Administratively prohibited", "alternate-address": "Alternate address",
	"conversion-error": "Datagram conversion", "dod-host-prohibited": "Host prohibited",
	"dod-net-prohibited": "Net prohibited", "echo": "Echo (ping)", "echo-reply": "Echo reply",
	"general-parameter-problem": "Parameter problem", "host-isolated": "Host isolated",
	"host-precedence-unreachable": "Host unreachable for precedence", "host-redirect": "Host redirect",
	"host-tos-redirect": "Host redirect for TOS", "host-tos-unreachable": "Host unreachable for TOS",
	"host-unknown": "Host unknown", "host-unreachable": "Host unreachable", "information-reply": "Information replies",
	"information-request": "Information requests", "mask-reply": "Mask replies", "mask-request": "Mask requests",
	"mobile-redirect": "Mobile host redirect", "net-redirect": "Network redirect",
	"net-tos-redirect": "Net redirect for TOS", "net-tos-unreachable": "Network unreachable for TOS",
	"net-unreachable": "Net unreachable", "network-unknown": "Network unknown",
	"no-room-for-option": "Parameter required but no room", "option-missing": "Parameter required but not present",
	"packet-too-big": "Fragmentation needed and DF set", "parameter-problem": "All parameter problems",
	"port-unreachable": "Port unreachable", "precedence-unreachable": "Precedence cutoff",
	"protocol-unreachable": "Protocol unreachable", "reassembly-timeout": "Reassembly timeout",
	"redirect": "All redirects", "router-advertisement": "Router discovery advertisements",
	"router-solicitation": "Router discovery solicitations", "source-quench": "Source quenches",
	"source-route-failed": "Source route failed", "time-exceeded": "All time exceededs",
	"timestamp-reply": "Timestamp replies", "timestamp-request": "Timestamp requests", "traceroute": "Traceroute",
	"ttl-exceeded": "TTL exceeded", "unreachable": "All unreachables",
}
