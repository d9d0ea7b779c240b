package modes

import (
	"tandem/parser"
	"tandem/wire"
)

func clearCommands() []Declaration {
	return []Declaration{
		Command{
			Syntax: "clear counters [<if:interface>]", Privilege: 15, Help: Words{
				"counters": "Clear counters on one or all interfaces", "if": "Interface number",
			},
			Run: clearCounters,
		},
		Command{
			Syntax: "clear arp-cache", Privilege: 15, Help: Words{"arp-cache": "Clear the entire ARP cache"},
			Run: func(x *Exec, _ parser.Args) { x.Device.Plane().ClearARP(x.Now) },
		},
		Command{
			Syntax: "clear access-list counters [<list:word>]", Privilege: 15, Help: Words{
				"access-list": "Clear access list statistical information", "counters": "Clear access list counters",
				"list": "Access list name or number",
			},
			Run: func(x *Exec, a parser.Args) {
				for _, f := range x.Device.Firewall().Filters() {
					if !a.Has("list") || f.List().Name == a.Get("list") {
						f.ClearCounters()
					}
				}
			},
		},
		Command{Syntax: "clear ip inspect session {<address:ip> | *}", Privilege: 15, Run: clearSessions, Help: Words{
			"ip": "IP", "inspect": "Clear inspection sessions", "session": "Clear inspection sessions",
			"address": "Host address", "*": "All sessions",
		}},
		Command{
			Syntax: "clear ip inspect ha {sessions-all | statistics}", Privilege: 15, Help: Words{
				"ha": "Clear high availability information", "sessions-all": "Clear all replicated sessions",
				"statistics": "Clear high availability statistics",
			},
			Run: func(x *Exec, a parser.Args) {
				if a.Has("statistics") {
					x.Device.Firewall().ClearHAStatistics()
					return
				}
				x.Device.Firewall().ClearHA(x.Now)
			},
		},
	}
}

func clearCounters(x *Exec, a parser.Args) {
	which := "on all interfaces"
	if a.Has("if") {
		which = "on this interface"
	}
	x.Confirm("Clear \"show interface\" counters "+which+" [confirm]", func(x *Exec) {
		for _, i := range wanted(x, a) {
			x.Device.ClearCounters(x.Now, i.Name)
		}
	})
}

func clearSessions(x *Exec, a parser.Args) {
	var host wire.Addr
	if a.Has("address") {
		host, _ = wire.ParseAddr(a.Get("address"))
	}
	x.Device.Firewall().Clear(x.Now, host)
}
