// Package port is how Ethernet frames enter and leave a router: batches of
// frames and a carrier, whatever lies behind them. The back ends are mem (a
// LAN segment inside this process), udp (raw Ethernet in UDP datagrams) and tap
// (an interface of the host); capture and impair wrap any of them.
package port

import "errors"

const (
	// BatchSize is the largest number of frames that one Read gives, and a good
	// number to Write at a time.
	BatchSize = 64
	// BufferSize is the length in bytes of a buffer that frames are read into.
	BufferSize = 2048
	// DefaultMTU is the payload of a plain Ethernet frame in bytes.
	DefaultMTU = 1500
	// MaxMTU is the largest MTU that fits a buffer, in bytes.
	MaxMTU = BufferSize - headroom
	// MinFrame is the Ethernet header: anything shorter is a runt.
	MinFrame = 14

	headroom = 18 // Ethernet header and one 802.1Q tag, bytes
)

// ErrDown is returned by Write while the port has no carrier.
var ErrDown = errors.New("port: no carrier")

// Port is one Ethernet attachment. Read is called by one goroutine at a time;
// the other methods may be called by any.
type Port interface {
	// Read waits for at least one frame and fills as many of bufs as there are
	// frames at hand: frame i is bufs[i][:sizes[i]], Ethernet header first,
	// without FCS. Each buffer holds BufferSize bytes; both slices have the
	// same length, 1 to BatchSize. It returns net.ErrClosed after Close.
	Read(bufs [][]byte, sizes []int) (n int, err error)
	// Write sends any number of frames, which stay the caller's, and returns how
	// many were taken; without frames it only reports the state. A frame that the port discards (a full queue beyond it, a giant, a
	// runt) is taken and counted. It returns ErrDown without carrier and
	// net.ErrClosed after Close.
	Write(frames [][]byte) (n int, err error)
	// Carrier gives the present state, then every change. It is always the
	// same channel, for one receiver, and is closed by Close.
	Carrier() <-chan bool
	// MTU is the number of bytes that fit behind the Ethernet header.
	MTU() int
	// Close detaches the port and ends a Read in progress.
	Close() error
}

// Counted is a Port that counts what passes and what it discards. Every back
// end is one.
type Counted interface {
	Port
	// Counts returns the totals since the port was opened.
	Counts() Counts
}

// Waiter is a Port that knows whether something waits for its reader.
type Waiter interface {
	// Waiting reports whether frames have arrived that the reader has not dealt
	// with: they were not read yet, or no Read has followed the one that gave
	// them. It may be called by any goroutine.
	Waiting() bool
}

// Batch returns BatchSize buffers of BufferSize bytes, cut from one piece of
// memory, and room for their sizes.
func Batch() (bufs [][]byte, sizes []int) {
	arena := make([]byte, BatchSize*BufferSize)
	bufs = make([][]byte, BatchSize)
	for i := range bufs {
		bufs[i] = arena[i*BufferSize : (i+1)*BufferSize : (i+1)*BufferSize]
	}
	return bufs, make([]int, BatchSize)
}

// MaxFrame is the longest frame in bytes, without FCS, that a port of the
// given MTU carries: one 802.1Q tag is allowed for.
func MaxFrame(mtu int) int { return mtu + headroom }
