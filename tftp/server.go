package tftp

import (
	"fmt"
	"slices"

	"tandem/wire"
)

// firstID is the first port that a server answers from, one a transfer.
const firstID = 50000

// maxTransfers bounds the transfers that a server keeps open; the oldest go.
const maxTransfers = 64

// Server is a server for files in memory. It never repeats a packet by itself:
// its clients do.
type Server struct {
	Files map[string][]byte // by name
	Limit int               // bytes that a stored file may have

	open []*transfer // oldest first
	next uint16
}

// Reply is a datagram that a server sends.
type Reply struct {
	To             wire.Addr
	Port, FromPort uint16
	Payload        []byte
}

// transfer is one client's.
type transfer struct {
	peer    wire.Addr
	port    uint16
	id      uint16 // our port
	name    string
	writing bool
	file    []byte
	block   int // of the last data packet sent or taken
	final   bool
}

// Serves reports whether a datagram to the port belongs to the server.
func (s *Server) Serves(port uint16) bool {
	return port == Port || slices.ContainsFunc(s.open, func(t *transfer) bool { return t.id == port })
}

// Receive takes a datagram that came to one of the server's ports and returns
// the answer, nil for none. What is malformed gets no answer.
func (s *Server) Receive(from wire.Addr, fromPort, port uint16, payload []byte) *Reply {
	p, err := Parse(payload)
	if err != nil {
		return nil
	}
	if port == Port {
		return s.request(from, fromPort, p)
	}
	i := slices.IndexFunc(s.open, func(t *transfer) bool { return t.id == port && t.peer == from && t.port == fromPort })
	if i < 0 {
		return nil
	}
	t := s.open[i]
	switch {
	case p.Op == Data && t.writing:
		return s.take(i, p)
	case p.Op == Ack && !t.writing && p.Block == uint16(t.block):
		if t.final {
			s.open = slices.Delete(s.open, i, i+1)
			return nil
		}
		t.block++
		return t.data()
	case p.Op == Ack && !t.writing && p.Block+1 == uint16(t.block):
		return t.data()
	case p.Op == Failure:
		s.open = slices.Delete(s.open, i, i+1)
	}
	return nil
}

// request opens a transfer; the same request again is the same transfer.
func (s *Server) request(from wire.Addr, port uint16, p Packet) *Reply {
	refuse := func(c Code, text string) *Reply {
		return &Reply{from, port, Port, Packet{Op: Failure, Code: c, Text: text}.Append(nil)}
	}
	t := &transfer{peer: from, port: port, name: p.Name, writing: p.Op == WriteRequest}
	switch p.Op {
	case ReadRequest:
		file, ok := s.Files[p.Name]
		if !ok {
			return refuse(FileNotFound, "File not found")
		}
		t.file, t.block = file, 1
	case WriteRequest:
	default:
		return refuse(IllegalOp, "Illegal TFTP operation")
	}
	s.open = slices.DeleteFunc(s.open, func(o *transfer) bool { return o.peer == from && o.port == port })
	if len(s.open) == maxTransfers {
		s.open = s.open[1:]
	}
	t.id = firstID + s.next%1000
	s.next++
	s.open = append(s.open, t)
	if t.writing {
		return t.ack()
	}
	return t.data()
}

// take adds a block to a file that is being stored; the last one makes it
// visible. An earlier block again is acknowledged again, the last one too, as
// long as its transfer is kept.
func (s *Server) take(i int, p Packet) *Reply {
	t := s.open[i]
	if p.Block == uint16(t.block) {
		return t.ack()
	}
	if t.final || p.Block != uint16(t.block+1) {
		return nil
	}
	if len(t.file)+len(p.Payload) > s.Limit {
		s.open = slices.Delete(s.open, i, i+1)
		return &Reply{t.peer, t.port, t.id, Packet{Op: Failure, Code: DiskFull, Text: fmt.Sprintf("More than %d bytes", s.Limit)}.Append(nil)}
	}
	t.block++
	t.file = append(t.file, p.Payload...)
	if len(p.Payload) < BlockSize {
		t.final = true
		s.Files[t.name] = t.file
	}
	return t.ack()
}

func (t *transfer) ack() *Reply {
	return &Reply{t.peer, t.port, t.id, Packet{Op: Ack, Block: uint16(t.block)}.Append(nil)}
}

// data is the present block of a file that is being read.
func (t *transfer) data() *Reply {
	from := min((t.block-1)*BlockSize, len(t.file))
	to := min(from+BlockSize, len(t.file))
	t.final = to-from < BlockSize
	return &Reply{t.peer, t.port, t.id, Packet{Op: Data, Block: uint16(t.block), Payload: t.file[from:to]}.Append(nil)}
}
