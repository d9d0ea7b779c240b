package hsrp

import "time"

// What no capture settles, in one place (reference ha, marks M and D).
const (
	announceAgain  = 3 * time.Second   // second gratuitous ARP and repeated client update after a takeover
	logInterval    = 30 * time.Second  // between two BADAUTH, DIFFVIP1 or DUPADDR logs of one source of trouble
	redirectPeriod = 60 * time.Second  // advertisements of a passive interface
	redirectHold   = 180 * time.Second // a silent neighbour is forgotten
	delayReload    = 5 * time.Second   // standby delay reload
	longestHold    = 255 * time.Second // a hold time heard above this is not believed
	shortestHello  = 15 * time.Millisecond
	suspectMargin  = 5 * time.Millisecond  // a suspected router's hello may be late by so much
	suspectFlight  = 10 * time.Millisecond // its hello may have been on the way for so long
	neighborLimit  = 32                    // neighbours remembered an interface

	// What a group that follows sends to refresh its MAC is an Active hello whose
	// hold time is so many refreshes. It may follow a group of any interface
	// (12.4T says of the same physical one), takes over its priority, and hears
	// nobody.
	refreshesMissed = 3

	// A group whose key chain has no key for now says nothing and believes
	// nobody: public pages only promise that authentication goes on and that a
	// message is logged. Its mnemonic:
	logNoKey = "NOKEY"
)
