package redundancy

import (
	"errors"

	"tandem/clock"
	"tandem/syslog"
)

// quota bounds the log messages that the peer can cause, whatever it sends.
type quota struct {
	from    clock.Time // of the running interval
	begun   bool
	said    int
	garbage bool // a refused message was complained about
}

// mayLog reports whether one more message about the peer may be logged now, and
// counts one that may not.
func (f *Facility) mayLog() bool {
	q := &f.said
	if !q.begun || f.now.Sub(q.from) >= complaintInterval {
		*q = quota{from: f.now, begun: true}
	}
	if q.said >= complaints {
		f.counters.Unlogged++
		return false
	}
	q.said++
	return true
}

// logPeer is log for what the peer can cause as often as it likes.
func (f *Facility) logPeer(facility string, severity syslog.Severity, mnemonic, format string, args ...any) {
	if f.mayLog() {
		f.log(facility, severity, mnemonic, format, args...)
	}
}

// malformed counts a message that makes no sense and says so, not more than
// once an interval however many come.
func (f *Facility) malformed(err error) {
	fault := BadRecords
	_ = errors.As(err, &fault)
	f.counters.Faulty[fault]++
	if q := &f.said; q.begun && q.garbage && f.now.Sub(q.from) < complaintInterval {
		f.counters.Unlogged++
		return
	}
	f.logPeer("TANDEM", syslog.Warnings, "PEER_GARBAGE", "message of the peer dropped: %v", err)
	f.said.garbage = true
}
