package ipc

import (
	"tandem/clock"
	"tandem/ipc/sctp"
	"tandem/wire"
)

// Association is what a Zone needs of an SCTP endpoint. The user-space one of
// ipc/sctp is the default; ipc/kernel offers the host's, which moves its own
// packets and so never takes or emits any.
type Association interface {
	Connect(now clock.Time)
	Shutdown(now clock.Time)
	Abort(now clock.Time)
	Input(now clock.Time, src, dst wire.Addr, packet []byte) wire.Reason
	Unreachable(now clock.Time, code uint8, mtu int, quoted []byte) wire.Reason
	DontFragment(dst wire.Addr, n int) bool
	Wake(now clock.Time)
	NextWake() (at clock.Time, ok bool)
	Packets(now clock.Time, emit func(src, dst wire.Addr, packet []byte))
	Send(stream uint16, order sctp.Order, msg []byte) error
	Writable() int
	MaxMessage() int
	MaxWhole() int
	Receive(emit func(stream uint16, msg []byte))
	Events(emit func(sctp.Event))
	Status(now clock.Time) sctp.Status
}

// Open makes an Association that listens. Errors are those of its back end.
type Open func(sctp.Config) (Association, error)

// UserSpace opens the endpoint of ipc/sctp.
func UserSpace(cfg sctp.Config) (Association, error) {
	e, err := sctp.New(cfg)
	if err != nil {
		return nil, err
	}
	return e, nil
}

// Hold says why the association is not being started.
type Hold uint8

// The reasons to hold it.
const (
	NotHeld    Hold = iota
	Shut            // shutdown is configured
	Incomplete      // protocol, a port or an address is missing
	NoAddress       // no local-ip is configured on an interface that is up
	VirtualIP       // a local-ip is a virtual IP address
	OwnPeer         // a remote-ip is an address of this router
	NoBackEnd       // the back end refused; Zone.Err has its error
)

var holdText = [...]string{
	"", "administratively shut down", "configuration incomplete", "local address not available",
	"local address is a virtual IP address", "remote address is an own address", "no SCTP available",
}

// String tells h for show commands.
func (h Hold) String() string { return holdText[h] }
