package modes

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tandem/config"
	"tandem/parser"
	"tandem/track"
	"tandem/wire"
)

// trackBlock makes one of the forms of "track N ..."; each opens the same
// mode. The no form is trackRemove's.
func trackBlock(syntax string, help Words, example string, edit func(a parser.Args, c *track.Config) error) Block {
	return Block{
		In: ConfigMode, Syntax: "track <number:1-500> " + syntax, No: "-", Keys: []string{"number"}, Opens: "config-track", Help: help,
		Place: func(_ *Exec, a parser.Args) config.Place { return in(config.SectionUsers, rankTrack, a.Int("number")) },
		Open: func(x *Exec, a parser.Args) error {
			if n := trackNode(x.Node, a.Int("number")); n != nil && n.Header() != a.String() {
				return Refuse("Cannot change tracked object %s - delete old config first", a.Get("number"))
			}
			var c track.Config
			if err := edit(a, &c); err != nil {
				return err
			}
			x.Device.EditTrack(x.Now, a.Int("number"), func(old *track.Config) {
				old.Subject, old.Interface, old.Prefix = c.Subject, c.Interface, c.Prefix
			})
			return nil
		},
		Examples: []string{example},
	}
}

var trackInterface = trackBlock("interface <if:interface> {line-protocol | ip routing}", Words{
	"track": "Object tracking configuration commands", "number": "Tracked object", "interface": "Select an interface to track",
	"if": "Interface to track", "line-protocol": "Track interface line-protocol", "ip": "IP protocol", "routing": "Track interface IP routing capability",
}, "track 1 interface GigabitEthernet0/1 line-protocol", func(a parser.Args, c *track.Config) error {
	c.Subject, c.Interface = track.LineProtocol, a.Get("if")
	if a.Has("routing") {
		c.Subject = track.IPRouting
	}
	return nil
})

var trackRoute = trackBlock("ip route <prefix:ip> <mask:ip> reachability", Words{
	"ip": "IP protocol", "route": "IP route", "prefix": "IP prefix <network>", "mask": "IP prefix mask", "reachability": "Reachability",
}, "track 2 ip route 10.21.12.0 255.255.255.0 reachability", func(a parser.Args, c *track.Config) error {
	addr, err := wire.ParseAddr(a.Get("prefix"))
	if err != nil {
		return CaretError{Arg: "prefix"}
	}
	mask, err := wire.ParseAddr(a.Get("mask"))
	bits, ok := wire.BitsOf(mask)
	if err != nil || !ok {
		return CaretError{Arg: "mask"}
	}
	c.Subject, c.Prefix = track.Reachability, wire.Prefix{Addr: addr, Bits: bits}
	if c.Prefix != c.Prefix.Network() {
		return Refusal("%Inconsistent address and mask")
	}
	return nil
})

var trackList = trackBlock("list boolean {and | or}", Words{
	"list": "Group objects in a list", "boolean": "Boolean list", "and": "Boolean AND", "or": "Boolean OR",
}, "track 3 list boolean and", func(a parser.Args, c *track.Config) error {
	c.Subject = track.And
	if a.Has("or") {
		c.Subject = track.Or
	}
	return nil
})

// trackNode returns the block of an object, nil when there is none.
func trackNode(root *config.Node, number int) *config.Node {
	for _, n := range root.Children() {
		if n.Mode() == "config-track" && trackNumber(n) == number {
			return n
		}
	}
	return nil
}

// trackNumber is the object of a block.
func trackNumber(n *config.Node) int {
	number, _ := strconv.Atoi(strings.Fields(n.Header())[1])
	return number
}

