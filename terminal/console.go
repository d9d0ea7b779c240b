// Package terminal is what stands between a router's sessions and the people
// and programs at their terminals: line editing, echo, history, the pager, and
// the telnet connections that carry them. It knows a router only as Line and
// router.Screen.
package terminal

import (
	"errors"
	"io"
	"net"
	"strings"
	"sync"

	"tandem/clock"
	"tandem/router"
)

// Line is one line of a router: the place where its sessions are reached.
type Line interface {
	// Do runs f in the goroutine that drives the router, now or later but in
	// the order of the calls, with the session that then is on the line.
	Do(f func(now clock.Time, s router.Session))
}

// Console is the line discipline of one line. It outlives the sessions on the
// line, so a router may reload under it, and any number of connections may be
// attached at once: like terminals on one serial cable they all see the same
// output, and what they type is merged byte by byte.
//
// Keys are taken when their reader is there: what is typed while a command
// runs waits for the next prompt, is echoed behind it, and while too much of it
// waits the connections are not read. Enter echoes a line end except where one
// key is wanted; "?" and Ctrl-Z show themselves and a line end.
type Console struct {
	line Line

	mu      sync.Mutex
	changed *sync.Cond // keys, screen, peers or closed
	started bool
	closed  bool
	done    chan struct{} // closed when the console's own goroutine has ended

	peers   []*peer
	ended   []*peer // whose keyGone is still among the keys
	keys    []key
	escaped bool // the key before was the escape character: an x belongs to it

	screen router.Screen   // the last one that was not a message
	queue  []router.Screen // waiting for the pager
	more   bool            // a message follows the last screen at once
	change int             // counts screens: a line being edited is stale when it moves on
	want   router.Want     // in force: what the screen wants, or nothing while a command runs
	pager  pager
	column int    // of the cursor
	text   string // on the screen behind the prompt
	paint  painter

	histories [2]history // exec, configuration
}

// NewConsole makes the console of a line. It does nothing of its own before a
// connection is attached.
func NewConsole(line Line) *Console {
	c := &Console{line: line, want: router.WantNothing, done: make(chan struct{})}
	c.changed = sync.NewCond(&c.mu)
	return c
}

// Telnet serves one telnet connection until it ends.
func (c *Console) Telnet(conn net.Conn) { c.Attach(NewTelnet(conn, c.Resize)) }

// Attach serves one connection, a stream of keys and text, until it breaks, or
// ends and all its keys are used up, or the session or Close drops it. A line
// that was half typed when the last connection ends is forgotten. The
// connection is closed in any case.
//
// A line that lives as long as one connection (vty) has a console of its own:
// make it, Open, then hang up the session and Close.
func (c *Console) Attach(conn io.ReadWriteCloser) { c.Open(conn, func() {}) }

// Open is Attach with a session that begins now: open starts it, once the
// connection sees all that the session shows and before a key of it is taken.
func (c *Console) Open(conn io.ReadWriteCloser, open func()) {
	p := &peer{console: c, conn: conn, wake: make(chan struct{}, 1), gone: make(chan struct{})}
	c.mu.Lock()
	if c.closed || !c.start() {
		c.mu.Unlock()
		conn.Close()
		return
	}
	c.peers = append(c.peers, p)
	p.emit([]byte(c.standing()))
	c.mu.Unlock()
	open()

	written := make(chan struct{})
	go func() {
		p.write()
		close(written)
	}()
	err := p.read()
	c.mu.Lock()
	c.ended = append(c.ended, p)
	c.keys = append(c.keys, keyGone)
	if !errors.Is(err, io.EOF) {
		p.dead = true
		p.poke()
	}
	broken := p.dead
	c.changed.Broadcast()
	c.mu.Unlock()
	if !broken {
		select {
		case <-p.gone:
		case <-c.done:
		}
	}
	<-written
}

// start runs the console's own goroutine, once.
func (c *Console) start() bool {
	if c.started {
		return true
	}
	e, err := newEditor(c.next, c.edited)
	if err != nil {
		return false
	}
	e.ahead = c.ahead
	c.started = true
	go c.run(e)
	return true
}

// Close drops every connection and ends the console. It does not hang up the
// session. It must not be called from the router's goroutine.
func (c *Console) Close() {
	c.mu.Lock()
	c.closed = true
	for _, p := range c.peers {
		p.leave()
	}
	if !c.started {
		c.started = true
		close(c.done)
	}
	c.changed.Broadcast()
	c.mu.Unlock()
	<-c.done
}

// Resize tells the session the size of a terminal in lines and columns.
func (c *Console) Resize(length, width int) {
	c.line.Do(func(_ clock.Time, s router.Session) { s.Resize(length, width) })
}

// Show is the sink of the line's sessions. It never blocks, so the router's
// goroutine may call it.
func (c *Console) Show(s router.Screen) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.more = s.More
	if s.Log {
		c.message(s)
		c.changed.Broadcast()
		return
	}
	if s.Want == router.WantHangup || s.Want == router.WantReturn {
		c.pager.none() // nobody is left to read on
		c.queue = nil
	}
	c.queue = append(c.queue, s)
	c.answer()
}

