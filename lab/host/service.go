package host

import (
	"errors"
	"fmt"

	"tandem/clock"
	"tandem/lab/host/tcp"
)

// Errors of starting a service.
var (
	ErrServed = errors.New("host: already served")
	ErrProto  = errors.New("host: neither tcp nor udp")
)

type udpService struct {
	port      uint16
	datagrams uint64
}

type tcpService struct {
	port     uint16
	accepted uint64
	open     uint64
	bytes    uint64
}

// echo is one accepted connection; what the transport would not take waits.
type echo struct {
	service  *tcpService
	pending  []byte
	finished bool
}

// serve starts an echo service. It returns ErrServed when it runs already.
func (h *Host) serve(s Service) error {
	switch s.Proto {
	case "tcp":
		if err := h.transport.Listen(s.Port); errors.Is(err, tcp.ErrPortInUse) {
			return fmt.Errorf("%w: tcp port %d", ErrServed, s.Port)
		} else if err != nil {
			return err
		}
		h.tcpEcho = append(h.tcpEcho, &tcpService{port: s.Port})
		return nil
	case "udp":
		for _, u := range h.udpEcho {
			if u.port == s.Port {
				return fmt.Errorf("%w: udp port %d", ErrServed, s.Port)
			}
		}
		h.udpEcho = append(h.udpEcho, &udpService{port: s.Port})
		return nil
	}
	return fmt.Errorf("%w: %q", ErrProto, s.Proto)
}

func (h *Host) serviceEvent(now clock.Time, e tcp.Event) {
	if e.Kind == tcp.Accepted {
		for _, s := range h.tcpEcho {
			if s.port == e.Port {
				s.accepted++
				s.open++
				h.echoing[e.Conn] = &echo{service: s}
				return
			}
		}
		h.transport.Close(now, e.Conn)
		return
	}
	c := h.echoing[e.Conn]
	if c == nil {
		return
	}
	switch e.Kind {
	case tcp.Finished:
		c.finished = true
	case tcp.Closed, tcp.Reset, tcp.TimedOut, tcp.Refused:
		c.service.open--
		delete(h.echoing, e.Conn)
		return
	}
	h.echoBack(now, e.Conn, c)
}

// echoBack returns what came in. It reads no further while the transport does
// not take the answer, so that the peer's window closes.
func (h *Host) echoBack(now clock.Time, id tcp.Conn, c *echo) {
	var buf [4096]byte
	for {
		if len(c.pending) > 0 {
			n := h.transport.Write(now, id, c.pending)
			c.pending = c.pending[n:]
			if len(c.pending) > 0 {
				return
			}
		}
		n := h.transport.Read(now, id, buf[:])
		if n == 0 {
			break
		}
		c.service.bytes += uint64(n)
		c.pending = append(c.pending[:0], buf[:n]...)
	}
	if c.finished {
		h.transport.Close(now, id)
	}
}
