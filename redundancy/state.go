package redundancy

import "fmt"

// State is an RF state. The numbers are those that IOS prints; the MIB's are
// one higher (reference ha 3.2).
type State uint8

// The states.
const (
	Unknown State = iota
	Disabled
	Initialization
	Negotiation
	StandbyCold
	StandbyConfig
	StandbyFilesys
	StandbyBulk
	StandbyHot
	ActiveFast
	ActiveDrain
	ActivePreconfig
	ActivePostconfig
	Active
	ActiveExtraload
	ActiveHandback
	states
)

// stateName holds the names as printed. Those of 5, 6, 7 and 9 are assumed.
var stateName = [states]string{
	"UNKNOWN", "DISABLED", "INITIALIZATION", "NEGOTIATION", "STANDBY COLD", "STANDBY COLD-CONFIG",
	"STANDBY COLD-FILESYS", "STANDBY COLD-BULK", "STANDBY HOT", "ACTIVE-FAST", "ACTIVE-DRAIN", "ACTIVE-PRECONFIG",
	"ACTIVE-POSTCONFIG", "ACTIVE", "ACTIVE-EXTRALOAD", "ACTIVE-HANDBACK",
}

// String names s as show redundancy does.
func (s State) String() string {
	if s >= states {
		return fmt.Sprintf("STATE %d", uint8(s))
	}
	return stateName[s]
}

// IsStandby reports whether s is one of the standby states.
func (s State) IsStandby() bool { return s >= StandbyCold && s <= StandbyHot }

// IsActive reports whether s is one of the active states.
func (s State) IsActive() bool { return s >= ActiveFast && s <= ActiveHandback }
