//go:build linux && !386

package kernel

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"syscall"
	"time"

	lib "github.com/ishidawataru/sctp"

	"tandem/ipc/sctp"
	"tandem/wire"
)

// Available returns nil when the kernel can open SCTP sockets, and else one
// line that wraps the kernel's error: ErrUnsupported where it has no SCTP.
func Available() error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, syscall.IPPROTO_SCTP)
	if errors.Is(err, syscall.EPROTONOSUPPORT) {
		return fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	if err != nil {
		return fmt.Errorf("ipc: SCTP socket: %w", err)
	}
	return syscall.Close(fd)
}

// poll is how often a blocked accept looks whether it is still wanted.
const poll = 250 * time.Millisecond

// dial establishes the association. Sockets have a client and a server, the
// configuration has not: the side with the lower address connects.
func dial(cfg sctp.Config, stop <-chan struct{}) (conn, error) {
	local, remote := address(cfg.Local, cfg.LocalPort), address(cfg.Remote, cfg.RemotePort)
	socket := lib.SocketConfig{
		Control: func(_, _ string, c syscall.RawConn) error { return configure(c, cfg) },
		InitMsg: lib.InitMsg{NumOstreams: 16, MaxInstreams: 16, MaxAttempts: 8, MaxInitTimeout: uint16(cfg.RTOMax.Milliseconds())},
	}
	if slices.Min(cfg.Local) < slices.Min(cfg.Remote) {
		c, err := socket.Dial("sctp4", local, remote)
		if err != nil {
			return nil, fmt.Errorf("ipc: SCTP connect: %w", err)
		}
		return newSocket(c)
	}
	ln, err := socket.Listen("sctp4", local)
	if err != nil {
		return nil, fmt.Errorf("ipc: SCTP listen: %w", err)
	}
	defer ln.Close()
	for {
		select {
		case <-stop:
			return nil, net.ErrClosed
		default:
		}
		c, err := ln.AcceptSCTP()
		switch {
		case errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EINTR):
		case err != nil:
			return nil, fmt.Errorf("ipc: SCTP accept: %w", err)
		case !from(c, cfg.Remote):
			_ = c.Close() // a stranger
		default:
			return newSocket(c)
		}
	}
}

// address returns addresses and port in the form of the SCTP package.
func address(list []wire.Addr, port uint16) *lib.SCTPAddr {
	a := &lib.SCTPAddr{Port: int(port)}
	for _, v := range list {
		b := v.Bytes()
		a.IPAddrs = append(a.IPAddrs, net.IPAddr{IP: net.IP(b[:])})
	}
	return a
}

// from reports whether every address of the peer is one of list.
func from(c *lib.SCTPConn, list []wire.Addr) bool {
	a, ok := c.RemoteAddr().(*lib.SCTPAddr)
	if !ok || len(a.IPAddrs) == 0 {
		return false
	}
	for _, ip := range a.IPAddrs {
		b := ip.IP.To4()
		if b == nil || !slices.Contains(list, wire.Addr(binary.BigEndian.Uint32(b))) {
			return false
		}
	}
	return true
}

// configure sets what the SCTP package has no calls for, before bind and
// connect: RTO, retransmission limits, heartbeat and no delay (RFC 6458
// sections 8.1.1, 8.1.2, 8.1.5 and 8.1.12; Linux packs the structures).
func configure(c syscall.RawConn, cfg sctp.Config) error {
	order := binary.NativeEndian
	rto := make([]byte, 16) // association, initial, max, min
	order.PutUint32(rto[4:], uint32(min(max(time.Second, cfg.RTOMin), cfg.RTOMax).Milliseconds()))
	order.PutUint32(rto[8:], uint32(cfg.RTOMax.Milliseconds()))
	order.PutUint32(rto[12:], uint32(cfg.RTOMin.Milliseconds()))
	assoc := make([]byte, 20) // association, max retransmissions, ...
	order.PutUint16(assoc[4:], uint16(cfg.AssocMaxRetrans))
	paths := make([]byte, 152) // association, 128 bytes of address, heartbeat, max retransmissions, ...
	order.PutUint32(paths[132:], uint32(cfg.HeartbeatInterval.Milliseconds()))
	order.PutUint16(paths[136:], uint16(cfg.PathMaxRetrans))
	order.PutUint32(paths[146:], 1) // SPP_HB_ENABLE
	var failed error
	err := c.Control(func(fd uintptr) {
		for _, o := range []struct {
			name  string
			code  int
			value []byte
		}{
			{"RTOINFO", lib.SCTP_RTOINFO, rto},
			{"ASSOCINFO", lib.SCTP_ASSOCINFO, assoc},
			{"PEER_ADDR_PARAMS", lib.SCTP_PEER_ADDR_PARAMS, paths},
			{"NODELAY", lib.SCTP_NODELAY, order.AppendUint32(nil, 1)},
		} {
			if err := syscall.SetsockoptString(int(fd), lib.SOL_SCTP, o.code, string(o.value)); err != nil {
				failed = errors.Join(failed, fmt.Errorf("ipc: SCTP_%s: %w", o.name, err))
			}
		}
		tv := syscall.NsecToTimeval(int64(poll))
		failed = errors.Join(failed, syscall.SetsockoptTimeval(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &tv))
	})
	return errors.Join(err, failed)
}

