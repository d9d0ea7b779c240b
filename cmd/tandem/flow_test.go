package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// pace is the time from one packet of a flow to the next.
const pace = time.Millisecond

// pulse is a UDP flow of one numbered datagram a millisecond, each of which
// must come back: what does not was lost while nobody forwarded.
type pulse struct {
	conn  net.Conn
	start time.Time
	ended chan struct{}

	mu   sync.Mutex
	sent []time.Duration // by number
	back []bool          // by number
}

func startPulse(t *testing.T, from station, address string) *pulse {
	t.Helper()
	c, err := from.dial("udp", address)
	require.NoError(t, err)
	p := &pulse{conn: c, start: time.Now(), ended: make(chan struct{})}
	go p.send()
	go p.receive()
	t.Cleanup(func() {
		c.Close()
		<-p.ended
	})
	return p
}

func (p *pulse) send() {
	defer close(p.ended)
	var b [32]byte
	for {
		p.mu.Lock()
		binary.BigEndian.PutUint64(b[:], uint64(len(p.sent)))
		p.sent, p.back = append(p.sent, time.Since(p.start)), append(p.back, false)
		p.mu.Unlock()
		if _, err := p.conn.Write(b[:]); errors.Is(err, net.ErrClosed) {
			return // anything else is the news of a lost packet
		}
		time.Sleep(pace)
	}
}

func (p *pulse) receive() {
	var b [64]byte
	for {
		n, err := p.conn.Read(b[:])
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil || n < 8 {
			continue
		}
		p.mu.Lock()
		if i := binary.BigEndian.Uint64(b[:]); i < uint64(len(p.back)) {
			p.back[i] = true
		}
		p.mu.Unlock()
	}
}

// lost returns how many of the datagrams sent since then did not come back,
// and the longest time during which none of those sent did. The last ones, on
// their way still, do not count.
func (p *pulse) lost(since time.Time) (packets int, gap time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	from, first := since.Sub(p.start), -1
	for i, at := range p.sent {
		switch {
		case at < from:
		case !p.back[i] && first < 0:
			first = i
		case p.back[i] && first >= 0:
			packets += i - first
			gap = max(gap, at-p.sent[first])
			first = -1
		}
	}
	return packets, gap
}

// flows reports whether a datagram sent since then came back.
func (p *pulse) flows(since time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	from := since.Sub(p.start)
	for i := len(p.sent) - 1; i >= 0 && p.sent[i] >= from; i-- {
		if p.back[i] {
			return true
		}
	}
	return false
}

// stream is a TCP connection of the kernel on which one numbered record a
// millisecond goes out and must come back, in order and unharmed.
type stream struct {
	conn    net.Conn
	start   time.Time
	stop    chan struct{}
	written chan uint64 // records, when it is over
	checked chan error

	mu   sync.Mutex
	back []time.Duration // by record
}

// recordLen is the length of a record in bytes: its number, four times.
const recordLen = 32

func startStream(t *testing.T, from station, address string) *stream {
	t.Helper()
	c, err := from.dial("tcp", address)
	require.NoError(t, err)
	s := &stream{
		conn: c, start: time.Now(), stop: make(chan struct{}),
		written: make(chan uint64, 1), checked: make(chan error, 1),
	}
	go s.send()
	go s.receive()
	t.Cleanup(func() { c.Close() })
	return s
}

func record(number uint64) (b [recordLen]byte) {
	for i := 0; i < recordLen; i += 8 {
		binary.BigEndian.PutUint64(b[i:], number)
	}
	return b
}

func (s *stream) send() {
	var number uint64
	defer func() { s.written <- number }()
	for {
		select {
		case <-s.stop:
			_ = s.conn.(*net.TCPConn).CloseWrite()
			return
		default:
		}
		b := record(number)
		if _, err := s.conn.Write(b[:]); err != nil {
			return
		}
		number++
		time.Sleep(pace)
	}
}

func (s *stream) receive() {
	var b [recordLen]byte
	for number := uint64(0); ; number++ {
		if _, err := io.ReadFull(s.conn, b[:]); err != nil {
			if !errors.Is(err, io.EOF) {
				s.checked <- fmt.Errorf("record %d: %w", number, err)
				return
			}
			if sent := <-s.written; sent != number {
				s.checked <- fmt.Errorf("%d records went out, %d came back", sent, number)
			}
			close(s.checked)
			return
		}
		if b != record(number) {
			s.checked <- fmt.Errorf("record %d came back as %x", number, b)
			return
		}
		s.mu.Lock()
		s.back = append(s.back, time.Since(s.start))
		s.mu.Unlock()
	}
}

// gap returns the longest time since then without a record that came back.
func (s *stream) gap(since time.Time) (gap time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := since.Sub(s.start)
	for _, at := range s.back {
		if at > last {
			gap, last = max(gap, at-last), at
		}
	}
	return gap
}

// flows reports whether a record came back since then.
func (s *stream) flows(since time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.back) > 0 && s.back[len(s.back)-1] >= since.Sub(s.start)
}

// grown reports whether the connection is out of slow start: before that the
// kernel may send nothing new while something is lost, and waits for its timer.
func (s *stream) grown() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.back) >= 500
}

// finish ends the connection and returns what was wrong with it: a reset, a
// byte lost, damaged or out of order.
func (s *stream) finish() error {
	close(s.stop)
	if err := s.conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	return <-s.checked
}

// reflect sends datagrams back from an address of the station.
func (s station) reflect(address string) string {
	s.t.Helper()
	var c net.PacketConn
	require.NoError(s.t, s.do(func() (err error) {
		c, err = net.ListenPacket("udp", address)
		return err
	}))
	s.t.Cleanup(func() { c.Close() })
	go func() {
		var b [2048]byte
		for {
			n, from, err := c.ReadFrom(b[:])
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err == nil {
				_, _ = c.WriteTo(b[:n], from)
			}
		}
	}()
	return c.LocalAddr().String()
}
