package wire

import "errors"

// ErrFormat is wrapped by every decoder that refuses what it was given.
var ErrFormat = errors.New("wire: malformed")

// Reason says why a packet was dropped. Every drop anywhere has one; counters,
// traces and show commands are indexed by it. NotDropped is the zero value.
type Reason uint8

// The reasons. Add here, never drop without one.
const (
	NotDropped        Reason = iota
	BadEthernet              // frame shorter than its header
	NotForUs                 // unicast frame to another station
	UnknownEtherType         // neither IPv4 nor ARP
	BadARP                   // malformed ARP
	BadIPHeader              // malformed IPv4 header or length
	BadIPChecksum            // header checksum wrong
	BadTransport             // transport header malformed or cut short
	BadSource                // source is a group, loopback or own address
	NoIP                     // interface has no IP address
	InterfaceDown            // out interface is down
	TTLExpired               // bad hop count
	NoRoute                  // no matching route
	NoARP                    // encapsulation failed: neighbour unresolved
	ARPQueueFull             // too many packets wait for one neighbour
	TooBig                   // larger than the MTU with DF set
	ACLDenied                // refused by an access list
	InspectDenied            // refused by the inspection engine
	BadHSRP                  // malformed or foreign HSRP message
	BadHSRPAuth              // HSRP authentication failed
	BadSCTP                  // malformed SCTP packet or bad checksum
	NoListener               // nobody listens on that port
	UnknownProtocol          // protocol the router does not speak
	MulticastUnwanted        // group nobody joined
	QueueFull                // bounded queue overflow
	RateLimited              // an ICMP error withheld
	FragmentLost             // reassembly gave up
	Blackhole                // routed to Null0
	CarrierLost              // port without carrier
	Reasons                  // number of reasons, keep last
)

var reasonText = [Reasons]string{
	"not dropped", "bad ethernet", "not for us", "unknown ethertype", "bad arp", "bad ip header", "bad ip checksum",
	"bad transport header", "bad source", "no ip address", "interface down", "bad hop count", "no route",
	"encapsulation failed", "arp queue full", "too big", "acl denied", "inspection denied", "bad hsrp",
	"bad hsrp authentication", "bad sctp", "no listener", "unknown protocol", "multicast unwanted", "queue full",
	"rate limited", "fragment lost", "null interface", "carrier lost",
}

// String names r for counters and traces.
func (r Reason) String() string {
	if r >= Reasons {
		return "unknown reason"
	}
	return reasonText[r]
}
