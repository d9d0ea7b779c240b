package terminal

import (
	"bytes"
	"net"
	"strings"
	"sync"

	"tandem/modes"
	"tandem/router"
)

// terminalType is what the router's own clients call the terminal: whoever
// types may have any, but all of them understand this one.
const terminalType = "vt100"

// serverOptions is what a client knows of its server, and how it answers: it
// lets the server echo and asks for no more. A change is answered once, what is
// in force already never, so that negotiation ends.
type serverOptions struct {
	echo    bool // the server shows what is typed
	goes    bool // it suppresses go-ahead
	refused [2][256]bool
	ours    [256]bool // options that we do

	length, width int
}

// order implements telnetEnd: no command of a server matters here.
func (o *serverOptions) order(_ byte, text, reply []byte) (t, r []byte) { return text, reply }

// negotiate implements telnetEnd.
func (o *serverOptions) negotiate(command, option byte, reply []byte) []byte {
	switch command {
	case will, wont:
		return o.theirs(command == will, option, reply)
	case do:
		if option != optionTerminal && option != optionWindow && option != optionSGA {
			return o.refuse(0, wont, option, reply)
		}
		if o.ours[option] {
			return reply
		}
		o.ours[option] = true
		reply = append(reply, iac, will, option)
		if option == optionWindow {
			reply = o.window(reply)
		}
	case dont:
		if o.ours[option] {
			o.ours[option] = false
			reply = append(reply, iac, wont, option)
		}
	}
	return reply
}

// theirs answers an offer of the server, or the end of one.
func (o *serverOptions) theirs(on bool, option byte, reply []byte) []byte {
	state := map[byte]*bool{optionEcho: &o.echo, optionSGA: &o.goes}[option]
	switch {
	case state == nil && on:
		return o.refuse(1, dont, option, reply)
	case state == nil || *state == on:
		return reply
	}
	*state = on
	if on {
		return append(reply, iac, do, option)
	}
	return append(reply, iac, dont, option)
}

func (o *serverOptions) refuse(side int, answer, option byte, reply []byte) []byte {
	if o.refused[side][option] {
		return reply
	}
	o.refused[side][option] = true
	return append(reply, iac, answer, option)
}

// window appends the size of the terminal (RFC 1073).
func (o *serverOptions) window(reply []byte) []byte {
	size := []byte{byte(o.width >> 8), byte(o.width), byte(o.length >> 8), byte(o.length)}
	return append(append(append(reply, iac, sb, optionWindow), quoted(size)...), iac, se)
}

// subnegotiated implements telnetEnd: the server may ask for the terminal type.
func (o *serverOptions) subnegotiated(what, reply []byte) []byte {
	if len(what) == 2 && what[0] == optionTerminal && what[1] == 1 && o.ours[optionTerminal] {
		reply = append(append(append(reply, iac, sb, optionTerminal, 0), terminalType...), iac, se)
	}
	return reply
}

// telnetClient is a telnet session of the router on another host.
type telnetClient struct {
	call    *router.Call
	conn    net.Conn
	options serverOptions
	decoder decoder

	mu sync.Mutex // guards options, and keeps answers and keys apart
}

// callTelnet serves a telnet call until it is over.
func callTelnet(call *router.Call) error {
	conn, err := call.Dial()
	if err != nil {
		return err
	}
	defer conn.Close()
	c := &telnetClient{call: call, conn: conn}
	c.options.length, c.options.width = call.Window()
	c.decoder.end = &c.options
	if !call.Tell(modes.CallEvent{Kind: modes.CallOpened}) {
		return nil
	}
	go c.keys()
	go c.windows()
	c.screen()
	return nil
}

// screen shows what the server sends until the connection ends.
func (c *telnetClient) screen() {
	var raw [4096]byte
	var text []byte
	for {
		n, err := c.conn.Read(raw[:])
		c.mu.Lock()
		var reply []byte
		text, reply = c.decoder.decode(raw[:n], text[:0], nil)
		if len(reply) > 0 {
			_, _ = c.conn.Write(reply) // a connection that is gone fails in the next Read
		}
		c.mu.Unlock()
		if len(text) > 0 && !c.call.Tell(modes.CallEvent{Kind: modes.CallSays, Text: string(text)}) || err != nil {
			return
		}
	}
}

// windows tells the server each new size of the terminal, if it wants to know.
func (c *telnetClient) windows() {
	for c.call.Resized() {
		c.mu.Lock()
		if o := &c.options; o.ours[optionWindow] {
			o.length, o.width = c.call.Window()
			_, _ = c.conn.Write(o.window(nil)) // a connection that is gone fails in the next Read
		}
		c.mu.Unlock()
	}
}

// keys sends what is typed, and shows it where the server does not.
func (c *telnetClient) keys() {
	var typed [512]byte
	for {
		n, err := c.call.Read(typed[:])
		if err != nil {
			return
		}
		line := bytes.ReplaceAll(typed[:n], []byte{'\r'}, []byte("\r\n"))
		c.mu.Lock()
		shown := !c.options.echo
		_, err = c.conn.Write(quoted(line))
		c.mu.Unlock()
		if err != nil || shown && !c.call.Tell(modes.CallEvent{Kind: modes.CallSays, Text: visible(line)}) {
			return
		}
	}
}

// visible is the local echo of keys: what moves a cursor stays out.
func visible(typed []byte) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\r' && r != '\n' && r != '\b' {
			return -1
		}
		return r
	}, string(typed))
}
