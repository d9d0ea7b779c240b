package clock

import "time"

// Host is the machine's monotonic clock, counted from the moment it was made.
type Host struct{ start time.Time }

// NewHost returns a Source whose Time 0 is now.
func NewHost() *Host { return &Host{start: time.Now()} }

// Now implements Source.
func (h *Host) Now() Time { return Time(time.Since(h.start)) }

// Until implements Source.
func (h *Host) Until(t Time, wake <-chan struct{}) {
	d := t.Sub(h.Now())
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-wake:
	}
}
