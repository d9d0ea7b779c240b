package modes

import (
	"strings"

	"tandem/parser"
)

// HACategory is a set of kinds of debug lines about replicated sessions. No
// source shows the lines of the device: they are ours.
type HACategory uint8

// The categories of debug ip inspect ha.
const (
	HAManager HACategory = 1 << iota // takeovers and copies
	HAPacket                         // first packets of sessions after a takeover
	HAUpdate                         // records sent and taken over
)

func setDebugInspectHA(x *Exec, a parser.Args, on bool) {
	asked := HACategory(0)
	for _, c := range haWords {
		if a.Has(c.word) {
			asked = c.bit
		}
	}
	if asked == 0 {
		asked = HAManager | HAPacket | HAUpdate
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
	var text strings.Builder
	for _, w := range haWords {
		if c&w.bit != 0 {
			text.WriteString("INSPECT HA " + w.title + " debugging is on\n")
		}
	}
	return text.String()
}

var haWords = []struct {
	word, title string
	bit         HACategory
}{
	{"manager", "Manager", HAManager},
	{"packet", "Packet", HAPacket},
	{"update", "Update", HAUpdate},
}
