package main

import (
	"errors"
	"io"
	"net"
	"os"

	"golang.org/x/term"
)

// leave is Ctrl-], the escape character of telnet clients.
const leave = 0x1d

// Telnet bytes that a client must understand (RFC 854).
const (
	iac  = 255
	dont = 254
	do   = 253
	wont = 252
	will = 251
	sb   = 250
	se   = 240
)

// Options that a console's server may use; all others are refused.
const (
	optEcho            = 1
	optSuppressGoAhead = 3
)

// attach joins this terminal to a console until the user leaves or the console
// ends.
func attach(conn net.Conn, in *os.File, out io.Writer) error {
	defer conn.Close()
	if fd := int(in.Fd()); term.IsTerminal(fd) {
		state, err := term.MakeRaw(fd)
		if err != nil {
			return err
		}
		defer term.Restore(fd, state)
	}
	ended := make(chan error, 2)
	go func() { ended <- fromConsole(conn, out) }()
	go func() { ended <- toConsole(conn, in) }()
	err := <-ended
	if errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// toConsole sends what is typed; it ends at Ctrl-] or the end of input.
func toConsole(conn io.Writer, in io.Reader) error {
	buf := make([]byte, 256)
	for {
		n, err := in.Read(buf)
		for i := range n {
			if buf[i] == leave {
				_, err := conn.Write(buf[:i])
				return err
			}
		}
		if _, werr := conn.Write(buf[:n]); werr != nil {
			return werr
		}
		if err != nil {
			return err
		}
	}
}

// fromConsole shows what comes, and answers the server's telnet options.
func fromConsole(conn io.ReadWriter, out io.Writer) error {
	var c client
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		text, answer := c.take(buf[:n])
		if _, werr := out.Write(text); werr != nil {
			return werr
		}
		if len(answer) > 0 {
			if _, werr := conn.Write(answer); werr != nil {
				return werr
			}
		}
		if err != nil {
			return err
		}
	}
}

// client is a telnet client's view of a byte stream: it accepts that the
// server echoes and refuses everything else.
type client struct {
	state  byte // 0 in text, otherwise the command byte before
	inside bool // a subnegotiation, which is skipped
}

// take splits received bytes into text and the answers to options.
func (c *client) take(b []byte) (text, answer []byte) {
	for _, v := range b {
		switch c.state {
		case 0:
			switch {
			case v == iac:
				c.state = iac
			case !c.inside:
				text = append(text, v)
			}
		case iac:
			c.state = 0
			switch v {
			case iac:
				if !c.inside {
					text = append(text, iac)
				}
			case will, wont, do, dont:
				c.state = v
			case sb:
				c.inside = true
			case se:
				c.inside = false
			}
		default:
			answer = append(answer, reply(c.state, v)...)
			c.state = 0
		}
	}
	return text, answer
}

func reply(command, option byte) []byte {
	switch command {
	case will:
		if option == optEcho || option == optSuppressGoAhead {
			return []byte{iac, do, option}
		}
		return []byte{iac, dont, option}
	case do:
		if option == optSuppressGoAhead {
			return []byte{iac, will, option}
		}
		return []byte{iac, wont, option}
	}
	return nil
}
