package kernel

import (
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/ipc"
	"tandem/ipc/sctp"
	"tandem/wire"
)

var (
	a1 = wire.MustAddr("10.0.0.1")
	b1 = wire.MustAddr("10.0.0.2")
)

// fake is a conn that a test feeds and reads.
type fake struct {
	parts  chan any // string, part text of a longer message as []byte, sctp.Event, or error
	wrote  chan string
	once   sync.Once
	gone   chan struct{}
	abrupt bool
}

func newFake() *fake {
	return &fake{parts: make(chan any, 64), wrote: make(chan string, 64), gone: make(chan struct{})}
}

func (f *fake) read(b []byte) (part, error) {
	select {
	case <-f.gone:
		return part{}, io.EOF
	case v := <-f.parts:
		switch v := v.(type) {
		case string:
			return part{n: copy(b, v), end: true}, nil
		case []byte:
			return part{n: copy(b, v)}, nil
		case sctp.Event:
			return part{event: &v}, nil
		}
		return part{}, v.(error)
	}
}

func (f *fake) write(_ uint16, _ sctp.Order, msg []byte) error {
	select {
	case f.wrote <- string(msg):
		return nil
	case <-f.gone:
		return io.ErrClosedPipe
	}
}

func (f *fake) close() { f.once.Do(func() { close(f.gone) }) }
func (f *fake) abort() { f.once.Do(func() { f.abrupt = true; close(f.gone) }) }

func config() sctp.Config {
	return sctp.Config{LocalPort: 5000, RemotePort: 5000, Local: []wire.Addr{a1}, Remote: []wire.Addr{b1}, SendBuffer: 100, ReceiveWindow: 100}
}

func drain(a *Association) (events, got []string) {
	synctest.Wait()
	a.Wake(0)
	a.Events(func(ev sctp.Event) { events = append(events, ev.String()) })
	a.Receive(func(_ uint16, msg []byte) { got = append(got, string(msg)) })
	return events, got
}

func TestMessagesEventsAndShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		a := newAssociation(config(), func(sctp.Config, <-chan struct{}) (conn, error) { return f, nil }, func() {})
		require.ErrorIs(t, a.Send(0, sctp.Ordered, []byte("x")), sctp.ErrNotEstablished)
		require.Equal(t, sctp.Unconfirmed, a.Status(5).Paths[0].State)
		a.Connect(0)
		a.Connect(0)
		events, _ := drain(a)
		require.Equal(t, []string{"up"}, events)
		require.Equal(t, sctp.Established, a.Status(5).State)

		f.parts <- "whole"
		f.parts <- []byte("in ")
		f.parts <- []byte("two ")
		f.parts <- "parts"
		f.parts <- sctp.Event{Kind: sctp.PathDown, Path: b1}
		events, got := drain(a)
		require.Equal(t, []string{"path down 10.0.0.2"}, events)
		require.Equal(t, sctp.Inactive, a.Status(5).Paths[0].State)
		f.parts <- sctp.Event{Kind: sctp.PathUp, Path: b1}
		drain(a)
		require.Equal(t, sctp.Active, a.Status(5).Paths[0].State)
		require.Equal(t, []string{"whole", "in two parts"}, got)

		require.NoError(t, a.Send(0, sctp.Ordered, []byte("hello")))
		require.ErrorIs(t, a.Send(0, sctp.Ordered, nil), sctp.ErrEmpty)
		require.ErrorIs(t, a.Send(0, sctp.Ordered, make([]byte, 51)), sctp.ErrTooLong)
		a.Shutdown(0)
		events, _ = drain(a)
		require.Equal(t, []string{"down: shut down"}, events)
		require.Equal(t, "hello", <-f.wrote)
		require.False(t, f.abrupt)
	})
}

func TestAFullReceiveQueueHoldsTheKernelBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		a := newAssociation(config(), func(sctp.Config, <-chan struct{}) (conn, error) { return f, nil }, func() {})
		a.Connect(0)
		for range 10 {
			f.parts <- string(make([]byte, 40))
		}
		_, got := drain(a)
		require.Len(t, got, 3, "as many as reach 100 bytes")
		_, got = drain(a)
		require.NotEmpty(t, got)
		a.Abort(0)
		synctest.Wait()
	})
}

func TestFailuresAndAborts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("refused")
		a := newAssociation(config(), func(sctp.Config, <-chan struct{}) (conn, error) { return nil, broken }, func() {})
		a.Connect(0)
		events, _ := drain(a)
		require.Equal(t, []string{"down: no answer to INIT"}, events)

		f := newFake()
		waiting := make(chan struct{})
		a = newAssociation(config(), func(_ sctp.Config, stop <-chan struct{}) (conn, error) {
			<-waiting
			return f, nil
		}, func() {})
		a.Connect(0)
		synctest.Wait()
		a.Shutdown(0)
		close(waiting)
		events, _ = drain(a)
		require.Equal(t, []string{"down: aborted"}, events)
		require.True(t, f.abrupt, "an association that comes too late is not kept")
	})
}

func TestAZoneRunsOverIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var fakes []*fake
		z := ipc.NewZone(func(cfg sctp.Config) (ipc.Association, error) {
			return newAssociation(cfg, func(sctp.Config, <-chan struct{}) (conn, error) {
				fakes = append(fakes, newFake())
				return fakes[len(fakes)-1], nil
			}, func() {}), nil
		}, rand.NewChaCha8([32]byte{}))
		z.Addresses(0, []wire.Addr{a1}, nil)
		cfg := ipc.Config{Association: 1, Running: true, SCTP: true, LocalPort: 5000, LocalIP: []wire.Addr{a1}, RemotePort: 5000, RemoteIP: []wire.Addr{b1}}
		require.NoError(t, z.Configure(0, cfg))
		synctest.Wait()
		z.Wake(1)
		require.True(t, z.Up())
		require.True(t, z.Send([]byte("hello")))
		require.Equal(t, "hello", <-fakes[0].wrote)

		fakes[0].parts <- io.ErrUnexpectedEOF
		synctest.Wait()
		z.Wake(2)
		require.False(t, z.Up())
		at, ok := z.NextWake()
		require.True(t, ok)
		require.Equal(t, clock.Time(2).Add(ipc.DefaultMax), at)
		z.Wake(at)
		synctest.Wait()
		z.Wake(at)
		require.True(t, z.Up())
		require.Len(t, fakes, 2)
		cfg.Running = false
		require.NoError(t, z.Configure(at, cfg))
		synctest.Wait()
		z.Wake(at.Add(time.Second))
		require.False(t, z.Up())
	})
}

func paddr(state uint32) []byte {
	b := make([]byte, 148)
	binary.NativeEndian.PutUint16(b, addrChange)
	binary.NativeEndian.PutUint16(b[8:], familyIPv4)
	binary.BigEndian.PutUint32(b[12:], uint32(b1))
	binary.NativeEndian.PutUint32(b[136:], state)
	return b
}

func TestNotifications(t *testing.T) {
	restart := make([]byte, 20)
	binary.NativeEndian.PutUint16(restart, assocChange)
	binary.NativeEndian.PutUint16(restart[8:], commRestart)
	require.Equal(t, sctp.Restarted, notification(restart).Kind)
	require.Equal(t, &sctp.Event{Kind: sctp.PathUp, Path: b1}, notification(paddr(addrAvailable)))
	require.Equal(t, &sctp.Event{Kind: sctp.PathDown, Path: b1}, notification(paddr(addrUnreachable)))
	require.Nil(t, notification(paddr(3)))
	require.Nil(t, notification(nil))
}

func FuzzNotification(f *testing.F) {
	f.Add(paddr(0))
	f.Add(paddr(1)[:20])
	f.Fuzz(func(t *testing.T, b []byte) { notification(b) })
}

func TestLiveOverTheKernel(t *testing.T) {
	err := Available()
	if err != nil {
		require.NotContains(t, err.Error(), "\n")
		t.Skip(err)
	}
	lo1, lo2 := wire.MustAddr("127.0.0.1"), wire.MustAddr("127.0.0.2")
	woken := make(chan struct{}, 1)
	notify := func() {
		select {
		case woken <- struct{}{}:
		default:
		}
	}
	open := func(local, remote wire.Addr, own, peer uint16) ipc.Association {
		a, err := Open(notify)(sctp.Config{
			LocalPort: own, RemotePort: peer, Local: []wire.Addr{local}, Remote: []wire.Addr{remote},
			RTOMin: 300 * time.Millisecond, RTOMax: 600 * time.Millisecond, PathMaxRetrans: 4, AssocMaxRetrans: 4, HeartbeatInterval: time.Second,
		})
		require.NoError(t, err)
		a.Connect(0)
		t.Cleanup(func() { a.Abort(0) })
		return a
	}
	server := open(lo2, lo1, 35002, 35001)
	client := open(lo1, lo2, 35001, 35002)
	want, got, sent := string(make([]byte, 100_000)), "", false
	for got == "" {
		select {
		case <-woken:
		case <-t.Context().Done():
			t.Fatal("nothing arrived")
		}
		if client.Writable() == 0 && !sent {
			client.Connect(0) // the server was not listening yet
		}
		if !sent {
			sent = client.Send(0, sctp.Ordered, []byte(want)) == nil
		}
		server.Receive(func(_ uint16, msg []byte) { got = string(msg) })
	}
	require.Equal(t, want, got)
}
