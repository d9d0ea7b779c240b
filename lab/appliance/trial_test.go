package appliance_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tandem/clock"
	"tandem/firewall"
	"tandem/hsrp"
	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/lab/host"
	"tandem/redundancy"
	"tandem/router"
	"tandem/wire"
)

// How long what may take, on a LAN that loses nothing.
const (
	sample     = 100 * time.Millisecond // between two looks at the invariants
	bootDelay  = 8 * time.Second        // the longer "standby delay reload", and a second to spare
	electLimit = bootDelay + 2*hold + hello
	wholeLimit = 90 * time.Second // after the last blow was mended: elected, reloaded, hot
	restLimit  = 90 * time.Second // TCP's longest pause between two tries, and a half
)

// trial is one run of the sweep.
type trial struct {
	*pair
	seed   uint64
	rng    *rand.Rand
	script strings.Builder
	passed time.Duration // not yet in the script

	lossy     bool       // frames are lost at random, or a cable is silently dead
	rough     bool       // frames were lost at random when the first flows began
	disturbed clock.Time // last blow, mending or change of the LAN
	struck    bool       // a blow has fallen and its mending is younger than wholeLimit

	gap         [2]ownerless
	stands      map[int]clock.Time // since when each flow does, by number
	last        map[string]stance  // a sample ago
	takeovers   int
	blows       int
	protected   bool // no takeover so far could have lost a flow
	spontaneous bool // a takeover without a blow
}

// ownerless is a time in which nobody owns a virtual address.
type ownerless struct {
	since clock.Time
	limit time.Duration // 0: nobody could own it
}

// stance is what a router was a sample ago.
type stance struct {
	rf    redundancy.State
	held  map[int]bool // the flows it has a session of, by number
	boots int
}

var errTrial = errors.New("invariant")

