package ipc

import (
	"slices"
	"time"

	"tandem/wire"
)

// Config is the association of "ipc zone default" (reference ha 4.1). The zero
// value is a zone without association; a zero timer or count means its
// default. Fields are unset one by one as the configuration removes them.
type Config struct {
	Association uint8 // id, 1 to 255; 0 is none
	Running     bool  // no shutdown; a new association is shut
	SCTP        bool  // protocol sctp

	LocalPort  uint16      // 1 to 65535
	LocalIP    []wire.Addr // one or two
	RemotePort uint16
	RemoteIP   []wire.Addr // one or two, of one router

	RetransmitMin   time.Duration // RTO.Min, 300 ms to 60 s, default 300 ms
	RetransmitMax   time.Duration // RTO.Max, 300 ms to 60 s, default 600 ms
	PathRetransmit  int           // Path.Max.Retrans, 2 to 10, default 4
	AssocRetransmit int           // Association.Max.Retrans, 2 to 10, default 4
}

// Ranges and defaults of reference ha 4.1.
const (
	MinTimeout        = 300 * time.Millisecond
	MaxTimeout        = 60 * time.Second
	MinRetransmit     = 2
	MaxRetransmit     = 10
	DefaultMin        = 300 * time.Millisecond
	DefaultMax        = 600 * time.Millisecond
	DefaultRetransmit = 4
)

// Refusal is an error that the user sees as "% " and the text of Line. All of
// them are decisions: the wording of IOS was not found (reference ha 4.3).
type Refusal string

// The refusals of Configure.
const (
	ErrRunning  Refusal = "Association must be shut down before its configuration is changed"
	ErrTimeouts Refusal = "Minimum retransmit timeout must not exceed maximum"
	ErrVirtual  Refusal = "Virtual IP address cannot be used for an association"
	ErrRange    Refusal = "Association parameter is out of range"
	ErrAddress  Refusal = "Invalid address for an association"
)

// Error implements error.
func (r Refusal) Error() string { return "ipc: " + string(r) }

// Line returns the text for the command line.
func (r Refusal) Line() string { return "% " + string(r) }

// timeouts returns the RTO bounds in force.
func (c Config) timeouts() (low, high time.Duration) {
	low, high = c.RetransmitMin, c.RetransmitMax
	if low == 0 {
		low = DefaultMin
	}
	if high == 0 {
		high = DefaultMax
	}
	return low, high
}

// complete reports whether c has all that an association needs.
func (c Config) complete() bool {
	return c.Association != 0 && c.SCTP && c.LocalPort != 0 && c.RemotePort != 0 && len(c.LocalIP) > 0 && len(c.RemoteIP) > 0
}

// check returns why c cannot be, as a Refusal, or nil.
func (c Config) check() error {
	for _, d := range []time.Duration{c.RetransmitMin, c.RetransmitMax} {
		if d != 0 && (d < MinTimeout || d > MaxTimeout) {
			return ErrRange
		}
	}
	for _, n := range []int{c.PathRetransmit, c.AssocRetransmit} {
		if n != 0 && (n < MinRetransmit || n > MaxRetransmit) {
			return ErrRange
		}
	}
	if low, high := c.timeouts(); low > high {
		return ErrTimeouts
	}
	for _, list := range [][]wire.Addr{c.LocalIP, c.RemoteIP} {
		if len(list) > 2 {
			return ErrRange
		}
		for i, a := range list {
			if a == 0 || a.IsMulticast() || a.IsLoopback() || a == wire.Broadcast || (i > 0 && a == list[0]) {
				return ErrAddress
			}
		}
	}
	return nil
}

// change reports whether turning old into c changes or removes a value that is
// set, rather than setting one that is not.
func (c Config) change(old Config) bool {
	return changed(old.Association, c.Association) || (old.SCTP && !c.SCTP) ||
		changed(old.LocalPort, c.LocalPort) || changed(old.RemotePort, c.RemotePort) ||
		(len(old.LocalIP) > 0 && !slices.Equal(old.LocalIP, c.LocalIP)) ||
		(len(old.RemoteIP) > 0 && !slices.Equal(old.RemoteIP, c.RemoteIP)) ||
		changed(old.RetransmitMin, c.RetransmitMin) || changed(old.RetransmitMax, c.RetransmitMax) ||
		changed(old.PathRetransmit, c.PathRetransmit) || changed(old.AssocRetransmit, c.AssocRetransmit)
}

// changed reports whether a value that was set is another one now.
func changed[T comparable](old, now T) bool {
	var unset T
	return old != unset && old != now
}
