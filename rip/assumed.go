package rip

import "time"

// What no source settles, in one place.
const (
	updateSpread  = 15               // percent by which a periodic update may come early
	gapMin        = time.Second      // between two triggered updates (RFC 2453 section 3.10.1)
	gapMax        = 5 * time.Second  // likewise
	networkLimit  = 65536            // networks remembered
	sourceLimit   = 256              // neighbours remembered for show ip protocols
	defaultMetric = 1                // of a redistributed network without a metric
	ownMetric     = 1                // of a connected network, on the wire
	firstUpdate   = 1 * time.Second  // from "router rip" to the first full update
	neverFlushed  = time.Duration(0) // garbage time where flush is not above invalid
)
