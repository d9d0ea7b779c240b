package ipc_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/ipc"
	"tandem/ipc/sctp"
	"tandem/wire"
)

var (
	a1, a2 = wire.MustAddr("10.0.0.1"), wire.MustAddr("20.0.0.1")
	b1, b2 = wire.MustAddr("10.0.0.2"), wire.MustAddr("20.0.0.2")
	vip    = wire.MustAddr("10.0.0.3")
)

func side(local, remote wire.Addr) ipc.Config {
	return ipc.Config{Association: 1, Running: true, SCTP: true, LocalPort: 5000, LocalIP: []wire.Addr{local}, RemotePort: 5000, RemoteIP: []wire.Addr{remote}}
}

// pair is two zones on one wire in virtual time.
type pair struct {
	t      *testing.T
	now    clock.Time
	zones  [2]*ipc.Zone
	air    []flying
	cut    bool
	got    [2][]string
	events [2][]string
}

type flying struct {
	at       clock.Time
	to       int
	src, dst wire.Addr
	packet   []byte
}

func newPair(t *testing.T) *pair {
	p := &pair{t: t}
	for i := range p.zones {
		p.zones[i] = ipc.NewZone(ipc.UserSpace, rand.NewChaCha8([32]byte{byte(i)}))
		p.zones[i].Addresses(0, [][]wire.Addr{{a1, a2}, {b1, b2}}[i], []wire.Addr{vip})
	}
	return p
}

func (p *pair) flush() {
	for i, z := range p.zones {
		z.Receive(func(msg []byte) { p.got[i] = append(p.got[i], string(msg)) })
		z.Events(func(ev sctp.Event) { p.events[i] = append(p.events[i], ev.String()) })
		z.Packets(p.now, func(src, dst wire.Addr, packet []byte) {
			if !p.cut {
				p.air = append(p.air, flying{p.now.Add(time.Millisecond), 1 - i, src, dst, append([]byte(nil), packet...)})
			}
		})
	}
}

func (p *pair) run(d time.Duration) {
	limit := p.now.Add(d)
	for {
		p.flush()
		at := limit + 1
		if len(p.air) > 0 {
			at = p.air[0].at
		}
		for _, z := range p.zones {
			if w, ok := z.NextWake(); ok {
				at = min(at, max(w, p.now))
			}
		}
		if at > limit {
			p.now = limit
			return
		}
		p.now = at
		for _, z := range p.zones {
			z.Wake(at)
		}
		if len(p.air) > 0 && p.air[0].at <= at {
			f := p.air[0]
			p.air = p.air[1:]
			p.zones[f.to].Input(at, f.src, f.dst, f.packet)
		}
	}
}

func (p *pair) up() {
	p.t.Helper()
	require.NoError(p.t, p.zones[0].Configure(p.now, side(a1, b1)))
	require.NoError(p.t, p.zones[1].Configure(p.now, side(b1, a1)))
	p.run(time.Second)
	require.True(p.t, p.zones[0].Up() && p.zones[1].Up())
}

func TestZonesFindEachOtherAndCarryMessages(t *testing.T) {
	p := newPair(t)
	p.up()
	require.Positive(t, p.zones[0].Ready())
	require.True(t, p.zones[0].Send([]byte("one")))
	require.True(t, p.zones[0].SendUnordered([]byte("two")))
	require.False(t, p.zones[0].Send(nil))
	p.run(time.Second)
	require.Equal(t, []string{"one", "two"}, p.got[1])
	c := p.zones[0].Counters(p.now)
	require.Equal(t, ipc.Counters{Sent: 2, Refused: 1, Acknowledged: 2, Established: 1}, c)
	require.Equal(t, uint64(2), p.zones[1].Counters(p.now).Received)
	s, ok := p.zones[0].Status(p.now)
	require.True(t, ok)
	require.Equal(t, sctp.Established, s.State)
	require.Equal(t, 300*time.Millisecond, s.RTOMin)
}

// The order is that of a printed configuration: no shutdown before the ports,
// timers before the remote port.
func TestAPastedConfigurationStartsWhenItIsComplete(t *testing.T) {
	p := newPair(t)
	require.NoError(t, p.zones[1].Configure(0, side(b1, a1)))
	z := p.zones[0]
	cfg := ipc.Config{Association: 1}
	for i, set := range []func(){
		func() { cfg.Running = true }, func() { cfg.SCTP = true }, func() { cfg.LocalPort = 5000 },
		func() { cfg.LocalIP = []wire.Addr{a1} }, func() { cfg.RetransmitMax = 10 * time.Second },
		func() { cfg.PathRetransmit = 10 }, func() { cfg.AssocRetransmit = 10 }, func() { cfg.RemotePort = 5000 },
	} {
		set()
		require.NoError(t, z.Configure(p.now, cfg), "step %d", i)
		require.Equal(t, ipc.Incomplete, z.Held())
	}
	cfg.RemoteIP = []wire.Addr{b1}
	require.NoError(t, z.Configure(p.now, cfg))
	require.Equal(t, ipc.NotHeld, z.Held())
	p.run(2 * time.Second)
	require.True(t, z.Up())
	s, _ := z.Status(p.now)
	require.Equal(t, 10, s.AssocMaxRetrans)
	require.Equal(t, 10, s.Paths[0].MaxRetrans)
}

