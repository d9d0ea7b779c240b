package hsrp

// track handles news of a tracked interface or object. The priority goes out
// with the next periodic hello, not with one of its own.
func (r *Router) track(ev Event) {
	var was []uint8
	r.eachGroup(func(g *group) { was = append(was, g.priority()) })
	switch e := ev.(type) {
	case TrackedInterface:
		if r.lines[e.Name] == e.Up {
			return
		}
		r.lines[e.Name] = e.Up
	case TrackedObject:
		if r.objects[e.Object] == e.State {
			return
		}
		if e.State == TrackUnknown {
			delete(r.objects, e.Object)
		} else {
			r.objects[e.Object] = e.State
		}
	}
	r.eachGroup(func(g *group) {
		g.priorityChanged(was[0])
		was = was[1:]
	})
	r.review()
}

// trackState returns the state of what t tracks. An interface nobody reported
// is down; an object nobody configured is unknown, which lowers nothing.
func (r *Router) trackState(t Track) TrackState {
	switch {
	case t.Interface == "":
		return r.objects[t.Object]
	case r.lines[t.Interface]:
		return TrackUp
	}
	return TrackDown
}

// priority returns the current priority: configured, less the decrements of
// all that is down, not below 0. A group that follows has its leader's.
func (g *group) priority() uint8 {
	if lead := g.leader(); lead != nil {
		return lead.priority()
	}
	return g.r.priorityOf(g.config)
}

func (r *Router) priorityOf(config GroupConfig) uint8 {
	p := int(config.Priority)
	for _, t := range config.Track {
		if !t.Shutdown && r.trackState(t) == TrackDown {
			p -= int(t.Decrement)
		}
	}
	return uint8(max(0, p))
}

// trackedDown reports whether an object tracked with shutdown is down.
func (g *group) trackedDown() bool {
	for _, t := range g.config.Track {
		if t.Shutdown && g.r.trackState(t) == TrackDown {
			return true
		}
	}
	return false
}

func (g *group) priorityChanged(was uint8) {
	if now := g.priority(); now != was && !g.follows() {
		g.debugf(DebugTrack, "Priority %d -> %d", was, now)
	}
}
