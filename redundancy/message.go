package redundancy

import "encoding/binary"

// Version is the version of the checkpoint protocol. A message of another one
// is refused.
const Version = 1

// HeaderLen is the length of the header of every message in bytes.
const HeaderLen = 24

// Kind is the type of a message.
type Kind uint8

// The kinds (docs/checkpoint.md).
const (
	Hello Kind = iota + 1
	Keepalive
	StateChange
	BulkRequest
	BulkBegin
	BulkRecords
	BulkEnd
	LiveRecords
	Ack
	kinds
)

const (
	flagForced  = 1 << iota // bit 0
	flagSettled             // bit 1
)

// Message is one message of the checkpoint protocol. The header:
//
//	 0               1               2               3
//	+---------------+---------------+---------------+---------------+
//	|  version (1)  |     kind      |    length of the message      |
//	|                     stream of the sender                      |
//	|                         bulk number                           |
//	|     state     |     flags     |           count               |
//	|                      sequence (8 bytes)                       |
//	+---------------+---------------+---------------+---------------+
type Message struct {
	Kind     Kind
	Stream   uint32 // numbers the sender's associations; each begins a new conversation
	Bulk     uint32 // bulk copy the message is part of or about; 0 is none
	State    State  // of the sender
	Forced   bool   // StateChange: the sender was told to hand over
	Settled  bool   // Hello: the sender knows that it is known, and needs no answer
	Count    uint16 // records in Body
	Sequence uint64 // data: number within the bulk, from 1; others: the last one sent

	Hello  Introduction // Hello
	Ack    Receipt      // Ack
	Body   []byte       // BulkRecords and LiveRecords: opaque records
	Copied uint64       // BulkBegin: records the walk will send, about; BulkEnd: those it sent
}

// Introduction is what a router says about itself.
type Introduction struct {
	Boot     uint64 // differs between two lives of a device
	Digest   uint64 // of the configuration both must share
	Echo     uint32 // stream of the receiver that the sender knows, 0 if none
	Release  string // up to 255 bytes
	Platform string // up to 255 bytes
}

// Receipt acknowledges data messages.
type Receipt struct {
	UpTo    uint64 // every data message up to this one has arrived
	Applied uint64 // records taken over in this bulk
	Refused uint64 // records not taken over
}

// Append appends the encoded message to b.
func (m *Message) Append(b []byte) []byte {
	start := len(b)
	b = m.appendHeader(b)
	switch m.Kind {
	case Hello:
		h := &m.Hello
		b = binary.BigEndian.AppendUint64(b, h.Boot)
		b = binary.BigEndian.AppendUint64(b, h.Digest)
		b = binary.BigEndian.AppendUint32(b, h.Echo)
		b = appendText(b, h.Release)
		b = appendText(b, h.Platform)
	case Ack:
		b = binary.BigEndian.AppendUint64(b, m.Ack.UpTo)
		b = binary.BigEndian.AppendUint64(b, m.Ack.Applied)
		b = binary.BigEndian.AppendUint64(b, m.Ack.Refused)
	case BulkBegin, BulkEnd:
		b = binary.BigEndian.AppendUint64(b, m.Copied)
	case BulkRecords, LiveRecords:
		b = append(b, m.Body...)
	}
	putLength(b[start:])
	return b
}

func putLength(message []byte) {
	binary.BigEndian.PutUint16(message[2:], uint16(len(message)))
}

func (m *Message) appendHeader(b []byte) []byte {
	flags := byte(0)
	if m.Forced {
		flags |= flagForced
	}
	if m.Settled {
		flags |= flagSettled
	}
	b = append(b, Version, byte(m.Kind), 0, 0)
	b = binary.BigEndian.AppendUint32(b, m.Stream)
	b = binary.BigEndian.AppendUint32(b, m.Bulk)
	b = append(b, byte(m.State), flags)
	b = binary.BigEndian.AppendUint16(b, m.Count)
	return binary.BigEndian.AppendUint64(b, m.Sequence)
}

func appendText(b []byte, s string) []byte {
	s = brief(s)
	return append(append(b, byte(len(s))), s...)
}

// brief returns as much of s as a message carries.
func brief(s string) string { return s[:min(len(s), 255)] }

// Decode reads one whole message; Body is a part of b. It returns a Fault for
// one that no sender of this version makes.
func (m *Message) Decode(b []byte) error {
	if len(b) < HeaderLen {
		return CutShort
	}
	*m = Message{
		Kind: Kind(b[1]), Stream: binary.BigEndian.Uint32(b[4:]), Bulk: binary.BigEndian.Uint32(b[8:]),
		State: State(b[12]), Forced: b[13]&flagForced != 0, Settled: b[13]&flagSettled != 0,
		Count: binary.BigEndian.Uint16(b[14:]), Sequence: binary.BigEndian.Uint64(b[16:]),
	}
	switch {
	case b[0] != Version:
		return BadVersion
	case int(binary.BigEndian.Uint16(b[2:])) > len(b):
		return CutShort
	case int(binary.BigEndian.Uint16(b[2:])) < len(b):
		return BadLength
	case m.Kind == 0 || m.Kind >= kinds:
		return BadKind
	case m.State >= states:
		return BadState
	case b[13] >= 1<<2:
		return BadFlags
	}
	return m.decodeBody(b[HeaderLen:])
}

func (m *Message) decodeBody(b []byte) error {
	var err error
	switch m.Kind {
	case Hello:
		return m.Hello.decode(b)
	case Ack:
		if b, err = need(b, 24); err != nil {
			return err
		}
		m.Ack = Receipt{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:]), binary.BigEndian.Uint64(b[16:])}
	case BulkBegin, BulkEnd:
		if b, err = need(b, 8); err != nil {
			return err
		}
		m.Copied = binary.BigEndian.Uint64(b)
	case BulkRecords, LiveRecords:
		m.Body = b
	default:
		_, err = need(b, 0)
	}
	return err
}

// need returns b if it has exactly n bytes.
func need(b []byte, n int) ([]byte, error) {
	if len(b) < n {
		return nil, CutShort
	}
	if len(b) > n {
		return nil, BadBody
	}
	return b, nil
}

func (h *Introduction) decode(b []byte) error {
	if len(b) < 20 {
		return CutShort
	}
	h.Boot, h.Digest = binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])
	h.Echo = binary.BigEndian.Uint32(b[16:])
	b = b[20:]
	for _, text := range []*string{&h.Release, &h.Platform} {
		if len(b) == 0 || len(b) <= int(b[0]) {
			return CutShort
		}
		*text = string(b[1 : 1+int(b[0])])
		b = b[1+int(b[0]):]
	}
	_, err := need(b, 0)
	return err
}

// IsData reports whether k is numbered and acknowledged.
func (k Kind) IsData() bool { return k >= BulkBegin && k <= LiveRecords }
