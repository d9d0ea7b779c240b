package modes

import (
	"slices"
	"strings"
	"time"

	"tandem/config"
	"tandem/firewall"
	"tandem/parser"
)

// Order of the global ip inspect lines (reference firewall 1.5).
const (
	rankInspectSwitch = 10 * (iota + 1)
	rankInspectIncomplete
	rankInspectMinute
	rankInspectIdle
	rankInspectHost
	rankInspectName
	rankInspectRedundancy
)

// inspectNumber is a global setting with one number.
func inspectNumber(syntax string, rank, order int, help Words, normal int, set func(g *firewall.Globals, n int)) Leaf[int] {
	return Leaf[int]{
		In: ConfigMode, Syntax: "ip inspect " + syntax, Help: help, Place: in(config.SectionInspect, rank, order),
		Default: normal, Parse: number("n"), Examples: []string{"ip inspect " + syntax[:strings.Index(syntax, "<")] + "59"},
		Apply: func(x *Exec, _ parser.Args, v int) error {
			return x.Device.EditFirewall(x.Now, func(c *firewall.Config) error {
				set(&c.Globals, v)
				return nil
			})
		},
	}
}

// inspectSwitch is a global setting that is either there or not.
func inspectSwitch(syntax string, order int, help Words, set func(g *firewall.Globals, on bool)) Leaf[bool] {
	return Leaf[bool]{
		In: ConfigMode, Syntax: "ip inspect " + syntax, Help: help, Place: in(config.SectionInspect, rankInspectSwitch, order),
		Parse: given, Examples: []string{"ip inspect " + syntax},
		Apply: func(x *Exec, _ parser.Args, v bool) error {
			return x.Device.EditFirewall(x.Now, func(c *firewall.Config) error {
				set(&c.Globals, v)
				return nil
			})
		},
	}
}

// inspectGlobals are the settings of one number, with the ranges and defaults
// of the release profile.
func inspectGlobals() []Declaration {
	d := firewall.Defaults(firewall.Release1249T)
	seconds := func(t time.Duration) int { return int(t / time.Second) }
	second := func(n int) time.Duration { return time.Duration(n) * time.Second }
	watermark := "Number of sessions"
	return []Declaration{
		inspectNumber("max-incomplete high <n:1-2147483647>", rankInspectIncomplete, 0, Words{
			"inspect":        "Context-based Access Control Engine",
			"max-incomplete": "Specify maximum number of incomplete connections before clamping",
			"high":           "Specify high-watermark for clamping", "n": watermark,
		},
			int(d.MaxIncompleteHigh), func(g *firewall.Globals, n int) { g.MaxIncompleteHigh = uint32(n) }),
		inspectNumber("max-incomplete low <n:1-2147483647>", rankInspectIncomplete, 1, Words{
			"low": "Specify low-watermark for clamping", "n": watermark,
		},
			int(d.MaxIncompleteLow), func(g *firewall.Globals, n int) { g.MaxIncompleteLow = uint32(n) }),
		inspectNumber("one-minute high <n:1-2147483647>", rankInspectMinute, 0, Words{
			"one-minute": "Specify one-minute-sample watermarks for clamping",
			"high":       "Specify high-watermark for clamping", "n": watermark,
		},
			int(d.OneMinuteHigh), func(g *firewall.Globals, n int) { g.OneMinuteHigh = uint32(n) }),
		inspectNumber("one-minute low <n:1-2147483647>", rankInspectMinute, 1, Words{
			"low": "Specify low-watermark for clamping", "n": watermark,
		},
			int(d.OneMinuteLow), func(g *firewall.Globals, n int) { g.OneMinuteLow = uint32(n) }),
		inspectNumber("udp idle-time <n:1-2147483>", rankInspectIdle, 0, Words{
			"udp": "Config timeout values for udp flows", "idle-time": "Specify idle timeout for udp", "n": "Timeout in seconds",
		},
			seconds(d.UDPIdleTime), func(g *firewall.Globals, n int) { g.UDPIdleTime = second(n) }),
		inspectNumber("dns-timeout <n:1-2147483>", rankInspectIdle, 1, Words{
			"dns-timeout": "Specify timeout for DNS", "n": "Timeout in seconds",
		},
			seconds(d.DNSTimeout), func(g *firewall.Globals, n int) { g.DNSTimeout = second(n) }),
		inspectNumber("tcp idle-time <n:1-2147483>", rankInspectIdle, 2, Words{
			"tcp": "Config timeout values for tcp connections", "idle-time": "Specify idle timeout for tcp connections",
			"n": "Timeout in seconds",
		},
			seconds(d.TCPIdleTime), func(g *firewall.Globals, n int) { g.TCPIdleTime = second(n) }),
		inspectNumber("tcp finwait-time <n:1-2147483>", rankInspectIdle, 3, Words{
			"finwait-time": "Specify timeout for TCP connections after a FIN", "n": "Timeout in seconds",
		},
			seconds(d.FinwaitTime), func(g *firewall.Globals, n int) { g.FinwaitTime = second(n) }),
		inspectNumber("tcp synwait-time <n:1-2147483>", rankInspectIdle, 4, Words{
			"synwait-time": "Specify timeout for TCP connections after a SYN and no further data", "n": "Timeout in seconds",
		},
			seconds(d.SynwaitTime), func(g *firewall.Globals, n int) { g.SynwaitTime = second(n) }),
		inspectHost,
		inspectNumber("redundancy update seconds <n:10-60>", rankInspectRedundancy, 0, Words{
			"redundancy": "Redundancy settings for the firewall", "update": "Update interval to the standby",
			"seconds": "Interval in seconds", "n": "Seconds between updates",
		},
			seconds(d.RedundancyUpdate), func(g *firewall.Globals, n int) { g.RedundancyUpdate = second(n) }),
		inspectSwitch("log drop-pkt", 0, Words{"log": "Inspect packet logging", "drop-pkt": "Log dropped packets"},
			func(g *firewall.Globals, on bool) { g.LogDrop = on }),
		inspectSwitch("alert-off", 1, Words{"alert-off": "Disable alert"}, func(g *firewall.Globals, on bool) { g.AlertOff = on }),
		inspectSwitch("audit-trail", 2, Words{"audit-trail": "Enable the logging of session information (addresses and bytes)"},
			func(g *firewall.Globals, on bool) { g.AuditTrail = on }),
	}
}