func runTrial(seed uint64) (x *trial, err error) {
	x = &trial{
		seed: seed, rng: rand.New(rand.NewPCG(seed, 7)), last: map[string]stance{}, stands: map[int]clock.Time{}, protected: true,
	}
	x.pair, err = startPair(lab.Options{Seed: seed})
	if err != nil {
		return x, err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	folder, _ := filepath.Abs(dualLAN)
	x.note("seed %d", seed)
	x.note("lab %s", folder)
	return x, x.run()
}

func (x *trial) run() error {
	if err := x.impair(); err != nil {
		return err
	}
	if err := x.untilWhole(4 * wholeLimit); err != nil {
		return err
	}
	dense := 40
	if x.seed%8 == 0 {
		dense = 500 // most of what a run costs
	}
	for i, proto := range []string{"tcp", "udp", "tcp"} {
		x.command("pc", fmt.Sprintf("connect %s 211.0.0.100 7 rate %d", proto, [...]int{10, 20, dense}[i]))
	}
	if err := x.untilEstablished(); err != nil {
		return err
	}
	if err := x.pass(x.between(2*time.Second, 6*time.Second)); err != nil {
		return err
	}
	for range 1 + x.rng.IntN(2) {
		if err := x.pass(x.between(0, 12*time.Second)); err != nil {
			return err
		}
		if err := x.blow(); err != nil {
			return err
		}
	}
	return x.judge()
}

// between draws a duration in whole milliseconds.
func (x *trial) between(low, high time.Duration) time.Duration {
	return low + time.Duration(x.rng.Int64N(int64((high-low)/time.Millisecond)))*time.Millisecond
}

// note adds a line to the script, after the time that passed before it.
func (x *trial) note(format string, args ...any) {
	if x.passed > 0 {
		fmt.Fprintf(&x.script, "advance %s\n", x.passed)
		x.passed = 0
	}
	fmt.Fprintf(&x.script, format+"\n", args...)
}

// replay is a scenario that does what this trial did, and ends with the same
// flows; it then asks the routers what a reader will want to know.
func (x *trial) replay() string {
	flows := x.host("pc", "show flows")
	x.note("host pc 'show flows'")
	x.note("cmp stdout flows")
	for _, name := range routers {
		x.note("type %s enable 'show standby brief' 'show redundancy states' 'show ip inspect ha sessions' 'show logging'", name)
	}
	return x.script.String() + "-- flows --\n" + flows
}

// pass lets time pass and looks at the invariants.
func (x *trial) pass(d time.Duration) error {
	for d > 0 {
		step := min(d, sample-time.Duration(x.Now())%sample)
		if err := x.Advance(step); err != nil {
			return err
		}
		x.passed += step
		d -= step
		if err := x.watch(); err != nil {
			return err
		}
	}
	return nil
}

func (x *trial) fail(format string, args ...any) error {
	return fmt.Errorf("%w: %s\n%s", errTrial, fmt.Sprintf(format, args...), x.portrait())
}

func (x *trial) command(hostName, line string) {
	x.note("host %s '%s'", hostName, line)
	x.host(hostName, line)
}

// impair draws what both LANs do to frames; the association runs over the
// inside one.
func (x *trial) impair() error {
	share := func(most int) string { return fmt.Sprintf("%.1f%%", float64(x.rng.IntN(10*most))/10) }
	for _, segment := range []string{"inside", "outside"} {
		var settings []string
		for _, kind := range []string{"loss", "delay", "reorder", "duplicate"} {
			if x.rng.IntN(3) > 0 {
				continue
			}
			switch kind {
			case "loss":
				x.lossy, x.rough = true, true
				settings = append(settings, kind, share([...]int{8, 8, 30}[x.rng.IntN(3)]))
			case "delay":
				settings = append(settings, kind, fmt.Sprintf("%dms", 1+x.rng.IntN(30)))
			default:
				settings = append(settings, kind, share(25))
			}
		}
		if len(settings) == 0 {
			continue
		}
		x.note("impair %s %s", segment, strings.Join(settings, " "))
		if err := x.Impair(segment, settings...); err != nil {
			return err
		}
	}
	return nil
}

func (x *trial) untilWhole(limit time.Duration) error {
	for end := x.Now().Add(limit); ; {
		if _, _, ok := x.whole(); ok {
			return nil
		}
		if x.Now() >= end {
			return x.fail("not in order after %s", limit)
		}
		if err := x.pass(sample); err != nil {
			return err
		}
	}
}

func (x *trial) untilEstablished() error {
	for end := x.Now().Add(restLimit); ; {
		waiting := false
		for _, f := range x.flows("pc") {
			waiting = waiting || f.State == host.Connecting
		}
		switch {
		case !waiting:
			return nil
		case x.Now() >= end:
			return x.fail("flows not established after %s", restLimit)
		}
		if err := x.pass(sample); err != nil {
			return err
		}
	}
}

// blow does something bad and, later, mends it.
func (x *trial) blow() error {
	victim := routers[x.rng.IntN(2)]
	if active, _, ok := x.whole(); ok && x.rng.IntN(3) > 0 {
		victim = active
	}
	port := victim + ":GigabitEthernet0/" + fmt.Sprint(x.rng.IntN(2))
	segment := [...]string{"inside", "outside"}[x.rng.IntN(2)]
	lasts := x.between(10*time.Millisecond, 30*time.Second)
	if x.rng.IntN(3) == 0 {
		lasts = x.between(10*time.Millisecond, 2*time.Second)
	}
	switch n := x.rng.IntN(14); {
	case n < 6:
		return x.cutFor(port, lasts)
	case n < 9:
		return x.powerOffFor(victim, lasts)
	case n < 10:
		return x.cutFor(segment, lasts)
	case n < 12:
		return x.silenceFor(port, lasts)
	case n < 13:
		return x.typed(victim, "enable", "reload", "")
	default:
		return x.typed(victim, "enable", "redundancy force-switchover", "")
	}
}

// disturb notes that everything counts from now.
func (x *trial) disturb() {
	x.disturbed, x.struck = x.Now(), true
	for i := range x.gap {
		if x.gap[i].since > 0 { // who could own it may have changed
			x.gap[i] = ownerless{x.Now(), hold + electLimit}
		}
	}
}

func (x *trial) cutFor(link string, d time.Duration) error {
	x.blows++
	x.note("cut %s", link)
	x.disturb()
	if err := errors.Join(x.Cut(link), x.pass(d)); err != nil {
		return err
	}
	x.note("join %s", link)
	x.disturb()
	return x.Join(link)
}

func (x *trial) powerOffFor(name string, d time.Duration) error {
	x.blows++
	x.note("power off %s", name)
	x.disturb()
	if err := errors.Join(x.Power(name, lab.Off), x.pass(d)); err != nil {
		return err
	}
	x.note("power on %s", name)
	x.disturb()
	return x.Power(name, lab.On)
}

// silenceFor loses every frame of a port whose carrier stays.
func (x *trial) silenceFor(port string, d time.Duration) error {
	x.blows++
	was := x.lossy
	x.lossy = true
	x.note("impair %s loss 100%%", port)
	x.disturb()
	if err := errors.Join(x.Impair(port, "loss", "100%"), x.pass(d)); err != nil {
		return err
	}
	x.lossy = was
	x.note("impair %s none", port)
	x.disturb()
	return x.Impair(port, "none")
}

// typed enters lines on a router's console.
func (x *trial) typed(name string, lines ...string) error {
	if x.router(name) == nil {
		return nil
	}
	x.blows++
	x.note("type %s '%s'", name, strings.Join(lines, "' '"))
	x.disturb()
	for _, line := range lines {
		err := x.Do(name, func(now clock.Time, d lab.Device) { appliance.Type(now, d, line, func(string) {}) })
		if err != nil {
			return err
		}
	}
	return x.pass(x.between(sample, 10*time.Second))
}

// watch looks at the invariants that hold at any moment.
func (x *trial) watch() error {
	for i := range 2 {
		if err := x.watchOwners(i); err != nil {
			return err
		}
	}
	for _, name := range routers {
		r := x.router(name)
		if r == nil {
			delete(x.last, name)
			continue
		}
		if err := x.watchTakeover(name, r); err != nil {
			return err
		}
	}
	for _, f := range x.flows("pc") {
		y := &f.Tally
		if y.Damaged > 0 || f.Proto == "tcp" && y.Duplicated+y.OutOfOrder > 0 {
			return x.fail("flow %d: records came twice, out of order or changed", f.Number)
		}
		since, stood := x.stands[f.Number]
		switch {
		case f.State == host.Established && !stood:
			x.stands[f.Number] = x.Now()
		case f.Proto != "tcp" || f.State <= host.Established:
		case stood && x.protected:
			return x.fail("flow %d, which stood since %s and was not lost with a router, is %s", f.Number, time.Duration(since), f.State)
		case !stood && (!x.rough || f.Number > 3): // on a rough LAN a handshake may run out of tries
			return x.fail("flow %d is %s", f.Number, f.State)
		}
	}
	return nil
}

// watchOwners looks at the owners of one virtual address.
func (x *trial) watchOwners(group int) error {
	owners, ready, able := 0, false, false
	for _, name := range routers {
		switch state := x.group(name, group); {
		case state == hsrp.Active:
			owners++
		case state == hsrp.Standby:
			ready = true
		case state >= hsrp.Init:
			able = able || x.lineUp(name, group)
		}
	}
	now, g := x.Now(), &x.gap[group]
	switch {
	case owners > 1 && !x.lossy && now.Sub(x.disturbed) > hold:
		return x.fail("two routers own the virtual address of group %d", group+1)
	case owners > 0:
		*g = ownerless{}
	case g.since == 0:
		g.since = now
		switch {
		case ready:
			g.limit = hold + hello
		case able:
			g.limit = electLimit
		}
		if x.lossy {
			g.limit *= 3
		}
	case g.limit == 0 && (ready || able):
		g.since, g.limit = now, electLimit
	case !ready && !able:
		g.limit = 0
	case g.limit > 0 && now.Sub(g.since) > g.limit+2*sample:
		return x.fail("nobody owns the virtual address of group %d since %s", group+1, now.Sub(g.since))
	}
	return nil
}

func (x *trial) lineUp(name string, i int) bool {
	l := x.router(name).Interface(fmt.Sprint("GigabitEthernet0/", i))
	return l.LineUp && l.AdminUp
}

// copyLimit is how long a copy of a session may be on its way: the association
// waits up to 10 s before it tries again.
const copyLimit = 12 * time.Second

// watchTakeover notes whether a router that becomes ACTIVE brought the flows
// with it. A hot one must have those it once held, and those that stand long
// enough on a LAN at peace.
func (x *trial) watchTakeover(name string, r *router.Router) error {
	was := x.last[name]
	is := stance{r.Redundancy().States().My, x.held(r), x.boots[name]}
	x.last[name] = is
	known := was.boots == is.boots
	if is.rf != redundancy.Active || known && was.rf == redundancy.Active || len(x.stands) == 0 {
		return nil
	}
	x.takeovers++
	if !x.struck {
		x.spontaneous = true
	}
	for _, f := range x.flows("pc") {
		since, stood := x.stands[f.Number]
		if !stood || f.State != host.Established || is.held[f.Number] {
			continue
		}
		calm := !x.lossy && x.Now().Sub(max(since, x.disturbed)) > copyLimit
		if known && was.rf == redundancy.StandbyHot && (was.held[f.Number] || calm) {
			return x.fail("%s was hot and takes over without flow %d", name, f.Number)
		}
		x.protected = false
	}
	return nil
}

// held returns the flows that a router has a session of.
func (x *trial) held(r *router.Router) map[int]bool {
	held := map[int]bool{}
	sessions := r.Firewall().HASessions(x.Now())
	for _, f := range x.flows("pc") {
		held[f.Number] = slices.ContainsFunc(sessions, func(s firewall.Session) bool {
			return s.InitPort == f.Local && s.Initiator == pc && s.Protocol == f.Proto
		})
	}
	return held
}

var pc = wire.MustAddr("10.0.0.100")

// judge mends everything and looks at the end: both routers in their roles,
// the association up, nobody reloading, every byte there.
func (x *trial) judge() error {
	x.disturb()
	for _, s := range []string{"inside", "outside"} {
		x.note("impair %s none", s)
		if err := x.Impair(s, "none"); err != nil {
			return err
		}
	}
	x.lossy = false
	if err := errors.Join(x.pass(hold+hello), x.untilWhole(wholeLimit)); err != nil {
		return err
	}
	x.struck = false
	calm := [2]int{x.boots["RouterA"], x.boots["RouterB"]}
	x.command("pc", "connect tcp 211.0.0.100 7 rate 10")
	for end := x.Now().Add(restLimit); ; {
		if err := x.pass(10 * sample); err != nil {
			return err
		}
		why := x.unfinished()
		if why == "" {
			break
		}
		if x.Now() >= end {
			return x.fail("%s", why)
		}
	}
	if err := x.pass(10 * time.Second); err != nil {
		return err
	}
	if now := [2]int{x.boots["RouterA"], x.boots["RouterB"]}; now != calm {
		return x.fail("a router reloads although all is well")
	}
	active, standby, ok := x.whole()
	switch {
	case !ok:
		return x.fail("not in order at the end")
	case !x.router(active).IPC().Up() || !x.router(standby).IPC().Up():
		return x.fail("the association is down at the end")
	}
	copies := x.router(standby).Firewall().HASessions(x.Now())
	for _, s := range x.router(active).Firewall().HASessions(x.Now()) {
		if !slices.ContainsFunc(copies, func(c firewall.Session) bool { return c.ID == s.ID && c.InitPort == s.InitPort }) {
			return x.fail("the standby lacks session %s at the end", s)
		}
	}
	return nil
}

// unfinished says what still keeps a flow that must go on from being up to
// date.
func (x *trial) unfinished() string {
	flows := x.flows("pc")
	for i, f := range flows {
		fresh := i == len(flows)-1
		if _, stood := x.stands[f.Number]; f.Proto != "tcp" || !fresh && !(x.protected && stood) {
			continue
		}
		slack := uint64(f.Rate)/5 + 2
		if y := &f.Tally; f.State != host.Established || y.Sent == 0 || y.Received+slack < y.Sent {
			return fmt.Sprintf("flow %d is %s, with %d of %d records back", f.Number, f.State, y.Received, y.Sent)
		}
	}
	return ""
}
