package router

import (
	"io"
	"time"

	"tandem/clock"
	"tandem/config"
	"tandem/firewall"
	"tandem/forward"
	"tandem/forward/local"
	"tandem/hsrp"
	"tandem/ipc"
	"tandem/keychain"
	"tandem/modes"
	"tandem/nvram"
	"tandem/platform"
	"tandem/redundancy"
	"tandem/rip"
	"tandem/syslog"
	"tandem/track"
	"tandem/wire"
)

// Settings is what a router is made of.
type Settings struct {
	Hardware *platform.Hardware
	Store    *nvram.Store   // its saved files; the caller closes it
	Grammar  *modes.Grammar // shared by all routers of the process
	Style    config.Style   // how show running-config lists
	Startup  []byte         // startup configuration of a router with an empty NVRAM; nil starts the setup dialogue
	Ports    []string       // interface of each port of the driver
	Random   io.Reader      // seeds of cookies, nonces and the session table; from a seed in a virtual lab
	Cause    string         // why it comes up: "power-on", "reload"
	// Battery is its hardware calendar, which outlives it; nil is one of its own.
	Battery *syslog.Battery
	// HostSCTP has the association run over the SCTP of the host's kernel, with
	// addresses of the host; its error says in one line why that cannot be. Nil
	// is the router's own SCTP.
	HostSCTP func() (ipc.Open, error)
	Inband   *Inband // lets connections to its addresses in; nil refuses them
	// Post runs f in the goroutine that drives the router, later; any goroutine
	// may call it. Nil, as in a virtual lab: nothing runs beside the router.
	Post func(f func(now clock.Time))
	// Jitter returns the wait until the next HSRP hello for a hello time; nil
	// is exact.
	Jitter func(hello time.Duration) time.Duration
}

// Router is one device. It implements Core for its driver and modes.Device for
// its commands.
type Router struct {
	Settings

	now         clock.Time // of the call under way
	depth       int        // calls under way: settle runs when the outermost ends
	timers      clock.Timers
	tree        *config.Tree
	log         *syslog.Log
	wall        *syslog.Calendar
	links       []*link // by interface index
	byName      map[string]*link
	byPort      []int // interface index of each port
	plane       *forward.Plane
	engine      *firewall.Engine
	filters     firewall.Config
	stale       bool       // filters changed since the engine was configured
	compiled    clock.Time // when that was
	standby     *hsrp.Router
	groups      map[groupKey]hsrp.GroupConfig
	keys        map[string]keychain.Chain // by name
	routePoll   time.Duration             // of tracked routes; 0 is the default
	objects     *track.Table
	tracked     map[int]track.Config
	deafened    map[string]bool // access lists found to refuse hellos, by interface and name
	routing     routing
	zone        *ipc.Zone
	rf          *redundancy.Facility
	scheme      string // HSRP group of "scheme standby"
	security    string // IPsec profile of "security ipsec"
	read        reading
	probes      map[int]func(now clock.Time, e forward.Event)
	words       int          // counts the changes of LastWords
	waiting     []hsrp.Event // that came while HSRP was stepping
	stepping    bool
	readdressed bool // the association does not know its addresses of now
	debug       modes.Debug
	assocState  string       // as debug ip sctp state last saw it
	heard       *wire.Packet // HSRP message under way; nil outside
	garbage     struct {     // last complaint about packets to the association
		at   clock.Time
		ever bool
	}
	sctp struct { // packets of the association on their way out
		packet  []byte // scratch
		ident   uint16 // of the last that may be fragmented
		refused []refusedSCTP
		refusal string // why the host's SCTP is not used; empty unless it was asked for
	}

	tasks     map[string]func(now clock.Time) // by the name of their timer
	transfers []*transfer
	mail      []datagram // UDP that waits for the end of the call
	upkeep    modes.Upkeep
	agent     agent    // of SNMP
	refused   []string // lines of the startup configuration

	ttys     []*tty      // open sessions, oldest first
	lastTTY  int         // id of the newest
	uses     map[int]int // logins by absolute line number
	guard    guard
	key      *hostKey   // of SSH; nil without
	tcp      *local.TCP // its own; nil before the first connection
	calls    map[*Call]struct{}
	lastPort uint16 // of the newest call, 0 before the first
	bootText string
	unseen   []string // console messages of the boot, until a console shows them
	setup    bool     // NVRAM is empty: the setup dialogue comes first
	reload   reload
	loading  bool // the startup configuration is being read
	booted   bool
	over     bool // it lost its power: what comes late is for nobody
}

type groupKey struct {
	name  string
	group int
}

// reload is a restart that was asked for.
type reload struct {
	wanted bool
	reason string
}

// New boots a router at now. The error is about saved state that can't be
// read; a configuration line that is refused only shows in the boot text.
func New(now clock.Time, s Settings) (*Router, error) {
	r := &Router{
		Settings: s, now: now, tree: config.New(), byName: map[string]*link{},
		groups: map[groupKey]hsrp.GroupConfig{}, probes: map[int]func(clock.Time, forward.Event){},
		keys: map[string]keychain.Chain{}, objects: track.New(platform.ShortName), tracked: map[int]track.Config{}, deafened: map[string]bool{},
		tasks: map[string]func(clock.Time){},
		uses:  map[int]int{}, calls: map[*Call]struct{}{},
	}
	r.wall = syslog.NewCalendar(now)
	if r.Settings.Battery == nil {
		r.Settings.Battery = &syslog.Battery{}
	}
	r.wall.Read(now, r.Settings.Battery)
	r.log = syslog.New(r.wall, r.showLine)
	var err error
	if r.key, err = loadHostKey(s.Store); err != nil {
		return nil, err
	}
	if err := r.build(); err != nil {
		return nil, err
	}
	startup, note, err := r.firstStartup()
	if err != nil {
		return nil, err
	}
	r.begin(now)
	r.boot(startup, note)
	r.settle()
	return r, nil
}

