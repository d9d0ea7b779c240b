package track

import (
	"slices"
	"time"

	"tandem/clock"
)

// Why an object is down, as show track prints it; the texts about interfaces
// and addresses are remembered.
const (
	reasonShut    = "hw admin-down"
	reasonLine    = "hw down"
	reasonUnknown = "interface removed"
	reasonAddress = "no ip addr"
	reasonRoute   = "no ip route"
)

// MemberStatus is a member of a list and the state of the object it names.
type MemberStatus struct {
	Member
	State State
}

// Status is one object at a moment.
type Status struct {
	Number  uint16
	Config  Config
	State   State
	Reason  string // why it is down, or how a prefix is reached; may be empty
	Pending State  // where a running delay leads; Undefined when none runs
	Next    string // Reason of Pending
	Left    time.Duration
	Changes int
	Since   time.Duration // since the last change
	Hop     string        // Reachability: first hop, full name; "" unknown
	OldHop  string        // the one before, when Hop is unknown
	Members []MemberStatus
}

// Status returns every object, ascending by number.
func (t *Table) Status(now clock.Time) []Status {
	out := make([]Status, 0, len(t.objects))
	for _, o := range t.objects {
		s := Status{
			Number: o.number, Config: o.config, State: o.state, Pending: o.pending, Left: o.left(now),
			Changes: o.changes, Since: now.Sub(o.since), Reason: o.why,
		}
		s.Config.Members = slices.Clone(o.config.Members)
		if o.pending != Undefined {
			_, s.Next = t.observe(&o.config)
		}
		if o.config.Subject == Reachability {
			s.Hop, s.OldHop = t.routes[o.config.Prefix].Interface, o.hop
		}
		for _, m := range o.config.Members {
			s.Members = append(s.Members, MemberStatus{m, t.State(m.Number)})
		}
		out = append(out, s)
	}
	return out
}
