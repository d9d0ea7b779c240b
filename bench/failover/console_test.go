//go:build linux

package failover

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

// console is somebody at a router's console over telnet.
type console struct {
	conn   net.Conn
	prompt string
	seen   bytes.Buffer
}

// answerTime is how long a console may take to answer.
const answerTime = 5 * time.Second

// iac begins a telnet command (RFC 854): two bytes more here, the console's
// server only negotiates options.
const iac = 255

// read adds what comes to seen, without telnet commands.
func (c *console) read(deadline time.Time) error {
	if err := c.conn.SetReadDeadline(deadline); err != nil {
		return err
	}
	var b [4096]byte
	n, err := c.conn.Read(b[:])
	for i := 0; i < n; i++ {
		if b[i] == iac {
			i += 2
			continue
		}
		c.seen.WriteByte(b[i])
	}
	return err
}

// until reads up to the text and returns what came before it.
func (c *console) until(text string) (string, error) {
	deadline := time.Now().Add(answerTime)
	for {
		if i := strings.Index(c.seen.String(), text); i >= 0 {
			before := string(c.seen.Next(i))
			c.seen.Next(len(text))
			return before, nil
		}
		if err := c.read(deadline); err != nil {
			return "", fmt.Errorf("waiting for %q, the screen is %q: %w", text, c.seen.String(), err)
		}
	}
}

func (c *console) send(text string) error {
	_, err := c.conn.Write([]byte(text))
	return err
}

// command types a line and returns what is printed up to the next prompt. Log
// messages may be among it. A router that reloads meanwhile is asked again.
func (c *console) command(line string) (string, error) {
	for {
		out, err := c.try(line)
		if !errors.Is(err, os.ErrDeadlineExceeded) || !strings.Contains(c.seen.String(), "started!") {
			return out, err
		}
		if err := c.open(strings.TrimSuffix(c.prompt, "#")); err != nil {
			return "", err
		}
	}
}

func (c *console) try(line string) (string, error) {
	if err := c.send(line + "\r"); err != nil {
		return "", err
	}
	if _, err := c.until(line); err != nil {
		return "", err
	}
	return c.until("\n" + c.prompt)
}

// open goes to the privileged prompt of a router, whether it has just booted or
// somebody was there before.
func (c *console) open(host string) error {
	c.prompt = host + "#"
	if err := c.send("\r"); err != nil {
		return err
	}
	if _, err := c.until(host); err != nil {
		return err
	}
	if err := c.send("enable\r"); err != nil {
		return err
	}
	if _, err := c.until(c.prompt); err != nil {
		return err
	}
	_, err := c.try("terminal length 0")
	return err
}
