package router

import (
	"slices"
	"time"

	"tandem/clock"
	"tandem/hsrp"
	"tandem/modes"
	"tandem/redundancy"
	"tandem/snmp"
	"tandem/syslog"
	"tandem/wire"
)

// SNMPPort is where the agent listens (RFC 3417).
const SNMPPort = 161

// What is done about traps that can't leave. All of it is assumed.
const (
	trapLimit   = 50 // that wait; the oldest go first
	trapRetries = 10 // vain attempts, a second apart
	trapTask    = "snmp traps"
)

// agent is the SNMP agent with what it still has to say.
type agent struct {
	snmp.Agent
	traps    []trap
	requests uint32 // number of the last trap
	swaps    uint64 // switchovers that were told
	scolded  int64  // second of the last authenticationFailure
}

// trap is one notification on its way to one host.
type trap struct {
	snmp.Notification
	to     modes.TrapHost
	uptime time.Duration
	id     uint32
	tries  int
}

// SNMPCounters implements modes.Device.
func (r *Router) SNMPCounters() snmp.Counters { return r.agent.Counters }

// Ask gives the agent a request that did not come over the network, and
// returns the answer, nil without one. No access list is asked.
func (r *Router) Ask(now clock.Time, request []byte) []byte {
	r.begin(now)
	defer r.settle()
	s := modes.SNMPOf(r.tree)
	if !s.Running() {
		return nil
	}
	return r.answerSNMP(request, func(community string) bool {
		_, ok := s.Reads(community)
		return ok
	})
}

// takeRequest keeps a request to one of the router's addresses for the agent.
func (r *Router) takeRequest(p *wire.Packet) bool {
	if !modes.SNMPOf(r.tree).Running() || !r.OwnAddress(p.Dst) && !r.virtualAddress(p.Dst) {
		return false
	}
	u := wire.UDP(p.Transport())
	r.mail = append(r.mail, datagram{from: p.Src, fromPort: p.SrcPort, to: p.Dst, port: SNMPPort, payload: slices.Clone(u.Payload())})
	return true
}

// virtualAddress reports whether an address is that of a group this router is
// Active in.
func (r *Router) virtualAddress(a wire.Addr) bool {
	for g := range r.standby.Briefs() {
		if g.State == hsrp.Active && (g.VIP == a || slices.Contains(g.Secondary, a)) {
			return true
		}
	}
	return false
}

// serveRequest answers a request of the network, from the address it came to.
func (r *Router) serveRequest(d datagram) {
	s := modes.SNMPOf(r.tree)
	answer := r.answerSNMP(d.payload, func(community string) bool {
		list, ok := s.Reads(community)
		if ok && list != "" {
			ok = r.passes(list, wire.Packet{Proto: wire.ProtoUDP, Src: d.from, SrcPort: d.fromPort, Dst: d.to, DstPort: SNMPPort})
		}
		return ok
	})
	if answer != nil {
		r.sendUDP(d.to, d.from, SNMPPort, d.fromPort, answer)
	}
}

func (r *Router) answerSNMP(request []byte, allows func(community string) bool) []byte {
	return r.agent.Answer(request, func(community string) bool {
		ok := allows(community)
		if second := int64(r.now / clock.Time(time.Second)); !ok && second != r.agent.scolded {
			r.agent.scolded = second // one a second: a scan must not become a flood
			r.notify(modes.TrapAuthentication, snmp.AuthenticationFailure())
		}
		return ok
	}, func() snmp.Tree { return snmp.Build(r.facts(), r.agent.Counters) })
}

// notify queues a notification for every host that wants its kind.
func (r *Router) notify(kind modes.Trap, n snmp.Notification) {
	if r.loading {
		return
	}
	s := modes.SNMPOf(r.tree)
	for _, h := range s.Hosts {
		if !s.Sends(h, kind) {
			continue
		}
		r.agent.requests++
		r.agent.traps = append(r.agent.traps, trap{Notification: n, to: h, uptime: r.wall.Uptime(r.now), id: r.agent.requests})
		r.agent.traps = r.agent.traps[max(0, len(r.agent.traps)-trapLimit):]
	}
}

