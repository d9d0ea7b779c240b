package sctp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// Protocol is the IP protocol number of SCTP.
const Protocol = 132

// Lengths in bytes.
const (
	HeaderLen      = 12 // common header (RFC 9260 section 3.1)
	ChunkHeaderLen = 4  // type, flags, length
	DataHeaderLen  = 16 // chunk header of DATA with TSN, stream, sequence, protocol
	ipHeaderLen    = 20 // what the MTU loses to IPv4
)

// ErrFormat is wrapped by every decoder that refuses what it was given.
var ErrFormat = errors.New("sctp: malformed")

// errChecksum is made once: a flood of forged packets must not cost formatting.
var errChecksum = fmt.Errorf("%w: wrong checksum", ErrFormat)

// ChunkType is the first byte of a chunk (RFC 9260 section 3.2).
type ChunkType uint8

// The chunk types spoken here.
const (
	Data             ChunkType = 0
	Init             ChunkType = 1
	InitAck          ChunkType = 2
	Sack             ChunkType = 3
	Heartbeat        ChunkType = 4
	HeartbeatAck     ChunkType = 5
	Abort            ChunkType = 6
	Shutdown         ChunkType = 7
	ShutdownAck      ChunkType = 8
	Error            ChunkType = 9
	CookieEcho       ChunkType = 10
	CookieAck        ChunkType = 11
	ShutdownComplete ChunkType = 14
)

var chunkNames = map[ChunkType]string{
	Data: "DATA", Init: "INIT", InitAck: "INIT ACK", Sack: "SACK", Heartbeat: "HEARTBEAT", HeartbeatAck: "HEARTBEAT ACK",
	Abort: "ABORT", Shutdown: "SHUTDOWN", ShutdownAck: "SHUTDOWN ACK", Error: "ERROR", CookieEcho: "COOKIE ECHO",
	CookieAck: "COOKIE ACK", ShutdownComplete: "SHUTDOWN COMPLETE",
}

// String names t as RFC 9260 does.
func (t ChunkType) String() string {
	if name, ok := chunkNames[t]; ok {
		return name
	}
	return fmt.Sprintf("chunk type %d", uint8(t))
}

// skips reports what the two high bits of an unknown type ask for: to go on
// with the next chunk rather than to stop (RFC 9260 section 3.2).
func (t ChunkType) skips() bool { return t&0x80 != 0 }

// reports reports whether an unknown type is to be reported to its sender.
func (t ChunkType) reports() bool { return t&0x40 != 0 }

// Flag bits of DATA (RFC 9260 section 3.3.1) and of ABORT and SHUTDOWN COMPLETE.
const (
	flagEnd       uint8 = 1 << iota // last fragment
	flagBegin                       // first fragment
	flagUnordered                   // no stream order
	flagImmediate                   // acknowledge without delay
	flagReflected uint8 = 1         // T: the tag is the sender's own view reflected
)

// Header is the common header of a packet (RFC 9260 section 3.1):
//
//	 0                   1                   2                   3
//	+-------------------------------+-------------------------------+
//	|        source port            |       destination port        |
//	+-------------------------------+-------------------------------+
//	|                      verification tag                         |
//	+---------------------------------------------------------------+
//	|              CRC32c, least significant byte first             |
//	+---------------------------------------------------------------+
type Header struct {
	SrcPort, DstPort uint16
	Tag              uint32
}

// ParsePacket reads the common header and checks the CRC32c; chunks is the
// rest of packet. It returns ErrFormat for a short packet or a wrong checksum.
func ParsePacket(packet []byte) (h Header, chunks []byte, err error) {
	if len(packet) < HeaderLen+ChunkHeaderLen {
		return h, nil, fmt.Errorf("%w: packet of %d bytes", ErrFormat, len(packet))
	}
	if binary.LittleEndian.Uint32(packet[8:]) != checksum(packet) {
		return h, nil, errChecksum
	}
	h.SrcPort = binary.BigEndian.Uint16(packet)
	h.DstPort = binary.BigEndian.Uint16(packet[2:])
	h.Tag = binary.BigEndian.Uint32(packet[4:])
	return h, packet[HeaderLen:], nil
}

