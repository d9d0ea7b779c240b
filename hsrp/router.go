package hsrp

import (
	"slices"
	"time"

	"tandem/clock"
	"tandem/wire"
)

// Settings are what a Router needs to know once.
type Settings struct {
	// Jitter returns the wait until the next hello for a given hello time. nil
	// is exact, which keeps a virtual lab reproducible.
	Jitter func(hello time.Duration) time.Duration
	// Debug holds the categories that produce Debug actions from the start.
	Debug Category
}

// Router is HSRP on all interfaces of one device.
type Router struct {
	settings Settings
	links    []*link // in the order they were first mentioned
	byName   map[string]*link
	owners   map[string]owner // of timers, by clock.Key.Owner
	lines    map[string]bool  // line protocol of interfaces that may be tracked
	objects  map[uint16]TrackState

	reloading bool
	synced    bool                   // redundancy clients are ready
	claims    map[wire.Addr][]*group // groups by configured virtual address, first come first
	named     map[string]*group      // groups by redundancy name
	followers map[string][]*group    // groups by the name they follow

	now clock.Time // of the running Step
	out []Action   // of the running Step
}

// owner is whoever a timer belongs to: a group or an interface.
type owner interface{ fire(name string) }

// New returns a device without HSRP configuration, freshly booted.
func New(s Settings) *Router {
	return &Router{
		settings: s, byName: map[string]*link{}, owners: map[string]owner{},
		lines: map[string]bool{}, objects: map[uint16]TrackState{}, claims: map[wire.Addr][]*group{},
		named: map[string]*group{}, followers: map[string][]*group{},
	}
}

// SetDebug chooses the categories that produce Debug actions from now on.
func (r *Router) SetDebug(c Category) { r.settings.Debug = c }

// Step applies ev and appends what must be done, in order, to out.
func (r *Router) Step(ev Event, out []Action) []Action {
	r.now, r.out = ev.when(), out
	switch e := ev.(type) {
	case Heard:
		r.hear(e)
	case Fired:
		if o := r.owners[e.Timer.Owner]; o != nil {
			o.fire(e.Timer.Name)
		}
	case Booted:
		r.boot()
	case Shutdown:
		r.reloading = true
		r.review()
	case Ready:
		r.synced = true
		r.eachGroup((*group).preempt)
	case Suspect:
		if l := r.byName[e.Interface]; l != nil {
			l.suspect(e.Group)
		}
	case Stalled:
		r.eachGroup(func(g *group) { g.excuse(e.For) })
	case TrackedInterface, TrackedObject:
		r.track(e)
	default:
		r.configure(ev)
	}
	out, r.out = r.out, nil
	return out
}

// configure handles the events about one interface or its groups.
func (r *Router) configure(ev Event) {
	switch e := ev.(type) {
	case InterfaceUp:
		r.link(e.Interface).rise(e)
	case InterfaceDown:
		r.link(e.Interface).fall()
	case AddressChanged:
		r.link(e.Interface).readdress(e.Addresses)
	case ConfigureInterface:
		r.link(e.Interface).configure(e.Config)
	case ConfigureGroup:
		g := r.link(e.Interface).obtain(e.Group)
		vip, name := g.config.VIP, g.name
		g.configure(e.Config)
		g.review()
		r.reviewClaims(vip, e.Config.VIP)
		r.reviewFollowers(name, g.name)
		return
	case RemoveGroup:
		if l := r.byName[e.Interface]; l != nil {
			vip, name := l.remove(e.Group)
			r.reviewClaims(vip)
			r.reviewFollowers(name)
		}
		return
	}
	r.review() // an interface's address may free or block any group
}

func (r *Router) boot() {
	r.reloading, r.synced = false, false
	for _, l := range r.links {
		l.risen = false
	}
	r.eachGroup(func(g *group) { g.fresh = true })
	r.review()
}

// link returns the interface of that name, made on first mention.
func (r *Router) link(name string) *link {
	if l := r.byName[name]; l != nil {
		return l
	}
	l := &link{r: r, name: name, short: Short(name), config: DefaultInterface()}
	l.delay.key = clock.Key{Owner: "hsrp " + l.short, Name: "delay"}
	l.advertising.key = clock.Key{Owner: "hsrp " + l.short, Name: "advertise"}
	r.links = append(r.links, l)
	r.byName[name] = l
	r.owners[l.delay.key.Owner] = l
	return l
}

// eachGroup calls f for every group, in the order of interfaces and numbers.
func (r *Router) eachGroup(f func(*group)) {
	for _, l := range r.links {
		for _, g := range l.groups {
			f(g)
		}
	}
}

// reviewClaims looks at the groups that have one of these virtual addresses:
// what became of one of them may free or block another.
func (r *Router) reviewClaims(vips ...wire.Addr) {
	for _, vip := range vips {
		for _, g := range slices.Clone(r.claims[vip]) {
			g.review()
		}
	}
}

// review starts and stops groups whose obstacles came or went.
func (r *Router) review() { r.eachGroup((*group).review) }

func (r *Router) emit(a Action) { r.out = append(r.out, a) }

// alarm is one timer and what the package knows of it.
type alarm struct {
	key     clock.Key
	at      clock.Time
	running bool
	excused bool // was given more time by Stalled
}

func (r *Router) arm(a *alarm, at clock.Time) {
	a.at, a.running, a.excused = at, true, false
	r.emit(Arm{a.key, at})
}

func (r *Router) stop(a *alarm) {
	if a.running {
		a.running = false
		r.emit(Stop{a.key})
	}
}

// rings reports whether a is the one named, running and due, and ends it.
func (r *Router) rings(a *alarm, name string) bool {
	if a.key.Name != name || !a.running || a.at > r.now {
		return false
	}
	a.running = false
	return true
}

// left returns the time until a fires, 0 when it does not run.
func (a *alarm) left(now clock.Time) time.Duration {
	if !a.running {
		return 0
	}
	return max(0, a.at.Sub(now))
}
