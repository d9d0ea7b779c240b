package firewall

import (
	"slices"
	"strconv"
	"strings"
)

// The words of access list entries and their numbers. The port and ICMP names
// are those of reference firewall samples acl_tcp_port_names,
// acl_udp_port_names and acl_icmp_message_names; the ICMP, protocol,
// precedence, tos and dscp numbers are the registries' as far as remembered.

// word is a name with the number it stands for.
type word struct {
	name   string
	number uint16
}

var protocolWords = []word{
	{"ahp", 51},
	{"eigrp", 88},
	{"esp", 50},
	{"gre", 47},
	{"icmp", 1},
	{"igmp", 2},
	{"ip", 0},
	{"ipinip", 4},
	{"nos", 94},
	{"ospf", 89},
	{"pcp", 108},
	{"pim", 103},
	{"tcp", 6},
	{"udp", 17},
}

var tcpPortWords = []word{
	{"bgp", 179},
	{"chargen", 19},
	{"cmd", 514},
	{"daytime", 13},
	{"discard", 9},
	{"domain", 53},
	{"echo", 7},
	{"exec", 512},
	{"finger", 79},
	{"ftp", 21},
	{"ftp-data", 20},
	{"gopher", 70},
	{"hostname", 101},
	{"ident", 113},
	{"irc", 194},
	{"klogin", 543},
	{"kshell", 544},
	{"login", 513},
	{"lpd", 515},
	{"msrpc", 135},
	{"nntp", 119},
	{"onep-plain", 15001},
	{"onep-tls", 15002},
	{"pim-auto-rp", 496},
	{"pop2", 109},
	{"pop3", 110},
	{"smtp", 25},
	{"sunrpc", 111},
	{"tacacs", 49},
	{"talk", 517},
	{"telnet", 23},
	{"time", 37},
	{"uucp", 540},
	{"whois", 43},
	{"www", 80},
}

var udpPortWords = []word{
	{"biff", 512},
	{"bootpc", 68},
	{"bootps", 67},
	{"discard", 9},
	{"dnsix", 195},
	{"domain", 53},
	{"echo", 7},
	{"isakmp", 500},
	{"mobile-ip", 434},
	{"nameserver", 42},
	{"netbios-dgm", 138},
	{"netbios-ns", 137},
	{"netbios-ss", 139},
	{"non500-isakmp", 4500},
	{"ntp", 123},
	{"pim-auto-rp", 496},
	{"rip", 520},
	{"ripv6", 521},
	{"snmp", 161},
	{"snmptrap", 162},
	{"sunrpc", 111},
	{"syslog", 514},
	{"tacacs", 49},
	{"talk", 517},
	{"tftp", 69},
	{"time", 37},
	{"who", 513},
	{"xdmcp", 177},
}

// icmpNoCode marks an ICMP name that stands for every code of its type.
const icmpNoCode = 0xff

// icmpWords hold type<<8 | code.
var icmpWords = []word{
	{"administratively-prohibited", 3<<8 | 13},
	{"alternate-address", 6<<8 | icmpNoCode},
	{"conversion-error", 31<<8 | icmpNoCode},
	{"dod-host-prohibited", 3<<8 | 10},
	{"dod-net-prohibited", 3<<8 | 9},
	{"echo", 8<<8 | icmpNoCode},
	{"echo-reply", 0<<8 | icmpNoCode},
	{"general-parameter-problem", 12 << 8},
	{"host-isolated", 3<<8 | 8},
	{"host-precedence-unreachable", 3<<8 | 14},
	{"host-redirect", 5<<8 | 1},
	{"host-tos-redirect", 5<<8 | 3},
	{"host-tos-unreachable", 3<<8 | 12},
	{"host-unknown", 3<<8 | 7},
	{"host-unreachable", 3<<8 | 1},
	{"information-reply", 16<<8 | icmpNoCode},
	{"information-request", 15<<8 | icmpNoCode},
	{"mask-reply", 18<<8 | icmpNoCode},
	{"mask-request", 17<<8 | icmpNoCode},
	{"mobile-redirect", 32<<8 | icmpNoCode},
	{"net-redirect", 5 << 8},
	{"net-tos-redirect", 5<<8 | 2},
	{"net-tos-unreachable", 3<<8 | 11},
	{"net-unreachable", 3 << 8},
	{"network-unknown", 3<<8 | 6},
	{"no-room-for-option", 12<<8 | 2},
	{"option-missing", 12<<8 | 1},
	{"packet-too-big", 3<<8 | 4},
	{"parameter-problem", 12<<8 | icmpNoCode},
	{"port-unreachable", 3<<8 | 3},
	{"precedence-unreachable", 3<<8 | 15},
	{"protocol-unreachable", 3<<8 | 2},
	{"reassembly-timeout", 11<<8 | 1},
	{"redirect", 5<<8 | icmpNoCode},
	{"router-advertisement", 9<<8 | icmpNoCode},
	{"router-solicitation", 10<<8 | icmpNoCode},
	{"source-quench", 4<<8 | icmpNoCode},
	{"source-route-failed", 3<<8 | 5},
	{"time-exceeded", 11<<8 | icmpNoCode},
	{"timestamp-reply", 14<<8 | icmpNoCode},
	{"timestamp-request", 13<<8 | icmpNoCode},
	{"traceroute", 30<<8 | icmpNoCode},
	{"ttl-exceeded", 11 << 8},
	{"unreachable", 3<<8 | icmpNoCode},
}

