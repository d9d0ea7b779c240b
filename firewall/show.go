package firewall

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"tandem/clock"
	"tandem/wire"
)

// Session is one session as the show commands print it.
type Session struct {
	ID                   uint32 // of its creation, printed in hex; unique among the sessions in use
	Initiator, Responder wire.Addr
	InitPort, RespPort   uint16 // of ICMP: the types of request and reply
	Protocol             string // "tcp", "icmp", "http", "ftp-data"
	State                State
	Age, Heard           time.Duration // since creation and since the last packet
	InitBytes, RespBytes uint32        // layer-4 payload
	Replicated           bool          // the peer keeps a copy
	Standby              bool          // kept for the peer: not in show ip inspect sessions
	Opened               []Opening     // lists that return packets skip
}

// Opening is an access list that a session lets its return packets pass.
type Opening struct {
	Access    string // name of the list
	Way       string // "In" or "Out", as in "In  SID"
	Interface string
}

// IDs are spread as addresses of session blocks would be (decided here).
const (
	firstID = 0x65000000
	stepID  = 0x280
)

// String prints the first line of the session behind "Session ".
func (s Session) String() string {
	return fmt.Sprintf("%08X (%s:%d)=>(%s:%d) %s %s", s.ID, s.Initiator, s.InitPort, s.Responder, s.RespPort, s.Protocol, s.State)
}

// HAState prints what show ip inspect ha sessions says of a session.
func (s Session) HAState() string {
	if s.Standby {
		return "HA_STANDBY"
	}
	return "HA_ACTIVE"
}

// Sessions returns the sessions in use in the order of their creation.
func (e *Engine) Sessions(now clock.Time) []Session {
	return e.snapshot(now, func(s *session) bool { return !e.kept(s) })
}

// HASessions returns the replicated sessions, those in use here and those kept
// for the peer, in the order of their creation.
func (e *Engine) HASessions(now clock.Time) []Session {
	return e.snapshot(now, func(s *session) bool {
		return s.marks&(markStandby|markReplicated) != 0 && !s.conn.state().HalfOpen()
	})
}

func (e *Engine) snapshot(now clock.Time, want func(*session) bool) []Session {
	e.tick(now)
	var found []*session
	e.table.each(func(_ uint32, s *session) bool {
		if want(s) {
			found = append(found, s)
		}
		return true
	})
	slices.SortFunc(found, func(a, b *session) int { return cmp.Compare(a.serial, b.serial) })
	out := make([]Session, len(found))
	for i, s := range found {
		out[i] = e.describe(s)
	}
	return out
}

func (e *Engine) describe(s *session) Session {
	p := &e.policies.list[s.policy]
	d := Session{
		ID: firstID + s.serial*stepID, Initiator: s.initiator, Responder: s.responder,
		InitPort: s.initPort, RespPort: s.respPort, Protocol: p.label, State: s.conn.state(),
		Age: since(e.sec, s.created), Heard: since(e.sec, s.heard), InitBytes: s.bytes[Forward], RespBytes: s.bytes[Return],
		Replicated: s.marks&markReplicated != 0, Standby: e.kept(s),
	}
	if far := e.guard(p.port[Return]); far.accessIn != "" {
		d.Opened = append(d.Opened, Opening{far.accessIn, "In", far.name})
	}
	if near := e.guard(p.port[Forward]); near.accessOut != "" {
		d.Opened = append(d.Opened, Opening{near.accessOut, "Out", near.name})
	}
	return d
}

func since(now, then uint32) time.Duration {
	return time.Duration(int32(now-then)) * time.Second
}

// RuleLine is one line of an inspection rule with its effective settings.
type RuleLine struct {
	Protocol     string
	Alert, Audit bool
	Timeout      time.Duration
}

// RuleLines returns the lines of a rule with their effective settings, in the
// order they were entered, and false for a rule that is not defined.
func (e *Engine) RuleLines(name string) ([]RuleLine, bool) {
	i := slices.IndexFunc(e.config.Rules, func(r Rule) bool { return r.Name == name })
	if i < 0 {
		return nil, false
	}
	r := compileRule(e.config.Rules[i], &e.config.Globals)
	var out []RuleLine
	for _, l := range r.lines {
		out = append(out, RuleLine{l.keyword, l.alert, l.audit, time.Duration(e.shownTimeout(l)) * time.Second})
	}
	return out, true
}

