package hsrp

import (
	"time"

	"tandem/clock"
)

// Stalled says that this router did not run for a while, as on a machine that
// is busy elsewhere. What it did not hear meanwhile proves nothing: the other
// router may have stood still with it. A hold time that ran out in its sleep is
// therefore given as much again, once (decided; IOS runs on its own processor).
type Stalled struct {
	At  clock.Time
	For time.Duration
}

func (e Stalled) when() clock.Time { return e.At }

// excuse lets the others have the time that this router slept through.
func (g *group) excuse(slept time.Duration) {
	for _, a := range []*alarm{&g.activeTimer, &g.standbyTimer} {
		if a.running && !a.excused && a.at <= g.r.now && a.at >= g.r.now.Add(-slept) {
			g.r.arm(a, g.r.now.Add(min(slept, g.holdTime())))
			a.excused = true
		}
	}
}