var precedenceWords = []word{
	{"routine", 0},
	{"priority", 1},
	{"immediate", 2},
	{"flash", 3},
	{"flash-override", 4},
	{"critical", 5},
	{"internet", 6},
	{"network", 7},
}

var tosWords = []word{
	{"normal", 0}, {"min-monetary-cost", 1}, {"max-reliability", 2}, {"max-throughput", 4}, {"min-delay", 8},
}

var dscpWords = []word{
	{"default", 0},
	{"cs1", 8},
	{"af11", 10},
	{"af12", 12},
	{"af13", 14},
	{"cs2", 16},
	{"af21", 18},
	{"af22", 20},
	{"af23", 22},
	{"cs3", 24},
	{"af31", 26},
	{"af32", 28},
	{"af33", 30},
	{"cs4", 32},
	{"af41", 34},
	{"af42", 36},
	{"af43", 38},
	{"cs5", 40},
	{"ef", 46},
	{"cs6", 48},
	{"cs7", 56},
}

var flagWords = []word{{"fin", 0x01}, {"syn", 0x02}, {"rst", 0x04}, {"psh", 0x08}, {"ack", 0x10}, {"urg", 0x20}}

var operatorWords = []word{{"eq", uint16(Eq)}, {"neq", uint16(Neq)}, {"gt", uint16(Gt)}, {"lt", uint16(Lt)}, {"range", uint16(Span)}}

var addressWords = []word{{"any", 0}, {"host", 1}}

// standardOptionWords end an entry of a standard list.
var standardOptionWords = []word{{"log", optLog}}

var actionWords = []word{{"permit", uint16(Permit)}, {"deny", uint16(Deny)}, {"remark", uint16(Remark)}}

// The options of an extended entry, numbered for the parser's switch.
const (
	optEstablished uint16 = iota + 0x4000
	optMatchAll
	optMatchAny
	optPrecedence
	optTOS
	optDSCP
	optTTL
	optFragments
	optLog
	optLogInput
)

var optionWords = []word{
	{"precedence", optPrecedence},
	{"tos", optTOS},
	{"dscp", optDSCP},
	{"ttl", optTTL},
	{"fragments", optFragments},
	{"log", optLog},
	{"log-input", optLogInput},
}

var tcpOptionWords = slices.Concat([]word{
	{"established", optEstablished}, {"match-all", optMatchAll}, {"match-any", optMatchAny},
}, flagWords, optionWords)

// pick finds the word that text is or abbreviates. It returns ErrInput when
// there is none and ErrAmbiguous when several begin with text.
func pick(words []word, text string) (word, error) {
	text = strings.ToLower(text)
	var found word
	hits := 0
	for _, w := range words {
		if w.name == text {
			return w, nil
		}
		if text != "" && strings.HasPrefix(w.name, text) {
			found = w
			hits++
		}
	}
	switch hits {
	case 0:
		return word{}, ErrInput
	case 1:
		return found, nil
	}
	return word{}, ErrAmbiguous
}

// nameOf returns the name of number, or the number in decimal.
func nameOf(words []word, number uint16) string {
	for _, w := range words {
		if w.number == number {
			return w.name
		}
	}
	return strconv.Itoa(int(number))
}

// portWords returns the port names of a transport protocol.
func portWords(proto uint8) []word {
	if proto == 6 {
		return tcpPortWords
	}
	return udpPortWords
}

// PortName returns how an access list prints a port of TCP (6) or UDP (17).
func PortName(proto uint8, port uint16) string { return nameOf(portWords(proto), port) }

// ProtocolName returns how an access list prints an IP protocol number; 0 is ip.
func ProtocolName(proto uint8) string { return nameOf(protocolWords, uint16(proto)) }

// EntryWords returns the words an entry may use at some place of its line, for
// help and completion: "action", "protocol", "tcp", "udp", "icmp",
// "precedence", "tos", "dscp", "option" or "tcp-option". Unknown places give nil.
func EntryWords(place string) []string {
	tables := map[string][]word{
		"action": actionWords, "protocol": protocolWords, "tcp": tcpPortWords, "udp": udpPortWords, "icmp": icmpWords,
		"precedence": precedenceWords, "tos": tosWords, "dscp": dscpWords, "option": optionWords, "tcp-option": tcpOptionWords,
	}
	var names []string
	for _, w := range tables[place] {
		names = append(names, w.name)
	}
	slices.Sort(names)
	return names
}
