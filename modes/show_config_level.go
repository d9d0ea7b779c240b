package modes

import (
	"tandem/config"
	"tandem/parser"
)

// runningListing is the running configuration as the session may see it.
func runningListing(x *Exec) string {
	layout := config.Layout{NetworkModules: x.Device.Hardware().HasNetworkModules()}
	return config.Print(x.Shell.configurable(), x.Device.Style(), layout)
}

// configurable is the running configuration without the lines and blocks that
// the session's level may not type; the frame of a listing stays.
func (s *Shell) configurable() *config.Tree {
	if s.Privilege >= highest {
		return s.Device.Config()
	}
	t := s.Device.Config().Clone()
	s.prune(t.Root)
	return t
}

func (s *Shell) prune(n *config.Node) {
	for _, e := range n.Entries() {
		lines := e.Typed
		if len(lines) == 0 && len(e.Lines) > 0 {
			lines = []string{e.Lines[0].Text}
		}
		if len(lines) > 0 && !s.mayType(n, lines[0]) {
			n.Unset(e.Slot)
		}
	}
	for _, c := range n.Children() {
		if !s.mayType(n, c.Header()) {
			n.Remove(c.Header())
			continue
		}
		s.prune(c)
	}
}

func (s *Shell) mayType(n *config.Node, line string) bool {
	graph := s.grammar.graphs[n.Mode()]
	return graph != nil && s.privileged(n.Mode(), line, graph.MatchConfig).Outcome == parser.Matched
}
