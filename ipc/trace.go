package ipc

import "tandem/ipc/sctp"

// tracer is an Association that tells what goes on inside it.
type tracer interface {
	Trace(topics sctp.Topic)
	Traces(emit func(line string))
}

// Trace has the endpoint keep trace lines about topics, and those that follow
// it too. The host's kernel keeps none.
func (z *Zone) Trace(topics sctp.Topic) {
	z.topics = topics
	if t, ok := z.assoc.(tracer); ok {
		t.Trace(topics)
	}
}

// Traces emits the trace lines since the last call.
func (z *Zone) Traces(emit func(line string)) {
	kept := z.traces
	z.traces = nil
	for _, line := range kept {
		emit(line)
	}
	if t, ok := z.assoc.(tracer); ok {
		t.Traces(emit)
	}
}