func TestARunningAssociationIsNotChanged(t *testing.T) {
	p := newPair(t)
	p.up()
	for name, change := range map[string]func(*ipc.Config){
		"remote-ip":      func(c *ipc.Config) { c.RemoteIP = []wire.Addr{b2} },
		"second address": func(c *ipc.Config) { c.LocalIP = []wire.Addr{a1, a2} },
		"no local-port":  func(c *ipc.Config) { c.LocalPort = 0 },
		"no protocol":    func(c *ipc.Config) { c.SCTP = false },
		"no association": func(c *ipc.Config) { *c = ipc.Config{} },
	} {
		cfg := side(a1, b1)
		change(&cfg)
		err := p.zones[0].Configure(p.now, cfg)
		require.ErrorIs(t, err, ipc.ErrRunning, name)
		var r ipc.Refusal
		require.True(t, errors.As(err, &r))
		require.Equal(t, "% Association must be shut down before its configuration is changed", r.Line())
	}
	require.NoError(t, p.zones[0].Configure(p.now, side(a1, b1)), "the same again")
	require.True(t, p.zones[0].Up())

	shut := side(a1, b1)
	shut.Running = false
	require.NoError(t, p.zones[0].Configure(p.now, shut))
	p.run(5 * time.Second)
	require.False(t, p.zones[0].Up())
	require.Equal(t, []string{"up", "down: shut down"}, p.events[0])
	require.Equal(t, []string{"up", "down: shut down"}, p.events[1], "the peer is told once, its retries are silent")
	require.NoError(t, p.zones[0].Configure(p.now, ipc.Config{}), "shut, it may change")
	require.NoError(t, p.zones[0].Configure(p.now, side(a1, b1)))
	p.run(5 * time.Second)
	require.True(t, p.zones[0].Up() && p.zones[1].Up())
}

func TestValuesOutOfRangeAreRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*ipc.Config)
		want   error
	}{
		"min over max":     {func(c *ipc.Config) { c.RetransmitMin, c.RetransmitMax = 2*time.Second, time.Second }, ipc.ErrTimeouts},
		"min over default": {func(c *ipc.Config) { c.RetransmitMin = 601 * time.Millisecond }, ipc.ErrTimeouts},
		"too short":        {func(c *ipc.Config) { c.RetransmitMin = 299 * time.Millisecond }, ipc.ErrRange},
		"too long":         {func(c *ipc.Config) { c.RetransmitMax = 61 * time.Second }, ipc.ErrRange},
		"one":              {func(c *ipc.Config) { c.PathRetransmit = 1 }, ipc.ErrRange},
		"eleven":           {func(c *ipc.Config) { c.AssocRetransmit = 11 }, ipc.ErrRange},
		"three addresses":  {func(c *ipc.Config) { c.RemoteIP = []wire.Addr{b1, b2, a2} }, ipc.ErrRange},
		"twice the same":   {func(c *ipc.Config) { c.RemoteIP = []wire.Addr{b1, b1} }, ipc.ErrAddress},
		"a group":          {func(c *ipc.Config) { c.RemoteIP = []wire.Addr{wire.AllRouters} }, ipc.ErrAddress},
		"virtual":          {func(c *ipc.Config) { c.LocalIP = []wire.Addr{vip} }, ipc.ErrVirtual},
	} {
		cfg := side(a1, b1)
		tc.change(&cfg)
		z := newPair(t).zones[0]
		require.ErrorIs(t, z.Configure(0, cfg), tc.want, name)
		require.Equal(t, ipc.Config{}, z.Config(), name)
	}
}

func TestAnAssociationWaitsForItsAddress(t *testing.T) {
	p := newPair(t)
	require.NoError(t, p.zones[1].Configure(0, side(b1, a1)))
	z := p.zones[0]
	z.Addresses(0, nil, nil)
	require.NoError(t, z.Configure(0, side(a1, b1)))
	p.run(10 * time.Second)
	require.Equal(t, ipc.NoAddress, z.Held())
	require.False(t, p.zones[1].Up())
	z.Addresses(p.now, []wire.Addr{a1}, []wire.Addr{a1})
	require.Equal(t, ipc.VirtualIP, z.Held())
	z.Addresses(p.now, []wire.Addr{a1, b1}, nil)
	require.Equal(t, ipc.OwnPeer, z.Held())
	z.Addresses(p.now, []wire.Addr{a1}, nil)
	p.run(2 * time.Second)
	require.True(t, z.Up())

	p.cut = true
	z.Addresses(p.now, nil, nil)
	require.True(t, z.Up(), "its own timers decide")
	z.Send([]byte("x"))
	p.run(time.Minute)
	require.False(t, z.Up())
	p.cut = false
	z.Addresses(p.now, []wire.Addr{a1}, nil)
	p.run(5 * time.Second)
	require.True(t, z.Up() && p.zones[1].Up())
}

