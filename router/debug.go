package router

import (
	"fmt"

	"tandem/firewall"
	"tandem/hsrp"
	"tandem/ipc/sctp"
	"tandem/modes"
	"tandem/syslog"
	"tandem/wire"
)

// debugLine puts one line of debug output into the log.
func (r *Router) debugLine(format string, args ...any) {
	r.Message(r.now, syslog.Message{Severity: syslog.Debugging, Text: fmt.Sprintf(format, args...)})
}

// standbyLine shows a debug line of HSRP unless a condition keeps it.
func (r *Router) standbyLine(line hsrp.Debug) {
	if r.debug.Lets(line) {
		r.debugLine("%s", line.Text)
	}
}

// watchHA calls do and, where debugging asks for it, says what it changed in
// the counters of replicated sessions.
func (r *Router) watchHA(do func()) {
	if r.debug.InspectHA == 0 {
		do()
		return
	}
	was := r.engine.HAStatistics(r.now)
	do()
	is := r.engine.HAStatistics(r.now)
	for _, c := range haCounters {
		if d := c.of(&is) - c.of(&was); d != 0 && r.debug.InspectHA&c.kind != 0 {
			r.debugLine("INSPECT-HA: %s, %d", c.text, d)
		}
	}
}

var haCounters = []struct {
	kind modes.HACategory
	text string
	of   func(s *firewall.HAStatistics) uint64
}{
	{modes.HAManager, "failovers", func(s *firewall.HAStatistics) uint64 { return s.Failovers }},
	{modes.HAManager, "bulk synchronisation started", func(s *firewall.HAStatistics) uint64 { return s.BulkStarted }},
	{modes.HAManager, "bulk synchronisation completed", func(s *firewall.HAStatistics) uint64 { return s.BulkCompleted }},
	{modes.HAUpdate, "session updates sent", func(s *firewall.HAStatistics) uint64 { return s.UpdatesSent }},
	{modes.HAUpdate, "session deletes sent", func(s *firewall.HAStatistics) uint64 { return s.DeletesSent }},
	{modes.HAUpdate, "session updates received", func(s *firewall.HAStatistics) uint64 { return s.UpdatesHeard }},
	{modes.HAUpdate, "session deletes received", func(s *firewall.HAStatistics) uint64 { return s.DeletesHeard }},
	{modes.HAUpdate, "records refused", func(s *firewall.HAStatistics) uint64 { return s.Refused }},
}

// debugSignal shows what the association told its user.
func (r *Router) debugSignal(e sctp.Event) {
	if r.debug.SCTP&modes.SCTPSignal == 0 {
		return
	}
	name := map[sctp.EventKind]string{sctp.Up: "communication up", sctp.Restarted: "peer restarted", sctp.Down: "communication lost"}[e.Kind]
	if name != "" {
		r.debugLine("SCTP: Assoc 0: %s", name)
	}
}

// debugState shows the state of the association when it is another one.
func (r *Router) debugState() {
	if r.debug.SCTP&modes.SCTPState == 0 {
		r.assocState = ""
		return
	}
	state := "CLOSED"
	if s, ok := r.zone.Status(r.now); ok {
		state = fmt.Sprint(s.State)
	}
	if r.assocState != "" && r.assocState != state {
		r.debugLine("SCTP: Assoc 0: state %s -> %s", r.assocState, state)
	}
	r.assocState = state
}

// debugChunks lists the chunks of a packet of the association.
func (r *Router) debugChunks(kind modes.SCTPCategory, with wire.Addr, packet []byte) {
	if r.debug.SCTP&kind == 0 {
		return
	}
	verb := map[modes.SCTPCategory]string{modes.SCTPSent: "sent to", modes.SCTPReceived: "rcvd from"}[kind]
	_, rest, err := sctp.ParsePacket(packet)
	for err == nil && len(rest) > 0 {
		var c sctp.Chunk
		if c, rest, err = sctp.NextChunk(rest); err == nil {
			r.debugLine("SCTP: Assoc 0: %s %s %s chunk, %d bytes", verb, with, c.Type, len(c.Body))
		}
	}
	if err != nil {
		r.debugLine("SCTP: Assoc 0: %s %s a bad packet: %v", verb, with, err)
	}
}