// answer shows waiting screens up to the first that the pager stops.
func (c *Console) answer() {
	for len(c.queue) > 0 && !c.pager.paging {
		s := c.queue[0]
		c.queue = c.queue[1:]
		var b strings.Builder
		switch {
		case s.Verbatim:
			c.screen = s
			c.put(s.Text)
		case !s.Paged || s.Length == 0:
			b.WriteString(s.Text)
			c.screen = s
		case !c.pager.quit:
			c.screen, c.pager.rest = s, s.Text
			c.pager.page(&b, s.Length)
		default:
			c.screen = s
		}
		if !c.pager.paging {
			c.prompt(&b)
		}
		c.emit(b.String())
		c.change++
		c.changed.Broadcast()
	}
}

// prompt ends the showing of a screen: its prompt, and the line behind it.
func (c *Console) prompt(b *strings.Builder) {
	s := &c.screen
	c.want = s.Want
	if s.Want != router.WantNothing {
		c.pager.over()
	}
	c.paint.start(s.Prompt, s.Width, s.Want == router.WantSecret)
	b.WriteString(s.Prompt + c.paint.paint(s.Line, len(s.Line)))
	c.text = s.Line
	if s.Want == router.WantHangup {
		c.emit(b.String())
		b.Reset()
		for _, p := range c.peers {
			p.leave()
		}
	}
}

// message breaks into whatever is on the screen.
func (c *Console) message(s router.Screen) {
	var b strings.Builder
	if c.column > 0 {
		b.WriteByte('\n')
	}
	b.WriteString(s.Text)
	if !strings.HasSuffix(s.Text, "\n") {
		b.WriteByte('\n')
	}
	if c.pager.paging || s.Synchro && c.want != router.WantNothing {
		b.WriteString(c.standing())
	}
	c.emit(b.String())
}

// standing is what a connection finds on the screen: the unfinished line at
// its bottom, or the text of a line that waits for Enter.
func (c *Console) standing() string {
	switch {
	case c.pager.paging:
		return c.pager.standing()
	case c.want == router.WantNothing || c.want == router.WantHangup || c.want == router.WantRaw:
		return ""
	case c.want == router.WantReturn:
		// a blank screen would not tell that the line waits for Enter
		return strings.ReplaceAll(c.screen.Text, "\n", "\r\n")
	}
	return c.screen.Prompt + c.paint.shown + strings.Repeat("\b", len(c.paint.shown)-c.paint.cursor)
}

// emit sends text to every screen, with CR LF for "\n".
func (c *Console) emit(text string) { c.put(strings.ReplaceAll(text, "\n", "\r\n")) }

// put sends bytes to every screen as they are.
func (c *Console) put(text string) {
	if text == "" {
		return
	}
	for i := range len(text) {
		switch text[i] {
		case '\n', '\r':
			c.column = 0
		case '\b':
			c.column = max(0, c.column-1)
		default:
			c.column++
		}
	}
	out := []byte(text)
	for _, p := range c.peers {
		p.emit(out)
	}
}

// typed takes keys from a connection; it waits while too many are waiting.
func (c *Console) typed(p *peer, bytes []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.closed && !p.dead && !p.leaving && (len(c.keys) > keyLimit || len(p.out) > outputPause) {
		c.changed.Wait()
	}
	for _, b := range bytes {
		c.keys = append(c.keys, key(b))
	}
	c.changed.Broadcast()
}

// next waits for a key to the screen that was current at change.
func (c *Console) next(change int) key {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		switch {
		case c.closed:
			return keyClosed
		case c.change != change:
			return keyTaken
		case len(c.keys) == 0 || c.more || c.stalled():
			c.changed.Wait()
			continue
		}
		k := c.take()
		escaped := c.escaped
		c.escaped = k == keyEscape
		switch {
		case k == keyEscape, escaped && (k == 'x' || k == 'X'):
		case k != keyGone || c.left():
			return k
		}
	}
}

// ahead takes a line that was sent as a whole, by a program or from a paste:
// characters that mean nothing but themselves, and Enter. What it echoes is what
// key by key would have been, without the many steps that the editor takes.
func (c *Console) ahead(change, room int) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || c.change != change || c.escaped || c.more || c.stalled() {
		return "", false
	}
	n := 0
	for n < len(c.keys) && n < room && ' ' <= c.keys[n] && c.keys[n] <= '~' && c.keys[n] != keyHelp {
		n++
	}
	if n == len(c.keys) || c.keys[n] != keyEnter {
		return "", false
	}
	line := make([]byte, n)
	var echo strings.Builder
	for i := range line {
		line[i] = byte(c.take())
		shown := c.text + string(line[:i+1])
		echo.WriteString(c.paint.paint(shown, len(shown)))
	}
	c.take()
	c.emit(echo.String())
	return string(line), true
}

// stalled reports whether nobody takes the output any more: then nothing that
// makes more of it is done.
func (c *Console) stalled() bool {
	stalled := false
	for _, p := range c.peers {
		if !p.dead && !p.leaving {
			if len(p.out) <= outputPause {
				return false
			}
			stalled = true
		}
	}
	return stalled
}

// take removes the oldest key.
func (c *Console) take() key {
	k := c.keys[0]
	if c.keys = c.keys[1:]; len(c.keys) == keyLimit {
		c.changed.Broadcast() // connections may be read again
	}
	return k
}

// left drops the connection whose keys have all been taken and reports whether
// it was the last one.
func (c *Console) left() bool {
	p := c.ended[0]
	c.ended = c.ended[1:]
	for i, other := range c.peers {
		if other == p {
			c.peers = append(c.peers[:i:i], c.peers[i+1:]...)
		}
	}
	p.leave()
	close(p.gone)
	return len(c.peers) == 0
}
