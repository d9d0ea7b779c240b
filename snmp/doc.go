// Package snmp is a read-only SNMPv1 and v2c agent (RFC 1157, RFC 3416): bytes
// of a request go in, bytes of the answer come out. What it serves is a Tree,
// built by Build from plain facts about the router: SNMPv2-MIB, IF-MIB, parts of
// IP-MIB, CISCO-HSRP-MIB and CISCO-RF-MIB. Notify encodes traps.
//
// It has no socket, clock or goroutine, and knows no feature: the router hands
// the facts in.
package snmp
