package redundancy

import (
	"fmt"
	"time"

	"tandem/clock"
	"tandem/syslog"
	"tandem/wire"
)

// Settings are what a Facility needs to know once.
type Settings struct {
	Boot         uint64 // differs between two lives of the device; not 0
	Transport    Transport
	Checkpointer Checkpointer
}

// Facility is the redundancy facility of one device.
type Facility struct {
	transport Transport
	sessions  Checkpointer
	boot      uint64

	config Config // as entered
	scheme string // group name in effect, "" without
	booted bool
	over   bool // a reload was asked for: nothing matters any more
	groups map[string]group

	divided bool // as Divided says
	unheard bool // the group moved because the Active router fell silent

	my     State
	since  clock.Time // of the state
	peer   peer
	supply supply // active side of the checkpoint stream
	intake intake // standby side
	whole  uint64 // life of the peer that has a whole copy of this router's sessions; 0 is none
	unsure uint64 // records on their way when the stream broke off, since then

	staleSince clock.Time // STANDBY HOT ended

	keepalive, update, ack, pump, progress alarm

	history  []Entry
	swaps    []Switchover
	counters Counters
	stats    Statistics

	said quota // log messages that the peer caused

	now clock.Time // of the running Step
	out []Action   // of the running Step
}

// group is what is known of one HSRP group.
type group struct {
	state wire.HSRPState
	hold  time.Duration
	peer  bool // another router is known in it
	met   bool // one was, at some time
}

// New returns the facility of a device that reads its startup configuration.
func New(s Settings) *Facility {
	f := &Facility{
		transport: s.Transport, sessions: s.Checkpointer, boot: s.Boot,
		groups: map[string]group{}, my: Initialization, peer: peer{state: Disabled},
	}
	for i, name := range []string{"keepalive", "update", "ack", "pump", "progress"} {
		f.alarms()[i].key = clock.Key{Owner: "redundancy", Name: name}
	}
	for _, c := range clients {
		f.remember(Entry{Kind: ClientAdded, Client: c})
	}
	return f
}

// Step applies ev and appends what must be done, in order, to out.
func (f *Facility) Step(ev Event, out []Action) []Action {
	if f.over {
		return out
	}
	f.now, f.out = ev.when(), out
	switch e := ev.(type) {
	case Received:
		f.receive(e.Message)
	case Tick:
		f.pumpOut()
	case Fired:
		f.fire(e.Timer)
	case GroupMoved:
		f.groupMoved(e)
	case GroupPeer:
		f.groupPeer(e)
	case Divided:
		f.divided = e.Divided
	case PeerUp, PeerRestarted:
		f.connect()
	case PeerDown:
		f.disconnect()
	case Configure:
		f.configure(e.Config)
	case Booted:
		f.start()
	case ForceSwitchover:
		f.forceSwitchover()
	}
	f.unite()
	out, f.out = f.out, nil
	return out
}

// fire runs the timer that is due.
func (f *Facility) fire(k clock.Key) {
	switch {
	case f.rings(&f.keepalive, k):
		f.keepAlive()
	case f.rings(&f.update, k):
		f.refresh()
	case f.rings(&f.ack, k):
		f.acknowledge()
	case f.rings(&f.pump, k):
		f.pumpOut()
	case f.rings(&f.progress, k):
		f.resync("client notification timer expired")
	}
}

// configure takes a new configuration. The scheme in effect stays until the
// next reload.
func (f *Facility) configure(c Config) {
	f.config = c
	if f.booted && f.peer.talking {
		f.compare()
		f.sayHello()
	}
}

// start ends the reading of the startup configuration: a scheme takes effect.
func (f *Facility) start() {
	if f.booted {
		return
	}
	f.booted, f.scheme = true, f.config.Scheme
	f.remember(Entry{Kind: StateMoved, My: Initialization, Peer: Disabled, MyMoved: true, PeerMoved: true})
	f.progressed(Initialization)
	if f.scheme == "" {
		f.activate() // an ordinary router
		return
	}
	f.move(Negotiation)
	f.sessions.Demote(f.now)
	if g, known := f.groups[f.scheme]; known {
		f.judge(triggerOf(g.state, Elected))
	}
	if f.peer.associated {
		f.connect()
	}
}

// Scheme returns the group name in effect, "" without one.
func (f *Facility) Scheme() string { return f.scheme }

// CheckScheme returns the text to print when a scheme is entered that cannot
// be processed now, because its group is Active already; "" otherwise. It is
// kept in any case and takes effect at the next reload.
func (f *Facility) CheckScheme(name string) string {
	if f.booted && name != f.scheme && f.groups[name].state == wire.HSRPActive {
		return fmt.Sprintf(textSchemeActive, name)
	}
	return ""
}

// groupMoved follows the group of the scheme.
func (f *Facility) groupMoved(e GroupMoved) {
	g := f.groups[e.Name]
	g.state, g.hold = e.To, e.Hold
	f.groups[e.Name] = g
	if f.booted && f.scheme != "" && e.Name == f.scheme {
		f.unheard = e.Why == Unheard
		f.judge(triggerOf(e.To, e.Why))
	}
}

