package firewall

import "tandem/wire"

// State is the state of a session (reference firewall 2.2 and 2.3).
type State uint8

// The states. SynSent and SynRcvd show as SIS_OPENING; a UDP or ICMP session
// that was not answered yet is in SynSent.
const (
	Unused  State = iota // no session
	SynSent              // first packet seen
	SynRcvd              // TCP: SYN+ACK seen
	Open                 // handshake complete, or answered
	Closing              // TCP: a FIN was seen
	Closed               // TCP: both FINs were acknowledged
	states
)

var stateText = [states]string{"", "SIS_OPENING", "SIS_OPENING", "SIS_OPEN", "SIS_CLOSING", "SIS_CLOSED"}

// String prints the state as show ip inspect sessions does.
func (s State) String() string {
	if s >= states {
		return "unknown"
	}
	return stateText[s]
}

// HalfOpen reports whether the session still waits for its answer.
func (s State) HalfOpen() bool { return s == SynSent || s == SynRcvd }

// Direction is the way of a packet within its session.
type Direction uint8

// The directions.
const (
	Forward Direction = iota // from the initiator
	Return                   // from the responder
)

// Fault says why inspection refuses a packet; NoFault lets it pass. String
// gives the words of the drop-pkt messages (reference firewall 2.5).
type Fault uint8

// The faults.
const (
	NoFault Fault = iota
	HeaderLength
	SessionLimit
	SynData
	SynFlags
	NoConnection
	InvalidSegment
	InvalidSeq
	InvalidAck
	InvalidFlags
	OutOfOrder
	SynInWindow
	WindowScale
	FragmentUnknown
	ApplicationProtocol
	HostBlocked
	Faults // number of faults, keep last
)

// faultText: from InvalidFlags down to OutOfOrder the reasons are sampled, the
// later ones remembered or, from FragmentUnknown on, decided here.
var faultText = [Faults]string{
	"", "Invalid Header length", "Session limiting", "SYN with data or with PSH/URG flags", "SYN pkt with illegal flags",
	"Segment matching no TCP connection", "Invalid Segment", "Invalid Seq#", "Invalid Ack (or no Ack)", "Invalid Flags",
	"Out-Of-Order Segment", "SYN inside current window", "Invalid Window scale option",
	"Fragment without its first", "Application protocol violation", "Session limiting",
}

// String returns the reason as a drop-pkt message prints it.
func (f Fault) String() string {
	if f >= Faults {
		return "unknown"
	}
	return faultText[f]
}

// Segment is what the TCP state machine reads of a segment.
type Segment struct {
	Seq, Ack uint32
	Len      uint32 // payload bytes
	Window   uint16 // as it stands, unscaled
	Flags    uint8
	Scale    uint8 // of the window scale option on a SYN, or NoScale
}

// NoScale is the scale of a SYN without the window scale option, and of a
// direction whose SYN was never seen.
const NoScale = 15

// MaxScale is the largest window scale (RFC 7323 section 2.3).
const MaxScale = 14

// ScaleCheck says how a window scale option without its counterpart is taken.
type ScaleCheck uint8

// The checks: ip inspect tcp window-scale-enforcement loose selects ScaleLoose.
const (
	ScaleStrict ScaleCheck = iota
	ScaleLoose
)

// ReadSegment reads the segment of a decoded TCP packet that is not a later
// fragment.
func ReadSegment(p *wire.Packet) Segment {
	t := wire.TCP(p.Transport())
	s := Segment{
		Seq: t.Seq(), Ack: t.Ack(), Window: t.Window(), Flags: p.TCPFlags,
		Len: uint32(len(t) - t.HeaderLen()), Scale: NoScale,
	}
	if s.Flags&wire.SYN != 0 {
		s.Scale = windowScale(t.Options())
	}
	return s
}

// windowScale finds the window scale option (RFC 7323 section 2.2). Options
// that do not parse end the search: end systems ignore them too.
func windowScale(options []byte) uint8 {
	for len(options) > 0 {
		switch kind := options[0]; {
		case kind == 0:
			return NoScale
		case kind == 1:
			options = options[1:]
			continue
		case len(options) < 2 || options[1] < 2 || int(options[1]) > len(options):
			return NoScale
		case kind == 3 && options[1] == 3:
			return min(options[2], MaxScale)
		}
		options = options[options[1]:]
	}
	return NoScale
}

// conn is the TCP part of a session: what RFC 5382 and the paper of van Rooij
// ("Real Stateful TCP Packet Filtering in IP Filter") ask a tracker to know of
// each direction. Indexes are Directions. It is pointer-free and 20 bytes long.
type conn struct {
	end    [2]uint32 // first sequence number not yet sent
	limit  [2]uint32 // first sequence number the peer did not allow
	window [2]width  // largest window seen; 0 until the direction was seen
	scale  uint8     // window scales: low half Forward, high half Return
	phase  uint8     // State, inherited, and in the high half the FIN marks
}

// The FIN marks: bit d for a FIN of direction d seen, bit d+2 for it acknowledged.
const finMarks = 4

// The bits of a phase. An inherited connection was followed by another router
// before: what that one saw pass is not known here.
const (
	phaseState = 0x7
	inherited  = 0x8
)

func (c *conn) state() State { return State(c.phase & phaseState) }

func (c *conn) move(s State) { c.phase = c.phase&^phaseState | uint8(s) }

// inherit forgets the windows: the first packet of each direction sets them.
func (c *conn) inherit() {
	c.window = [2]width{}
	c.phase |= inherited
}

func (c *conn) finSent(d Direction) bool { return c.phase>>(finMarks+d)&1 != 0 }

