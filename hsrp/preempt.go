package hsrp

import "tandem/clock"

// mayPreempt reports whether we may take over from an Active router of the
// given priority now. Only a strictly higher priority counts: an address never
// preempts. The first opportunity starts the preempt delay.
func (g *group) mayPreempt(priority uint8) bool {
	if !g.config.Preempt.Enabled || g.priority() <= priority || g.state < Listen {
		g.forgo()
		return false
	}
	if !g.waiting {
		g.waiting, g.opportunity = true, g.r.now
	}
	due := g.preemptDue()
	if due <= g.r.now {
		return true
	}
	if !g.preemptTimer.running || g.preemptTimer.at != due {
		g.r.arm(&g.preemptTimer, due)
	}
	return false
}

// preemptDue returns when the preempt delay that runs since the opportunity
// ends.
func (g *group) preemptDue() clock.Time {
	p := &g.config.Preempt
	wait := p.Minimum
	if g.fresh && p.Reload > 0 {
		wait = p.Reload
	}
	if !g.r.synced {
		wait = max(wait, p.Sync)
	}
	return g.opportunity.Add(wait)
}

// preempt takes over if a preempt delay is over and the reason for it stands.
func (g *group) preempt() {
	if !g.waiting || g.active.role != Remote || !g.mayPreempt(g.active.priority) {
		return
	}
	g.apply(Preempting, voice{addr: g.active.addr, mac: g.active.mac, priority: g.active.priority})
}

// forgo ends a preempt delay: there is nothing to preempt any more.
func (g *group) forgo() {
	g.waiting = false
	g.r.stop(&g.preemptTimer)
}
