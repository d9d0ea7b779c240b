package forward

import "time"

// What no sample shows: from memory or decided, gathered here so that better
// evidence can replace it.
const (
	arpTimeout      = 4 * time.Hour    // reference firewall 6.4: the default of an interface
	arpRetry        = time.Second      // between requests for one neighbour, assumed
	arpTries        = 4                // requests before an entry goes, assumed
	arpLimit        = 65536            // neighbours of one router, assumed
	arpIncomplete   = 1024             // of them unresolved, so that a scan cannot fill the table, assumed
	duplicateEvery  = time.Minute      // reference firewall 6.3: one DUPADDR a minute
	reassemblyTime  = 30 * time.Second // within the 15 to 60 s RFC 1122 section 3.3.2 asks for, assumed
	reassemblyLimit = 64               // datagrams held, assumed
	fragmentLimit   = 64               // fragments of one datagram, assumed

	unreachableEvery = 500 * time.Millisecond // reference firewall 6.7: ip icmp rate-limit unreachable
	redirectEvery    = 500 * time.Millisecond // assumed equal
	localTTL         = 255                    // of what the router makes itself, assumed
	maximumPaths     = 16                     // reference firewall 6.2: show ip route summary

	outputQueue = 32768            // frames waiting for Drain on one interface: 4096 HSRP groups that take over send seven each, decided
	selfQueue   = 256              // packets to own addresses in flight, decided
	logQueue    = 256              // messages waiting for Messages, decided
	probeGap    = time.Millisecond // least time between two probes, assumed
	eventQueue  = 8192             // events waiting for Events, decided
)
