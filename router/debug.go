package router

import (
	"fmt"

	"tandem/firewall"
	"tandem/hsrp"
	"tandem/modes"
	"tandem/syslog"
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
	was := *r.engine.HAEvents()
	do()
	r.haChanged(&was)
}

// haChanged says what changed since was.
func (r *Router) haChanged(was *firewall.HAStatistics) {
	is := *r.engine.HAEvents()
	for _, c := range haCounters {
		if now, then := c.of(&is), c.of(was); now > then && r.debug.InspectHA&c.kind != 0 {
			r.debugLine("INSPECT-HA: %s, %d", c.text, now-then)
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
	{modes.HAPacket, "first packet after a failover, sessions", func(s *firewall.HAStatistics) uint64 { return s.Resumed }},
	{modes.HAUpdate, "session updates sent", func(s *firewall.HAStatistics) uint64 { return s.UpdatesSent }},
	{modes.HAUpdate, "session deletes sent", func(s *firewall.HAStatistics) uint64 { return s.DeletesSent }},
	{modes.HAUpdate, "session updates received", func(s *firewall.HAStatistics) uint64 { return s.UpdatesHeard }},
	{modes.HAUpdate, "session deletes received", func(s *firewall.HAStatistics) uint64 { return s.DeletesHeard }},
	{modes.HAUpdate, "records refused", func(s *firewall.HAStatistics) uint64 { return s.Refused }},
}
