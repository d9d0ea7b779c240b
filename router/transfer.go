package router

import (
	"tandem/clock"
	"tandem/modes"
)

// CopyIn stores a file that was copied to the router. The running
// configuration takes it as if it were typed.
func (r *Router) CopyIn(now clock.Time, name string, content []byte) error {
	r.begin(now)
	defer r.settle()
	if name == runningConfig || name == "system:"+runningConfig {
		modes.NewShell(r, r.Grammar).Load(now, string(content))
		return nil
	}
	return r.WriteFile(now, name, content)
}
