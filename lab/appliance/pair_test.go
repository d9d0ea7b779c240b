package appliance_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/hsrp"
	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/lab/host"
	"tandem/redundancy"
	"tandem/router"
)

// dualLAN is the folder of the lab that these tests run.
const dualLAN = "../../examples/dual-lan"

// The timers of its groups.
const (
	hello = time.Second
	hold  = 5 * time.Second
)

// pair is the dual-LAN lab in virtual time.
type pair struct {
	*lab.Virtual
	t     testing.TB
	boots map[string]int // of each router: power-on and reloads
}

var routers = [...]string{"RouterA", "RouterB"}

func newPair(t testing.TB, o lab.Options, changes ...func(*lab.Topology)) *pair {
	t.Helper()
	p, err := startLab(dualLAN, o, changes...)
	require.NoError(t, err)
	p.t = t
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return p
}

func startPair(o lab.Options) (*pair, error) { return startLab(dualLAN, o) }

// startLab boots the pair of any lab, changed a little.
func startLab(folder string, o lab.Options, changes ...func(*lab.Topology)) (*pair, error) {
	shelf, err := appliance.New("")
	if err != nil {
		return nil, err
	}
	topology, err := lab.Load(folder, appliance.Known)
	if err != nil {
		return nil, err
	}
	for _, change := range changes {
		change(topology)
	}
	p := &pair{boots: map[string]int{}}
	o.Boot = func(name string, spec lab.RouterSpec, b lab.Birth) (lab.Device, error) {
		p.boots[name]++
		return shelf.Boot(name, spec, b)
	}
	p.Virtual, err = lab.NewVirtual(topology, o)
	return p, err
}

// router returns a router, nil without power.
func (p *pair) router(name string) *router.Router {
	var r *router.Router
	err := p.Do(name, func(_ clock.Time, d lab.Device) {
		if d != nil {
			r = d.(*appliance.Device).Router
		}
	})
	if err != nil && p.t != nil {
		require.NoError(p.t, err)
	}
	return r
}

// rf returns the redundancy states of a router, Unknown without power.
func (p *pair) rf(name string) redundancy.State {
	if r := p.router(name); r != nil {
		return r.Redundancy().States().My
	}
	return redundancy.Unknown
}

// group returns how a router stands in one of the two groups: 0 inside, 1 outside.
func (p *pair) group(name string, i int) hsrp.State {
	r := p.router(name)
	if r == nil {
		return hsrp.Disabled
	}
	for _, g := range r.Standby().Status(p.Now()) {
		if int(g.Group) == i+1 {
			return g.State
		}
	}
	return hsrp.Disabled
}

// whole names the two routers once everything is in order: one owns both
// groups, the other is STANDBY HOT.
func (p *pair) whole() (active, standby string, ok bool) {
	for i, name := range routers {
		other := routers[1-i]
		if p.rf(name) == redundancy.Active && p.rf(other) == redundancy.StandbyHot &&
			p.group(name, 0) == hsrp.Active && p.group(name, 1) == hsrp.Active &&
			p.group(other, 0) == hsrp.Standby && p.group(other, 1) == hsrp.Standby {
			return name, other, true
		}
	}
	return "", "", false
}

// settle lets time pass until everything is in order, asked ten times a second.
func (p *pair) settle(limit time.Duration) (active, standby string) {
	p.t.Helper()
	for end := p.Now().Add(limit); ; {
		if a, s, ok := p.whole(); ok {
			return a, s
		}
		if p.Now() >= end {
			p.t.Fatalf("not in order after %s:\n%s", limit, p.portrait())
		}
		require.NoError(p.t, p.Advance(100*time.Millisecond))
	}
}

// portrait says how everything stands.
func (p *pair) portrait() string {
	var b strings.Builder
	fmt.Fprintf(&b, "time %s\n", time.Duration(p.Now()))
	for _, name := range routers {
		r := p.router(name)
		if r == nil {
			fmt.Fprintf(&b, "%s: no power\n", name)
			continue
		}
		s := r.Redundancy().States()
		fmt.Fprintf(&b, "%s: %s, peer %s, groups %s %s, association %v, boots %d\n", name, s.My, s.Peer,
			p.group(name, 0), p.group(name, 1), r.IPC().Up(), p.boots[name])
		for _, session := range r.Firewall().HASessions(p.Now()) {
			fmt.Fprintf(&b, "    %s %s\n", session, session.HAState())
		}
	}
	for _, name := range []string{"pc", "server"} {
		fmt.Fprintf(&b, "%s\n", p.host(name, "show flows"))
	}
	return b.String()
}

// show types an exec line on a router at the privileged prompt.
func (p *pair) show(name, line string) string {
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

// host types a line on a host and returns what comes at once.
func (p *pair) host(name, line string) string {
	var out strings.Builder
	_ = p.DoHost(name, func(now clock.Time, h *host.Host) {
		h.NewShell(func(text string) { out.WriteString(text) }).Exec(now, line)
	})
	return out.String()
}

// flows returns the flows of a host.
func (p *pair) flows(name string) (flows []*host.Flow) {
	_ = p.DoHost(name, func(_ clock.Time, h *host.Host) { flows = h.Flows() })
	return flows
}

// hostCommand types a line on a host and lets time pass until it is done.
func (p *pair) hostCommand(name, line string) string {
	p.t.Helper()
	var out strings.Builder
	var shell *host.Shell
	require.NoError(p.t, p.DoHost(name, func(now clock.Time, h *host.Host) {
		shell = h.NewShell(func(text string) { out.WriteString(text) })
		shell.Exec(now, line)
	}))
	ok, err := p.RunUntil(func() bool { return !shell.Busy() }, time.Minute)
	require.NoError(p.t, err)
	require.True(p.t, ok, "%s: %s does not end", name, line)
	return out.String()
}
