package modes

import (
	"errors"
	"io/fs"
	"strings"

	"tandem/nvram"
	"tandem/tftp"
	"tandem/wire"
)

// The file systems that copy and its kin know.
const (
	systemFiles = "system:" // the running configuration
	nvramFiles  = "nvram:"
	flashFiles  = "flash:" // where a bare name lives
	tftpFiles   = "tftp:"
	scpFiles    = "scp:"
)

// fileSystems are all of them.
var fileSystems = []string{systemFiles, nvramFiles, flashFiles, tftpFiles, scpFiles}

// The two configurations as the device names them.
const (
	runningConfig = "running-config"
	startupConfig = "startup-config"
)

// location is a file as a command names it, perhaps not in full yet.
type location struct {
	system string
	host   string // of tftp: and scp:
	user   string // of scp:
	pass   string // of scp:, "" asks for it
	name   string // "" when it is still to be asked for
}

// locate reads "run", "startup-config", "nvram:x", "flash:/x", "tftp://host/x",
// "tftp:", "scp://user:password@host/x" or a bare name.
func locate(typed string) location {
	lower := strings.ToLower(typed)
	switch {
	case len(lower) > 2 && strings.HasPrefix(runningConfig, lower):
		return location{system: systemFiles, name: runningConfig}
	case len(lower) > 1 && strings.HasPrefix(startupConfig, lower):
		return location{system: nvramFiles, name: startupConfig}
	}
	for _, system := range fileSystems {
		if !strings.HasPrefix(lower, system) && lower+":" != system {
			continue
		}
		rest := typed[min(len(system), len(typed)):]
		l := location{system: system}
		if !l.remote() || !strings.HasPrefix(rest, "//") {
			l.name = strings.TrimPrefix(rest, "/")
			return l
		}
		l.host, l.name, _ = strings.Cut(rest[2:], "/")
		if system == scpFiles {
			l.user, l.pass, l.host = account(l.host)
		}
		return l
	}
	return location{system: flashFiles, name: strings.TrimPrefix(typed, "/")}
}

// judgeFile judges the name of a file: what stands before a colon must be a
// file system.
func judgeFile(token string) (fit int, legal bool) {
	lower := strings.ToLower(token)
	if !strings.Contains(lower, ":") {
		return len(token), token != ""
	}
	for _, system := range fileSystems {
		n := 0
		for n < len(system) && n < len(lower) && system[n] == lower[n] {
			n++
		}
		if n == len(system) {
			return len(token), true
		}
		fit = max(fit, n)
	}
	return fit, false
}

// file is the name that the device knows the location by.
func (l location) file() string {
	switch {
	case l.running():
		return runningConfig
	case l.startup():
		return startupConfig
	}
	return l.system + l.name
}

// String is the location as messages print it.
func (l location) String() string {
	if l.remote() {
		return l.system + "//" + secretless(l.user, l.host) + "/" + l.name
	}
	return l.system + l.name
}

func (l location) running() bool { return l.system == systemFiles && l.name == runningConfig }
func (l location) startup() bool { return l.system == nvramFiles && l.name == startupConfig }
func (l location) remote() bool  { return l.system == tftpFiles || l.system == scpFiles }

// outgoing is the connection that copies a file to or from the location.
func (l location) outgoing(d Device, file Copy, host wire.Addr) Outgoing {
	return Outgoing{Protocol: SSH, Host: host, Port: sshPort, Source: sourceOf(d, SSH), User: l.user, Password: l.pass, Copy: &file}
}

// base is the last part of the name.
func (l location) base() string { return l.name[strings.LastIndexByte(l.name, '/')+1:] }

// fileError is the part of a file error that IOS prints in brackets. Those of
// a damaged file and of a bad name are assumed.
func fileError(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, nvram.ErrEmpty), errors.Is(err, tftp.ErrNotFound):
		return "No such file or directory"
	case errors.Is(err, fs.ErrExist):
		return "File exists"
	case errors.Is(err, nvram.ErrInUse):
		return "Directory not empty"
	case errors.Is(err, nvram.ErrFull), errors.Is(err, tftp.ErrFull), errors.Is(err, tftp.ErrTooLarge):
		return "No space left on device"
	case errors.Is(err, tftp.ErrTimeout), errors.Is(err, ErrNoAnswer):
		return "Timed out"
	case errors.Is(err, tftp.ErrRefused), errors.Is(err, fs.ErrPermission), errors.Is(err, ErrAuthentication):
		return "Permission denied"
	case errors.Is(err, ErrAborted):
		return "Aborted"
	case errors.Is(err, tftp.ErrRemote):
		return "Undefined error"
	case errors.Is(err, nvram.ErrCorrupt):
		return "File is corrupt"
	case errors.Is(err, nvram.ErrName):
		return "Invalid file name"
	}
	return strings.TrimPrefix(refusal(err), "% ")
}
