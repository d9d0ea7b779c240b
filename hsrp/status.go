package hsrp

import (
	"iter"
	"slices"
	"time"

	"tandem/clock"
	"tandem/wire"
)

// Role says who a router is from our point of view.
type Role uint8

// The roles. Unknown is the zero value.
const (
	Unknown Role = iota
	Local
	Remote
)

// String prints r as show standby does, except that a remote router has an
// address.
func (r Role) String() string {
	return [...]string{"unknown", "local", "remote"}[min(r, Remote)]
}

// Counters count messages of one group since it was created.
type Counters struct {
	Sent, Received [3]uint64 // by wire.HSRPOp
	BadAuth        uint64
}

// PeerStatus is the Active or Standby router of a group. All but Role is for
// a remote one.
type PeerStatus struct {
	Role     Role
	Address  wire.Addr
	Priority uint8
	MAC      wire.MAC      // Ethernet source of its last hello
	Expires  time.Duration // until it is given up
}

// TrackStatus is one tracked thing and its state.
type TrackStatus struct {
	Track
	State TrackState
}

// GroupStatus is one group at a moment: all that show standby prints.
type GroupStatus struct {
	Interface  string // full name
	Group      uint16
	Version    uint8
	State      State
	Obstacle   Obstacle // in Init: why; None otherwise
	Changes    int      // into or out of Standby or Active
	LastChange clock.Time
	Age        string // since the last change: "00:13:07"; valid when Changes > 0

	VIP        wire.Addr // 0 unknown
	VIPLearned bool
	Secondary  []wire.Addr
	ActiveMAC  wire.MAC // zero unknown
	LocalMAC   wire.MAC
	MACNote    string // "v1 default", "v2 default", "bia" or "configured"

	Hello, Hold    time.Duration // in effect
	HelloIn        time.Duration // until the next hello; valid in Speak, Standby, Active
	Authentication Authentication
	Preempt        Preempt
	PreemptIn      time.Duration // rest of a running preempt delay

	Active, Standby    PeerStatus
	Priority           uint8 // current
	PriorityConfigured uint8
	Tracks             []TrackStatus
	Name               string
	NameConfigured     bool
	Following          string           // name of the group it follows; "" none
	RefreshIn          time.Duration    // until its MAC is refreshed; 0 when that does not run
	Refresh            time.Duration    // period of that; 0 never
	Followers          []FollowerStatus // those that follow it
	Counters           Counters
	Redirects          uint64 // ICMP redirects of hosts to its virtual address
}

// Brief is what the rest of the device asks of a group, as often as anything
// happens: it costs no allocation.
type Brief struct {
	Interface string
	Group     uint16
	Name      string // redundancy name
	State     State
	Priority  uint8       // current
	VIP       wire.Addr   // 0 unknown
	Secondary []wire.Addr // not to be changed
	Active    PeerStatus  // without Expires
}

// Briefs goes through every group in the order of Status.
func (r *Router) Briefs() iter.Seq[Brief] {
	return func(yield func(Brief) bool) {
		for _, l := range r.links {
			for _, g := range l.groups {
				if !yield(g.brief()) {
					return
				}
			}
		}
	}
}

func (g *group) brief() Brief {
	active := g.active
	if lead := g.leader(); lead != nil && g.state > Init {
		active = lead.active // with the priority of its last hello
	}
	return Brief{
		Interface: g.link.name, Group: g.number, Name: g.name, State: g.state, Priority: g.priority(), VIP: g.vip,
		Secondary: g.config.Secondary, Active: PeerStatus{Role: active.role, Address: active.addr, Priority: active.priority, MAC: active.mac},
	}
}

// Interface returns the interface-wide configuration of an interface and how
// many groups it has.
func (r *Router) Interface(name string) (c InterfaceConfig, groups int) {
	if l := r.byName[name]; l != nil {
		return l.config, len(l.groups)
	}
	return DefaultInterface(), 0
}

// Status returns every group, by interface in the order they were first
// mentioned and by number.
func (r *Router) Status(now clock.Time) []GroupStatus {
	var all []GroupStatus
	r.eachGroup(func(g *group) { all = append(all, g.status(now)) })
	return all
}

