package host

import (
	"errors"
	"slices"
	"strings"

	"tandem/clock"
	"tandem/syslog"
	"tandem/tftp"
	"tandem/wire"
)

// A host can be the station that routers log to and keep files on: "serve
// syslog" and "serve tftp".

// syslogKept bounds the lines that a host keeps; the oldest go.
const syslogKept = 1000

// fileLimit bounds a file that a host takes, in bytes.
const fileLimit = 1 << 20

// ErrNoFile is returned for a file that the host does not have.
var ErrNoFile = errors.New("host: no such file")

// station is what a host serves besides echoes.
type station struct {
	logs  bool
	lines []string // "10.0.0.1 <189>29: ...", oldest first
	files *tftp.Server
}

// takes gives a datagram to the station and reports whether it was for it.
func (h *Host) takes(now clock.Time, from wire.Addr, u wire.UDP) bool {
	t := &h.station
	switch {
	case t.logs && u.DstPort() == syslog.Port:
		t.lines = append(t.lines, from.String()+" "+strings.ToValidUTF8(string(u.Payload()), "?"))
		t.lines = t.lines[max(0, len(t.lines)-syslogKept):]
	case t.files != nil && t.files.Serves(u.DstPort()):
		if r := t.files.Receive(from, u.SrcPort(), u.DstPort(), u.Payload()); r != nil {
			h.sendUDP(now, r.FromPort, r.To, r.Port, r.Payload)
		}
	default:
		return false
	}
	return true
}

func (s *Shell) doServeSyslog(_ clock.Time, args []string) error {
	s.host.station.logs = true
	return nothing(args)
}

func (s *Shell) doServeTFTP(_ clock.Time, args []string) error {
	if s.host.station.files == nil {
		s.host.station.files = &tftp.Server{Files: map[string][]byte{}, Limit: fileLimit}
	}
	return nothing(args)
}

func (s *Shell) showSyslog(_ clock.Time, args []string) error {
	for _, line := range s.host.station.lines {
		s.printf("%s\n", line)
	}
	return nothing(args)
}

// showFiles lists the files, or prints the one that is named.
func (s *Shell) showFiles(_ clock.Time, args []string) error {
	if s.host.station.files == nil {
		return nothing(args)
	}
	files := s.host.station.files.Files
	if len(args) == 1 {
		content, ok := files[args[0]]
		if !ok {
			return ErrNoFile
		}
		s.printf("%s", content)
		return nil
	}
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		s.printf("%8d %s\n", len(files[name]), name)
	}
	return nothing(args)
}
