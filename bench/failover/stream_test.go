//go:build linux

package failover

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

func startStream(t *testing.T, f *field) *stream {
	t.Helper()
	f.echo(t)
	c, err := f.inside.Dial("tcp", serverAddr+":7")
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
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		select {
		case <-s.stop:
			_ = s.conn.(*net.TCPConn).CloseWrite()
			return
		case <-tick.C:
		}
		b := record(number)
		if _, err := s.conn.Write(b[:]); err != nil {
			return
		}
		number++
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

// more waits for so many further records.
func (s *stream) more(t *testing.T, records int) {
	t.Helper()
	count := func() int {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.back)
	}
	enough := count() + records
	require.Eventually(t, func() bool { return count() >= enough }, patience, time.Millisecond)
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
