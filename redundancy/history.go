package redundancy

import (
	"fmt"

	"tandem/clock"
)

// Client is a client of the facility, as show redundancy clients lists it.
type Client struct {
	ID, Sequence int
	Name         string
}

// clients are the clients of this device, in the order of their sequence. The
// middle one is ours.
var clients = [...]Client{
	{0, 0, "RF_INTERNAL_MSG"},
	{inspectClientID, inspectClientID * 10, inspectClient},
	{lastClientID, lastClientID, "RF_LAST_CLIENT"},
}

// EntryKind says what an entry of the history is about.
type EntryKind uint8

// The kinds of entries.
const (
	ClientAdded EntryKind = iota
	StateMoved
	Progress // of one client
	Status   // or event, of no client
)

// Entry is one line of show redundancy history.
type Entry struct {
	At         clock.Time
	Kind       EntryKind
	Client     Client // ClientAdded, Progress
	My, Peer   State  // StateMoved
	MyMoved    bool
	PeerMoved  bool
	Code       int    // Progress, Status
	Name       string // of Code
	Op, Result int
}

// String prints the entry as it follows the time.
func (e Entry) String() string {
	switch e.Kind {
	case ClientAdded:
		return fmt.Sprintf("client added: %s(%d) seq=%d", e.Client.Name, e.Client.ID, e.Client.Sequence)
	case StateMoved:
		return fmt.Sprintf("%smy state = %s(%d) %speer state = %s(%d)", star(e.MyMoved), e.My, e.My, star(e.PeerMoved), e.Peer, e.Peer)
	case Progress:
		return fmt.Sprintf("%s(%d) %s(%d) op=%d rc=%d", e.Name, e.Code, e.Client.Name, e.Client.ID, e.Op, e.Result)
	}
	return fmt.Sprintf("%s(%d) op=%d", e.Name, e.Code, e.Op)
}

func star(moved bool) string {
	if moved {
		return "*"
	}
	return ""
}

func (f *Facility) remember(e Entry) {
	e.At = f.now
	if len(f.history) == historyLimit {
		f.history = append(f.history[:0], f.history[1:]...)
	}
	f.history = append(f.history, e)
}

// Reason is why a switchover happened.
type Reason uint8

// The reasons, in the order of the MIB.
const (
	Unsupported Reason = iota
	NoReason
	UnknownReason
	UserInitiated
	UserForced
	ActiveFailed
	ActiveRemoved
)

// String prints r as show redundancy does.
func (r Reason) String() string {
	return [...]string{
		"unsupported", "none", "unknown", "user initiated", "user forced",
		"active unit failed", "active unit removed",
	}[min(r, ActiveRemoved)]
}

// Switchover is one line of show redundancy switchover history.
type Switchover struct {
	At                clock.Time
	Previous, Current int // units: 1 is this router, 2 the peer
	Reason            Reason
}

func (f *Facility) recordSwitchover() {
	s := Switchover{f.now, unitPeer, unitLocal, ActiveFailed}
	switch {
	case f.peer.forced:
		s.Reason = UserForced
	case f.peer.talking && f.peer.state.IsActive() && !f.unheard:
		s.Reason = UserInitiated // it lives and gave in: priority or tracking
	}
	f.peer.forced = false
	if len(f.swaps) == switchovers {
		f.swaps = append(f.swaps[:0], f.swaps[1:]...)
	}
	f.swaps = append(f.swaps, s)
	f.counters.Switchovers++
	f.stats.Failovers, f.stats.LastFailover = f.stats.Failovers+1, f.now
}