// perHost is "ip inspect tcp max-incomplete host".
type perHost struct {
	limit   uint32
	minutes int
}

var defaultPerHost = perHost{limit: firewall.Defaults(firewall.Release1249T).MaxIncompleteHost}

// inspectHost always prints its block-time (reference firewall 1.5).
var inspectHost = Leaf[perHost]{
	In: ConfigMode, Syntax: "ip inspect tcp max-incomplete host <limit:1-4294967295> [block-time <minutes:0-35791>]",
	No: "ip inspect tcp max-incomplete host [<rest:line>]",
	Help: Words{
		"max-incomplete": "Specify max half-open connection per host", "host": "Specify max half-open connection per host",
		"limit": "Number of sessions", "block-time": "Specify max time to block new connection attempts to host",
		"minutes": "Time in minutes", "rest": "Options",
	},
	Place: in(config.SectionInspect, rankInspectHost), Default: defaultPerHost,
	Parse: func(_ *Exec, a parser.Args) (perHost, error) {
		return perHost{limit: uint32(a.Int("limit")), minutes: a.Int("minutes")}, nil
	},
	Print: func(_ parser.Args, v perHost) string {
		return "ip inspect tcp max-incomplete host " + itoa(int(v.limit)) + " block-time " + itoa(v.minutes)
	},
	Apply: func(x *Exec, _ parser.Args, v perHost) error {
		return x.Device.EditFirewall(x.Now, func(c *firewall.Config) error {
			c.Globals.MaxIncompleteHost, c.Globals.BlockTime = v.limit, time.Duration(v.minutes)*time.Minute
			return nil
		})
	},
	Examples: []string{"ip inspect tcp max-incomplete host 20000000 block-time 0"},
}

// inspectName is "ip inspect name RULE PROTOCOL ...": the lines keep the order
// they were entered in, grouped by rule.
var inspectName = Leaf[firewall.Line]{
	In: ConfigMode,
	Syntax: "ip inspect name <rule:word> <protocol:inspect> {alert {on@alerton | off@alertoff} | " +
		"audit-trail {on@auditon | off@auditoff} | router-traffic | timeout <idle:5-43200>}*",
	No: "ip inspect name <rule:word> <protocol:inspect> [<rest:line>]",
	Help: Words{
		"name": "Specify an inspection rule", "rule": "Name of inspection defined (16 characters max)", "protocol": "Protocol to inspect",
		"alert": "Turn on/off alert", "alerton": "Turn on alert", "alertoff": "Turn off alert",
		"audit-trail": "Turn on/off audit trail", "auditon": "Turn on audit trail", "auditoff": "Turn off audit trail",
		"router-traffic": "Enable inspection of sessions to/from the router", "timeout": "Specify the inactivity timeout time",
		"idle": "Timeout in seconds", "rest": "Options",
	},
	Keys:    []string{"rule", "protocol"},
	Place:   in(config.SectionInspect, rankInspectName),
	Arrange: besideItsRule,
	Parse: func(_ *Exec, a parser.Args) (firewall.Line, error) {
		l := firewall.Line{Protocol: a.Get("protocol"), RouterTraffic: a.Has("router-traffic"), Timeout: time.Duration(a.Int("idle")) * time.Second}
		for _, o := range []struct {
			name string
			to   *firewall.Switch
			v    firewall.Switch
		}{{"alerton", &l.Alert, firewall.On}, {"alertoff", &l.Alert, firewall.Off}, {"auditon", &l.Audit, firewall.On}, {"auditoff", &l.Audit, firewall.Off}} {
			if a.Has(o.name) {
				*o.to = o.v
			}
		}
		return l, nil
	},
	Print: func(a parser.Args, l firewall.Line) string {
		text := "ip inspect name " + ruleName(a) + " " + l.Protocol
		text += switchText(" alert", l.Alert) + switchText(" audit-trail", l.Audit)
		if l.RouterTraffic {
			text += " router-traffic"
		}
		if l.Timeout > 0 {
			text += " timeout " + itoa(int(l.Timeout/time.Second))
		}
		return text
	},
	Apply: func(x *Exec, a parser.Args, l firewall.Line) error {
		return x.Device.EditFirewall(x.Now, func(c *firewall.Config) error {
			setRuleLine(c, ruleName(a), a.Get("protocol"), l)
			return nil
		})
	},
	Examples: []string{"ip inspect name ha-protocols tcp", "ip inspect name fw udp alert on audit-trail off timeout 60"},
}

