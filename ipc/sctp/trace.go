package sctp

import (
	"fmt"
	"time"

	"tandem/clock"
)

// Topic is a set of kinds of trace lines: what debug ip sctp shows of the
// inside of an endpoint.
type Topic uint8

// The topics.
const (
	TraceAPI        Topic = 1 << iota // what the user asks for
	TraceCongestion                   // congestion windows, fast retransmission
	TraceInit                         // the handshake
	TraceMultihome                    // paths lost, found and left
	TraceRTO                          // round trips and timeouts
	TraceTimer                        // timers that go off
)

// maxTraces bounds the lines that wait for Traces; more are not made.
const maxTraces = 256

// Trace has the endpoint keep lines about topics; 0, as at first, is none.
func (e *Endpoint) Trace(topics Topic) { e.topics = topics }

// Traces emits the lines since the last call, oldest first.
func (e *Endpoint) Traces(emit func(line string)) {
	for _, line := range e.traces {
		emit(line)
	}
	e.traces = e.traces[:0]
}

// tells reports whether lines about t are wanted. Where packets are many, ask
// before tracef: its arguments cost memory.
func (e *Endpoint) tells(t Topic) bool { return e.topics&t != 0 }

func (e *Endpoint) tracef(t Topic, format string, args ...any) {
	if e.tells(t) && len(e.traces) < maxTraces {
		e.traces = append(e.traces, fmt.Sprintf(format, args...))
	}
}

// traceRTO tells the timeout of path i after it was changed.
func (e *Endpoint) traceRTO(i int) {
	if e.tells(TraceRTO) {
		p := &e.paths[i]
		e.tracef(TraceRTO, "destaddr %v, RTT %d ms, SRTT %d ms, RTO %d ms", p.remote, p.rtt.Milliseconds(), p.srtt.Milliseconds(), p.rto.Milliseconds())
	}
}

// traceWindow tells the congestion window of path i and why it was changed.
func (e *Endpoint) traceWindow(i int, why string) {
	if e.tells(TraceCongestion) {
		p := &e.paths[i]
		e.tracef(TraceCongestion, "%s on %v, cwnd %d, ssthresh %d, outstand %d", why, p.remote, p.cwnd, p.ssthresh, p.flight)
	}
}

// traceTimer tells which timer goes off.
func (e *Endpoint) traceTimer(now clock.Time, i int) {
	if !e.tells(TraceTimer) {
		return
	}
	names := [...]string{timerT1: "T1-init", timerT2: "T2-shutdown", timerT5: "T5-shutdown-guard", timerSack: "SACK"}
	if i < assocTimers {
		e.tracef(TraceTimer, "timer %s expired at %v", names[i], time.Duration(now))
		return
	}
	of := [...]string{"T3-rtx", "heartbeat answer", "heartbeat", "path MTU"}
	at, kind := (i-assocTimers)/pathTimers, (i-assocTimers)%pathTimers
	e.tracef(TraceTimer, "timer %s of %v expired at %v", of[kind], e.paths[at].remote, time.Duration(now))
}
