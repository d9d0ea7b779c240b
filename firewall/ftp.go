package firewall

import (
	"bytes"
	"strconv"

	"tandem/wire"
)

// ftpLine is the longest line of a control channel that is read; the rest of a
// longer one is skipped.
const ftpLine = 512

// ftpControl is what is known of one FTP control channel (RFC 959, RFC 2428).
type ftpControl struct {
	line  [2][]byte // begun line of each direction
	login bool      // the server accepted the user: data channels may open
}

// openControl starts the inspection of the control channel in a slot.
func (e *Engine) openControl(slot uint32, c ftpControl) *ftpControl {
	if e.control == nil {
		e.control = map[uint32]*ftpControl{}
	}
	e.control[slot] = &c
	return &c
}

// readControl reads a segment of a control channel before it passes. Segments
// out of order are refused, so that no line passes unread; TCP sends them again.
func (e *Engine) readControl(p *wire.Packet, slot uint32, d Direction) Fault {
	s := e.table.at(slot)
	trial, segment := s.conn, ReadSegment(p)
	if fault := trial.step(d, segment, e.config.Globals.WindowScale); fault != NoFault || segment.Len == 0 {
		return fault
	}
	payload := wire.TCP(p.Transport()).Payload()
	if s.conn.known(d) {
		switch gap := int32(segment.Seq - s.conn.end[d]); {
		case gap > 0:
			return OutOfOrder
		case int(-gap) >= len(payload):
			return NoFault // all of it was read before
		default:
			payload = payload[-gap:]
		}
	}
	c := e.control[slot]
	if c == nil {
		// A session of the peer: it was established, so the user had time to log in.
		c = e.openControl(slot, ftpControl{login: true})
	}
	return e.readLines(c, s, d, payload)
}

// readLines acts on every line that payload completes.
func (e *Engine) readLines(c *ftpControl, s *session, d Direction, payload []byte) Fault {
	for len(payload) > 0 {
		end := bytes.IndexByte(payload, '\n')
		part := payload
		if end >= 0 {
			part = payload[:end]
		}
		if room := ftpLine - len(c.line[d]); room > 0 {
			c.line[d] = append(c.line[d], part[:min(room, len(part))]...)
		}
		if end < 0 {
			return NoFault
		}
		payload = payload[end+1:]
		line := c.line[d]
		c.line[d] = c.line[d][:0]
		if fault := e.heardFTP(c, s, d, parseFTP(d, line)); fault != NoFault {
			return fault
		}
	}
	return NoFault
}

// heardFTP acts on one line of a control channel.
func (e *Engine) heardFTP(c *ftpControl, s *session, d Direction, m ftpMessage) Fault {
	if m.kind == ftpLogin {
		c.login = true
	}
	if m.kind != ftpData || !c.login {
		return NoFault
	}
	self, peer := s.initiator, s.responder
	if d == Return {
		self, peer = peer, self
	}
	if m.addr != 0 && m.addr != self || m.port < 1024 {
		return ApplicationProtocol // third-party transfer, or a well-known port
	}
	p := &e.policies.list[s.policy]
	e.expect.add(expectKey{src: peer, dst: self, dstPort: m.port, proto: wire.ProtoTCP},
		expectation{binding: p.binding, line: p.line, label: "ftp-data"}, e.sec)
	return NoFault
}

type ftpKind uint8

const (
	ftpOther ftpKind = iota
	ftpLogin         // 230
	ftpData          // PORT, EPRT, 227, 229: where the sender listens
)

// ftpMessage is what matters of one line.
type ftpMessage struct {
	kind ftpKind
	addr wire.Addr // 0: that of the sender
	port uint16
}

// parseFTP reads a line without its LF. A line it cannot read means nothing.
func parseFTP(d Direction, line []byte) ftpMessage {
	line = bytes.TrimRight(line, "\r ")
	if d == Return {
		return parseFTPReply(line)
	}
	verb, arg, _ := bytes.Cut(line, []byte(" "))
	switch {
	case bytes.EqualFold(verb, []byte("PORT")):
		return sixNumbers(bytes.TrimSpace(arg))
	case bytes.EqualFold(verb, []byte("EPRT")):
		return delimited(bytes.TrimSpace(arg))
	}
	return ftpMessage{}
}

func parseFTPReply(line []byte) ftpMessage {
	if len(line) < 3 {
		return ftpMessage{}
	}
	switch string(line[:3]) {
	case "230":
		return ftpMessage{kind: ftpLogin}
	case "227":
		if i := bytes.IndexAny(line[3:], "0123456789"); i >= 0 {
			return sixNumbers(line[3+i:])
		}
	case "229":
		_, rest, found := bytes.Cut(line, []byte("("))
		inner, _, closed := bytes.Cut(rest, []byte(")"))
		if found && closed {
			return delimited(inner)
		}
	}
	return ftpMessage{}
}

// sixNumbers reads h1,h2,h3,h4,p1,p2 (RFC 959 section 4.1.2).
func sixNumbers(text []byte) ftpMessage {
	var n [6]uint32
	for i := range n {
		digits := 0
		for digits < len(text) && '0' <= text[digits] && text[digits] <= '9' {
			digits++
		}
		v, err := strconv.ParseUint(string(text[:digits]), 10, 8)
		if err != nil {
			return ftpMessage{}
		}
		n[i] = uint32(v)
		text = text[digits:]
		if i == 5 {
			break
		}
		if len(text) == 0 || text[0] != ',' {
			return ftpMessage{}
		}
		text = text[1:]
	}
	return ftpMessage{ftpData, wire.Addr(n[0]<<24 | n[1]<<16 | n[2]<<8 | n[3]), uint16(n[4]<<8 | n[5])}
}

// delimited reads |1|address|port| (RFC 2428 section 2), with any delimiter,
// and |||port| (section 3).
func delimited(text []byte) ftpMessage {
	if len(text) < 5 {
		return ftpMessage{}
	}
	fields := bytes.Split(text[1:], text[:1])
	if len(fields) < 4 {
		return ftpMessage{}
	}
	port, err := strconv.ParseUint(string(fields[2]), 10, 16)
	if err != nil {
		return ftpMessage{}
	}
	m := ftpMessage{kind: ftpData, port: uint16(port)}
	if len(fields[0]) == 0 && len(fields[1]) == 0 {
		return m
	}
	m.addr, err = wire.ParseAddr(string(fields[1]))
	if err != nil || string(fields[0]) != "1" || m.addr == 0 {
		return ftpMessage{}
	}
	return m
}
