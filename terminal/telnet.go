package terminal

import (
	"net"
	"sync"
	"time"
)

// Telnet commands and options (RFC 854, 857, 858, 1073, 1091).
const (
	iac  = 255
	dont = 254
	do   = 253
	wont = 252
	will = 251
	sb   = 250
	el   = 248 // erase line
	ec   = 247 // erase character
	ayt  = 246 // are you there
	ip   = 244 // interrupt process
	brk  = 243 // break
	se   = 240

	optionEcho     = 1
	optionSGA      = 3
	optionTerminal = 24
	optionWindow   = 31
)

// greeting is what IOS opens a connection with: WILL ECHO, WILL SUPPRESS-GO-AHEAD,
// DO TERMINAL-TYPE, DO NAWS.
var greeting = []byte{iac, will, optionEcho, iac, will, optionSGA, iac, do, optionTerminal, iac, do, optionWindow}

// subLimit bounds the bytes kept of one subnegotiation.
const subLimit = 64

// Telnet is the server's end of a telnet connection as a plain stream: Read
// gives what was typed, Write sends text.
type Telnet struct {
	conn    net.Conn
	client  clientOptions
	decoder decoder
	window  func(length, width int)
	greeted bool
	raw     [1024]byte
	typed   []byte // decoded and not yet read

	writing sync.Mutex
}

// NewTelnet makes a stream of a connection. window is told the size of the
// client's window in lines and columns whenever the client tells it (RFC 1073);
// a size of zero means that the client does not know and is not passed on.
func NewTelnet(conn net.Conn, window func(length, width int)) *Telnet {
	t := &Telnet{conn: conn, window: window}
	t.decoder.end = &t.client
	return t
}

// Read implements io.Reader. The first call sends the greeting.
func (t *Telnet) Read(p []byte) (int, error) {
	if err := t.greet(); err != nil {
		return 0, err
	}
	for len(t.typed) == 0 {
		n, err := t.conn.Read(t.raw[:])
		var reply []byte
		t.client.there = false
		t.typed, reply = t.decoder.decode(t.raw[:n], t.typed[:0], nil)
		if d := &t.client; d.resized && d.length > 0 && d.width > 0 {
			t.window(d.length, d.width)
		}
		t.client.resized = false
		if len(reply) > 0 {
			if err := t.send(reply); err != nil {
				return 0, err
			}
		}
		if err != nil && len(t.typed) == 0 {
			return 0, err
		}
	}
	n := copy(p, t.typed)
	t.typed = t.typed[n:]
	return n, nil
}

// greet opens the negotiation, once.
func (t *Telnet) greet() error {
	if t.greeted {
		return nil
	}
	t.greeted = true
	return t.send(greeting)
}

// Write implements io.Writer.
func (t *Telnet) Write(p []byte) (int, error) {
	if err := t.send(quoted(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (t *Telnet) send(b []byte) error {
	t.writing.Lock()
	defer t.writing.Unlock()
	_, err := t.conn.Write(b)
	return err
}

// SetWriteDeadline bounds what is still to be sent: a client that takes none of
// it would hold the connection.
func (t *Telnet) SetWriteDeadline(at time.Time) error { return t.conn.SetWriteDeadline(at) }

// Close implements io.Closer.
func (t *Telnet) Close() error { return t.conn.Close() }

// TerminalType is what the client calls its terminal, "" when it did not say.
func (t *Telnet) TerminalType() string { return t.client.terminal }

// clientOptions is what a server knows of its client, and how it answers: each
// option at most once a direction, whatever a client sends, so that negotiation
// ends.
type clientOptions struct {
	answered [2][256]bool // options already answered: of ours, of the client's
	asked    bool         // for the terminal type
	there    bool         // "are you there" was answered in this batch

	terminal      string
	length, width int // of the client's window
	resized       bool
}

// order implements telnetEnd: the commands that stand for keys.
func (d *clientOptions) order(command byte, text, reply []byte) (t, r []byte) {
	switch command {
	case brk:
		text = append(text, byte(keyEscape), 'x')
	case ip:
		text = append(text, byte(keyAbandon))
	case ec:
		text = append(text, byte(keyErase))
	case el:
		text = append(text, byte(keyKillBefore))
	case ayt:
		if !d.there {
			d.there = true
			reply = append(reply, "\r\n[Yes]\r\n"...)
		}
	}
	return text, reply
}

// negotiate implements telnetEnd. What we offered or asked for in the greeting
// needs no answer when the client agrees.
func (d *clientOptions) negotiate(command, option byte, reply []byte) []byte {
	switch {
	case command == will && option == optionTerminal:
		if d.asked {
			return reply
		}
		d.asked = true
		return append(reply, iac, sb, optionTerminal, 1, iac, se)
	case command == will && option == optionWindow,
		command == do && (option == optionEcho || option == optionSGA):
		return reply
	case command == wont, command == dont && option != optionEcho && option != optionSGA:
		return reply
	}
	side := 0
	if command == will || command == wont {
		side = 1
	}
	if d.answered[side][option] {
		return reply
	}
	d.answered[side][option] = true
	switch {
	case command == will && option == optionSGA:
		return append(reply, iac, do, option)
	case command == will:
		return append(reply, iac, dont, option)
	}
	return append(reply, iac, wont, option)
}

// subnegotiated implements telnetEnd.
func (d *clientOptions) subnegotiated(sub, reply []byte) []byte {
	switch {
	case len(sub) == 5 && sub[0] == optionWindow:
		d.width = int(sub[1])<<8 | int(sub[2])
		d.length = int(sub[3])<<8 | int(sub[4])
		d.resized = true
	case len(sub) > 2 && sub[0] == optionTerminal && sub[1] == 0:
		d.terminal = string(sub[2:])
	}
	return reply
}