// sendTraps sends what waits. What can't leave is tried again a second later.
func (r *Router) sendTraps() (busy bool) {
	if _, later := r.tasks[trapTask]; later || len(r.agent.traps) == 0 || !r.booted {
		return false
	}
	waiting := r.agent.traps
	r.agent.traps = nil
	for _, t := range waiting {
		if !r.sendTrap(t) && t.tries < trapRetries {
			t.tries++
			r.agent.traps = append(r.agent.traps, t)
		}
	}
	if len(r.agent.traps) > 0 {
		r.At(r.now.Add(time.Second), trapTask, func(clock.Time) {})
	}
	return true
}

func (r *Router) sendTrap(t trap) bool {
	source, ok := r.plane.SourceFor(t.to.Addr)
	if l := r.byName[modes.SNMPOf(r.tree).TrapSource]; l != nil {
		source = l.Primary.Addr
	}
	if !ok || source == 0 {
		return false
	}
	payload, err := t.Encode(t.to.Community, t.id, t.uptime, t.to.Old, source)
	if err != nil || !r.sendUDP(source, t.to.Addr, SNMPPort, t.to.Port, payload) {
		return false
	}
	r.agent.Counters.Traps++
	return true
}

// coldStart says that the agent came up, where there is one.
func (r *Router) coldStart() {
	if !modes.SNMPOf(r.tree).Running() {
		return
	}
	r.Message(r.now, syslog.Message{
		Facility: "SNMP", Severity: syslog.Notifications, Mnemonic: "COLDSTART",
		Text: "SNMP agent on host " + r.Hostname() + " is undergoing a cold start",
	})
	r.notify(modes.TrapColdStart, snmp.ColdStart())
}

// groupTrap tells of a group that becomes Standby or Active, or stops to be.
func (r *Router) groupTrap(m hsrp.Moved) {
	told := func(s hsrp.State) bool { return s == hsrp.Standby || s == hsrp.Active }
	if l := r.byName[m.Interface]; l != nil && (told(m.From) || told(m.To)) {
		r.notify(modes.TrapHSRP, snmp.GroupChanged(ifIndex(l), int(m.Group), groupStates[m.To]))
	}
}

// progressTrap tells of a changed RF state, and of a switchover that came with
// it.
func (r *Router) progressTrap() {
	facts := r.redundancyFacts()
	if facts == nil {
		return
	}
	r.notify(modes.TrapRF, snmp.Progressed(*facts))
	if n := r.rf.Counters().Switchovers; n != r.agent.swaps {
		r.agent.swaps = n
		r.notify(modes.TrapRF, snmp.Switchover(*facts, r.wall.Uptime(r.now)))
	}
}

// linkTrap tells of an interface that came up or went down.
func (r *Router) linkTrap(l *link) {
	kind := modes.TrapLinkDown
	if l.up() {
		kind = modes.TrapLinkUp
	}
	r.notify(kind, snmp.Link(r.interfaceFacts(l)))
}

// redundancyFacts is nil without inter-device redundancy.
func (r *Router) redundancyFacts() *snmp.Redundancy {
	if r.rf.Scheme() == "" {
		return nil
	}
	s := r.rf.States()
	f := snmp.Redundancy{
		Unit: s.UnitID, PeerUnit: s.UnitID, State: mibState(s.My), PeerState: mibState(s.Peer), Duplex: s.Duplex,
		ManualInhibited: !r.rf.MaySwitch(), LastReason: int(s.LastReason) + 1,
	}
	if swaps := r.rf.Switchovers(); len(swaps) > 0 {
		f.LastSwitchover = r.wall.Uptime(swaps[len(swaps)-1].At)
	}
	return &f
}

// mibState numbers an RF state as CISCO-RF-MIB does: notKnown is 1.
func mibState(s redundancy.State) int { return int(min(s, redundancy.Active)) + 1 }
