package modes

import (
	"strings"

	"tandem/ipc/sctp"
	"tandem/parser"
)

// SCTPCategory is a set of kinds of debug lines about the association. The
// words of the commands are known, the lines are remembered or ours (reference
// ha 4.5).
type SCTPCategory uint16

// The categories of debug ip sctp.
const (
	SCTPAPI SCTPCategory = 1 << iota
	SCTPCongestion
	SCTPInit
	SCTPMultihome
	SCTPPerformance
	SCTPReceived
	SCTPRTO
	SCTPSegments
	SCTPSegmentsVerbose
	SCTPSignal
	SCTPSent
	SCTPState
	SCTPTimer
	SCTPWarnings
)

// sctpCategory is one word of debug ip sctp.
type sctpCategory struct {
	word, title, help string
	bit               SCTPCategory
	topic             sctp.Topic // of the endpoint's own trace, 0 where others know
}

var sctpCategories = []sctpCategory{
	{"api", "API", "Calls of its user", SCTPAPI, sctp.TraceAPI},
	{"congestion", "Congestion", "Congestion control", SCTPCongestion, sctp.TraceCongestion},
	{"init", "Init", "Handshake", SCTPInit, sctp.TraceInit},
	{"multihome", "Multihome", "Destination addresses", SCTPMultihome, sctp.TraceMultihome},
	{"performance", "Performance", "Counts every ten seconds", SCTPPerformance, 0},
	{"rcvchunks", "Receive Chunks", "Chunks received", SCTPReceived, 0},
	{"rto", "RTO", "Round trips and timeouts", SCTPRTO, sctp.TraceRTO},
	{"segments", "Segments", "Packets", SCTPSegments, 0},
	{"segmentv", "Segments Verbose", "Packets in detail", SCTPSegmentsVerbose, 0},
	{"signal", "Signal", "Signals to its user", SCTPSignal, 0},
	{"sndchunks", "Send Chunks", "Chunks sent", SCTPSent, 0},
	{"state", "State", "States of the association", SCTPState, 0},
	{"timer", "Timer", "Timers", SCTPTimer, sctp.TraceTimer},
	{"warnings", "Warnings", "What is refused", SCTPWarnings, 0},
}

// Topics returns what the endpoint itself has to trace for c.
func (c SCTPCategory) Topics() (t sctp.Topic) {
	for _, k := range sctpCategories {
		if c&k.bit != 0 {
			t |= k.topic
		}
	}
	return t
}

func debugSCTPCommands() []Declaration {
	help := Words{"ip": "IP information", "sctp": "SCTP information"}
	words := make([]string, len(sctpCategories))
	for i, k := range sctpCategories {
		words[i], help[k.word] = k.word, k.help
	}
	return debugTree("ip sctp {"+strings.Join(words, " | ")+"}", help, setDebugSCTP)
}

func setDebugSCTP(x *Exec, a parser.Args, on bool) {
	var asked SCTPCategory
	for _, k := range sctpCategories {
		if a.Has(k.word) {
			asked |= k.bit
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
	for _, k := range sctpCategories {
		if c&k.bit != 0 {
			text.WriteString("SCTP " + k.title + " debugging is on\n")
		}
	}
	return text.String()
}
