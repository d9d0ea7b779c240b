package rip

import (
	"fmt"

	"tandem/wire"
)

// Category is a set of kinds of debug lines.
type Category uint8

// The kinds.
const (
	DebugEvents  Category = 1 << iota // that an update came or went
	DebugEntries                      // what is in it
	// DebugAll is debug ip rip.
	DebugAll = DebugEvents | DebugEntries
)

// SetDebug chooses the kinds that produce Debug actions from now on.
func (r *Router) SetDebug(c Category) { r.debug = c }

// Debug returns the kinds that do.
func (r *Router) Debug() Category { return r.debug }

func (r *Router) debugf(format string, args ...any) {
	if r.debug&DebugEvents != 0 {
		r.act(Debug{fmt.Sprintf(format, args...)})
	}
}

// debugUpdate prints an update that leaves.
func (r *Router) debugUpdate(l *link, v Versions, s scope, dst wire.Addr, lines []outgoing) {
	kind := ""
	if s == news {
		kind = "flash "
	}
	r.debugf("RIP: sending v%d %supdate to %s via %s (%s)", number(v), kind, dst, l.name, l.primary())
	if r.debug&DebugEntries == 0 {
		r.debugf("RIP: Update contains %d routes", len(lines))
		return
	}
	r.debugf("RIP: build %supdate entries", kind)
	for _, o := range lines {
		if v == Version1 {
			r.debugf("\tsubnet %s metric %d", o.prefix.Addr, o.metric)
			continue
		}
		r.debugf("\t%s via 0.0.0.0, metric %d, tag %d", o.prefix, o.metric, o.tag)
	}
}

// debugHeard prints one entry of an update that came.
func (r *Router) debugHeard(version uint8, e wire.RIPEntry) {
	if r.debug&DebugEntries == 0 {
		return
	}
	what := e.Addr.String()
	if bits, ok := wire.BitsOf(e.Mask); version > 1 && ok {
		what = fmt.Sprintf("%s/%d via %s", e.Addr, bits, e.NextHop)
	}
	note := ""
	if e.Metric >= wire.RIPInfinity {
		note = "  (inaccessible)"
	}
	r.debugf("     %s in %d hops%s", what, e.Metric, note)
}
