package snmp

import "time"

// configTimeout is how long cHsrpConfigTimeout says an unfinished row lives,
// in minutes: its default.
const configTimeout = 5

// groups is cHsrpGrpTable, a row a group.
func (t *Tree) groups(list []Group) {
	t.scalar(hsrpMIB.Under(1, 1, 1), gauge(configTimeout))
	for _, g := range list {
		const rowActive = 1
		t.row(hsrpRow, 2, OID{uint32(g.Interface), uint32(g.Number)},
			text(""), gauge(uint64(g.Priority)), truth(g.Preempt), gauge(uint64(g.PreemptDelay/time.Second)), truth(g.TimersConfigured),
			milliseconds(g.ConfiguredHello), milliseconds(g.ConfiguredHold), milliseconds(g.LearnedHello), milliseconds(g.LearnedHold),
			address(g.VIP), truth(g.VIPConfigured), address(g.ActiveRouter), address(g.StandbyRouter), integer(int(g.State)), macAddress(g.MAC),
			integer(rowActive), truth(g.VIP == 0))
	}
}

func milliseconds(d time.Duration) Value { return gauge(uint64(d / time.Millisecond)) }

// rfActive is the RFState of the unit in charge.
const rfActive = 14

// redundancy is cRFStatusObjects.
func (t *Tree) redundancy(r Redundancy) {
	for n, v := range []Value{
		integer(r.Unit), integer(r.State), integer(r.PeerUnit), integer(r.PeerState), truth(r.State == rfActive), truth(r.Duplex),
		truth(r.ManualInhibited), integer(r.LastReason), ticks(r.LastSwitchover), ticks(r.PeerHot),
	} {
		t.scalar(rfState.Under(uint32(n+1)), v)
	}
}