// Input implements Core.
func (r *Router) Input(now clock.Time, port int, frames [][]byte) {
	r.beginTraffic(now)
	defer r.settle()
	if port < 0 || port >= len(r.byPort) {
		return
	}
	l := r.links[r.byPort[port]]
	if !l.up() {
		return
	}
	l.state.LastInput = now
	l.in.add(now, l.load, frames)
	r.watchHA(func() { r.plane.Input(now, l.index, frames) })
}

// Carrier implements Core.
func (r *Router) Carrier(now clock.Time, port int, up bool) {
	r.beginTraffic(now)
	defer r.settle()
	if port >= 0 && port < len(r.byPort) {
		r.setCarrier(r.links[r.byPort[port]], up)
	}
}

// Wake implements Core. Where nothing is due nothing passes either, and a list
// that is being pasted is left to its timer.
func (r *Router) Wake(now clock.Time) {
	if at, timed := r.NextWake(); timed && at <= now {
		r.beginTraffic(now)
	} else {
		r.begin(now)
	}
	defer r.settle()
	for k, ok := r.timers.Pop(now); ok; k, ok = r.timers.Pop(now) {
		r.fire(k)
	}
	r.plane.Wake(now)
	r.engine.Wake(now)
	r.zone.Wake(now)
}

// NextWake implements Core.
func (r *Router) NextWake() (clock.Time, bool) {
	at, ok := r.timers.Next()
	for _, next := range []func() (clock.Time, bool){r.plane.NextWake, r.engine.NextWake, r.zone.NextWake} {
		if t, running := next(); running && (!ok || t < at) {
			at, ok = t, true
		}
	}
	return at, ok
}

// Drain implements Core.
func (r *Router) Drain(emit func(port int, frames [][]byte)) {
	r.plane.Drain(func(index int, frames [][]byte) {
		if l := r.links[index]; l.port >= 0 && l.carrier {
			l.state.LastSent = r.now
			l.out.add(r.now, l.load, frames)
			emit(l.port, frames)
		}
	})
}

// Reload reports whether the router wants to be started again from its saved
// state.
func (r *Router) Reload() bool { return r.reload.wanted }

// ReloadCause is the Settings.Cause of the next start.
func (r *Router) ReloadCause() string { return "reload" }

// begin opens a call at now.
func (r *Router) begin(now clock.Time) {
	r.depth++
	if now > r.now {
		r.now = now
	}
}

// beginTraffic is begin for calls that packets may pass in: what is configured
// so far takes effect first. Typed lines do not, so that a pasted access list is
// compiled once and not once a line.
func (r *Router) beginTraffic(now clock.Time) {
	r.begin(now)
	if r.depth == 1 {
		r.refreshFilters()
	}
}

// settle closes a call: everything the features said is carried out, until
// none has more to say.
func (r *Router) settle() {
	if r.depth > 1 {
		r.depth--
		return
	}
	for busy := true; busy; {
		busy = r.pump()
	}
	r.depth--
}

// pump carries what the features have to say to each other once, and reports
// whether anything was said.
func (r *Router) pump() (busy bool) {
	r.plane.Messages(func(m syslog.Message) { r.Message(r.now, m) })
	r.plane.Events(func(e forward.Event) {
		busy = true
		if show := r.probes[e.ID]; show != nil {
			if e.Kind == forward.Finished {
				delete(r.probes, e.ID)
			}
			show(r.now, e)
		}
	})
	r.engine.Messages(func(m syslog.Message) { r.Message(r.now, m) })
	r.engine.Resets(func(ip []byte) {
		busy = true
		r.plane.Send(r.now, ip)
	})
	busy = r.readMail() || busy
	busy = r.relayLog() || busy
	busy = r.sendTraps() || busy
	busy = r.tellRIPRoutes() || busy
	busy = r.pumpTCP() || busy
	return r.pumpIPC() || busy
}

// fire serves a timer of the router's own set.
func (r *Router) fire(k clock.Key) {
	switch k.Owner {
	case ownerTTY:
		r.fireTTY(k.Name)
	case ownerQuiet:
		r.quietOver()
	case ownerLine:
		r.lineProtocolLog(k.Name)
	case ownerTask:
		r.runTask(k.Name)
	case ownerFilters:
		if r.stale { // more was typed, so that Wake let it wait
			r.awaitFilters()
		}
	case rip.Owner:
		r.ripStep(rip.Fired{At: r.now, Timer: k})
	case ownerRIPRetry:
		r.retryRIP()
	case ownerRedundancy:
		r.redundancyStep(redundancy.Fired{At: r.now, Timer: k})
	case track.Owner:
		r.trackStep(track.Fired{At: r.now, Timer: k})
	case ownerRoutes:
		r.trackRoutes()
	case ownerKeys:
		r.turnKeys()
	default:
		r.step(hsrp.Fired{At: r.now, Timer: k})
	}
}

// Owners of the router's own timers; every other one is HSRP's.
const (
	ownerTTY        = "tty"
	ownerQuiet      = "login block"
	ownerLine       = "line protocol"
	ownerTask       = "task"
	ownerFilters    = "filters"
	ownerRedundancy = "redundancy"
	ownerRIPRetry   = "rip retry"
)
