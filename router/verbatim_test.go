package router_test

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"

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

// modulesOf are those that the paper's two routers must have.
var modulesOf = map[string]map[string]string{
	"RouterA": {"0/1": "HWIC-D-9ESW", "1": "NM-2FE2W-V2", "2": "NME-16ES-1G-P"},
	"RouterB": {"0/1": "HWIC-D-9ESW"},
}

// bench is one router with its console in the test's hands.
type bench struct {
	*router.Router
	t       testing.TB
	console router.Session
	screens []router.Screen
	now     clock.Time
}

func newBench(t testing.TB, name string, startup []byte) *bench {
	t.Helper()
	hw, err := platform.New("c3845", modulesOf[name], name)
	require.NoError(t, err)
	r, err := router.New(0, router.Settings{
		Hardware: hw, Store: nvram.NewMemory(nvram.Usable(hw.Identity().NVRAM)), Grammar: grammar, Style: config.Document,
		Startup: startup, Ports: []string{"GigabitEthernet0/0", "GigabitEthernet0/1"},
		Random: rand.NewChaCha8([32]byte{1}), Cause: "power-on",
	})
	require.NoError(t, err)
	b := &bench{Router: r, t: t}
	b.console = r.OpenConsole(0, func(s router.Screen) { b.screens = append(b.screens, s) })
	return b
}

// enter types one line and returns what it printed.
func (b *bench) enter(line string) string {
	b.screens = nil
	b.console.Enter(max(b.now, 1), line)
	var out strings.Builder
	for _, s := range b.screens {
		out.WriteString(s.Text)
	}
	return out.String()
}

// prompt is the one that stands there now.
func (b *bench) prompt() string { return b.screens[len(b.screens)-1].Prompt }

// privileged takes a router from its first screen to the privileged prompt.
func (b *bench) privileged() {
	if b.screens[len(b.screens)-1].Want == router.WantAnswer {
		b.enter("no")
	}
	b.enter("")
	b.enter("enable")
}

func golden(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../examples/paper/" + name + ".cfg")
	require.NoError(t, err)
	return string(text)
}

func TestPastedListingPrintsBackVerbatim(t *testing.T) {
	for name, size := range map[string]string{"RouterA": "2623", "RouterB": "2150"} {
		t.Run(name, func(t *testing.T) {
			want := golden(t, name)
			b := newBench(t, name, nil)
			b.privileged()
			require.Equal(t, "Enter configuration commands, one per line.  End with CNTL/Z.\n", b.enter("configure terminal"))
			for _, line := range strings.Split(strings.TrimSuffix(want, "\n"), "\n") {
				out := b.enter(line)
				if line != "  login" { // the vty lines have no password, and the router says so
					require.NotContains(t, out, "% ", "line %q", line)
				}
			}
			require.Equal(t, name+"#", b.prompt())
			require.Equal(t, "Building configuration...\n\nCurrent configuration : "+size+" bytes\n"+want+"\n", b.enter("show run"))
		})
	}
}

func TestStartupListingPrintsBackVerbatim(t *testing.T) {
	for name := range modulesOf {
		t.Run(name, func(t *testing.T) {
			want := golden(t, name)
			b := newBench(t, name, []byte(want))
			b.privileged()
			require.Equal(t, want, b.Listing())
			require.Equal(t, "Building configuration...\n[OK]\n", b.enter("write memory"))
			saved, err := b.Startup()
			require.NoError(t, err)
			require.Equal(t, want, string(saved))
		})
	}
}