// besideItsRule places a new line behind the others of its rule, and the first
// one of a rule behind all rules.
func besideItsRule(n *config.Node, a parser.Args, p config.Place) config.Place {
	rules := 0
	for _, e := range n.Entries() {
		if e.Place.Section != p.Section || e.Place.Order[0] != rankInspectName {
			continue
		}
		rules = max(rules, e.Place.Order[1])
		if strings.HasPrefix(e.Slot.Instance, ruleName(a)+" ") {
			p.Order[1], p.Order[2] = e.Place.Order[1], e.Place.Order[2]+1
		}
	}
	if p.Order[1] == 0 {
		p.Order[1] = rules + 1
	}
	return p
}

// ruleName cuts long names, as IOS does (reference firewall 1.3).
func ruleName(a parser.Args) string {
	name := a.Get("rule")
	return name[:min(len(name), 16)]
}

func switchText(word string, s firewall.Switch) string {
	switch s {
	case firewall.On:
		return word + " on"
	case firewall.Off:
		return word + " off"
	}
	return ""
}

// setRuleLine puts a line into its rule, in place of an older one for the same
// protocol; a line without a protocol takes it out.
func setRuleLine(c *firewall.Config, rule, protocol string, l firewall.Line) {
	i := slices.IndexFunc(c.Rules, func(r firewall.Rule) bool { return r.Name == rule })
	if i < 0 {
		if l.Protocol == "" {
			return
		}
		c.Rules = append(c.Rules, firewall.Rule{Name: rule})
		i = len(c.Rules) - 1
	}
	r := &c.Rules[i]
	j := slices.IndexFunc(r.Lines, func(o firewall.Line) bool { return o.Protocol == protocol })
	switch {
	case l.Protocol == "" && j >= 0:
		r.Lines = slices.Delete(r.Lines, j, j+1)
	case l.Protocol != "" && j >= 0:
		r.Lines[j] = l
	case l.Protocol != "":
		r.Lines = append(r.Lines, l)
	}
	if len(r.Lines) == 0 {
		c.Rules = slices.Delete(c.Rules, i, i+1)
	}
}

// inspectApplied is "ip inspect NAME in|out [redundancy stateful GROUP]".
func inspectApplied(direction string, rank int) Leaf[firewall.Applied] {
	return Leaf[firewall.Applied]{
		In:     "config-if",
		Syntax: "ip inspect <rule:word> " + direction + " [redundancy stateful <group:word>]",
		No:     "ip inspect [<rule:word>] " + direction + " [<rest:line>]",
		Help: Words{
			"inspect": "Apply inspect name", "rule": "Name of inspection defined",
			direction:    map[string]string{"in": "Inbound inspection", "out": "Outbound inspection"}[direction],
			"redundancy": "Redundancy", "stateful": "Stateful failover of the sessions", "group": "HSRP group name", "rest": "Options",
		},
		Place: at(rankInspect, rank),
		Parse: func(_ *Exec, a parser.Args) (firewall.Applied, error) {
			return firewall.Applied{Rule: a.Get("rule"), Redundancy: a.Get("group")}, nil
		},
		Print: func(_ parser.Args, v firewall.Applied) string {
			text := "ip inspect " + v.Rule + " " + direction
			if v.Redundancy != "" {
				text += " redundancy stateful " + v.Redundancy
			}
			return text
		},
		Apply: func(x *Exec, _ parser.Args, v firewall.Applied) error {
			return editFilter(x, func(i *firewall.Interface) {
				if direction == "in" {
					i.InspectIn = v
				} else {
					i.InspectOut = v
				}
			})
		},
		Examples: []string{"ip inspect ha-protocols " + direction + " redundancy stateful HAin"},
	}
}

func inspectLines() []Declaration {
	return append(inspectGlobals(), inspectName, inspectApplied("in", 0), inspectApplied("out", 1))
}
