package appliance

import (
	"tandem/clock"
	"tandem/lab"
	"tandem/router"
)

// Way leads to a router of a live lab over its reboots: the Host of package
// terminal. Live may be set after the Way is handed on, before it is used.
type Way struct {
	Live *lab.Live
	Name string
}

// Post runs f in the router's goroutine, with nil while it has no power.
func (w *Way) Post(f func(now clock.Time, r *router.Router)) error {
	return w.Live.Post(w.Name, func(now clock.Time, d lab.Device) {
		if d == nil {
			f(now, nil)
			return
		}
		f(now, d.(*Device).Router)
	})
}
