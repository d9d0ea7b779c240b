package modes

import (
	"crypto/md5"
	"fmt"
	"strings"

	"tandem/parser"
)

// erase empties a file system: nvram: with the startup configuration, or
// flash:.
func erase(x *Exec, a parser.Args) {
	name := "nvram"
	if a.Has("flash:") {
		name = "flash"
	}
	what := "all configuration files"
	if name == "flash" {
		what = "all files"
	}
	x.Confirm("Erasing the "+name+" filesystem will remove "+what+"! Continue? [confirm]", func(x *Exec) {
		if err := eraseAll(x, name); err != nil {
			x.Print(refusal(err) + "\n")
			return
		}
		x.Print("[OK]\nErase of " + name + ": complete\n")
	})
}

func eraseAll(x *Exec, name string) error {
	if name == "nvram" {
		return x.Device.EraseStartup(x.Now)
	}
	for _, f := range x.Device.ListFiles(flashFiles) {
		if err := x.Device.DeleteFile(x.Now, f); err != nil {
			return err
		}
	}
	return nil
}

func more(x *Exec, a parser.Args) {
	content, err := x.Device.ReadFile(fileName(a.Get("file")))
	if err != nil {
		x.Printf("%%Error opening %s (%s)\n", locate(a.Get("file")), fileError(err))
		return
	}
	x.Print(string(content))
}

func deleteFile(x *Exec, a parser.Args) {
	l := locate(a.Get("file"))
	remove := func(x *Exec) {
		if err := x.Device.DeleteFile(x.Now, l.file()); err != nil {
			x.Printf("%%Error deleting %s (%s)\n", l, fileError(err))
		}
	}
	if a.Has("/force") {
		remove(x)
		return
	}
	ask(x, "Delete filename", l.name, func(x *Exec, answer string) {
		l.name = strings.TrimPrefix(answer, "/")
		if quiet(x) {
			remove(x)
			return
		}
		x.Confirm("Delete "+l.String()+"? [confirm]", remove)
	})
}

// renameFile writes the new file before the old one goes: nothing is lost
// whenever the power fails.
func renameFile(x *Exec, a parser.Args) {
	from, to := locate(a.Get("old")), locate(a.Get("new"))
	ask(x, "Destination filename", to.name, func(x *Exec, answer string) {
		to.name = strings.TrimPrefix(answer, "/")
		content, err := x.Device.ReadFile(from.file())
		if err == nil && from.file() != to.file() {
			if _, there := x.Device.ReadFile(to.file()); there == nil {
				x.Printf("%%Error renaming %s (File exists)\n", from)
				return
			}
			if err = x.Device.WriteFile(x.Now, to.file(), content); err == nil {
				err = x.Device.DeleteFile(x.Now, from.file())
			}
		}
		if err != nil {
			x.Printf("%%Error renaming %s (%s)\n", from, fileError(err))
		}
	})
}

func verifyFile(x *Exec, a parser.Args) {
	l := locate(a.Get("file"))
	content, err := x.Device.ReadFile(l.file())
	switch {
	case err != nil:
		x.Printf("%%Error verifying %s (%s)\n", l, fileError(err))
	case a.Has("/md5"):
		x.Printf("%sDone!\nverify /md5 (%s) = %x\n", strings.Repeat(".", 1+len(content)/512), l, md5.Sum(content))
	default:
		x.Printf("Verifying file integrity of %s%sDone!\n", l, strings.Repeat(".", 1+len(content)/512))
	}
}

// dir lists a file system or one file of it. Files carry no dates here, so
// none is printed.
func dir(x *Exec, a parser.Args) {
	l := location{system: flashFiles}
	if a.Has("file") {
		l = locate(a.Get("file"))
	}
	if l.remote() || l.system == systemFiles && !l.running() && l.name != "" {
		x.Printf("%%Error opening %s (No such file or directory)\n", l)
		return
	}
	if l.name != "" {
		if _, err := x.Device.ReadFile(l.file()); err != nil {
			x.Printf("%%Error opening %s/%s (%s)\n", l.system, l.name, fileError(err))
			return
		}
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

func listSystem(x *Exec, l location) {
	x.Printf("Directory of %s/%s\n\n", l.system, l.name)
	rows := 0
	for n, name := range files(x.Device, l.system) {
		content, err := x.Device.ReadFile(name)
		size := len(content)
		if err != nil {
			size = 0 // damaged: listed, so that it can be deleted
		}
		if l.name == "" || bareName(name) == l.name {
			x.Printf("%5d  -rw-  %10d                    <no date>  %s\n", n+1, size, bareName(name))
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

// files lists a file system by the names that the device reads.
func files(d Device, system string) []string {
	if system == systemFiles {
		return []string{runningConfig}
	}
	return d.ListFiles(system)
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
	for _, name := range d.ListFiles(system) {
		if content, err := d.ReadFile(name); err == nil {
			free -= len(content)
		}
	}
	return total, max(free, 0)
}

// showFileSystems lists those that work here.
func showFileSystems(x *Exec, _ parser.Args) {
	x.Print("File Systems:\n\n       Size(b)       Free(b)      Type  Flags  Prefixes\n")
	for _, s := range []struct{ mark, kind, prefix string }{
		{" ", "opaque", systemFiles},
		{" ", "nvram", nvramFiles},
		{"*", "disk", flashFiles},
		{" ", "network", tftpFiles},
		{" ", "network", scpFiles},
	} {
		total, free := "-", "-"
		if t, f := space(x.Device, s.prefix); t > 0 {
			total, free = fmt.Sprint(t), fmt.Sprint(f)
		}
		x.Printf("%s %12s  %12s  %8s     rw   %s\n", s.mark, total, free, s.kind, s.prefix)
	}
}
