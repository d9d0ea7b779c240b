package modes

import (
	"fmt"
	"strings"
	"time"

	"tandem/firewall"
	"tandem/parser"
	"tandem/syslog"
)

func showInspectCommands() []Declaration {
	return []Declaration{
		Command{Syntax: "show ip inspect config", Piped: true, Run: showInspectConfig, Help: Words{
			"inspect": "CBAC (Context Based Access Control) information", "config": "Inspection configuration",
		}},
		Command{Syntax: "show ip inspect name <rule:word>", Piped: true, Run: showInspectName, Help: Words{
			"name": "Inspection name", "rule": "Name of inspection defined",
		}},
		Command{Syntax: "show ip inspect interfaces", Piped: true, Run: showInspectInterfaces, Help: Words{
			"interfaces": "Inspection interfaces",
		}},
		Command{Syntax: "show ip inspect sessions [detail]", Piped: true, Run: showInspectSessions, Help: Words{
			"sessions": "Inspection sessions", "detail": "Detailed inspection sessions",
		}},
		Command{Syntax: "show ip inspect statistics", Piped: true, Run: showInspectStatistics, Help: Words{
			"statistics": "Inspection statistics",
		}},
		Command{
			Syntax: "show ip inspect all", Piped: true, Help: Words{"all": "Inspection all available information"},
			Run: func(x *Exec, a parser.Args) {
				showInspectConfig(x, a)
				x.Print("\n")
				showInspectInterfaces(x, a)
				showInspectSessions(x, a)
			},
		},
		Command{Syntax: "show ip inspect ha sessions [detail]", Piped: true, Run: showInspectHA, Help: Words{
			"ha": "Inspection high availability information", "sessions": "Replicated sessions",
			"detail": "Detailed replicated sessions",
		}},
		Command{Syntax: "show ip inspect ha statistics", Piped: true, Run: showInspectHAStatistics, Help: Words{
			"statistics": "High availability statistics",
		}},
	}
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func threshold(n uint32, unlimited uint32) string {
	if n == unlimited {
		return "unlimited"
	}
	return fmt.Sprint(n)
}

// showInspectConfig follows sample show_ip_inspect_config.
func showInspectConfig(x *Exec, _ parser.Args) {
	g := x.Device.Firewall().Config().Globals
	mark := func(n uint32) string { return threshold(n, firewall.Unlimited) }
	x.Printf("Session audit trail is %s\n", enabled(g.AuditTrail))
	x.Printf("Session alert is %s\n", enabled(!g.AlertOff))
	x.Printf("one-minute (sampling period) thresholds are [%s : %s] connections\n", mark(g.OneMinuteLow), mark(g.OneMinuteHigh))
	x.Printf("max-incomplete sessions thresholds are [%s : %s]\n", mark(g.MaxIncompleteLow), mark(g.MaxIncompleteHigh))
	x.Printf("max-incomplete tcp connections per host is %s. Block-time %d minute.\n",
		threshold(g.MaxIncompleteHost, firewall.UnlimitedHost), g.BlockTime/time.Minute)
	x.Printf("tcp synwait-time is %d sec -- tcp finwait-time is %d sec\n", g.SynwaitTime/time.Second, g.FinwaitTime/time.Second)
	x.Printf("tcp idle-time is %d sec -- udp idle-time is %d sec\n", g.TCPIdleTime/time.Second, g.UDPIdleTime/time.Second)
	x.Printf("tcp reassembly queue length %d; timeout %d sec; memory-limit %d kilo bytes\n",
		g.ReassemblyQueue, g.ReassemblyTimeout/time.Second, g.ReassemblyMemory)
	x.Printf("dns-timeout is %d sec\n", g.DNSTimeout/time.Second)
	x.Print("Inspection Rule Configuration\n")
	for _, r := range x.Device.Firewall().Config().Rules {
		inspectRule(x, r.Name)
	}
}

func showInspectName(x *Exec, a parser.Args) {
	x.Print("Inspection Rule Configuration\n")
	inspectRule(x, a.Get("rule"))
}

func inspectRule(x *Exec, name string) {
	lines, ok := x.Device.Firewall().RuleLines(name)
	if !ok {
		return
	}
	x.Printf(" Inspection name %s\n", name)
	for _, l := range lines {
		x.Printf("    %s alert is %s audit-trail is %s timeout %d\n", l.Protocol, onOff(l.Alert), onOff(l.Audit), l.Timeout/time.Second)
	}
}

// showInspectInterfaces follows sample show_ip_inspect_interfaces; the line
// about redundancy is a decision (reference firewall 3.2).
func showInspectInterfaces(x *Exec, _ parser.Args) {
	x.Print("Interface Configuration\n")
	for _, i := range x.Device.Interfaces() {
		f := x.Device.Filter(i.Name)
		if f.InspectIn.Rule == "" && f.InspectOut.Rule == "" {
			continue
		}
		x.Printf(" Interface %s\n", i.Name)
		appliedRule(x, "Inbound", f.InspectIn)
		appliedRule(x, "Outgoing", f.InspectOut)
		x.Printf("  Inbound access list is %s\n  Outgoing access list is %s\n", orNotSet(f.AccessIn), orNotSet(f.AccessOut))
	}
}

func appliedRule(x *Exec, word string, a firewall.Applied) {
	x.Printf("  %s inspection rule is %s\n", word, orNotSet(a.Rule))
	if a.Redundancy != "" {
		x.Printf("    redundancy stateful %s\n", a.Redundancy)
	}
	lines, _ := x.Device.Firewall().RuleLines(a.Rule)
	for _, l := range lines {
		x.Printf("    %-4s alert is %s audit-trail is %s timeout %d\n", l.Protocol, onOff(l.Alert), onOff(l.Audit), l.Timeout/time.Second)
	}
}

// showInspectSessions prints each kind of session under its heading.
func showInspectSessions(x *Exec, a parser.Args) {
	sessionGroups(x, x.Device.Firewall().Sessions(x.Now), func(s firewall.Session) {
		x.Printf(" Session %s\n", s)
		if a.Has("detail") {
			sessionDetail(x, s)
		}
	})
}

func sessionGroups(x *Exec, sessions []firewall.Session, show func(s firewall.Session)) {
	for _, g := range []struct {
		heading string
		in      func(s firewall.State) bool
	}{
		{"Established Sessions", func(s firewall.State) bool { return s == firewall.Open }},
		{"Half-open Sessions", func(s firewall.State) bool { return s.HalfOpen() }},
		{"Terminating Sessions", func(s firewall.State) bool { return s == firewall.Closing || s == firewall.Closed }},
	} {
		first := true
		for _, s := range sessions {
			if !g.in(s.State) {
				continue
			}
			if first {
				x.Print(g.heading + "\n")
			}
			first = false
			show(s)
		}
	}
}

func sessionDetail(x *Exec, s firewall.Session) {
	heard := syslog.Age(s.Heard)
	if s.Standby {
		heard = "never"
	}
	x.Printf("  Created %s, Last heard %s\n", syslog.Age(s.Age), heard)
	x.Printf("  Bytes sent (initiator:responder) [%d:%d]\n", s.InitBytes, s.RespBytes)
	for _, o := range s.Opened {
		x.Printf("  %-3s SID %s[%d:%d]=>%s[%d:%d] on ACL %s\n", o.Way, s.Responder, s.RespPort, s.RespPort,
			s.Initiator, s.InitPort, s.InitPort, o.Access)
	}
}

// showInspectHA has the words remembered in reference firewall 3.3; its
// columns are a decision.
func showInspectHA(x *Exec, a parser.Args) {
	sessions := x.Device.Firewall().HASessions(x.Now)
	if len(sessions) == 0 {
		return
	}
	x.Print("Sess_ID (src_addr:port)=>(dst_addr:port) proto sess_state  ha_state\n")
	sessionGroups(x, sessions, func(s firewall.Session) {
		x.Printf("%s  %s\n", s, s.HAState())
		if a.Has("detail") {
			sessionDetail(x, s)
			x.Printf("  HA state: %s\n", s.HAState())
		}
	})
}

// showInspectHAStatistics is a layout of our own: no capture was found.
func showInspectHAStatistics(x *Exec, _ parser.Args) {
	h := x.Device.Firewall().HAStatistics(x.Now)
	lag := x.Device.Redundancy().Lag()
	last := "never"
	if h.Failovers > 0 {
		last = syslog.Age(h.SinceFailover)
	}
	type row struct {
		name  string
		value any
	}
	rows := []row{
		{"Sessions active", h.Active},
		{"Sessions standby", h.Standby},
		{"Bulk synchronisations started", h.BulkStarted},
		{"Bulk synchronisations completed", h.BulkCompleted},
		{"Session updates sent", h.UpdatesSent},
		{"Session deletes sent", h.DeletesSent},
		{"Session updates received", h.UpdatesHeard},
		{"Session deletes received", h.DeletesHeard},
		{"Records refused", h.Refused},
		{"Records malformed", h.Malformed()},
		{"Records out of date", h.Stale},
		{"Standby sessions not confirmed", h.Unconfirmed},
		{"Sessions not copied", lag.NotCopied},
		{"Sessions not sent", lag.NotSent},
		{"Sessions sent", lag.Sent},
		{"Sessions acknowledged", lag.Acknowledged},
		{"Sessions applied by the peer", lag.Applied},
		{"Sessions of unknown arrival", lag.Unsure},
		{"Lost by a failover now", lag.AtRisk()},
		{"Failovers", h.Failovers},
		{"Sessions with traffic since", h.Resumed},
		{"Last failover", last},
	}
	for fault, n := range h.Faulty {
		if n > 0 {
			rows = append(rows, row{"Records with " + firewall.RecordFault(fault).String(), n})
		}
	}
	for _, row := range rows {
		x.Printf("%-32s: %v\n", row.name, row.value)
	}
}

// showInspectStatistics follows the sibling command's sample (reference
// firewall 3.2).
func showInspectStatistics(x *Exec, _ parser.Args) {
	s := x.Device.Firewall().Statistics(x.Now)
	age := func(t time.Duration, ok bool) string {
		if !ok {
			return "never"
		}
		return syslog.Age(t)
	}
	counts := func(c firewall.Counts) string {
		return fmt.Sprintf("[%d:%d:%d]", c.Established, c.HalfOpen, c.Terminating)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Packet inspection statistics [process switch:fast switch]\n")
	for _, p := range []struct {
		name string
		n    [2]uint64
	}{{"tcp", s.TCP}, {"udp", s.UDP}, {"icmp", s.ICMP}} {
		if p.n[0]+p.n[1] > 0 {
			fmt.Fprintf(&b, "  %s packets: [%d:%d]\n", p.name, p.n[0], p.n[1])
		}
	}
	fmt.Fprintf(&b, "Interfaces configured for inspection %d\n", s.Interfaces)
	fmt.Fprintf(&b, "Session creations since subsystem startup or last reset %d\n", s.Creations)
	fmt.Fprintf(&b, "Current session counts (estab/half-open/terminating) %s\n", counts(s.Current))
	fmt.Fprintf(&b, "Maxever session counts (estab/half-open/terminating) %s\n", counts(s.Most))
	fmt.Fprintf(&b, "Last session created %s\n", age(s.LastCreated, s.Creations > 0))
	fmt.Fprintf(&b, "Last statistic reset %s\n", age(s.LastCleared, s.Cleared))
	fmt.Fprintf(&b, "Last session creation rate %d\nMaxever session creation rate %d\n", s.Rate, s.MostRate)
	fmt.Fprintf(&b, "Last half-open session total %d\n", s.HalfOpen)
	x.Print(b.String())
}
