package udp

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// ErrSpec is wrapped by every error about the text of a tunnel.
var ErrSpec = errors.New(`udp: not a tunnel like "127.0.0.1:10001->127.0.0.1:10002"`)

// Tunnel names the two ends of a UDP tunnel: the local address and port to bind
// and the remote ones that frames go to and come from.
type Tunnel struct {
	Local, Remote netip.AddrPort
}

// ParseTunnel reads "LOCAL:PORT->REMOTE:PORT". Addresses are numeric, IPv4 or
// bracketed IPv6, both of one family; the remote one must be a single host's
// and both ports 1 to 65535. Without the local part, "->REMOTE:PORT", or with
// port 0 there, the system chooses.
func ParseTunnel(s string) (Tunnel, error) {
	from, to, ok := strings.Cut(s, "->")
	if !ok {
		return Tunnel{}, fmt.Errorf("%w: %q", ErrSpec, s)
	}
	var t Tunnel
	var err error
	if t.Remote, err = netip.ParseAddrPort(strings.TrimSpace(to)); err != nil {
		return Tunnel{}, fmt.Errorf("%w: remote end of %q", ErrSpec, s)
	}
	if from = strings.TrimSpace(from); from == "" {
		t.Local = netip.AddrPortFrom(anyLike(t.Remote.Addr()), 0)
	} else if t.Local, err = netip.ParseAddrPort(from); err != nil {
		return Tunnel{}, fmt.Errorf("%w: local end of %q", ErrSpec, s)
	}
	return t, t.check()
}

func (t Tunnel) check() error {
	remote, local := t.Remote.Addr(), t.Local.Addr()
	switch {
	case t.Remote.Port() == 0:
		return fmt.Errorf("%w: remote port 0", ErrSpec)
	case remote.IsUnspecified() || remote.IsMulticast():
		return fmt.Errorf("%w: remote %s is no single host", ErrSpec, remote)
	case remote.Is4() != local.Is4():
		return fmt.Errorf("%w: %s and %s are of two families", ErrSpec, local, remote)
	case t.Local == t.Remote:
		return fmt.Errorf("%w: both ends are %s", ErrSpec, local)
	}
	return nil
}

// String prints t so that ParseTunnel reads it back.
func (t Tunnel) String() string { return t.Local.String() + "->" + t.Remote.String() }

func anyLike(a netip.Addr) netip.Addr {
	if a.Is4() {
		return netip.IPv4Unspecified()
	}
	return netip.IPv6Unspecified()
}
