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
	HAUpdate                         // records sent and taken over
)

// SCTPCategory is a set of kinds of debug lines about the association; the
// lines are ours too.
type SCTPCategory uint8

// The categories of debug ip sctp.
const (
	SCTPSignal SCTPCategory = 1 << iota
	SCTPState
	SCTPSent
	SCTPReceived
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

var sctpWords = []struct {
	word, title string
	bit         SCTPCategory
}{
	{"signal", "Signal", SCTPSignal},
	{"state", "State", SCTPState},
	{"sndchunks", "Send Chunks", SCTPSent},
	{"rcvchunks", "Receive Chunks", SCTPReceived},
}

func setDebugSCTP(x *Exec, a parser.Args, on bool) {
	var asked SCTPCategory
	for _, w := range sctpWords {
		if a.Has(w.word) {
			asked |= w.bit
		}
	}
	d := x.Device.Debug()
	if on {
		d.SCTP |= asked
	} else {
		d.SCTP &^= asked
	}
	x.Print(banner(sctpBanner(asked), on))
}

func sctpBanner(c SCTPCategory) string {
	var text strings.Builder
	for _, w := range sctpWords {
		if c&w.bit != 0 {
			text.WriteString("SCTP " + w.title + " debugging is on\n")
		}
	}
	return text.String()
}
