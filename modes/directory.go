package modes

import (
	"fmt"
	"strings"
	"time"

	"tandem/nvram"
	"tandem/parser"
)

// privateConfig is where the router keeps its keys.
const privateConfig = nvramFiles + "private-config"

// home is the file system where bare names live in this session.
func (s *Shell) home() string {
	if s.directory == "" {
		return flashFiles
	}
	return s.directory
}

// locate is the location that a name typed in this session means.
func (s *Shell) locate(typed string) location {
	l := locate(typed)
	if l.system == flashFiles && !strings.Contains(typed, ":") && !strings.EqualFold(typed, "flash") {
		l.system = s.home()
		if !strings.HasPrefix(typed, "/") {
			l.name = s.folder + l.name
		}
	}
	return l
}

// changeDirectory moves the session to another file system or directory, or
// back to flash:.
func changeDirectory(x *Exec, a parser.Args) {
	l := location{system: flashFiles}
	if a.Has("file") {
		l = x.Shell.locate(a.Get("file"))
	}
	if a.Get("file") == ".." {
		l = location{system: x.Shell.home(), name: upper(x.Shell.folder)}
	}
	if l.remote() || !isFolder(x.Device, l) {
		x.Printf("%%Error changing to %s (No such file or directory)\n", l)
		return
	}
	x.Shell.directory, x.Shell.folder = l.system, l.folder()
}

func printDirectory(x *Exec, _ parser.Args) {
	at := x.Shell.home()
	if x.Shell.folder != "" {
		at += "/" + x.Shell.folder
	}
	x.Print(at + "\n")
}

// dir lists a file system, a directory or one file of it.
func dir(x *Exec, a parser.Args) {
	l := location{system: x.Shell.home(), name: x.Shell.folder}
	if a.Has("file") {
		l = x.Shell.locate(a.Get("file"))
	}
	if isFolder(x.Device, l) {
		l.name = l.folder()
		listSystem(x, l)
		if a.Has("/recursive") {
			listBelow(x, l)
		}
		return
	}
	if l.remote() || l.system == systemFiles && !l.running() && l.name != "" {
		x.Printf("%%Error opening %s (No such file or directory)\n", l)
		return
	}
	if _, err := x.Device.ReadFile(l.file()); err != nil {
		x.Printf("%%Error opening %s/%s (%s)\n", l.system, l.name, fileError(err))
		return
	}
	listSystem(x, l)
}

func dirAll(x *Exec, _ parser.Args) {
	for i, system := range []string{nvramFiles, systemFiles, flashFiles} {
		if i > 0 {
			x.Print("\n")
		}
		listSystem(x, location{system: system})
	}
}

// listBelow lists the directories in a directory, and those in them.
func listBelow(x *Exec, l location) {
	for _, f := range directory(x.Device, l.system) {
		if name, ok := within(f, l); ok && strings.HasSuffix(name, "/") {
			deeper := location{system: l.system, name: l.name + name}
			x.Print("\n")
			listSystem(x, deeper)
			listBelow(x, deeper)
		}
	}
}

func listSystem(x *Exec, l location) {
	x.Printf("Directory of %s/%s\n\n", l.system, l.name)
	rows := 0
	for n, f := range directory(x.Device, l.system) {
		name, ok := within(f, l)
		switch {
		case l.system == systemFiles:
			name, ok = f.Name, true
		case f.Name == l.file() && !strings.HasSuffix(l.name, "/"):
			name, ok = l.base(), true
		}
		if ok {
			x.Printf("%5d  %s  %10d  %27s  %s\n", n+1, rights(f.Name), f.Size, fileDate(x.Device, f, "Jan 2 2006 15:04:05"), strings.TrimSuffix(name, "/"))
			rows++
		}
	}
	if rows == 0 {
		x.Print("No files in directory\n")
	}
	total, free := space(x.Device, l.system)
	if total == 0 {
		x.Print("\nNo space information available\n")
		return
	}
	x.Printf("\n%d bytes total (%d bytes free)\n", total, free)
}

// rights are those of a file; the keys of the router have none, for anybody.
func rights(file string) string {
	if file == privateConfig {
		return "----"
	}
	if strings.HasSuffix(file, "/") {
		return "drw-"
	}
	return "-rw-"
}

// fileDate prints when a file was written, in the time zone of the router.
func fileDate(d Device, f nvram.File, form string) string {
	if f.Date.IsZero() {
		return "<no date>"
	}
	local, _ := d.Calendar().Zone().At(f.Date)
	minutes, sign := int(local.Sub(f.Date)/time.Minute), '+'
	if minutes < 0 {
		minutes, sign = -minutes, '-'
	}
	return local.Format(form) + fmt.Sprintf(" %c%02d:%02d", sign, minutes/60, minutes%60)
}

// directory lists a file system by the names that the device reads.
func directory(d Device, system string) []nvram.File {
	if system == systemFiles {
		return []nvram.File{{Name: runningConfig, Size: len(d.Listing())}}
	}
	return d.Directory(system)
}

// space returns the bytes of a file system; system: has none.
func space(d Device, system string) (total, free int) {
	switch system {
	case nvramFiles:
		total = d.NVRAMSize()
	case flashFiles:
		total = d.Hardware().Identity().FlashBytes
	default:
		return 0, 0
	}
	free = total
	for _, f := range d.Directory(system) {
		free -= f.Size
	}
	return total, max(free, 0)
}

// showFileSystems lists those that work here.
func showFileSystems(x *Exec, _ parser.Args) {
	x.Print("File Systems:\n\n       Size(b)       Free(b)      Type  Flags  Prefixes\n")
	for _, s := range []struct{ kind, prefix string }{
		{"opaque", systemFiles},
		{"nvram", nvramFiles},
		{"disk", flashFiles},
		{"network", tftpFiles},
		{"network", scpFiles},
	} {
		mark, total, free := " ", "-", "-"
		if s.prefix == x.Shell.home() {
			mark = "*"
		}
		if t, f := space(x.Device, s.prefix); t > 0 {
			total, free = fmt.Sprint(t), fmt.Sprint(f)
		}
		x.Printf("%s %12s  %12s  %8s     rw   %s\n", mark, total, free, s.kind, s.prefix)
	}
}
