package appliance_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/lab/host"
	"tandem/router"
)

// pair is the dual-LAN lab in virtual time.
type pair struct {
	*lab.Virtual
	t *testing.T
}

func newPair(t *testing.T, seed uint64) pair {
	t.Helper()
	shelf, err := appliance.New("")
	require.NoError(t, err)
	topology, err := lab.Load("../../examples/dual-lan", appliance.Known)
	require.NoError(t, err)
	v, err := lab.NewVirtual(topology, lab.Options{Boot: shelf.Boot, Seed: seed})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, v.Close()) })
	return pair{v, t}
}

// show types an exec line on a router that is already at the privileged prompt,
// or brings it there.
func (p pair) show(name, line string) string {
	p.t.Helper()
	var out strings.Builder
	done := func() bool { return true }
	require.NoError(p.t, p.Do(name, func(now clock.Time, d lab.Device) {
		appliance.Type(now, d, "enable", func(string) {})
		done = appliance.Type(now, d, line, func(text string) { out.WriteString(text) })
	}))
	ok, err := p.RunUntil(done, time.Minute)
	require.NoError(p.t, err)
	require.True(p.t, ok, "%s: %s does not end", name, line)
	return out.String()
}

func (p pair) host(name, line string) string {
	p.t.Helper()
	var out strings.Builder
	require.NoError(p.t, p.DoHost(name, func(now clock.Time, h *host.Host) {
		lab.NewSession(h, func(s router.Screen) { out.WriteString(s.Text) }).Enter(now, line)
	}))
	return out.String()
}

func TestExplore(t *testing.T) {
	p := newPair(t, 1)
	p.Advance(15 * time.Second)
	fmt.Println(p.show("RouterA", "show standby brief"))
	fmt.Println(p.show("RouterB", "show standby brief"))
	fmt.Println(p.show("RouterA", "show standby"))
	fmt.Println(p.show("RouterA", "show redundancy states"))
	fmt.Println(p.show("RouterB", "show redundancy states"))
	fmt.Println(p.show("RouterB", "show ip sctp association parameters"))
	fmt.Println(p.host("pc", "connect tcp 211.0.0.100 7 rate 100"))
	fmt.Println(p.host("pc", "ping 211.0.0.100"))
	p.Advance(5 * time.Second)
	fmt.Println(p.host("pc", "show flows"))
	fmt.Println(p.show("RouterA", "show ip inspect sessions detail"))
	fmt.Println(p.show("RouterB", "show ip inspect ha sessions"))
	require.NoError(t, p.Cut("RouterA:GigabitEthernet0/0"))
	p.Advance(8 * time.Second)
	fmt.Println(p.host("pc", "show flows"))
	fmt.Println(p.show("RouterB", "show ip inspect sessions"))
	fmt.Println(p.show("RouterB", "show standby brief"))
	fmt.Println(p.show("RouterA", "show standby brief"))
	fmt.Println(p.show("RouterA", "show redundancy states"))
	require.NoError(t, p.Join("RouterA:GigabitEthernet0/0"))
	p.Advance(30 * time.Second)
	fmt.Println(p.show("RouterA", "show standby brief"))
	fmt.Println(p.show("RouterA", "show redundancy states"))
	fmt.Println(p.show("RouterA", "show ip inspect ha sessions"))
	fmt.Println(p.show("RouterB", "show ip inspect ha statistics"))
	fmt.Println(p.host("pc", "show flows"))
}
