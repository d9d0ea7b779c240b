package modes

import (
	"errors"

	"tandem/clock"
	"tandem/wire"
)

// Calls are the router's own connections to other hosts.
type Calls interface {
	// Call connects to a host and serves the connection: a session, or the copy
	// of a file. tell gets what becomes of it, in order and in the router's
	// goroutine; the next event comes after taken was called for the last one.
	// The error says that there will be none.
	Call(now clock.Time, o Outgoing, tell func(now clock.Time, e CallEvent, taken func())) (Call, error)
}

// Outgoing is a connection to be made.
type Outgoing struct {
	Protocol      string // Telnet or SSH
	Host          wire.Addr
	Port          uint16
	Source        wire.Addr // 0: the address of the way out
	User          string    // of SSH
	Password      string    // of SSH; "" asks for it
	Length, Width int       // of the terminal, 0 where it has no bounds
	Copy          *Copy     // nil: a session
}

// Copy is a file to be copied over SSH.
type Copy struct {
	Name    string // at the other end
	Upload  bool   // from here to there
	Content []byte // of an upload
}

// Call is a connection that was asked for.
type Call interface {
	// Type passes keys on, as they are typed.
	Type(keys []byte)
	// Resize tells the other end the size of the terminal.
	Resize(length, width int)
	// Close ends the connection; events that were not taken are dropped.
	Close()
}

// CallKind tells the kinds of CallEvent apart.
type CallKind uint8

// The kinds of event.
const (
	CallOpened CallKind = iota // the other end has accepted
	CallAsks                   // it wants keys: Text is the question, what is typed is not shown
	CallSays                   // Text is for the screen, byte by byte
	CallCopies                 // a file begins; Text is how its header reads
	CallOver                   // the last event: Err, or the Content of a file that was fetched
)

// CallEvent is news of a connection.
type CallEvent struct {
	Kind    CallKind
	Text    string
	Err     error
	Content []byte
}

// Why a connection ends or never begins, in the router's words (reference cli
// 2.4; ErrNoTCP and ErrAuthentication are ours).
var (
	ErrRefused        error = Refusal("% Connection refused by remote host")
	ErrUnreachable    error = Refusal("% Destination unreachable; gateway or host down")
	ErrNoAnswer       error = Refusal("% Connection timed out; remote host not responding")
	ErrNoTCP          error = Refusal("% A router of a virtual lab makes no connections of its own")
	ErrAuthentication error = Refusal("% Authentication failed")
	ErrAborted              = errors.New("modes: connection aborted")
)
