package rip

import (
	"slices"
	"time"

	"tandem/clock"
)

// Owner is the Owner of every timer of RIP.
const Owner = "rip"

// The timers.
var (
	timerUpdate  = clock.Key{Owner: Owner, Name: "update"}  // the next periodic update
	timerTrigger = clock.Key{Owner: Owner, Name: "trigger"} // no triggered update before it
	timerAge     = clock.Key{Owner: Owner, Name: "age"}     // some route is due
)

// Settings are what a Router needs to know once.
type Settings struct {
	// Random spreads updates of routers that started together. nil is exact.
	Random func() uint64
}

// Router is RIP on all interfaces of one device.
type Router struct {
	settings Settings
	config   Config
	debug    Category
	links    []*link // in the order they were first mentioned
	static   []StaticRoute
	networks []*network // by prefix
	sources  []source   // by address
	ignored  [Reasons]uint64

	nextUpdate clock.Time // when timerUpdate runs
	quietUntil clock.Time // end of the gap behind a triggered update
	waiting    bool       // timerTrigger runs
	ageAt      clock.Time // when age has something to do; 0 for never
	ageArmed   clock.Time // when timerAge runs; 0 when it does not

	now clock.Time // of the running Step
	out []Action   // of the running Step
}

// New returns a device without RIP configuration.
func New(s Settings) *Router { return &Router{settings: s} }

// Config returns the present configuration, to be changed and handed back by
// Configure. Its slices are the caller's.
func (r *Router) Config() Config { return r.config.clone() }

// Running reports whether "router rip" is configured.
func (r *Router) Running() bool { return r.config.Running }

// LinkConfig returns what an interface configures.
func (r *Router) LinkConfig(name string) LinkConfig {
	if l := r.link(name); l != nil {
		return l.config
	}
	return LinkConfig{}
}

// Step applies ev and appends what must be done, in order, to out.
func (r *Router) Step(ev Event, out []Action) []Action {
	r.now, r.out = ev.when(), out
	switch e := ev.(type) {
	case Configure:
		r.configure(e.Config.clone())
	case ConfigureLink:
		r.mention(e.Interface).config = e.Config
		r.review()
	case LinkChanged:
		r.linkChanged(e)
	case Routed:
		r.static = slices.Clone(e.Static)
		r.review()
	case Heard:
		r.hear(e)
	case Fired:
		r.fire(e.Timer)
	case Clear:
		r.clear(e)
	}
	r.trigger()
	r.armAge()
	out = r.out
	r.out = nil
	return out
}

func (r *Router) act(a Action) { r.out = append(r.out, a) }

func (r *Router) fire(k clock.Key) {
	switch k {
	case timerUpdate:
		r.periodic()
	case timerTrigger:
		r.waiting = false
	case timerAge:
		r.ageAt, r.ageArmed = 0, 0
		r.age()
	}
}

// configure takes a new configuration: interfaces join or leave, what is
// announced follows.
func (r *Router) configure(c Config) {
	before := r.config
	if before.Running && !c.Running {
		r.stop()
	}
	r.config = c
	if !c.Running {
		return
	}
	switch {
	case !before.Running:
		r.armUpdate(firstUpdate)
	case before.Timers.Update != c.Timers.Update:
		r.armUpdate(r.early(c.Timers.Update))
	}
	if before.Distance != c.Distance {
		r.reinstall()
	}
	r.review()
}

// stop ends everything: "no router rip".
func (r *Router) stop() {
	for _, n := range r.networks {
		for _, p := range n.paths {
			r.withdraw(n, p)
		}
	}
	for _, l := range r.links {
		if l.running {
			l.running = false
			r.act(Leave{l.name})
		}
	}
	r.networks, r.sources = nil, nil
	r.ageAt, r.ageArmed, r.waiting, r.quietUntil = 0, 0, false, 0
	for _, k := range []clock.Key{timerUpdate, timerTrigger, timerAge} {
		r.act(Stop{k})
	}
}

// review brings interfaces and own networks in line with what is configured
// and up.
func (r *Router) review() {
	if !r.config.Running {
		return
	}
	for _, l := range r.links {
		r.reviewLink(l)
	}
	r.reviewOwn()
}

// reinstall hands every path over again, with the present distance.
func (r *Router) reinstall() {
	for _, n := range r.networks {
		for _, p := range n.paths {
			r.install(n, p)
		}
	}
}

// clear forgets and asks again.
func (r *Router) clear(e Clear) {
	if !r.config.Running {
		return
	}
	for _, n := range slices.Clone(r.networks) {
		if e.Everyone || n.prefix == e.Prefix {
			r.dropPaths(n, func(*path) bool { return true })
			r.remove(n)
		}
	}
	r.review()
	for _, l := range r.links {
		r.request(l)
	}
}

// early takes up to updateSpread percent off an interval.
func (r *Router) early(d time.Duration) time.Duration {
	return d - r.spread(d*updateSpread/100)
}

// spread returns a random time below d.
func (r *Router) spread(d time.Duration) time.Duration {
	if r.settings.Random == nil || d <= 0 {
		return 0
	}
	return time.Duration(r.settings.Random() % uint64(d))
}

func (r *Router) armUpdate(after time.Duration) {
	r.nextUpdate = r.now.Add(after)
	r.act(Arm{timerUpdate, r.nextUpdate})
}
