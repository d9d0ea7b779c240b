package platform

import "fmt"

// LineKind is a kind of terminal line.
type LineKind uint8

// The kinds of line.
const (
	Console LineKind = iota
	Aux
	TTY // an asynchronous line, here the console of a service module
	VTY
)

// Line is a terminal line, or a range of alike ones.
type Line struct {
	Kind      LineKind
	First     int      // number of the first line in show line
	Count     int      // lines in the range
	Untouched []string // what the line prints although nobody set it
}

// Header returns the line that opens its block in the configuration.
func (l Line) Header() string {
	switch l.Kind {
	case Console:
		return "line con 0"
	case Aux:
		return "line aux 0"
	case TTY:
		if l.Count == 1 {
			return fmt.Sprintf("line %d", l.First)
		}
		return fmt.Sprintf("line %d %d", l.First, l.First+l.Count-1)
	}
	return fmt.Sprintf("line vty 0 %d", l.Count-1)
}

// Lines returns con 0, aux 0, the lines of service modules and vty 0 4, by
// number. A module in slot s has line 64*s+2 (reference cli 2.4, inferred
// there from one listing). Untouched lines are those of the two known
// listings.
func (h *Hardware) Lines() []Line {
	out := []Line{
		{Console, 0, 1, []string{"stopbits 1"}},
		{Aux, 1, 1, []string{"stopbits 1"}},
	}
	for _, f := range h.fitted {
		if f.card.tty {
			out = append(out, Line{TTY, 64*f.number() + 2, 1, []string{
				"no activation-character", "no exec", "transport preferred none", "transport input all",
				"transport output pad telnet rlogin lapb-ta mop udptn v120 ssh",
			}})
		}
	}
	return append(out, Line{VTY, h.chassis.firstVTY, 5, []string{"login"}})
}
