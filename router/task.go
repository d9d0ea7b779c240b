package router

import (
	"math/rand/v2"

	"tandem/clock"
	"tandem/config"
	"tandem/modes"
	"tandem/nvram"
	"tandem/wire"
)

// Upkeep implements modes.Device.
func (r *Router) Upkeep() *modes.Upkeep { return &r.upkeep }

// Loader implements modes.Device.
func (r *Router) Loader() *modes.Shell {
	s := modes.NewShell(r, r.Settings.Grammar)
	s.Origin = "console"
	return s
}

// At implements modes.Device.
func (r *Router) At(at clock.Time, name string, do func(now clock.Time)) {
	r.tasks[name] = do
	r.timers.Set(clock.Key{Owner: ownerTask, Name: name}, at)
}

// Cancel implements modes.Device.
func (r *Router) Cancel(name string) bool {
	_, there := r.tasks[name]
	delete(r.tasks, name)
	r.timers.Stop(clock.Key{Owner: ownerTask, Name: name})
	return there
}

// aside does work that takes long beside the router, and then what follows in
// the router again, unless it has lost its power meanwhile. Where nothing runs
// beside the router, both are done at once.
func (r *Router) aside(work, then func()) {
	if r.Settings.Post == nil {
		work()
		then()
		return
	}
	go func() {
		work()
		r.Settings.Post(func(now clock.Time) {
			if r.over {
				return
			}
			r.begin(now)
			defer r.settle()
			then()
		})
	}()
}

// runTask carries out a task that is due; it may set itself again.
func (r *Router) runTask(name string) {
	if do := r.tasks[name]; do != nil {
		delete(r.tasks, name)
		do(r.now)
	}
}

// Broadcast implements modes.Device.
func (r *Router) Broadcast(text string) {
	for _, c := range r.ttys {
		s := c.state(c.want())
		s.Text, s.Log, s.Synchro = text, true, true
		c.send(s)
	}
}

// Via implements modes.Device.
func (r *Router) Via(a wire.Addr) string {
	source, ok := r.plane.SourceFor(a)
	if !ok {
		return ""
	}
	for _, l := range r.links {
		for _, p := range addresses(l.Interface) {
			if p.Addr == source {
				return l.Name
			}
		}
	}
	return ""
}

// Preview implements modes.Device: it boots a second router of the same
// hardware from the text, without a clock, cables or anybody watching, and
// keeps only its configuration.
func (r *Router) Preview(text []byte) (*config.Tree, []string, error) {
	s := r.Settings
	s.Store = nvram.NewMemory(r.Store.Size() + len(text))
	s.Startup, s.Random, s.HostSCTP = text, rand.NewChaCha8([32]byte{}), nil
	if text == nil {
		s.Startup = []byte{}
	}
	shadow, err := New(r.now, s)
	if err != nil {
		return nil, nil, err
	}
	return shadow.tree, shadow.refused, nil
}
