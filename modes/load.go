package modes

import (
	"strings"

	"tandem/clock"
)

// Load runs configuration lines that come from a file, as at boot: from global
// configuration, nobody asked anything, the failing lines printed with their
// messages. It returns what was printed.
func (s *Shell) Load(now clock.Time, text string) string {
	saved, privilege := s.stack, s.Privilege
	s.stack, s.Privilege = s.stack[:1:1], 15
	s.enterConfig()
	var out strings.Builder
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		x := s.newExec(now)
		x.loading, x.typed = true, strings.TrimRight(lines[i], "\r")
		if strings.TrimSpace(lines[i]) == "end" {
			break
		}
		s.configLine(x, x.typed)
		for x.ask != nil && i+1 < len(lines) {
			i++
			q := x.ask
			x.ask = nil
			q.Then(x, strings.TrimRight(lines[i], "\r"))
		}
		out.WriteString(x.out.String())
	}
	s.stack, s.Privilege = saved, privilege
	s.joinLines()
	return out.String()
}

// loadError keeps a line of a file that was not taken.
func (x *Exec) loadError(text string) {
	if x.loading {
		x.Print(text + "\n")
		x.Shell.refused = append(x.Shell.refused, text)
	}
}

// Refused returns the lines that Load did not take so far.
func (s *Shell) Refused() []string { return s.refused }
