package modes

import (
	"tandem/parser"
	"tandem/wire"
)

// ICMP types that show ip traffic counts (RFC 792, RFC 950, RFC 1256).
const (
	icmpEchoReply = 0
	icmpUnreach   = 3
	icmpQuench    = 4
	icmpRedirect  = 5
	icmpEcho      = 8
	icmpAdvert    = 9
	icmpSolicit   = 10
	icmpExceeded  = 11
	icmpParameter = 12
	icmpStamp     = 13
	icmpStampBack = 14
	icmpInfo      = 15
	icmpInfoBack  = 16
	icmpMask      = 17
	icmpMaskBack  = 18
	icmpOthers    = 19
)

// showIPTraffic follows sample show_ip_traffic, then names every reason for
// which packets were dropped.
func showIPTraffic(x *Exec, _ parser.Args) {
	t := x.Device.Plane().Traffic()
	x.Printf("IP statistics:\n  Rcvd:  %d total, %d local destination\n", t.Received, t.Delivered)
	x.Printf("         %d format errors, %d checksum errors, %d bad hop count\n",
		t.Drops[wire.BadIPHeader], t.Drops[wire.BadIPChecksum], t.Drops[wire.TTLExpired])
	x.Printf("         %d unknown protocol, %d not a gateway\n", t.Drops[wire.UnknownProtocol], t.Drops[wire.NotForUs])
	x.Printf("         0 security failures, 0 bad options, %d with options\n", t.WithOptions)
	x.Print("  Opts:  0 end, 0 nop, 0 basic security, 0 loose source route\n" +
		"         0 timestamp, 0 extended security, 0 record route\n" +
		"         0 stream ID, 0 strict source route, 0 alert, 0 cipso, 0 ump\n         0 other\n")
	x.Printf("  Frags: %d reassembled, %d timeouts, %d couldn't reassemble\n", t.Reassembled, t.ReassemblyTimeouts, t.ReassemblyFailures)
	x.Printf("         %d fragmented, %d couldn't fragment\n", t.Fragmented, t.CannotFragment)
	x.Printf("  Bcast: %d received, %d sent\n  Mcast: %d received, %d sent\n", t.BroadcastsIn, t.BroadcastsOut, t.MulticastsIn, t.MulticastsOut)
	x.Printf("  Sent:  %d generated, %d forwarded\n", t.Generated, t.Forwarded)
	x.Printf("  Drop:  %d encapsulation failed, %d unresolved, %d no adjacency\n", t.Drops[wire.NoARP], t.Drops[wire.ARPQueueFull], t.Drops[wire.InterfaceDown])
	x.Printf("         %d no route, %d unicast RPF, %d forced drop\n", t.Drops[wire.NoRoute], 0, t.Drops[wire.ACLDenied]+t.Drops[wire.InspectDenied])
	x.Print("         0 options denied, 0 source IP address zero\n\n")
	in, out := t.ICMPIn, t.ICMPOut
	x.Printf("ICMP statistics:\n  Rcvd: 0 format errors, %d checksum errors, %d redirects, %d unreachable\n",
		t.ICMPBadChecksum, in[icmpRedirect], in[icmpUnreach])
	x.Printf("        %d echo, %d echo reply, %d mask requests, %d mask replies, %d quench\n",
		in[icmpEcho], in[icmpEchoReply], in[icmpMask], in[icmpMaskBack], in[icmpQuench])
	x.Printf("        %d parameter, %d timestamp, %d info request, %d other\n",
		in[icmpParameter], in[icmpStamp]+in[icmpStampBack], in[icmpInfo]+in[icmpInfoBack], in[icmpOthers]+in[icmpExceeded])
	x.Printf("        %d irdp solicitations, %d irdp advertisements\n", in[icmpSolicit], in[icmpAdvert])
	x.Printf("  Sent: %d redirects, %d unreachable, %d echo, %d echo reply\n",
		out[icmpRedirect], out[icmpUnreach], out[icmpEcho], out[icmpEchoReply])
	x.Printf("        %d mask requests, %d mask replies, %d quench, %d timestamp\n",
		out[icmpMask], out[icmpMaskBack], out[icmpQuench], out[icmpStamp]+out[icmpStampBack])
	x.Printf("        %d info reply, %d time exceeded, %d parameter problem\n", out[icmpInfoBack], out[icmpExceeded], out[icmpParameter])
	x.Printf("        %d irdp solicitations, %d irdp advertisements\n\n", out[icmpSolicit], out[icmpAdvert])
	x.Printf("UDP statistics:\n  Rcvd: %d total, 0 checksum errors, %d no port\n\n", t.UDPIn, t.UDPNoPort)
	x.Printf("TCP statistics:\n  Rcvd: %d total, 0 checksum errors, %d no port\n\n", t.TCPIn, t.TCPNoPort)
	x.Printf("SCTP statistics:\n  Rcvd: %d total\n\n", t.SCTPIn)
	x.Printf("ARP statistics:\n  Rcvd: %d requests, %d replies, 0 reverse, %d other\n", t.ARPRequestsIn, t.ARPRepliesIn, t.ARPOtherIn)
	x.Printf("  Sent: %d requests, %d replies (%d proxy), 0 reverse\n", t.ARPRequestsOut, t.ARPRepliesOut, t.ARPProxyOut)
	x.Printf("  Drop due to input queue full: %d\n", t.Drops[wire.QueueFull])
	x.Print("\nDrops by reason:\n")
	for why := wire.NotDropped + 1; why < wire.Reasons; why++ {
		if t.Drops[why] > 0 {
			x.Printf("  %-24s %d\n", why, t.Drops[why])
		}
	}
	showRIPIgnored(x)
}
