package modes

import (
	"slices"
	"time"

	"tandem/config"
	"tandem/hsrp"
	"tandem/parser"
	"tandem/wire"
)

// Order of the standby lines of an interface: those of the interface, then
// each group's in the order of reference ha 1.10.
const (
	standbyInterface = 0
	standbyGroups    = 1

	rankGroupIP = iota - 1
	rankGroupSecondary
	rankGroupFollow
	rankGroupTimers
	rankGroupPriority
	rankGroupPreempt
	rankGroupAuthentication
	rankGroupName
	rankGroupMAC
	rankGroupTrack
)

// leaderRanks are the lines that a group which follows another has no use for.
var leaderRanks = []int{rankGroupTimers, rankGroupPriority, rankGroupPreempt}

// leaderDecides is said when such a line is taken (remembered).
const leaderDecides = "% Warning: This setting has no effect while following another group.\n"

// groupOf returns the group number of a line; none is group 0.
func groupOf(a parser.Args) int {
	if !a.Has("group") {
		return 0
	}
	return a.Int("group")
}

// standbyLine is the start of a group's line: group 0 prints no number.
func standbyLine(a parser.Args) string {
	if g := groupOf(a); g > 0 {
		return "standby " + itoa(g) + " "
	}
	return "standby "
}

// checkGroup keeps group numbers to those of the interface's HSRP version.
func checkGroup(x *Exec, a parser.Args) error {
	if groupOf(a) > hsrp.MaxGroup1 && standbyVersion.Value(x.Node) == 1 {
		return CaretError{Arg: "group"}
	}
	return nil
}

// standbyGroup makes the leaf of one line of a group.
func standbyGroup[T comparable](rank int, l Leaf[T], edit func(c *hsrp.GroupConfig, a parser.Args, v T)) Leaf[T] {
	l.In = "config-if"
	l.Syntax = "standby [<group:0-4095>] " + l.Syntax
	if l.No != "" {
		l.No = "standby [<group:0-4095>] " + l.No
	}
	more := l.Keys
	l.Name = func(a parser.Args) string { return joinKeys([]string{itoa(groupOf(a)), instance(a, more)}) }
	l.PlaceOf = func(a parser.Args) config.Place {
		return config.Place{Order: [4]int{rankStandby, standbyGroups, groupOf(a), rank}}
	}
	if l.Apply == nil {
		l.Apply = func(x *Exec, a parser.Args, v T) error {
			if err := checkGroup(x, a); err != nil {
				return err
			}
			following := false
			err := x.Device.EditGroup(x.Now, interfaceName(x), groupOf(a), func(c *hsrp.GroupConfig) {
				edit(c, a, v)
				following = c.Follow != ""
			})
			if following && v != l.Default && slices.Contains(leaderRanks, rank) && !x.loading {
				x.Print(leaderDecides)
			}
			return err
		}
	}
	return l
}

// standbyTimes is "standby N timers": zero is not configured.
type standbyTimes struct{ hello, hold time.Duration }

var standbyTimers = standbyGroup(rankGroupTimers, Leaf[standbyTimes]{
	Syntax: "timers {msec@hellomsec <hellomillis:15-999> | <hello:1-254>} {msec@holdmsec <holdmillis:50-3000> | <hold:1-255>}",
	No:     "timers [<values:line>]",
	Help: Words{
		"timers": "Hello and hold timers", "hellomsec": "Specify hello interval in milliseconds", "hello": "Hello interval in seconds",
		"hellomillis": "Hello interval in milliseconds", "holdmsec": "Specify hold time in milliseconds",
		"hold": "Hold time in seconds", "holdmillis": "Hold time in milliseconds", "values": "Hello and hold timers",
	},
	Parse: func(_ *Exec, a parser.Args) (standbyTimes, error) {
		var t standbyTimes
		if a.Has("hellomillis") {
			t.hello = time.Duration(a.Int("hellomillis")) * time.Millisecond
		} else {
			t.hello = time.Duration(a.Int("hello")) * time.Second
		}
		if a.Has("holdmillis") {
			t.hold = time.Duration(a.Int("holdmillis")) * time.Millisecond
		} else {
			t.hold = time.Duration(a.Int("hold")) * time.Second
		}
		return t, hsrp.CheckTimers(t.hello, t.hold)
	},
	Print: func(a parser.Args, t standbyTimes) string {
		if t == (standbyTimes{}) {
			return ""
		}
		return standbyLine(a) + "timers " + timerText(t.hello) + " " + timerText(t.hold)
	},
	Examples: []string{"standby 1 timers 1 5", "standby 1 timers msec 50 msec 200", "standby 1 timers msec 250 1"},
}, func(c *hsrp.GroupConfig, _ parser.Args, t standbyTimes) { c.Hello, c.Hold = t.hello, t.hold })

func timerText(d time.Duration) string {
	if d%time.Second == 0 {
		return itoa(int(d / time.Second))
	}
	return "msec " + itoa(int(d/time.Millisecond))
}

var standbyPriority = standbyGroup(rankGroupPriority, Leaf[int]{
	Syntax: "priority <value:0-255>", Default: hsrp.DefaultPriority, Parse: number("value"),
	Help:     Words{"priority": "Priority level", "value": "Priority value"},
	Print:    func(a parser.Args, v int) string { return standbyLine(a) + "priority " + itoa(v) },
	Examples: []string{"standby 1 priority 150"},
}, func(c *hsrp.GroupConfig, _ parser.Args, v int) { c.Priority = uint8(v) })

