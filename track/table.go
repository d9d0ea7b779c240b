package track

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"tandem/clock"
	"tandem/syslog"
	"tandem/wire"
)

// Table is the objects of one device.
type Table struct {
	short      func(string) string
	objects    []*object // ascending
	interfaces map[string]Interface
	routes     map[wire.Prefix]Route

	now clock.Time // of the running Step
	out []Action   // of the running Step
}

// object is one tracked object.
type object struct {
	number  uint16
	config  Config
	state   State
	why     string // reason for the state
	changes int
	since   clock.Time // of the last change
	hop     string     // first hop that it had last
	key     clock.Key
	pending State // what the running delay leads to; Undefined when none runs
	due     clock.Time
}

// New returns a table without objects. short abbreviates the names of
// interfaces in log messages.
func New(short func(name string) string) *Table {
	return &Table{short: short, interfaces: map[string]Interface{}, routes: map[wire.Prefix]Route{}}
}

// Step applies ev and appends what must be done, in order, to out.
func (t *Table) Step(ev Event, out []Action) []Action {
	t.now, t.out = ev.when(), out
	switch e := ev.(type) {
	case Configure:
		t.configure(e)
	case Remove:
		t.remove(e.Number)
	case Interface:
		t.interfaces[e.Name] = e
	case Route:
		t.routes[e.Prefix] = e
	case Fired:
		t.fire(e.Timer)
	}
	t.review()
	out, t.out = t.out, nil
	return out
}

func (t *Table) find(number uint16) (int, bool) {
	return slices.BinarySearchFunc(t.objects, number, func(o *object, n uint16) int { return int(o.number) - int(n) })
}

func (t *Table) configure(e Configure) {
	e.Config.Members = slices.Clone(e.Config.Members)
	i, ok := t.find(e.Number)
	if !ok {
		o := &object{number: e.Number, config: e.Config, key: clock.Key{Owner: Owner, Name: strconv.Itoa(int(e.Number))}}
		t.objects = slices.Insert(t.objects, i, o)
		t.begin(o)
		return
	}
	o := t.objects[i]
	fresh := !o.config.same(&e.Config)
	o.config = e.Config
	if fresh {
		t.hold(o)
		t.begin(o)
	}
}

// begin starts an object over: down, unless its subject is up at once. Only
// the outcome is told, so that what depends on it does not flap.
func (t *Table) begin(o *object) {
	o.state, o.why, o.changes, o.since, o.hop = Down, "", 0, t.now, ""
	if !t.judge(o) {
		t.emit(Changed{o.number, Down})
	}
}

func (t *Table) remove(number uint16) {
	i, ok := t.find(number)
	if !ok {
		return
	}
	t.hold(t.objects[i])
	t.objects = slices.Delete(t.objects, i, i+1)
	t.emit(Changed{number, Undefined})
}

// review looks at every object until none changes. A list can hold itself by
// way of others; the rounds are bounded by the number of objects, and what
// still turns is looked at again with the next event.
func (t *Table) review() {
	for range len(t.objects) + 1 {
		moved := false
		for _, o := range t.objects {
			moved = t.judge(o) || moved
		}
		if !moved {
			return
		}
	}
}

// judge compares an object with its subject and reports whether its state
// changed.
func (t *Table) judge(o *object) bool {
	is, why := t.observe(&o.config)
	switch {
	case is == o.state:
		o.why = why
		t.hold(o)
		return false
	case is == o.pending:
		return false
	}
	wait := o.config.Down
	if is == Up {
		wait = o.config.Up
	}
	if wait > 0 {
		o.pending, o.due = is, t.now.Add(wait)
		t.emit(Arm{o.key, o.due})
		return false
	}
	t.move(o, is)
	return true
}

// move changes the state of an object.
func (t *Table) move(o *object, to State) {
	t.hold(o)
	from := o.state
	o.state, o.since = to, t.now
	_, o.why = t.observe(&o.config)
	o.changes++
	if o.config.Subject == Reachability && to == Up {
		o.hop = t.routes[o.config.Prefix].Interface
	}
	t.emit(Log{syslog.Message{
		Facility: "TRACKING", Severity: syslog.Notifications, Mnemonic: "STATE",
		Text: fmt.Sprintf("%d %s %s->%s", o.number, o.config.object(t.short), from, to),
	}})
	t.emit(Changed{o.number, to})
}

// hold ends a running delay.
func (t *Table) hold(o *object) {
	if o.pending != Undefined {
		o.pending = Undefined
		t.emit(Stop{o.key})
	}
}

func (t *Table) fire(k clock.Key) {
	for _, o := range t.objects {
		if o.key == k && o.pending != Undefined && o.due <= t.now {
			to := o.pending
			o.pending = Undefined
			t.move(o, to)
		}
	}
}

// observe returns what the subject of c is at this moment, and why it is down
// or how a prefix is reached.
func (t *Table) observe(c *Config) (State, string) {
	switch c.Subject {
	case Reachability:
		if r := t.routes[c.Prefix]; r.Reachable {
			return Up, r.Via
		}
		return Down, reasonRoute
	case And, Or:
		return t.combine(c), ""
	}
	i, known := t.interfaces[c.Interface]
	switch {
	case !known:
		return Down, reasonUnknown
	case !i.Admin:
		return Down, reasonShut
	case !i.Line:
		return Down, reasonLine
	case c.Subject == IPRouting && !i.IP:
		return Down, reasonAddress
	}
	return Up, ""
}

// combine is a list: a member that does not exist counts as down, also behind
// "not"; a list without members is down (assumed).
func (t *Table) combine(c *Config) State {
	met := 0
	for _, m := range c.Members {
		if t.holds(m) {
			met++
		}
	}
	if met > 0 && (c.Subject == Or || met == len(c.Members)) {
		return Up
	}
	return Down
}

func (t *Table) holds(m Member) bool {
	s := t.State(m.Number)
	return s != Undefined && (s == Up) != m.Not
}

// State returns the state of an object.
func (t *Table) State(number uint16) State {
	if i, ok := t.find(number); ok {
		return t.objects[i].state
	}
	return Undefined
}

// Prefixes returns the prefixes that objects follow, which the owner reports
// with Route, ascending by object.
func (t *Table) Prefixes() []wire.Prefix {
	var out []wire.Prefix
	for _, o := range t.objects {
		if o.config.Subject == Reachability && !slices.Contains(out, o.config.Prefix) {
			out = append(out, o.config.Prefix)
		}
	}
	return out
}

func (t *Table) emit(a Action) { t.out = append(t.out, a) }

// left returns the rest of the delay that runs, 0 when none does.
func (o *object) left(now clock.Time) time.Duration {
	if o.pending == Undefined {
		return 0
	}
	return max(0, o.due.Sub(now))
}