func TestItReconnectsForEver(t *testing.T) {
	p := newPair(t)
	p.up()
	p.cut = true
	p.zones[0].Send([]byte("lost"))
	p.zones[1].Send([]byte("lost"))
	p.run(time.Hour)
	for i := range p.zones {
		require.Equal(t, []string{"up", fmt.Sprintf("path down 10.0.0.%d", 2-i), "down: peer unreachable"}, p.events[i])
		require.Equal(t, uint64(1), p.zones[i].Counters(p.now).Dropped)
	}
	p.cut = false
	p.run(2 * time.Second)
	require.True(t, p.zones[0].Up() && p.zones[1].Up())
	require.Len(t, p.events[0], 4)
}

func TestAZoneWithoutAssociationAnswersOutOfTheBlue(t *testing.T) {
	p := newPair(t)
	require.NoError(t, p.zones[1].Configure(0, side(b1, a1)))
	p.run(5 * time.Second)
	require.False(t, p.zones[1].Up())
	require.Empty(t, p.events[1])
	require.Equal(t, wire.BadSource, p.zones[0].Input(p.now, wire.AllRouters, a1, nil))
	require.Equal(t, wire.NoListener, p.zones[0].Input(p.now, b1, a1, []byte("short")))
}

func TestABackEndThatRefusesIsTriedAgain(t *testing.T) {
	tries, broken := 0, errors.New("no SCTP in this kernel")
	z := ipc.NewZone(func(cfg sctp.Config) (ipc.Association, error) {
		if tries++; tries < 3 {
			return nil, broken
		}
		return ipc.UserSpace(cfg)
	}, rand.NewChaCha8([32]byte{}))
	z.Addresses(0, []wire.Addr{a1}, nil)
	require.NoError(t, z.Configure(0, side(a1, b1)))
	require.Equal(t, ipc.NoBackEnd, z.Held())
	require.ErrorIs(t, z.Err(), broken)
	for range 2 {
		at, ok := z.NextWake()
		require.True(t, ok)
		z.Wake(at)
	}
	require.Equal(t, ipc.NotHeld, z.Held())
	require.Equal(t, 3, tries)
}

// What was counted outlives the association it was counted of, until the user
// clears it.
func TestCountersOutliveTheAssociation(t *testing.T) {
	p := newPair(t)
	p.up()
	z := p.zones[0]
	require.Equal(t, wire.BadSCTP, z.Input(p.now, b1, a1, make([]byte, 40)))
	shut := side(a1, b1)
	shut.Running = false
	require.NoError(t, z.Configure(p.now, shut))
	p.run(5 * time.Second)
	_, ok := z.Status(p.now)
	require.False(t, ok)
	require.Equal(t, wire.NoListener, z.Input(p.now, b1, a1, []byte("short")))
	require.Equal(t, wire.NoListener, z.Input(p.now, b1, a1, make([]byte, 40)))
	require.Equal(t, wire.NoListener, z.Unreachable(p.now, wire.FragmentationNeeded, 600, nil))
	s, f := z.Totals(p.now)
	require.NotZero(t, s.ControlSent)
	require.Equal(t, sctp.Faults{Checksums: 2, Malformed: 1, FalseICMP: 1}, sctp.Faults{Checksums: f.Checksums, Malformed: f.Malformed, FalseICMP: f.FalseICMP})

	require.NoError(t, z.Configure(p.now, side(a1, b1)))
	p.run(5 * time.Second)
	require.True(t, z.Up())
	_, f = z.Totals(p.now)
	require.EqualValues(t, 2, f.Checksums)
	z.ClearStatistics(p.now)
	s, f = z.Totals(p.now)
	require.Equal(t, sctp.Statistics{}, s)
	require.Equal(t, sctp.Faults{}, f)
	st, _ := z.Status(p.now)
	require.Equal(t, sctp.Statistics{}, st.Statistics)
	require.Equal(t, wire.BadSCTP, z.Input(p.now, b1, a1, make([]byte, 40)))
	st, _ = z.Status(p.now)
	_, f = z.Totals(p.now)
	require.Equal(t, sctp.Faults{Checksums: 1}, f)
	require.Equal(t, f, st.Faults)
}