// Named returns the group with that redundancy name, and false if there is
// none. Names are compared exactly.
func (r *Router) Named(name string, now clock.Time) (s GroupStatus, ok bool) {
	r.eachGroup(func(g *group) {
		if !ok && g.name == name {
			s, ok = g.status(now), true
		}
	})
	return s, ok
}

func (g *group) status(now clock.Time) GroupStatus {
	s := GroupStatus{
		Interface: g.link.name, Group: g.number, Version: g.link.config.Version,
		State: g.state, Changes: g.changes, LastChange: g.lastChange, Age: ageText(now.Sub(g.lastChange)),
		VIP: g.vip, VIPLearned: g.config.VIP == 0 && g.vip != 0, Secondary: slices.Clone(g.config.Secondary),
		LocalMAC: g.virtualMAC(), MACNote: g.macNote(),
		Hello: g.helloTime(), Hold: g.holdTime(), HelloIn: g.helloTimer.left(now),
		Authentication: g.config.Authentication, Preempt: g.config.Preempt, PreemptIn: g.preemptTimer.left(now),
		Active: g.active.status(&g.activeTimer, now), Standby: g.standby.status(&g.standbyTimer, now),
		Priority: g.priority(), PriorityConfigured: g.config.Priority,
		Name: g.name, NameConfigured: g.config.Name != "", Counters: g.counters, Redirects: g.redirects,
	}
	if g.state <= Init {
		s.Obstacle = g.obstacle
	}
	switch {
	case g.active.role == Local, g.active.role == Remote && g.follows():
		s.ActiveMAC = s.LocalMAC
	case g.active.role == Remote:
		s.ActiveMAC = g.active.mac
	}
	if lead := g.leader(); lead != nil && g.state > Init {
		s.Active, s.Standby = lead.active.status(&lead.activeTimer, now), lead.standby.status(&lead.standbyTimer, now)
	}
	s.Following, s.Refresh, s.RefreshIn = g.config.Follow, g.link.config.MACRefresh, g.refreshTimer.left(now)
	s.Followers = g.followersStatus(now)
	for _, t := range g.config.Track {
		s.Tracks = append(s.Tracks, TrackStatus{t, g.r.trackState(t)})
	}
	return s
}

func (p peer) status(timer *alarm, now clock.Time) PeerStatus {
	if p.role != Remote {
		return PeerStatus{Role: p.role}
	}
	return PeerStatus{p.role, p.addr, p.priority, p.mac, timer.left(now)}
}

func (g *group) macNote() string {
	switch {
	case g.config.MAC != wire.MAC{}:
		return "configured"
	case g.link.config.UseBIA:
		return "bia"
	case g.link.config.Version == 2:
		return "v2 default"
	}
	return "v1 default"
}

// InterfaceStatus is what show standby delay and show standby neighbors print
// of one interface.
type InterfaceStatus struct {
	Interface string
	Config    InterfaceConfig
	DelayLeft time.Duration // rest of a running interface delay
	Groups    int
	Neighbors []Neighbor // ascending by address
	Passives  []Passive  // of Neighbors, ascending by address
}

// Neighbor is another HSRP router and the groups it serves.
type Neighbor struct {
	Address         wire.Addr
	Active, Standby []uint16
}

// Interfaces returns every interface with groups or standby configuration of
// its own, in the order they were first mentioned.
func (r *Router) Interfaces(now clock.Time) []InterfaceStatus {
	var all []InterfaceStatus
	for _, l := range r.links {
		if len(l.groups) == 0 && l.config == DefaultInterface() {
			continue
		}
		s := InterfaceStatus{Interface: l.name, Config: l.config, DelayLeft: l.delay.left(now), Groups: len(l.groups)}
		s.Passives = l.passives(now)
		for _, n := range l.current(now) {
			s.Neighbors = append(s.Neighbors, l.serves(n.addr))
		}
		all = append(all, s)
	}
	return all
}

func (l *link) serves(a wire.Addr) Neighbor {
	n := Neighbor{Address: a}
	for _, g := range l.groups {
		if g.active.role == Remote && g.active.addr == a {
			n.Active = append(n.Active, g.number)
		}
		if g.standby.role == Remote && g.standby.addr == a {
			n.Standby = append(n.Standby, g.number)
		}
	}
	return n
}
