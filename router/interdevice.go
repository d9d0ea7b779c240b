package router

import (
	"tandem/clock"
	"tandem/hsrp"
	"tandem/ipc"
	"tandem/ipc/sctp"
	"tandem/modes"
	"tandem/redundancy"
	"tandem/syslog"
	"tandem/wire"
)

// How HSRP, the association, the redundancy facility and the firewall's
// sessions meet: this file is the only one that knows all four.

// buildIPC makes the association and the redundancy facility.
func (r *Router) buildIPC() error {
	boot, err := r.randomUint64()
	if err != nil {
		return err
	}
	r.zone = r.newZone()
	r.rf = redundancy.New(redundancy.Settings{Boot: boot | 1, Transport: r.zone, Checkpointer: r.engine})
	return nil
}

// bootRedundancy ends the reading of the startup configuration: the scheme in
// it takes effect.
func (r *Router) bootRedundancy() {
	r.engine.SetScheme(r.scheme)
	r.redundancyConfigured()
	r.redundancyStep(redundancy.Booted{At: r.now})
	if r.scheme == "" { // no client that preempt delay sync could wait for
		r.step(hsrp.Ready{At: r.now})
	}
	r.booted = true
}

// redundancyConfigured hands the facility what the running configuration says.
func (r *Router) redundancyConfigured() {
	id := r.Settings.Hardware.Identity()
	r.redundancyStep(redundancy.Configure{At: r.now, Config: redundancy.Config{
		Scheme: r.scheme, Security: r.security, UpdateInterval: r.filters.Globals.RedundancyUpdate,
		Release: id.Version, Platform: id.Platform(),
	}})
	r.redundancyStep(redundancy.Divided{At: r.now, Divided: r.divided()})
}

// redundancyStep hands an event to the facility and does what it answers.
func (r *Router) redundancyStep(ev redundancy.Event) {
	var actions []redundancy.Action
	r.watchHA(func() { actions = r.rf.Step(ev, nil) })
	for _, action := range actions {
		switch a := action.(type) {
		case redundancy.Arm:
			r.timers.Set(a.Timer, a.At)
		case redundancy.Stop:
			r.timers.Stop(a.Timer)
		case redundancy.Log:
			r.Message(r.now, a.Message)
		case redundancy.Synced:
			r.step(hsrp.Ready{At: r.now})
		case redundancy.Reload:
			r.relinquish(a.Why)
		case redundancy.Changed:
			r.progressTrap()
		case redundancy.Refused: // answers a command, which asks for it
		}
	}
}

// groupMoved tells the facility what became of a group.
func (r *Router) groupMoved(m hsrp.Moved) {
	r.groupTrap(m)
	hold := r.groups[groupKey{m.Interface, int(m.Group)}].Hold
	if hold == 0 {
		hold = hsrp.DefaultHold
	}
	r.redundancyStep(redundancy.GroupMoved{At: r.now, Name: m.Name, To: m.To, Why: causeOf(m), Hold: hold})
	if m.To == hsrp.Active && r.shares(m.Interface, m.Name) {
		r.suspectPeer()
	}
}

// suspectPeer says of the router that has just lost one of the pair's groups
// that it may be lost in the others too.
func (r *Router) suspectPeer() {
	for g := range r.standby.Briefs() {
		if r.shares(g.Interface, g.Name) {
			r.step(hsrp.Suspect{At: r.now, Interface: g.Interface, Group: g.Group})
		}
	}
}

// shares reports whether a group carries the traffic of the scheme: it is the
// group of the scheme, or inspection on its interface is for the scheme.
func (r *Router) shares(name, group string) bool {
	f, scheme := r.Filter(name), r.rf.Scheme()
	return scheme != "" && (group == scheme || f.InspectIn.Redundancy == scheme || f.InspectOut.Redundancy == scheme)
}

// causeOf translates why a group moved into what redundancy distinguishes.
func causeOf(m hsrp.Moved) redundancy.Cause {
	switch m.Why {
	case hsrp.HigherActive, hsrp.Couped, hsrp.HigherSpeak, hsrp.HigherStandby:
		return redundancy.Outranked
	case hsrp.ActiveExpired:
		return redundancy.Unheard
	case hsrp.Stopped:
		if m.Obstacle == hsrp.LineDown {
			return redundancy.InterfaceLost
		}
		return redundancy.Reconfigured
	}
	return redundancy.Elected
}

// groupPeer tells the facility whether another router is known in a group.
func (r *Router) groupPeer(u hsrp.Update) {
	own := r.byName[u.Interface].Primary.Addr
	known := u.Active != 0 && u.Active != own || u.Standby != 0 && u.Standby != own
	r.redundancyStep(redundancy.GroupPeer{At: r.now, Name: u.Name, Known: known})
	if r.shares(u.Interface, u.Name) {
		r.redundancyStep(redundancy.Divided{At: r.now, Divided: r.divided()})
	}
}

