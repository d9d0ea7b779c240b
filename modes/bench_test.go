package modes_test

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/config"
	"tandem/modes"
	"tandem/nvram"
	"tandem/platform"
	"tandem/router"
)

// grammar is built once: merging it is most of a router's start.
var grammar = func() *modes.Grammar {
	g, err := modes.New()
	if err != nil {
		panic(err)
	}
	return g
}()

// bench is one router with its console in a test's hands.
type bench struct {
	*router.Router
	t       *testing.T
	now     clock.Time
	console router.Session
	last    router.Screen
	out     strings.Builder
}

// newBench boots a router with the paper's modules; a nil startup leaves it
// unconfigured.
func newBench(t *testing.T, name string, style config.Style, startup []byte) *bench {
	t.Helper()
	hw, err := platform.New("c3845", map[string]string{"0/1": "HWIC-D-9ESW", "1": "NM-2FE2W-V2", "2": "NME-16ES-1G-P"}, name)
	require.NoError(t, err)
	r, err := router.New(0, router.Settings{
		Hardware: hw, Store: nvram.NewMemory(nvram.Usable(hw.Identity().NVRAM)), Grammar: grammar, Style: style,
		Startup: startup, Ports: []string{"GigabitEthernet0/0", "GigabitEthernet0/1"},
		Random: rand.NewChaCha8([32]byte{1}), Cause: "power-on",
	})
	require.NoError(t, err)
	b := &bench{Router: r, t: t, now: clock.Time(time.Minute)}
	b.console = r.OpenConsole(b.now, func(s router.Screen) {
		if !s.Log {
			b.last = s
			b.out.WriteString(s.Text)
		}
	})
	if b.last.Want == router.WantAnswer {
		b.enter("no")
	}
	b.enter("")
	return b
}

// privileged is newBench at the # prompt.
func privileged(t *testing.T, startup []byte) *bench {
	t.Helper()
	b := newBench(t, "RouterA", config.IOS, startup)
	b.enter("enable")
	return b
}

// enter types one line, answers to questions too, and returns what it printed.
func (b *bench) enter(line string) string {
	b.out.Reset()
	if b.last.Want == router.WantKey {
		b.console.Key(b.now, (line + "\r")[0])
	} else {
		b.console.Enter(b.now, line)
	}
	return b.out.String()
}

func example(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile("../examples/" + path)
	require.NoError(t, err)
	return text
}
