package forward

import (
	"fmt"

	"tandem/clock"
	"tandem/wire"
)

// Step is what one stage made of a traced packet.
type Step struct {
	Stage   string // "receive", "match", "options", "for-us", ..., "fast"
	Verdict wire.Verdict
	Why     wire.Reason // set when Verdict is Drop
	Note    string      // the way out, of "lookup" and "fast"
}

// String prints a step as "route drop: no route".
func (s Step) String() string {
	text := [...]string{"pass", "drop", "taken", "fast"}[s.Verdict]
	if s.Verdict == wire.Drop {
		return fmt.Sprintf("%s %s: %s", s.Stage, text, s.Why)
	}
	if s.Note != "" {
		return fmt.Sprintf("%s %s: %s", s.Stage, text, s.Note)
	}
	return s.Stage + " " + text
}

// Trace handles one frame as Input does, with all effects, and returns the
// stages it went through. Packets the router makes because of it are in the
// list too, where they were made.
func (pl *Plane) Trace(now clock.Time, index int, frame []byte) []Step {
	var steps []Step
	pl.tracing = &steps
	pl.Input(now, index, [][]byte{frame})
	pl.tracing = nil
	return steps
}

// step records one stage while a trace runs.
func (pl *Plane) step(name string, v wire.Verdict, why wire.Reason, note string) {
	if pl.tracing != nil {
		if v != wire.Drop {
			why = wire.NotDropped
		}
		*pl.tracing = append(*pl.tracing, Step{name, v, why, note})
	}
}
