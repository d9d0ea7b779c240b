package router_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/modes"
	"tandem/nvram"
	"tandem/platform"
	"tandem/router"
)

// calling is a router whose connections are served by a function, and what
// that function has posted.
func calling(t *testing.T, serve func(c *router.Call), lines string) (b *bench, posted chan func(clock.Time)) {
	hw, err := platform.New("c3845", nil, "R1")
	require.NoError(t, err)
	posted = make(chan func(clock.Time), 16)
	r, err := router.New(0, router.Settings{
		Hardware: hw, Store: nvram.NewMemory(nvram.Usable(hw.Identity().NVRAM)), Grammar: grammar,
		Startup: []byte("hostname R1\ninterface GigabitEthernet0/0\n ip address 10.0.0.1 255.255.255.0\n" + lines + "\nend\n"),
		Ports:   []string{"GigabitEthernet0/0"}, Random: rand.NewChaCha8([32]byte{1}), Cause: "power-on",
		Post: func(f func(clock.Time)) { posted <- f }, Inband: &router.Inband{Wake: func() {}, Call: serve},
	})
	require.NoError(t, err)
	t.Cleanup(r.Close)
	r.Carrier(0, 0, true)
	b = &bench{Router: r, t: t}
	b.console = r.OpenConsole(0, func(s router.Screen) { b.screens = append(b.screens, s) })
	b.privileged()
	return b, posted
}

// session-timeout ends a connection that nobody types to, exec-timeout does
// not; back at the prompt it is the other way round, but a session with a
// connection left returns to it first.
func TestTimeoutsOfConnections(t *testing.T) {
	ended := make(chan error, 2)
	b, posted := calling(t, func(c *router.Call) {
		c.Tell(modes.CallEvent{Kind: modes.CallOpened})
		<-c.Context.Done()
		ended <- c.Context.Err()
	}, "line con 0\n session-timeout 10\n exec-timeout 5 0\n")
	now := clock.Time(1)
	pass := func(d time.Duration) string {
		b.screens = nil
		now = now.Add(d)
		b.Wake(now)
		text := ""
		for _, s := range b.screens {
			if s.Log {
				continue
			}
			text += s.Text + s.Prompt
		}
		return text
	}
	require.Equal(t, "Trying 10.0.0.9 ... ", b.enter("telnet 10.0.0.9"))
	(<-posted)(now)
	require.Equal(t, router.WantRaw, b.screens[len(b.screens)-1].Want)
	require.Empty(t, pass(6*time.Minute))
	b.console.Type(now, []byte("x"))
	require.Empty(t, pass(9*time.Minute))
	require.Equal(t, "\n[Connection to 10.0.0.9 idle too long; timed out]\nR1#", pass(time.Minute+time.Second))
	require.Error(t, <-ended, "the connection is closed")

	b.enter("telnet 10.0.0.9")
	(<-posted)(now)
	b.console.Escape(now)
	require.Equal(t, "[Resuming connection 1 to 10.0.0.9 ... ]\n", pass(5*time.Minute+time.Second))
	b.console.Escape(now)
	b.enter("disconnect")
	b.console.Key(now, '\r')
	require.Error(t, <-ended)
	require.Contains(t, pass(5*time.Minute+time.Second), "con0 is now available")
}

// A router without the means says so, and so does one of a virtual lab.
func TestNoConnectionsInAVirtualLab(t *testing.T) {
	b := delivered(t, "interface GigabitEthernet0/0", "ip address 10.0.0.1 255.255.255.0", "no shutdown")
	b.Carrier(1, 0, true)
	b.privileged()
	require.Equal(t, "Trying 10.0.0.9 ... \n% A router of a virtual lab makes no connections of its own\n\n", b.enter("telnet 10.0.0.9"))
	require.Equal(t, "R1#", b.prompt())
}
