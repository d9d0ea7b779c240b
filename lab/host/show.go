package host

import (
	"cmp"
	"net/netip"
	"slices"

	"tandem/clock"
)

func (s *Shell) showFlows(now clock.Time, args []string) error {
	if err := nothing(args); err != nil {
		return err
	}
	h := s.host
	if len(h.flows) > 0 {
		s.printf("%4s %-5s %-21s %-11s %9s %9s %7s %6s %6s %7s %10s\n",
			"Flow", "Proto", "To", "State", "Sent", "Received", "Lost", "Dup", "Order", "Damaged", "Gap(ms)")
	}
	for _, x := range h.flows {
		f := x.facts()
		t := &f.Tally
		s.printf("%4d %-5s %-21s %-11s %9d %9d %7d %6d %6d %7d %10.1f\n", f.Number, f.Proto,
			endpoint(f), f.State, t.Sent, t.Received, t.Lost(now), t.Duplicated, t.OutOfOrder, t.Damaged,
			float64(t.Gap(now))/1e6)
		if f.Why != "" {
			s.printf("     last error: %s\n", f.Why)
		}
	}
	for _, f := range h.floods {
		s.printf("%s", f.line())
	}
	for _, v := range h.tcpEcho {
		s.printf("serving tcp port %d: %d connections, %d open, %d bytes sent back\n", v.port, v.accepted, v.open, v.bytes)
	}
	for _, v := range h.udpEcho {
		s.printf("serving udp port %d: %d datagrams sent back\n", v.port, v.datagrams)
	}
	return nil
}

func endpoint(f *Flow) string { return netip.AddrPortFrom(f.To.Netip(), f.Port).String() }

func (s *Shell) showARP(now clock.Time, args []string) error {
	if err := nothing(args); err != nil {
		return err
	}
	all := slices.Clone(s.host.neighbors)
	slices.SortFunc(all, func(a, b *neighbor) int { return cmp.Compare(a.addr, b.addr) })
	s.printf("%-15s  %-14s  %s\n", "Address", "MAC", "Age(s)")
	for _, n := range all {
		if n.known {
			s.printf("%-15s  %-14s  %d\n", n.addr, n.mac, now.Sub(n.heard).Milliseconds()/1000)
		} else {
			s.printf("%-15s  %-14s  -\n", n.addr, "incomplete")
		}
	}
	return nil
}

func (s *Shell) showInterface(_ clock.Time, args []string) error {
	if err := nothing(args); err != nil {
		return err
	}
	h := s.host
	c, n := h.config, h.counts
	carrier := "no carrier"
	if h.up {
		carrier = "carrier"
	}
	s.printf("address %s, MAC %s, %s\n", c.Address, c.MAC, carrier)
	if c.Gateway != 0 {
		s.printf("gateway %s\n", c.Gateway)
	}
	s.printf("in  %d frames, %d bytes; %d for others, %d malformed, %d unwanted, %d fragments\n",
		n.In, n.InBytes, n.NotForUs, n.Malformed, n.Unwanted, n.FragmentsLost)
	s.printf("out %d frames, %d bytes; %d without carrier, %d queue full, %d unresolved\n",
		n.Out, n.OutBytes, n.OutNoCarrier, n.OutQueueFull, n.Unresolved)
	return nil
}
