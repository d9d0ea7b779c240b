// Package open turns the text of a command line or a lab file into a port.
package open

import (
	"errors"
	"fmt"
	"os"
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
	kind, rest, err := split(spec)
	switch {
	case err != nil:
		return nil, err
	case kind == "tap":
		return tap.Open(rest)
	}
	return openTunnel(rest)
}

// split cuts a spec into its kind, tap or udp, and the rest.
func split(spec string) (kind, rest string, err error) {
	kind, rest, ok := strings.Cut(spec, ":")
	switch {
	case !ok:
		return "", "", fmt.Errorf("%w: %q: want tap:NAME or udp:LOCAL:PORT->REMOTE:PORT", ErrSpec, spec)
	case kind != "tap" && kind != "udp":
		return "", "", fmt.Errorf("%w: unknown kind %q: want tap or udp", ErrSpec, kind)
	}
	return kind, rest, nil
}

// Descriptor opens what spec names for a process that hands it on: a read is a
// frame, a write is a frame. Its errors are those of Port.
func Descriptor(spec string) (*os.File, error) {
	kind, rest, err := split(spec)
	switch {
	case err != nil:
		return nil, err
	case kind == "tap":
		return tap.Descriptor(rest)
	}
	tunnel, err := udp.ParseTunnel(rest)
	if err != nil {
		return nil, err
	}
	return udp.Descriptor(tunnel)
}

// Inherit is Port with the descriptor of what spec names already at hand. The
// port closes it, on an error too.
func Inherit(spec string, file *os.File) (port.Counted, error) {
	kind, rest, err := split(spec)
	switch {
	case err != nil:
		return nil, errors.Join(err, file.Close())
	case kind == "tap":
		return tap.Inherit(rest, file)
	}
	p, err := udp.Inherit(file)
	if err != nil {
		return nil, err // not p: a nil *udp.Port is no nil port
	}
	return p, nil
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
