package local

import (
	"cmp"
	"net/netip"
	"slices"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
)

// Connection is one TCP connection of the router, or a port that it listens on:
// then Local has the port alone and Remote is zero.
type Connection struct {
	Local, Remote netip.AddrPort
	State         string // as IOS spells the states of RFC 9293: "ESTAB"
}

// states are IOS's words for states; what is not here is no connection yet.
var states = map[tcp.EndpointState]string{
	tcp.StateListen: "LISTEN", tcp.StateConnecting: "SYNSENT", tcp.StateSynSent: "SYNSENT", tcp.StateSynRecv: "SYNRCVD",
	tcp.StateEstablished: "ESTAB", tcp.StateFinWait1: "FINWAIT1", tcp.StateFinWait2: "FINWAIT2", tcp.StateCloseWait: "CLOSEWAIT",
	tcp.StateClosing: "CLOSING", tcp.StateLastAck: "LASTACK", tcp.StateTimeWait: "TIMEWAIT",
}

// Connections lists what there is, ordered by its ends.
func (t *TCP) Connections() []Connection {
	var out []Connection
	for _, e := range t.stack.RegisteredEndpoints() {
		end, ok := e.(tcpip.Endpoint)
		if !ok {
			continue
		}
		info, ok := end.Info().(*stack.TransportEndpointInfo)
		state := states[tcp.EndpointState(end.State())]
		if !ok || state == "" {
			continue
		}
		id := info.ID
		out = append(out, Connection{
			Local: endOf(id.LocalAddress, id.LocalPort), Remote: endOf(id.RemoteAddress, id.RemotePort), State: state,
		})
	}
	slices.SortFunc(out, func(a, b Connection) int {
		return cmp.Or(a.Local.Compare(b.Local), a.Remote.Compare(b.Remote))
	})
	return slices.Compact(out)
}

func endOf(a tcpip.Address, port uint16) netip.AddrPort {
	if a.Len() != 4 {
		return netip.AddrPortFrom(netip.Addr{}, port)
	}
	return netip.AddrPortFrom(netip.AddrFrom4(a.As4()), port)
}