var standbyName = standbyGroup(rankGroupName, Leaf[string]{
	Syntax: "name <string:word>", Parse: uniqueName,
	Help:     Words{"name": "Redundancy name string", "string": "Redundancy name string"},
	Print:    func(a parser.Args, v string) string { return standbyLine(a) + "name " + v },
	Examples: []string{"standby 1 name HAin"},
}, func(c *hsrp.GroupConfig, _ parser.Args, v string) { c.Name = v })

var standbyMAC = standbyGroup(rankGroupMAC, Leaf[wire.MAC]{
	Syntax: macSyntax, No: "mac-address [<mac:mac>]",
	Help: Words{"mac-address": "Virtual MAC address", "mac": "MAC address"},
	Parse: func(x *Exec, a parser.Args) (wire.MAC, error) {
		m, err := wire.ParseMAC(a.Get("mac"))
		if err != nil || m.IsGroup() {
			return m, CaretError{Arg: "mac"}
		}
		if standbyBIA.Value(x.Node).on {
			return m, errBIA
		}
		return m, nil
	},
	Print:    func(a parser.Args, v wire.MAC) string { return standbyLine(a) + "mac-address " + v.String() },
	Examples: []string{"standby 1 mac-address 4000.1000.1060"},
}, func(c *hsrp.GroupConfig, _ parser.Args, v wire.MAC) { c.MAC = v })

// delays is "standby delay" in seconds; -1 stands for the default.
type delays struct{ minimum, reload int }

var standbyDelay = Leaf[delays]{
	In: "config-if", Syntax: "standby delay {minimum <minseconds:0-10000> | reload <reloadseconds:0-10000>}*", No: "standby delay [<delays:line>]",
	Help: Words{
		"delay": "HSRP initialisation delay", "minimum": "Minimum delay", "reload": "Delay after reload",
		"minseconds": "Number of seconds for minimum delay", "reloadseconds": "Number of seconds for delay after reload",
		"delays": "Delays",
	},
	Place: config.Place{Order: [4]int{rankStandby, standbyInterface, 3}}, Default: delays{-1, -1},
	Parse: func(_ *Exec, a parser.Args) (delays, error) {
		d := delays{-1, -1}
		if !a.Has("minseconds") && !a.Has("reloadseconds") {
			return d, errIncomplete
		}
		if a.Has("minseconds") {
			d.minimum = a.Int("minseconds")
		}
		if a.Has("reloadseconds") {
			d.reload = a.Int("reloadseconds")
		}
		return d, nil
	},
	Print: func(_ parser.Args, d delays) string {
		text := "standby delay"
		if d.minimum >= 0 {
			text += " minimum " + itoa(d.minimum)
		}
		if d.reload >= 0 {
			text += " reload " + itoa(d.reload)
		}
		return text
	},
	Apply: func(x *Exec, _ parser.Args, d delays) error {
		return x.Device.EditStandby(x.Now, interfaceName(x), func(c *hsrp.InterfaceConfig) {
			normal := hsrp.DefaultInterface()
			c.DelayMinimum, c.DelayReload = normal.DelayMinimum, normal.DelayReload
			if d.minimum >= 0 {
				c.DelayMinimum = time.Duration(d.minimum) * time.Second
			}
			if d.reload >= 0 {
				c.DelayReload = time.Duration(d.reload) * time.Second
			}
		})
	},
	Examples: []string{"standby delay minimum 120 reload 120", "standby delay reload 120"},
}

var standbyVersion = Leaf[int]{
	In: "config-if", Syntax: "standby version <number:1-2>", Default: 1, Parse: number("number"),
	Help:  Words{"version": "HSRP version", "number": "Version number"},
	Place: config.Place{Order: [4]int{rankStandby, standbyInterface, 4}},
	Apply: func(x *Exec, _ parser.Args, v int) error {
		return x.Device.EditStandby(x.Now, interfaceName(x), func(c *hsrp.InterfaceConfig) { c.Version = uint8(v) })
	},
	Examples: []string{"standby version 2"},
}

// standbyRemove is "no standby N": the group with all its lines.
var standbyRemove = Verb{
	In: "config-if", No: "standby [<group:0-4095>]",
	Run: func(x *Exec, _ parser.Form, a parser.Args) error {
		for _, e := range x.Node.Entries() {
			if e.Place.Order[0] == rankStandby && e.Place.Order[1] == standbyGroups && e.Place.Order[2] == groupOf(a) {
				x.Node.Unset(e.Slot)
			}
		}
		return x.Device.RemoveGroup(x.Now, interfaceName(x), groupOf(a))
	},
}

func standbyLines() []Declaration {
	return []Declaration{
		standbyIP, standbySecondary, standbyTimers, standbyPriority, standbyPreempt, standbyAuthentication,
		standbyName, standbyMAC, standbyFollow, standbyTrack, standbyTrackObject,
		standbyRefresh, standbyRedirects, standbyDelay, standbyVersion, standbyBIA, standbyRemove,
	}
}
