package firewall

import "errors"

// ErrRecord is wrapped for checkpoint records that are malformed or that come
// to an engine in use.
var ErrRecord = errors.New("firewall: checkpoint record")

// RecordFault is why a checkpoint record was refused. Each has a counter.
type RecordFault uint8

// The faults of records.
const (
	RecordCutShort RecordFault = iota
	RecordLength
	RecordFormat
	RecordKind
	RecordNumber // session number 0
	RecordProtocol
	RecordPhase
	RecordChannel
	RecordFaults // number of faults
)

var recordFaultText = [RecordFaults]string{
	"too few bytes", "wrong length", "other format", "unknown kind", "session number 0", "other protocol", "impossible state", "impossible channel",
}

// String names the fault as show ip inspect ha statistics does.
func (f RecordFault) String() string { return recordFaultText[f] }

// Error implements error.
func (f RecordFault) Error() string { return ErrRecord.Error() + ": " + f.String() }

// Unwrap returns ErrRecord.
func (f RecordFault) Unwrap() error { return ErrRecord }
