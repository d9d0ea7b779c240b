//go:build linux

package failover

import (
	"encoding/binary"
	"errors"
	"net"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// pace is the time from one packet of a flow to the next.
const pace = time.Millisecond

// pulse is a UDP flow of one numbered datagram a millisecond, each of which
// must reach the other end and come back: what does not was lost while nobody
// forwarded.
type pulse struct {
	conn    net.Conn
	mirror  net.PacketConn
	running sync.WaitGroup
	start   time.Time

	mu   sync.Mutex
	sent []time.Duration // by number
	got  []fate          // by number
	late time.Duration   // the most that a datagram was sent after its time
}

// fate is how far a datagram came.
type fate uint8

const (
	lostOut  fate = iota // it did not reach the other end
	lostBack             // its echo did not return
	returned
)

func startPulse(t *testing.T, f *field) *pulse {
	t.Helper()
	mirror, err := f.outside.ListenPacket("udp", serverAddr+":7")
	require.NoError(t, err)
	conn, err := f.inside.Dial("udp", serverAddr+":7")
	require.NoError(t, err)
	p := &pulse{conn: conn, mirror: mirror, start: time.Now()}
	p.running.Go(p.send)
	p.running.Go(p.receive)
	p.running.Go(p.reflect)
	t.Cleanup(func() {
		conn.Close()
		mirror.Close()
		p.running.Wait()
	})
	return p
}

// send keeps its pace on a thread of its own; a slot that was missed is
// not made up for.
func (p *pulse) send() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var b [32]byte
	next := p.start
	for {
		if next = next.Add(pace); time.Since(next) > pace {
			next = time.Now().Add(pace)
		}
		wait := unix.NsecToTimespec(int64(time.Until(next)))
		_ = unix.Nanosleep(&wait, nil)
		p.mu.Lock()
		p.late = max(p.late, time.Since(next))
		binary.BigEndian.PutUint64(b[:], uint64(len(p.sent)))
		p.sent, p.got = append(p.sent, time.Since(p.start)), append(p.got, lostOut)
		p.mu.Unlock()
		if _, err := p.conn.Write(b[:]); errors.Is(err, net.ErrClosed) {
			return // anything else is the news of a lost packet
		}
	}
}

func (p *pulse) note(b []byte, f fate) {
	if len(b) < 8 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := binary.BigEndian.Uint64(b); i < uint64(len(p.got)) {
		p.got[i] = max(p.got[i], f)
	}
}

func (p *pulse) receive() {
	var b [64]byte
	for {
		n, err := p.conn.Read(b[:])
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			p.note(b[:n], returned)
		}
	}
}

func (p *pulse) reflect() {
	var b [64]byte
	for {
		n, from, err := p.mirror.ReadFrom(b[:])
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			p.note(b[:n], lostBack)
			_, _ = p.mirror.WriteTo(b[:n], from)
		}
	}
}

// loss is what became of the datagrams sent in some time.
type loss struct {
	out, back int           // lost on the way there and back
	gap       time.Duration // longest time during which none of those sent came back
}

// lost looks at the datagrams sent since then. The last ones, on their way
// still, do not count.
func (p *pulse) lost(since time.Time) (l loss) {
	p.mu.Lock()
	defer p.mu.Unlock()
	from, first := since.Sub(p.start), -1
	var run loss
	for i, at := range p.sent {
		switch {
		case at < from:
		case p.got[i] != returned:
			if first < 0 {
				first, run = i, loss{}
			}
			if p.got[i] == lostOut {
				run.out++
			} else {
				run.back++
			}
		case first >= 0:
			l = loss{l.out + run.out, l.back + run.back, max(l.gap, at-p.sent[first])}
			first = -1
		}
	}
	return l
}

// pause is for how long the machine has kept even this thread waiting, at most,
// which goes before both pairs: what it measures includes that.
func (p *pulse) pause() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.late
}

// flows reports whether a datagram sent since then came back.
func (p *pulse) flows(since time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	from := since.Sub(p.start)
	for i := len(p.sent) - 1; i >= 0 && p.sent[i] >= from; i-- {
		if p.got[i] == returned {
			return true
		}
	}
	return false
}
