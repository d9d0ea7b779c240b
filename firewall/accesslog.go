package firewall

import (
	"fmt"

	"tandem/syslog"
	"tandem/wire"
)

// The bounds of access list logging: the first match of a flow is logged at
// once, the rest is summed up every five minutes (reference firewall 5.6).
const (
	accessLogSpan  = 300 // seconds
	accessLogFlows = 512
)

// accessFlow is what one logged flow has in common.
type accessFlow struct {
	list     string
	action   Action
	kind     Kind
	proto    uint8
	src, dst wire.Addr
	srcPort  uint16
	dstPort  uint16
	from     string // " (INTERFACE MAC)" of log-input
}

// accessLog sums up the matches of log entries by flow.
type accessLog struct {
	at     map[accessFlow]int // index into flows
	flows  []accessFlow       // in the order of their first match
	counts []uint64           // matches since the last message
	missed uint64             // matches that found no room
	due    uint32             // second of the next summary
}

// matched logs a packet that entry n of f matched.
func (a *accessLog) matched(e *Engine, f *Filter, n int32, p *wire.Packet) {
	r := &f.rules[n]
	flow := accessFlow{list: f.list.Name, action: r.Action, kind: f.list.Kind, proto: p.Proto, src: p.Src, dst: p.Dst}
	if flow.kind == Standard {
		flow.proto = 0
	} else if !p.LaterFragment() {
		flow.srcPort, flow.dstPort = p.SrcPort, p.DstPort
	}
	if r.Log == LogInput {
		flow.from = e.origin(p)
	}
	if i, ok := a.at[flow]; ok {
		a.counts[i]++
		return
	}
	if len(a.flows) >= accessLogFlows {
		a.missed++
		return
	}
	if a.at == nil {
		a.at = map[accessFlow]int{}
	}
	if len(a.flows) == 0 {
		a.due = e.sec + accessLogSpan
	}
	a.at[flow] = len(a.flows)
	a.flows = append(a.flows, flow)
	a.counts = append(a.counts, 0)
	if !e.log.add(flow.message(1)) {
		a.missed++
	}
}

// origin prints where a packet came from: the interface and, when the packet
// has an Ethernet header, the source address in it.
func (e *Engine) origin(p *wire.Packet) string {
	name := e.guard(p.In).name
	if p.L3 != wire.EthernetLen {
		return fmt.Sprintf(" (%s)", name)
	}
	return fmt.Sprintf(" (%s %s)", name, wire.Ethernet(p.Data).Src())
}

// wake prints the summary of the last five minutes when it is due.
func (a *accessLog) wake(e *Engine) {
	if len(a.flows) == 0 || e.sec < a.due {
		return
	}
	for i, f := range a.flows {
		if a.counts[i] > 0 {
			e.log.add(f.message(a.counts[i]))
		}
	}
	if a.missed > 0 {
		e.log.add(syslog.Message{
			Facility: "SEC", Severity: syslog.Informational, Mnemonic: "IPACCESSLOGRL",
			Text: fmt.Sprintf("access-list logging rate-limited or missed %d %s", a.missed, packets(a.missed)),
		})
	}
	*a = accessLog{}
}

func packets(n uint64) string {
	if n == 1 {
		return "packet"
	}
	return "packets"
}

func (f *accessFlow) message(n uint64) syslog.Message {
	m := syslog.Message{Facility: "SEC", Severity: syslog.Informational}
	verb := "permitted"
	if f.action == Deny {
		verb = "denied"
	}
	var flow string
	switch name := ProtocolName(f.proto); {
	case f.kind == Standard:
		m.Mnemonic = "IPACCESSLOGNP"
		flow = fmt.Sprintf("0 %s%s -> %s", f.src, f.from, f.dst)
	case f.proto == wire.ProtoTCP || f.proto == wire.ProtoUDP:
		m.Mnemonic = "IPACCESSLOGP"
		flow = fmt.Sprintf("%s %s(%d)%s -> %s(%d)", name, f.src, f.srcPort, f.from, f.dst, f.dstPort)
	case f.proto == wire.ProtoICMP:
		m.Mnemonic = "IPACCESSLOGDP"
		flow = fmt.Sprintf("icmp %s%s -> %s (%d/%d)", f.src, f.from, f.dst, f.srcPort, f.dstPort)
	case name[0] >= 'a':
		m.Mnemonic = "IPACCESSLOGRP"
		flow = fmt.Sprintf("%s %s%s -> %s", name, f.src, f.from, f.dst)
	default:
		m.Mnemonic = "IPACCESSLOGNP"
		flow = fmt.Sprintf("%d %s%s -> %s", f.proto, f.src, f.from, f.dst)
	}
	m.Text = fmt.Sprintf("list %s %s %s, %d %s", f.list, verb, flow, n, packets(n))
	return m
}
