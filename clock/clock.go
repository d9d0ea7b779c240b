// Package clock is how time reaches everything below the drivers: a Time is
// handed in, a Timers set says when its owner wants to be woken. No package
// under router reads the host's clock; only a Source knows where time comes
// from, so a live router and one in a virtual lab run the same code.
package clock

import (
	"fmt"
	"time"
)

// Time is a moment in nanoseconds on the driver's own monotonic axis. It has
// no relation to the calendar; only differences have a meaning.
type Time int64

// Add returns t moved by d.
func (t Time) Add(d time.Duration) Time { return t + Time(d) }

// Sub returns the time from u to t.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t - u) }

// Seconds returns the whole seconds since the axis began.
func (t Time) Seconds() int64 { return int64(t) / int64(time.Second) }

// String prints t as seconds with microseconds, for traces.
func (t Time) String() string {
	us := int64(t) / int64(time.Microsecond)
	return fmt.Sprintf("%d.%06ds", us/1_000_000, us%1_000_000)
}

// Source is where a driver takes time from: the host's clock in a live lab,
// the scheduler's in a virtual one.
type Source interface {
	// Now returns the present.
	Now() Time
	// Until returns at t, or earlier when wake receives.
	Until(t Time, wake <-chan struct{})
}
