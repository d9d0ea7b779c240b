// Package firewall is the classic firewall of the router: access lists, the
// inspection of ip inspect, its session table, and the records that keep the
// table of a standby router alike.
//
//	packets ──► Match ──────────────── hit ───────────────► Fast: rewrite and send
//	              │ miss, or the path is not verified yet
//	              ▼
//	            Input: list in ──► (route) ──► Output: list out, session or rule
//	                                              │
//	                    Resolved ◄── adjacency ◄──┘
//
// A session makes its return packets pass the lists; it never helps a packet
// of its initiator, which the lists must permit (reference firewall 2.1). What
// a session remembers of lists and routes holds for one generation, which
// Invalidate ends.
//
// Everything is a function of the calls and the times in them. An Engine has
// one owner and no lock. Messages, Resets and records wait in bounded queues
// until the owner takes them.
package firewall
