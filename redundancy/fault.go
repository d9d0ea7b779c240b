package redundancy

import (
	"errors"
	"io"
)

// ErrMessage is wrapped by every refusal of a message that was not cut short.
var ErrMessage = errors.New("redundancy: malformed message")

// Fault is why a message of the peer was refused. Each has a counter.
type Fault uint8

// The faults. BadRecords is of a message whose records the owner of the
// sessions refused; it was taken in all other respects.
const (
	CutShort Fault = iota
	BadVersion
	BadLength
	BadKind
	BadState
	BadFlags
	BadBody // longer than its kind allows
	BadRecords
	Faults // number of faults
)

var faultText = [Faults]string{
	"cut short", "other version", "wrong length", "unknown kind", "unknown state", "unknown flags", "wrong body", "bad records",
}

// String names the fault as show redundancy counters does.
func (f Fault) String() string { return faultText[f] }

// Error implements error.
func (f Fault) Error() string { return f.Unwrap().Error() + ": " + f.String() }

// Unwrap returns io.ErrUnexpectedEOF for CutShort and ErrMessage for others.
func (f Fault) Unwrap() error {
	if f == CutShort {
		return io.ErrUnexpectedEOF
	}
	return ErrMessage
}