// trackRemove is "no track N"; "track N" reopens what there is.
var trackRemove = Verb{
	In: ConfigMode, Syntax: "track <number:1-500>", No: "track <number:1-500> [<rest:line>]",
	Help: Words{"track": "Object tracking configuration commands", "number": "Tracked object", "rest": "What the object tracks"},
	Run: func(x *Exec, form parser.Form, a parser.Args) error {
		n := trackNode(x.Node, a.Int("number"))
		switch {
		case n == nil && form == parser.Plain:
			return Refusal("% Incomplete command.\n")
		case n == nil:
			return nil
		case form == parser.Plain:
			x.Shell.stack = append(x.Shell.stack, frame{mode: n.Mode(), node: n})
			return nil
		}
		x.Device.RemoveTrack(x.Now, a.Int("number"))
		x.Node.Remove(n.Header())
		return nil
	},
}

// trackDelays is "delay" of an object, in seconds.
type trackDelays struct{ up, down int }

var trackDelay = Leaf[trackDelays]{
	In: "config-track", Syntax: "delay {up <upseconds:0-180> | down <downseconds:0-180>}*", No: "delay [<delays:line>]", Place: at(2),
	Help: Words{
		"delay": "Tracking delay", "up": "Delay up change notification", "down": "Delay down change notification",
		"upseconds": "Delay value in seconds", "downseconds": "Delay value in seconds", "delays": "Delays",
	},
	Parse: func(_ *Exec, a parser.Args) (trackDelays, error) {
		if !a.Has("upseconds") && !a.Has("downseconds") {
			return trackDelays{}, errIncomplete
		}
		return trackDelays{a.Int("upseconds"), a.Int("downseconds")}, nil
	},
	Print: func(_ parser.Args, d trackDelays) string {
		text := "delay"
		if d.up > 0 {
			text += " up " + itoa(d.up)
		}
		if d.down > 0 {
			text += " down " + itoa(d.down)
		}
		return text
	},
	Apply: func(x *Exec, _ parser.Args, d trackDelays) error {
		x.Device.EditTrack(x.Now, trackNumber(x.Node), func(c *track.Config) {
			c.Up, c.Down = time.Duration(d.up)*time.Second, time.Duration(d.down)*time.Second
		})
		return nil
	},
	Examples: []string{"delay up 20 down 10", "delay down 5"},
}

// trackObject is a member of a list.
var trackObject = Leaf[track.Member]{
	In: "config-track", Syntax: "object <member:1-500> [not]", Keys: []string{"member"}, No: "object <member:1-500> [not]",
	Help:    Words{"object": "Specify an object to be included in the list", "member": "Tracked object", "not": "Negate the tracked object's state"},
	PlaceOf: func(a parser.Args) config.Place { return at(1, a.Int("member")) },
	Parse: func(x *Exec, a parser.Args) (track.Member, error) {
		if !strings.Contains(x.Node.Header(), " list ") {
			return track.Member{}, CaretError{Arg: "object"}
		}
		if a.Int("member") == trackNumber(x.Node) {
			return track.Member{}, CaretError{Arg: "member"}
		}
		return track.Member{Number: uint16(a.Int("member")), Not: a.Has("not")}, nil
	},
	Print: func(_ parser.Args, m track.Member) string {
		text := fmt.Sprintf("object %d", m.Number)
		if m.Not {
			text += " not"
		}
		return text
	},
	Apply: func(x *Exec, a parser.Args, m track.Member) error {
		number := uint16(a.Int("member"))
		x.Device.EditTrack(x.Now, trackNumber(x.Node), func(c *track.Config) {
			c.Members = slices.DeleteFunc(slices.Clone(c.Members), func(o track.Member) bool { return o.Number == number })
			if m.Number != 0 {
				c.Members = append(c.Members, m)
			}
			slices.SortFunc(c.Members, func(a, b track.Member) int { return int(a.Number) - int(b.Number) })
		})
		return nil
	},
	Examples: []string{"object 1", "object 2 not"},
}

func trackLines() []Declaration {
	return []Declaration{trackInterface, trackRoute, trackList, trackRemove, trackDelay, trackObject, trackTimerRoute, trackTimerInterface}
}
