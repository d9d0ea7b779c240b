package local

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/waiter"
)

// Why Dial fails, besides the end of its context.
var (
	ErrRefused     = errors.New("local: connection refused")
	ErrUnreachable = errors.New("local: host unreachable")
	ErrTimeout     = errors.New("local: connection timed out")
)

// Dial connects from an address and port of the router. It blocks, so it
// belongs to a goroutine of its own.
func (t *TCP) Dial(ctx context.Context, from, to netip.AddrPort) (net.Conn, error) {
	var queue waiter.Queue
	end, err := t.stack.NewEndpoint(tcp.ProtocolNumber, ipv4.ProtocolNumber, &queue)
	if err != nil {
		return nil, fmt.Errorf("local: %s", err)
	}
	entry, rung := waiter.NewChannelEntry(waiter.WritableEvents)
	queue.EventRegister(&entry)
	defer queue.EventUnregister(&entry)
	if err = end.Bind(full(from)); err == nil {
		err = end.Connect(full(to))
	}
	if _, started := err.(*tcpip.ErrConnectStarted); started {
		select {
		case <-rung:
			err = end.LastError()
		case <-ctx.Done():
			end.Close()
			return nil, context.Cause(ctx)
		}
	}
	if err != nil {
		end.Close()
		return nil, dialError(err)
	}
	return gonet.NewTCPConn(&queue, end), nil
}

func full(a netip.AddrPort) tcpip.FullAddress {
	return tcpip.FullAddress{NIC: nic, Addr: tcpip.AddrFrom4(a.Addr().As4()), Port: a.Port()}
}

func dialError(err tcpip.Error) error {
	switch err.(type) {
	case *tcpip.ErrConnectionRefused, *tcpip.ErrConnectionReset:
		return ErrRefused
	case *tcpip.ErrHostUnreachable, *tcpip.ErrNetworkUnreachable:
		return ErrUnreachable
	case *tcpip.ErrTimeout:
		return ErrTimeout
	}
	return fmt.Errorf("local: %s", err)
}

// Expects reports whether a packet between two ends belongs to a connection
// that there is, whoever opened it.
func (t *TCP) Expects(from, to netip.AddrPort) bool {
	id := stack.TransportEndpointID{
		LocalAddress: tcpip.AddrFrom4(to.Addr().As4()), LocalPort: to.Port(),
		RemoteAddress: tcpip.AddrFrom4(from.Addr().As4()), RemotePort: from.Port(),
	}
	end, ok := t.stack.FindTransportEndpoint(ipv4.ProtocolNumber, tcp.ProtocolNumber, id, nic).(tcpip.Endpoint)
	return ok && tcp.EndpointState(end.State()) != tcp.StateListen
}
