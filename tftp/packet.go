package tftp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Port is where servers take requests.
const Port = 69

// BlockSize is the payload of every data packet but the last, in bytes.
const BlockSize = 512

// Opcode tells packets apart (RFC 1350 section 5).
type Opcode uint16

// The opcodes.
const (
	ReadRequest Opcode = iota + 1
	WriteRequest
	Data
	Ack
	Failure
)

// Code is the reason in an error packet (RFC 1350, appendix).
type Code uint16

// The codes in use here.
const (
	Undefined       Code = 0
	FileNotFound    Code = 1
	AccessViolation Code = 2
	DiskFull        Code = 3
	IllegalOp       Code = 4
	UnknownID       Code = 5
	FileExists      Code = 6
)

// Errors a transfer ends with.
var (
	ErrMalformed = errors.New("tftp: malformed packet")
	ErrTimeout   = errors.New("tftp: no answer")
	ErrNotFound  = errors.New("tftp: no such file")
	ErrRefused   = errors.New("tftp: access refused")
	ErrFull      = errors.New("tftp: no space left")
	ErrRemote    = errors.New("tftp: error at the other end")
	ErrTooLarge  = errors.New("tftp: file is too large")
)

// err is what an error code means to the caller.
func (c Code) err(text string) error {
	switch c {
	case FileNotFound:
		return ErrNotFound
	case AccessViolation, FileExists:
		return ErrRefused
	case DiskFull:
		return ErrFull
	}
	return fmt.Errorf("%w: %q", ErrRemote, text)
}

// Packet is one packet of any kind; the opcode says which fields count.
//
//	request  | opcode | name | 0 | mode | 0 |
//	data     | opcode | block | 0 to 512 bytes |
//	ack      | opcode | block |
//	error    | opcode | code | text | 0 |
type Packet struct {
	Op      Opcode
	Name    string // requests
	Mode    string // requests: "octet"
	Block   uint16 // data, ack
	Payload []byte // data; borrowed from the bytes parsed
	Code    Code   // error
	Text    string // error
}

// mode is the only transfer mode spoken.
const mode = "octet"

// Parse reads a packet; ErrMalformed when it is none. Options behind a
// request's mode (RFC 2347) are ignored, as that RFC allows.
func Parse(b []byte) (Packet, error) {
	if len(b) < 4 {
		return Packet{}, fmt.Errorf("%w: %d bytes", ErrMalformed, len(b))
	}
	p, rest := Packet{Op: Opcode(binary.BigEndian.Uint16(b))}, b[2:]
	switch p.Op {
	case ReadRequest, WriteRequest:
		name, rest, ok := bytes.Cut(rest, []byte{0})
		mode, _, whole := bytes.Cut(rest, []byte{0})
		if !ok || !whole || len(name) == 0 {
			return Packet{}, fmt.Errorf("%w: request", ErrMalformed)
		}
		p.Name, p.Mode = string(name), string(mode)
	case Data:
		p.Block, p.Payload = binary.BigEndian.Uint16(rest), rest[2:]
		if len(p.Payload) > BlockSize {
			return Packet{}, fmt.Errorf("%w: block of %d bytes", ErrMalformed, len(p.Payload))
		}
	case Ack:
		p.Block = binary.BigEndian.Uint16(rest)
	case Failure:
		text, _, _ := bytes.Cut(rest[2:], []byte{0})
		p.Code, p.Text = Code(binary.BigEndian.Uint16(rest)), string(text)
	default:
		return Packet{}, fmt.Errorf("%w: opcode %d", ErrMalformed, p.Op)
	}
	return p, nil
}

// Append appends the packet's bytes to b.
func (p Packet) Append(b []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(p.Op))
	switch p.Op {
	case ReadRequest, WriteRequest:
		b = append(append(b, p.Name...), 0)
		return append(append(b, p.Mode...), 0)
	case Data:
		return append(binary.BigEndian.AppendUint16(b, p.Block), p.Payload...)
	case Ack:
		return binary.BigEndian.AppendUint16(b, p.Block)
	}
	b = binary.BigEndian.AppendUint16(b, uint16(p.Code))
	return append(append(b, p.Text...), 0)
}
