package netstack_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab/host"
	"tandem/lab/host/tcp"
	"tandem/lab/netstack"
	"tandem/wire"
)

var (
	_ host.Transport = (*netstack.Stack)(nil)
	_ host.Transport = (*tcp.Stack)(nil)
)

var (
	left  = wire.MustAddr("10.0.0.1")
	right = wire.MustAddr("10.0.0.2")
)

// pair joins the deterministic TCP and gVisor's: each must understand the other.
type pair struct {
	t     *testing.T
	clock *clock.Host
	bell  chan struct{}
	ours  *tcp.Stack
	full  *netstack.Stack
	lose  func(packet int) bool
	count int
}

func newPair(t *testing.T) *pair {
	p := &pair{
		t: t, clock: clock.NewHost(), bell: make(chan struct{}, 1), ours: tcp.New(left, 1),
		lose: func(int) bool { return false },
	}
	full, err := netstack.New(right, func() {
		select {
		case p.bell <- struct{}{}:
		default:
		}
	})
	require.NoError(t, err)
	p.full = full
	t.Cleanup(full.Shut)
	return p
}

// until runs both until cond holds. Each turn hands over packets and lets work
// act on what came.
func (p *pair) until(what string, work func(now clock.Time), cond func() bool) {
	p.t.Helper()
	limit := p.clock.Now().Add(30 * time.Second)
	for !cond() {
		now := p.clock.Now()
		require.Less(p.t, now, limit, what)
		p.ours.Wake(now)
		work(now)
		moved := false
		pass := func(in func(clock.Time, wire.IPv4)) func([]byte) {
			return func(b []byte) {
				moved = true
				if p.count++; !p.lose(p.count) {
					in(now, bytes.Clone(b))
				}
			}
		}
		p.ours.Drain(pass(p.full.Input))
		p.full.Drain(pass(p.ours.Input))
		if moved || cond() {
			continue
		}
		at, ok := p.ours.NextWake()
		if !ok || at > limit {
			at = limit
		}
		p.clock.Until(at, p.bell)
	}
}

func TestOurTCPAndTheFullOneUnderstandEachOther(t *testing.T) {
	for name, lose := range map[string]func(int) bool{
		"clean": func(int) bool { return false },
		"lossy": func(n int) bool { return n%41 == 0 },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPair(t)
			p.lose = lose
			require.NoError(t, p.full.Listen(7))
			require.ErrorIs(t, p.full.Listen(7), tcp.ErrPortInUse)
			client, err := p.ours.Dial(0, right, 7)
			require.NoError(t, err)
			want := bytes.Repeat([]byte("numbered records "), 12_000)
			var got, pending []byte
			var server tcp.Conn
			rest := want
			var seen []tcp.Kind
			buf := make([]byte, 4096)
			work := func(now clock.Time) {
				p.ours.Events(func(e tcp.Event) {
					if e.Kind != tcp.Readable && e.Kind != tcp.Writable {
						seen = append(seen, e.Kind)
					}
				})
				rest = rest[p.ours.Write(now, client, rest):]
				for n := p.ours.Read(now, client, buf); n > 0; n = p.ours.Read(now, client, buf) {
					got = append(got, buf[:n]...)
				}
				p.full.Events(func(e tcp.Event) {
					if e.Kind == tcp.Accepted {
						server = e.Conn
					}
				})
				for pending = pending[p.full.Write(now, server, pending):]; len(pending) == 0; {
					n := p.full.Read(now, server, buf)
					if n == 0 {
						break
					}
					pending = append([]byte(nil), buf[:n]...)
					pending = pending[p.full.Write(now, server, pending):]
				}
			}
			p.until("echo", work, func() bool { return len(got) >= len(want) })
			require.True(t, bytes.Equal(want, got))
			p.ours.Close(p.clock.Now(), client)
			finished := false
			p.until("close", func(now clock.Time) {
				work(now)
				if !finished {
					finished = true
					p.full.Close(now, server)
				}
			}, func() bool { return len(seen) > 0 && seen[len(seen)-1] == tcp.Closed })
			require.Equal(t, []tcp.Kind{tcp.Established, tcp.Finished, tcp.Closed}, seen)
		})
	}
}

func TestHowTheFullTCPFails(t *testing.T) {
	p := newPair(t)
	c, err := p.full.Dial(0, left, 99)
	require.NoError(t, err)
	port, ok := p.full.Local(c)
	require.True(t, ok)
	require.GreaterOrEqual(t, port, uint16(tcp.FirstPort))
	var kind tcp.Kind
	came := false
	work := func(clock.Time) { p.full.Events(func(e tcp.Event) { kind, came = e.Kind, true }) }
	p.until("refusal", work, func() bool { return came })
	require.Equal(t, tcp.Refused, kind)

	require.NoError(t, p.ours.Listen(7))
	_, err = p.full.Dial(p.clock.Now(), left, 7)
	require.NoError(t, err)
	var server tcp.Conn
	came = false
	p.until("connection", func(now clock.Time) {
		work(now)
		p.ours.Events(func(e tcp.Event) { server = e.Conn })
	}, func() bool { return server != 0 && came })
	require.Equal(t, tcp.Established, kind)
	came = false
	p.ours.Abort(p.clock.Now(), server)
	p.until("reset", work, func() bool { return came })
	require.Equal(t, tcp.Reset, kind)
}