// AppendHeader appends the common header with an empty checksum; Seal fills it.
func AppendHeader(b []byte, h Header) []byte {
	b = binary.BigEndian.AppendUint16(b, h.SrcPort)
	b = binary.BigEndian.AppendUint16(b, h.DstPort)
	b = binary.BigEndian.AppendUint32(b, h.Tag)
	return append(b, 0, 0, 0, 0)
}

// Seal writes the CRC32c of a finished packet.
func Seal(packet []byte) { binary.LittleEndian.PutUint32(packet[8:], checksum(packet)) }

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	noChecksum = make([]byte, 4) // never written; local it would escape for every packet
)

// checksum computes the CRC32c as if the checksum field were zero.
func checksum(packet []byte) uint32 {
	sum := crc32.Update(0, castagnoli, packet[:8])
	sum = crc32.Update(sum, castagnoli, noChecksum)
	return crc32.Update(sum, castagnoli, packet[HeaderLen:])
}

// Chunk is one chunk: Body is what follows the four header bytes, without
// padding. It borrows the packet it was cut from.
type Chunk struct {
	Type  ChunkType
	Flags uint8
	Body  []byte
}

// NextChunk cuts the first chunk from b. It returns ErrFormat when the length
// field is below four or beyond b. Padding of the last chunk may be missing.
func NextChunk(b []byte) (c Chunk, rest []byte, err error) {
	body, rest, err := cut(b)
	if err != nil {
		return Chunk{}, nil, err
	}
	return Chunk{Type: ChunkType(b[0]), Flags: b[1], Body: body}, rest, nil
}

// cut splits off one element whose header is four bytes with the length in the
// third and fourth, the form that chunks, parameters and causes share.
func cut(b []byte) (body, rest []byte, err error) {
	if len(b) < 4 {
		return nil, nil, fmt.Errorf("%w: %d bytes left", ErrFormat, len(b))
	}
	n := int(binary.BigEndian.Uint16(b[2:]))
	if n < 4 || n > len(b) {
		return nil, nil, fmt.Errorf("%w: length %d in %d bytes", ErrFormat, n, len(b))
	}
	return b[4:n], b[min(padded(n), len(b)):], nil
}

// padded rounds n up to a multiple of four.
func padded(n int) int { return (n + 3) &^ 3 }

// AppendChunk appends c with its padding.
func AppendChunk(b []byte, c Chunk) []byte {
	b = append(b, byte(c.Type), c.Flags, 0, 0)
	return appendBody(b, c.Body)
}

// appendBody completes an element whose four header bytes end b: it appends
// body, writes the length and pads.
func appendBody(b, body []byte) []byte {
	binary.BigEndian.PutUint16(b[len(b)-2:], uint16(4+len(body)))
	b = append(b, body...)
	return append(b, make([]byte, padded(len(body))-len(body))...)
}

// DataHeader is what a DATA chunk carries before the user data (RFC 9260
// section 3.3.1). The payload protocol identifier is sent as 0.
type DataHeader struct {
	TSN              uint32
	Stream, Sequence uint16
	Protocol         uint32
}

// ParseData reads the body of a DATA chunk.
func ParseData(body []byte) (h DataHeader, payload []byte, err error) {
	if len(body) < DataHeaderLen-ChunkHeaderLen {
		return h, nil, fmt.Errorf("%w: DATA of %d bytes", ErrFormat, len(body))
	}
	h.TSN = binary.BigEndian.Uint32(body)
	h.Stream = binary.BigEndian.Uint16(body[4:])
	h.Sequence = binary.BigEndian.Uint16(body[6:])
	h.Protocol = binary.BigEndian.Uint32(body[8:])
	return h, body[12:], nil
}

