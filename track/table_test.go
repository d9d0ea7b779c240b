package track_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/platform"
	"tandem/track"
	"tandem/wire"
)

const (
	second = clock.Time(time.Second)
	gi01   = "GigabitEthernet0/1"
)

// rig runs a table with its timers and writes down what it says.
type rig struct {
	*track.Table
	now    clock.Time
	timers clock.Timers
	said   []string
}

func newRig() *rig { return &rig{Table: track.New(platform.ShortName)} }

func (r *rig) step(ev track.Event) {
	for _, a := range r.Step(ev, nil) {
		switch a := a.(type) {
		case track.Arm:
			r.timers.Set(a.Timer, a.At)
		case track.Stop:
			r.timers.Stop(a.Timer)
		case track.Log:
			r.said = append(r.said, a.Message.String())
		case track.Changed:
			r.said = append(r.said, fmt.Sprintf("%d %s", a.Number, a.State))
		}
	}
}

func (r *rig) until(at clock.Time) {
	for next, ok := r.timers.Next(); ok && next <= at; next, ok = r.timers.Next() {
		r.now = next
		k, _ := r.timers.Pop(next)
		r.step(track.Fired{At: next, Timer: k})
	}
	r.now = at
}

func (r *rig) set(n uint16, c track.Config) { r.step(track.Configure{At: r.now, Number: n, Config: c}) }

func (r *rig) line(up bool) {
	r.step(track.Interface{At: r.now, Name: gi01, Line: up, Admin: true, IP: true})
}

func (r *rig) take() string {
	s := strings.Join(r.said, "\n")
	r.said = nil
	return s
}

func TestInterface(t *testing.T) {
	r := newRig()
	r.line(true)
	r.set(1, track.Config{Interface: gi01})
	require.Equal(t, "%TRACKING-5-STATE: 1 interface Gi0/1 line-protocol Down->Up\n1 Up", r.take())
	r.line(true)
	require.Empty(t, r.take())
	r.line(false)
	require.Equal(t, "%TRACKING-5-STATE: 1 interface Gi0/1 line-protocol Up->Down\n1 Down", r.take())
	require.Equal(t, "hw down", r.Status(r.now)[0].Reason)
	r.step(track.Interface{At: r.now, Name: gi01})
	require.Equal(t, "hw admin-down", r.Status(r.now)[0].Reason)
	require.Equal(t, 2, r.Status(r.now)[0].Changes)
	r.step(track.Remove{At: r.now, Number: 1})
	require.Equal(t, "1 (unknown)", r.take())
	require.Equal(t, track.Undefined, r.State(1))
}

func TestIPRoutingNeedsAnAddress(t *testing.T) {
	r := newRig()
	r.set(1, track.Config{Subject: track.IPRouting, Interface: gi01})
	r.step(track.Interface{Name: gi01, Line: true, Admin: true})
	require.Equal(t, track.Down, r.State(1))
	r.line(true)
	require.Equal(t, track.Up, r.State(1))
}

func TestDelays(t *testing.T) {
	r := newRig()
	r.set(1, track.Config{Interface: gi01, Up: 20 * time.Second, Down: 10 * time.Second})
	r.take()
	r.line(true)
	r.until(19 * second)
	require.Empty(t, r.take())
	s := r.Status(r.now)[0]
	require.Equal(t, track.Up, s.Pending)
	require.Equal(t, time.Second, s.Left)
	r.until(20 * second)
	require.Equal(t, "%TRACKING-5-STATE: 1 interface Gi0/1 line-protocol Down->Up\n1 Up", r.take())

	// A flap shorter than the delay does not count, and the delay starts anew.
	r.line(false)
	r.until(25 * second)
	r.line(true)
	r.line(false)
	r.until(34 * second)
	require.Empty(t, r.take())
	r.until(35 * second)
	require.Equal(t, track.Down, r.State(1))

	// Another delay keeps the state, another subject starts over.
	r.set(1, track.Config{Interface: gi01})
	require.Equal(t, 2, r.Status(r.now)[0].Changes)
	r.set(1, track.Config{Interface: "Loopback0"})
	require.Equal(t, 0, r.Status(r.now)[0].Changes)
}

func TestLists(t *testing.T) {
	r := newRig()
	r.set(1, track.Config{Interface: gi01})
	r.set(2, track.Config{Interface: "Loopback0"})
	r.set(10, track.Config{Subject: track.And, Members: []track.Member{{Number: 1}, {Number: 2, Not: true}}})
	r.set(11, track.Config{Subject: track.Or, Members: []track.Member{{Number: 1}, {Number: 10}}})
	r.set(12, track.Config{Subject: track.And, Members: []track.Member{{Number: 99, Not: true}}})
	r.take()
	r.line(true)
	require.Equal(t, []track.State{track.Up, track.Up, track.Down}, []track.State{r.State(10), r.State(11), r.State(12)})
	require.Contains(t, r.take(), "%TRACKING-5-STATE: 10 list boolean and Down->Up")
	r.step(track.Interface{Name: "Loopback0", Line: true, Admin: true})
	require.Equal(t, track.Down, r.State(10))
	require.Equal(t, track.Up, r.State(11))
}

// A list that is its own opposite ends every step.
func TestCircularListEnds(t *testing.T) {
	r := newRig()
	r.set(1, track.Config{Subject: track.And, Members: []track.Member{{Number: 2, Not: true}}})
	r.set(2, track.Config{Subject: track.And, Members: []track.Member{{Number: 1}}})
	r.line(true)
}

func TestRoute(t *testing.T) {
	r := newRig()
	p := wire.Prefix{Addr: wire.MustAddr("10.21.12.0"), Bits: 24}
	r.set(2, track.Config{Subject: track.Reachability, Prefix: p})
	require.Equal(t, []wire.Prefix{p}, r.Prefixes())
	r.step(track.Route{Prefix: p, Reachable: true, Via: "connected", Interface: gi01})
	require.Equal(t, "connected", r.Status(0)[0].Reason)
	r.step(track.Route{Prefix: p})
	s := r.Status(0)[0]
	require.Equal(t, []string{"no ip route", "", gi01}, []string{s.Reason, s.Hop, s.OldHop})
	require.Contains(t, r.take(), "%TRACKING-5-STATE: 2 ip route 10.21.12.0/24 reachability Up->Down")
}
