package redundancy

import "tandem/clock"

// Transport is the association to the peer as the facility needs it. Within
// the life of one association messages arrive once or not at all.
type Transport interface {
	// Send queues a copy of msg, which arrives after all that Send took before;
	// false means that it did not.
	Send(msg []byte) bool
	// SendUnordered is Send for a message that may overtake others and be
	// overtaken, so that one lost packet does not hold up the rest.
	SendUnordered(msg []byte) bool
	// Whole returns the length of the longest message that travels in one
	// packet: a longer one overtakes nothing.
	Whole() int
	// Ready returns how many bytes the association will take now.
	Ready() int
}

// Checkpointer is the owner of the sessions. On the active router it yields
// records, on the standby it takes them. Limits and buffers count bytes;
// records are opaque here. Any record applied confirms its session.
type Checkpointer interface {
	// Collect appends records of changed sessions, newest state only, at most
	// limit bytes, and says how many.
	Collect(now clock.Time, dst []byte, limit int) (out []byte, records int)
	// Pending returns how many changed sessions wait for Collect.
	Pending() int
	// Refresh marks the sessions whose counters changed since the last time.
	Refresh(now clock.Time)
	// StartBulk begins a walk over all sessions, ending one under way, and says
	// about how many it will yield.
	StartBulk() (expected int)
	// Uncopied returns how many sessions the walk has yet to reach, all of them
	// while none runs, without those that are Pending.
	Uncopied() int
	// Bulk is Collect for the walk; done says that it is over.
	Bulk(now clock.Time, dst []byte, limit int) (out []byte, records int, done bool)
	// Apply takes over records of the peer. All that it sent before them, and
	// before what ApplyEarly took, is here.
	Apply(now clock.Time, records []byte) (applied int, err error)
	// ApplyEarly is Apply for records some earlier ones of which are missing,
	// and will come.
	ApplyEarly(now clock.Time, records []byte) (applied int, err error)
	// BeginConfirm marks every session as unconfirmed.
	BeginConfirm()
	// Expect makes room for about that many sessions.
	Expect(sessions int)
	// EndConfirm removes the sessions that are still unconfirmed.
	EndConfirm() (removed int)
	// Promote makes the standby sessions active ones.
	Promote(now clock.Time) (sessions, unconfirmed int)
	// Demote makes this router's sessions standby ones.
	Demote(now clock.Time)
	// Standby returns how many standby sessions there are.
	Standby() (sessions int)
	// Digest returns a digest of the configuration that both sides must share.
	Digest() uint64
}
