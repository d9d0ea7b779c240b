package redundancy

import "tandem/wire"

// Trigger is something that makes the facility decide.
type Trigger uint8

// The triggers.
const (
	GroupActive  Trigger = iota // the group became Active here
	GroupStandby                // the group became Standby here
	GroupBeaten                 // the group left Active or Standby because another router is higher
	GroupChanged                // a command took the group out
	GroupLost                   // interface or address gone
	GroupIdle                   // Init, Listen or Speak for another reason
	PeerLost                    // no communication with the peer any more
)

// Presence says whether there is a peer.
type Presence uint8

// The presences. Anyhow, the zero value, matches both in a rule.
const (
	Anyhow  Presence = iota
	Present          // heard within the last hold time
	Absent
)

// Verdict is what a rule asks for.
type Verdict uint8

// The verdicts. Nothing is the zero value.
const (
	Nothing    Verdict = iota
	SelfReload         // log and reload
	Negotiate          // back to NEGOTIATION
	TakeOver           // become ACTIVE, promote the sessions, no reload
	GoStandby          // STANDBY COLD, and on from there
	FallBack           // HOT to COLD: sessions are kept but stale
)

// rule is one row: own states from to, trigger, presence of a peer, verdict.
type rule struct {
	from, to State
	on       Trigger
	peer     Presence
	then     Verdict
}

// rules is reference ha 3.3, first match counts. A router that was beaten by
// another one has heard it: the peer is present by definition, which also
// settles two ACTIVE routers after a split. An incomplete standby takes over
// with what it has, where IOS is believed to reload.
var rules = []rule{
	{ActiveFast, Active, GroupBeaten, Anyhow, SelfReload},
	{ActiveFast, Active, GroupChanged, Present, SelfReload},
	{ActiveFast, Active, GroupLost, Present, SelfReload},
	{ActiveFast, Active, GroupChanged, Absent, Negotiate},
	{ActiveFast, Active, GroupLost, Absent, Negotiate},
	{ActiveFast, Active, GroupIdle, Anyhow, Negotiate},
	{ActiveFast, Active, GroupStandby, Anyhow, SelfReload},
	{ActiveFast, Active, PeerLost, Anyhow, Nothing}, // simplex, and in service

	{Negotiation, StandbyHot, GroupActive, Anyhow, TakeOver},
	{Negotiation, Negotiation, GroupStandby, Anyhow, GoStandby},

	{StandbyCold, StandbyHot, PeerLost, Anyhow, FallBack},
	{StandbyCold, StandbyHot, GroupBeaten, Anyhow, Negotiate},
	{StandbyCold, StandbyHot, GroupChanged, Anyhow, Negotiate},
	{StandbyCold, StandbyHot, GroupLost, Anyhow, Negotiate},
	{StandbyCold, StandbyHot, GroupIdle, Anyhow, Negotiate},
}

// Judge returns what a router in state my does on a trigger.
func Judge(my State, on Trigger, peer Presence) Verdict {
	for _, r := range rules {
		if my >= r.from && my <= r.to && on == r.on && (r.peer == Anyhow || r.peer == peer) {
			return r.then
		}
	}
	return Nothing
}

// triggerOf returns the trigger of a group's new state.
func triggerOf(to wire.HSRPState, why Cause) Trigger {
	switch {
	case to == wire.HSRPActive:
		return GroupActive
	case to == wire.HSRPStandby:
		return GroupStandby
	case why == Outranked:
		return GroupBeaten
	case why == InterfaceLost:
		return GroupLost
	case why == Reconfigured:
		return GroupChanged
	}
	return GroupIdle
}

// judge applies the rules.
func (f *Facility) judge(on Trigger) {
	switch Judge(f.my, on, f.presence()) {
	case SelfReload:
		f.reload("RF induced self-reload")
	case Negotiate:
		f.negotiate()
	case TakeOver:
		f.activate()
	case GoStandby:
		f.follow()
	case FallBack:
		f.stop(&f.progress)
		f.stop(&f.ack)
		if f.my == StandbyHot {
			f.staleSince = f.now
		}
		f.move(StandbyCold)
	}
}

// presence says whether the peer was there within the last hold time.
func (f *Facility) presence() Presence {
	g := f.groups[f.scheme]
	if f.peer.talking || g.peer || f.peer.seen && f.now.Sub(f.peer.heard) <= g.hold {
		return Present
	}
	return Absent
}
