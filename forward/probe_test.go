package forward_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/forward"
	"tandem/wire"
)

// wired is two routers whose interfaces outside and inside face each other:
// near 211.0.0.1 --- 211.0.0.2 far 9.0.0.1.
type wired struct {
	near, far *rig
	delay     time.Duration
}

func newWired(t *testing.T) *wired {
	w := &wired{near: coldRig(t), far: coldRig(t), delay: 2 * time.Millisecond}
	in, out := insideCfg(), outsideCfg()
	in.Primary, in.MAC = prefix("211.0.0.2/24"), mac("0022.0000.0000")
	out.Primary, out.MAC = prefix("9.0.0.1/8"), mac("0022.0000.0001")
	w.far.SetInterface(0, inside, in)
	w.far.SetInterface(0, outside, out)
	w.far.out()
	require.NoError(t, w.near.AddRoute(0, static("9.0.0.0/8", "211.0.0.2")))
	return w
}

// run carries frames over the wire, each way with the delay, until end.
func (w *wired) run(now, end clock.Time) clock.Time {
	take := func(r *rig, index int) (out [][]byte) {
		r.Drain(func(i int, frames [][]byte) {
			for _, f := range frames {
				if i == index {
					out = append(out, bytes.Clone(f))
				}
			}
		})
		return out
	}
	for now < end {
		there, back := take(w.near, outside), take(w.far, inside)
		if len(there)+len(back) == 0 {
			next := end
			for _, r := range []*rig{w.near, w.far} {
				if at, ok := r.NextWake(); ok {
					next = min(next, max(at, now))
				}
			}
			now = next
			w.near.Wake(now)
			w.far.Wake(now)
			continue
		}
		now = now.Add(w.delay)
		w.far.Input(now, inside, there)
		w.near.Input(now, outside, back)
	}
	return now
}

func TestPingLosesTheFirstToARP(t *testing.T) {
	w := newWired(t)
	target := wire.MustAddr("9.0.0.1")
	w.near.StartPing(0, forward.PingOptions{Target: target})
	now := w.run(0, 20*second)
	require.Equal(t, ".!!!! 4/5", w.near.marks())
	w.near.StartPing(now, forward.PingOptions{Target: target, Size: 4000, Repeat: 2})
	var last forward.Event
	now = w.run(now, now+20*second)
	w.near.Events(func(e forward.Event) { last = e })
	require.Equal(t, forward.Event{ID: 2, Kind: forward.Finished, Sent: 2, Received: 2, Min: 4 * time.Millisecond, Avg: 4 * time.Millisecond, Max: 4 * time.Millisecond}, last)
	w.near.StartPing(now, forward.PingOptions{Target: target, Size: 4000, Repeat: 2, Flags: wire.DontFragment})
	w.run(now, now+20*second)
	require.Equal(t, "MM 0/2", w.near.marks())
}

func TestPingMarks(t *testing.T) {
	w := newWired(t)
	a := wire.MustAddr
	require.NoError(t, w.near.AddRoute(0, static("0.0.0.0/0", "211.0.0.2")))
	ping := func(now clock.Time, o forward.PingOptions) (clock.Time, string) {
		w.near.StartPing(now, o)
		now = w.run(now, now+20*second)
		return now, w.near.marks()
	}
	now, _ := ping(0, forward.PingOptions{Target: a("211.0.0.2")})
	now, marks := ping(now, forward.PingOptions{Target: a("80.0.0.1")})
	require.Equal(t, "U.U.U 0/5", marks, "every second one is withheld by the limit")
	now, marks = ping(now, forward.PingOptions{Target: a("9.0.0.77"), TTL: 1, Repeat: 2})
	require.Equal(t, "&& 0/2", marks)
	now, marks = ping(now, forward.PingOptions{Target: a("211.0.0.1"), Repeat: 3})
	require.Equal(t, "!!! 3/3", marks, "itself")
	now, marks = ping(now, forward.PingOptions{Target: a("211.0.0.255"), Repeat: 2})
	require.Equal(t, "!! 2/2", marks, "a subnet")
	w.near.RemoveRoute(now, static("0.0.0.0/0", "211.0.0.2"))
	now, marks = ping(now, forward.PingOptions{Target: a("80.0.0.1"), Repeat: 2})
	require.Equal(t, ".. 0/2", marks, "no route")
	id := w.near.StartPing(now, forward.PingOptions{Target: a("80.0.0.1"), Repeat: 1000})
	w.near.Stop(now, id)
	w.near.Stop(now, id)
	require.Equal(t, " 0/1", w.near.marks())
}

func TestTraceroute(t *testing.T) {
	w := newWired(t)
	w.far.LimitUnreachables(0, 0)
	require.NoError(t, w.near.AddRoute(0, static("0.0.0.0/0", "211.0.0.2")))
	run := func(now clock.Time, o forward.TracerouteOptions) (clock.Time, string) {
		w.near.StartTraceroute(now, o)
		now = w.run(now, now+60*second)
		return now, w.near.marks()
	}
	now, marks := run(0, forward.TracerouteOptions{Target: wire.MustAddr("9.0.0.1")})
	require.Equal(t, "[1 *][1 9.0.0.1][1 9.0.0.1] 0/0", marks)
	now, marks = run(now, forward.TracerouteOptions{Target: wire.MustAddr("9.0.0.77"), MaxTTL: 2})
	require.Equal(t, "[1 211.0.0.2][1 211.0.0.2][1 211.0.0.2][2 *][2 *][2 *] 0/0", marks)
	now, marks = run(now, forward.TracerouteOptions{Target: wire.MustAddr("80.0.0.1"), MinTTL: 2})
	require.Equal(t, "[2 H][2 H][2 H] 0/0", marks)
	w.far.LimitUnreachables(500*time.Millisecond, 0)
	_, marks = run(now, forward.TracerouteOptions{Target: wire.MustAddr("9.0.0.1")})
	require.Equal(t, "[1 9.0.0.1][1 *][1 9.0.0.1] 0/0", marks)
}