// appendDataHeader appends the sixteen bytes before n bytes of user data.
func appendDataHeader(b []byte, flags uint8, h DataHeader, n int) []byte {
	b = append(b, byte(Data), flags)
	b = binary.BigEndian.AppendUint16(b, uint16(DataHeaderLen+n))
	b = binary.BigEndian.AppendUint32(b, h.TSN)
	b = binary.BigEndian.AppendUint16(b, h.Stream)
	b = binary.BigEndian.AppendUint16(b, h.Sequence)
	return binary.BigEndian.AppendUint32(b, h.Protocol)
}

// AppendData appends a DATA chunk with its padding.
func AppendData(b []byte, flags uint8, h DataHeader, payload []byte) []byte {
	b = append(appendDataHeader(b, flags, h, len(payload)), payload...)
	return append(b, make([]byte, padded(len(payload))-len(payload))...)
}

// GapBlock is one run of TSNs received beyond the cumulative one, as offsets
// from it: Start and End belong to the run (RFC 9260 section 3.3.4).
type GapBlock struct{ Start, End uint16 }

// SackView is the body of a SACK chunk that ParseSack has checked.
type SackView struct {
	CumTSN    uint32
	Window    uint32 // bytes the receiver still takes
	gaps, dup []byte
}

// ParseSack reads the body of a SACK chunk.
func ParseSack(body []byte) (SackView, error) {
	if len(body) < 12 {
		return SackView{}, fmt.Errorf("%w: SACK of %d bytes", ErrFormat, len(body))
	}
	gaps := int(binary.BigEndian.Uint16(body[8:])) * 4
	dups := int(binary.BigEndian.Uint16(body[10:])) * 4
	if len(body) < 12+gaps+dups {
		return SackView{}, fmt.Errorf("%w: SACK of %d bytes with %d of blocks", ErrFormat, len(body), gaps+dups)
	}
	return SackView{
		CumTSN: binary.BigEndian.Uint32(body), Window: binary.BigEndian.Uint32(body[4:]),
		gaps: body[12 : 12+gaps], dup: body[12+gaps : 12+gaps+dups],
	}, nil
}

// Gaps returns the number of gap blocks.
func (s SackView) Gaps() int { return len(s.gaps) / 4 }

// Gap returns gap block i.
func (s SackView) Gap(i int) GapBlock {
	return GapBlock{binary.BigEndian.Uint16(s.gaps[4*i:]), binary.BigEndian.Uint16(s.gaps[4*i+2:])}
}

// Duplicates returns the number of duplicate TSNs reported.
func (s SackView) Duplicates() int { return len(s.dup) / 4 }

// Duplicate returns duplicate TSN i.
func (s SackView) Duplicate(i int) uint32 { return binary.BigEndian.Uint32(s.dup[4*i:]) }

// AppendSack appends a SACK chunk.
func AppendSack(b []byte, cum, window uint32, gaps []GapBlock, dups []uint32) []byte {
	b = append(b, byte(Sack), 0)
	b = binary.BigEndian.AppendUint16(b, uint16(16+4*len(gaps)+4*len(dups)))
	b = binary.BigEndian.AppendUint32(b, cum)
	b = binary.BigEndian.AppendUint32(b, window)
	b = binary.BigEndian.AppendUint16(b, uint16(len(gaps)))
	b = binary.BigEndian.AppendUint16(b, uint16(len(dups)))
	for _, g := range gaps {
		b = binary.BigEndian.AppendUint16(b, g.Start)
		b = binary.BigEndian.AppendUint16(b, g.End)
	}
	for _, d := range dups {
		b = binary.BigEndian.AppendUint32(b, d)
	}
	return b
}

// before reports whether TSN a is older than b (serial numbers, RFC 9260
// section 1.6).
func before(a, b uint32) bool { return int32(a-b) < 0 }