// finished reports whether both directions have sent a FIN.
func (c *conn) finished() bool { return c.finSent(Forward) && c.finSent(Return) }

func (c *conn) scaleOf(d Direction) uint8 { return c.scale >> (4 * d) & 0xf }

func (c *conn) setScale(d Direction, s uint8) {
	c.scale = c.scale&^(0xf<<(4*d)) | s<<(4*d)
}

// newConn starts tracking with the first segment of a connection. Only a bare
// SYN may begin one; callers look up connections for other segments first.
func newConn(s Segment) (conn, Fault) {
	switch {
	case s.Flags&(wire.ACK|wire.RST|wire.FIN) != 0:
		return conn{}, SynFlags
	case s.Len > 0 || s.Flags&(wire.PSH|wire.URG) != 0:
		return conn{}, SynData
	}
	var c conn
	c.move(SynSent)
	c.end[Forward] = s.Seq + 1
	c.limit[Forward] = s.Seq + 1
	c.window[Forward] = widthOf(max(uint32(s.Window), 1))
	c.setScale(Forward, s.Scale)
	c.setScale(Return, NoScale)
	return c, NoFault
}

// step applies a segment travelling in direction d. A fault leaves the
// connection as it was and the segment must be dropped. After a RST that is
// believed the state is Unused: the session is over.
func (c *conn) step(d Direction, s Segment, check ScaleCheck) Fault {
	switch c.state() {
	case SynSent:
		if d == Forward {
			return c.opening(s)
		}
		return c.answer(s, check)
	case SynRcvd:
		return c.completing(d, s)
	}
	return c.established(d, s)
}

// opening handles a segment of the initiator before the answer.
func (c *conn) opening(s Segment) Fault {
	if s.Flags&wire.RST != 0 {
		if s.Seq != c.end[Forward] {
			return InvalidSeq
		}
		c.move(Unused)
		return NoFault
	}
	if s.Flags&wire.SYN == 0 {
		return InvalidFlags
	}
	again, fault := newConn(s) // same number: a retransmission; another: a new attempt
	if fault == NoFault {
		*c = again
	}
	return fault
}

// answer handles a segment of the responder before its SYN was seen.
func (c *conn) answer(s Segment, check ScaleCheck) Fault {
	switch {
	case s.Flags&wire.ACK == 0 || s.Ack != c.end[Forward]:
		return InvalidAck
	case s.Flags&wire.RST != 0:
		c.move(Unused)
		return NoFault
	case s.Flags&(wire.SYN|wire.FIN) != wire.SYN:
		return InvalidFlags
	}
	offered := c.scaleOf(Forward)
	if check == ScaleStrict && offered == NoScale && s.Scale != NoScale {
		return WindowScale
	}
	if offered == NoScale || s.Scale == NoScale { // scaling needs both sides
		c.scale = 0
	} else {
		c.setScale(Return, s.Scale)
	}
	c.end[Return] = s.Seq + 1 + s.Len
	c.limit[Return] = c.end[Return] + c.window[Forward].bytes()
	c.limit[Forward] = s.Ack + uint32(s.Window)
	c.window[Return] = widthOf(max(uint32(s.Window), 1))
	c.move(SynRcvd)
	return NoFault
}

// completing handles a segment between SYN+ACK and the initiator's ACK.
func (c *conn) completing(d Direction, s Segment) Fault {
	if s.Flags&wire.SYN != 0 {
		repeat := s.Seq+1 == c.end[d] && (s.Flags&wire.ACK != 0) == (d == Return)
		if !repeat || s.Flags&(wire.RST|wire.FIN) != 0 {
			return InvalidFlags
		}
		return NoFault
	}
	if d == Forward && s.Flags&wire.RST == 0 && (s.Flags&wire.ACK == 0 || s.Ack != c.end[Return]) {
		return InvalidAck
	}
	before := c.phase
	if d == Forward {
		c.move(Open)
	}
	fault := c.established(d, s)
	if fault != NoFault {
		c.phase = before
	}
	return fault
}

// established handles a segment once both sides are known.
func (c *conn) established(d Direction, s Segment) Fault {
	if s.Flags&wire.SYN != 0 {
		if d == Return && s.Flags&wire.ACK != 0 && c.known(d) && before(s.Seq, c.end[d]) && s.Flags&(wire.RST|wire.FIN) == 0 {
			return NoFault // the answer again: the initiator's ACK was lost
		}
		return SynInWindow
	}
	if s.Flags&(wire.ACK|wire.RST) == 0 {
		return InvalidAck
	}
	if s.Flags&(wire.FIN|wire.RST) == wire.FIN|wire.RST {
		return InvalidFlags
	}
	if fault := c.check(d, s); fault != NoFault {
		return fault
	}
	if s.Flags&wire.RST != 0 {
		c.move(Unused)
		return NoFault
	}
	c.advance(d, s)
	return NoFault
}

// advance records an accepted segment and the progress of closing.
func (c *conn) advance(d Direction, s Segment) {
	end := s.Seq + s.Len
	if s.Flags&wire.FIN != 0 {
		end++
	}
	c.slide(d, s, end)
	if s.Flags&wire.FIN != 0 && end == c.end[d] {
		c.phase |= 1 << (finMarks + d)
		if c.state() == Open || c.state() == SynRcvd {
			c.move(Closing)
		}
	}
	back := 1 - d
	if c.finSent(back) && !before(s.Ack, c.end[back]) {
		c.phase |= 1 << (finMarks + 2 + back)
	}
	if c.phase>>finMarks == 0xf {
		c.move(Closed)
	}
}
