package hsrp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/hsrp"
	"tandem/wire"
)

// follower is a Standby router at the given time; it heard the Active one at
// every full second.
func follower(t *testing.T, at clock.Time) *device {
	d := newDevice(t, "10.0.0.2")
	d.noDelay()
	d.group(config())
	d.up()
	d.hearUntil(at)
	require.Equal(t, hsrp.Standby, d.state())
	return d
}

func (d *device) hearUntil(at clock.Time) {
	for next := clock.Time(d.now.Seconds()+1) * clock.Time(time.Second); next <= at; next = next.Add(time.Second) {
		d.until(next)
		d.hear("10.0.0.1", message())
	}
	d.until(at)
}

func (d *device) suspect() []hsrp.Action {
	return d.step(hsrp.Suspect{At: d.now, Interface: gi00, Group: 1})
}

func TestASuspectThatIsSilentLosesTheGroupAtItsNextHello(t *testing.T) {
	d := follower(t, 20*second+second/4)
	d.suspect()
	d.until(21*second + clock.Time(4*time.Millisecond))
	require.Equal(t, hsrp.Standby, d.state(), "the hello may still be on its way")
	d.until(21*second + clock.Time(5*time.Millisecond))
	require.Equal(t, hsrp.Active, d.state())
}

func TestASuspectThatSpeaksIsBelieved(t *testing.T) {
	d := follower(t, 20*second+second/4)
	d.suspect()
	d.hearUntil(21 * second)
	d.until(25*second + second/2)
	require.Equal(t, hsrp.Standby, d.state(), "a hold time counts again")
	d.until(26 * second)
	require.Equal(t, hsrp.Active, d.state())
}

// The news of a failure comes by another LAN: a hello sent before it may arrive
// after it, and is not taken for a sign that the suspect is well.
func TestAHelloThatTheSuspicionOvertookEarnsOneHelloTime(t *testing.T) {
	d := follower(t, 20*second+second-clock.Time(3*time.Millisecond))
	d.suspect()
	d.hearUntil(21 * second)
	d.until(22*second + clock.Time(4*time.Millisecond))
	require.Equal(t, hsrp.Standby, d.state(), "the next hello may still come")
	d.until(22*second + clock.Time(5*time.Millisecond))
	require.Equal(t, hsrp.Active, d.state())
}

// The next hello clears it: a hold time counts again.
func TestASuspectThatSpeaksTwiceIsBelieved(t *testing.T) {
	d := follower(t, 20*second+second-clock.Time(3*time.Millisecond))
	d.suspect()
	d.hearUntil(22 * second)
	d.until(26*second + second/2)
	require.Equal(t, hsrp.Standby, d.state())
	d.until(27 * second)
	require.Equal(t, hsrp.Active, d.state())
}

// A suspect whose hello is overdue already is not waited for.
func TestASuspectThatIsOverdueLosesTheGroupAtOnce(t *testing.T) {
	d := follower(t, 20*second)
	d.until(23 * second)
	d.suspect()
	d.until(23 * second)
	require.Equal(t, hsrp.Active, d.state())
}

// Version 1 tells no milliseconds: our own hello time is what must be met.
func TestASuspectOfMilliseconds(t *testing.T) {
	d := newDevice(t, "10.0.0.2")
	d.noDelay()
	d.group(config(func(c *hsrp.GroupConfig) { c.Hello, c.Hold = 15*time.Millisecond, 50*time.Millisecond }))
	d.up()
	for d.now < second {
		d.until(d.now.Add(15 * time.Millisecond))
		d.hear("10.0.0.1", message(func(m *wire.HSRP) { m.Hello, m.Hold = 0, 0 }))
	}
	require.Equal(t, hsrp.Standby, d.state())
	heard := d.now
	d.until(heard.Add(time.Millisecond))
	d.suspect()
	d.until(heard.Add(19 * time.Millisecond))
	require.Equal(t, hsrp.Standby, d.state())
	d.until(heard.Add(20 * time.Millisecond))
	require.Equal(t, hsrp.Active, d.state())
}

func TestSuspicionIsNothingToOthers(t *testing.T) {
	d := newDevice(t, "10.0.0.2")
	require.Empty(t, d.suspect(), "no such interface")
	d.noDelay()
	require.Empty(t, d.suspect(), "no such group")
	d.group(config())
	d.up()
	for _, state := range []hsrp.State{hsrp.Listen, hsrp.Speak} {
		require.Equal(t, state, d.state())
		require.Empty(t, d.suspect())
		d.hearUntil(d.now + 5*second)
	}
	d.until(d.now.Add(20 * time.Second))
	require.Equal(t, hsrp.Active, d.state())
	require.Empty(t, d.suspect())
}

// Only an Active router has last words: a Resign that its peers would believe,
// which changes and counts nothing here.
func TestLastWordsAreTheResignsOfActiveGroups(t *testing.T) {
	d := follower(t, 20*second)
	require.Empty(t, d.r.LastWords())
	d.until(26 * second)
	require.Equal(t, hsrp.Active, d.state())
	words := d.r.LastWords()
	require.Len(t, words, 1)
	require.Equal(t, wire.HSRPVirtualMAC(1, 1), words[0].MAC)
	require.NotEqual(t, words[0].MAC, words[0].From, "the burned-in one")
	var m wire.HSRP
	_, err := m.Decode1(words[0].Payload)
	require.NoError(t, err)
	require.Equal(t, wire.HSRPResign, m.Op)
	require.Equal(t, hsrp.Active, d.state())
}

// A router that slept through the end of a hold time gives the Active router as
// long to speak as it slept itself, and no longer.
func TestAStalledRouterDoesNotJudgeAtOnce(t *testing.T) {
	const slept = 40 * time.Millisecond
	d := follower(t, 20*second)
	expired := 25 * second // a hold time after the last hello
	d.until(expired - 1)
	d.now = expired.Add(30 * time.Millisecond)
	d.step(hsrp.Stalled{At: d.now, For: slept})
	require.Equal(t, hsrp.Standby, d.state())
	d.until(d.now.Add(slept - 1))
	require.Equal(t, hsrp.Standby, d.state())
	d.step(hsrp.Stalled{At: d.now.Add(1), For: slept})
	d.until(expired.Add(30*time.Millisecond + slept + 1))
	require.Equal(t, hsrp.Active, d.state(), "once is enough")
}

// Time that ended before the stall, or had not ended in it, is as it was.
func TestAStallExcusesOnlyWhatItHid(t *testing.T) {
	d := follower(t, 20*second)
	d.until(22 * second)
	d.step(hsrp.Stalled{At: d.now, For: 100 * time.Millisecond})
	d.until(25 * second)
	require.Equal(t, hsrp.Active, d.state())
}
