package modes

import "tandem/parser"

// HACategory is a set of kinds of debug lines about replicated sessions. No
// source shows the lines of the device: they are ours.
type HACategory uint8

// The categories of debug ip inspect ha.
const (
	HAManager HACategory = 1 << iota // takeovers and copies
	HAUpdate                         // records sent and taken over
)

func setDebugInspectHA(x *Exec, a parser.Args, on bool) {
	asked := HAManager | HAUpdate
	switch {
	case a.Has("manager"):
		asked = HAManager
	case a.Has("update"):
		asked = HAUpdate
	}
	d := x.Device.Debug()
	if on {
		d.InspectHA |= asked
	} else {
		d.InspectHA &^= asked
	}
	x.Print(banner(inspectHABanner(asked), on))
}

func inspectHABanner(c HACategory) string {
	text := ""
	if c&HAManager != 0 {
		text += "INSPECT HA Manager debugging is on\n"
	}
	if c&HAUpdate != 0 {
		text += "INSPECT HA Update debugging is on\n"
	}
	return text
}
