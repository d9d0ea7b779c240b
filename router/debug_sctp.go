package router

import (
	"fmt"
	"time"

	"tandem/clock"
	"tandem/ipc/sctp"
	"tandem/modes"
	"tandem/wire"
)

// The lines of debug ip sctp.

// sctpLine puts a debug line about the association into the log.
func (r *Router) sctpLine(format string, args ...any) {
	r.debugLine("SCTP: Assoc 0: "+format, args...)
}

// debugSignal shows what the association told its user.
func (r *Router) debugSignal(e sctp.Event) {
	if r.debug.SCTP&modes.SCTPSignal == 0 {
		return
	}
	name := map[sctp.EventKind]string{sctp.Up: "communication up", sctp.Restarted: "peer restarted", sctp.Down: "communication lost"}[e.Kind]
	if name != "" {
		r.sctpLine("%s", name)
	}
}

// debugEndpoint shows what the endpoint traced, and its state when it is
// another one.
func (r *Router) debugEndpoint() {
	r.zone.Trace(r.debug.SCTP.Topics())
	r.zone.Traces(func(line string) { r.sctpLine("%s", line) })
	if r.debug.SCTP&modes.SCTPPerformance != 0 && r.tasks[performanceTask] == nil {
		r.At(r.now.Add(performanceEvery), performanceTask, r.debugPerformance)
	}
	if r.debug.SCTP&modes.SCTPState == 0 {
		r.assocState = ""
		return
	}
	state := "CLOSED"
	if s, ok := r.zone.Status(r.now); ok {
		state = fmt.Sprint(s.State)
	}
	if r.assocState != "" && r.assocState != state {
		r.sctpLine("state %s -> %s", r.assocState, state)
	}
	r.assocState = state
}

// performanceTask shows counts every performanceEvery, assumed, while debugging
// asks for it.
const (
	performanceTask  = "sctp performance"
	performanceEvery = 10 * time.Second
)

func (r *Router) debugPerformance(clock.Time) {
	if r.debug.SCTP&modes.SCTPPerformance == 0 {
		return
	}
	s, _ := r.zone.Totals(r.now)
	r.debugLine("SCTP Sent:  SCTP Dgrams %d, Chunks %d, Data Chunks %d, ULP Dgrams %d",
		s.PacketsSent, s.ControlSent+s.DataSent, s.DataSent, s.MessagesSent)
	r.debugLine("SCTP Rcvd:  SCTP Dgrams %d, Chunks %d, Data Chunks %d, ULP Dgrams %d",
		s.PacketsRcvd, s.ControlRcvd+s.DataRcvd, s.DataRcvd, s.MessagesRcvd)
	r.debugLine("SCTP:       Chunks Discarded %d, Retransmitted %d", s.DataDiscarded, s.DataRetransmitted)
	r.At(r.now.Add(performanceEvery), performanceTask, r.debugPerformance)
}

// watchSCTP calls do and, where debugging asks for it, says what it had refused.
func (r *Router) watchSCTP(from wire.Addr, do func() wire.Reason) wire.Reason {
	if r.debug.SCTP&modes.SCTPWarnings == 0 {
		return do()
	}
	_, was := r.zone.Totals(r.now)
	why := do()
	_, is := r.zone.Totals(r.now)
	for _, f := range modes.SCTPFaults {
		if f.Of(&is) != f.Of(&was) {
			r.sctpLine("warning, packet from %v: %s", from, f.Name)
		}
	}
	return why
}

// debugPacket shows a packet of the association: its chunks, or the whole.
func (r *Router) debugPacket(chunks modes.SCTPCategory, src, dst wire.Addr, packet []byte) {
	if r.debug.SCTP&(chunks|modes.SCTPSegments|modes.SCTPSegmentsVerbose) == 0 {
		return
	}
	verb, with := "sent to", dst
	if chunks == modes.SCTPReceived {
		verb, with = "rcvd from", src
	}
	h, rest, err := sctp.ParsePacket(packet)
	if err == nil && r.debug.SCTP&(modes.SCTPSegments|modes.SCTPSegmentsVerbose) != 0 {
		tag := ""
		if r.debug.SCTP&modes.SCTPSegmentsVerbose != 0 {
			tag = fmt.Sprintf(", ver tag %08X", h.Tag)
		}
		title := map[modes.SCTPCategory]string{modes.SCTPSent: "Sent", modes.SCTPReceived: "Recv"}[chunks]
		r.debugLine("SCTP: %s: Assoc 0: s=%v %d, d=%v %d, len %d%s", title, src, h.SrcPort, dst, h.DstPort, len(packet), tag)
	}
	for err == nil && len(rest) > 0 {
		var c sctp.Chunk
		if c, rest, err = sctp.NextChunk(rest); err != nil {
			break
		}
		if r.debug.SCTP&chunks != 0 {
			r.sctpLine("%s %s %s chunk, %d bytes", verb, with, c.Type, len(c.Body))
		}
		r.debugChunk(c)
	}
	if err != nil {
		r.sctpLine("%s %s a bad packet: %v", verb, with, err)
	}
}

// debugChunk shows one chunk of a packet that is shown whole.
func (r *Router) debugChunk(c sctp.Chunk) {
	if r.debug.SCTP&(modes.SCTPSegments|modes.SCTPSegmentsVerbose) != 0 {
		r.debugLine("SCTP:       %s chunk, len %d", c.Type, sctp.ChunkHeaderLen+len(c.Body))
	}
	if r.debug.SCTP&modes.SCTPSegmentsVerbose == 0 {
		return
	}
	for _, line := range chunkDetails(c) {
		r.debugLine("SCTP:         %s", line)
	}
}

// chunkDetails tells the fields of the chunks that have some.
func chunkDetails(c sctp.Chunk) []string {
	switch c.Type {
	case sctp.Init, sctp.InitAck:
		m, err := sctp.ParseInit(c.Body)
		if err != nil {
			return []string{err.Error()}
		}
		lines := []string{
			fmt.Sprintf("Initiate Tag: %08X, Initial TSN: %08X, rwnd: %d", m.Tag, m.TSN, m.Window),
			fmt.Sprintf("Streams Inbound: %d, Outbound: %d", m.InStreams, m.OutStreams),
		}
		for _, a := range m.Addresses {
			lines = append(lines, fmt.Sprintf("IP Addr: %v", a))
		}
		return lines
	case sctp.Data:
		h, payload, err := sctp.ParseData(c.Body)
		if err != nil {
			return []string{err.Error()}
		}
		return []string{fmt.Sprintf("TSN: %08X, Stream: %d, Sequence: %d, %d bytes", h.TSN, h.Stream, h.Sequence, len(payload))}
	case sctp.Sack:
		v, err := sctp.ParseSack(c.Body)
		if err != nil {
			return []string{err.Error()}
		}
		return []string{fmt.Sprintf("TSN ack: %08X, rwnd: %d, num frags: %d, num dups: %d", v.CumTSN, v.Window, v.Gaps(), v.Duplicates())}
	case sctp.Abort, sctp.Error:
		return []string{fmt.Sprintf("Cause: %v", sctp.FirstCause(c.Body))}
	}
	return nil
}
