package modes

import (
	"tandem/hsrp"
	"tandem/parser"
)

// standbyTrack lowers the priority while an interface's line protocol is down.
var standbyTrack = standbyGroup(rankGroupTrack, Leaf[int]{
	Syntax: "track <if:interface> [<decrement:1-255>]", Keys: []string{"if"},
	Help: Words{"track": "Priority tracking", "if": "Interface to track", "decrement": "Priority decrement"},
	Parse: func(_ *Exec, a parser.Args) (int, error) {
		if a.Has("decrement") {
			return a.Int("decrement"), nil
		}
		return hsrp.DefaultDecrement, nil
	},
	Print: func(a parser.Args, v int) string {
		text := standbyLine(a) + "track " + a.Get("if")
		if v != hsrp.DefaultDecrement {
			text += " " + itoa(v)
		}
		return text
	},
	Examples: []string{"standby 1 track GigabitEthernet0/1", "standby 1 track GigabitEthernet0/1 30"},
}, func(c *hsrp.GroupConfig, a parser.Args, v int) {
	var list []hsrp.Track
	replaced := false
	for _, t := range c.Track {
		if t.Interface != a.Get("if") {
			list = append(list, t)
		} else if v > 0 {
			list, replaced = append(list, hsrp.Track{Interface: t.Interface, Decrement: uint8(v)}), true
		}
	}
	if v > 0 && !replaced {
		list = append(list, hsrp.Track{Interface: a.Get("if"), Decrement: uint8(v)})
	}
	c.Track = list
})

// standbyTrackObject lowers the priority while an object of the track command
// is down, or keeps the group from running.
var standbyTrackObject = standbyGroup(rankGroupTrack, Leaf[hsrp.Track]{
	Syntax: "track <object:1-500> [decrement <by:1-255> | shutdown]", Keys: []string{"object"},
	Help: Words{"object": "Tracked object number", "decrement": "Priority decrement", "by": "Decrement value", "shutdown": "Shutdown group"},
	Parse: func(_ *Exec, a parser.Args) (hsrp.Track, error) {
		t := hsrp.Track{Object: uint16(a.Int("object")), Decrement: hsrp.DefaultDecrement}
		switch {
		case a.Has("shutdown"):
			t.Decrement, t.Shutdown = 0, true
		case a.Has("by"):
			t.Decrement = uint8(a.Int("by"))
		}
		return t, nil
	},
	Print: func(a parser.Args, t hsrp.Track) string {
		text := standbyLine(a) + "track " + a.Get("object")
		switch {
		case t.Shutdown:
			text += " shutdown"
		case t.Decrement != hsrp.DefaultDecrement:
			text += " decrement " + itoa(int(t.Decrement))
		}
		return text
	},
	Examples: []string{"standby 1 track 1", "standby 1 track 1 decrement 20", "standby 1 track 2 shutdown"},
}, func(c *hsrp.GroupConfig, a parser.Args, t hsrp.Track) {
	object := uint16(a.Int("object"))
	var list []hsrp.Track
	for _, old := range c.Track {
		if old.Object != object || old.Interface != "" {
			list = append(list, old)
		} else if t.Object != 0 {
			list, t.Object = append(list, t), 0
		}
	}
	if t.Object != 0 {
		list = append(list, t)
	}
	c.Track = list
})
