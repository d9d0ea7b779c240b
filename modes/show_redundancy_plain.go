package modes

import (
	"strings"

	"tandem/clock"
	"tandem/parser"
	"tandem/redundancy"
)

// showRedundancy is the plain "show redundancy" (samples show_redundancy_01 and
// _02). The two units are two routers, so each is in slot 0 of its own, and what
// the peer runs is taken to be what this one runs: it would not be a peer
// otherwise. The samples are an active unit's view, and public grammars know no
// other: a standby lists itself under the same words, and its state tells.
func showRedundancy(x *Exec, _ parser.Args) {
	s, id := x.Device.Redundancy().States(), x.Device.Hardware().Identity()
	mode, communications := "Simplex", "Up"
	if s.Duplex {
		mode = "Duplex"
	}
	if !s.CommunicationsUp {
		communications = "Down      Reason: " + s.DownReason
	}
	x.Print("Redundant System Information :\n------------------------------\n")
	row := func(name, value string) { x.Printf("%30s = %s\n", name, value) }
	row("Available system uptime", uptime(x.Device.Calendar().Uptime(x.Now)))
	row("Switchovers system experienced", itoa(int(s.Counters.Switchovers)))
	row("Standby failures", itoa(int(s.Counters.StandbyFailures)))
	row("Last switchover reason", reasonText(s.LastReason))
	x.Print("\n")
	row("Hardware Mode", mode)
	row("Maintenance Mode", "Disabled")
	row("Communications", communications)
	processor := func(location string, state redundancy.State, since clock.Time) {
		row(location, "slot 0")
		row("Current Software state", state.String())
		row("Uptime in current state", uptime(x.Now.Sub(since)))
		row("Image Version", strings.TrimRight(Banner(id), "\n"))
		row("Configuration register", id.Register)
	}
	x.Print("\nCurrent Processor Information :\n-------------------------------\n")
	processor("Active Location", s.My, s.Since)
	if !s.CommunicationsUp || s.Peer == redundancy.Disabled {
		x.Printf("\nPeer (slot: 0) information is not available because it is in '%s' state\n", redundancy.Disabled)
		return
	}
	x.Print("\nPeer Processor Information :\n----------------------------\n")
	processor("Standby Location", s.Peer, s.PeerSince)
}
