package firewall

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
)

// Digest returns a number that is equal on two routers with the same inspection
// rules, access list names and redundant interfaces, whatever their order.
func (e *Engine) Digest() uint64 {
	var lines []string
	for _, r := range e.config.Rules {
		for _, l := range r.Lines { // show running-config may list them in another order than they were entered
			lines = append(lines, fmt.Sprintf("rule %s %+v", r.Name, l))
		}
	}
	for _, l := range e.config.Lists {
		lines = append(lines, fmt.Sprintf("list %s %d", l.Name, l.Kind))
	}
	for _, i := range e.config.Interfaces {
		if i.InspectIn.Redundancy != "" || i.InspectOut.Redundancy != "" {
			lines = append(lines, fmt.Sprintf("interface %s %s %s %+v %+v", i.Name, i.AccessIn, i.AccessOut, i.InspectIn, i.InspectOut))
		}
	}
	slices.Sort(lines)
	h := fnv.New64a()
	h.Write([]byte(strings.Join(lines, "\n")))
	return h.Sum64()
}
