package modes

import (
	"strconv"
	"strings"

	"tandem/wire"
)

// lookUpName answers a word that is no command: a host to telnet to, whose
// name nobody resolves (reference cli 1.10).
func lookUpName(x *Exec, word string) {
	const unknown = "% Unknown command or computer name, or unable to find computer address\n"
	switch _, err := wire.ParseAddr(word); {
	case err == nil:
		x.Printf("Trying %s ... \n%% Connection timed out; remote host not responding\n\n", word)
	case x.Device.NameLookup():
		x.Print("Translating " + strconv.Quote(word) + "...domain server (255.255.255.255)\n" + unknown)
	default:
		x.Print("Translating " + strconv.Quote(word) + "\n" + unknown + "\n")
	}
}

// connects reports whether the session's line takes an unknown word for a
// host: transport preferred is telnet unless the line says otherwise.
func (s *Shell) connects() bool {
	for _, n := range s.Device.Config().Root.Children() {
		if n.Mode() != "config-line" || !s.onLine(n.Header()) {
			continue
		}
		for _, e := range n.Entries() {
			for _, l := range e.Lines {
				if l.Text == "transport preferred none" {
					return false
				}
			}
		}
	}
	return true
}

// onLine reports whether a line block holds the line of this session.
func (s *Shell) onLine(header string) bool {
	words := strings.Fields(header)
	if s.Origin == consoleOrigin {
		return words[1] == "con"
	}
	number, isVTY := strings.CutPrefix(strings.Fields(s.Origin + " ")[0], "vty")
	n, err := strconv.Atoi(number)
	return isVTY && err == nil && words[1] == "vty" && atoi(words[2]) <= n && n <= atoi(words[len(words)-1])
}
