package terminal

import (
	"bytes"
	"io"
	"time"
)

// Bounds of one connection, in bytes.
const (
	keyLimit    = 16 << 10 // typed ahead on a console before its connections are not read
	outputPause = 1 << 20  // not taken by a connection before that connection is not read
	outputLimit = 8 << 20  // not taken by a connection before it is given up: one answer may be long
)

// flushTime is how long a connection that ends may take for its last output.
const flushTime = 5 * time.Second

// peer is one connection to a console: a keyboard and a screen. Its fields are
// guarded by the console's lock.
type peer struct {
	console *Console
	conn    io.ReadWriteCloser
	out     []byte        // for its screen
	wake    chan struct{} // there is output, or the peer is leaving
	leaving bool          // close the connection when out is sent
	dead    bool          // the connection does not work any more
	gone    chan struct{} // closed when every key it sent was taken
}

// emit queues output. A screen that has stopped taking any is given up, so
// that it holds up neither the console nor the router.
func (p *peer) emit(text []byte) {
	if p.dead || p.leaving {
		return
	}
	if len(p.out) > outputLimit {
		p.dead = true
		p.conn.Close()
		return
	}
	p.out = append(p.out, text...)
	p.poke()
}

func (p *peer) poke() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// write sends output until the peer has left. Everything queued by one call of
// the console leaves in one write.
func (p *peer) write() {
	c := p.console
	for range p.wake {
		c.mu.Lock()
		out, done := p.out, p.leaving || p.dead
		p.out = nil
		if len(out) > outputPause {
			c.changed.Broadcast() // it may be read again
		}
		c.mu.Unlock()
		if len(out) > 0 {
			if _, err := p.conn.Write(out); err != nil {
				c.mu.Lock()
				p.dead, done = true, true
				c.changed.Broadcast()
				c.mu.Unlock()
			}
		}
		if done {
			p.conn.Close()
			return
		}
	}
}

// read takes keys until the connection ends; io.EOF says that it ended in good
// order.
func (p *peer) read() error {
	var raw [4096]byte
	var enter enterFilter
	for {
		n, err := p.conn.Read(raw[:])
		p.console.typed(p, enter.filter(raw[:n]))
		if err != nil {
			return err
		}
	}
}

// leave lets the last output out and then closes the connection.
func (p *peer) leave() {
	p.leaving = true
	if d, ok := p.conn.(interface{ SetWriteDeadline(time.Time) error }); ok {
		d.SetWriteDeadline(time.Now().Add(flushTime)) // fails only when it is closed already
	}
	p.poke()
}

// enterFilter makes one Enter of CR, LF, CR LF and CR NUL, and drops other NULs.
type enterFilter struct{ afterCR bool }

// filter rewrites typed bytes in place.
func (f *enterFilter) filter(typed []byte) []byte {
	if bytes.IndexByte(typed, '\n') < 0 && bytes.IndexByte(typed, 0) < 0 {
		if n := len(typed); n > 0 {
			f.afterCR = typed[n-1] == '\r'
		}
		return typed
	}
	kept := typed[:0]
	for _, b := range typed {
		after := f.afterCR
		f.afterCR = b == '\r'
		switch {
		case b == 0, b == '\n' && after:
		case b == '\n':
			kept = append(kept, '\r')
		default:
			kept = append(kept, b)
		}
	}
	return kept
}
