package terminal

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// acceptPause is the time before a failed accept is tried again.
const acceptPause = 50 * time.Millisecond

// Server accepts connections on one address and hands each to its own call of
// attach, which serves it until it ends.
type Server struct {
	listener net.Listener
	attach   func(net.Conn)
	serving  sync.WaitGroup

	mu     sync.Mutex
	conns  map[net.Conn]struct{}
	closed bool
}

// Listen serves a TCP address, "127.0.0.1:2001" for example, until Close. For
// the console of a router attach is Console.Telnet.
func Listen(address string, attach func(net.Conn)) (*Server, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("terminal: %w", err)
	}
	return Serve(l, attach), nil
}

// Serve is Listen on a listener that is already there. The server closes it.
func Serve(l net.Listener, attach func(net.Conn)) *Server {
	s := &Server{listener: l, attach: attach, conns: make(map[net.Conn]struct{})}
	s.serving.Go(s.accept)
	return s
}

// Addr is the address served, with the port the host chose for port 0.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // out of file descriptors, for example: it may pass
			time.Sleep(acceptPause)
			continue
		}
		if !s.add(conn) {
			conn.Close()
			return
		}
		s.serving.Go(func() {
			defer s.remove(conn)
			s.attach(conn)
		})
	}
}

func (s *Server) add(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.conns[conn] = struct{}{}
	return true
}

func (s *Server) remove(conn net.Conn) {
	s.mu.Lock()
	delete(s.conns, conn)
	s.mu.Unlock()
	conn.Close()
}

// Close stops listening, drops every connection and waits until attach has
// returned for all of them: close the consoles they are attached to first.
func (s *Server) Close() error {
	err := s.listener.Close()
	s.mu.Lock()
	s.closed = true
	for conn := range s.conns {
		conn.Close()
	}
	s.mu.Unlock()
	s.serving.Wait()
	if err != nil {
		return fmt.Errorf("terminal: %w", err)
	}
	return nil
}