// divided reports whether an equal router is Active in a group of an interface
// that inspects for the scheme, while this one is Standby in it.
func (r *Router) divided() bool {
	for g := range r.standby.Briefs() {
		if g.Name != r.rf.Scheme() && r.shares(g.Interface, g.Name) &&
			g.State == hsrp.Standby && g.Active.Role == hsrp.Remote && g.Active.Priority == g.Priority {
			return true
		}
	}
	return false
}

// pumpIPC moves what the association sends, receives and tells, and reports
// whether there was anything.
func (r *Router) pumpIPC() (busy bool) {
	r.tellAddresses()
	if r.rf.Ready() {
		before := r.rf.Counters().Sent
		r.redundancyStep(redundancy.Tick{At: r.now})
		busy = r.rf.Counters().Sent != before
	}
	r.zone.Events(func(e sctp.Event) {
		busy = true
		r.associationEvent(e)
	})
	r.zone.Receive(func(msg []byte) {
		busy = true
		r.redundancyStep(redundancy.Received{At: r.now, Message: msg})
	})
	// a standby knows the neighbours of its sessions before it takes over
	r.engine.Ends(func(a wire.Addr) { r.plane.Resolve(r.now, a) })
	r.zone.Packets(r.now, func(src, dst wire.Addr, packet []byte) {
		busy = true
		r.sendSCTP(src, dst, packet)
	})
	r.tellTooBig()
	r.debugEndpoint()
	return busy
}

func (r *Router) associationEvent(e sctp.Event) {
	r.debugSignal(e)
	switch e.Kind {
	case sctp.Up:
		r.redundancyStep(redundancy.PeerUp{At: r.now})
	case sctp.Restarted:
		r.redundancyStep(redundancy.PeerRestarted{At: r.now})
	case sctp.Down:
		r.redundancyStep(redundancy.PeerDown{At: r.now})
	}
}

// tellAddresses tells the association which addresses it may use, if they are
// others than before. It waits for the end of the call, for a router may take
// thousands of virtual addresses at once.
func (r *Router) tellAddresses() {
	if !r.readdressed {
		return
	}
	r.readdressed = false
	var own, virtual []wire.Addr
	for _, l := range r.links {
		if l.up() {
			for _, p := range addresses(l.Interface) {
				own = append(own, p.Addr)
			}
		}
	}
	for g := range r.standby.Briefs() {
		if g.VIP != 0 {
			virtual = append(virtual, g.VIP)
		}
		virtual = append(virtual, g.Secondary...)
	}
	r.zone.Addresses(r.now, own, virtual)
}

// IPC implements modes.Device.
func (r *Router) IPC() *ipc.Zone { return r.zone }

// EditAssociation implements modes.Device.
func (r *Router) EditAssociation(now clock.Time, edit func(c *ipc.Config)) error {
	r.tellAddresses()
	c := r.zone.Config()
	edit(&c)
	return r.zone.Configure(now, c)
}

// Redundancy implements modes.Device.
func (r *Router) Redundancy() *redundancy.Facility { return r.rf }

// Scheme implements modes.Device.
func (r *Router) Scheme(now clock.Time, group string) (note string, err error) {
	r.scheme = group
	if r.booted {
		note = r.rf.CheckScheme(group)
		if group != "" && r.Unsaved() {
			r.Message(now, unsaved)
		}
	}
	r.redundancyConfigured()
	return note, nil
}

// InterDeviceSecurity implements modes.Device.
func (r *Router) InterDeviceSecurity(_ clock.Time, profile string) {
	r.security = profile
	r.redundancyConfigured()
}

// ForceSwitchover implements modes.Device.
func (r *Router) ForceSwitchover(now clock.Time) error {
	for _, action := range r.rf.Step(redundancy.ForceSwitchover{At: now}, nil) {
		switch a := action.(type) {
		case redundancy.Refused:
			return modes.Refusal(a.Text)
		case redundancy.Log:
			r.Message(r.now, a.Message)
		case redundancy.Reload:
			r.pumpIPC() // the peer must know why before HSRP resigns
			r.relinquish(a.Why)
		}
	}
	return nil
}

// relinquish reloads, and says so if that costs lines of the configuration.
func (r *Router) relinquish(why string) {
	if r.Unsaved() {
		r.Message(r.now, lostLines)
	}
	r.restart("RF", why)
}

var _ modes.Device = (*Router)(nil)

// unsaved warns where a reload that redundancy asks for would lose the running
// configuration (reference ha 3.3).
var unsaved = syslog.Message{
	Facility: "TANDEM", Severity: syslog.Warnings, Mnemonic: "UNSAVED",
	Text: "a router that gives up the active role reloads: save this configuration with write memory",
}

var lostLines = syslog.Message{
	Facility: "TANDEM", Severity: syslog.Warnings, Mnemonic: "UNSAVED",
	Text: "what was configured since the last write memory is lost in this reload",
}
