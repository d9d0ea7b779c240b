package router

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/modes"
	"tandem/nvram"
	"tandem/platform"
)

// Long lists that are pasted between packets are compiled now and then; short
// ones before the next packet.
func TestPastedListsWaitForPackets(t *testing.T) {
	hw, err := platform.New("c3845", nil, "R1")
	require.NoError(t, err)
	grammar, err := modes.New()
	require.NoError(t, err)
	r, err := New(0, Settings{
		Hardware: hw, Store: nvram.NewMemory(nvram.Usable(hw.Identity().NVRAM)), Grammar: grammar, Random: rand.NewChaCha8([32]byte{1}),
		Startup: []byte("hostname R1\nend\n"), Ports: []string{"GigabitEthernet0/0"},
	})
	require.NoError(t, err)
	console := r.OpenConsole(0, func(Screen) {})
	now := clock.Time(time.Second)
	for _, line := range []string{"", "enable", "configure terminal", "ip access-list extended big"} {
		console.Enter(now, line)
	}
	const lines = 3000
	compiled := 0
	for n := range lines {
		now = now.Add(time.Millisecond)
		console.Enter(now, fmt.Sprintf("permit tcp host 10.0.%d.%d any", n/250, n%250))
		if n < promptEntries-10 {
			continue
		}
		r.Input(now, 0, nil)
		if !r.stale {
			compiled++
		}
		require.True(t, n >= promptEntries || !r.stale, "%d entries are not long", n+1)
	}
	require.Less(t, compiled, 40)
	for r.stale {
		at, ok := r.NextWake()
		require.True(t, ok)
		r.Wake(at)
	}
	require.LessOrEqual(t, r.compiled.Sub(now), lines*entryDelay)
	require.Len(t, r.engine.Filter("big").List().Entries, lines)
}
