package host

import (
	"fmt"
	"slices"
	"time"

	"tandem/clock"
	"tandem/lab/host/tcp"
	"tandem/wire"
)

// The rate of a flow in records a second.
const (
	DefaultRate = 10
	MaxRate     = 10000
)

// State is how a flow stands.
type State uint8

// The states.
const (
	Connecting  State = iota
	Established       // UDP: something came back
	ClosedFlow        // in order
	RefusedFlow       // UDP: port unreachable
	ResetFlow         // by the peer
	TimedOutFlow
)

var stateText = [...]string{"connecting", "established", "closed", "refused", "reset", "timed out"}

// String names the state as show flows prints it.
func (s State) String() string { return stateText[s] }

// Flow is what is known about a flow.
type Flow struct {
	Number int
	Proto  string // "tcp" or "udp"
	Local  uint16
	To     wire.Addr
	Port   uint16
	State  State
	Rate   int
	Why    string // last ICMP error about it, if any
	Tally  Tally

	key     clock.Key
	started clock.Time
	begun   clock.Time // of sending; records are due at begun + n/rate
	paced   int64      // records due so far
	print   func(format string, args ...any)
}

// flow is a Flow with the protocol under it.
type flow interface {
	facts() *Flow
	concerns(a answer) bool
	stop(now clock.Time)
}

func (f *Flow) facts() *Flow { return f }

// Lost is how many records the flow lost as of now.
func (f *Flow) Lost(now clock.Time) uint64 { return f.Tally.Lost(now) }

func (f *Flow) announce(text string) {
	f.print("flow %d: %s %s port %d %s\n", f.Number, f.Proto, f.To, f.Port, text)
}

// concerns takes an ICMP error that quotes a packet of this flow.
func (f *Flow) concerns(a answer) bool {
	proto := wire.ProtoTCP
	if f.Proto == "udp" {
		proto = wire.ProtoUDP
	}
	if a.proto != proto || a.to != f.To || a.id != f.Local || a.seq != f.Port {
		return false
	}
	f.Why = a.why()
	return true
}

// Flows returns the flows in the order they were started.
func (h *Host) Flows() []*Flow {
	out := make([]*Flow, len(h.flows))
	for i, f := range h.flows {
		out[i] = f.facts()
	}
	return out
}

func (h *Host) newFlow(now clock.Time, proto string, to wire.Addr, port uint16, rate int, s *Shell) Flow {
	h.lastFlow++
	return Flow{
		Number: h.lastFlow, Proto: proto, To: to, Port: port, Rate: rate, print: s.printf, started: now,
		key: clock.Key{Owner: "flow", Name: fmt.Sprint(h.lastFlow)},
	}
}

// pace calls send for every record due and comes back for the next. send
// reports whether the record went; one that did not is tried again at the next
// beat, so that a blocked stream does not burst later.
func (h *Host) pace(now clock.Time, f *Flow, send func(clock.Time) bool) {
	due := int64(now.Sub(f.begun))*int64(f.Rate)/int64(time.Second) + 1
	for ; f.paced < due; f.paced++ {
		if !send(now) {
			f.paced = due
			break
		}
	}
	next := f.begun.Add(time.Duration(f.paced * int64(time.Second) / int64(f.Rate)))
	h.at(f.key, max(next, now+1), func(now clock.Time) { h.pace(now, f, send) })
}

func (h *Host) beginPace(now clock.Time, f *Flow, send func(clock.Time) bool) {
	f.begun, f.paced = now, 0
	h.pace(now, f, send)
}

// streamFlow is a flow over TCP.
type streamFlow struct {
	Flow
	host *Host
	conn tcp.Conn
	part []byte // of a record, received so far
	rest []byte // of a record, not yet taken by the transport
}

func (h *Host) connectTCP(now clock.Time, to wire.Addr, port uint16, rate int, s *Shell) (*Flow, error) {
	c, err := h.transport.Dial(now, to, port)
	if err != nil {
		return nil, err
	}
	f := &streamFlow{Flow: h.newFlow(now, "tcp", to, port, rate, s), host: h, conn: c}
	f.Local, _ = h.transport.Local(c)
	h.flows = append(h.flows, f)
	h.byConn[c] = f
	return &f.Flow, nil
}

func (f *streamFlow) send(now clock.Time) bool {
	t := f.host.transport
	if len(f.rest) > 0 {
		f.rest = f.rest[t.Write(now, f.conn, f.rest):]
		return false
	}
	r := AppendRecord(nil, uint32(f.Number), f.Tally.Sent+1)
	n := t.Write(now, f.conn, r)
	if n == 0 {
		return false
	}
	f.Tally.send(now)
	f.rest = r[n:]
	return true
}

func (f *streamFlow) event(now clock.Time, k tcp.Kind) {
	h := f.host
	switch k {
	case tcp.Established:
		f.State = Established
		if f.Local == 0 {
			f.Local, _ = h.transport.Local(f.conn)
		}
		f.Tally.start(now)
		f.announce("established after " + milliseconds(now.Sub(f.started)))
		h.beginPace(now, &f.Flow, f.send)
	case tcp.Readable:
		f.read(now)
	case tcp.Writable:
		f.rest = f.rest[h.transport.Write(now, f.conn, f.rest):]
	case tcp.Finished:
		f.read(now)
		h.cancel(f.key)
		h.transport.Close(now, f.conn)
	case tcp.Closed:
		f.over(now, ClosedFlow)
	case tcp.Refused:
		f.over(now, RefusedFlow)
	case tcp.Reset:
		f.over(now, ResetFlow)
	case tcp.TimedOut:
		f.over(now, TimedOutFlow)
	}
}

func (f *streamFlow) read(now clock.Time) {
	var buf [4096]byte
	for {
		n := f.host.transport.Read(now, f.conn, buf[:])
		if n == 0 {
			return
		}
		f.part = append(f.part, buf[:n]...)
		for len(f.part) >= RecordLen {
			if number, ok := ParseRecord(f.part[:RecordLen], uint32(f.Number)); ok {
				f.Tally.receive(now, number)
			} else {
				f.Tally.Damaged++
			}
			f.part = f.part[RecordLen:]
		}
		f.part = append([]byte(nil), f.part...)
	}
}

func (f *streamFlow) over(now clock.Time, s State) {
	f.State = s
	f.Tally.stop(now)
	f.Tally.settle()
	f.host.cancel(f.key)
	delete(f.host.byConn, f.conn)
	f.announce(s.String())
}

func (f *streamFlow) stop(now clock.Time) {
	if f.State > Established {
		return
	}
	f.host.cancel(f.key)
	f.host.transport.Close(now, f.conn)
	if f.State == Connecting {
		f.over(now, ClosedFlow)
	}
}

// tcpEvent gives an event to the flow or the service it belongs to.
func (h *Host) tcpEvent(now clock.Time, e tcp.Event) {
	if f := h.byConn[e.Conn]; f != nil {
		f.event(now, e.Kind)
		return
	}
	h.serviceEvent(now, e)
}

// stopFlow ends the flow or flood with that number, and reports whether there
// is one.
func (h *Host) stopFlow(now clock.Time, number int) bool {
	if i := slices.IndexFunc(h.flows, func(f flow) bool { return f.facts().Number == number }); i >= 0 {
		h.flows[i].stop(now)
		return true
	}
	return h.stopFlood(number)
}