// shownTimeout is the idle time of a line: its own, or that of its transport.
func (e *Engine) shownTimeout(l *line) uint32 {
	proto := wire.ProtoUDP
	switch over := protocols[l.keyword].over; {
	case over&overTCP != 0:
		proto = wire.ProtoTCP
	case over&overICMP != 0:
		proto = wire.ProtoICMP
	}
	return e.idleTime(&policy{terms: terms{line: l}}, proto, 0)
}

// Config returns the configuration in force; it must not be changed.
func (e *Engine) Config() *Config { return &e.config }

// Filter returns the compiled list of that name, or nil.
func (e *Engine) Filter(name string) *Filter { return e.filters[name] }

// Filters returns every list in the order of show access-lists.
func (e *Engine) Filters() []*Filter {
	var out []*Filter
	for i := range e.config.Lists {
		out = append(out, e.filters[e.config.Lists[i].Name])
	}
	slices.SortStableFunc(out, func(a, b *Filter) int { return CompareLists(&a.list, &b.list) })
	return out
}

// Statistics are the numbers of show ip inspect statistics (reference firewall 3.2).
type Statistics struct {
	TCP, UDP, ICMP [2]uint64 // packets: handled one by one, and by Match
	Interfaces     int       // with a rule
	Creations      uint64
	Current, Most  Counts
	LastCreated    time.Duration // ago; meaningless without creations
	Cleared        bool
	LastCleared    time.Duration // ago
	Rate, MostRate uint32        // sessions created in a minute
	HalfOpen       int           // of TCP and UDP: what the limits look at
	Faults         [Faults]uint64
	LostMessages   uint64
	LostResets     uint64
}

// Statistics returns the counters.
func (e *Engine) Statistics(now clock.Time) Statistics {
	e.tick(now)
	e.limits.advance(e.sec)
	s, p := &e.stats, &e.stats.packets
	out := Statistics{
		TCP: [2]uint64{p[0].slow, p[0].fast}, UDP: [2]uint64{p[1].slow, p[1].fast}, ICMP: [2]uint64{p[2].slow, p[2].fast},
		Creations: s.creation, Current: e.counts[0], Most: s.most.most(e.counts[0]), LastCreated: since(e.sec, s.last),
		Cleared: s.cleared != 0, LastCleared: since(e.sec, s.cleared),
		Rate: e.limits.minute, MostRate: s.mostRate, HalfOpen: e.limits.half,
		Faults: s.faults, LostMessages: e.log.lost, LostResets: e.resets.lost,
	}
	for i := range e.guards {
		if e.guards[i].inspectIn != nil || e.guards[i].inspectOut != nil {
			out.Interfaces++
		}
	}
	return out
}

// ClearStatistics starts the counters of Statistics anew.
func (e *Engine) ClearStatistics(now clock.Time) {
	e.tick(now)
	e.stats = statistics{cleared: max(e.sec, 1), last: e.stats.last}
}

// Clear deletes the sessions in use with host at either end, or all of them for
// host 0, with resets to the ends of TCP connections. It returns their number.
func (e *Engine) Clear(now clock.Time, host wire.Addr) int {
	return e.clear(now, func(s *session) bool {
		return !e.kept(s) && (host == 0 || s.initiator == host || s.responder == host)
	})
}

// ClearHA deletes the sessions kept for the peer, or, when there is no such, the
// replicated sessions in use (decided here). It returns their number.
func (e *Engine) ClearHA(now clock.Time) int {
	if n := e.clear(now, e.kept); n > 0 {
		return n
	}
	return e.clear(now, func(s *session) bool { return s.marks&markReplicated != 0 })
}

func (e *Engine) clear(now clock.Time, want func(*session) bool) (n int) {
	e.tick(now)
	e.table.each(func(slot uint32, s *session) bool {
		if want(s) {
			n++
			e.abort(slot)
		}
		return true
	})
	return n
}
