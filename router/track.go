package router

import (
	"cmp"
	"time"

	"tandem/clock"
	"tandem/forward"
	"tandem/hsrp"
	"tandem/track"
	"tandem/wire"
)

// ownerRoutes owns the timer that looks at tracked routes again: routing
// protocols change them without a word to the router.
const ownerRoutes = "track routes"

// trackStep hands an event to object tracking and does what it answers.
func (r *Router) trackStep(ev track.Event) {
	for _, action := range r.objects.Step(ev, nil) {
		switch a := action.(type) {
		case track.Arm:
			r.timers.Set(a.Timer, a.At)
		case track.Stop:
			r.timers.Stop(a.Timer)
		case track.Log:
			r.Message(r.now, a.Message)
		case track.Changed:
			r.step(hsrp.TrackedObject{At: r.now, Object: a.Number, State: standbyState(a.State)})
		}
	}
}

func standbyState(s track.State) hsrp.TrackState {
	switch s {
	case track.Up:
		return hsrp.TrackUp
	case track.Down:
		return hsrp.TrackDown
	}
	return hsrp.TrackUnknown
}

// trackInterface tells object tracking how an interface is now.
func (r *Router) trackInterface(l *link) {
	r.trackStep(track.Interface{At: r.now, Name: l.Name, Line: l.up(), Admin: l.AdminUp, IP: l.Primary.Addr != 0})
	r.trackRoutes()
}

// trackRoutes looks up every prefix that objects follow.
func (r *Router) trackRoutes() {
	prefixes := r.objects.Prefixes()
	if len(prefixes) == 0 {
		r.timers.Stop(clock.Key{Owner: ownerRoutes})
		return
	}
	installed := r.plane.Routes()
	for _, p := range prefixes {
		r.trackStep(r.routeTo(p, installed))
	}
	r.timers.Set(clock.Key{Owner: ownerRoutes}, r.now.Add(cmp.Or(r.routePoll, track.RoutePoll)))
}

// routeTo is what the routing table says of exactly that prefix.
func (r *Router) routeTo(p wire.Prefix, installed []forward.Installed) track.Route {
	e := track.Route{At: r.now, Prefix: p}
	for _, i := range installed {
		if i.Prefix != p {
			continue
		}
		e.Reachable, e.Interface = true, r.InterfaceName(i.Out)
		e.Via = map[forward.Source]string{forward.Connected: "connected", forward.Static: "static", forward.RIP: "RIP"}[i.Source]
		break
	}
	return e
}

// PollRoutes implements modes.Device.
func (r *Router) PollRoutes(_ clock.Time, every time.Duration) {
	r.routePoll = every
	r.trackRoutes()
}

// Tracking implements modes.Device.
func (r *Router) Tracking() *track.Table { return r.objects }

// EditTrack implements modes.Device.
func (r *Router) EditTrack(_ clock.Time, number int, edit func(c *track.Config)) {
	c := r.tracked[number]
	edit(&c)
	r.tracked[number] = c
	r.trackStep(track.Configure{At: r.now, Number: uint16(number), Config: c})
	r.trackRoutes()
}

// RemoveTrack implements modes.Device.
func (r *Router) RemoveTrack(_ clock.Time, number int) {
	delete(r.tracked, number)
	r.trackStep(track.Remove{At: r.now, Number: uint16(number)})
	r.trackRoutes()
}
