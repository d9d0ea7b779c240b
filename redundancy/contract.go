package redundancy

import "tandem/clock"

// Transport is the association to the peer as the facility needs it. Within
// the life of one association messages arrive once and in order or not at all;
// some disorder is survived, see docs/checkpoint.md.
type Transport interface {
	// Send queues a copy of msg; false means that it did not.
	Send(msg []byte) bool
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
	// Apply takes over records of the peer.
	Apply(now clock.Time, records []byte) (applied int, err error)
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
