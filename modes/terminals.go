package modes

import (
	"time"

	"tandem/clock"
	"tandem/platform"
)

// Terminals is the device's lines and who is on them, and the keys that let
// people in.
type Terminals interface {
	Draw(b []byte) // fills b from the device's source of randomness
	// TerminalLines lists con 0, aux 0, the tty and the vty lines by number.
	TerminalLines(now clock.Time) []TerminalLine
	// ClearLine ends the session on a line, if there is one.
	ClearLine(now clock.Time, number int)
	// SendLine shows a text on one line, or on all for -1.
	SendLine(now clock.Time, number int, text string)
	// MakeHostKey replaces the RSA key of SSH, which takes from a fraction of a
	// second to many; tell gets the end of it, perhaps within the call.
	MakeHostKey(now clock.Time, name string, bits int, exportable bool, tell func(now clock.Time, err error))
	RemoveHostKey(now clock.Time) error
	HostKeyBits() int // 0 without a key
	HostKey() HostKey
	// TCPConnections lists the router's own TCP connections and the ports it
	// listens on.
	TCPConnections() []TCPConnection
	// LoginStatus is what "login block-for" is doing.
	LoginStatus(now clock.Time) LoginStatus
}

// TerminalLine is one line as show users and show line know it.
type TerminalLine struct {
	Kind     platform.LineKind
	Number   int // absolute
	Relative int // within its kind
	Active   bool
	User     string
	Location string
	Protocol string // Telnet or SSH; "" on a serial line
	Idle     time.Duration
	Uses     int
	Hosts    []string // that the session has connected to
}

// Name is "con 0", "aux 0", "tty 130" or "vty 3".
func (l TerminalLine) Name() string {
	switch l.Kind {
	case platform.Console:
		return "con 0"
	case platform.Aux:
		return "aux 0"
	case platform.TTY:
		return "tty " + itoa(l.Number)
	}
	return "vty " + itoa(l.Relative)
}

// LoginStatus is the state of the guard against guessing.
type LoginStatus struct {
	Failures int           // within the watch period
	Quiet    time.Duration // left of the quiet period; 0 is watching
	Seen     []LoginFailure
}

// LoginFailure is failed logins of one user from one host, at most 50 of them
// and the oldest first. The name is left out where it is no user's.
type LoginFailure struct {
	User, Source string
	Port         uint16 // of the router
	Count        int
	At           clock.Time // of the last one
}
