// Package redundancy is the Redundancy Facility between two routers: RF states
// and their progression, the inter-device scheme that ties them to one HSRP
// group, checkpointing of sessions to the peer, and the rule by which a router
// that gives up control reloads (reference ha 3). It is a pure step machine:
//
//	f := redundancy.New(redundancy.Settings{...})
//	for each event {
//		out = f.Step(event, out[:0])
//		for _, action := range out { ... }
//	}
//
// Order at start: Configure with what the startup configuration says, then
// Booted; a scheme entered later is pending until the next reload. GroupMoved
// follows each change of any HSRP group before the addresses of that group are
// installed, so that sessions are promoted first; GroupPeer says whether
// another router is known in the group. PeerUp, PeerDown, PeerRestarted and
// Received come from the association. Tick asks to send what is pending: call
// it after packets were forwarded while Checkpointer.Pending is not 0, and when
// the association has room again.
//
// Roles follow the HSRP group only, never the association: losing the
// association costs freshness, and a bulk copy repairs it.
//
// After Reload the owner restarts the device from its startup configuration
// with a new Facility; the old one ignores everything.
package redundancy
