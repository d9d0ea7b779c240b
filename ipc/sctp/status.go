package sctp

import (
	"time"

	"tandem/clock"
	"tandem/wire"
)

// Statistics counts since the endpoint was made. Whoever clears them for the
// user keeps the old ones and prints the difference.
type Statistics struct {
	PacketsSent, PacketsRcvd                uint64
	ControlSent, ControlRcvd                uint64 // chunks other than DATA
	SacksSent, SacksRcvd                    uint64 // also among the control chunks
	ErrorsRcvd                              uint64
	DataSent, DataRetransmitted             uint64 // chunks, the former with the latter
	DataPacketsSent                         uint64
	FastRetransmits, T3Expired              uint64
	MTULowered                              uint64 // times a path turned out to carry less
	OrderedSent, UnorderedSent              uint64 // messages
	MessagesSent, BytesSent                 uint64
	MessagesAcked                           uint64
	DataRcvd, DataDiscarded, DuplicatesRcvd uint64 // chunks
	DataPacketsRcvd                         uint64
	OutOfSequence                           uint64 // chunks beyond a hole
	OrderedRcvd, UnorderedRcvd              uint64 // messages
	MessagesRcvd, BytesRcvd                 uint64
}

// Faults counts what show ip sctp errors prints. Every packet that is refused
// is in one of those from InvalidTags to FalseICMP.
type Faults struct {
	CommunicationLost uint64
	AddressFailed     uint64
	Violations        uint64 // associations ended because the peer broke the protocol
	UnknownInitParams uint64
	UnknownChunks     uint64
	StaleCookies      uint64
	NoRoom            uint64 // chunks of data without room
	ControlDropped    uint64 // answers beyond the bound of the control queue

	InvalidTags    uint64
	Checksums      uint64 // wrong ones
	Malformed      uint64 // packets and chunks
	ForgedCookies  uint64
	StrayAddresses uint64 // packets of the association from or to an address that is not configured
	OutOfTheBlue   uint64 // packets of no association
	FalseICMP      uint64 // ICMP errors that quote no packet of the association
}

// Status is a picture of the association: what show ip sctp association list,
// parameters and statistics print (reference ha 4.5).
type Status struct {
	State                 State
	Uptime                time.Duration // since it was established; 0 while it is not
	LocalPort, RemotePort uint16
	Local                 []wire.Addr
	Primary, Effective    wire.Addr // preferred, and in use
	Paths                 []PathStatus
	LocalTag, RemoteTag   uint32
	InStreams, OutStreams int
	Errors                int // consecutive, counted against AssocMaxRetrans
	AssocMaxRetrans       int
	MaxInitRetrans        int
	SackDelay             time.Duration
	RTOMin, RTOMax        time.Duration
	LocalWindow           int // bytes advertised last, and the lowest so far
	LocalWindowLow        int
	RemoteWindow          int // bytes the peer takes beyond what is in flight, and the lowest so far
	RemoteWindowLow       int
	Outstanding           int // chunks sent and not acknowledged
	Queued                int // chunks never sent
	SendQueued            int // bytes not acknowledged
	MessagesQueued        int // messages not acknowledged
	ChunksQueuedHigh      int // the most chunks that ever waited for acknowledgement
	Statistics            Statistics
	Faults                Faults
	Err                   error // why a back end could not connect; nil of an Endpoint
}

// PathStatus is one destination address.
type PathStatus struct {
	Address, Source wire.Addr
	State           PathState
	Heartbeat       time.Duration // interval
	RTO, RTT, SRTT  time.Duration
	MTU             int // bytes
	Cwnd, Ssthresh  int // bytes
	Outstanding     int // bytes
	Errors          int // consecutive, counted against MaxRetrans
	MaxRetrans      int
	Failures        int // times it went inactive
	Retransmitted   uint64
}

// Status returns a picture of e at now.
func (e *Endpoint) Status(now clock.Time) Status {
	s := Status{
		State: e.state, LocalPort: e.cfg.LocalPort, RemotePort: e.cfg.RemotePort, Local: e.cfg.Local,
		Primary: e.paths[e.primary].remote, Effective: e.paths[e.route()].remote,
		LocalTag: e.terms.local, RemoteTag: e.terms.peer,
		InStreams: int(e.terms.in), OutStreams: int(e.terms.out),
		Errors: e.errors, AssocMaxRetrans: e.cfg.AssocMaxRetrans, MaxInitRetrans: e.cfg.MaxInitRetrans,
		SackDelay: e.cfg.SackDelay, RTOMin: e.cfg.RTOMin, RTOMax: e.cfg.RTOMax,
		LocalWindow: e.in.advertised, LocalWindowLow: e.in.lowest, RemoteWindow: e.out.window, RemoteWindowLow: e.out.lowest, ChunksQueuedHigh: e.out.highest,
		Outstanding: e.out.sent, Queued: e.out.queue.n - e.out.sent, SendQueued: e.out.bytes.len(), MessagesQueued: e.out.messages,
		Statistics: e.stats, Faults: e.faults,
	}
	if e.state.open() {
		s.Uptime = now.Sub(e.since)
	}
	for i := range e.paths {
		p := &e.paths[i]
		s.Paths = append(s.Paths, PathStatus{
			Address: p.remote, Source: p.local, State: p.state, Heartbeat: e.cfg.HeartbeatInterval,
			RTO: p.rto, RTT: p.rtt, SRTT: p.srtt, MTU: p.mtu, Cwnd: p.cwnd, Ssthresh: p.ssthresh,
			Outstanding: p.flight, Errors: p.errors, MaxRetrans: e.cfg.PathMaxRetrans,
			Failures: p.failures, Retransmitted: p.retransmitted,
		})
	}
	return s
}