// socket is a conn of the kernel. The descriptor stays open until the reader
// has left it, so that its number cannot come to mean another file.
type socket struct {
	c  *lib.SCTPConn
	fd int

	mu       sync.Mutex
	reads    bool // the reader is in the kernel
	leaving  bool
	aborted  bool
	released bool
}

func newSocket(c *lib.SCTPConn) (conn, error) {
	s := &socket{c: c}
	raw, err := c.SyscallConn()
	if err == nil {
		err = raw.Control(func(fd uintptr) { s.fd = int(fd) })
	}
	if err == nil {
		err = c.SubscribeEvents(lib.SCTP_EVENT_ASSOCIATION | lib.SCTP_EVENT_ADDRESS)
	}
	if err == nil {
		tv := syscall.NsecToTimeval(int64(poll))
		err = syscall.SetsockoptTimeval(s.fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &tv)
	}
	if err != nil {
		_ = c.Close()
		return nil, fmt.Errorf("ipc: SCTP socket: %w", err)
	}
	return s, nil
}

// read calls the kernel itself: the SCTP package's own read loses MSG_EOR, so
// that a long message would look like several.
func (s *socket) read(b []byte) (part, error) {
	for {
		if !s.enter() {
			return part{}, net.ErrClosed
		}
		n, _, flags, _, err := syscall.Recvmsg(s.fd, b, nil, 0)
		s.exit()
		switch {
		case errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EINTR): // the read timeout
		case err != nil:
			return part{}, err
		case flags&lib.MSG_NOTIFICATION != 0:
			if ev := notification(b[:n]); ev != nil {
				return part{event: ev}, nil
			}
		case n == 0:
			return part{}, io.EOF
		default:
			return part{n: n, end: flags&syscall.MSG_EOR != 0}, nil
		}
	}
}

func (s *socket) write(stream uint16, order sctp.Order, msg []byte) error {
	info := &lib.SndRcvInfo{Stream: stream}
	if order == sctp.Unordered {
		info.Flags = lib.SCTP_UNORDERED
	}
	_, err := s.c.SCTPWrite(msg, info)
	return err
}

// enter marks the reader as being in the kernel, unless the socket is left.
func (s *socket) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads = !s.leaving
	return s.reads
}

func (s *socket) exit() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads = false
	s.release()
}

// close starts the SHUTDOWN sequence; the reader, which polls, then lets go of
// the descriptor.
func (s *socket) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.released && !s.aborted {
		_ = syscall.Shutdown(s.fd, syscall.SHUT_WR)
	}
	s.leaving = true
	s.release()
}

// abort has the last close of the descriptor send ABORT, which is what a
// linger time of nothing means; Linux refuses the flag SCTP_ABORT on sockets
// of one association.
func (s *socket) abort() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.released {
		s.aborted = true
		_ = syscall.SetsockoptLinger(s.fd, syscall.SOL_SOCKET, syscall.SO_LINGER, &syscall.Linger{Onoff: 1})
	}
	s.leaving = true
	s.release()
}

// release closes the descriptor once nobody needs it. The caller holds mu.
func (s *socket) release() {
	if s.leaving && !s.reads && !s.released {
		s.released = true
		if s.aborted {
			_ = syscall.Close(s.fd) // the SCTP package's own would shut down first
			return
		}
		_ = s.c.Close()
	}
}

// why maps the error that ended a read.
func why(err error) sctp.Why {
	switch {
	case errors.Is(err, io.EOF):
		return sctp.ShutdownDone
	case errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.ECONNABORTED) || errors.Is(err, syscall.EPIPE):
		return sctp.PeerAborted
	case errors.Is(err, net.ErrClosed):
		return sctp.LocalAborted
	}
	return sctp.Unreachable
}
