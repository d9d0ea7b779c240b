// Package impair makes a good line bad: it loses, duplicates, corrupts, delays
// and reorders the frames that are written to a port, by a seeded generator.
package impair

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// Faults are what a line does to the frames written to it. The zero value is a
// perfect line. Chances are from 0 to 1, drawn for each frame.
type Faults struct {
	Loss      float64 // the frame vanishes
	Duplicate float64 // it arrives twice
	Corrupt   float64 // one of its bits is wrong
	Reorder   float64 // it is not delayed, and so overtakes those that are

	Delay  time.Duration // how late every frame is
	Jitter time.Duration // up to this much is added, evenly spread; it reorders too
}

// ErrFaults is wrapped by the errors about faults that cannot be.
var ErrFaults = errors.New("impair: impossible faults")

// Check refuses chances outside 0 to 1 and times before now.
func (f Faults) Check() error {
	for _, c := range []struct {
		name   string
		chance float64
	}{{"loss", f.Loss}, {"duplicate", f.Duplicate}, {"corrupt", f.Corrupt}, {"reorder", f.Reorder}} {
		if !(c.chance >= 0 && c.chance <= 1) { // so that NaN fails too
			return fmt.Errorf("%w: %s %v is no chance from 0 to 1", ErrFaults, c.name, c.chance)
		}
	}
	if f.Delay < 0 || f.Jitter < 0 {
		return fmt.Errorf("%w: delay %v, jitter %v", ErrFaults, f.Delay, f.Jitter)
	}
	return nil
}

// fate is what becomes of one frame.
type fate struct {
	copies int // 0 is lost
	bit    int // the bit to flip, or -1
	late   time.Duration
}

// draw decides about a frame of the given size in bytes. Every frame draws the
// same number of times, so one fault switched on leaves the others' course
// alone.
func (f Faults) draw(r *rand.Rand, size int) fate {
	lost, twice, wrong, ahead := r.Float64() < f.Loss, r.Float64() < f.Duplicate, r.Float64() < f.Corrupt, r.Float64() < f.Reorder
	bit, late := r.Float64(), r.Float64()
	what := fate{copies: 1, bit: -1, late: f.Delay + time.Duration(late*float64(f.Jitter))}
	if twice {
		what.copies = 2
	}
	if lost {
		what.copies = 0
	}
	if wrong {
		what.bit = int(bit * float64(size*8))
	}
	if ahead {
		what.late = 0
	}
	return what
}
