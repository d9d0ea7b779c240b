// Package open turns the text of a command line or a lab file into a port.
package open

import (
	"errors"
	"fmt"
	"strings"

	"tandem/port"
	"tandem/port/tap"
	"tandem/port/udp"
)

// ErrSpec is wrapped by the errors about the text itself.
var ErrSpec = errors.New("port: not a port")

// Port opens what spec names:
//
//	tap:NAME                                  a TAP device of the host
//	udp:LOCAL:PORT->REMOTE:PORT               raw Ethernet in UDP datagrams
//
// It returns ErrSpec for text of another form, and otherwise the error of the
// back end.
func Port(spec string) (port.Counted, error) {
	kind, rest, ok := strings.Cut(spec, ":")
	if !ok {
		return nil, fmt.Errorf("%w: %q: want tap:NAME or udp:LOCAL:PORT->REMOTE:PORT", ErrSpec, spec)
	}
	switch kind {
	case "tap":
		return tap.Open(rest)
	case "udp":
		return openTunnel(rest)
	}
	return nil, fmt.Errorf("%w: unknown kind %q: want tap or udp", ErrSpec, kind)
}

func openTunnel(text string) (port.Counted, error) {
	tunnel, err := udp.ParseTunnel(text)
	if err != nil {
		return nil, err
	}
	p, err := udp.Open(tunnel)
	if err != nil {
		return nil, err // not p: a nil *udp.Port is no nil port
	}
	return p, nil
}

// Binding is one interface of a router and the port behind it.
type Binding struct {
	Interface string // as typed: "Gi0/0"
	Spec      string // for Port: "tap:tap0"
}

// ParseBinding reads "INTERFACE=SPEC". Neither name is looked up.
func ParseBinding(s string) (Binding, error) {
	name, spec, ok := strings.Cut(s, "=")
	if !ok || name == "" || spec == "" {
		return Binding{}, fmt.Errorf("%w: %q: want INTERFACE=SPEC, for example Gi0/0=tap:tap0", ErrSpec, s)
	}
	return Binding{Interface: name, Spec: spec}, nil
}

// String prints b so that ParseBinding reads it back.
func (b Binding) String() string { return b.Interface + "=" + b.Spec }
