package tftp

import (
	"time"

	"tandem/clock"
)

// How patient a client is. All of it is assumed.
const (
	firstTimeout = 3 * time.Second // doubles up to maxTimeout
	maxTimeout   = 12 * time.Second
	attempts     = 5
	markEvery    = 10 // data packets for one "!"
)

// Action is what the caller must do, in order.
type Action interface{ isAction() }

// Send asks for a datagram to a port of the other end.
type Send struct {
	Port    uint16
	Payload []byte
}

// Arm asks for Wake at a moment, instead of any other.
type Arm struct{ At clock.Time }

// Mark is progress for the user: '!' for data, '.' for a timeout.
type Mark struct{ Char byte }

// Done ends the transfer. Content is that of a file that was fetched.
type Done struct {
	Content []byte
	Err     error
}

func (Send) isAction() {}
func (Arm) isAction()  {}
func (Mark) isAction() {}
func (Done) isAction() {}

// Client is one transfer, either way.
type Client struct {
	name  string
	put   bool
	limit int    // bytes that a file may have
	file  []byte // what came so far, or all that goes
	block uint64 // of the last data packet taken or sent; 0 is the request

	port     uint16 // of the other end; 0 until it answered
	last     []byte // packet to repeat
	timeout  time.Duration
	attempts int
	final    bool // the last block is on its way
	over     bool
}

// Get fetches a file of at most limit bytes.
func Get(name string, limit int) *Client { return &Client{name: name, limit: limit} }

// Put stores content under a name.
func Put(name string, content []byte) *Client { return &Client{name: name, put: true, file: content} }

// Start sends the request.
func (c *Client) Start(now clock.Time) []Action {
	op := ReadRequest
	if c.put {
		op = WriteRequest
	}
	return c.send(now, nil, Packet{Op: op, Name: c.name, Mode: mode})
}

// Receive takes a datagram that came from a port of the other end. What does
// not belong to the transfer is ignored, but for a stranger's port, which is
// told so (RFC 1350 section 4).
func (c *Client) Receive(now clock.Time, port uint16, payload []byte) []Action {
	p, err := Parse(payload)
	switch {
	case c.over || err != nil:
		return nil
	case c.port != 0 && port != c.port:
		return []Action{Send{port, Packet{Op: Failure, Code: UnknownID, Text: "Unknown transfer ID"}.Append(nil)}}
	case p.Op == Failure:
		return c.end(nil, Done{Err: p.Code.err(p.Text)})
	case p.Op == Data && !c.put:
		c.port = port
		return c.take(now, p)
	case p.Op == Ack && c.put && p.Block == uint16(c.block):
		c.port = port
		return c.next(now)
	}
	return nil
}

// take adds a block to the file. An earlier block again means that our
// acknowledgement was lost.
func (c *Client) take(now clock.Time, p Packet) []Action {
	switch p.Block {
	case uint16(c.block):
		return []Action{Send{c.port, Packet{Op: Ack, Block: p.Block}.Append(nil)}}
	case uint16(c.block + 1):
	default:
		return nil
	}
	if len(c.file)+len(p.Payload) > c.limit {
		out := []Action{Send{c.port, Packet{Op: Failure, Code: DiskFull, Text: "File too large"}.Append(nil)}}
		return c.end(out, Done{Err: ErrTooLarge})
	}
	c.block++
	c.file = append(c.file, p.Payload...)
	out := c.mark(nil)
	ack := Packet{Op: Ack, Block: p.Block}
	if len(p.Payload) < BlockSize {
		return c.end(append(out, Send{c.port, ack.Append(nil)}), Done{Content: c.file})
	}
	return c.send(now, out, ack)
}

// next sends the block after the one that was acknowledged.
func (c *Client) next(now clock.Time) []Action {
	if c.final {
		return c.end(nil, Done{})
	}
	from := min(int(c.block)*BlockSize, len(c.file))
	to := min(from+BlockSize, len(c.file))
	c.block++
	c.final = to-from < BlockSize
	return c.send(now, c.mark(nil), Packet{Op: Data, Block: uint16(c.block), Payload: c.file[from:to]})
}

// mark tells progress at the first of every ten blocks.
func (c *Client) mark(out []Action) []Action {
	if c.block%markEvery == 1 {
		return append(out, Mark{'!'})
	}
	return out
}

// send sends a packet that asks for an answer.
func (c *Client) send(now clock.Time, out []Action, p Packet) []Action {
	c.last, c.timeout, c.attempts = p.Append(nil), firstTimeout, 1
	return append(out, Send{c.to(), c.last}, Arm{now.Add(c.timeout)})
}

func (c *Client) to() uint16 {
	if c.port == 0 {
		return Port
	}
	return c.port
}

// Wake repeats the last packet, or gives up.
func (c *Client) Wake(now clock.Time) []Action {
	switch {
	case c.over:
		return nil
	case c.attempts == attempts:
		return c.end([]Action{Mark{'.'}}, Done{Err: ErrTimeout})
	}
	c.attempts++
	c.timeout = min(2*c.timeout, maxTimeout)
	return []Action{Mark{'.'}, Send{c.to(), c.last}, Arm{now.Add(c.timeout)}}
}

func (c *Client) end(out []Action, d Done) []Action {
	c.over = true
	return append(out, d)
}
