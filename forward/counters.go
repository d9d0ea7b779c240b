package forward

import "tandem/wire"

// Counters are those of one interface. Every received frame ends in exactly
// one of Forwarded, Delivered and Drops, so their sum is InPackets.
type Counters struct {
	InPackets, InBytes   uint64 // frames; bytes include the Ethernet header
	InBroadcasts         uint64 // of InPackets, to ffff.ffff.ffff
	InMulticasts         uint64 // of InPackets, to other group addresses
	OutPackets, OutBytes uint64
	OutDrops             uint64 // frames refused by the full output queue
	Forwarded            uint64 // received here and sent on
	Delivered            uint64 // received here and consumed by this router
	ARPsIn, ARPBytesIn   uint64 // of InPackets
	ARPsOut, ARPBytesOut uint64
	OthersIn             uint64 // of InPackets, neither IP nor ARP
	OtherBytesIn         uint64
	Drops                [wire.Reasons]uint64
}

// Dropped is the sum of Drops.
func (c *Counters) Dropped() uint64 {
	var n uint64
	for _, v := range c.Drops {
		n += v
	}
	return n
}

// other counts a frame whose content was not looked at, and why.
func (f *iface) other(frame []byte, why wire.Reason) wire.Reason {
	f.count.OthersIn++
	f.count.OtherBytesIn += uint64(len(frame))
	return why
}

// icmpTypes is how many ICMP types are counted one by one; the last entry takes
// all higher ones.
const icmpTypes = 20

// Traffic are the totals behind show ip traffic (reference firewall 6.6).
type Traffic struct {
	Received, Delivered, Forwarded uint64 // IP packets
	Generated                      uint64 // IP packets of this router, before any was dropped
	WithOptions                    uint64
	BroadcastsIn, BroadcastsOut    uint64
	MulticastsIn, MulticastsOut    uint64
	Drops                          [wire.Reasons]uint64 // of all interfaces, and of what this router made

	Reassembled, ReassemblyTimeouts, ReassemblyFailures uint64
	Fragmented, CannotFragment                          uint64 // packets cut up; packets too big with DF

	ICMPIn, ICMPOut  [icmpTypes]uint64 // by type
	ICMPBadChecksum  uint64
	ICMPWithheld     uint64 // errors not sent: rate limit
	UDPIn, UDPNoPort uint64
	TCPIn, TCPNoPort uint64
	SCTPIn           uint64
	ARPRequestsIn    uint64
	ARPRepliesIn     uint64
	ARPOtherIn       uint64
	ARPRequestsOut   uint64
	ARPRepliesOut    uint64 // proxy replies included
	ARPProxyOut      uint64
}

// Counters returns those of an interface; of an unknown one, zeros.
func (pl *Plane) Counters(index int) Counters {
	if f := pl.iface(index); f != nil {
		return f.count
	}
	return Counters{}
}

// ClearCounters sets the counters of an interface to zero; the totals stay.
func (pl *Plane) ClearCounters(index int) {
	if f := pl.iface(index); f != nil {
		f.count = Counters{}
	}
}

// Traffic returns the totals of the router.
func (pl *Plane) Traffic() Traffic { return pl.traffic }

// drop counts one refused frame or packet; in is NoInterface for what this
// router made.
func (pl *Plane) drop(in int16, why wire.Reason) {
	pl.traffic.Drops[why]++
	if f := pl.iface(int(in)); f != nil {
		f.count.Drops[why]++
	}
}

// delivered counts one packet consumed here.
func (pl *Plane) delivered(in int16) {
	pl.traffic.Delivered++
	if f := pl.iface(int(in)); f != nil {
		f.count.Delivered++
	}
}

func icmpSlot(icmpType uint8) int { return min(int(icmpType), icmpTypes-1) }
