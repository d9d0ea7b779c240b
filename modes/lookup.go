package modes

import (
	"strconv"

	"tandem/wire"
)

const unknownCommand = "% Unknown command or computer name, or unable to find computer address\n"

// lookUp finds the address of a host. Names that are not in the host table
// resolve nowhere: text is what looking for them shows (reference cli 1.10).
func lookUp(x *Exec, name string) (host wire.Addr, text string, ok bool) {
	host, ok = resolve(x.Device.Config(), name)
	switch {
	case ok:
		return host, "", true
	case '0' <= name[0] && name[0] <= '9': // a bad address is no name
		return 0, "", false
	case x.Device.NameLookup():
		return 0, "Translating " + strconv.Quote(name) + "...domain server (255.255.255.255)\n", false
	}
	return 0, "Translating " + strconv.Quote(name) + "\n", false
}

// connects reports whether the session's line takes an unknown word for a
// host: transport preferred is telnet unless the line says otherwise.
func (s *Shell) connects() bool { return s.Settings == nil || s.Settings().Preferred != "none" }
