package netstack

import (
	"gvisor.dev/gvisor/pkg/tcpip"
	gtcp "gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/waiter"

	"tandem/lab/host/tcp"
	"tandem/wire"
)

// Events implements host.Transport: it looks at every connection that rang and
// says what became of it.
func (s *Stack) Events(take func(tcp.Event)) {
	for {
		doors, conns := s.takeRung()
		if len(doors)+len(conns) == 0 {
			return
		}
		for _, l := range doors {
			s.accept(l)
		}
		for _, c := range conns {
			if s.conns[c.id] != nil {
				s.look(c)
			}
		}
		events := s.events
		s.events = nil
		for _, e := range events {
			take(e)
		}
	}
}

func (s *Stack) event(c *conn, k tcp.Kind) {
	s.events = append(s.events, tcp.Event{Conn: c.id, Kind: k, Port: c.port, Peer: c.peer, PeerPort: c.peerPort})
}

func (s *Stack) accept(l *listener) {
	for {
		var from tcpip.FullAddress
		ep, q, err := l.endpoint.Accept(&from)
		if err != nil {
			return
		}
		peer, _ := wire.ParseAddr(from.Addr.String())
		c := s.add(ep, q, peer, from.Port)
		c.port, c.established = l.port, true
		s.event(c, tcp.Accepted)
		s.ring(c) // data may have come before we listened to the endpoint
	}
}

// look turns the state of an endpoint into events. An endpoint that is over is
// dropped.
func (s *Stack) look(c *conn) {
	ready := c.endpoint.Readiness(waiter.AllEvents)
	state := gtcp.EndpointState(c.endpoint.State())
	if state == gtcp.StateError {
		s.event(c, failure(c.endpoint.LastError(), c.established))
		s.drop(c)
		return
	}
	if !c.established {
		if state == gtcp.StateSynSent || state == gtcp.StateSynRecv || state == gtcp.StateConnecting {
			return
		}
		c.established = true
		s.event(c, tcp.Established)
	}
	if ready&waiter.EventIn != 0 && !c.finished {
		s.event(c, tcp.Readable)
	}
	if peerDone(state) && !c.finished {
		c.finished = true
		s.event(c, tcp.Finished)
		s.ring(c) // look again, once the host has read what is left
		return
	}
	if c.blocked && ready&waiter.EventOut != 0 && !c.closing {
		c.blocked = false
		s.event(c, tcp.Writable)
	}
	if c.closing && (state == gtcp.StateTimeWait || state == gtcp.StateClose) {
		s.event(c, tcp.Closed)
		s.drop(c)
	}
}

// peerDone reports whether the peer's FIN has come.
func peerDone(s gtcp.EndpointState) bool {
	switch s {
	case gtcp.StateCloseWait, gtcp.StateClosing, gtcp.StateLastAck, gtcp.StateTimeWait, gtcp.StateClose:
		return true
	}
	return false
}

func failure(err tcpip.Error, established bool) tcp.Kind {
	switch err.(type) {
	case *tcpip.ErrConnectionRefused:
		return tcp.Refused
	case *tcpip.ErrTimeout, *tcpip.ErrHostUnreachable, *tcpip.ErrNetworkUnreachable:
		return tcp.TimedOut
	}
	if established {
		return tcp.Reset
	}
	return tcp.Refused
}
