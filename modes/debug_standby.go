package modes

import (
	"fmt"
	"slices"
	"strings"

	"tandem/hsrp"
	"tandem/parser"
	"tandem/platform"
)

// The forms of debug standby (reference ha 2.4). The banners of the first, of
// events and of errors are seen; the lists in parentheses are remembered.
const debugStandbyGrammar = "standby [terse | errors | " +
	"events [all@eventsall | terse@eventsterse | icmp | protocol | redundancy | track] [detail] | " +
	"packets [all@packetsall | terse@packetsterse | advertise | coup | hello | resign] [detail]]"

var debugStandbyHelp = Words{
	"standby": "HSRP", "terse": "HSRP limited range of errors, events and packets",
	"errors": "HSRP errors", "events": "HSRP events", "packets": "HSRP packets",
	"eventsall": "All HSRP events", "eventsterse": "Limited range of HSRP events", "icmp": "HSRP ICMP events",
	"protocol": "HSRP protocol events", "redundancy": "HSRP IP redundancy events", "track": "HSRP tracking events",
	"packetsall": "All HSRP packets", "packetsterse": "Limited range of HSRP packets", "advertise": "HSRP advertisement packets",
	"coup": "HSRP coup packets", "hello": "HSRP hello packets", "resign": "HSRP resign packets", "detail": "Detail",
}

// noise is what terse leaves out.
const noise = hsrp.DebugHello | hsrp.DebugAdvertise

// standbyWords are the categories by their keywords, in the order they are
// listed.
var standbyWords = []struct {
	word string
	bit  hsrp.Category
}{
	{"icmp", hsrp.DebugICMP},
	{"protocol", hsrp.DebugProtocol},
	{"redundancy", hsrp.DebugRedundancy},
	{"track", hsrp.DebugTrack},
	{"advertise", hsrp.DebugAdvertise},
	{"coup", hsrp.DebugCoup},
	{"hello", hsrp.DebugHello},
	{"resign", hsrp.DebugResign},
}

// standbyCategories is what the words of a line ask for.
func standbyCategories(a parser.Args) hsrp.Category {
	for _, w := range standbyWords {
		if a.Has(w.word) {
			return w.bit | standbyDetail(a)
		}
	}
	switch {
	case a.Has("terse"):
		return hsrp.DebugAll &^ noise
	case a.Has("errors"):
		return hsrp.DebugErrors
	case a.Has("eventsterse"):
		return hsrp.DebugProtocol | hsrp.DebugTrack | standbyDetail(a)
	case a.Has("events"):
		return hsrp.DebugEvents | standbyDetail(a)
	case a.Has("packetsterse"):
		return hsrp.DebugPackets&^noise | standbyDetail(a)
	case a.Has("packets"):
		return hsrp.DebugPackets | standbyDetail(a)
	}
	return hsrp.DebugAll
}

func standbyDetail(a parser.Args) hsrp.Category {
	switch {
	case !a.Has("detail"):
		return 0
	case a.Has("events"):
		return hsrp.DebugEventsDetail
	}
	return hsrp.DebugPacketsDetail
}

func setDebugStandby(x *Exec, a parser.Args, on bool) {
	d := x.Device.Debug()
	asked := standbyCategories(a)
	if on {
		d.Standby |= asked
	} else {
		d.Standby &^= asked
		if d.Standby&hsrp.DebugEvents == 0 {
			d.Standby &^= hsrp.DebugEventsDetail
		}
		if d.Standby&hsrp.DebugPackets == 0 {
			d.Standby &^= hsrp.DebugPacketsDetail
		}
	}
	x.Print(banner(standbyBanner(asked), on))
	x.Device.Standby().SetDebug(d.Standby)
}

// banner turns the text of what is on into that of what was put off.
func banner(text string, on bool) string {
	if on {
		return text
	}
	return strings.ReplaceAll(text, " debugging is on", " debugging is off")
}

// standbyBanner names categories as the device does: whole classes by their
// name, parts of one in parentheses.
func standbyBanner(c hsrp.Category) string {
	if c&hsrp.DebugAll == hsrp.DebugAll {
		return "HSRP debugging is on\n"
	}
	text := ""
	for _, class := range []struct {
		name string
		all  hsrp.Category
	}{{"Errors", hsrp.DebugErrors}, {"Events", hsrp.DebugEvents}, {"Packets", hsrp.DebugPackets}} {
		if c&class.all == 0 {
			continue
		}
		text += "HSRP " + class.name + " debugging is on\n"
		if c&class.all == class.all {
			continue
		}
		var parts []string
		for _, w := range standbyWords {
			if c&class.all&w.bit != 0 {
				parts = append(parts, w.word)
			}
		}
		text += "  (" + strings.Join(parts, ", ") + ")\n"
	}
	return text
}

// StandbyCondition is one debug condition: a group that lines may be about.
type StandbyCondition struct {
	number    int
	Interface string // full name
	Group     int
}

// Lets reports whether a debug line of HSRP may be shown: without conditions
// every one, else those about a named group, and about its interface.
func (d *Debug) Lets(line hsrp.Debug) bool {
	return len(d.Conditions) == 0 || slices.ContainsFunc(d.Conditions, func(c StandbyCondition) bool {
		return c.Interface == line.Interface && (line.Group < 0 || line.Group == c.Group)
	})
}

// lastCondition warns before the last condition goes (remembered).
const lastCondition = "This condition is the last standby condition set.\n" +
	"Removing all conditions may cause a flood of debugging\nmessages to result, unless specific debugging flags\nare first removed.\n\n"

func setCondition(x *Exec, a parser.Args, on bool) {
	d := x.Device.Debug()
	at := slices.IndexFunc(d.Conditions, func(c StandbyCondition) bool { return c.Interface == a.Get("if") && c.Group == a.Int("group") })
	switch {
	case on && at >= 0:
		x.Print("% Condition already set\n")
	case on:
		d.last++
		d.Conditions = append(d.Conditions, StandbyCondition{d.last, a.Get("if"), a.Int("group")})
		x.Printf("Condition %d set\n", d.last)
	case at < 0:
		x.Print("% Condition not set\n")
	case len(d.Conditions) > 1:
		dropCondition(x, at)
	default:
		x.Print(lastCondition)
		x.Ask(Question{Prompt: "Proceed with removal? [yes/no]: ", Then: func(x *Exec, answer string) {
			if strings.HasPrefix(strings.ToLower(answer), "y") {
				dropCondition(x, at)
			}
		}})
	}
}

func dropCondition(x *Exec, at int) {
	d := x.Device.Debug()
	x.Printf("Condition %d has been removed\n", d.Conditions[at].number)
	d.Conditions = slices.Delete(d.Conditions, at, at+1)
}

func showConditions(x *Exec) {
	for _, c := range x.Device.Debug().Conditions {
		x.Print(fmt.Sprintf("Condition %d: standby %s group %d\n", c.number, platform.ShortName(c.Interface), c.Group))
	}
}
