package terminal

import (
	"strings"

	"tandem/clock"
	"tandem/router"
)

// run reads what the session wants, until Close.
func (c *Console) run(e *editor) {
	defer close(c.done)
	defer e.close()
	for {
		c.mu.Lock()
		want, change, paging, closed := c.want, c.change, c.pager.paging, c.closed
		c.mu.Unlock()
		switch {
		case closed:
			return
		case paging:
			c.turn(c.next(change))
		case want == router.WantNothing || want == router.WantHangup:
			c.idle(change)
		case want == router.WantKey:
			if k := c.next(change); k <= 0xff {
				c.submit("", func(now clock.Time, s router.Session) { s.Key(now, byte(k)) })
			}
		case want == router.WantReturn:
			c.histories = [2]history{} // those of whoever logged out
			if c.next(change) == keyEnter {
				c.submit("\n", func(now clock.Time, s router.Session) { s.Enter(now, "") })
			}
		case want == router.WantRaw:
			c.raw(change)
		default:
			c.edit(e, change)
		}
	}
}

// raw passes keys on as they are typed; only the escape sequence acts. Typed
// twice, the escape character passes once.
func (c *Console) raw(change int) {
	c.mu.Lock()
	for len(c.keys) == 0 && c.change == change && !c.closed {
		c.changed.Wait()
	}
	var keys []byte
	left := false
	for c.change == change && len(c.keys) > 0 && !left {
		k := c.take()
		escaped := c.escaped
		c.escaped = c.escapes(k) && !escaped
		switch {
		case k == keyGone:
			c.left()
		case escaped && (k == 'x' || k == 'X'):
			c.want, left = router.WantNothing, true
		case escaped && !c.escapes(k), c.escaped:
		default:
			keys = append(keys, byte(k))
		}
	}
	c.mu.Unlock()
	if len(keys) > 0 {
		c.line.Do(func(now clock.Time, s router.Session) { s.Type(now, keys) })
	}
	if left {
		c.line.Do(func(now clock.Time, s router.Session) { s.Escape(now) })
	}
}

// escapes reports whether a key is the escape character of the line.
func (c *Console) escapes(k key) bool { return k <= 0xff && int(k) == c.screen.Escape }

// idle waits while a command runs; only the escape character acts.
func (c *Console) idle(change int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for seen := 0; !c.closed && c.change == change; {
		for ; seen < len(c.keys); seen++ {
			if !c.escapes(c.keys[seen]) {
				continue
			}
			c.keys = append(c.keys[:seen:seen], c.keys[seen+1:]...)
			if seen < len(c.keys) && (c.keys[seen] == 'x' || c.keys[seen] == 'X') {
				c.keys = append(c.keys[:seen:seen], c.keys[seen+1:]...)
			}
			c.mu.Unlock()
			c.line.Do(func(now clock.Time, s router.Session) { s.Escape(now) })
			c.mu.Lock()
			break
		}
		if c.unattended() {
			seen = 0
		}
		if seen == len(c.keys) && c.change == change && !c.closed {
			c.changed.Wait()
		}
	}
}

// unattended drops keys that nothing will read: all of them once the session
// has hung up, and the end of a connection that cannot take the output of the
// running command. Any other connection that has ended waits for that output.
func (c *Console) unattended() (dropped bool) {
	for len(c.keys) > 0 {
		switch {
		case c.keys[0] != keyGone && c.want != router.WantHangup:
			return dropped
		case c.keys[0] == keyGone && c.want != router.WantHangup && !c.ended[0].dead && !c.ended[0].leaving:
			return dropped
		}
		if c.take() == keyGone {
			c.left()
		}
		dropped = true
	}
	return dropped
}

// submit hands something to the session. From here on a command runs, until
// the session shows its next screen.
func (c *Console) submit(echo string, f func(clock.Time, router.Session)) {
	c.mu.Lock()
	c.emit(echo)
	c.want, c.text = router.WantNothing, ""
	c.paint.start("", 0, false)
	c.mu.Unlock()
	c.line.Do(f)
}

// edit reads a line and does what the key that ended it asks for.
func (c *Console) edit(e *editor, change int) {
	c.mu.Lock()
	s, text := c.screen, c.text
	c.mu.Unlock()
	line, by := e.readLine(change, text, s.Want, s.Editing)
	switch by {
	case keyEnter:
		c.enter(s, line)
	case keyHelp:
		c.submit("?\n", func(now clock.Time, s router.Session) { s.Help(now, line) })
	case keyTab:
		c.submit("\n", func(now clock.Time, s router.Session) { s.Complete(now, line) })
	case keyEndConfig:
		c.submit("^Z\n", func(now clock.Time, s router.Session) { s.EndConfig(now, line) })
	case keyAbandon:
		c.submit("^C\n", func(now clock.Time, s router.Session) { s.Abandon(now) })
	case keyUp:
		c.replace(change, c.history(s).up(line))
	case keyDown:
		c.replace(change, c.history(s).down(line))
	case keyRedraw, keyClear:
		c.redraw(change, line)
	case keyGone:
		c.replace(change, "")
	}
}

func (c *Console) enter(s router.Screen, line string) {
	if s.Want == router.WantLine {
		c.history(s).add(line, s.History)
	}
	c.submit("\n", func(now clock.Time, s router.Session) { s.Enter(now, line) })
}

// history returns what the kind of prompt remembers. Only run's goroutine
// touches it.
func (c *Console) history(s router.Screen) *history {
	if isConfiguration(s.Prompt) {
		return &c.histories[1]
	}
	return &c.histories[0]
}

// replace puts another line behind the prompt, unless the screen has changed.
func (c *Console) replace(change int, line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.change == change {
		c.text = line
		c.emit(c.paint.paint(line, len(line)))
	}
}

// redraw prints the prompt and the line again.
func (c *Console) redraw(change int, line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.change == change {
		c.text = line
		c.paint.start(c.screen.Prompt, c.screen.Width, c.screen.Want == router.WantSecret)
		c.emit("\n" + c.screen.Prompt + c.paint.paint(line, len(line)))
	}
}

// edited shows the line after an editing key.
func (c *Console) edited(change int, line string, pos int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.change == change {
		c.emit(c.paint.paint(line, pos))
	}
}

// turn gives a key to the pager.
func (c *Console) turn(k key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.pager.paging || k == keyTaken || k == keyClosed {
		return
	}
	var b strings.Builder
	c.pager.turn(&b, k, c.screen.Length)
	if !c.pager.paging {
		c.prompt(&b)
	}
	c.emit(b.String())
	c.change++
	c.changed.Broadcast()
	c.answer()
}