func (f *Facility) groupPeer(e GroupPeer) {
	g := f.groups[e.Name]
	if e.Name == f.scheme && (g.peer || e.Known) {
		f.peer.see(f.now)
	}
	g.peer, g.met = e.Known, g.met || e.Known
	f.groups[e.Name] = g
}

// move changes the own RF state.
func (f *Facility) move(to State) {
	if f.my == to {
		return
	}
	f.my, f.since = to, f.now
	f.remember(Entry{Kind: StateMoved, My: f.my, Peer: f.peer.state, MyMoved: true})
	f.progressed(to)
	f.emit(Changed{f.my, f.peer.state})
}

// progressed notes that the clients went through the step of a state.
func (f *Facility) progressed(s State) {
	c := progressCode[s]
	if c.number == 0 {
		return
	}
	for _, client := range clients {
		f.remember(Entry{Kind: Progress, Code: c.number, Name: c.name, Client: client, Result: 11})
	}
}

// activate takes over: the sessions are usable when it returns.
func (f *Facility) activate() {
	was := f.my
	f.stop(&f.progress)
	f.stop(&f.ack)
	f.supply, f.whole, f.unsure = supply{}, 0, 0
	for _, s := range []State{ActiveFast, ActiveDrain, ActivePreconfig, ActivePostconfig, Active} {
		f.move(s)
	}
	sessions, unconfirmed := f.sessions.Promote(f.now)
	if f.scheme == "" {
		return
	}
	if was.IsStandby() && f.met() || f.peer.state.IsActive() {
		f.recordSwitchover()
		if why := f.lacks(was); why != "" {
			f.counters.Incomplete++
			f.log("TANDEM", syslog.Warnings, "SYNC_INCOMPLETE", "takeover in state %s, %d sessions, %d of them not confirmed: %s", was, sessions, unconfirmed, why)
		}
	}
	f.emit(Synced{})
	f.arm(&f.update, f.now.Add(f.updateInterval()))
	f.sayState()
}

// met reports whether there was ever an active router to take over from. The
// first of a pair to boot passes through the standby states alone.
func (f *Facility) met() bool { return f.peer.led || f.groups[f.scheme].met }

// follow becomes standby; what there is to copy is asked for at once.
func (f *Facility) follow() {
	f.remember(Entry{Kind: Status, Code: codeGoStandby.number, Name: codeGoStandby.name})
	f.move(StandbyCold)
	f.sayState()
	f.advance()
}

// negotiate goes back to looking for a role, with the sessions kept.
func (f *Facility) negotiate() {
	if f.my.IsActive() {
		f.sessions.Demote(f.now)
	}
	f.stop(&f.update)
	f.stop(&f.progress)
	f.breakOff()
	f.move(Negotiation)
	f.sayState()
}

// reload gives up: the device comes back clean from its startup configuration.
func (f *Facility) reload(why string) {
	f.log("RF_INTERDEV", syslog.Warnings, "RELOAD", textReload, f.my, f.peer.state)
	f.restart(why)
}

func (f *Facility) restart(why string) {
	for _, a := range f.alarms() {
		f.stop(a)
	}
	f.emit(Reload{why})
	f.over = true
}

// forceSwitchover hands control to a standby that is ready for it.
func (f *Facility) forceSwitchover() {
	if text := f.manualSwact(); text != textSwactEnabled {
		f.emit(Refused{text})
		return
	}
	f.pumpOut()
	f.tell(&Message{Kind: StateChange, Forced: true})
	f.restart("user forced switchover")
}

// MaySwitch reports whether a manual switchover is possible now.
func (f *Facility) MaySwitch() bool { return f.manualSwact() == textSwactEnabled }

// manualSwact says whether a manual switchover is possible, as show redundancy
// states prints it.
func (f *Facility) manualSwact() string {
	switch {
	case f.my.IsStandby():
		return textStandbyUnit
	case !f.peer.talking:
		return textSimplex
	case !f.my.IsActive():
		return textUnitStarts
	case f.peer.state != StandbyHot:
		return textPeerStarts
	}
	return textSwactEnabled
}

func (f *Facility) updateInterval() time.Duration {
	if f.config.UpdateInterval > 0 {
		return f.config.UpdateInterval
	}
	return defaultUpdate
}

func (f *Facility) emit(a Action) { f.out = append(f.out, a) }

func (f *Facility) log(facility string, severity syslog.Severity, mnemonic, format string, args ...any) {
	f.emit(Log{syslog.Message{Facility: facility, Severity: severity, Mnemonic: mnemonic, Text: fmt.Sprintf(format, args...)}})
}

// alarm is one timer and what the package knows of it.
type alarm struct {
	key     clock.Key
	at      clock.Time
	running bool
}

func (f *Facility) arm(a *alarm, at clock.Time) {
	a.at, a.running = at, true
	f.emit(Arm{a.key, at})
}

func (f *Facility) stop(a *alarm) {
	if a.running {
		a.running = false
		f.emit(Stop{a.key})
	}
}

func (f *Facility) alarms() [5]*alarm {
	return [...]*alarm{&f.keepalive, &f.update, &f.ack, &f.pump, &f.progress}
}

// rings reports whether a is the timer k, running and due, and ends it.
func (f *Facility) rings(a *alarm, k clock.Key) bool {
	if a.key != k || !a.running || a.at > f.now {
		return false
	}
	a.running = false
	return true
}
