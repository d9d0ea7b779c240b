package firewall

import (
	"maps"
	"slices"

	"tandem/wire"
)

// Transports a protocol keyword is inspected over.
const (
	overTCP uint8 = 1 << iota
	overUDP
	overICMP
)

// reader is the application inspection behind a keyword.
type reader uint8

const (
	readNothing reader = iota
	readDNS
	readFTP
	readTFTP
)

// protocol says which packets a keyword of a rule claims: those to one of its
// ports, or to any port when it has none.
type protocol struct {
	over  uint8
	ports []uint16
	reads reader
}

// protocols holds the keywords of ip inspect name. The words are sampled
// (reference firewall 1.3, sample inspect_protocol_keywords); the ports are
// the well-known ones as far as remembered. tcp, udp, icmp, dns, ftp and tftp
// are read in depth, every other one is generic TCP or UDP under its own name.
var protocols = map[string]protocol{
	"tcp": {over: overTCP}, "udp": {over: overUDP}, "icmp": {over: overICMP}, "fragment": {},
	"dns": {overTCP | overUDP, []uint16{53}, readDNS}, "ftp": {overTCP, []uint16{21}, readFTP},
	"tftp": {overUDP, []uint16{69}, readTFTP},

	"aol": {over: overTCP, ports: []uint16{5190}}, "bgp": {over: overTCP, ports: []uint16{179}},
	"biff": {over: overUDP, ports: []uint16{512}}, "bootpc": {over: overUDP, ports: []uint16{68}},
	"bootps": {over: overUDP, ports: []uint16{67}}, "cddbp": {over: overTCP, ports: []uint16{888}},
	"cifs": {over: overTCP, ports: []uint16{445}}, "citrix": {over: overTCP, ports: []uint16{1494}},
	"cuseeme": {over: overUDP, ports: []uint16{7648}}, "daytime": {over: overTCP, ports: []uint16{13}},
	"ddns-v3": {over: overTCP, ports: []uint16{2164}}, "discard": {over: overTCP | overUDP, ports: []uint16{9}},
	"echo": {over: overTCP | overUDP, ports: []uint16{7}}, "esmtp": {over: overTCP, ports: []uint16{25}},
	"exec": {over: overTCP, ports: []uint16{512}}, "finger": {over: overTCP, ports: []uint16{79}},
	"ftps": {over: overTCP, ports: []uint16{990}}, "gopher": {over: overTCP, ports: []uint16{70}},
	"h323": {over: overTCP, ports: []uint16{1720}}, "hsrp": {over: overUDP, ports: []uint16{1985}},
	"http": {over: overTCP, ports: []uint16{80}}, "https": {over: overTCP, ports: []uint16{443}},
	"ident": {over: overTCP, ports: []uint16{113}}, "imap": {over: overTCP, ports: []uint16{143}},
	"imap3": {over: overTCP, ports: []uint16{220}}, "imaps": {over: overTCP, ports: []uint16{993}},
	"ipass": {over: overTCP, ports: []uint16{2549}}, "ipsec-msft": {over: overUDP, ports: []uint16{4500}},
	"irc": {over: overTCP, ports: []uint16{194}}, "ircs": {over: overTCP, ports: []uint16{994}},
	"isakmp": {over: overUDP, ports: []uint16{500}}, "iscsi": {over: overTCP, ports: []uint16{860}},
	"kazaa": {over: overTCP, ports: []uint16{1214}}, "kerberos": {over: overTCP | overUDP, ports: []uint16{88}},
	"l2tp": {over: overUDP, ports: []uint16{1701}}, "ldap": {over: overTCP, ports: []uint16{389}},
	"ldaps": {over: overTCP, ports: []uint16{636}}, "login": {over: overTCP, ports: []uint16{513}},
	"mgcp": {over: overUDP, ports: []uint16{2427}}, "microsoft-ds": {over: overTCP, ports: []uint16{445}},
	"ms-sql": {over: overTCP, ports: []uint16{1433}}, "ms-sql-m": {over: overUDP, ports: []uint16{1434}},
	"msnmsgr": {over: overTCP, ports: []uint16{1863}}, "msrpc": {over: overTCP, ports: []uint16{135}},
	"mysql": {over: overTCP, ports: []uint16{3306}}, "netbios-dgm": {over: overUDP, ports: []uint16{138}},
	"netbios-ns": {over: overUDP, ports: []uint16{137}}, "netbios-ssn": {over: overTCP, ports: []uint16{139}},
	"netshow": {over: overTCP, ports: []uint16{1755}}, "nfs": {over: overTCP | overUDP, ports: []uint16{2049}},
	"nntp": {over: overTCP, ports: []uint16{119}}, "ntp": {over: overUDP, ports: []uint16{123}},
	"pcanywheredata": {over: overTCP, ports: []uint16{5631}}, "pcanywherestat": {over: overUDP, ports: []uint16{5632}},
	"pop3": {over: overTCP, ports: []uint16{110}}, "pop3s": {over: overTCP, ports: []uint16{995}},
	"pptp": {over: overTCP, ports: []uint16{1723}}, "radius": {over: overUDP, ports: []uint16{1812, 1813}},
	"rcmd": {over: overTCP, ports: []uint16{514}}, "realaudio": {over: overTCP, ports: []uint16{7070}},
	"realmedia": {over: overTCP, ports: []uint16{7070}}, "realsecure": {over: overTCP, ports: []uint16{2998}},
	"router": {over: overUDP, ports: []uint16{520}}, "rtsp": {over: overTCP, ports: []uint16{554}},
	"shell": {over: overTCP, ports: []uint16{514}}, "sip": {over: overTCP | overUDP, ports: []uint16{5060}},
	"sip-tls": {over: overTCP, ports: []uint16{5061}}, "skinny": {over: overTCP, ports: []uint16{2000}},
	"smtp": {over: overTCP, ports: []uint16{25}}, "snmp": {over: overUDP, ports: []uint16{161}},
	"snmptrap": {over: overUDP, ports: []uint16{162}}, "socks": {over: overTCP, ports: []uint16{1080}},
	"sql-net": {over: overTCP, ports: []uint16{1521}}, "sqlnet": {over: overTCP, ports: []uint16{1521}},
	"ssh": {over: overTCP, ports: []uint16{22}}, "streamworks": {over: overUDP, ports: []uint16{1558}},
	"stun": {over: overTCP | overUDP, ports: []uint16{3478}}, "sunrpc": {over: overTCP | overUDP, ports: []uint16{111}},
	"syslog": {over: overUDP, ports: []uint16{514}}, "tacacs": {over: overTCP | overUDP, ports: []uint16{49}},
	"telnet": {over: overTCP, ports: []uint16{23}}, "telnets": {over: overTCP, ports: []uint16{992}},
	"time": {over: overTCP | overUDP, ports: []uint16{37}}, "uucp": {over: overTCP, ports: []uint16{540}},
	"vdolive": {over: overTCP, ports: []uint16{7000}}, "who": {over: overUDP, ports: []uint16{513}},
	"wins": {over: overTCP | overUDP, ports: []uint16{1512}}, "x11": {over: overTCP, ports: []uint16{6000}},
	"xdmcp": {over: overUDP, ports: []uint16{177}}, "ymsgr": {over: overTCP, ports: []uint16{5050}},
}

// Protocols returns the keywords of ip inspect name in alphabetical order.
func Protocols() []string { return slices.Sorted(maps.Keys(protocols)) }

// DeepProtocol reports whether a keyword has an inspection of its own; the
// others are generic TCP or UDP on well-known ports.
func DeepProtocol(keyword string) bool {
	p, ok := protocols[keyword]
	return ok && (p.reads != readNothing || len(p.ports) == 0)
}

// icmpIdle is the idle time of icmp lines, which no global command sets.
const icmpIdle = 10

// transportBit returns the bit of a protocol number, or 0 for one that is not inspected.
func transportBit(proto uint8) uint8 {
	switch proto {
	case wire.ProtoTCP:
		return overTCP
	case wire.ProtoUDP:
		return overUDP
	case wire.ProtoICMP:
		return overICMP
	}
	return 0
}
