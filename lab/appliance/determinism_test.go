package appliance_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/router"
)

// Whole routers over an impaired LAN, a failover and a power loss: the same
// seed gives the same captures and consoles, byte for byte; another seed does
// not.
func TestSameSeedSameBytes(t *testing.T) {
	first, again, other := recording(t, 5), recording(t, 5), recording(t, 6)
	require.Len(t, first, 3)
	for name, want := range first {
		require.Greater(t, len(want), 5000, name)
		require.True(t, bytes.Equal([]byte(want), []byte(again[name])), "%s differs", name)
	}
	require.NotEqual(t, first, other)
}

type discloser struct{ *bytes.Buffer }

func (discloser) Close() error { return nil }

// recording runs a scenario and returns the captures of both LANs and what the
// consoles and hosts showed, by name.
func recording(t *testing.T, seed uint64) map[string]string {
	shelf, err := appliance.New("")
	require.NoError(t, err)
	topology, err := lab.Load(dualLAN, appliance.Known)
	require.NoError(t, err)
	files := map[string]discloser{}
	for i := range topology.Segments {
		topology.Segments[i].Capture = "file"
	}
	var shown strings.Builder
	p := &pair{t: t, boots: map[string]int{}}
	p.Virtual, err = lab.NewVirtual(topology, lab.Options{
		Boot: shelf.Boot, Seed: seed,
		Capture: func(segment, _ string) (io.WriteCloser, error) {
			files[segment] = discloser{new(bytes.Buffer)}
			return files[segment], nil
		},
	})
	require.NoError(t, err)
	watch := func(name string) {
		p.router(name).OpenConsole(p.Now(), func(s router.Screen) { shown.WriteString(s.Text) })
		p.show(name, "debug standby")
	}
	watch("RouterA")
	watch("RouterB")
	require.NoError(t, p.Impair("inside", "loss", "3%", "delay", "3ms", "reorder", "10%"))
	require.NoError(t, p.Impair("outside", "loss", "1%", "duplicate", "5%"))
	require.NoError(t, p.Advance(20*time.Second))
	p.host("pc", "connect tcp 211.0.0.100 7 rate 50")
	p.host("pc", "connect udp 211.0.0.100 7 rate 50")
	require.NoError(t, p.Advance(5*time.Second))
	require.NoError(t, p.Cut("RouterA:GigabitEthernet0/0"))
	require.NoError(t, p.Advance(10*time.Second))
	require.NoError(t, p.Join("RouterA:GigabitEthernet0/0"))
	watch("RouterA")
	require.NoError(t, p.Advance(30*time.Second))
	for _, name := range routers {
		for _, line := range []string{"show standby", "show redundancy history", "show ip inspect sessions detail", "show ip sctp association parameters"} {
			shown.WriteString(p.show(name, line))
		}
	}
	shown.WriteString(p.portrait())
	require.NoError(t, p.Close())
	out := map[string]string{"consoles": shown.String()}
	for segment, f := range files {
		out[segment] = f.String()
	}
	return out
}
