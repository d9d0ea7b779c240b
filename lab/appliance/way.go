package appliance

import (
	"sync/atomic"

	"tandem/clock"
	"tandem/lab"
	"tandem/router"
)

// Way leads to a router of a live lab over its reboots: the Host of package
// terminal. Before Lead it leads nowhere.
type Way struct {
	Name string
	live atomic.Pointer[lab.Live]
}

// Lead points the way to a lab that runs.
func (w *Way) Lead(live *lab.Live) { w.live.Store(live) }

// Post runs f in the router's goroutine, with nil while it has no power.
func (w *Way) Post(f func(now clock.Time, r *router.Router)) error {
	live := w.live.Load()
	if live == nil {
		return lab.ErrStopped
	}
	return live.Post(w.Name, func(now clock.Time, d lab.Device) {
		if d == nil {
			f(now, nil)
			return
		}
		f(now, d.(*Device).Router)
	})
}
