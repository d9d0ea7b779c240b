package router_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/hsrp"
	"tandem/wire"
)

// A router without a peer becomes Active; from then on it has something to say,
// and after its reload is decided nothing any more.
func TestLastWordsFollowTheGroups(t *testing.T) {
	b := configured(t, inside, "ip address 10.0.0.1 255.255.255.0", "no shutdown", "standby 1 ip 10.0.0.3", "standby 1 timers 1 3")
	b.Carrier(1, 0, true)
	require.Empty(t, b.LastWords())
	silent := b.LastWordsVersion()
	for b.state(1) != hsrp.Active {
		at, ok := b.NextWake()
		require.True(t, ok && at < clock.Time(time.Minute))
		b.now = at
		b.Wake(at)
	}
	require.NotEqual(t, silent, b.LastWordsVersion())
	words := b.LastWords()
	require.Len(t, words, 1)
	require.Zero(t, words[0].Port)
	e := wire.Ethernet(words[0].Frame)
	require.Equal(t, wire.AllRouters.MulticastMAC(), e.Dst())
	var p wire.Packet
	require.Equal(t, wire.NotDropped, p.DecodeIP(e.Payload(), 0, 0))
	var m wire.HSRP
	_, err := m.Decode1(wire.UDP(p.Transport()).Payload())
	require.NoError(t, err)
	require.Equal(t, wire.HSRPResign, m.Op)

	spoke := b.LastWordsVersion()
	b.enter("standby 1 authentication other")
	require.NotEqual(t, spoke, b.LastWordsVersion(), "the former Resign would not be believed")
	b.enter("no standby 1 ip")
	require.Empty(t, b.LastWords())
}

// state is that of the group on the first interface.
func (b *bench) state(group uint16) hsrp.State {
	for _, g := range b.Standby().Status(b.now) {
		if g.Group == group {
			return g.State
		}
	}
	return hsrp.Disabled
}
