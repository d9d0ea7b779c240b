package modes

import (
	"time"

	"tandem/config"
	"tandem/parser"
	"tandem/track"
)

// trackTimerRoute is how often routes that a protocol learned are looked at.
// Its range is remembered.
var trackTimerRoute = Leaf[int]{
	In: ConfigMode, Syntax: "track timer ip route <poll:1-3000>", No: "track timer ip route [<poll:1-3000>]",
	Default: int(track.RoutePoll / time.Second), Parse: number("poll"), Place: in(config.SectionUsers, rankTrack, 0, 2),
	Help: Words{"timer": "Polling interval timers", "ip": "IP protocol", "route": "Tracked IP routes", "poll": "Polling interval in seconds"},
	Apply: func(x *Exec, _ parser.Args, n int) error {
		x.Device.PollRoutes(x.Now, time.Duration(n)*time.Second)
		return nil
	},
	Print:    func(_ parser.Args, n int) string { return "track timer ip route " + itoa(n) },
	Examples: []string{"track timer ip route 5"},
}

// trackTimerInterface is kept: news of an interface come at once.
var trackTimerInterface = Leaf[int]{
	In: ConfigMode, Syntax: "track timer interface <poll:1-3000>", No: "track timer interface [<poll:1-3000>]",
	Default: int(track.InterfacePoll / time.Second), Parse: number("poll"), Place: in(config.SectionUsers, rankTrack, 0, 1),
	Help:  Words{"timer": "Polling interval timers", "interface": "Tracked interfaces", "poll": "Polling interval in seconds"},
	Apply: noEffect[int], Print: func(_ parser.Args, n int) string { return "track timer interface " + itoa(n) },
	Examples: []string{"track timer interface 5"},
}

// showTrackTimers has the layout of 12.4 as remembered.
func showTrackTimers(x *Exec, _ parser.Args) {
	root := x.Device.Config().Root
	x.Print("Object type              Poll Interval (s)\n")
	x.Printf("%-24s %6d\n%-24s %6d\n", "interface", trackTimerInterface.Value(root), "ip route", trackTimerRoute.Value(root))
}
