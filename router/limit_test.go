package router_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/modes"
	"tandem/router"
)

// A session ends when its time is over, however busy it is; a warning comes
// before, once.
func TestAbsoluteTimeout(t *testing.T) {
	b := delivered(t, "line vty 0 4", "no login", "absolute-timeout 1", "logout-warning")
	s := b.call(caller)
	require.Equal(t, "\nR1>", s.said())
	require.Empty(t, s.pass(39*time.Second))
	s.enter("show clock")
	require.Equal(t, "\n*\n*\n* Line timeout expires in 20 seconds\n*\n", s.pass(time.Second))
	require.Empty(t, s.pass(19*time.Second))
	s.enter("show clock")
	require.NotEqual(t, router.WantHangup, s.want())
	s.said()
	require.Equal(t, "\n*\n*\n* Line timeout expired\n*\n", s.pass(time.Second))

	b.privileged()
	require.Contains(t, b.enter("show line vty 0"), "               00:10:00     never                           00:01:00 not set\n")
	require.Contains(t, b.Listing(), "  absolute-timeout 1\n  logout-warning 20\n")
	b.configure("line vty 0 4", "no absolute-timeout", "no logout-warning")
	require.NotContains(t, b.Listing(), "absolute-timeout")
	s = b.call(caller)
	s.said()
	require.Empty(t, s.pass(9*time.Minute))
	require.NotEqual(t, router.WantHangup, s.want())
}

// The autocommand runs in place of a prompt, and the session ends with it.
func TestAutocommand(t *testing.T) {
	b := delivered(t, "line vty 0 4", "no login", "autocommand show privilege")
	s := b.call(caller)
	require.True(t, s.over())
	require.Equal(t, "\nCurrent privilege level is 1\n", s.said())
	b.privileged()
	b.configure("line con 0", "autocommand ping 10.0.0.77 repeat 1", "line vty 0 4", "no autocommand")
	require.Contains(t, b.enter("show line console 0"), "Automatically execute command \"ping 10.0.0.77 repeat 1\"\n")
	require.Equal(t, "\nR1>", b.call(caller).said())
}

// Of connections to other hosts there are no more than the line allows.
func TestSessionLimit(t *testing.T) {
	b, posted := calling(t, func(c *router.Call) {
		c.Tell(modes.CallEvent{Kind: modes.CallOpened})
		<-c.Context.Done()
	}, "line con 0\n session-limit 1\n")
	b.enter("telnet 10.0.0.9")
	(<-posted)(1)
	b.console.Escape(1)
	require.Equal(t, "% Session limit exceeded\n", b.enter("telnet 10.0.0.8"))
	require.Contains(t, b.enter("show terminal"), "\nSession limit is 1.\n")
	b.configure("line con 0", "no session-limit")
	require.Equal(t, "Trying 10.0.0.8 ... ", b.enter("telnet 10.0.0.8"))
}

// A banner names what stands in it, the line's own words too.
func TestBannerTokens(t *testing.T) {
	b := delivered(t, "ip domain name lab.example", "banner exec ^C$(hostname).$(domain) $(line) $(line-desc) $(other)^C",
		"line vty 0 4", "no login", "location rack 3")
	require.Equal(t, "\nR1.lab.example 322 rack 3 $(other)\nR1>", b.call(caller).said())
	b.privileged()
	b.configure("line vty 0 4", "no location")
	require.Contains(t, b.call(caller).said(), " 323  $(other)\n")
}
