package redundancy

import (
	"slices"
	"time"

	"tandem/clock"
	"tandem/wire"
)

// Counters count since boot, for show redundancy counters.
type Counters struct {
	LinkUp, LinkDown uint64         // conversations begun and lost
	Sent, Received   uint64         // messages
	SendFailures     uint64         // the association did not take it
	InvalidSends     uint64         // without an association
	Faulty           [Faults]uint64 // messages refused, by reason
	Stale            uint64         // messages of another conversation or copy
	Duplicates       uint64         // data that came twice
	StandbyFailures  uint64
	Switchovers      uint64
	Incomplete       uint64 // switchovers without all that the peer had
	Unlogged         uint64 // messages about the peer that came too often to be logged
}

// Malformed returns how many messages were refused.
func (c *Counters) Malformed() (n uint64) {
	for _, of := range c.Faulty {
		n += of
	}
	return n
}

// Statistics are what show ip inspect ha statistics prints.
type Statistics struct {
	StandbySessions int
	BulkStarted     uint64 // copies sent
	BulkCompleted   uint64
	BulkAsked       uint64 // copies received
	BulkTaken       uint64
	Resyncs         uint64 // copies started over because something was missing
	LastResync      string
	BulkSent        uint64 // records
	LiveSent        uint64
	Applied         uint64
	Refused         uint64
	Removed         uint64 // sessions that a copy did not confirm
	Failovers       uint64
	LastFailover    clock.Time // valid when Failovers > 0
}

// Lag is how far the standby router is behind, in records of the present copy
// and the changes since.
type Lag struct {
	NotSent      int    // changed sessions that wait
	NotCopied    int    // others that a peer without a whole copy does not have yet
	Copying      bool   // the bulk copy is under way
	Unsure       uint64 // on their way when the association was lost or the copy began anew
	Sent         uint64
	Acknowledged uint64
	Applied      uint64
	Refused      uint64
}

// AtRisk returns how many changes and sessions a failover this instant would
// lose.
func (l Lag) AtRisk() uint64 {
	return uint64(l.NotSent+l.NotCopied) + l.Unsure + l.Sent - min(l.Sent, l.Acknowledged)
}

// States is what show redundancy states and show redundancy print.
type States struct {
	My, Peer           State
	Since, PeerSince   clock.Time // of My and Peer
	Duplex             bool
	UnitID             int
	ManualSwact        string
	CommunicationsUp   bool
	DownReason         string // "Simplex mode" or "Failure" when down
	Clients            int
	Notification       time.Duration
	Keepalive          time.Duration
	KeepaliveCount     int
	KeepaliveThreshold int
	LastReason         Reason
	Counters           Counters
}

// States returns the RF states.
func (f *Facility) States() States {
	s := States{
		My: f.my, Peer: f.peer.state, Since: f.since, PeerSince: f.peer.since, Duplex: f.peer.talking, ManualSwact: f.manualSwact(),
		CommunicationsUp: f.peer.talking, Clients: len(clients), Notification: notificationTimer,
		Keepalive: keepaliveInterval, KeepaliveCount: f.peer.silent, KeepaliveThreshold: keepaliveThreshold,
		LastReason: NoReason, Counters: f.counters,
	}
	if f.scheme == "" {
		s.LastReason = Unsupported
	}
	if n := len(f.swaps); n > 0 {
		s.LastReason = f.swaps[n-1].Reason
	}
	switch {
	case s.CommunicationsUp:
	case f.scheme == "":
		s.DownReason = "Simplex mode"
	default:
		s.DownReason = "Failure"
	}
	return s
}

// InterDevice is what show redundancy inter-device prints.
type InterDevice struct {
	State       string // RF_INTERDEV_STATE_...
	Scheme      string // group name in effect, "" when not configured
	Group       wire.HSRPState
	Pending     string // group name after the next reload
	IsPending   bool
	PeerPresent string
	Security    string // IPsec profile, "" when not configured
}

// InterDevice returns the state of the scheme.
func (f *Facility) InterDevice() InterDevice {
	d := InterDevice{
		State: interdevInit, Scheme: f.scheme, Group: f.groups[f.scheme].state, PeerPresent: interdevUnknown, Security: f.config.Security,
	}
	switch {
	case f.scheme != "" && f.my.IsActive():
		d.State = interdevActive
	case f.my.IsStandby():
		d.State = interdevStandby
	}
	switch {
	case f.peer.talking:
		d.PeerPresent = interdevComm
	case f.peer.seen:
		d.PeerPresent = interdevNoComm
	}
	if f.booted && f.config.Scheme != f.scheme {
		d.Pending, d.IsPending = f.config.Scheme, true
	}
	return d
}

// History returns the event log, oldest first.
func (f *Facility) History() []Entry { return slices.Clone(f.history) }

// Switchovers returns the last switchovers, oldest first.
func (f *Facility) Switchovers() []Switchover { return slices.Clone(f.swaps) }

// Clients returns the clients in the order of their sequence.
func (f *Facility) Clients() []Client { return slices.Clone(clients[:]) }

// Counters returns the message counters.
func (f *Facility) Counters() Counters { return f.counters }

// Statistics returns the counters of checkpointing.
func (f *Facility) Statistics() Statistics {
	s := f.stats
	s.StandbySessions = f.sessions.Standby()
	return s
}

// copyStands reports whether some router that lives has a whole copy. Without
// the association HSRP knows whether it lives.
func (f *Facility) copyStands() bool {
	return f.whole != 0 && (f.peer.talking || f.groups[f.scheme].peer)
}

// Lag returns how far the standby router is behind; on the standby router
// itself, how much it took over.
func (f *Facility) Lag() Lag {
	if f.my.IsStandby() {
		return Lag{Applied: f.intake.applied, Refused: f.intake.refused}
	}
	s := &f.supply
	l := Lag{
		NotSent: f.sessions.Pending(), Copying: s.bulk != 0 && s.phase != copied, Unsure: f.unsure,
		Sent: s.sent, Acknowledged: s.acked, Applied: s.receipt.Applied, Refused: s.receipt.Refused,
	}
	if !f.copyStands() {
		l.Unsure = 0
		if s.bulk == 0 || s.phase <= walking {
			l.NotCopied = f.sessions.Uncopied()
		}
	}
	return l
}
