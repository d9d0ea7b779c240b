package modes

import (
	"time"

	"tandem/hsrp"
	"tandem/parser"
)

var standbyPreempt = standbyGroup(rankGroupPreempt, Leaf[hsrp.Preempt]{
	Syntax: "preempt [delay {minimum <min:0-3600> | reload <rel:0-3600> | sync <syn:0-3600>}*]", No: "preempt [<delay:line>]",
	Help: Words{
		"preempt": "Overthrow lower priority Active routers", "delay": "Wait before preempting",
		"minimum": "Delay at least this long", "reload": "Delay after reload", "sync": "Wait for IP redundancy clients",
		"min": "Number of seconds for minimum delay", "rel": "Number of seconds for reload delay", "syn": "Number of seconds for sync delay",
	},
	Parse: func(_ *Exec, a parser.Args) (hsrp.Preempt, error) {
		p, any := hsrp.Preempt{Enabled: true}, false
		for name, d := range map[string]*time.Duration{"min": &p.Minimum, "rel": &p.Reload, "syn": &p.Sync} {
			if a.Has(name) {
				*d, any = time.Duration(a.Int(name))*time.Second, true
			}
		}
		if a.Has("delay") && !any {
			return p, errIncomplete
		}
		return p, nil
	},
	Print: func(a parser.Args, p hsrp.Preempt) string {
		if !p.Enabled {
			return ""
		}
		text := standbyLine(a) + "preempt"
		delays := ""
		for _, d := range []struct {
			name  string
			value time.Duration
		}{{"minimum", p.Minimum}, {"reload", p.Reload}, {"sync", p.Sync}} {
			if d.value > 0 {
				delays += " " + d.name + " " + itoa(int(d.value/time.Second))
			}
		}
		if delays != "" {
			text += " delay" + delays
		}
		return text
	},
	Examples: []string{"standby 1 preempt", "standby 1 preempt delay minimum 60 reload 120"},
}, func(c *hsrp.GroupConfig, _ parser.Args, p hsrp.Preempt) { c.Preempt = p })
